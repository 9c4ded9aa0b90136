/**
 * Lets the reader set a point of her own on the map: by a click, or by keyboard below a cross in its middle.
 */
"use strict";

placelines.pick = (() => {
  const { at, button, make } = placelines.elements;

  const DECIMALS = 5; // of degrees: a metre
  const WORDS = "Click where it is, or move the map until it is under the cross and press Enter.";

  /** Ask for a point: [lat, lon], or null for none. What is open steps aside until then. */
  function pick({ map }) {
    const container = map.getContainer();
    const listening = new AbortController();
    const options = { capture: true, signal: listening.signal };
    return new Promise((resolve) => {
      const done = (point) => {
        listening.abort();
        document.documentElement.classList.remove("is-picking");
        for (const element of [bar, cross]) element.remove();
        resolve(point && rounded(point.wrap()));
      };
      const [leave, take] = [() => done(null), () => done(map.getCenter())];
      const bar = pickBar(take, leave);
      const cross = make("div", { class: "cross", "aria-hidden": "true" });
      container.addEventListener("click", (event) => {
        if (event.target.closest(".leaflet-control")) return;
        event.stopPropagation(); // neither opens what lies there nor closes what is open
        if (!map.dragging.moved()) done(map.mouseEventToLatLng(event));
      }, options);
      window.addEventListener("keydown", (event) => {
        const does = { Escape: leave, Enter: event.target === container ? take : null }[event.key];
        if (!does) return;
        event.preventDefault();
        event.stopPropagation();
        does();
      }, options);
      document.documentElement.classList.add("is-picking");
      container.append(cross);
      at("stage").append(bar);
      at("stage").scrollIntoView({ block: "nearest" });
      container.focus({ preventScroll: true });
    });
  }

  const rounded = ({ lat, lng }) => [lat, lng].map((degrees) => Number(degrees.toFixed(DECIMALS)));

  function pickBar(take, leave) {
    const buttons = [button({ class: "quiet" }, take, "Use the cross"), button({ class: "quiet" }, leave, "Cancel")];
    return make("div", { class: "pick-bar" }, make("p", { role: "alert" }, WORDS), ...buttons);
  }

  return { pick };
})();
