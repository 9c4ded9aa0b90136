/**
 * The card of an entry, which its popup shows: what it is, what the story says of it, and why it is here.
 *
 * Its last child, `.actions`, is for what can be done with the entry; the event "card" tells who wants to add to it.
 */
"use strict";

placelines.card = (() => {
  const { button, link, make, name, plural } = placelines.elements;
  const { symbol } = placelines.symbols;
  const { day } = placelines.days;
  const { showMention } = placelines.reader;
  const { rivals } = placelines.rivals;

  const QUOTE_ROOM = 300; // characters of an excerpt that are shown
  const MOST_QUOTES = 5; // excerpts that are shown at first
  const CONFIDENCE = [[90, "high"], [75, "good"], [50, "fair"], [0, "low"]]; // from which percentage on
  const NO_DETAILS = {
    where: "",
    excerpts: [],
    why: "",
    rivals: [],
    source: "The sentences were left out to keep this page small.",
    corrections: [],
    names: [],
  };

  // Excerpts

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

  /** The article of an excerpt: one of the page's documents, unless the excerpt brings its own. */
  const articleOf = ({ documents }, [, , , number, , , own]) => own ?? documents[number];

  /** A sentence with the name marked, and a button that shows it in the text where the page has that. */
  function quote(page, entry, excerpt) {
    const [before, word, after, number, sure, nth] = excerpt;
    const room = Math.max(0, QUOTE_ROOM - word.length);
    const lead = Math.min(before.length, Math.max(room / 2, room - after.length));
    const text = [...shortened(before, lead, true), make("mark", {}, word), ...shortened(after, room - lead, false)];
    const blockquote = make("blockquote", { dir: "auto", lang: "" }, ...text);
    const show = ({ detail }) => showMention(page, entry, { number, nth, focus: detail === 0 });
    const more = page.data.texts ? button({ class: "quiet" }, show, "In the text") : null;
    const cite = make("p", { class: "cite" }, source(page, articleOf(page, excerpt)), more);
    return make("li", { class: sure ? "is-sure" : "is-unsure" }, blockquote, cite);
  }

  /** Where a sentence stands: headline and day; nothing where there is only one article. */
  function source({ isSingle }, { title, date, url }) {
    if (isSingle) return "";
    return make("cite", {}, link(url, make("bdi", {}, title)), date ? ` · ${day(date)}` : "");
  }

  /** Excerpts of one publisher after those of another, each publisher under its name. */
  function grouped(page, entry, excerpts) {
    const groups = new Map();
    for (const excerpt of excerpts) {
      const { publisher } = articleOf(page, excerpt);
      groups.set(publisher, [...(groups.get(publisher) ?? []), quote(page, entry, excerpt)]);
    }
    return [...groups].flatMap(([publisher, quotes]) => [
      ...(!page.isSingle && publisher ? [make("h4", { dir: "auto" }, publisher)] : []),
      make("ul", { class: "quotes" }, ...quotes),
    ]);
  }

  /** The excerpts of shown articles; of many, most behind a button. */
  function excerptsOf(page, entry, all) {
    const shown = all.filter(([, , , number]) => page.documents[number].shown);
    const box = make("div", { class: "excerpts" }, ...grouped(page, entry, shown.slice(0, MOST_QUOTES)));
    const left = shown.length - MOST_QUOTES;
    if (left > 0) {
      const unfold = (event) => {
        event.stopPropagation(); // Leaflet takes a click on what is gone from the popup for one on the map
        box.replaceChildren(...grouped(page, entry, shown));
        page.popup.update();
        box.querySelectorAll(".quotes button")[MOST_QUOTES]?.focus({ preventScroll: true });
      };
      box.append(button({ class: "quiet" }, unfold, `${left} more`));
    }
    return box;
  }

  // The card

  /** The line that says of an uncertain place what it is. */
  function doubt(entry, threshold) {
    if (entry.sure) return null;
    const below = threshold === null ? "" : `, below ${threshold}%`;
    return make("p", { class: "doubt" }, symbol(entry), `Uncertain: confidence ${entry.confidence}%${below}`);
  }

  /** Confidence as number and word. */
  function sureness({ sure, confidence }) {
    return sure && `confidence ${confidence}% (${CONFIDENCE.find(([from]) => confidence >= from)[1]})`;
  }

  /** Make the card of an entry from its details, null where the page does not carry them. */
  function card(entry, details, page) {
    const told = details ?? NO_DETAILS;
    const { where, why } = told;
    const { kind, role, length, weight, tinted } = entry;
    const facts = [kind, role, length, plural(weight, "mention"), sureness(entry), tinted];
    const reason = entry.sure ? "Why here: " : "Why this guess: ";
    const element = make(
      "div",
      { class: "card" },
      make("h3", {}, name(entry.name), " ", where ? make("bdi", { class: "where" }, where) : ""),
      make("p", { class: "facts" }, facts.filter(Boolean).join(" · ")),
      entry.course ? make("p", { class: "facts" }, make("bdi", {}, entry.course)) : null,
      told.spread ? make("p", { class: "facts" }, `In all: ${told.spread}`) : null,
      doubt(entry, page.data.threshold),
      ...told.corrections.map((words) => make("p", { class: "corrected", dir: "auto" }, words)),
      excerptsOf(page, entry, told.excerpts),
      why ? make("p", { class: "why" }, reason, make("bdi", {}, why)) : null,
      rivals(page, entry, told.rivals),
      make("p", { class: "id" }, told.source),
      make("div", { class: "actions" }),
    );
    page.emit("card", { entry, details: told, element });
    return element;
  }

  return { card };
})();
