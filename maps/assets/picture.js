/**
 * The view as a picture: what stands on the map, below a strip that says what it shows.
 *
 * Canvases are painted as they are. Everything else is copied with its computed styles into an SVG image, which draws
 * names, signs, symbols and legend just as the page does. Tiles stay out: what comes from elsewhere may not be read.
 */
"use strict";

placelines.picture = (() => {
  const { at, make } = placelines.elements;
  const { svg } = placelines.symbols;
  const { Layer } = placelines.basemap;
  const { arrange } = placelines.layout;
  const { origin } = placelines.articles;

  const SCALE = 2; // pixels of the picture for one of the page
  const MOST_PIXELS = 16_000_000; // of a canvas: Safari takes no larger one
  const LEFT_OUT = ["mapPane", "tilePane", "popupPane", "tooltipPane"];
  const ASIDE = 16; // pixels beside and below a legend that stands below the map
  const FAILED = "This browser cannot draw the picture; printing works.";
  const NOT_IN_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
  const GEOMETRY = new Set("viewBox width height d cx cy r x y rx ry x1 y1 x2 y2 points transform".split(" "));
  const SIDES = ["top", "right", "bottom", "left"];
  const STYLES = [
    "display", "position", ...SIDES, "width", "height", "box-sizing", "visibility", "opacity", "overflow", "z-index",
    ...SIDES.flatMap((side) => [`margin-${side}`, `padding-${side}`]),
    ...SIDES.flatMap((side) => ["width", "style", "color"].map((part) => `border-${side}-${part}`)),
    "border-top-left-radius", "border-top-right-radius", "border-bottom-right-radius", "border-bottom-left-radius",
    "background-color", "background-image", "background-position", "background-size", "background-repeat", "box-shadow",
    "color", "font-family", "font-size", "font-weight", "font-style", "line-height", "letter-spacing", "text-align",
    "text-decoration-line", "text-decoration-style", "text-decoration-color", "text-decoration-thickness",
    "text-underline-offset", "text-shadow", "text-transform", "white-space", "overflow-wrap", "vertical-align",
    "direction", "unicode-bidi", "list-style-type", "transform", "transform-origin", "filter", "mix-blend-mode",
    "flex-grow", "flex-shrink", "flex-basis", "flex-wrap", "align-items", "align-self", "justify-content",
    "column-gap", "row-gap", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity",
    "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "paint-order",
  ];

  /** Draw the picture; a Blob with the PNG. Its parts are taken at once, so that nothing moves meanwhile. */
  async function draw(page) {
    const { x: width, y: height } = page.map.getSize();
    const head = stripPart(page, width);
    const parts = posed(page, () => [...mapParts(page), ...keyParts(height)]);
    const below = parts.map((part) => ({ ...part, y: part.y + head.height }));
    const end = Math.max(...below.map((part) => part.y + part.height));
    const paper = getComputedStyle(document.body).backgroundColor;
    return painted([head, ...below], { width, height: end, paper });
  }

  /** Do something while the map stands as on the picture: its names as if no popup, button or tile were there. */
  function posed(page, act) {
    const { classList } = document.documentElement;
    const { popup } = page;
    const isOnline = classList.contains("is-online");
    const pose = (isPosing) => {
      page.popup = isPosing ? null : popup;
      classList.toggle("is-pictured", isPosing);
      classList.toggle("is-online", isOnline && !isPosing);
      sharpen(page, isPosing ? SCALE : null);
      arrange(page);
    };
    pose(true);
    try {
      return act();
    } finally {
      pose(false);
    }
  }

  /** Draw the canvases of the map with so many pixels for one of the page; null for as many as the screen has. */
  function sharpen({ map }, ratio) {
    for (const canvas of map.getContainer().querySelectorAll("canvas")) {
      if (ratio) canvas.dataset.ratio = ratio;
      else delete canvas.dataset.ratio;
    }
    map.eachLayer((layer) => layer instanceof Layer && layer.redraw());
  }

  // The parts, lowest first: { canvas or markup, x, y, width, height } in pixels below the strip

  /** Title, source and day, as wide as the map. */
  function stripPart({ data, documents, isSingle }, width) {
    const from = isSingle ? origin(documents[0]) : [at("source").textContent];
    const words = [make("h1", { dir: "auto" }, data.title), make("p", { dir: "auto" }, ...from)];
    const strip = document.body.appendChild(make("div", { class: "picture-head" }, ...words));
    strip.style.width = `${width}px`;
    const part = { markup: copied(strip), x: 0, y: 0, width, height: strip.offsetHeight };
    strip.remove();
    return part;
  }

  /** The panes by their height, then the controls. */
  function mapParts({ map }) {
    const panes = Object.entries(map.getPanes()).filter(([name]) => !LEFT_OUT.includes(name));
    const layers = panes.map(([, pane]) => ({ element: pane, height: Number(getComputedStyle(pane).zIndex) || 0 }));
    layers.sort((a, b) => a.height - b.height);
    const controls = map.getContainer().querySelector(".leaflet-control-container");
    return [...layers.map(({ element }) => element), controls].flatMap((element) => [
      ...(element.querySelector(":scope > :not(canvas)") ? [markupPart(map, element)] : []),
      ...[...element.querySelectorAll("canvas")].filter(isSeen).map((canvas) => canvasPart(map, canvas)),
    ]);
  }

  /** The legend, where it stands below the map. */
  function keyParts(y) {
    const key = at("key");
    const { offsetWidth: width, offsetHeight: height } = key;
    const size = { width: width + 2 * ASIDE, height: height + ASIDE };
    return height ? [{ markup: framed(key, { ...size, left: ASIDE, top: 0 }), x: 0, y, ...size }] : [];
  }

  function markupPart(map, element) {
    const { x: width, y: height } = map.getSize();
    const isPane = map.getPane("mapPane").contains(element);
    const { x: left, y: top } = isPane ? map.layerPointToContainerPoint([0, 0]) : L.point(0, 0);
    return { markup: framed(element, { width, height, left, top }), x: 0, y: 0, width, height };
  }

  /** A copy of an element in a box of its own, so far from the upper left corner. */
  function framed(element, { width, height, left, top }) {
    const frame = make("div", {}, copied(element));
    frame.style.cssText = `position: absolute; left: ${left}px; top: ${top}px; width: ${width}px; height: ${height}px`;
    return frame;
  }

  /** What of a canvas is in view, with the round corners of the box that it lies in. */
  function canvasPart(map, canvas) {
    const home = map.getContainer().getBoundingClientRect();
    const box = canvas.getBoundingClientRect();
    const [left, top] = [Math.max(box.left, home.left), Math.max(box.top, home.top)];
    const width = Math.min(box.right, home.right) - left;
    const height = Math.min(box.bottom, home.bottom) - top;
    const [across, down] = [canvas.width / box.width, canvas.height / box.height];
    const copy = make("canvas", { width: Math.round(width * across), height: Math.round(height * down) });
    copy.getContext("2d").drawImage(canvas, (box.left - left) * across, (box.top - top) * down);
    const radius = parseFloat(getComputedStyle(canvas.parentElement).borderTopLeftRadius) || 0;
    return { canvas: copy, radius, x: left - home.left, y: top - home.top, width, height };
  }

  // Copying elements

  function isSeen(element) {
    const { display, visibility } = getComputedStyle(element);
    return display !== "none" && visibility !== "hidden" && element.localName !== "title";
  }

  /** A copy of an element that looks the same anywhere: with all its styles, and without anything hidden. */
  function copied(element) {
    const copy = element instanceof SVGElement ? drawnCopy(element) : plainCopy(element);
    const computed = getComputedStyle(element);
    copy.setAttribute("style", STYLES.map((name) => `${name}: ${computed.getPropertyValue(name)}`).join("; "));
    for (const child of element.childNodes) {
      if (child instanceof Text) copy.append(child.data.replace(NOT_IN_XML, ""));
      else if (child instanceof Element && isSeen(child)) copy.append(copied(child));
    }
    return copy;
  }

  /** Neither words for screen readers nor what a browser adds to buttons and lists comes along. */
  function plainCopy(element) {
    const isImage = element instanceof HTMLImageElement && element.src.startsWith("data:");
    return isImage ? make("img", { src: element.src }) : make("div");
  }

  function drawnCopy(element) {
    const copy = element.cloneNode(false);
    for (const { name } of [...copy.attributes]) if (!GEOMETRY.has(name)) copy.removeAttribute(name);
    return copy;
  }

  // Painting

  async function painted(parts, { width, height, paper }) {
    const scale = Math.min(SCALE, Math.sqrt(MOST_PIXELS / (width * height)));
    const canvas = make("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    context.fillStyle = paper;
    context.fillRect(0, 0, width, height);
    for (const part of parts) await paint(context, part);
    return new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(FAILED))), "image/png");
    });
  }

  async function paint(context, { canvas, markup, radius = 0, x, y, width, height }) {
    const image = canvas ?? (await imageOf(markup, width, height));
    context.save();
    context.beginPath();
    context.roundRect(x, y, width, height, radius);
    context.clip();
    context.drawImage(image, x, y, width, height);
    context.restore();
  }

  /** Let the browser draw elements. */
  async function imageOf(markup, width, height) {
    const drawing = svg("svg", { width: width * SCALE, height: height * SCALE, viewBox: `0 0 ${width} ${height}` });
    const frame = svg("foreignObject", { width, height });
    frame.append(markup);
    drawing.append(frame);
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(drawing))}`;
    try {
      await image.decode();
    } catch {
      throw new Error(FAILED);
    }
    return image;
  }

  return { draw, sharpen };
})();
