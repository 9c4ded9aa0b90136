/**
 * Corrections: what the reader knows better is kept in the page until it is saved as a file for `--corrections`.
 *
 * `page.corrections` has the `decisions`, those before each change (`past`), and the `author` of the last; an entry
 * about which one was made is `pending`. The page's event "corrections" tells that they have changed.
 */
"use strict";

placelines.corrections = (() => {
  const { announce, at, button, make, name, plural, setAttributes } = placelines.elements;
  const { Store, add, csv, rowsOf } = placelines.decisions;
  const { form } = placelines.correcting;
  const { light, spoken } = placelines.entries;
  const { resize } = placelines.popups;
  const { save } = placelines.takeaway;

  const FILE = "corrections.csv";
  const TYPE = "text/csv;charset=utf-8";
  const RING = 6; // pixels between a symbol and the ring around it

  /** Set up before anything that shows names. */
  function setUp(page) {
    const store = new Store(at("story").textContent);
    const shown = { rings: [], loose: new Map(), card: null, leaveSheet: null };
    const state = { ...store.read(), ...shown, store, past: [], isSaved: true, isKept: true };
    page.corrections = state;
    state.unplaced = new Map(page.data.unplaced_names);
    state.strip = strip(page);
    page.correctable = (element, text, number = null) => correctable(page, element, text, number);
    page.on("card", (made) => addToCard(page, made));
    page.on("open", ({ element }) => (state.origin = element));
    page.on("filter", () => queueMicrotask(() => drawRings(page))); // symbols have their new sizes by then
    window.addEventListener("storage", ({ key }) => key === store.name && follow(page));
    window.addEventListener("beforeunload", (event) => {
      if (state.decisions.length && !state.isSaved && !state.isKept) event.preventDefault();
    });
    show(page);
  }

  // What was decided

  /** Take other decisions for the present ones. */
  function change(page, decisions, words) {
    const state = page.corrections;
    state.past.push(state.decisions);
    replace(page, decisions, words);
  }

  function undo(page) {
    const before = page.corrections.past.pop();
    if (before) replace(page, before, "Undone");
  }

  function replace(page, decisions, words) {
    const state = page.corrections;
    Object.assign(state, { decisions, isSaved: false, isKept: state.store.write(state.author, decisions) });
    show(page);
    announce(`${words}. ${plural(decisions.length, "correction")}`);
    page.emit("corrections");
  }

  /** Take over what was decided in another window that shows this page: the next change here would undo it. */
  function follow(page) {
    const state = page.corrections;
    if (!state.isKept) return; // what is only here stays
    Object.assign(state, state.store.read(), { past: [] });
    show(page);
    page.emit("corrections");
  }

  const without = (page, decision) => {
    const left = page.corrections.decisions.filter((each) => each !== decision);
    change(page, left, `Undone: ${decision.name}`);
  };

  /** Mark the entries that decisions are about, and tell of all decisions. */
  function show(page) {
    const { decisions, card, loose } = page.corrections;
    const ids = new Set(decisions.map(({ about }) => about));
    for (const entry of page.entries) {
      const isPending = ids.has(entry.id);
      if (isPending === entry.pending) continue;
      entry.pending = isPending;
      light(entry, "is-pending", isPending);
      entry.layers.at(-1)?.getElement().setAttribute("aria-label", spoken(entry));
    }
    for (const [element, text] of loose) element.classList.toggle("is-pending", isPending(page, text));
    drawRings(page);
    if (card) tellPending(page, card);
    page.corrections.strip.update();
  }

  /** Draw a ring around each symbol whose place was corrected. */
  function drawRings(page) {
    for (const ring of page.corrections.rings) ring.remove();
    const ringed = page.entries.filter((each) => each.pending && each.isPoint && each.shown);
    page.corrections.rings = ringed.map(({ point, radius }) => {
      const size = 2 * (radius + RING);
      const icon = L.divIcon({ className: "pending-ring", iconSize: [size, size] });
      return L.marker(point, { icon, interactive: false, keyboard: false }).addTo(page.map);
    });
  }

  // The strip below the headline

  function strip(page) {
    const home = at("corrections");
    const count = make("strong");
    const kept = make("span", { class: "aside" });
    const list = make("ul");
    const fold = make("details", {}, make("summary", {}, "What was corrected"), list);
    const how = make("p", { class: "how" });
    const load = button({ class: "keep" }, () => download(page, how), "Download CSV");
    const back = button({ class: "quiet" }, () => undo(page), "Undo");
    const drop = button({ class: "quiet" }, () => change(page, [], "Discarded"), "Discard");
    home.append(make("p", {}, count, " ", kept), make("div", { class: "buttons" }, load, back, drop), fold, how);

    function update() {
      const { decisions, past, isKept } = page.corrections;
      const hadFocus = home.contains(document.activeElement);
      count.textContent = plural(decisions.length, "correction");
      kept.textContent = isKept ? "kept in this browser" : "kept until this page is closed";
      for (const each of [kept, load, drop, fold]) each.hidden = !decisions.length;
      back.hidden = !past.length;
      how.replaceChildren();
      list.replaceChildren(...decisions.map((each) => item(page, each)));
      home.hidden = !decisions.length && !past.length;
      if (hadFocus && !home.contains(document.activeElement)) (home.hidden ? at("theme") : back).focus();
    }

    return { update };
  }

  function item(page, decision) {
    const attributes = { class: "quiet", "aria-label": `Undo the correction of ${decision.name}` };
    const says = [name(decision.name), ": ", make("bdi", {}, decision.says)];
    return make("li", {}, make("span", {}, ...says), button(attributes, () => without(page, decision), "Undo"));
  }

  function download(page, how) {
    const state = page.corrections;
    save(new Blob([csv(state.decisions)], { type: TYPE }), FILE);
    state.isSaved = true;
    const command = make("code", {}, `placelines map ARTICLE --corrections ${FILE} -o DIR`);
    const isAgain = page.entries.some(({ corrected }) => corrected);
    const more = " This page was made with corrections: give their file, too, by one more --corrections.";
    how.replaceChildren("To make the map anew, run: ", command, isAgain ? more : "");
    announce(`Saved ${FILE}`);
  }

  // In the card of an entry

  function addToCard(page, { entry, details, element }) {
    if (!details.names.length) return;
    const told = make("div");
    const home = make("div");
    const attributes = { class: "quiet correct", "aria-expanded": "false" };
    const opener = button(attributes, () => (made ? made.leave() : unfold()), "Wrong place?");
    let made = null;

    function fold() {
      made = null;
      home.replaceChildren();
      opener.setAttribute("aria-expanded", "false");
      element.classList.remove("is-correcting");
      resize(page);
      opener.focus({ preventScroll: true });
    }

    function unfold() {
      const number = page.mentions.get(page.corrections.origin)?.number;
      const isOneOfMany = number !== undefined && entry.told.length > 2;
      made = form(page, {
        name: entry.name,
        current: { ...entry, what: [entry.kind, details.where].filter(Boolean).join(", ") },
        rivals: details.rivals,
        group: "meaning",
        article: isOneOfMany ? page.documents[number].title : null,
        author: page.corrections.author,
        resized: () => resize(page),
        leave: fold,
        keep: async (decided) => {
          const names = decided.isEverywhere ? details.names : await namesIn(page, entry, number);
          keep(page, { about: entry.id, name: entry.name, names, ...decided });
          fold();
        },
      });
      home.append(made.element);
      opener.setAttribute("aria-expanded", "true");
      element.classList.add("is-correcting");
      resize(page);
      made.first.focus({ preventScroll: true });
      opener.scrollIntoView({ block: "start" });
    }

    page.corrections.card = { entry, told };
    tellPending(page, page.corrections.card);
    const actions = element.querySelector(".actions");
    actions.addEventListener("click", (event) => event.stopPropagation()); // Leaflet takes what is gone for the map
    actions.append(told, opener, home);
  }

  /** The names that an entry has in one article. */
  async function namesIn(page, entry, number) {
    const [heading, body] = await page.data.texts.get(number);
    const marks = [heading, ...body].flat().filter((piece) => Array.isArray(piece) && piece[1] === entry.index);
    return [...new Set(marks.map(([text]) => text))].map((text) => [text, [number]]);
  }

  function keep(page, { about, name: text, names, says, cells, author, isEverywhere }) {
    const state = page.corrections;
    const rows = rowsOf(names, page.documents, cells);
    state.author = author;
    change(page, add(state.decisions, { about, name: text, says, everywhere: isEverywhere, rows }), `Kept: ${text}`);
  }

  /** Say in a card what was decided of its entry. */
  function tellPending(page, { entry, told }) {
    const decisions = page.corrections.decisions.filter(({ about }) => about === entry.id);
    told.replaceChildren(
      ...decisions.map((decision) => {
        const words = ["Corrected, not yet applied: ", make("bdi", {}, decision.says), " "];
        const attributes = { class: "quiet", "aria-label": `Undo the correction of ${decision.name}` };
        const back = button(attributes, () => {
          without(page, decision);
          told.parentElement.querySelector(".correct").focus({ preventScroll: true });
        }, "Undo");
        return make("p", { class: "pending" }, ...words, back);
      }),
    );
    resize(page);
  }

  // Names that were not placed

  /** Whether something was decided of a name that was not placed. */
  function isPending({ corrections }, text) {
    return corrections.decisions.some(({ about, name: decided }) => about === null && decided === text);
  }

  /** Make a button of a name that was not placed, in a list or in the text of a document. */
  function correctable(page, element, text, number) {
    if (!page.corrections.unplaced.has(text)) return element;
    const title = "Not placed on the map: say where it is";
    setAttributes(element, { role: "button", tabindex: "0", "aria-haspopup": "dialog", title });
    page.corrections.loose.set(element, text);
    element.classList.toggle("is-pending", isPending(page, text));
    const open = (event) => {
      event.preventDefault();
      openSheet(page, element, text, number);
    };
    element.addEventListener("click", open);
    element.addEventListener("keydown", (event) => (event.key === "Enter" || event.key === " ") && open(event));
    return element;
  }

  function openSheet(page, opener, text, number) {
    const documents = page.corrections.unplaced.get(text);
    const isOneOfMany = number !== null && page.documents.length > 1 && documents?.length !== 1;
    page.corrections.leaveSheet?.();
    page.close();

    function leave() {
      page.corrections.leaveSheet = null;
      sheet.remove();
      opener.focus();
    }

    const made = form(page, {
      name: text,
      current: null,
      rivals: [],
      group: "meaning",
      article: isOneOfMany ? page.documents[number].title : null,
      author: page.corrections.author,
      resized: () => {},
      leave,
      keep: (decided) => {
        const names = [[text, decided.isEverywhere ? documents : [number]]];
        keep(page, { about: null, name: text, names, ...decided });
        leave();
      },
    });
    const sheet = make("div", { class: "sheet", role: "dialog", "aria-label": `Correct ${text}` }, made.element);
    L.DomEvent.disableClickPropagation(sheet);
    sheet.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      made.leave();
    });
    page.corrections.leaveSheet = made.leave;
    at("stage").append(sheet);
    made.first.focus({ preventScroll: true });
  }

  return { setUp };
})();
