/**
 * The legend: a row for each sort of symbol that this page uses, and the switch of what it stands for.
 *
 * Rows that are off stand in `page.filters.layers`. Besides the layers of entries these are "area" (stated areas),
 * "town" (towns for orientation) and "rest ..." (what is faint of a line, by the class of its stroke).
 */
"use strict";

placelines.legend = (() => {
  const { button, make } = placelines.elements;
  const { svg, symbol } = placelines.symbols;
  const { change } = placelines.filters;
  const { frameOf, shows } = placelines.basemap;
  const { TOWN_ZOOM, arrange } = placelines.layout;
  const { guess } = placelines.list;

  const SMALL = { width: 600, height: 480 }; // pixels below which a map has no room for an open legend
  const MEANINGS = {
    circle: "Place (size = mentions)",
    label: "Country, region or natural feature",
    square: "Town standing for its government or team",
    none: "Only a word for its people or things",
  };
  const DISPUTED = { class: "pl-disputed", "stroke-width": 1.5, "stroke-dasharray": "4 3" }; // as basemap.js draws it
  const EYE = "M1 8Q4.2 3.2 8 3.2T15 8Q11.8 12.8 8 12.8T1 8ZM8 5.6A2.4 2.4 0 1 0 8 10.4 2.4 2.4 0 1 0 8 5.6Z";
  const SLASH = "M2.5 13.5 13.5 2.5";

  /** An eye, which is crossed out where a row is off. */
  function eye() {
    const icon = svg("svg", { class: "eye", viewBox: "0 0 16 16", "aria-hidden": "true" });
    icon.append(svg("path", { d: EYE }), svg("path", { class: "slash", d: SLASH }));
    return icon;
  }

  /** A row that switches some layers. */
  function row(page, layers, looks, words) {
    const what = make("span", { class: "what" }, words);
    const press = () => {
      const off = new Set(page.filters.layers);
      const isOn = !off.has(layers[0]);
      for (const layer of layers) isOn ? off.add(layer) : off.delete(layer);
      element.setAttribute("aria-pressed", String(!isOn));
      change(page, { layers: off });
    };
    const element = button({ "aria-pressed": "true" }, press, ...looks.map(symbol), what, eye());
    const item = make("li", {}, element);
    if (layers[0] === "town") showFrom(page.map, item, TOWN_ZOOM);
    return item;
  }

  /** Show a row only where the map is near enough to show what it stands for. */
  function showFrom(map, item, zoom) {
    const look = () => (item.hidden = map.getZoom() < zoom);
    map.on("zoomend", look);
    look();
  }

  /** The layers that a row for lines switches: its entries, and where it stands for what is faint, that as well. */
  function lineLayers({ rest, strokes }, number) {
    return [`line ${number}`, ...(rest ? [`rest ${strokes.at(-1).class}`] : [])];
  }

  /** The legend's rows for the symbols that this page uses, one for all that are uncertain. */
  function rows(page) {
    const { entries, data } = page;
    const first = (test) => entries.filter(test).slice(0, 1);
    const shapes = [...Object.keys(MEANINGS), "line"];
    const unsure = shapes.flatMap((shape) => first((e) => !e.sure && e.shape === shape));
    const all = [
      ...Object.entries(MEANINGS).map(([shape, words]) => {
        return [[shape], first((entry) => entry.sure && entry.shape === shape), words];
      }),
      ...data.lines.map((line, number) => [
        lineLayers(line, number),
        [{ shape: "line", strokes: line.strokes }],
        line.words,
      ]),
      [["area"], data.areas.length ? [{ shape: "area" }] : [], "Stated area, approximate"],
      [["unsure"], unsure, `Uncertain: ${guess(data.threshold)}`],
      [["town"], data.towns.length ? [{ shape: "town" }] : [], "Other town"],
    ];
    return all.filter(([, looks]) => looks.length).map((each) => row(page, ...each));
  }

  /** Tell of boundaries that are in dispute while the map shows any; there is no switch, for they are never hidden. */
  function tellDisputed(page, list) {
    const line = symbol({ shape: "line", strokes: [DISPUTED] });
    const element = make("li", { class: "disputed" }, line, "Disputed boundary");
    const look = () => {
      if (shows(page.blocks, "disputed", frameOf(page.map))) list.append(element);
      else element.remove();
    };
    page.map.on("moveend", look);
    page.on("basemap", look);
  }

  /** Hide what is faint of the lines whose row is off; an entry of its own is hidden as every entry is. */
  function showRests({ map, filters }) {
    for (const path of map.getContainer().querySelectorAll(".pl-rest:not([role])")) {
      const isOff = [...path.classList].some((name) => filters.layers.has(`rest ${name}`));
      path.classList.toggle("is-off", isOff);
    }
  }

  /** Make the legend foldable; where the map is small, it starts folded. */
  function foldable(page, list) {
    const { map } = page;
    const press = () => {
      fold.setAttribute("aria-expanded", String(fold.getAttribute("aria-expanded") !== "true"));
      arrange(page);
    };
    const fold = button({ class: "fold" }, press, "Legend");
    const legend = make("div", { class: "rows" }, fold, list);
    const isFramed = document.documentElement.classList.contains("is-embedded");
    let isSmall = null;
    const measure = () => {
      const { x, y } = map.getSize();
      const wasSmall = isSmall;
      isSmall = isFramed || x < SMALL.width || y < SMALL.height;
      if (isSmall !== wasSmall) fold.setAttribute("aria-expanded", String(!isSmall));
    };
    map.on("resize", measure);
    measure();
    return legend;
  }

  /** Make the legend. */
  function legend(page) {
    page.on("filter", () => showRests(page));
    const hasLines = page.entries.some((entry) => entry.shape === "line");
    const list = make("ul", { class: hasLines ? "has-lines" : "" }, ...rows(page));
    tellDisputed(page, list);
    return foldable(page, list);
  }

  return { legend };
})();
