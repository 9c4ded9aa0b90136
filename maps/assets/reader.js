/**
 * Reading step by step: from mention to mention in the order of the text, and on into the next article.
 *
 * `page.current` is the mention where the reader is, an `order` of -1 before the first.
 */
"use strict";

placelines.reader = (() => {
  const { CALM, NARROW } = placelines;
  const { announce, at, button, make, plural } = placelines.elements;
  const { svg } = placelines.symbols;
  const { show, told } = placelines.articles;

  const STEPS = { ",": -1, ".": 1 }; // by key
  const ARROWS = { "-1": "M10.5 2.5 5 8 10.5 13.5", 1: "M5.5 2.5 11 8 5.5 13.5" };
  const TYPING = "input, textarea, select, [contenteditable]";

  /** The shown mentions of an article: their places among all of it. */
  async function shown(page, number) {
    const entries = await told(page, number);
    return [...entries.keys()].filter((order) => entries[order].shown);
  }

  /** Numbers of the documents that tell of something shown. */
  function telling({ documents, entries }) {
    const numbers = new Set();
    for (const entry of entries) {
      if (entry.shown) for (let i = 0; i < entry.told.length; i += 2) numbers.add(entry.told[i]);
    }
    return new Set([...numbers].filter((number) => documents[number].shown));
  }

  /** The mention before (-1) or after (1) the current one; null where there is none. */
  async function neighbour(page, by) {
    const numbers = telling(page);
    const { number: start, order: from } = page.current;
    for (let number = start; number >= 0 && number < page.documents.length; number += by) {
      if (!numbers.has(number)) continue;
      const orders = await shown(page, number);
      const ahead = number === start ? orders.filter((order) => (order - from) * by > 0) : orders;
      if (ahead.length) return { number, order: by > 0 ? ahead[0] : ahead.at(-1) };
    }
    return null;
  }

  // Going

  /** Make a mention the current one, and light it where its text is shown. */
  async function setCurrent(page, mention) {
    page.marks[page.current.number]?.[page.current.order]?.classList.remove("is-current");
    page.current = mention;
    page.marks[mention.number]?.[mention.order]?.classList.add("is-current");
    await describe(page);
  }

  /** Go to a mention in the text; return its mark, if the page has it. */
  async function goTo(page, mention) {
    const mark = await show(page, mention);
    await setCurrent(page, mention);
    mark?.scrollIntoView({ block: "nearest", behavior: CALM.matches ? "auto" : "smooth" });
    return mark;
  }

  /** Step to the next mention, or back, and open what it names. */
  async function step(page, by) {
    const mention = await neighbour(page, by);
    if (!mention) {
      announce(by > 0 ? "This is the last mention" : "This is the first mention");
      return;
    }
    if (NARROW.matches) keepMap(page, true);
    const element = await goTo(page, mention);
    const entry = (await told(page, mention.number))[mention.order];
    if (entry !== page.opened) await page.open(entry, { origin: "text", element });
  }

  /** Show a mention of an entry in the text: the so-manieth in a document, counted from 0. */
  async function showMention(page, entry, { number, nth, focus }) {
    const entries = await told(page, number);
    const orders = [...entries.keys()].filter((order) => entries[order] === entry);
    const mark = await goTo(page, { number, order: orders[nth] ?? orders[0] ?? -1 });
    if (focus) mark?.focus({ preventScroll: true });
  }

  /** On a narrow screen, keep the map above the text while the reader goes through that. */
  function keepMap({ map }, on) {
    const { classList } = document.documentElement;
    if (classList.contains("is-reading") === on) return;
    classList.toggle("is-reading", on);
    map.invalidateSize({ pan: false });
  }

  /** Where something was opened elsewhere than in the text, its first mention there becomes the current one. */
  async function follow(page, { entry, element }) {
    const mention = page.mentions.get(element) ?? (await firstMention(page, entry));
    if (mention && !isCurrent(page, mention)) await setCurrent(page, mention);
  }

  const isCurrent = ({ current }, { number, order }) => current.number === number && current.order === order;

  async function firstMention(page, entry) {
    const number = entry.told.find((value, i) => i % 2 === 0 && page.documents[value].shown);
    const order = number === undefined ? -1 : (await told(page, number)).indexOf(entry);
    return order < 0 ? null : { number, order };
  }

  // The bar

  function stepper(page, by, words) {
    const key = Object.keys(STEPS).find((each) => STEPS[each] === by);
    const icon = svg("svg", { class: "chevron", viewBox: "0 0 16 16", "aria-hidden": "true" });
    icon.append(svg("path", { d: ARROWS[by] }));
    const attributes = { "aria-label": words, title: `${words} (key “${key}”)`, "aria-keyshortcuts": key };
    return button(attributes, () => enqueue(page, by), icon);
  }

  /** Steps wait for each other, so that none is lost to a reader who is faster than the page. */
  function enqueue(page, by) {
    page.steps = page.steps.then(() => step(page, by));
  }

  /** Say where the reader is, and whether there is more either way. */
  async function describe(page) {
    const asked = (page.bar.asked = {});
    const { number, order } = page.current;
    const orders = await shown(page, number);
    const place = orders.indexOf(order);
    const count = (await page.data.texts.get(number)) ? plural(orders.length, "mention") : "Text left out";
    const among = place < 0 ? count : `Mention ${place + 1} of ${orders.length}`;
    const article = page.documents.length > 1 ? `Article ${(number + 1).toLocaleString("en")}: ` : "";
    const [before, after] = await Promise.all([neighbour(page, -1), neighbour(page, 1)]);
    if (page.bar.asked !== asked) return; // it took longer than the next one
    page.bar.where.textContent = article ? article + among.toLowerCase() : among;
    page.bar.back.setAttribute("aria-disabled", String(!before));
    page.bar.on.setAttribute("aria-disabled", String(!after));
  }

  /** Where the article is left out now, reading starts again with the first that is not. */
  async function followFilter(page) {
    const first = page.documents.findIndex((each) => each.shown);
    if (page.documents[page.current.number].shown || first < 0) await describe(page);
    else await setCurrent(page, { number: first, order: -1 });
  }

  async function setUp(page) {
    if (!page.data.texts || !page.documents.length || !page.entries.length) return;
    page.current = { number: 0, order: -1 };
    page.steps = Promise.resolve();
    const where = make("span", { class: "where" });
    page.bar = { where, back: stepper(page, -1, "Previous mention"), on: stepper(page, 1, "Next mention") };
    const label = "Step through the mentions";
    at("reading").append(make("div", { role: "group", "aria-label": label }, page.bar.back, where, page.bar.on));
    document.addEventListener("keydown", (event) => {
      const by = STEPS[event.key];
      const isChord = event.ctrlKey || event.altKey || event.metaKey;
      if (by && !isChord && !event.target.closest(TYPING)) enqueue(page, by);
    });
    page.on("open", (opened) => follow(page, opened));
    page.on("close", () => keepMap(page, false));
    page.on("filter", () => followFilter(page));
    await describe(page);
  }

  return { setUp, showMention };
})();
