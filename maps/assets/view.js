/**
 * What the map carries and what part of the world it shows: controls, names, chips, basemap; fitting and flying.
 */
"use strict";

placelines.view = (() => {
  const { CALM, NARROW } = placelines;
  const { Layer, decode } = placelines.basemap;
  const { overlap } = placelines.labels;
  const { arrange, controlBoxes, insetSize, isInView } = placelines.layout;
  const { at, button, make } = placelines.elements;
  const { arrow } = placelines.symbols;
  const { legend } = placelines.legend;
  const { spoken } = placelines.entries;

  const MARGIN = { wide: 64, narrow: 40, share: 0.12 }; // pixels from the theatre to the edge; at most that share
  const PUSH = 600; // pixels off the middle that are as bad as one level of zoom less
  const CLEARANCE = 20; // pixels between a point of the theatre and a control
  const SCALE_ROOM = 130; // pixels that the scale bar takes at the lower left
  const MOST_NAMES = 400; // of areas and lines where there is a crowd of places
  const WATERS = new Set(["bay", "canal", "gulf", "lake", "ocean", "reservoir", "river", "sea", "sound", "strait"]);
  const NEAREST = 11; // zoom at which a single place is shown
  const FAR = { continent: 3, country: 5, region: 5, physical: 6, admin1: 7 }; // zoom at which one off the map is shown

  // Setting up, once

  /** Add what surrounds the story: panes, controls, legend, inset. */
  function setUp(page) {
    const { map } = page;
    map.createPane("basemap").style.zIndex = 150; // below tiles (200), should someone add them
    map.createPane("names").style.zIndex = 620; // above markers (600), below popups (700)
    map.setMinZoom(1);
    // Leaflet sets it as markup, and a licence is quoted from somebody's data.
    const attribution = make("span", {}, page.data.notes.attribution).innerHTML;
    map.attributionControl.setPrefix("Leaflet").addAttribution(attribution);
    control("topleft", homeButton(page)).addTo(map);
    const { width, height } = insetSize();
    page.inset = make("canvas", { role: "img", "aria-label": "Where this is in the world", width, height });
    control("topright", make("div", { class: "inset" }, page.inset)).addTo(map);
    page.key = control("bottomleft", make("div", { class: "key" })).addTo(map);
    page.legend = legend(page);
    placeLegend(page);
    NARROW.addEventListener("change", () => placeLegend(page));
    page.names = addNames(page, [...storyNames(page), ...basemapNames(page)]);
    page.namesOf = (entries) => namesOf(page, entries);
    page.chipOf = (entry) => (entry.chip ??= chip(page, entry));
    page.backChip = backChip(page);
    map.on("zoomstart", () => map.getPane("names").classList.add("is-moving"));
    liftAboveCredits(page);
    map.on("resize", () => liftAboveCredits(page));
  }

  /** Lift what stands at the lower left above the credits, where those are too long to stand beside it. */
  function liftAboveCredits({ map }) {
    const credits = map.attributionControl.getContainer();
    const isCrowded = credits.offsetWidth + SCALE_ROOM > map.getSize().x;
    map.getContainer().style.setProperty("--lift", `${isCrowded ? credits.offsetHeight : 0}px`);
  }

  function control(position, element) {
    L.DomEvent.disableClickPropagation(element);
    L.DomEvent.disableScrollPropagation(element);
    return Object.assign(new L.Control({ position }), { onAdd: () => element });
  }

  function homeButton(page) {
    const label = "Back to the story area";
    const home = button({ class: "home", title: label, "aria-label": label }, () => goHome(page));
    return make("div", { class: "leaflet-bar" }, home);
  }

  /** The legend stands on a wide map, and below a narrow one; or where `page.legendHome` says. */
  function placeLegend(page) {
    const home = page.legendHome ?? (NARROW.matches ? at("key") : page.key.getContainer());
    home.append(page.legend);
  }

  /** Make a name or sign that floats on the map, hidden until it finds room. */
  function float(tag, className, ...children) {
    const attributes = tag === "button" ? { type: "button" } : { "aria-hidden": "true" };
    return make(tag, { ...attributes, class: `float ${className}` }, ...children);
  }

  /** Add the names to the map and measure them, all at once: measuring between changes makes browsers lay out anew. */
  function addNames(page, names) {
    page.map.getPane("names").append(...names.flatMap(({ element, dot }) => (dot ? [element, dot] : [element])));
    for (const each of names) each.size = { width: each.element.offsetWidth, height: each.element.offsetHeight };
    return names;
  }

  /** The names of the story, but for those of places in a crowd, which are made when they are needed. */
  function storyNames(page) {
    const named = page.entries.filter((each) => each.shape !== "none" && each.label !== null);
    if (!page.crowd) return named.map((entry) => storyName(page, entry));
    return named.filter((each) => !each.isPoint).slice(0, MOST_NAMES).map((entry) => storyName(page, entry));
  }

  function namesOf(page, entries) {
    const fresh = entries.filter((entry) => !entry.floating);
    for (const entry of fresh) entry.floating = storyName(page, entry);
    addNames(page, fresh.map((entry) => entry.floating));
    return entries.map((entry) => entry.floating);
  }

  function storyName(page, entry) {
    const name = make("bdi", {}, entry.label ?? entry.name);
    const count = entry.shape === "label" && entry.count > 1 ? make("small", {}, ` ${entry.count.toLocaleString("en")}×`) : "";
    const doubt = entry.sure ? "" : " ?";
    const isSign = entry.shape === "line" || entry.shape === "label";
    const lineStyle = entry.shield ? `is-line is-${entry.shield}` : `is-lettering is-${entry.sort}`;
    const style = entry.shape === "line" ? lineStyle : `is-${entry.shape}`;
    const sort = (entry.code && "is-country") || (entry.shape === "label" && WATERS.has(entry.kind) && "is-water");
    const rank = [entry.count > 2 && "is-major", sort, !entry.sure && "is-unsure"];
    const look = ["is-story", style, ...rank].filter(Boolean).join(" ");
    const element = float(isSign ? "button" : "span", look, name, doubt, count);
    if (isSign && !entry.sure) element.setAttribute("aria-label", spoken(entry));
    page.link(element, entry, "map");
    return { element, entry, kind: entry.shape };
  }

  function basemapNames(page) {
    const { labels } = page.data.basemap;
    const told = new Set(page.entries.filter((e) => e.shape === "label" && e.code).map((e) => e.code));
    const named = new Set(page.entries.filter((e) => e.shape === "label").map((e) => e.name));
    const countries = labels.countries.filter((country) => !told.has(country.c));
    return [
      ...countries.map((each) => ({ ...each, kind: "country", element: float("span", "is-country", each.n) })),
      ...labels.seas.filter((each) => !named.has(each.n)).map((each) => ({ ...each, kind: "sea", element: float("span", "is-sea", each.n) })),
      ...page.data.towns.map(([name, lat, lon]) => ({
        p: [lon, lat],
        kind: "town",
        element: float("span", "is-town", make("bdi", {}, name)),
        dot: float("span", "dot"),
      })),
    ];
  }

  function chip(page, entry) {
    const unspoken = make("span", { "aria-hidden": "true" }, entry.sure ? " " : " ? ");
    if (entry.distance) unspoken.append(make("span", { class: "aside" }, entry.distance));
    const doubt = entry.sure ? "" : ", uncertain";
    const from = entry.distance ? `, ${entry.distance} from ${page.entries[page.data.view.main].name}` : "";
    const look = `chip ${entry.sure ? "" : "is-unsure"}`;
    const attributes = { type: "button", class: look, "aria-label": `Go to ${entry.name}${doubt}${from}` };
    const element = make("button", attributes, arrow(), make("bdi", {}, entry.name), unspoken);
    return page.link(element, entry, "map");
  }

  function backChip(page) {
    return button({ class: "chip is-back" }, () => goHome(page), arrow(), "Story area");
  }

  /** Unpack the basemap and put it below everything. Without it the page still works. */
  async function drawBasemap(page) {
    const { detail, world, inset } = page.data.basemap;
    if (!placelines.data.CAN_UNPACK) {
      page.map.attributionControl.addAttribution("This browser is too old to unpack the basemap");
      return;
    }
    page.blocks = await Promise.all([world, detail].filter(Boolean).map(decode));
    page.insetBlock = await decode(inset);
    page.basemap = new Layer(page.blocks, page.data.view.focus, { pane: "basemap" }).addTo(page.map);
    page.emit("basemap");
    arrange(page);
  }

  // Moving

  /** Fit the map to the theatre, its symbols clear of the controls: as near as that goes, and as much in the middle. */
  function fit(page, { animate = false } = {}) {
    const { map } = page;
    const boxes = controlBoxes(page);
    const { x, y } = map.getSize();
    const margin = Math.min(NARROW.matches ? MARGIN.narrow : MARGIN.wide, MARGIN.share * Math.min(x, y));
    const key = cornerSize(map, ".leaflet-bottom.leaflet-left");
    const inset = cornerSize(map, ".leaflet-top.leaflet-right");
    const views = [];
    for (const [left, bottom] of [[0, 0], [key.width, 0], [0, key.height]]) {
      for (const [right, top] of [[0, 0], [inset.width, 0], [0, inset.height]]) {
        const sides = [left, top, right, bottom].map((side) => side + margin);
        views.push({ ...viewWith(page, sides), aside: left + top + right + bottom });
      }
    }
    for (const step of [0.25, 0.5, 0.75]) views.push({ ...views[0], zoom: views[0].zoom - step });
    const clean = views.filter((view) => !hiddenPoints(page, view, boxes));
    const worth = ({ zoom, aside }) => zoom - aside / PUSH;
    const best = clean.sort((a, b) => worth(b) - worth(a))[0] ?? views[0];
    move(map, best.centre, best.zoom, animate);
  }

  function cornerSize(map, selector) {
    const { offsetWidth: width, offsetHeight: height } = map.getContainer().querySelector(selector);
    return { width, height };
  }

  /** Centre and zoom that show the theatre inside paddings [left, top, right, bottom]. */
  function viewWith({ map, data }, [left, top, right, bottom]) {
    const bounds = L.latLngBounds(data.view.bounds);
    const zoom = Math.min(NEAREST, map.getBoundsZoom(bounds, false, L.point(left + right, top + bottom)));
    const middle = map.project(bounds.getSouthWest(), zoom).add(map.project(bounds.getNorthEast(), zoom)).divideBy(2);
    return { zoom, centre: map.unproject(middle.add([(right - left) / 2, (bottom - top) / 2]), zoom) };
  }

  /** How many points of the theatre a control would cover in a view. */
  function hiddenPoints({ map, entries, data }, { centre, zoom }, boxes) {
    const corner = map.project(centre, zoom).subtract(map.getSize().divideBy(2));
    const bounds = L.latLngBounds(data.view.bounds).pad(0.05);
    const points = entries.flatMap((entry) => entry.path ?? (entry.layers.length ? [entry.point] : []));
    const covered = points.filter((point) => {
      const { x, y } = map.project(point, zoom).subtract(corner);
      const dot = { left: x, top: y, right: x, bottom: y };
      return bounds.contains(point) && boxes.some((box) => overlap(dot, box, CLEARANCE));
    });
    return covered.length;
  }

  function move(map, centre, zoom, animate) {
    if (animate && !CALM.matches) map.flyTo(centre, zoom, { duration: 0.9 });
    else map.setView(centre, zoom, { animate: false });
  }

  function goHome(page) {
    page.map.closePopup();
    fit(page, { animate: true });
  }

  /** Bring a point of an entry into view, then call back. */
  function reveal(page, entry, point, then) {
    const { map } = page;
    if (isInView(map, point, 8)) {
      then();
      return;
    }
    const isLocal = L.latLngBounds(page.data.view.bounds).pad(0.2).contains(point);
    map.once("moveend", then);
    if (isLocal) fit(page, { animate: true });
    else move(map, point, FAR[entry.area] ?? 6, true);
  }

  return { control, drawBasemap, fit, liftAboveCredits, placeLegend, reveal, setUp };
})();
