/**
 * The articles below the list, a number at a time, those that are shown and no others.
 */
"use strict";

placelines.shelf = (() => {
  const { button, make } = placelines.elements;

  const AT_ONCE = 50; // articles that a press of the button adds

  /** Put the folds of the articles, `page.foldOf(number)`, into a home; `page.bringOut(number)` shows one for sure. */
  function setUp(page, home) {
    const list = make("div");
    const more = button({ class: "more" }, () => addMore(), "");
    let room = AT_ONCE;

    const shown = () => [...page.documents.keys()].filter((number) => page.documents[number].shown);

    function show() {
      const numbers = shown();
      const left = numbers.length - room;
      const standing = numbers.slice(0, room).map(page.foldOf);
      for (const fold of [...list.children]) if (!standing.includes(fold)) fold.remove();
      standing.forEach((fold, index) => list.children[index] !== fold && list.insertBefore(fold, list.children[index]));
      more.hidden = left <= 0;
      more.textContent = `Show ${Math.min(AT_ONCE, left)} more of ${left.toLocaleString("en")}`;
    }

    /** Show more, and take the keyboard to the first that is new. */
    function addMore() {
      const before = list.children.length;
      room += AT_ONCE;
      show();
      list.children[before]?.querySelector("summary, a, h3").focus();
    }

    page.bringOut = (number) => {
      const at = shown().indexOf(number);
      room = Math.max(room, AT_ONCE * Math.ceil((at + 1) / AT_ONCE));
      show();
    };
    page.on("filter", show);
    home.append(list, more);
    show();
  }

  return { setUp };
})();
