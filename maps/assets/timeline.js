/**
 * The articles in time: bars below the map in which the reader chooses days, and a button that plays them through.
 *
 * Playing moves a window over the bars: what comes into it is new and what leaves it is over, whereas a range that only
 * grew would end as the whole story and hide what happens in each step.
 */
"use strict";

placelines.timeline = (() => {
  const { announce, at, button, make, plural } = placelines.elements;
  const { binned, span } = placelines.days;
  const { Brush } = placelines.brush;
  const { change } = placelines.filters;

  const STEP = 1000; // milliseconds that playing rests on a window
  const WINDOW_SHARE = 10; // part of the bars that is played where none were chosen

  /** Set up `page.bins`, and the bars where articles are of more than one day. */
  function setUp(page) {
    page.bins = binned(page.documents.map(({ date }) => date));
    page.isPlaying = false;
    at("time").hidden = page.bins.length === 0;
    if (page.bins.length) addBars(page);
  }

  function addBars(page) {
    const { bins } = page;
    const time = { page, bins, counts: counter(page), timer: null, peeked: null };
    time.brush = new Brush(bins, {
      onChoose: (first, last) => {
        stop(time);
        choose(time, first, last);
      },
      onPeek: (index) => peek(time, index),
    });
    time.play = button({ class: "play" }, () => (page.isPlaying ? stop(time) : start(time)));
    time.reset = button({ class: "reset" }, () => time.brush.onChoose(0, bins.length - 1), "All dates");
    time.words = make("p", { class: "chosen" });
    time.undated = make("p", { class: "aside" });
    const said = make("div", { class: "said" }, time.words, time.undated);
    at("time").append(time.play, said, time.reset, time.brush.element);
    page.map.invalidateSize({ animate: false }); // the bars have taken some of its room
    page.on("filter", () => update(time));
    document.addEventListener("keydown", (event) => pauseByKey(time, event));
    update(time);
  }

  /** Make what counts the articles of each bar, and those without a day, that the chosen publishers have. */
  function counter({ documents, bins, filters }) {
    const bars = documents.map(({ date }) => (date === null ? bins.length : barOf(bins, date)));
    return () => {
      const counts = Array(bins.length + 1).fill(0);
      documents.forEach(({ publisher, articles }, number) => {
        if (!filters.publishers.has(publisher)) counts[bars[number]] += articles;
      });
      return { counts: counts.slice(0, -1), undated: counts.at(-1) };
    };
  }

  /** The bar of a day, by halving. */
  function barOf(bins, day) {
    let [low, high] = [0, bins.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bins[middle].to < day) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function choose({ page, bins }, first, last) {
    const isWhole = first === 0 && last === bins.length - 1;
    const days = isWhole ? { from: null, to: null } : { from: bins[first].from, to: bins[last].to };
    change(page, days);
  }

  /** Bring the bars in line with the filters, whoever changed them. */
  function update(time) {
    const { page, bins, brush } = time;
    const { from, to } = page.filters;
    time.told = time.counts();
    brush.showBars(time.told.counts, bins.map((_, index) => page.binColour?.(index) ?? null));
    brush.showRange(from === null ? 0 : barOf(bins, from), to === null ? bins.length - 1 : barOf(bins, to));
    time.reset.disabled = brush.isWhole();
    say(time);
  }

  function peek(time, index) {
    time.peeked = index;
    say(time);
  }

  /** Tell of the bar that is looked at, or else of those that are chosen, and of articles that have no day. */
  function say(time) {
    const { page, brush, peeked, told } = time;
    const [first, last] = peeked === null ? [brush.first, brush.last] : [peeked, peeked];
    time.words.textContent = described(time, first, last);
    const { undated } = told;
    const fate = brush.isWhole() ? "shown as well" : "left out while dates are chosen";
    const without = `${plural(undated, "article")} without a date ${undated === 1 ? "is" : "are"} ${fate}`;
    time.undated.textContent = undated ? without : "";
    const label = page.isPlaying ? "Pause" : "Play through the dates";
    time.play.setAttribute("aria-label", label);
    time.play.title = label;
    time.play.classList.toggle("is-playing", page.isPlaying);
  }

  /** "5–11 March 2020: 12 articles". */
  function described({ bins, told }, first, last) {
    const count = told.counts.slice(first, last + 1).reduce((sum, each) => sum + each, 0);
    return `${span(bins[first].from, bins[last].to)}: ${plural(count, "article")}`;
  }

  // Playing

  /** Play from where the window is, from the beginning where it is at the end or there is none. */
  function start(time) {
    const { page, bins, brush } = time;
    const isWhole = brush.isWhole();
    const width = isWhole ? Math.ceil(bins.length / WINDOW_SHARE) : brush.last - brush.first + 1;
    page.isPlaying = true;
    const isAtEnd = isWhole || brush.last === bins.length - 1;
    const first = isAtEnd ? 0 : brush.first;
    choose(time, first, first + width - 1);
    announce(`Playing from ${described(time, first, first + width - 1)}`);
    time.timer = setTimeout(() => step(time), STEP);
  }

  function step(time) {
    const { bins, brush } = time;
    choose(time, brush.first + 1, brush.last + 1);
    if (brush.last === bins.length - 1) stop(time);
    else time.timer = setTimeout(() => step(time), STEP);
  }

  function stop(time) {
    if (!time.page.isPlaying) return;
    clearTimeout(time.timer);
    time.page.isPlaying = false;
    say(time);
    announce(`Paused at ${described(time, time.brush.first, time.brush.last)}`);
  }

  const PRESSABLE = "button, a, input, select, textarea, summary, [role=button]"; // what takes the space bar

  function pauseByKey(time, event) {
    const isSpace = event.key === " " && !event.target.closest(PRESSABLE);
    if (!time.page.isPlaying || !(isSpace || event.key === "Escape")) return;
    event.preventDefault();
    stop(time);
  }

  return { setUp };
})();
