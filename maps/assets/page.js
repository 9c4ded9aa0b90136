/**
 * The page: takes over the layers that folium made and ties them to the list, the article and the popups.
 *
 * `placelines.adopt` is the only way in, called once by the script that folium wrote. An entry is a place or road of
 * the story: its data from the page's block of JSON, its Leaflet layers, and every element that stands for it.
 */
"use strict";

(() => {
  const { CALM, NARROW } = placelines;
  const { fill, make, popup, setAttributes, spoken } = placelines.panel;
  const { overlap } = placelines.labels;
  const { arrange, middle } = placelines.layout;
  const { drawBasemap, fit, reveal, setUp } = placelines.view;

  const DARK = window.matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;

  if (CALM.matches) standStill();
  setDefaultIcon();

  /** Switch off every animation of Leaflet, for readers who asked for none. */
  function standStill() {
    const { panBy } = L.Map.prototype;
    L.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, inertia: false });
    L.Map.include({
      panBy(offset, options) {
        return panBy.call(this, offset, { ...options, animate: false });
      },
    });
  }

  /** Leaflet looks for its marker icons beside leaflet.css, which is inlined here: hand it the image itself. */
  function setDefaultIcon() {
    const probe = document.body.appendChild(make("div", { class: "leaflet-default-icon-path" }));
    const image = getComputedStyle(probe).backgroundImage.slice('url("'.length, -'")'.length);
    probe.remove();
    L.Icon.Default.mergeOptions({ iconUrl: image, iconRetinaUrl: image, shadowUrl: null });
    L.Icon.Default.prototype._getIconUrl = L.Icon.prototype._getIconUrl; // Leaflet 1.9.4 prefixes a folder
  }

  /** Take over a map that folium made. `layers` are those of each entry, lowest first, by its number. */
  placelines.adopt = (map, layers) => {
    const data = JSON.parse(document.getElementById("story").textContent);
    const page = { map, data, entries: data.entries, blocks: [], opened: null };
    page.link = (element, entry, origin) => link(page, element, entry, origin);
    page.entries.forEach((entry, index) => prepare(page, entry, index, layers[index] ?? []));
    fill(data, (element, index) => page.link(element, page.entries[index], "text"));
    setUp(page);
    fit(page);
    arrange(page);
    map.on("moveend resize", () => arrange(page));
    setUpPopups(page);
    setUpTheme(page);
    setUpPrint(page);
    openFromHash(page);
    window.addEventListener("hashchange", () => openFromHash(page));
    drawBasemap(page).then(() => {
      root.dataset.ready = "";
    });
  };

  // Entries: one thing in many guises

  function prepare(page, entry, index, layers) {
    const top = layers.at(-1);
    Object.assign(entry, { index, layers, elements: new Set(layers.map((layer) => layer.getElement())), anchor: null });
    entry.isPoint = entry.shape === "circle" || entry.shape === "square";
    entry.point = entry.at ? L.latLng(entry.at) : null;
    entry.paths = entry.shape === "line" ? top.getLatLngs() : null;
    entry.path = entry.paths?.flat() ?? null;
    entry.radius = entry.isPoint ? top.getRadius() : 0;
    if (entry.shape === "square") makeSquare(top);
    if (top) setAttributes(top.getElement(), { role: "button", tabindex: "0", "aria-label": spoken(entry) });
    for (const layer of layers) adoptLayer(page, entry, layer);
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
    layer.on("click", () => open(page, entry, { origin: "map" }));
    followPointer(element, entry);
    if (layer === entry.layers.at(-1)) followKeys(page, element, entry, "map");
  }

  /** Tie an element to an entry, and return it: it lights up with it, and opens it. */
  function link(page, element, entry, origin) {
    entry.elements.add(element);
    if (element.tagName === "MARK") element.classList.add(`is-${entry.shape}`);
    followPointer(element, entry);
    if (origin === "map") L.DomEvent.disableClickPropagation(element);
    element.addEventListener("click", (event) => open(page, entry, { origin, focus: event.detail === 0 }));
    if (!(element instanceof HTMLButtonElement)) followKeys(page, element, entry, origin);
    return element;
  }

  function followPointer(element, entry) {
    for (const type of ["pointerenter", "focus"]) element.addEventListener(type, () => light(entry, "is-lit", true));
    for (const type of ["pointerleave", "blur"]) element.addEventListener(type, () => light(entry, "is-lit", false));
  }

  function followKeys(page, element, entry, origin) {
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      open(page, entry, { origin, focus: true });
    });
  }

  function light(entry, className, on) {
    for (const element of entry.elements) element.classList.toggle(className, on);
  }

  // Popups

  function setUpPopups(page) {
    const { map } = page;
    map.on("popupclose", (event) => event.popup === page.popup && closed(page));
    map.on("moveend popupopen", () => clearPopup(page));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });
  }

  /** Show an entry's popup. `focus` moves the keyboard into it, and back to where it was when it closes. */
  function open(page, entry, { origin, focus = false }) {
    const returnTo = focus ? document.activeElement : null;
    const point = entry.anchor || visiblePoint(page, entry);
    if (NARROW.matches && origin === "text") document.getElementById("stage").scrollIntoView({ block: "nearest" });
    reveal(page, entry, point, () => {
      showPopup(page, entry, point, returnTo);
      if (origin === "map" && !NARROW.matches) showInText(entry);
    });
  }

  /** A point of an entry that is in view, if there is one. */
  function visiblePoint({ map }, entry) {
    const seen = entry.seen ?? [];
    return seen.length ? map.containerPointToLatLng(seen[Math.floor(seen.length / 2)]) : middle(entry);
  }

  function showPopup(page, entry, point, returnTo) {
    const { map, data } = page;
    map.closePopup();
    const size = map.getSize();
    const room = size.x - 64; // between its margins and those of the map
    page.popup = L.popup({
      className: "popup",
      maxWidth: Math.min(348, room),
      minWidth: Math.min(260, room),
      maxHeight: Math.round(size.y * 0.74),
      offset: [0, entry.isPoint ? -entry.radius + 2 : 0],
      autoPanPadding: [12, 12],
    });
    page.popup.setLatLng(point).setContent(popup(entry, data)).openOn(map);
    Object.assign(page, { opened: entry, returnTo });
    light(entry, "is-open", true);
    const element = page.popup.getElement();
    setAttributes(element, { role: "dialog", "aria-label": entry.name, tabindex: "-1" });
    if (returnTo) element.focus({ preventScroll: true });
    arrange(page);
    document.getElementById("status").textContent = spoken(entry);
    history.replaceState(null, "", `#${address(entry)}`);
  }

  function closed(page) {
    const { opened, returnTo } = page;
    light(opened, "is-open", false);
    Object.assign(page, { opened: null, popup: null, returnTo: null });
    arrange(page);
    clearPopup(page);
    if (!returnTo) return;
    const back = returnTo.isConnected ? returnTo : [...opened.elements].find((element) => element.isConnected);
    back.focus({ preventScroll: true });
  }

  /** Let controls that would cover the popup step back while it is open. */
  function clearPopup(page) {
    const card = page.popup?.getElement()?.getBoundingClientRect();
    for (const control of document.querySelectorAll(".leaflet-control, .chip")) {
      const box = control.getBoundingClientRect();
      control.classList.toggle("is-beneath", card !== undefined && overlap(box, card, 0));
    }
  }

  function showInText(entry) {
    const mark = [...entry.elements].find((element) => element.tagName === "MARK");
    mark?.closest("details")?.setAttribute("open", "");
    mark?.scrollIntoView({ block: "nearest", behavior: CALM.matches ? "auto" : "smooth" });
  }

  /** An entry's part of the page's address; half a surrogate pair cannot be in one. */
  const address = ({ id }) => encodeURIComponent(id.replace(/\p{Surrogate}/gu, "?"));

  /** Open the entry that the address names; any other address is ignored. */
  function openFromHash(page) {
    const asked = window.location.hash.slice(1);
    const entry = page.entries.find((each) => asked === address(each) || asked === each.id);
    if (entry && entry !== page.opened) open(page, entry, { origin: "address" });
  }

  // Theme and print

  const isDark = () => (root.dataset.theme ?? (DARK.matches ? "dark" : "light")) === "dark";

  function redraw(page) {
    page.basemap?.redraw();
    arrange(page);
    document.getElementById("theme").setAttribute("aria-pressed", String(isDark()));
  }

  function setUpTheme(page) {
    document.getElementById("theme").addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      redraw(page);
    });
    document.getElementById("theme").setAttribute("aria-pressed", String(isDark()));
    DARK.addEventListener("change", () => redraw(page));
  }

  /**
   * Paper is light and shows the whole story. Browsers tell of printing before they lay out for paper, so the map gets
   * the size that it will have there first.
   */
  function setUpPrint(page) {
    const { map } = page;
    let before;
    const change = (printing, theme) => {
      root.classList.toggle("is-printing", printing);
      if (theme === undefined) delete root.dataset.theme;
      else root.dataset.theme = theme;
      map.closePopup();
      map.invalidateSize({ animate: false });
    };
    window.addEventListener("beforeprint", () => {
      before = { theme: root.dataset.theme, centre: map.getCenter(), zoom: map.getZoom() };
      change(true, "light");
      fit(page);
      redraw(page);
    });
    window.addEventListener("afterprint", () => {
      change(false, before.theme);
      map.setView(before.centre, before.zoom, { animate: false });
      redraw(page);
    });
  }
})();
