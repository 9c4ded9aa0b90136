/**
 * What the colour of a place tells: nothing more, which source tells of it, or when it was last told of.
 *
 * Colours follow the filters. Entries get `tint`, a colour, and `tinted`, the same in words: colour never tells alone.
 */
"use strict";

placelines.colouring = (() => {
  const { at, make } = placelines.elements;
  const { symbol } = placelines.symbols;
  const { span } = placelines.days;
  const { change } = placelines.filters;
  const { called, ranked } = placelines.sources;

  const SERIES = 6; // publishers with a colour of their own
  const RAMP = 5; // steps from early to late
  const [OTHER, SEVERAL, UNDATED] = ["series-other", "series-several", "series-other"]; // as maps/style.py has them

  /** Offer the colourings that say something of this page. */
  function setUp(page) {
    const ways = { one: null };
    if (new Set(page.documents.map(({ publisher }) => publisher)).size > 1) ways.source = bySource(page);
    if (page.bins.length) ways.date = byDate(page);
    at("colouring").hidden = Object.keys(ways).length < 2;
    if (at("colouring").hidden) return;
    const words = { one: "one colour", source: "source", date: "date" };
    const options = Object.keys(ways).map((value) => make("option", { value }, words[value]));
    const select = make("select", {}, ...options);
    const key = make("ul", { class: "colours" });
    at("colouring").append(make("label", {}, "Colour places by ", select));
    page.on("filter", () => tint(page, ways[select.value]));
    page.on("theme", () => ways[select.value] && change(page, {}));
    select.addEventListener("change", () => {
      const way = ways[select.value];
      key.replaceChildren(...(way ? [make("li", { class: "aside" }, way.heading), ...way.key.map(keyRow)] : []));
      page.legend.append(key);
      page.binColour = way?.ofBin ?? null;
      change(page, {});
    });
  }

  function keyRow([colour, words]) {
    const sign = symbol({ shape: "circle" });
    sign.style.fill = `var(--${colour})`;
    return make("li", {}, sign, make("bdi", { title: words }, words));
  }

  /** Colour entries; in no colour of their own where `way` is null. */
  function tint({ entries, documents }, way) {
    const style = getComputedStyle(document.documentElement);
    const colours = new Map(); // a canvas knows no custom properties
    const valueOf = (name) => {
      if (!colours.has(name)) colours.set(name, style.getPropertyValue(`--${name}`).trim());
      return colours.get(name);
    };
    for (const entry of entries) {
      const [name, words] = way && entry.shown ? way.of(entry.told, documents) : [null, null];
      Object.assign(entry, { tint: name && valueOf(name), tinted: words });
    }
  }

  /** By publisher: the most frequent have a colour each. */
  function bySource({ documents, entries }) {
    const publishers = ranked(documents).map(([publisher]) => publisher);
    const looks = new Map(
      publishers.map((each, index) => [each, [index < SERIES ? `series-${index + 1}` : OTHER, called(each)]]),
    );
    const several = [SEVERAL, "several sources"];
    const of = (told, documents) => {
      let sole; // null is a publisher, too: that of those which the page does not tell apart
      for (let i = 0; i < told.length; i += 2) {
        const { shown, publisher } = documents[told[i]];
        if (shown && sole !== undefined && publisher !== sole) return several;
        if (shown) sole = publisher;
      }
      return looks.get(sole);
    };
    const numbers = ({ told }) => told.filter((_, i) => i % 2 === 0);
    const isShared = entries.some((entry) => new Set(numbers(entry).map((each) => documents[each].publisher)).size > 1);
    const key = [...looks.values()].slice(0, SERIES);
    if (publishers.length > SERIES) key.push([OTHER, "Another source"]);
    if (isShared) key.push([SEVERAL, "Several sources"]);
    return { heading: "Told of by", key, of, ofBin: () => "var(--muted)" }; // a bar is of all sources
  }

  /** By the last day on which a shown article tells of a place, in steps of equal length. */
  function byDate({ bins, documents }) {
    const stepOf = (bin) => Math.floor((RAMP * bin) / bins.length);
    const steps = Array.from({ length: RAMP }, (_, step) => bins.filter((_, bin) => stepOf(bin) === step));
    const words = (own) => span(own[0].from, own.at(-1).to);
    const key = steps.flatMap((own, step) => (own.length ? [[`ramp-${step + 1}`, words(own)]] : []));
    const looks = new Map(key.map(([colour, days]) => [colour, [colour, `last told of ${days}`]]));
    const undated = [UNDATED, "no date"];
    const of = (told, documents) => {
      let last = "";
      for (let i = 0; i < told.length; i += 2) {
        const { shown, date } = documents[told[i]];
        if (shown && date !== null && date > last) last = date;
      }
      return last ? looks.get(`ramp-${stepOf(bins.findIndex(({ to }) => to >= last)) + 1}`) : undated;
    };
    if (documents.some(({ date }) => date === null)) key.push([UNDATED, "No date"]);
    return { heading: "Last told of", key, of, ofBin: (bin) => `var(--ramp-${stepOf(bin) + 1})` };
  }

  return { setUp };
})();
