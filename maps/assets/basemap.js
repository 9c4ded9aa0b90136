/**
 * The basemap: unpacks the land, waters and borders that the page carries, and draws them on canvas.
 *
 * Points are kept in units of the world's width (Web Mercator, 0 to 1 from west to east and north to south), so that a
 * frame at any zoom is one multiplication away. A frame maps them to pixels: `x * scale - left`.
 */
"use strict";

placelines.basemap = (() => {
  const TILE = 256; // pixels of the world's width at zoom 0
  const CELL = { width: 32, height: 16 }; // pixels; names are looked room for in cells twice as wide as high
  const PROVINCE_ZOOM = 5.5; // from here on the borders of provinces are drawn
  const RIVER_ZOOM = 0; // from here on the largest rivers are drawn, those of rank 0; each rank comes one level later
  const RIVER_WIDTHS = [0.8, 1.2, 1.6]; // pixels; a river grows by a step for every three levels that it has been there
  const BORDER = { width: 1.25, zoom: 5 }; // pixels of a border from that zoom on; farther out it is thinner
  const SUB_PIXEL = 1; // points closer than this to the last one drawn are hardly told apart

  function project(lon, lat) {
    const sin = Math.sin((Math.max(-85.06, Math.min(85.06, lat)) * Math.PI) / 180);
    return [lon / 360 + 0.5, 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)];
  }

  /** Turn deltas into projected points with the box around them. */
  function path(deltas, scale) {
    const points = new Float64Array(deltas.length);
    const box = { west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
    for (let i = 0, lon = 0, lat = 0; i < deltas.length; i += 2) {
      lon += deltas[i];
      lat += deltas[i + 1];
      const [x, y] = project(lon / scale, lat / scale);
      points[i] = x;
      points[i + 1] = y;
      box.west = Math.min(box.west, x);
      box.east = Math.max(box.east, x);
      box.north = Math.min(box.north, y);
      box.south = Math.max(box.south, y);
    }
    return { points, box };
  }

  /** Decode one block of the page's data. */
  async function decode(packed) {
    const block = await placelines.data.unpack(packed);
    const paths = (list) => list.map((deltas) => path(deltas, block.scale));
    return {
      land: block.land.map((land) => ({ code: land.c, rings: paths(land.r) })),
      coast: paths(block.coast),
      border: paths(block.border),
      disputed: paths(block.disputed),
      lake: paths(block.lake),
      river: block.river.map(({ s, l }) => ({ rank: s, lines: paths(l) })),
      province: paths(block.province),
    };
  }

  /** Call back for each copy of the world in which a path touches the frame, with that copy's left edge. */
  function eachCopy(frame, box, draw) {
    const top = box.north * frame.scale - frame.top;
    const bottom = box.south * frame.scale - frame.top;
    if (bottom < 0 || top > frame.height) return;
    const first = Math.ceil(frame.left / frame.scale - box.east);
    const last = Math.floor((frame.left + frame.width) / frame.scale - box.west);
    for (let copy = first; copy <= last; copy++) draw(frame.left - copy * frame.scale);
  }

  function trace(context, points, frame, left) {
    let atX = NaN;
    let atY = NaN;
    const end = points.length - 2;
    for (let i = 0; i <= end; i += 2) {
      const x = points[i] * frame.scale - left;
      const y = points[i + 1] * frame.scale - frame.top;
      if (i === 0) context.moveTo(x, y);
      else if (i < end && Math.abs(x - atX) < SUB_PIXEL && Math.abs(y - atY) < SUB_PIXEL) continue;
      else context.lineTo(x, y);
      atX = x;
      atY = y;
    }
  }

  const ringsOf = (lands) => lands.flatMap((land) => land.rings);

  /** Fill rings in one path by the non-zero rule: those of two tiles overlap a little, and must not show their seams. */
  function fillRings(context, rings, frame, colour) {
    context.beginPath();
    // To fill a ring closes it. closePath would look at the whole path so far each time, and take most of the frame.
    for (const { points, box } of rings) eachCopy(frame, box, (left) => trace(context, points, frame, left));
    context.fillStyle = colour;
    context.fill("nonzero");
  }

  function strokeLines(context, paths, frame, { colour, width = 1, dash = [] }) {
    context.beginPath();
    for (const { points, box } of paths) eachCopy(frame, box, (left) => trace(context, points, frame, left));
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.stroke();
  }

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  }

  /** Draw blocks into a frame: the country in focus above its neighbours, lakes above the rivers that run through. */
  function paint(context, blocks, frame, focus) {
    const all = (part) => blocks.flatMap((block) => block[part]);
    const lands = all("land");
    const zoom = Math.log2(frame.scale / TILE);
    context.fillStyle = colour("sea");
    context.fillRect(0, 0, frame.width, frame.height);
    fillRings(context, ringsOf(lands), frame, colour("land"));
    if (focus) fillRings(context, ringsOf(lands.filter((land) => land.code === focus)), frame, colour("focus"));
    context.lineJoin = "round";
    if (zoom >= PROVINCE_ZOOM) strokeLines(context, all("province"), frame, { colour: colour("province") });
    paintRivers(context, all("river"), frame, zoom);
    fillRings(context, all("lake"), frame, colour("sea"));
    const thin = Math.max(0.4, Math.min(1, zoom / BORDER.zoom)); // near, borders lead the eye; on a globe, they crowd
    strokeLines(context, all("border"), frame, { colour: colour("border"), width: BORDER.width * thin });
    strokeLines(context, all("disputed"), frame, { colour: colour("disputed"), width: 1.5 * thin, dash: [4, 3] });
    strokeLines(context, all("coast"), frame, { colour: colour("coast"), width: thin });
  }

  function paintRivers(context, rivers, frame, zoom) {
    const widest = RIVER_WIDTHS.length - 1;
    const step = ({ rank }) => Math.min(widest, Math.floor((zoom - RIVER_ZOOM - rank) / 3));
    RIVER_WIDTHS.forEach((width, index) => {
      const lines = rivers.filter((river) => step(river) === index).flatMap((river) => river.lines);
      strokeLines(context, lines, frame, { colour: colour("stream"), width });
    });
  }

  /** Whether a line of a part of the blocks ("disputed", say) is in a frame. */
  function shows(blocks, part, frame) {
    return blocks.some((block) => block[part].some((line) => isIn(line, frame)));
  }

  function isIn({ points, box }, frame) {
    let isSeen = false;
    eachCopy(frame, box, (left) => {
      for (let i = 2; i < points.length && !isSeen; i += 2) {
        const [ax, bx] = [points[i - 2] * frame.scale - left, points[i] * frame.scale - left];
        const [ay, by] = [points[i - 1] * frame.scale - frame.top, points[i + 1] * frame.scale - frame.top];
        const isBeside = Math.max(ax, bx) < 0 || Math.min(ax, bx) > frame.width;
        isSeen = !isBeside && Math.max(ay, by) >= 0 && Math.min(ay, by) <= frame.height;
      }
    });
    return isSeen;
  }

  /** Give a canvas its size: as fine as the screen is, or as its `data-ratio` asks for. */
  function sized(canvas, width, height) {
    const ratio = Number(canvas.dataset.ratio) || window.devicePixelRatio || 1;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
  }

  /** A Leaflet renderer is a layer that follows pan and zoom animation; this one draws the blocks. */
  const Layer = L.Renderer.extend({
    options: { padding: 0.35 },

    initialize(blocks, focus, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this._blocks = blocks;
      this._focus = focus;
    },

    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.setAttribute("aria-hidden", "true");
    },

    _destroyContainer() {
      this._container.remove();
      delete this._container;
    },

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      this.redraw();
    },

    redraw() {
      const size = this._bounds.getSize();
      const corner = this._map.getPixelOrigin().add(this._bounds.min);
      const scale = TILE * 2 ** this._zoom;
      L.DomUtil.setPosition(this._container, this._bounds.min);
      const context = sized(this._container, size.x, size.y);
      const frame = { scale, left: corner.x, top: corner.y, width: size.x, height: size.y };
      paint(context, this._blocks, frame, this._focus);
    },
  });

  /** The frame of what a map shows. */
  function frameOf(map) {
    const { min, max } = map.getPixelBounds();
    return { scale: TILE * 2 ** map.getZoom(), left: min.x, top: min.y, width: max.x - min.x, height: max.y - min.y };
  }

  /** Draw a small map of the whole, with dots and the box of the view. Points are [lat, lon]. */
  function drawInset(canvas, block, { width, height, around, dots, view }) {
    const context = sized(canvas, width, height);
    const [west, north] = project(around.west, around.north);
    const [east, south] = project(around.east, around.south);
    const scale = Math.min(width / (east - west), height / (south - north));
    const left = ((west + east) / 2) * scale - width / 2;
    const top = Math.max(0, Math.min(((north + south) / 2) * scale - height / 2, scale - height));
    const frame = { scale, left, top, width, height };
    context.fillStyle = colour("inset-sea");
    context.fillRect(0, 0, width, height);
    fillRings(context, ringsOf(block.land), frame, colour("inset-land"));
    fillRings(context, block.lake, frame, colour("inset-sea"));
    for (const { at, name, sure } of dots) {
      const [x, y] = project(at[1], at[0]);
      context.beginPath();
      context.arc(x * scale - left, y * scale - top, 2.2, 0, 7);
      context.fillStyle = colour(sure ? name : "paper");
      context.fill();
      if (sure) continue;
      context.strokeStyle = colour("uncertain");
      context.lineWidth = 1;
      context.stroke();
    }
    drawViewBox(context, frame, view);
  }

  function drawViewBox(context, frame, view) {
    const [west, north] = project(view.west, view.north);
    const [east, south] = project(view.east, view.south);
    const [x, y] = [((west + east) / 2) * frame.scale - frame.left, ((north + south) / 2) * frame.scale - frame.top];
    const width = Math.max(9, (east - west) * frame.scale);
    const height = Math.max(7, (south - north) * frame.scale);
    context.strokeStyle = colour("ink");
    context.lineWidth = 1.75;
    context.setLineDash([]);
    context.strokeRect(x - width / 2, y - height / 2, width, height);
  }

  /**
   * Find where in a frame a country has most room for its name.
   *
   * Looks at a grid of cells twice as wide as high, as words are, and returns [x, y] of the cells farthest from the
   * country's border, its lakes and the frame's edge, roomiest first; none when the country is not in the frame, or is
   * not seen more than `least` cells deep. Where nothing of it but lakes is seen, its name may stand in them.
   */
  function roomiest(blocks, code, frame, least) {
    const inside = marked(frame);
    const wet = marked(frame);
    for (const block of blocks) {
      for (const land of block.land) if (land.code === code) markInside(inside, land, frame);
      markInside(wet, { rings: block.lake }, frame);
    }
    const dry = inside.flags.map((flag, i) => flag && !wet.flags[i]);
    return cellsByRoom(dry.includes(1) ? { ...inside, flags: dry } : inside, least);
  }

  /** The same for the sea: the cells that no land covers. Lakes count as land: no name of a sea may stand there. */
  function roomiestWater(blocks, frame) {
    const covered = marked(frame);
    for (const block of blocks) for (const land of block.land) markInside(covered, land, frame);
    return cellsByRoom({ ...covered, flags: covered.flags.map((flag) => 1 - flag) });
  }

  function marked(frame) {
    const columns = Math.ceil(frame.width / CELL.width);
    const rows = Math.ceil(frame.height / CELL.height);
    return { columns, rows, flags: new Uint8Array(columns * rows) };
  }

  function cellsByRoom({ columns, rows, flags }, least = 0) {
    if (!flags.includes(1)) return [];
    const clearance = distances(flags, { columns, rows });
    const cells = [...clearance.keys()].filter((i) => clearance[i] > least);
    cells.sort((a, b) => clearance[b] - clearance[a] || a - b);
    return cells.map((i) => [((i % columns) + 0.5) * CELL.width, (Math.floor(i / columns) + 0.5) * CELL.height]);
  }

  /** Mark the cells whose centre lies in a land, row by row between its crossings (even-odd). */
  function markInside({ columns, rows, flags }, land, frame) {
    const crossings = Array.from({ length: rows }, () => []);
    for (const { points, box } of land.rings) {
      eachCopy(frame, box, (left) => collectCrossings(crossings, points, frame, left, CELL.height));
    }
    crossings.forEach((xs, row) => {
      xs.sort((a, b) => a - b);
      for (let i = 0; i + 1 < xs.length; i += 2) {
        const first = Math.max(0, Math.ceil(xs[i] / CELL.width - 0.5));
        const last = Math.min(columns - 1, Math.floor(xs[i + 1] / CELL.width - 0.5));
        for (let column = first; column <= last; column++) flags[row * columns + column] = 1;
      }
    });
  }

  function collectCrossings(crossings, points, frame, left, rowHeight) {
    const count = points.length;
    for (let i = 0, j = count - 2; i < count; j = i, i += 2) {
      const [ax, ay] = [points[j] * frame.scale - left, points[j + 1] * frame.scale - frame.top];
      const [bx, by] = [points[i] * frame.scale - left, points[i + 1] * frame.scale - frame.top];
      const first = Math.max(0, Math.ceil(Math.min(ay, by) / rowHeight - 0.5));
      const last = Math.min(crossings.length - 1, Math.ceil(Math.max(ay, by) / rowHeight - 0.5) - 1);
      for (let row = first; row <= last; row++) {
        const y = (row + 0.5) * rowHeight;
        crossings[row].push(ax + ((y - ay) / (by - ay)) * (bx - ax));
      }
    }
  }

  /** Steps from each cell to the nearest one outside; beyond the grid is outside. */
  function distances(inside, { columns, rows }) {
    const steps = Float32Array.from(inside, (flag) => (flag ? 1e6 : 0));
    const isOutside = (row, column) => row < 0 || column < 0 || row >= rows || column >= columns;
    const at = (row, column) => (isOutside(row, column) ? 0 : steps[row * columns + column]);
    const sweep = (row, column, back) => {
      const i = row * columns + column;
      const [up, side] = [row + back, column + back];
      const diagonal = Math.min(at(up, column - 1), at(up, column + 1)) + 1.4;
      steps[i] = Math.min(steps[i], at(up, column) + 1, at(row, side) + 1, diagonal);
    };
    for (let i = 0; i < steps.length; i++) sweep(Math.floor(i / columns), i % columns, -1);
    for (let i = steps.length - 1; i >= 0; i--) sweep(Math.floor(i / columns), i % columns, 1);
    return steps;
  }

  return { Layer, colour, decode, drawInset, frameOf, roomiest, roomiestWater, shows, sized };
})();
