/**
 * Paper: light, the whole story on the first page, the list of places and the texts on those that follow.
 *
 * Browsers tell of printing before they lay out for paper, so the map gets the size that it will have there first: that
 * of A4 on its side, which page.css makes smaller for other papers.
 */
"use strict";

placelines.print = (() => {
  const { at, make } = placelines.elements;
  const { fit, placeLegend } = placelines.view;
  const { sharpen } = placelines.picture;
  const { redraw } = placelines.theme;

  const PAGE_HEIGHT = 710; // pixels of A4 on its side between the margins of page.css, and a little less
  const LEAST_HEIGHT = 460; // of the map, also below a very long title
  const RATIO = 2; // pixels of the basemap for one of the page: a printer shows more of them than a screen

  const root = document.documentElement;

  function setUp(page) {
    const imprint = make("p", { id: "imprint" }, `${page.data.notes.disclaimer} ${page.data.notes.tool}`);
    let screen = null;
    window.addEventListener("beforeprint", () => {
      if (screen) return;
      const { map, legendHome } = page;
      screen = { theme: root.dataset.theme, centre: map.getCenter(), zoom: map.getZoom(), legendHome };
      page.close();
      for (const lit of document.querySelectorAll(".is-lit")) lit.classList.remove("is-lit");
      at("stage").after(imprint);
      dress(page, true, { theme: "light", legendHome: page.key.getContainer() });
      fit(page);
      redraw(page);
      screen.copies = copyCanvases(page);
    });
    window.addEventListener("afterprint", () => {
      if (!screen) return;
      for (const copy of screen.copies) copy.remove();
      imprint.remove();
      dress(page, false, screen);
      page.map.setView(screen.centre, screen.zoom, { animate: false });
      redraw(page);
      screen = null;
    });
  }

  /** Give the page the look of paper, or of the screen again: theme, legend on the map, the size of the map. */
  function dress(page, isPaper, { theme, legendHome }) {
    const { map } = page;
    root.classList.toggle("is-printing", isPaper);
    if (theme === undefined) delete root.dataset.theme;
    else root.dataset.theme = theme;
    page.legendHome = legendHome;
    placeLegend(page);
    const beside = isPaper ? at("masthead").offsetHeight + at("imprint").offsetHeight : 0;
    at("stage").style.height = isPaper ? `${Math.max(LEAST_HEIGHT, PAGE_HEIGHT - beside)}px` : "";
    sharpen(page, isPaper ? RATIO : null);
    map.invalidateSize({ animate: false });
  }

  /**
   * Let fresh copies stand in for the canvases, and return them: Chromium repeats on paper what was done to a canvas,
   * and that it was wiped before becomes a white box, seen in Poppler 22.12, over the canvases below it.
   */
  function copyCanvases({ map }) {
    const canvases = [...map.getContainer().querySelectorAll("canvas")].filter(({ width, height }) => width && height);
    return canvases.map((canvas) => {
      const { width, height, className } = canvas;
      const look = { class: `${className} stand-in`, style: canvas.style.cssText, "aria-hidden": "true" };
      const copy = make("canvas", { width, height, ...look });
      copy.getContext("2d").drawImage(canvas, 0, 0);
      canvas.after(copy);
      return copy;
    });
  }

  return { setUp };
})();
