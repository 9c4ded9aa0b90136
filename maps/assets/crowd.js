/**
 * Places by the thousand: symbols on a canvas, those that lie close together as one cluster with a number in it.
 *
 * supercluster says what is a cluster at which zoom. Places alone look as their markers would; a cluster is sized and
 * counted by the mentions of its places. The canvas is no control: the list of places serves the keyboard.
 */
"use strict";

placelines.crowd = (() => {
  const { button, make, name, plural } = placelines.elements;
  const { light, spoken } = placelines.entries;
  const { Layer, sized } = placelines.basemap;
  const { radiusOf } = placelines.symbols;
  const { MIXED, clusterRadius, coloursNow, drawAll, drawRing, reachOf } = placelines.discs;

  const TILE = 256; // pixels of the world's width at zoom 0
  const REACH = 52; // pixels at whole zooms within which places become a cluster
  const EASE = 12; // pixels around the middle of a small symbol that still hit it
  const EDGE = 40; // pixels beyond the canvas from which symbols may reach into it
  const OVERLAID = ".leaflet-control, .leaflet-popup-pane, .leaflet-names-pane"; // what lies above the symbols
  const REST = 120; // milliseconds without a change of filters before places are gathered anew
  const MOST_ROWS = 50; // places of one cluster that are listed

  /** Longitude within +/-180. */
  const wrapped = (lng) => lng - 360 * Math.round(lng / 360);

  /** Index entries by zoom. The sums of a cluster: mentions, whether any place is sure, what colour all share. */
  function indexed(entries, maxZoom) {
    const index = new Supercluster({
      radius: REACH,
      extent: TILE,
      maxZoom,
      map: ({ weight, sure, tint }) => ({ weight, sure, tint: tint ?? null }),
      reduce: (sums, { weight, sure, tint }) => {
        sums.weight += weight;
        sums.sure = sums.sure || sure;
        if (sums.tint !== tint) sums.tint = MIXED;
      },
    });
    return index.load(entries.map((entry) => ({
      geometry: { type: "Point", coordinates: [wrapped(entry.point.lng), entry.point.lat] },
      properties: entry,
    })));
  }

  /**
   * The layer. It calls `onPick(entry, latlng)` when a place is clicked, `onMany(entries, latlng)` when a cluster is
   * that no zoom takes apart, and `onPeek(entry, latlng)` when the pointer comes upon a place, with null afterwards.
   */
  const Crowd = Layer.extend({
    options: { pane: "crowd", onPick() {}, onMany() {}, onPeek() {} },

    initialize(options) {
      Layer.prototype.initialize.call(this, [], null, options);
      this._symbols = [];
      this._marked = null;
      this._lit = null;
    },

    onAdd(map) {
      const pane = map.getPane("crowd") ?? map.createPane("crowd");
      Object.assign(pane.style, { zIndex: 610, pointerEvents: "none" }); // above markers (600), below names (620)
      this._index = indexed([], map.getMaxZoom());
      Layer.prototype.onAdd.call(this, map);
      this._follow = (event) => this._peek(event);
      this._leave = () => this._setPeeked(null);
      map.getContainer().addEventListener("pointermove", this._follow, true);
      map.getContainer().addEventListener("pointerleave", this._leave);
      map.on("click", this._click, this).on("zoomstart movestart", this._leave);
    },

    onRemove(map) {
      map.getContainer().removeEventListener("pointermove", this._follow, true);
      map.getContainer().removeEventListener("pointerleave", this._leave);
      map.off("click", this._click, this).off("zoomstart movestart", this._leave);
      this._leave();
      cancelAnimationFrame(this._frame);
      Layer.prototype.onRemove.call(this, map);
    },

    /** Draw these entries and no others, each with a point, weight, shape, sure, and a tint or null. Needs a map. */
    show(entries) {
      this._index = indexed(entries, this._map.getMaxZoom());
      this._setPeeked(null);
      this.redraw();
    },

    /** Put a ring around the entry that is open, or around the cluster that holds it; null for none. */
    mark(entry) {
      this._marked = entry;
      this._redrawSoon();
    },

    /** The same for the entry that the reader points at elsewhere on the page. */
    light(entry) {
      this._lit = entry;
      this._redrawSoon();
    },

    /**
     * Places that stand alone in view, heaviest first, each once, in the copy of the world nearest to the middle:
     * { entry, at: [x, y], radius, box } in pixels of the container.
     */
    singles() {
      const middle = this._map.getSize().x / 2;
      const fromMiddle = ({ at }) => Math.abs(at[0] - middle);
      const alone = new Map();
      for (const symbol of this._inView()) {
        const other = alone.get(symbol.entry);
        if (symbol.entry && !(other && fromMiddle(other) <= fromMiddle(symbol))) alone.set(symbol.entry, symbol);
      }
      return [...alone.values()].sort((a, b) => b.entry.weight - a.entry.weight);
    },

    /** Boxes of all symbols in view, in pixels of the container. */
    boxes() {
      return this._inView().map(({ box }) => box);
    },

    _inView() {
      const offset = this._map.layerPointToContainerPoint(this._bounds.min);
      const size = this._map.getSize();
      return this._symbols
        .map((symbol) => {
          const { entry, radius } = symbol;
          const at = [symbol.x + offset.x, symbol.y + offset.y];
          const reach = reachOf(symbol);
          const [left, top, right, bottom] = [at[0] - reach, at[1] - reach, at[0] + reach, at[1] + reach];
          return { entry, at, radius, box: { left, top, right, bottom } };
        })
        .filter(({ box }) => box.right > 0 && box.bottom > 0 && box.left < size.x && box.top < size.y);
    },

    _redrawSoon() {
      cancelAnimationFrame(this._frame);
      this._frame = requestAnimationFrame(() => {
        if (this._map && !this._map._animatingZoom) this.redraw();
      });
    },

    redraw() {
      const size = this._bounds.getSize();
      L.DomUtil.setPosition(this._container, this._bounds.min);
      const context = sized(this._container, size.x, size.y);
      const colours = coloursNow();
      this._symbols = this._lay(size);
      drawAll(context, this._symbols, colours);
      for (const entry of new Set([this._lit, this._marked, this._peeked])) {
        if (entry) this._symbolsOf(entry).forEach((symbol) => drawRing(context, symbol, colours));
      }
    },

    /** Where what stands on the canvas, largest first, so that no symbol is buried. */
    _lay(size) {
      const corner = this._map.getPixelOrigin().add(this._bounds.min);
      const scale = TILE * 2 ** this._zoom;
      const north = this._map.unproject([0, Math.max(0, corner.y - EDGE)], this._zoom).lat;
      const south = this._map.unproject([0, Math.min(scale, corner.y + size.y + EDGE)], this._zoom).lat;
      const symbols = [];
      for (let copy = Math.floor((corner.x - EDGE) / scale); copy * scale < corner.x + size.x + EDGE; copy++) {
        const [west, east] = [corner.x - EDGE, corner.x + size.x + EDGE]
          .map((x) => Math.max(-180, Math.min(180, (x / scale - copy) * 360 - 180)));
        for (const found of this._index.getClusters([west, south, east, north], this._zoom)) {
          symbols.push(this._symbol(found, copy, corner));
        }
      }
      return symbols.sort((a, b) => b.radius - a.radius);
    },

    _symbol({ geometry, properties }, copy, corner) {
      const [lng, lat] = geometry.coordinates;
      const latlng = L.latLng(lat, lng + 360 * copy);
      const { x, y } = this._map.project(latlng, this._zoom).subtract(corner);
      if (properties.cluster) {
        return { x, y, latlng, radius: clusterRadius(properties), cluster: properties };
      }
      return { x, y, latlng, radius: radiusOf(properties), entry: properties };
    },

    /** The symbols that stand for an entry, one in each copy of the world: its own, or those of its cluster. */
    _symbolsOf(entry) {
      const own = this._symbols.filter((symbol) => symbol.entry === entry);
      if (own.length) return own;
      const away = ({ latlng }) => Math.hypot(wrapped(latlng.lng - entry.point.lng), latlng.lat - entry.point.lat);
      const clusters = this._symbols.filter(({ cluster }) => cluster).sort((a, b) => away(a) - away(b));
      const holding = clusters.find(({ cluster }) => this._members(cluster).includes(entry));
      return holding ? clusters.filter(({ cluster }) => cluster.cluster_id === holding.cluster.cluster_id) : [];
    },

    _members({ cluster_id }) {
      return this._index.getLeaves(cluster_id, Infinity).map(({ properties }) => properties);
    },

    // The pointer

    /** The symbol at a point of the container: the topmost that holds it, else the nearest within easy reach. */
    _at(point) {
      const { x, y } = this._map.containerPointToLayerPoint(point).subtract(this._bounds.min);
      const away = (symbol) => Math.hypot(symbol.x - x, symbol.y - y);
      const held = this._symbols.filter((symbol) => away(symbol) <= reachOf(symbol)).at(-1);
      const near = this._symbols.filter((symbol) => away(symbol) <= EASE);
      return held ?? near.sort((a, b) => away(a) - away(b))[0] ?? null;
    },

    _peek(event) {
      if (event.buttons || this._map._animatingZoom) return;
      const isCovered = event.target.closest(OVERLAID) !== null;
      this._setPeeked(isCovered ? null : this._at(this._map.mouseEventToContainerPoint(event)));
    },

    /** While a symbol is under the pointer, the canvas takes it, so that no line below the symbol does. */
    _setPeeked(symbol) {
      const entry = symbol?.entry ?? null;
      this._container?.classList.toggle("leaflet-interactive", symbol !== null);
      if (this._container) this._container.style.pointerEvents = symbol ? "auto" : "none";
      if (entry === (this._peeked ?? null)) return;
      this._peeked = entry;
      this._redrawSoon();
      this.options.onPeek(entry, symbol?.latlng ?? null);
    },

    _click({ containerPoint }) {
      const symbol = this._at(containerPoint);
      if (symbol?.entry) this.options.onPick(symbol.entry, symbol.latlng);
      else if (symbol) this._open(symbol);
    },

    /** Zoom to where a cluster falls apart, or name its places where it never does. */
    _open({ cluster, latlng }) {
      const zoom = this._index.getClusterExpansionZoom(cluster.cluster_id);
      if (zoom <= this._map.getMaxZoom()) this._map.setView(latlng, zoom);
      else this.options.onMany(this._members(cluster).sort((a, b) => b.weight - a.weight), latlng);
    },
  });

  /** Draw the places of a page, in the place of the layer that folium made of them. */
  function setUp(page) {
    const { map } = page;
    page.crowd = new Crowd({
      onPick: (entry) => page.open(entry, { origin: "map" }),
      onMany: (entries, at) => map.openPopup(many(page, entries), at, { className: "popup" }),
      onPeek: peekOn(map),
    }).addTo(map);
    const show = () => page.crowd.show(page.entries.filter((entry) => entry.isPoint && entry.shown));
    show();
    // Indexing takes a while, and a brush that is dragged filters many times a second.
    let waiting;
    page.on("filter", () => {
      clearTimeout(waiting);
      waiting = setTimeout(show, REST);
    });
    page.on("open", ({ entry }) => page.crowd.mark(entry));
    page.on("close", () => page.crowd.mark(null));
    page.on("theme", () => page.crowd.redraw());
  }

  /** Name the place under the pointer, and light up what stands for it elsewhere. */
  function peekOn(map) {
    const tooltip = L.tooltip({ className: "peek", direction: "top", offset: [0, -8] });
    let peeked = null;
    return (entry, at) => {
      if (peeked) light(peeked, "is-lit", false);
      if (entry) light(entry, "is-lit", true);
      if (entry) tooltip.setLatLng(at).setContent(name(entry.name)).addTo(map);
      else tooltip.remove();
      peeked = entry;
    };
  }

  /** The places that no zoom takes apart, as a list to choose from. */
  function many(page, entries) {
    const rows = entries.slice(0, MOST_ROWS).map((entry) => {
      const open = () => page.open(entry, { origin: "map" });
      return make("li", {}, button({ "aria-label": spoken(entry) }, open, name(entry.name)));
    });
    const rest = entries.length - rows.length;
    const more = rest > 0 ? make("p", {}, `and ${plural(rest, "more place")}`) : null;
    return make("div", { class: "card many" }, make("ul", {}, ...rows), more);
  }

  return { Crowd, setUp };
})();
