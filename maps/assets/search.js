/**
 * Finding places by what a reader types: the name, as the text writes it, its kind, or a name in another script.
 */
"use strict";

placelines.search = (() => {
  // As in geo/names.py, whose keys the page carries: letters that do not decompose, and what counts as no letter.
  const ARABIC = { "أإآٱ": "ا", "ىی": "ي", "ک": "ك", "ة": "ه" };
  const LATIN = { ı: "i", ł: "l", ø: "o", "đð": "d", þ: "th", æ: "ae", œ: "oe", ß: "ss" };
  const COMMON = new Map(
    Object.entries({ ...ARABIC, ...LATIN, ς: "σ" }).flatMap(([letters, common]) =>
      [...letters].map((letter) => [letter, common]),
    ),
  );
  const IGNORED = /[\p{M}'’‘ʻʼʿʾ\u0060´ʹʺ\u0640\u200b\u200c\u200d\u2060\ufeff\u00ad]/gu;
  const INITIALS = /(?:[\p{L}\p{N}]\.)+[\p{L}\p{N}](?![\p{L}\p{N}])/gu;
  const NO_LETTERS = /[^\p{L}\p{N}]+/gu;

  /** The key under which a name is filed. */
  function fold(name) {
    const decomposed = name.normalize("NFKC").toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
    const common = decomposed.normalize("NFC").replace(/./gsu, (letter) => COMMON.get(letter) ?? letter);
    const words = common.replace(IGNORED, "").replace(INITIALS, joined).replace(NO_LETTERS, " ").trim();
    return words.replace(/^(the )+/, "");
  }

  /** Initials without their stops, unless they are the end of a word. */
  function joined(initials, at, text) {
    return /[\p{L}\p{N}]$/u.test(text.slice(0, at)) ? initials : initials.replaceAll(".", "");
  }

  const squeezed = (key) => key.replaceAll(" ", "");

  function termsOf(entry) {
    const names = [...new Set([fold(entry.name), fold(entry.written ?? ""), ...entry.keys])];
    return { names, starts: [...names, fold(entry.kind)].map((key) => ` ${key}`), inside: names.map(squeezed) };
  }

  /** How well an entry fits a folded query: 0 where a word begins with it, 1 where a name has it anywhere, or null. */
  function rank(entry, query) {
    if (!query) return null;
    entry.terms ??= termsOf(entry);
    if (entry.terms.starts.some((key) => key.includes(` ${query}`))) return 0;
    return entry.terms.inside.some((key) => key.includes(squeezed(query))) ? 1 : null;
  }

  return { fold, rank };
})();
