/**
 * Popups: the card of the one entry that is open.
 */
"use strict";

placelines.popups = (() => {
  const { NARROW } = placelines;
  const { announce, at, setAttributes } = placelines.elements;
  const { overlap } = placelines.labels;
  const { arrange, middle } = placelines.layout;
  const { reveal } = placelines.view;
  const { card } = placelines.card;
  const { light, spoken } = placelines.entries;

  const TALLEST = 440; // pixels of a popup: a taller one would push the map that it is about out of view

  function setUp(page) {
    const { map } = page;
    page.open = (entry, from) => open(page, entry, from);
    page.close = () => map.closePopup();
    map.on("popupclose", (event) => event.popup === page.popup && closed(page));
    map.on("moveend popupopen", () => stepBack(page));
    map.on("resize", () => resize(page));
    page.on("filter", () => page.opened && !page.opened.shown && page.close());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) page.close();
    });
  }

  /**
   * Show an entry's popup.
   *
   * `origin` tells what the reader used ("map", "list", "text", "address"), `element` which element of it; `focus`
   * moves the keyboard into the popup, and back to where it was when it closes.
   */
  async function open(page, entry, { origin, focus = false, element = null }) {
    if (!entry.shown) {
      announce(`${entry.name} is left out just now: see the legend and the filters`);
      return;
    }
    const returnTo = focus ? document.activeElement : null;
    page.opening = entry;
    const details = await page.data.details.get(entry.index);
    if (page.opening !== entry) return;
    const point = entry.anchor || visiblePoint(page, entry);
    if (NARROW.matches && origin !== "map") at("stage").scrollIntoView({ block: "nearest" });
    reveal(page, entry, point, () => {
      if (page.opening === entry) show(page, entry, { details, point, returnTo, origin, element });
    });
  }

  /** A point of an entry that is in view, if there is one. */
  function visiblePoint({ map }, entry) {
    const seen = entry.seen ?? [];
    return seen.length ? map.containerPointToLatLng(seen[Math.floor(seen.length / 2)]) : middle(entry);
  }

  function show(page, entry, { details, point, returnTo, origin, element }) {
    const { map } = page;
    page.replacing = true;
    map.closePopup();
    page.replacing = false;
    page.popup = L.popup({
      className: "popup",
      ...measures(map),
      offset: [0, entry.isPoint ? -entry.radius + 2 : 0],
      autoPanPadding: [12, 12],
    });
    page.popup.setLatLng(point).setContent(card(entry, details, page)).openOn(map);
    Object.assign(page, { opened: entry, returnTo });
    light(entry, "is-open", true);
    const box = page.popup.getElement();
    setAttributes(box, { role: "dialog", "aria-label": entry.name, tabindex: "-1" });
    if (returnTo) box.focus({ preventScroll: true });
    arrange(page);
    announce(spoken(entry));
    page.emit("open", { entry, origin, element });
  }

  /** How large a popup may be on a map of this size. */
  function measures(map) {
    const { x, y } = map.getSize();
    const room = x - 64; // between its margins and those of the map
    return {
      maxWidth: Math.min(348, room),
      minWidth: Math.min(260, room),
      maxHeight: Math.min(TALLEST, Math.round(y * 0.74)),
    };
  }

  /** Let the popup take the size of what is in it and of the map; its own update() would take the focus away. */
  function resize({ map, popup }) {
    if (!popup?.isOpen()) return;
    Object.assign(popup.options, measures(map));
    popup._updateLayout();
    popup._updatePosition();
    popup._adjustPan();
  }

  function closed(page) {
    const { opened, returnTo } = page;
    light(opened, "is-open", false);
    Object.assign(page, { opened: null, opening: null, popup: null, returnTo: null });
    arrange(page);
    stepBack(page);
    if (!page.replacing) page.emit("close", { entry: opened });
    if (!returnTo) return;
    const back = returnTo.isConnected ? returnTo : [...opened.elements].find((element) => element.isConnected);
    back?.focus({ preventScroll: true });
  }

  /** Let controls that would cover the popup step back while it is open. */
  function stepBack(page) {
    const box = page.popup?.getElement()?.getBoundingClientRect();
    for (const control of document.querySelectorAll(".leaflet-control, .chip")) {
      const own = control.getBoundingClientRect();
      control.classList.toggle("is-beneath", box !== undefined && overlap(own, box, 0));
    }
  }

  return { resize, setUp };
})();
