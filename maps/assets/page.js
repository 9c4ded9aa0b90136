/**
 * The page: takes over the layers that folium made and ties them to the list, the article and the popups.
 *
 * `placelines.adopt` is the only way in, called once by the script that folium wrote. It makes the one object that the
 * other scripts share, `page`: the Leaflet `map`, the `data` with `entries` and `documents`, whether it is the map of a
 * single article and its text (`isSingle`), `open(entry, from)` and
 * `close()`, `link(element, entry, origin)`, and events: `on(type, listener)`, `emit(type, detail)`.
 *
 * Events: "open" and "close" of an entry's popup, "card" when one is made, "filter" when what is shown has changed,
 * "basemap" when that is there, "theme" when colours have changed, "corrections" when those of the reader have.
 */
"use strict";

(() => {
  const { CALM } = placelines;
  const { at, make } = placelines.elements;
  const { arrange } = placelines.layout;
  const { drawBasemap, fit } = placelines.view;

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

  /**
   * Take over a map that folium made. `layers` are those of each entry, lowest first, by its number; `crowd` is the one
   * layer of all places where they are too many for a layer each.
   */
  placelines.adopt = async (map, layers, crowd) => {
    try {
      await adopt(map, layers, crowd);
    } catch (error) {
      at("title").textContent = "This page could not be shown";
      at("source").textContent = error.message;
      throw error;
    } finally {
      root.dataset.ready = "";
    }
  };

  async function adopt(map, layers, crowd) {
    crowd?.remove(); // before it is drawn: circles by the thousand take a while, and a layer of ours stands in for them
    const data = await placelines.data.load();
    const page = { map, data, entries: data.entries, documents: data.documents, blocks: [], opened: null };
    page.isSingle = data.texts !== null && data.documents.length === 1;
    addEvents(page);
    page.link = (element, entry, origin) => placelines.entries.link(page, element, entry, origin);
    page.entries.forEach((entry, index) => placelines.entries.prepare(page, entry, index, layers[index] ?? []));
    placelines.filters.setUp(page);
    placelines.timeline.setUp(page);
    placelines.colouring.setUp(page);
    placelines.corrections.setUp(page);
    placelines.panel.setUp(page);
    placelines.sources.setUp(page);
    placelines.list.setUp(page);
    await placelines.articles.setUp(page);
    if (crowd) placelines.crowd.setUp(page);
    placelines.view.setUp(page);
    placelines.vicinities.draw(page);
    placelines.tiles.setUp(page);
    placelines.embed.setUp(page);
    placelines.popups.setUp(page);
    await placelines.reader.setUp(page);
    fit(page);
    arrange(page);
    map.on("moveend resize", () => arrange(page));
    page.on("filter", () => {
      placelines.entries.showOnMap(page);
      arrange(page);
    });
    placelines.theme.setUp(page);
    placelines.print.setUp(page);
    placelines.takeaway.setUp(page);
    placelines.address.setUp(page);
    await drawBasemap(page);
  }

  /** Let the scripts of the page hear of each other. */
  function addEvents(page) {
    const target = new EventTarget();
    page.on = (type, listener) => target.addEventListener(type, ({ detail }) => listener(detail));
    page.emit = (type, detail = {}) => target.dispatchEvent(new CustomEvent(type, { detail }));
  }
})();
