/**
 * The list of places: sorted as the reader likes, narrowed by what is typed into its box, a page of rows at a time.
 */
"use strict";

placelines.list = (() => {
  const { announce, at, button, make, name, plural } = placelines.elements;
  const { symbol } = placelines.symbols;
  const { spoken } = placelines.entries;
  const { fold, rank } = placelines.search;

  const PAGE = 200; // rows shown at first, and added at a time
  const MENTIONS = "mentions";
  const READING = "reading";
  const SORTS = {
    [MENTIONS]: "By mentions",
    [READING]: "In reading order",
    confidence: "By confidence",
    name: "By name",
  };
  const COLLATOR = new Intl.Collator("en");

  /** What an uncertain place is, in words: "a best guess, confidence below 75%". */
  const guess = (threshold) => `a best guess${threshold === null ? "" : `, confidence below ${threshold}%`}`;

  // Rows

  function makeRow(page, entry) {
    const words = entry.shape === "none" || entry.written !== null ? `as “${entry.written ?? entry.name}”` : null;
    const kind = entry.area === "settlement" ? null : (entry.listed ?? entry.kind);
    const notes = [kind, words].filter(Boolean).join(", ");
    const icon = symbol(entry);
    const weight = make("span", { class: "number", "aria-hidden": "true" });
    const element = make(
      "button",
      { type: "button" },
      icon,
      make("span", { class: "what" }, name(entry.name), " ", make("bdi", { class: "aside", "aria-hidden": "true" }, notes)),
      entry.corrected ? make("span", { class: "is-corrected", title: "Corrected" }, symbol({ shape: "pencil" })) : null,
      weight,
      make("span", { class: "number", "aria-hidden": "true" }, `${entry.confidence}%`),
    );
    return { item: make("li", {}, page.link(element, entry, "list")), element, icon, weight };
  }

  /** The row of an entry, made once, with what the filters make of it. */
  function row(page, entry) {
    entry.row ??= makeRow(page, entry);
    const { item, element, icon, weight } = entry.row;
    element.setAttribute("aria-label", `${spoken(entry)}${entry.corrected ? ", corrected" : ""}`);
    weight.textContent = `${entry.weight.toLocaleString("en")}×`;
    if (entry.isPoint) icon.style.setProperty(entry.sure ? "fill" : "stroke", entry.tint ?? "");
    return item;
  }

  // Order

  const byMentions = (a, b) =>
    b.sure - a.sure || (a.shape === "none") - (b.shape === "none") || b.weight - a.weight || a.index - b.index;
  const byConfidence = (a, b) => b.confidence - a.confidence || b.weight - a.weight || a.index - b.index;

  /** The first mention in what is shown, as [document, place in it]. */
  function firstShown({ told, first }, documents) {
    let i = 0;
    while (i < told.length && !documents[told[i]].shown) i += 2;
    return told[i] === first[0] ? first : [told[i], 0];
  }

  function inReadingOrder(entries, documents) {
    const placed = entries.map((entry) => ({ entry, first: firstShown(entry, documents) }));
    placed.sort((a, b) => a.first[0] - b.first[0] || a.first[1] - b.first[1] || a.entry.index - b.entry.index);
    return placed.map(({ entry }) => entry);
  }

  const byName = (a, b) => COLLATOR.compare(a.name, b.name) || a.index - b.index;

  function sorted(list) {
    const { entries, documents } = list.page;
    if (list.sort === "name") {
      list.alphabet ??= [...entries].sort(byName); // once: comparing names is slow
      return list.alphabet.filter((entry) => entry.shown);
    }
    const shown = entries.filter((entry) => entry.shown);
    if (list.sort === READING) return inReadingOrder(shown, documents);
    return shown.sort(list.sort === MENTIONS ? byMentions : byConfidence);
  }

  /** The entries that the list is about: those that are shown and match, the best matches first. */
  function select(list) {
    const shown = sorted(list);
    if (!list.query) return shown;
    const query = fold(list.query);
    const ranked = shown.map((entry) => ({ entry, rank: rank(entry, query) })).filter((each) => each.rank !== null);
    return [0, 1].flatMap((asked) => ranked.filter((each) => each.rank === asked)).map(({ entry }) => entry);
  }

  // Showing

  function rows(page, entries) {
    return make("ul", {}, ...entries.map((entry) => row(page, entry)));
  }

  /** The rows; sorted by mentions, those that are only a guess apart. */
  function content({ page, sort, query, room, found }) {
    const seen = found.slice(0, room);
    if (!found.length) return [make("p", { class: "aside" }, nothing(page, query))];
    const unsure = seen.findIndex((entry) => !entry.sure);
    if (sort !== MENTIONS || query || unsure < 0) return [rows(page, seen)];
    const heading = make("h3", {}, "Uncertain ", make("span", { class: "aside" }, guess(page.data.threshold)));
    return [...(unsure ? [rows(page, seen.slice(0, unsure))] : []), heading, rows(page, seen.slice(unsure))];
  }

  function nothing({ entries }, query) {
    if (!entries.length) return "No place in this text could be put on the map.";
    return query ? "No place matches." : "Every place is left out just now: see the legend and the filters.";
  }

  function render(list) {
    list.found = select(list);
    at("places").replaceChildren(...content(list));
    const left = list.found.length - list.room;
    at("more").hidden = left <= 0;
    at("more").textContent = `Show ${Math.min(PAGE, left)} more`;
    const shown = list.page.entries.reduce((count, entry) => count + entry.shown, 0);
    at("places-count").textContent = shown.toLocaleString("en");
  }

  const buttons = () => [...at("places").querySelectorAll("button")];

  function showMore(list) {
    const before = list.room;
    list.room += PAGE;
    render(list);
    buttons()[before].focus();
  }

  // Tools

  function search(list, query) {
    Object.assign(list, { query: query.trim(), room: PAGE });
    render(list);
    const { length } = list.found;
    const matches = `${plural(length, "place")} ${length === 1 ? "matches" : "match"}`;
    if (list.query) announce(length ? matches : "No place matches");
  }

  function box(list) {
    const label = "Find a place";
    const attributes = { type: "search", placeholder: label, "aria-label": label, "aria-controls": "places" };
    const input = make("input", { ...attributes, id: "find", dir: "auto", autocomplete: "off", spellcheck: "false" });
    input.addEventListener("input", () => search(list, input.value));
    input.addEventListener("keydown", (event) => {
      const first = list.found[0];
      if (event.key === "Enter" && first) {
        list.page.open(first, { origin: "list", focus: true, element: first.row.element });
      } else if (event.key === "Escape" && input.value) {
        event.preventDefault(); // the popup stays
        input.value = "";
        search(list, "");
      }
    });
    return input;
  }

  function sorter(list) {
    const known = Object.entries(SORTS).filter(([value]) => value !== READING || list.page.data.texts);
    const options = known.map(([value, words]) => make("option", { value }, words));
    const select = make("select", { id: "sort", "aria-label": "Sort places" }, ...options);
    select.value = list.sort; // browsers bring back an earlier choice
    select.addEventListener("change", () => {
      Object.assign(list, { sort: select.value, room: PAGE });
      render(list);
    });
    return select;
  }

  /** Arrow keys go from the box through the rows, and back. */
  function followArrows(input) {
    at("list").addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const stops = [input, ...buttons()];
      const now = stops.indexOf(event.target);
      const next = stops[now + step];
      if (!step || now < 0 || !next) return;
      event.preventDefault();
      next.focus();
    });
  }

  /** The names that were not placed, those with the same reason together. */
  function unplaced(page, groups) {
    const paragraphs = groups.map(([why, names]) =>
      make(
        "p",
        {},
        ...names.flatMap((text, index) => [index ? ", " : "", page.correctable(make("bdi", {}, text), text)]),
        make("span", { class: "aside" }, why ? ` (${why})` : ""),
      ),
    );
    return groups.length ? [make("h3", {}, "Not placed"), ...paragraphs] : [];
  }

  /** Fill the list. */
  function setUp(page) {
    const list = { page, sort: MENTIONS, query: "", room: PAGE, found: [], alphabet: null };
    if (page.entries.length > 1) {
      const input = box(list);
      at("places-tools").append(input, sorter(list));
      followArrows(input);
    }
    const columns = make("p", { id: "columns", "aria-hidden": "true" }, "mentions, confidence");
    if (page.entries.length) at("places").before(columns);
    if (!page.isSingle && page.documents.length) at("places-title").firstChild.data = "Places in these articles ";
    at("places").after(button({ id: "more", hidden: "" }, () => showMore(list)));
    if (page.data.left_out) at("unplaced").append(make("p", { class: "aside" }, page.data.left_out));
    at("unplaced").append(...unplaced(page, page.data.unplaced));
    render(list);
    page.on("filter", () => render(list));
    page.on("corrections", () => render(list));
  }

  return { guess, setUp };
})();
