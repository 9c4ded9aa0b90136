/**
 * Light and dark.
 */
"use strict";

placelines.theme = (() => {
  const { at } = placelines.elements;
  const { arrange } = placelines.layout;

  const DARK = window.matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;

  const isDark = () => (root.dataset.theme ?? (DARK.matches ? "dark" : "light")) === "dark";

  /** Let what is drawn by script follow the colours. */
  function redraw(page) {
    page.basemap?.redraw();
    page.emit("theme");
    arrange(page);
    at("theme").setAttribute("aria-pressed", String(isDark()));
  }

  function setUp(page) {
    at("theme").addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      redraw(page);
    });
    at("theme").setAttribute("aria-pressed", String(isDark()));
    DARK.addEventListener("change", () => redraw(page));
  }

  return { redraw, setUp };
})();
