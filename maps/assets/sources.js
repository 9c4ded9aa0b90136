/**
 * The publishers of the articles, each of which can be left out.
 */
"use strict";

placelines.sources = (() => {
  const { at, button, make, name } = placelines.elements;
  const { articlesIn, change } = placelines.filters;
  const { fold } = placelines.search;

  const MOST_UNFOLDED = 12; // publishers up to which all are listed
  const FIRST = 8; // those that are listed where there are more
  const MOST_FOUND = 100; // rows that a search shows at once

  const NAMELESS = "No source named";
  const OTHERS = "Other sources"; // those that the page does not tell apart have null as publisher
  const called = (publisher) => (publisher === null ? OTHERS : publisher || NAMELESS);

  /** Publishers with their documents, those with most articles first, what has no single name last. */
  function ranked(documents) {
    const owned = new Map();
    for (const each of documents) {
      if (!owned.has(each.publisher)) owned.set(each.publisher, []);
      owned.get(each.publisher).push(each);
    }
    const counts = new Map([...owned].map(([publisher, own]) => [publisher, articlesIn(own)]));
    const order = ([a], [b]) => !a - !b || counts.get(b) - counts.get(a) || (a < b ? -1 : 1);
    return [...owned].sort(order);
  }

  /** List the publishers where there are several. */
  function setUp(page) {
    const home = at("sources");
    const all = ranked(page.documents).map(([publisher, documents]) => ({ publisher, documents, row: null }));
    home.hidden = all.length < 2;
    if (home.hidden) return;
    const setHidden = (hidden) => change(page, { publishers: new Set(hidden) });
    const buttons = [
      button({}, () => setHidden([]), "All"),
      button({}, () => setHidden(all.map(({ publisher }) => publisher)), "None"),
    ];
    const heading = make("h2", { id: "sources-title" }, "Sources");
    home.append(make("div", { class: "heading" }, heading, make("span", { class: "actions" }, ...buttons)));
    const head = all.length > MOST_UNFOLDED ? FIRST : all.length;
    const rowOf = (each) => (each.row ??= row(page, each, all));
    const list = make("ul", {}, ...all.slice(0, head).map(rowOf));
    const group = make("div", { role: "group", "aria-labelledby": "sources-title" }, list);
    if (head < all.length) group.append(rest(all.slice(head), rowOf));
    home.append(group);
    page.on("filter", () => all.forEach((each) => each.row && update(page, each)));
  }

  function row(page, { publisher, documents }, all) {
    const box = make("input", { type: "checkbox" });
    box.checked = true;
    const count = make("span", { class: "number" });
    const toggle = () => {
      const hidden = new Set(page.filters.publishers);
      if (box.checked) hidden.delete(publisher);
      else hidden.add(publisher);
      change(page, { publishers: hidden });
    };
    const others = () => all.map((each) => each.publisher).filter((each) => each !== publisher);
    const only = { class: "only", "aria-label": `Show only ${called(publisher)}` };
    box.addEventListener("change", toggle);
    const element = make(
      "li",
      {},
      make("label", {}, box, name(called(publisher))),
      button(only, () => change(page, { publishers: new Set(others()) }), "only"),
      count,
    );
    element.box = box;
    update(page, { publisher, documents, row: element });
    return element;
  }

  /** Tell whether a publisher is shown, and of how many articles while some of its own are not. */
  function update({ filters }, { publisher, documents, row }) {
    const isOn = !filters.publishers.has(publisher);
    const count = articlesIn(documents);
    const shown = articlesIn(documents.filter((each) => each.shown));
    row.box.checked = isOn;
    row.classList.toggle("is-off", !isOn);
    const all = count.toLocaleString("en");
    row.lastChild.textContent = isOn && shown < count ? `${shown.toLocaleString("en")} of ${all}` : all;
  }

  /** The less frequent ones, folded, with a search among them. */
  function rest(few, rowOf) {
    const keys = few.map(({ publisher }) => fold(called(publisher)));
    const list = make("ul");
    const note = make("p", { class: "aside", role: "status" });
    const search = make("input", { type: "search", "aria-label": "Find a source", placeholder: "Find a source" });
    const show = () => {
      const asked = fold(search.value);
      const found = few.filter((_, index) => keys[index].includes(asked));
      list.replaceChildren(...found.slice(0, MOST_FOUND).map(rowOf));
      const left = found.length - MOST_FOUND;
      const more = left > 0 ? `${left.toLocaleString("en")} more: type to find them` : "";
      note.textContent = found.length ? more : "None found";
    };
    search.addEventListener("input", show);
    const summary = make("summary", {}, `${few.length.toLocaleString("en")} more`);
    const details = make("details", {}, summary, search, list, note);
    details.addEventListener("toggle", () => details.open && !list.hasChildNodes() && show());
    return details;
  }

  return { called, ranked, setUp };
})();
