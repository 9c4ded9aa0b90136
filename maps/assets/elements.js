/**
 * What all scripts of the page share: its one global name, the reader's screen and wishes, and how elements are made.
 *
 * Every word of the story enters the document through `make`, which appends strings as text nodes: nothing in this page
 * sets markup.
 */
"use strict";

window.placelines = {
  // as in page.css
  NARROW: window.matchMedia("(max-width: 760px), screen and (max-width: 900px) and (orientation: portrait)"),
  CALM: window.matchMedia("(prefers-reduced-motion: reduce)"),
};

placelines.elements = (() => {
  /** Make an element. Strings among the children become text, never markup; null is left out. */
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    setAttributes(element, attributes);
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  function setAttributes(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  }

  /** Make a button that does something when pressed. */
  function button(attributes, onPress, ...children) {
    const element = make("button", { type: "button", ...attributes }, ...children);
    element.addEventListener("click", onPress);
    return element;
  }

  /** Make something a link to an address of the web, in a window of its own; any other address is no link. */
  function link(address, child) {
    if (!address || !/^https?:\/\//i.test(address)) return child;
    return make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, child);
  }

  const at = (id) => document.getElementById(id);
  const name = (text) => make("bdi", { class: "name" }, text);
  const plural = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

  /** Say something to those who listen to the page. */
  function announce(words) {
    at("status").textContent = words;
  }

  return { announce, at, button, link, make, name, plural, setAttributes };
})();
