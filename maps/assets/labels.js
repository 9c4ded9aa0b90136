/**
 * Room on the map: where names and chips can stand without covering one another.
 *
 * Boxes are { left, top, right, bottom } in pixels of the map's container. Greedy placement with eight positions a
 * point, after Imhof (1975, "Positioning names on maps") for their order of preference.
 */
"use strict";

placelines.labels = (() => {
  const GAP = 3;

  const boxAt = (left, top, { width, height }) => ({ left, top, right: left + width, bottom: top + height });
  const boxAround = (x, y, size) => boxAt(x - size.width / 2, y - size.height / 2, size);
  /** Whether two boxes come nearer to each other than a gap. */
  const overlap = (a, b, gap) =>
    a.left < b.right + gap && b.left < a.right + gap && a.top < b.bottom + gap && b.top < a.bottom + gap;

  /** What is taken so far, inside a box that nothing may leave. */
  class Room {
    constructor(bounds) {
      this.bounds = bounds;
      this.taken = [];
      this.lines = [];
    }

    take(box) {
      this.taken.push(box);
    }

    /** Keep names off a line where they can: `points` are [x, y] along it. */
    takeLine(points) {
      for (const [x, y] of points) this.lines.push(boxAround(x, y, { width: 6, height: 6 }));
    }

    /** Whether a box fits in; `own` is the symbol that it belongs to, which it may come near. */
    isFree(box, gap = GAP, own = null) {
      const { left, top, right, bottom } = this.bounds;
      if (box.left < left || box.top < top || box.right > right || box.bottom > bottom) return false;
      return !this.taken.some((other) => other !== own && overlap(box, other, gap));
    }

    /** Take the best of some boxes: a free one, rather off the lines, rather early in the list. Null when none is. */
    choose(boxes, gap = GAP, own = null) {
      const free = boxes.filter((box) => this.isFree(box, gap, own));
      const crossed = free.map((box) => this.lines.filter((line) => overlap(box, line, 0)).length);
      const best = free[crossed.indexOf(Math.min(...crossed))] ?? null;
      if (best) this.take(best);
      return best;
    }
  }

  /** The eight places of a name around a symbol, best first. */
  function aroundPoint([x, y], radius, size) {
    const beside = radius + 4; // clear of another symbol on the same spot too
    const away = radius + 2;
    const aside = radius * 0.7;
    const [right, left] = [x + beside, x - beside - size.width];
    const [middle, centre] = [y - size.height / 2, x - size.width / 2];
    return [
      [right, middle],
      [left, middle],
      [centre, y - away - size.height],
      [centre, y + away],
      [x + aside, y - away - size.height],
      [x + aside, y + away],
      [x - aside - size.width, y - away - size.height],
      [x - aside - size.width, y + away],
    ].map(([boxLeft, boxTop]) => boxAt(boxLeft, boxTop, size));
  }

  /** Places of a name that belongs to an area: on its point, then in rings around it. */
  function aroundArea([x, y], size) {
    const boxes = [boxAround(x, y, size)];
    for (const [dx, dy] of [[0, 26], [0, 44], [40, 34], [70, 60]]) {
      for (const [right, down] of [[0, -1], [0, 1], [1, -1], [1, 1], [-1, -1], [-1, 1]]) {
        boxes.push(boxAround(x + right * dx, y + down * dy, size));
      }
    }
    return boxes;
  }

  /** The points [x, y] of a polyline inside a box, about every `step` pixels. */
  function along(points, step, { left, top, right, bottom }) {
    const box = L.bounds([left, top], [right, bottom]);
    const out = [];
    for (let i = 1; i < points.length; i++) {
      const part = L.LineUtil.clipSegment(L.point(points[i - 1]), L.point(points[i]), box);
      if (!part) continue;
      const [a, b] = part;
      const count = Math.ceil(a.distanceTo(b) / step);
      for (let n = 0; n <= count; n++) {
        const x = count ? a.x + ((b.x - a.x) * n) / count : a.x;
        const y = count ? a.y + ((b.y - a.y) * n) / count : a.y;
        const last = out.at(-1);
        if (!last || Math.hypot(x - last[0], y - last[1]) >= step / 2) out.push([x, y]);
      }
    }
    return out;
  }

  /** The point of a rectangle's edge at a distance clockwise from its upper left corner, and which edge that is. */
  function onEdge({ left, top, right, bottom }, distance) {
    const [width, height] = [right - left, bottom - top];
    let rest = ((distance % (2 * (width + height))) + 2 * (width + height)) % (2 * (width + height));
    if (rest < width) return [left + rest, top];
    rest -= width;
    if (rest < height) return [right, top + rest];
    rest -= height;
    if (rest < width) return [right - rest, bottom];
    return [left, bottom - (rest - width)];
  }

  /** How far clockwise from the upper left corner the ray from the middle to a point leaves a rectangle. */
  function leaving({ left, top, right, bottom }, [x, y]) {
    const [width, height] = [right - left, bottom - top];
    const [dx, dy] = [x - (left + right) / 2, y - (top + bottom) / 2];
    const reach = Math.min(width / 2 / Math.max(1e-9, Math.abs(dx)), height / 2 / Math.max(1e-9, Math.abs(dy)));
    const [ex, ey] = [width / 2 + dx * reach, height / 2 + dy * reach];
    if (ey <= 0.5) return ex;
    if (ex >= width - 0.5) return width + ey;
    if (ey >= height - 0.5) return width + height + (width - ex);
    return 2 * width + height + (height - ey);
  }

  /** Put a chip on the edge of the room, as near as possible to the direction of a point; null without room. */
  function atEdge(room, target, size) {
    const { left, top, right, bottom } = room.bounds;
    const start = leaving(room.bounds, target);
    for (let away = 0; away < right - left + (bottom - top); away += 6) {
      for (const side of away ? [1, -1] : [1]) {
        const [x, y] = onEdge(room.bounds, start + side * away);
        const box = boxAt(
          Math.max(left, Math.min(right - size.width, x - size.width / 2)),
          Math.max(top, Math.min(bottom - size.height, y - size.height / 2)),
          size,
        );
        if (room.isFree(box, 6)) {
          room.take(box);
          return box;
        }
      }
    }
    return null;
  }

  return { Room, along, aroundArea, aroundPoint, atEdge, boxAround, overlap };
})();
