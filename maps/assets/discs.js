/**
 * How places and clusters look on a canvas: places as their markers would, clusters as discs with a number.
 *
 * A symbol is { x, y, radius, entry } or, of a cluster, { x, y, radius, cluster }. Its `tint` is a colour of its own;
 * `MIXED` that of a cluster whose places differ in theirs.
 */
"use strict";

placelines.discs = (() => {
  const { colour } = placelines.basemap;
  const { radiusOf } = placelines.symbols;

  const CASING = 2;
  const DASH = [3, 3];
  const RING = 4; // width of the ring around what is open or lit, and of the hem of a cluster
  const BRIGHT = 0.179; // luminance from which black is read better than white
  const INK = { light: "#ffffff", dark: "#0b1117" };
  const NAMES = ["place", "place-edge", "uncertain", "capital", "paper", "muted", "ink", "mark-lit", "shadow"];
  const MIXED = "mixed";

  const coloursNow = () => Object.fromEntries(NAMES.map((name) => [name, colour(name)]));

  /** Radius of a cluster: the same step more for each factor of ten, so that ten and ten thousand fit one map. */
  const clusterRadius = ({ weight }) => Math.min(30, 9 + 5 * Math.log10(weight));

  /** How far a symbol reaches from its middle. */
  const reachOf = (symbol) => symbol.radius + (symbol.cluster ? RING : CASING / 2);

  /** A number as short as fits a disc: 987, 1.2k, 34k, 5M. */
  function brief(number) {
    if (number < 1000) return String(number);
    const [size, unit] = number < 999_500 ? [number / 1000, "k"] : [number / 1_000_000, "M"];
    return `${size < 9.95 ? size.toFixed(1).replace(".0", "") : Math.round(size)}${unit}`;
  }

  /** Whether black or white is read better on a colour that a canvas has taken for its fill. */
  function inkOn(fillStyle) {
    const channels = (fillStyle.match(/[0-9a-f]{2}/gi) ?? []).slice(0, 3).map((hex) => parseInt(hex, 16) / 255);
    const [r, g, b] = channels.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > BRIGHT ? INK.dark : INK.light;
  }

  function outline(context, { x, y, entry }, radius) {
    context.beginPath();
    if (entry?.shape === "square") context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
    else context.arc(x, y, radius, 0, 2 * Math.PI);
  }

  function stroke(context, style, width, dash) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.stroke();
  }

  function fill(context, style, opacity) {
    context.globalAlpha = opacity;
    context.fillStyle = style;
    context.fill();
    context.globalAlpha = 1;
  }

  function drawPlace(context, symbol, colours) {
    const { shape, sure, tint } = symbol.entry;
    const isSquare = shape === "square";
    if (sure && !isSquare) {
      outline(context, { ...symbol, y: symbol.y + 1 }, symbol.radius + CASING / 2 + 0.5);
      fill(context, colours.shadow, 1);
    }
    outline(context, symbol, symbol.radius);
    if (sure && !isSquare) {
      fill(context, tint ?? colours.place, 1);
      stroke(context, colours["place-edge"], CASING, []);
      return;
    }
    fill(context, colours.paper, sure ? 1 : 0.4);
    stroke(context, tint ?? (sure ? colours.capital : colours.uncertain), CASING, sure ? [] : DASH);
  }

  function drawCluster(context, symbol, colours) {
    const { weight, sure, tint } = symbol.cluster;
    const paint = tint === MIXED ? colours.muted : tint ?? (sure ? colours.place : colours.uncertain);
    outline(context, symbol, symbol.radius + RING);
    fill(context, paint, 0.28);
    outline(context, symbol, symbol.radius);
    fill(context, sure ? paint : colours.paper, 1);
    const ink = sure ? inkOn(context.fillStyle) : colours.ink;
    if (!sure) stroke(context, paint, CASING, DASH);
    context.fillStyle = ink;
    context.fillText(brief(weight), symbol.x, symbol.y + 0.5);
  }

  function drawRing(context, symbol, colours) {
    const inner = symbol.cluster ? symbol.radius + RING : symbol.radius;
    outline(context, symbol, inner);
    stroke(context, colours["mark-lit"], RING, []);
    outline(context, symbol, inner + RING / 2 + 0.5);
    stroke(context, colours.ink, 1, []);
  }

  /** Draw symbols in their order. */
  function drawAll(context, symbols, colours) {
    Object.assign(context, { textAlign: "center", textBaseline: "middle" });
    context.font = `600 12px ${getComputedStyle(document.body).fontFamily}`;
    for (const symbol of symbols) (symbol.entry ? drawPlace : drawCluster)(context, symbol, colours);
  }

  return { MIXED, clusterRadius, coloursNow, drawAll, drawRing, reachOf };
})();
