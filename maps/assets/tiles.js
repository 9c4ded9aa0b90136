/**
 * The online map: pictures that a server draws, under the story instead of the built-in basemap.
 *
 * Off whenever a page is opened, and nothing is remembered: a server learns where a story is only from those who press
 * the button. Where the pictures do not come, the built-in basemap, which stays below them, is there again.
 */
"use strict";

placelines.tiles = (() => {
  const { at, button, make } = placelines.elements;
  const { arrange } = placelines.layout;
  const { linked } = placelines.panel;
  const { control, liftAboveCredits } = placelines.view;

  const LABEL = "Show online map";
  const FAILED = "The online map could not be loaded; this is the built-in one.";
  const NOTHING = "Until it is pressed, this page asks no server for anything.";
  const PATIENCE = 6000; // milliseconds until a first picture must have come
  const READING_TIME = 12000; // milliseconds that a message stays
  const NEAREST = 18; // zoom up to which the online map is shown

  /** Put the button on the map, if this page may show an online map at all. */
  function setUp(page) {
    const { tiles } = page.data;
    if (!tiles) return;
    const title = `Asks ${tiles.server} for map pictures of the area shown`;
    const press = () => (online.layer ? switchOff(online) : switchOn(online));
    const online = {
      page,
      tiles,
      button: button({ class: "online", title, "aria-label": LABEL, "aria-pressed": "false" }, press),
      message: make("p", { class: "online-message", role: "status" }),
      layer: null,
    };
    page.map.getContainer().querySelector(".home").after(online.button);
    control("topleft", online.message).addTo(page.map);
    at("notes").append(make("p", {}, `“${LABEL}” asks ${tiles.server} for pictures of the area shown. ${NOTHING}`));
  }

  function switchOn(online) {
    const { map } = online.page;
    const { url, subdomains, minZoom, maxZoom, attribution } = online.tiles;
    online.usualMaxZoom = map.getMaxZoom();
    const nearest = Math.max(online.usualMaxZoom, Math.min(NEAREST, maxZoom));
    online.layer = L.tileLayer(url, {
      subdomains,
      minZoom,
      maxZoom: nearest,
      maxNativeZoom: maxZoom,
      attribution: make("bdi", {}, ...linked(attribution)).outerHTML, // Leaflet takes markup
      referrerPolicy: "no-referrer",
    });
    online.layer.once("tileload", () => window.clearTimeout(online.timer));
    online.layer.once("tileerror", () => giveUp(online));
    window.clearTimeout(online.timer);
    online.timer = window.setTimeout(() => giveUp(online), PATIENCE);
    map.setMaxZoom(nearest);
    online.layer.addTo(map);
    say(online, "");
    show(online);
  }

  function switchOff(online) {
    const { map } = online.page;
    window.clearTimeout(online.timer);
    online.layer.off("tileload tileerror").remove();
    online.layer = null;
    map.setMaxZoom(online.usualMaxZoom);
    show(online);
  }

  function giveUp(online) {
    switchOff(online);
    say(online, FAILED);
    online.timer = window.setTimeout(() => say(online, ""), READING_TIME);
  }

  function say(online, words) {
    online.message.textContent = words;
    arrange(online.page);
  }

  /** Let the page look as the online map is: names that its pictures have themselves are not shown twice. */
  function show({ page, button: pressed, layer }) {
    pressed.setAttribute("aria-pressed", String(layer !== null));
    document.documentElement.classList.toggle("is-online", layer !== null);
    liftAboveCredits(page);
    arrange(page);
  }

  return { setUp };
})();
