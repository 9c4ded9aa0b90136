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

  /** What a screen reader says of an entry: "Homs, city, 2 mentions, confidence 97 percent". */
  const spoken = (entry) =>
    `${entry.name}, ${entry.kind}, ${plural(entry.count, "mention")}, confidence ${entry.confidence} percent`;

  // Symbols

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

  /** Draw the small symbol of the list and the legend. */
  function symbol({ shape, sure = true, style = "" }) {
    const icon = svg("svg", { class: `symbol is-${shape} ${sure ? "" : "is-unsure"} ${style}`, viewBox: "0 0 16 16" });
    icon.setAttribute("aria-hidden", "true");
    if (shape === "line") {
      for (const part of ["casing", "bed", "core"]) icon.append(svg("path", { class: part, d: "M0 8H16" }));
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

  function row(entry) {
    const words = entry.shape === "none" || entry.written !== null ? `as “${entry.written ?? entry.name}”` : null;
    const notes = [entry.area === "settlement" ? null : entry.kind, words].filter(Boolean).join(", ");
    const button = make(
      "button",
      { type: "button", "aria-label": spoken(entry) },
      symbol(entry),
      make("span", { class: "what" }, name(entry.name), " ", make("bdi", { class: "aside" }, notes)),
      make("span", { class: "number" }, `${entry.count}×`),
      make("span", { class: "number" }, `${entry.confidence}%`),
    );
    return make("li", {}, button);
  }

  /** The legend's rows for the symbols that this page uses. */
  function legend({ entries, towns, sure }) {
    const uses = (test) => entries.some(test);
    const rows = [];
    const add = (when, look, words) => when && rows.push(make("li", {}, symbol(look), words));
    const unsure = { shape: "circle", sure: false };
    add(uses((e) => e.shape === "circle" && e.sure), { shape: "circle" }, "Place in the story (size = mentions)");
    add(uses((e) => e.shape === "circle" && !e.sure), unsure, `Uncertain match (< ${sure} %)`);
    add(uses((e) => e.shape === "label"), { shape: "label" }, "Country, region or natural feature in the story");
    add(uses((e) => e.shape === "square"), { shape: "square" }, "Capital standing for a government");
    for (const style of ["surveyed", "schematic", "inferred"]) {
      const line = entries.find((e) => e.style === style);
      if (line) add(true, { shape: "line", style }, line.course);
    }
    add(towns.length > 0, { shape: "town" }, "Other town");
    return make("ul", {}, ...rows);
  }

  // Article

  /** A toponym in the text; linked when it was placed. */
  function toponym([text, index], link) {
    if (index === null) return make("span", { class: "unplaced", title: "Not placed on the map" }, text);
    const mark = make("mark", { role: "button", tabindex: "0" }, text);
    link(mark, index);
    return mark;
  }

  function pieces(list, link) {
    return list.map((piece) => (typeof piece === "string" ? piece : toponym(piece, link)));
  }

  function body(document_, link) {
    return document_.body.map((paragraph) => make("p", { dir: "auto" }, ...pieces(paragraph, link)));
  }

  /** One article open, or several that can be folded, each under its own heading. */
  function articles(documents, link) {
    if (documents.length === 1) {
      return [make("h2", {}, "Article"), make("article", { lang: "" }, ...body(documents[0], link))];
    }
    return documents.map((each, index) => {
      const heading = make("h2", { dir: "auto", lang: "" }, ...pieces(each.heading, link));
      const source = make("p", { class: "aside", dir: "auto" }, each.source);
      const article = make("article", { lang: "" }, ...body(each, link));
      const details = make("details", {}, make("summary", {}, heading, source), article);
      details.open = index === 0;
      return details;
    });
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

  function quote([before, word, after, number], documents) {
    const room = Math.max(0, QUOTE_ROOM - word.length);
    const lead = Math.min(before.length, Math.max(room / 2, room - after.length));
    const text = [...shortened(before, lead, true), make("mark", {}, word), ...shortened(after, room - lead, false)];
    const source = documents.length > 1 ? make("cite", { dir: "auto" }, documents[number].title) : null;
    return make("li", {}, make("blockquote", { dir: "auto", lang: "" }, ...text), source);
  }

  function rivals(entry) {
    if (!entry.rivals.length) return null;
    const items = entry.rivals.map((rival, index) => [
      index ? "; " : "",
      name(rival.name),
      ` (${[rival.what, rival.share ? `${rival.share}%` : "under 1%"].filter(Boolean).join(", ")})`,
    ]);
    return make("p", { class: "why" }, "Or: ", ...items.flat());
  }

  function popup(entry, documents) {
    const facts = [entry.kind, plural(entry.count, "mention"), `confidence ${entry.confidence}%`];
    if (entry.length) facts.splice(1, 0, entry.length);
    return make(
      "div",
      { class: `card ${entry.sure ? "" : "is-unsure"}` },
      make("h3", {}, name(entry.name), " ", entry.where ? make("bdi", { class: "where" }, entry.where) : ""),
      make("p", { class: "facts" }, facts.join(" · ")),
      make("ul", { class: "quotes" }, ...entry.excerpts.map((excerpt) => quote(excerpt, documents))),
      entry.why ? make("p", { class: "why" }, "Why here: ", make("bdi", {}, entry.why)) : null,
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

  /** Fill the panel. `link(element, index)` ties an element to an entry. */
  function fill(data, link) {
    const at = (id) => document.getElementById(id);
    const single = data.documents.length === 1;
    document.title = data.title;
    at("title").append(...(single ? pieces(data.documents[0].heading, link) : [data.title]));
    at("source").append(single ? data.documents[0].source : plural(data.entries.length, "place"));
    for (const [index, entry] of data.entries.entries()) {
      const item = row(entry);
      link(item.firstChild, index);
      at("places").append(item);
    }
    if (!data.entries.length) {
      at("places").append(make("li", { class: "aside" }, "No place in this text could be put on the map."));
    }
    if (data.unplaced.length) {
      const words = data.unplaced.flatMap(([text, why], index) => [
        index ? ", " : "",
        make("bdi", {}, text),
        make("span", { class: "aside" }, why ? ` (${why})` : ""),
      ]);
      at("unplaced").append("Not placed: ", ...words);
    }
    at("articles").append(...articles(data.documents, link));
    at("notes").append(...notes(data.notes));
  }

  return { arrow, fill, legend, make, popup, setAttributes, spoken };
})();
