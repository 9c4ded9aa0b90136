/**
 * The articles beside the map, in which every toponym is a button.
 *
 * A mention is a mark in a text: `{ number, order }`, the number of its document and its place among the marks there.
 */
"use strict";

placelines.articles = (() => {
  const { at, link, make } = placelines.elements;
  const { day } = placelines.days;
  const { light } = placelines.entries;

  const UNPLACED = { class: "unplaced", title: "Not placed on the map" };
  const LEFT_OUT = "This text was left out to keep the page small.";
  const TOO_MANY = "They are too many to be listed here: the tables beside this page have them all.";

  const isPlaced = (piece) => Array.isArray(piece) && piece[1] !== null;

  /** A toponym in the text; linked when it was placed. */
  function toponym([text, index, sure], page, number) {
    if (index === null) return page.correctable(make("span", UNPLACED, text), text, number);
    const doubt = { class: "is-unsure", title: "Uncertain", "aria-label": `${text}, uncertain` };
    const look = sure ? { class: "is-sure" } : doubt;
    const mark = make("mark", { role: "button", tabindex: "0", ...look }, text);
    const entry = page.entries[index];
    mark.classList.toggle("is-off", !entry.shown);
    return page.link(mark, entry, "text");
  }

  /** What the marks in a text mean, nothing where all are sure. */
  function marksKey([heading, body]) {
    const marks = [heading, ...body].flat().filter(Array.isArray);
    const kinds = [
      [marks.some(([, index, sure]) => index !== null && sure), make("mark", { class: "is-sure" }, "placed")],
      [marks.some(([, index, sure]) => index !== null && !sure), make("mark", { class: "is-unsure" }, "uncertain")],
      [marks.some(([, index]) => index === null), make("span", UNPLACED, "not placed")],
    ];
    const samples = kinds.filter(([isUsed]) => isUsed).flatMap(([, sample]) => [" · ", sample]);
    const isAllSure = kinds.slice(1).every(([isUsed]) => !isUsed);
    return isAllSure ? "" : make("p", { class: "aside marks" }, "Names: ", ...samples.slice(1));
  }

  /** Put a text in its place, and number its mentions. */
  function fill(page, number, heading, article, [title, paragraphs]) {
    const pieces = (list) => list.map((piece) => (typeof piece === "string" ? piece : toponym(piece, page, number)));
    heading.replaceChildren(...pieces(title));
    article.append(...paragraphs.map((paragraph) => make("p", { dir: "auto" }, ...pieces(paragraph))));
    const marks = [heading, article].flatMap((element) => [...element.querySelectorAll("mark[role=button]")]);
    page.marks[number] = marks;
    marks.forEach((mark, order) => page.mentions.set(mark, { number, order }));
  }

  /** Show the only article: its headline above the page, its text below the list. */
  async function setUpOne(page) {
    const text = await page.data.texts.get(0);
    const article = make("article", { lang: "" });
    fill(page, 0, at("title"), article, text);
    at("articles").append(marksKey(text), article);
  }

  /** Show the headlines of several articles; the text comes when one is unfolded. */
  function setUpMany(page) {
    const made = page.data.texts ? fold : headline;
    page.foldOf = (number) => (page.folds[number] ??= made(page, page.documents[number], number));
    placelines.shelf.setUp(page, at("articles"));
    if (page.data.texts) page.foldOf(0).open = true;
  }

  /** What stands for an article of which the page has no text: its headline, a link where that leads somewhere. */
  function headline(page, each) {
    const heading = make("h3", { dir: "auto", lang: "", tabindex: "-1" }, link(each.url, each.title));
    return make("div", { class: "headline" }, heading, make("p", { class: "aside", dir: "auto" }, ...origin(each)));
  }

  /** Where an article comes from, in words and elements; no sign of direction in the one reaches the other. */
  function origin({ source, date }) {
    const parts = [source && make("span", { class: "apart" }, source), date && day(date)].filter(Boolean);
    return parts.flatMap((part, index) => (index ? [" · ", part] : [part]));
  }

  /** A link to where an article was published, if that is known. */
  const original = ({ url }) => (url ? [link(url, "Read where it was published")] : []);

  function fold(page, each, number) {
    const heading = make("h3", { dir: "auto", lang: "" }, each.title);
    const summary = make("summary", {}, heading, make("p", { class: "aside", dir: "auto" }, ...origin(each)));
    const details = make("details", {}, summary, make("article", { lang: "" }));
    details.addEventListener("toggle", () => details.open && unfold(page, number));
    return details;
  }

  /** Put the text of an article below its headline, once. */
  async function unfold(page, number) {
    const text = await page.data.texts.get(number);
    const [heading, article] = ["h3", "article"].map((tag) => page.folds[number].querySelector(tag));
    if (article.hasChildNodes()) return;
    article.append(...original(page.documents[number]).map((each) => make("p", { class: "aside" }, each)));
    if (text) {
      article.append(marksKey(text));
      fill(page, number, heading, article, text);
    } else {
      article.append(make("p", { class: "aside" }, LEFT_OUT));
    }
  }

  /** Fill the articles; `page.marks` are the marks of each that is shown, `page.mentions` tells what a mark is. */
  async function setUp(page) {
    Object.assign(page, { folds: [], marks: [], mentions: new WeakMap() });
    if (!page.documents.length) return;
    const { isSingle } = page;
    at("articles").append(make("div", { id: "reading" }, make("h2", {}, isSingle ? "Article" : "Articles")));
    page.on("filter", () => page.entries.forEach((entry) => light(entry, "is-off", !entry.shown)));
    if (isSingle) await setUpOne(page);
    else if (page.data.are_cells) at("articles").append(make("p", { class: "aside" }, TOO_MANY));
    else setUpMany(page);
  }

  /** The entries that an article tells of, mention by mention. */
  async function told(page, number) {
    const text = await page.data.texts.get(number);
    return text ? [text[0], ...text[1]].flat().filter(isPlaced).map(([, index]) => page.entries[index]) : [];
  }

  /** The mark of a mention, its article unfolded; undefined where the page does not carry the text. */
  async function show(page, { number, order }) {
    if (!page.isSingle) {
      const details = page.foldOf(number);
      page.bringOut(number);
      details.open = true;
      await unfold(page, number);
    }
    return page.marks[number]?.[order];
  }

  return { origin, original, setUp, show, told };
})();
