/**
 * Areas that the text tells of by a place: "20 km north-east of a town". They are only approximate, and look so: a tint
 * that fades out at its edge, below lines, symbols and names.
 */
"use strict";

placelines.vicinities = (() => {
  const { setAttributes } = placelines.elements;
  const { svg } = placelines.symbols;

  const HEIGHT = 350; // of the pane: above tiles (200), below lines and symbols (400)
  const SOFTNESS = 0.09; // of the shorter side of an area, over which its edge fades
  const SOFTEST = 14; // pixels
  const SHARPEST = 2;
  const OUTLINE = { weight: 1.5, dashArray: "5 5", fill: false, interactive: false };

  /** Draw the areas of the story, each tied to its entry. */
  function draw(page) {
    const { map, data } = page;
    map.createPane("areas").style.zIndex = HEIGHT;
    const renderer = L.svg({ pane: "areas", padding: 0.5 });
    const areas = data.areas.map((area) => drawOne(page, area, renderer));
    const update = () => areas.forEach((area) => soften(map, area));
    map.on("zoomend", update);
    update();
    page.on("filter", () => areas.forEach((area) => showOrHide(page, area)));
  }

  /** Draw one: a tint, and around an uncertain one dashes. */
  function drawOne(page, area, renderer) {
    const entry = page.entries[area.entry];
    const look = `pl-area ${area.sure ? "" : "pl-unsure"}`.trim();
    const options = { pane: "areas", renderer, smoothFactor: 0.5 };
    const tint = L.polygon(area.rings, { ...options, className: look, stroke: false }).addTo(page.map);
    const layers = [tint];
    if (!area.sure) {
      layers.push(L.polygon(area.rings, { ...options, ...OUTLINE, className: "pl-area-edge" }).addTo(page.map));
    }
    const element = tint.getElement();
    const label = `${area.words}, stated area, approximate${area.sure ? "" : ", uncertain"}`;
    setAttributes(element, { role: "button", tabindex: "0", "aria-label": label });
    const title = svg("title", {});
    title.textContent = `${area.words} (approximate)\n${area.excerpt}`;
    element.append(title);
    page.link(element, entry, "map");
    return { ...area, layers, tint };
  }

  /** Fade the edge over a share of how large the area is on the screen. */
  function soften(map, { tint }) {
    const bounds = tint.getBounds();
    const { x, y } = map.project(bounds.getSouthEast()).subtract(map.project(bounds.getNorthWest()));
    const blur = Math.max(SHARPEST, Math.min(SOFTEST, SOFTNESS * Math.min(x, y)));
    tint.getElement().style.setProperty("--blur", `${blur.toFixed(1)}px`);
  }

  /** Show an area while its row of the legend is on, and one of the articles that tell of it is shown. */
  function showOrHide({ filters, documents }, { layers, sure, told }) {
    const isOff = filters.layers.has("area") || (!sure && filters.layers.has("unsure"));
    const isShown = !isOff && told.some((number) => documents[number].shown);
    for (const layer of layers) layer.getElement().classList.toggle("is-filtered", !isShown);
  }

  return { draw };
})();
