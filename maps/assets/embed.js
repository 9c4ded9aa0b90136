/**
 * The page in a frame of another page, asked for by "?embed" in its address: the map only, below a line that leads to
 * the whole page.
 */
"use strict";

placelines.embed = (() => {
  const { at, make } = placelines.elements;
  const { placeLegend } = placelines.view;

  const isEmbedded = new URLSearchParams(window.location.search).has("embed");
  // Before the map is made, which takes the size of its place.
  document.documentElement.classList.toggle("is-embedded", isEmbedded);

  function setUp(page) {
    if (!isEmbedded) return;
    const title = make("h1", { dir: "auto" }, page.data.title);
    const link = make("a", { href: fullPage(), target: "_blank", rel: "noopener" }, "Open the full page");
    link.addEventListener("click", () => link.setAttribute("href", fullPage())); // with what is open by then
    at("page").prepend(make("header", { id: "strip" }, title, link));
    page.legendHome = page.key.getContainer();
    placeLegend(page);
    page.map.invalidateSize({ animate: false });
  }

  /** The address of this page without "embed". */
  function fullPage() {
    const address = new URL(window.location.href);
    address.searchParams.delete("embed");
    return address.href;
  }

  return { setUp };
})();
