/**
 * Entries: a place or line of the story in its many guises.
 *
 * To what the page's data says of it an entry gets its number (`index`), its Leaflet layers, the elements that stand
 * for it, where it lies (`point`, or `paths` and `path`), the row of the legend that it belongs to (`layer`), the
 * mentions that pass the filters (`weight`), whether it is shown, and if it has a colour of its own, that (`tint`) and
 * what it says (`tinted`), and whether the reader corrected it (`pending`).
 */
"use strict";

placelines.entries = (() => {
  const { plural, setAttributes } = placelines.elements;
  const { radiusOf } = placelines.symbols;

  /** What a screen reader says of an entry: "Homs, city, 2 mentions, uncertain, confidence 62 percent". */
  function spoken({ name, kind, weight, count, sure, confidence, tinted, pending }) {
    const mentions = plural(weight ?? count, "mention");
    const surety = `confidence ${confidence} percent`;
    const news = pending && "corrected, not yet applied";
    return [name, kind, mentions, !sure && "uncertain", surety, tinted, news].filter(Boolean).join(", ");
  }

  /** Complete an entry. `layers` are those that draw it, lowest first; none of a place in a crowd. */
  function prepare(page, entry, index, layers) {
    const top = layers.at(-1);
    Object.assign(entry, { index, layers, elements: new Set(layers.map((layer) => layer.getElement())), anchor: null });
    entry.isPoint = entry.shape === "circle" || entry.shape === "square";
    entry.point = entry.at ? L.latLng(entry.at) : null;
    entry.paths = entry.shape === "line" ? top.getLatLngs() : null;
    entry.path = entry.paths?.flat() ?? null;
    entry.layer = layerOf(entry, page.data);
    Object.assign(entry, { weight: entry.count, shown: true, tint: null, tinted: null, pending: false });
    entry.radius = entry.isPoint ? radiusOf(entry) : 0;
    if (entry.shape === "square" && top) makeSquare(top);
    if (top) setAttributes(top.getElement(), { role: "button", tabindex: "0", "aria-label": spoken(entry) });
    for (const layer of layers) adoptLayer(page, entry, layer);
  }

  /** The row of the legend that an entry belongs to. */
  function layerOf(entry, { lines }) {
    if (!entry.sure) return "unsure";
    if (entry.shape !== "line") return entry.shape;
    const look = JSON.stringify(entry.strokes);
    return `line ${lines.findIndex(({ strokes }) => JSON.stringify(strokes) === look)}`;
  }

  /** Draw a circle marker as a square of the same size. */
  function makeSquare(marker) {
    marker._updatePath = function () {
      const { x, y } = this._point;
      const side = 2 * this._radius;
      const d = this._empty() ? "M0 0" : `M${x - side / 2} ${y - side / 2}h${side}v${side}h${-side}z`;
      this._renderer._setPath(this, d);
    };
    marker.redraw();
  }

  function adoptLayer(page, entry, layer) {
    const element = layer.getElement();
    layer.on("click", () => page.open(entry, { origin: "map" }));
    followPointer(page, element, entry);
    if (layer === entry.layers.at(-1)) followKeys(page, element, entry, "map");
  }

  /** Tie an element to an entry, and return it: it lights up with it, and opens it. */
  function link(page, element, entry, origin) {
    entry.elements.add(element);
    if (element.tagName === "MARK") element.classList.add(`is-${entry.shape}`);
    if (entry === page.opened) element.classList.add("is-open");
    if (entry.pending) element.classList.add("is-pending");
    followPointer(page, element, entry);
    if (origin === "map") L.DomEvent.disableClickPropagation(element);
    element.addEventListener("click", (event) => page.open(entry, { origin, focus: event.detail === 0, element }));
    if (!(element instanceof HTMLButtonElement)) followKeys(page, element, entry, origin);
    return element;
  }

  function followPointer(page, element, entry) {
    const point = (on) => {
      light(entry, "is-lit", on);
      page.crowd?.light(on ? entry : null);
    };
    for (const type of ["pointerenter", "focus"]) element.addEventListener(type, () => point(true));
    for (const type of ["pointerleave", "blur"]) element.addEventListener(type, () => point(false));
  }

  function followKeys(page, element, entry, origin) {
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      page.open(entry, { origin, focus: true, element });
    });
  }

  /** Put a class on everything that stands for an entry, or take it off. */
  function light(entry, className, on) {
    for (const element of entry.elements) element.classList.toggle(className, on);
  }

  /** Bring what stands on the map in line with what passes the filters. */
  function showOnMap(page) {
    for (const entry of page.entries) {
      const top = entry.layers.at(-1);
      for (const layer of entry.layers) layer.getElement().classList.toggle("is-filtered", !entry.shown);
      top?.getElement().setAttribute("aria-label", spoken(entry));
      if (entry.isPoint) showPoint(entry, top);
    }
  }

  /** Size and colour of a place, whose marker is `top` unless it stands in a crowd. */
  function showPoint(entry, top) {
    const size = radiusOf(entry);
    if (top && entry.shown && size !== entry.radius) top.setRadius(size);
    entry.radius = size;
    top?.getElement().style.setProperty(entry.sure ? "fill" : "stroke", entry.tint ?? "");
  }

  return { light, link, prepare, showOnMap, spoken };
})();
