/**
 * A row of bars of which the reader chooses some that stand together: by dragging over them, or by two handles, which
 * the keyboard moves as well.
 */
"use strict";

placelines.brush = (() => {
  const { make, setAttributes } = placelines.elements;
  const { svg } = placelines.symbols;
  const { day, tick } = placelines.days;

  const LEAP = 5; // bars that a page key goes
  const MOST_TICKS = 7;
  const LEAST_HEIGHT = 5; // percent that a bar takes which is not empty
  const STEPS = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageDown: -LEAP,
    PageUp: LEAP,
    Home: -Infinity,
    End: Infinity,
  };

  const between = (low, value, high) => Math.max(low, Math.min(high, value));

  /** It calls `onChoose(first, last)` when other bars are chosen, `onPeek(index)` of one looked at, null of none. */
  class Brush {
    constructor(bins, { onChoose, onPeek }) {
      Object.assign(this, { bins, onChoose, onPeek, first: 0, last: bins.length - 1, pressed: null });
      this.bars = bins.map((_, index) => svg("rect", { x: index + 0.08, width: 0.84 }));
      const view = { viewBox: `0 0 ${bins.length} 100`, preserveAspectRatio: "none", "aria-hidden": "true" };
      const chart = svg("svg", view);
      chart.append(...this.bars);
      this.range = make("div", { class: "range" });
      this.handles = [this.handle("first", "First day"), this.handle("last", "Last day")];
      this.track = make("div", { class: "track" }, this.range, chart, ...this.handles);
      this.element = make("div", { class: "brush" }, this.track, this.ticks());
      this.followPointer();
    }

    handle(side, label) {
      const attributes = { class: `handle is-${side}`, role: "slider", tabindex: "0", "aria-label": label };
      const handle = make("div", attributes);
      handle.dataset.side = side;
      handle.addEventListener("keydown", (event) => this.follow(event, side));
      return handle;
    }

    ticks() {
      const { bins } = this;
      const step = Math.ceil(bins.length / MOST_TICKS);
      const marks = bins.flatMap((bin, index) => {
        if (index % step || (index && index > bins.length - step * 0.7)) return [];
        const isNewYear = index === 0 || bin.from.slice(0, 4) !== bins[index - step].from.slice(0, 4);
        const mark = make("span", {}, tick(bin, isNewYear));
        mark.style.left = `${(100 * index) / bins.length}%`;
        return [mark];
      });
      return make("div", { class: "ticks", "aria-hidden": "true" }, ...marks);
    }

    /** Show bars of these heights, each with a colour of its own or null. */
    showBars(heights, colours) {
      const highest = Math.max(1, ...heights);
      for (const [index, bar] of this.bars.entries()) {
        const height = heights[index] ? Math.max(LEAST_HEIGHT, (100 * heights[index]) / highest) : 0;
        setAttributes(bar, { y: 100 - height, height });
        bar.style.fill = colours[index] ?? "";
      }
    }

    /** Show which bars are chosen. */
    showRange(first, last) {
      Object.assign(this, { first, last });
      const { bins, bars, handles } = this;
      const [left, right] = [first, last + 1].map((edge) => `${(100 * edge) / bins.length}%`);
      setAttributes(handles[0], {
        "aria-valuemin": 0,
        "aria-valuemax": last,
        "aria-valuenow": first,
        "aria-valuetext": `from ${day(bins[first].from)}`,
      });
      setAttributes(handles[1], {
        "aria-valuemin": first,
        "aria-valuemax": bins.length - 1,
        "aria-valuenow": last,
        "aria-valuetext": `to ${day(bins[last].to)}`,
      });
      handles[0].style.left = this.range.style.left = left;
      handles[1].style.left = right;
      this.range.style.width = `calc(${right} - ${left})`;
      for (const [index, bar] of bars.entries()) bar.classList.toggle("is-out", index < first || index > last);
      this.track.classList.toggle("is-whole", this.isWhole());
    }

    isWhole() {
      return this.first === 0 && this.last === this.bins.length - 1;
    }

    choose(first, last) {
      if (first !== this.first || last !== this.last) this.onChoose(first, last);
    }

    /** Move one end, never beyond the other. */
    move(side, index) {
      if (side === "first") this.choose(between(0, index, this.last), this.last);
      else this.choose(this.first, between(this.first, index, this.bins.length - 1));
    }

    follow(event, side) {
      const step = STEPS[event.key];
      if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      this.onPeek(null);
      this.move(side, this[side] + step);
    }

    // The pointer

    followPointer() {
      const { track } = this;
      track.addEventListener("pointerdown", (event) => event.button === 0 && this.press(event));
      track.addEventListener("pointermove", (event) => {
        if (this.pressed) this.drag(event);
        this.onPeek(this.pressed ? null : this.barAt(event));
      });
      track.addEventListener("pointerup", () => this.release());
      track.addEventListener("pointercancel", () => (this.pressed = null));
      track.addEventListener("pointerleave", () => this.onPeek(null));
      track.addEventListener("dblclick", () => this.choose(0, this.bins.length - 1));
    }

    /** How many bars lie left of the pointer. */
    place({ clientX }) {
      const { left, width } = this.track.getBoundingClientRect();
      return ((clientX - left) / width) * this.bins.length;
    }

    barAt(event) {
      return between(0, Math.floor(this.place(event)), this.bins.length - 1);
    }

    press(event) {
      const { first, last } = this;
      const at = this.barAt(event);
      const isHeld = !this.isWhole() && at >= first && at <= last;
      const does = event.target.dataset.side ?? (isHeld ? "shift" : "choose");
      this.pressed = { does, at, first, last, isMoved: false };
      this.track.setPointerCapture(event.pointerId);
    }

    drag(event) {
      const { does, at, first, last } = this.pressed;
      const edge = Math.round(this.place(event));
      const bar = this.barAt(event);
      if (does === "first") this.move("first", edge);
      if (does === "last") this.move("last", edge - 1);
      if (bar === at && !this.pressed.isMoved) return;
      this.pressed.isMoved = true;
      if (does === "choose") this.choose(Math.min(bar, at), Math.max(bar, at));
      if (does !== "shift") return;
      const by = between(-first, bar - at, this.bins.length - 1 - last);
      this.choose(first + by, last + by);
    }

    /** A press that did not move chooses the one bar. */
    release() {
      const { pressed } = this;
      this.pressed = null;
      if (pressed && !pressed.isMoved && !["first", "last"].includes(pressed.does)) this.choose(pressed.at, pressed.at);
    }
  }

  return { Brush };
})();
