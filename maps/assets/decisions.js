/**
 * What the reader decided of names, as rows of a file of corrections (docs/corrections.md).
 *
 * A decision has `about`, the id of the entry or null for a name that was not placed; `name`; `says`, what it means in
 * words; `everywhere`, whether it is about all articles; and its `rows`, by column.
 */
"use strict";

placelines.decisions = (() => {
  const COLUMNS = "text article context place lat lon name geometry note author date".split(" ");
  const NOT_A_PLACE = "not a place";
  const OWN = "correction:"; // how the id of a point or line begins that only corrections have
  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i; // as geo/corrections/reading.py reads it
  const DEGREES = { lat: ["latitude", 90, "-33.9"], lon: ["longitude", 180, "18.42"] }; // word, most, example
  const SPACES = /[\s\x1c-\x1f\x85]+/gu; // what Python splits at
  const CALLED = "placelines corrections "; // how what is kept in the browser is called, before the page's own number

  // Rows

  /** What spellings of a name have in common, as geo.corrections.spelling: one row says what they mean. */
  function spelling(text) {
    // Lower case first: of the capital ẞ upper case makes no SS.
    const folded = text.normalize("NFKC").toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ")
      .replace(/[‘’ʻʼ]/gu, "'");
    return folded.replace(SPACES, " ").trim();
  }

  const key = ({ article, text }) => JSON.stringify([article, spelling(text)]);

  /** The cells for a place or line, which a gazetteer or the candidates of its name have, or else for its point. */
  function placeCells({ id, name, at }) {
    if (!at || !id.startsWith(OWN)) return { place: id, name };
    const { lat, lng } = L.latLng(at).wrap();
    return pointCells(String(lat), String(lng), name);
  }

  const pointCells = (lat, lon, name) => ({ lat, lon, name });

  /** The rows of a decision: `names` are [text, numbers of the documents it is about, or null for all] each. */
  function rowsOf(names, documents, cells) {
    const rows = names.flatMap(([text, numbers]) => {
      const articles = numbers === null || documents.length === 1 ? [""] : numbers.map((each) => documents[each].id);
      return articles.map((article) => ({ text, article, ...cells, date: today() }));
    });
    return once(rows);
  }

  /** One row for each name and article, the last that there is: a file with two is refused. */
  const once = (rows) => [...new Map(rows.map((row) => [key(row), row])).values()];

  /** The decisions with another, which goes before what was decided of the same names. */
  function add(decisions, fresh) {
    const taken = new Set(fresh.rows.map(key));
    const isOver = ({ about }) => fresh.everywhere && about !== null && about === fresh.about;
    const others = decisions.filter((each) => !isOver(each));
    const left = others.map((each) => ({ ...each, rows: each.rows.filter((row) => !taken.has(key(row))) }));
    return [...left.filter((each) => each.rows.length), fresh];
  }

  /** Why degrees as written, {lat, lon}, are no point: [which of them, what is wrong]; null if they are. */
  function fault(written) {
    for (const [axis, [word, most, example]] of Object.entries(DEGREES)) {
      if (!NUMBER.test(written[axis])) return [axis, `Give the ${word} in degrees, as in ${example}.`];
      if (Math.abs(Number(written[axis])) > most) return [axis, `The ${word} must lie between -${most} and ${most}.`];
    }
    return Number(written.lat) === 0 && Number(written.lon) === 0 ? ["lat", "0, 0 stands for an unknown place."] : null;
  }

  // File

  /** A cell of a CSV file: https://www.rfc-editor.org/rfc/rfc4180#section-2 */
  const cell = (text) => (/[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  /** The file of corrections. */
  function csv(decisions) {
    const rows = once(decisions.flatMap((each) => each.rows)); // an older page may have kept some
    const lines = rows.map((row) => COLUMNS.map((column) => cell(row[column] ?? "")).join(","));
    return [COLUMNS.join(","), ...lines].map((line) => `${line}\r\n`).join("");
  }

  /** The day where the reader is, as in 2026-11-22. */
  function today() {
    const now = new Date();
    const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
    return parts.map((part) => String(part).padStart(2, "0")).join("-");
  }

  // Keeping

  /** A number for a text (FNV-1a). */
  function fingerprint(text) {
    let hash = 0x811c9dc5;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return (hash >>> 0).toString(16);
  }

  /** Where decisions outlast the page, as far as the browser lets them: a frame may have no storage at all. */
  class Store {
    /** For a page that carries a text: no page takes the decisions of another for its own. */
    constructor(text) {
      this.name = `${CALLED}${text.length} ${fingerprint(text)}`;
    }

    /** What was kept: the decisions, and who made the last one. */
    read() {
      try {
        const { author, decisions } = JSON.parse(localStorage.getItem(this.name));
        return { author: String(author), decisions: decisions.filter(({ rows }) => rows.length) };
      } catch {
        return { author: "", decisions: [] }; // nothing there, no storage, or somebody else's
      }
    }

    /** Keep the decisions, and return whether they are kept. */
    write(author, decisions) {
      try {
        if (decisions.length) localStorage.setItem(this.name, JSON.stringify({ author, decisions }));
        else localStorage.removeItem(this.name);
        return true;
      } catch {
        return false;
      }
    }
  }

  return { NOT_A_PLACE, Store, add, csv, fault, placeCells, pointCells, rowsOf };
})();
