/**
 * What stands where on the map: names, signs, chips at the edge, inset.
 *
 * Everything is laid out anew whenever the map has come to rest, in pixels of the map's container. What is taken first
 * stays free of the rest: controls, an open popup, symbols, countries of the story, chips, signs, names of the story's
 * places, lettering of its lines, names of its areas, names of the basemap.
 */
"use strict";

placelines.layout = (() => {
  const { NARROW } = placelines;
  const { drawInset, frameOf, roomiest, roomiestWater } = placelines.basemap;
  const { Room, along, aroundArea, aroundPoint, atEdge, boxAround } = placelines.labels;

  const EDGE = 10; // pixels between a chip and the edge of the map
  const AREA_GAP = 12; // pixels between the name of an area and anything else
  const SIGN_GAP = 6; // pixels between a sign and anything else
  const DEEP = 1; // cells of a country that must be seen around the name of one that the story does not tell of
  const MAX_CHIPS = 12;
  const MOST_SINGLES = 60; // places of a crowd that are named in one view
  const WANDERING_ZOOM = 5; // from here on the name of an area may leave its point
  const MAX_TOWNS = 10;
  const TOWN_ZOOM = 3.5; // from here on towns are shown: farther out one stands for half a continent
  const MOST_DOTS = 300; // places in the inset

  function isInView(map, point, margin) {
    const { x, y } = map.latLngToContainerPoint(point);
    const size = map.getSize();
    return x >= margin && y >= margin && x <= size.x - margin && y <= size.y - margin;
  }

  function pixel(map, point) {
    const { x, y } = map.latLngToContainerPoint(point);
    return [x, y];
  }

  /** Boxes of the controls on the map, the empty ones left out. */
  const controlBoxes = ({ map }) => boxesOf(map, [...map.getContainer().querySelectorAll(".leaflet-control")]);

  function boxesOf(map, elements) {
    const origin = map.getContainer().getBoundingClientRect();
    return elements
      .map((element) => element.getBoundingClientRect())
      .filter((box) => box.width * box.height > 0)
      .map((box) => ({
        left: box.left - origin.left,
        top: box.top - origin.top,
        right: box.right - origin.left,
        bottom: box.bottom - origin.top,
      }));
  }

  function arrange(page) {
    const { map } = page;
    const size = map.getSize();
    arrangeInset(page);
    const room = new Room({ left: 4, top: 4, right: size.x - 4, bottom: size.y - 4 });
    controlBoxes(page).forEach((box) => room.take(box));
    if (page.popup) boxesOf(map, [page.popup.getElement()]).forEach((box) => room.take(box));
    page.entries.filter((entry) => entry.shown).forEach((entry) => takeSymbol(map, room, entry));
    page.crowd?.boxes().forEach((box) => room.take(box));
    for (const each of page.names) hide(each);
    const shown = page.names.filter((each) => each.entry?.shown);
    const onMap = shown.filter((each) => (each.kind !== "label" || !each.entry.code));
    const frame = frameOf(map);
    placeCountries(page, room, frame, shown.filter((each) => each.entry.code));
    arrangeChips(page, room);
    const lines = onMap.filter((each) => each.kind === "line");
    lines.filter((each) => each.entry.shield).forEach((each) => placeSign(map, room, each));
    onMap.filter((each) => each.entry.isPoint).forEach((each) => placeAtPoint(map, room, each, each.entry));
    if (page.crowd) placeCrowd(page, room);
    lines.filter((each) => !each.entry.shield).forEach((each) => placeSign(map, room, each));
    onMap.filter((each) => each.kind === "label").forEach((each) => placeOnArea(map, room, each, isAtHome(map, page.data)));
    placeBasemapNames(page, room, frame);
    map.getPane("names").classList.remove("is-moving");
  }

  function takeSymbol(map, room, entry) {
    if (entry.isPoint && entry.layers.length) {
      const [x, y] = pixel(map, entry.point);
      entry.box = boxAround(x, y, { width: 2 * entry.radius + 2, height: 2 * entry.radius + 2 });
      room.take(entry.box);
      entry.layers[0].getElement().setAttribute("tabindex", isInView(map, entry.point, 0) ? "0" : "-1");
    } else if (entry.path) {
      entry.seen = entry.paths.flatMap((path) => along(path.map((point) => pixel(map, point)), 6, room.bounds));
      room.takeLine(entry.seen);
    }
  }

  function hide({ element, dot, entry }) {
    element.classList.remove("is-shown");
    dot?.classList.remove("is-shown");
    if (entry) entry.anchor = null;
  }

  function show(map, { element, size }, box) {
    L.DomUtil.setPosition(element, map.containerPointToLayerPoint([Math.round(box.left), Math.round(box.top)]));
    element.classList.add("is-shown");
    return map.containerPointToLatLng([box.left + size.width / 2, box.top + size.height / 2]);
  }

  function placeAtPoint(map, room, each, { point, radius, box: own = null }) {
    if (!isInView(map, point, 0)) return false;
    const box = room.choose(aroundPoint(pixel(map, point), radius, each.size), 3, own);
    if (box) show(map, each, box);
    return box !== null;
  }

  /** Name the weightiest of the places in a crowd that stand alone. */
  function placeCrowd(page, room) {
    for (const { floating } of page.named ?? []) hide(floating);
    const singles = page.crowd.singles().slice(0, MOST_SINGLES);
    page.named = singles.map(({ entry }) => entry);
    const names = page.namesOf(page.named);
    singles.forEach(({ at, radius, box }, index) => {
      const own = room.taken.find((other) => other.left === box.left && other.top === box.top);
      const place = room.choose(aroundPoint(at, radius, names[index].size), 3, own);
      if (place) show(page.map, names[index], place);
    });
  }

  /** Put the sign of a line on its visible part, or its lettering beside that, as near to the middle as there is room. */
  function placeSign(map, room, each) {
    const { seen, shield } = each.entry;
    const middle = (seen.length - 1) / 2;
    const order = seen.map((_, index) => index).sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    const spots = order.map((index) => seen[index]);
    if (shield) {
      const box = spots.map((spot) => boxAround(...spot, each.size)).find((each) => room.isFree(each, SIGN_GAP));
      if (!box) return;
      room.take(box);
      each.entry.anchor = show(map, each, box);
    } else {
      const few = spots.filter((_, index) => index % 4 === 0);
      const box = room.choose(few.flatMap((spot) => aroundPoint(spot, 5, each.size)), SIGN_GAP);
      if (box) show(map, each, box);
    }
  }

  /** Whether the middle of the view lies where the story plays. */
  const isAtHome = (map, { view }) => L.latLngBounds(view.bounds).pad(0.2).contains(map.getCenter());

  /** Put the name of a region on its point, or near by; far out, near by would be in the next one. */
  function placeOnArea(map, room, each, isHome) {
    const { point, around } = each.entry;
    const isSeen = isInView(map, point, 0);
    if (!isSeen && !(around && isHome)) return;
    const boxes = aroundArea(pixel(map, isSeen ? point : map.getCenter()), each.size);
    const box = room.choose(map.getZoom() < WANDERING_ZOOM ? boxes.slice(0, 3) : boxes, AREA_GAP);
    if (box) each.entry.anchor = show(map, each, box);
  }

  /** Put the names of countries where most of them is seen. An `anchor` of false says: in view, but without room. */
  function placeCountries(page, room, frame, names) {
    const { map } = page;
    for (const each of names) {
      const code = each.entry?.code ?? each.c;
      const point = each.entry?.point ?? nearest(map, each.p);
      const ownPoint = isInView(map, point, 0) ? [pixel(map, point)] : [];
      const least = each.entry || ownPoint.length ? 0 : DEEP; // an outpost should not bear the name of its country
      const cells = code ? roomiest(page.blocks, code, frame, least) : []; // territories without a code share ""
      // A name that is crowded off its own point stays as near to it as it can.
      if (ownPoint.length) cells.sort((a, b) => apart(a, ownPoint[0]) - apart(b, ownPoint[0]));
      const spots = [...ownPoint, ...cells];
      const spot = spots.map((xy) => boxAround(...xy, each.size)).find((box) => room.isFree(box, AREA_GAP));
      if (each.entry) each.entry.anchor = spots.length ? false : null;
      if (!spot) continue;
      room.take(spot);
      const anchor = show(map, each, spot);
      if (each.entry) each.entry.anchor = anchor;
    }
  }

  const apart = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);

  /** The copy of a [lon, lat] that is nearest to the middle of the view. */
  function nearest(map, [lon, lat]) {
    return L.latLng(lat, lon + 360 * Math.round((map.getCenter().lng - lon) / 360));
  }

  function placeBasemapNames(page, room, frame) {
    const { map } = page;
    const zoom = map.getZoom();
    const of = (kind, rank) => page.names.filter((each) => each.kind === kind && (each.s ?? 0) <= rank);
    placeCountries(page, room, frame, of("country", zoom - 0.5));
    placeWaters(page, room, frame, of("sea", zoom - 1).filter((sea) => sea.k !== "lake" || zoom > sea.s + 3));
    let left = NARROW.matches ? MAX_TOWNS / 2 : MAX_TOWNS;
    if (page.filters.layers.has("town") || zoom < TOWN_ZOOM) return;
    for (const each of of("town", 0)) if (left > 0 && placeTown(map, room, each)) left--;
  }

  /** Put the names of waters on their points, or where the view has most room on water that is theirs. */
  function placeWaters({ map, blocks }, room, frame, waters) {
    const unseen = [];
    for (const each of waters) {
      const point = nearest(map, each.p);
      const box = isInView(map, point, 0) ? room.choose(aroundArea(pixel(map, point), each.size), AREA_GAP) : null;
      if (box) show(map, each, box);
      else if (each.b) unseen.push(each);
    }
    const cells = unseen.length && blocks.length ? roomiestWater(blocks, frame) : [];
    for (const xy of cells) {
      const water = smallestHolding(waters, map.containerPointToLatLng(xy));
      const box = water && unseen.includes(water) ? boxAround(...xy, water.size) : null;
      if (!box || !room.isFree(box, AREA_GAP)) continue;
      room.take(box);
      show(map, water, box);
      unseen.splice(unseen.indexOf(water), 1);
      if (!unseen.length) return;
    }
  }

  /** The water with the smallest box around a point: a gulf rather than its sea. */
  function smallestHolding(waters, { lat, lng }) {
    const width = ([west, , east]) => (((east - west) % 360) + 360) % 360;
    const area = ({ b }) => width(b) * (b[3] - b[1]);
    const holding = waters.filter(({ b }) => b && lat >= b[1] && lat <= b[3] && width([b[0], 0, lng]) <= width(b));
    return holding.sort((a, b) => area(a) - area(b))[0];
  }

  function placeTown(map, room, each) {
    const point = nearest(map, each.p);
    const [x, y] = pixel(map, point);
    const dot = boxAround(x, y, { width: 6, height: 6 });
    if (!room.isFree(dot, 10) || !placeAtPoint(map, room, each, { point, radius: 3 })) return false;
    room.take(dot);
    L.DomUtil.setPosition(each.dot, map.containerPointToLayerPoint([dot.left, dot.top]));
    each.dot.classList.add("is-shown");
    return true;
  }

  // Chips: what the view leaves out

  function isOffMap({ map, crowd, data }, entry) {
    if (entry.shape === "none" || !entry.shown || (crowd && !entry.path)) return false;
    if (entry.path) return !entry.seen.length;
    if (entry.code) return entry.anchor === null;
    if (entry.area === "continent" || entry.area === "region") return false;
    if (entry.around && isAtHome(map, data)) return false;
    return !isInView(map, entry.point, entry.isPoint ? 2 : 0);
  }

  function arrangeChips(page, room) {
    const { map } = page;
    const edges = placelines.elements.at("edges");
    const home = L.latLngBounds(page.data.view.bounds).pad(0.05);
    const off = page.entries.filter((entry) => isOffMap(page, entry));
    const isAway = !map.getBounds().intersects(home);
    const chips = off.filter((entry) => !isAway || !home.contains(middle(entry)));
    const shown = chips.slice(0, MAX_CHIPS).map((entry) => ({ button: page.chipOf(entry), point: middle(entry) }));
    if (isAway) shown.unshift({ button: page.backChip, point: home.getCenter() });
    edges.replaceChildren(...shown.map(({ button }) => button));
    const { x, y } = map.getSize();
    const edge = new Room({ left: EDGE, top: EDGE, right: x - EDGE, bottom: y - EDGE });
    edge.taken = room.taken;
    for (const each of shown) placeChip(map, edge, each);
  }

  const middle = (entry) => entry.point ?? entry.path[Math.floor(entry.path.length / 2)];

  function placeChip(map, edge, { button, point }) {
    const target = pixel(map, point);
    const { x, y } = map.getSize();
    const angle = Math.atan2(target[1] - y / 2, target[0] - x / 2);
    button.firstChild.style.transform = `rotate(${angle}rad)`;
    if (NARROW.matches) return;
    button.hidden = false;
    const box = atEdge(edge, target, { width: button.offsetWidth, height: button.offsetHeight });
    button.hidden = box === null;
    if (box) Object.assign(button.style, { left: `${Math.round(box.left)}px`, top: `${Math.round(box.top)}px` });
  }

  // Inset

  const insetSize = () => (NARROW.matches ? { width: 108, height: 72 } : { width: 168, height: 112 });

  function arrangeInset(page) {
    const { map, inset, insetBlock, entries } = page;
    const bounds = map.getBounds();
    const isWide = bounds.getEast() - bounds.getWest() > 100;
    inset.parentElement.hidden = isWide || !insetBlock;
    if (isWide || !insetBlock) return;
    const colour = ({ shape }) => (shape === "square" ? "capital" : "place");
    const dots = entries
      .filter((entry) => entry.isPoint && entry.shown)
      .slice(0, MOST_DOTS)
      .map((entry) => ({ at: [entry.point.lat, entry.point.lng], name: colour(entry), sure: entry.sure }));
    drawInset(inset, insetBlock, {
      ...insetSize(),
      around: insetBounds(page, bounds),
      dots,
      view: { west: bounds.getWest(), east: bounds.getEast(), north: bounds.getNorth(), south: bounds.getSouth() },
    });
  }

  /** What the inset shows: the view and every place, but never less than a continent. */
  function insetBounds({ entries, data }, view) {
    const all = L.latLngBounds(data.view.bounds).extend(view.getCenter());
    for (const entry of entries) if (entry.point) all.extend(entry.point);
    const { lat, lng } = all.getCenter();
    const width = Math.max(84, (all.getEast() - all.getWest()) * 1.16);
    const height = Math.max(40, (all.getNorth() - all.getSouth()) * 1.2);
    return {
      west: lng - width / 2,
      east: lng + width / 2,
      south: Math.max(-60, lat - height / 2),
      north: Math.min(78, lat + height / 2),
    };
  }

  return { TOWN_ZOOM, arrange, controlBoxes, insetSize, isInView, middle };
})();
