/**
 * What stands beside the map and in its popups: headline, list of places, legend, article, notes.
 *
 * Every word of the story enters the document here, as text: `make` appends strings as text nodes, and nothing in this
 * page sets markup.
 */
"use strict";

placelines.panel = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const QUOTE_ROOM = 300; // characters of an excerpt that are shown
  const LINKS = [
    ["GeoNames", "https://www.geonames.org/"],
    ["CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"],
    ["Natural Earth", "https://www.naturalearthdata.com/"],
    ["OpenStreetMap", "https://www.openstreetmap.org/copyright"],
  ];

  /** Make an element. Strings among the children become text, never markup. */
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    setAttributes(element, attributes);
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  function setAttributes(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  }

  const name = (text) => make("bdi", { class: "name" }, text);
  const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

  /** What a screen reader says of an entry: "Homs, city, 2 mentions, uncertain, confidence 62 percent". */
  function spoken({ name, kind, count, sure, confidence }) {
    const words = [name, kind, plural(count, "mention"), !sure && "uncertain", `confidence ${confidence} percent`];
    return words.filter(Boolean).join(", ");
  }

  /** What an uncertain place is, in words: "a best guess, confidence below 75%". */
  const guess = (threshold) => `a best guess${threshold === null ? "" : `, confidence below ${threshold}%`}`;

  // Symbols

  const LINE_WIDTH = 36; // pixels of a line in the legend: a repeat of its pattern and more
  const OUTLINES = {
    circle: ["circle", { cx: 8, cy: 8, r: 5.5 }],
    square: ["rect", { x: 3.5, y: 3.5, width: 9, height: 9 }],
    label: ["path", { d: "M2 6 6 2 11 3 14 7 12 13 6 14 3 11Z" }],
    none: ["path", { d: "M3 11V7.5Q3 4.5 6 4M9 11V7.5Q9 4.5 12 4" }],
    town: ["circle", { cx: 8, cy: 8, r: 2.5 }],
  };

  function svg(tag, attributes) {
    const element = document.createElementNS(SVG, tag);
    setAttributes(element, attributes);
    return element;
  }

  /** Draw the small symbol of the list and the legend; a line with its strokes on the map. */
  function symbol({ shape, sure = true, strokes = [] }) {
    const width = shape === "line" ? LINE_WIDTH : 16;
    const look = `symbol is-${shape} ${sure ? "" : "is-unsure"}`.trim();
    const icon = svg("svg", { class: look, viewBox: `0 0 ${width} 16`, "aria-hidden": "true" });
    if (shape === "line") {
      for (const stroke of strokes) icon.append(svg("path", { ...stroke, d: `M0 8H${width}` }));
    } else {
      icon.append(svg(...OUTLINES[shape]));
    }
    return icon;
  }

  /** Draw an arrowhead that points right; it is turned by the one who places it. */
  function arrow() {
    const icon = svg("svg", { class: "arrow", viewBox: "0 0 10 10", "aria-hidden": "true" });
    icon.append(svg("path", { d: "M1 1 9.5 5 1 9 3 5Z" }));
    return icon;
  }

  // List and legend

  function row(entry, index, link) {
    const words = entry.shape === "none" || entry.written !== null ? `as “${entry.written ?? entry.name}”` : null;
    const kind = entry.area === "settlement" ? null : (entry.listed ?? entry.kind);
    const notes = [kind, words].filter(Boolean).join(", ");
    const button = make(
      "button",
      { type: "button", "aria-label": spoken(entry) },
      symbol(entry),
      make("span", { class: "what" }, name(entry.name), " ", make("bdi", { class: "aside" }, notes)),
      make("span", { class: "number" }, `${entry.count}×`),
      make("span", { class: "number" }, `${entry.confidence}%`),
    );
    return make("li", {}, link(button, index));
  }

  /** The places of the story, those that are only a guess apart. */
  function places({ entries, threshold }, link) {
    if (!entries.length) return [make("p", { class: "aside" }, "No place in this text could be put on the map.")];
    const rows = entries.map((entry, index) => row(entry, index, link));
    const [sure, unsure] = [true, false].map((asked) => rows.filter((_, index) => entries[index].sure === asked));
    const heading = make("h3", {}, "Uncertain ", make("span", { class: "aside" }, guess(threshold)));
    return [make("ul", {}, ...sure), ...(unsure.length ? [heading, make("ul", {}, ...unsure)] : [])];
  }

  /** The names that were not placed, those with the same reason together. */
  function unplaced(groups) {
    const paragraphs = groups.map(([why, names]) =>
      make(
        "p",
        {},
        ...names.flatMap((text, index) => [index ? ", " : "", make("bdi", {}, text)]),
        make("span", { class: "aside" }, why ? ` (${why})` : ""),
      ),
    );
    return groups.length ? [make("h3", {}, "Not placed"), ...paragraphs] : [];
  }

  const MEANINGS = {
    circle: "Place in the story (size = mentions)",
    label: "Country, region or natural feature in the story",
    square: "Town standing for its government or team",
    none: "Only a word for its people or things",
  };

  /** The legend's rows for the symbols that this page uses, one for all that are uncertain. */
  function legend({ entries, lines, towns, threshold }) {
    const rows = [];
    const add = (looks, words) => looks.length && rows.push(make("li", {}, ...looks.map(symbol), words));
    const first = (test) => entries.filter(test).slice(0, 1);
    const shapes = [...Object.keys(MEANINGS), "line"];
    for (const [shape, words] of Object.entries(MEANINGS)) add(first((e) => e.sure && e.shape === shape), words);
    for (const { words, strokes } of lines) add([{ shape: "line", strokes }], words);
    const unsure = shapes.flatMap((shape) => first((e) => !e.sure && e.shape === shape));
    add(unsure, `Uncertain: ${guess(threshold)}`);
    add(towns.length ? [{ shape: "town" }] : [], "Other town");
    return make("ul", { class: entries.some((e) => e.shape === "line") ? "has-lines" : "" }, ...rows);
  }

  // Article

  const UNPLACED = { class: "unplaced", title: "Not placed on the map" };

  /** A toponym in the text; linked when it was placed. */
  function toponym([text, index, sure], link) {
    if (index === null) return make("span", UNPLACED, text);
    const doubt = { class: "is-unsure", title: "Uncertain", "aria-label": `${text}, uncertain` };
    const look = sure ? { class: "is-sure" } : doubt;
    return link(make("mark", { role: "button", tabindex: "0", ...look }, text), index);
  }

  /** What the marks in the text mean, nothing where all are sure. */
  function marksKey(documents) {
    const marks = documents.flatMap(({ heading, body }) => [heading, ...body].flat()).filter(Array.isArray);
    const kinds = [
      [marks.some(([, index, sure]) => index !== null && sure), make("mark", { class: "is-sure" }, "placed")],
      [marks.some(([, index, sure]) => index !== null && !sure), make("mark", { class: "is-unsure" }, "uncertain")],
      [marks.some(([, index]) => index === null), make("span", UNPLACED, "not placed")],
    ];
    const samples = kinds.filter(([isUsed]) => isUsed).flatMap(([, sample]) => [" · ", sample]);
    const isAllSure = kinds.slice(1).every(([isUsed]) => !isUsed);
    return isAllSure ? "" : make("p", { class: "aside marks" }, "Names: ", ...samples.slice(1));
  }

  function pieces(list, link) {
    return list.map((piece) => (typeof piece === "string" ? piece : toponym(piece, link)));
  }

  function body(document_, link) {
    return document_.body.map((paragraph) => make("p", { dir: "auto" }, ...pieces(paragraph, link)));
  }

  /** One article open, or several that can be folded, each under its own heading. */
  function articles(documents, link) {
    const key = marksKey(documents);
    if (documents.length === 1) {
      return [make("h2", {}, "Article"), key, make("article", { lang: "" }, ...body(documents[0], link))];
    }
    const all = documents.map((each, index) => {
      const heading = make("h2", { dir: "auto", lang: "" }, ...pieces(each.heading, link));
      const source = make("p", { class: "aside", dir: "auto" }, each.source);
      const article = make("article", { lang: "" }, ...body(each, link));
      const details = make("details", {}, make("summary", {}, heading, source), article);
      details.open = index === 0;
      return details;
    });
    return [key, ...all];
  }

  // Popup

  /** Shorten a text at a space; what is left over stays in the document, unseen. */
  function shortened(text, room, keepsEnd) {
    if (text.length <= room) return [text];
    const at = keepsEnd ? text.indexOf(" ", text.length - room) + 1 : text.lastIndexOf(" ", room);
    if (at <= 0) return [text];
    const [first, second] = [text.slice(0, at), text.slice(at)];
    return keepsEnd
      ? [make("span", { class: "cut" }, first), second]
      : [first, make("span", { class: "cut" }, second)];
  }

  function quote([before, word, after, number, sure], documents) {
    const room = Math.max(0, QUOTE_ROOM - word.length);
    const lead = Math.min(before.length, Math.max(room / 2, room - after.length));
    const text = [...shortened(before, lead, true), make("mark", {}, word), ...shortened(after, room - lead, false)];
    const source = documents.length > 1 ? make("cite", { dir: "auto" }, documents[number].title) : null;
    const blockquote = make("blockquote", { dir: "auto", lang: "" }, ...text);
    return make("li", { class: sure ? "is-sure" : "is-unsure" }, blockquote, source);
  }

  function rivals(entry) {
    if (!entry.rivals.length) return null;
    const items = entry.rivals.map((rival) =>
      make(
        "li",
        {},
        make("span", {}, name(rival.name), ", ", make("bdi", {}, rival.what)),
        make("span", { class: "number" }, rival.share ? `${rival.share}%` : "< 1%"),
      ),
    );
    const heading = make("p", {}, entry.sure ? "Less likely:" : "It may also be:");
    return make("div", { class: "rivals" }, heading, make("ul", {}, ...items));
  }

  /** The line that says of an uncertain place what it is. */
  function doubt(entry, threshold) {
    if (entry.sure) return null;
    const below = threshold === null ? "" : `, below ${threshold}%`;
    return make("p", { class: "doubt" }, symbol(entry), `Uncertain: confidence ${entry.confidence}%${below}`);
  }

  function popup(entry, { documents, threshold }) {
    const sureness = entry.sure ? `confidence ${entry.confidence}%` : null;
    const why = entry.sure ? "Why here: " : "Why this guess: ";
    const facts = [entry.kind, entry.role, entry.length, plural(entry.count, "mention"), sureness].filter(Boolean);
    return make(
      "div",
      { class: "card" },
      make("h3", {}, name(entry.name), " ", entry.where ? make("bdi", { class: "where" }, entry.where) : ""),
      make("p", { class: "facts" }, facts.join(" · ")),
      entry.course ? make("p", { class: "facts" }, make("bdi", {}, entry.course)) : null,
      doubt(entry, threshold),
      make("ul", { class: "quotes" }, ...entry.excerpts.map((excerpt) => quote(excerpt, documents))),
      entry.why ? make("p", { class: "why" }, why, make("bdi", {}, entry.why)) : null,
      rivals(entry),
      make("p", { class: "id" }, entry.source),
    );
  }

  // Notes

  function linked(text) {
    const parts = [text];
    for (const [words, href] of LINKS) {
      const at = parts.length - 1;
      const [before, ...after] = parts[at].split(words);
      if (after.length) {
        const anchor = make("a", { href, rel: "noopener noreferrer" }, words);
        parts.splice(at, 1, before, anchor, after.join(words));
      }
    }
    return parts;
  }

  function notes({ attribution, disclaimer, tool, gazetteer }) {
    const sources = make("p", {}, ...linked(`${attribution}.`), ` ${disclaimer}`);
    return [sources, make("p", {}, `${tool} · gazetteer ${gazetteer}`)];
  }

  /** How many places there are, and how many more are only a guess. */
  function counted(entries) {
    const sure = entries.filter((entry) => entry.sure).length;
    const unsure = entries.length - sure;
    return plural(sure, "place") + (unsure ? `, ${unsure} more uncertain` : "");
  }

  /** Fill the panel. `link(element, index)` ties an element to an entry, and returns it. */
  function fill(data, link) {
    const at = (id) => document.getElementById(id);
    const single = data.documents.length === 1;
    document.title = data.title;
    at("title").append(...(single ? pieces(data.documents[0].heading, link) : [data.title]));
    at("source").append(single ? data.documents[0].source : counted(data.entries));
    at("places").append(...places(data, link));
    at("unplaced").append(...unplaced(data.unplaced));
    at("articles").append(...articles(data.documents, link));
    at("notes").append(...notes(data.notes));
  }

  return { arrow, fill, legend, make, popup, setAttributes, spoken };
})();
