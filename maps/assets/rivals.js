/**
 * What else a name may mean, in the card of an entry; on the map a ghost shows where that is.
 */
"use strict";

placelines.rivals = (() => {
  const { make, name } = placelines.elements;
  const { isInView } = placelines.layout;

  const GHOST = { radius: 9, interactive: false, className: "pl-ghost" };
  const NAME = { permanent: true, direction: "right", offset: [10, 0], className: "ghost-name" };
  const ROOM = [70, 70]; // pixels around the two meanings when both are brought into view

  /** Show where a rival lies, until the popup closes; return what takes it away. */
  function haunt({ map }, rival) {
    const ghost = L.circleMarker(rival.at, GHOST).bindTooltip(name(rival.name), NAME).addTo(map);
    const leave = () => ghost.remove();
    map.once("popupclose", leave);
    return leave;
  }

  /** Bring a rival into view, with what is open. */
  function lookAt({ map, popup }, { at }) {
    if (isInView(map, at, 8)) return;
    const both = L.latLngBounds([popup.getLatLng(), at]);
    map.fitBounds(both, { padding: ROOM, maxZoom: map.getZoom(), animate: !placelines.CALM.matches });
  }

  /** The name of a rival: where it has a place on the map, a button that shows it there. */
  function shown(page, rival) {
    const words = [name(rival.name), ", ", make("bdi", {}, rival.what)];
    if (!rival.at) return make("span", { class: "what" }, ...words);
    const button = make("button", { type: "button", class: "what", title: "Show on the map" }, ...words);
    let leave = null;
    const come = () => (leave ??= haunt(page, rival));
    const go = () => {
      leave?.();
      leave = null;
    };
    for (const type of ["pointerenter", "focus"]) button.addEventListener(type, come);
    for (const type of ["pointerleave", "blur"]) button.addEventListener(type, go);
    button.addEventListener("click", () => lookAt(page, rival));
    return button;
  }

  /** The other meanings of an entry's name, null if there are none. */
  function rivals(page, { sure }, list) {
    if (!list.length) return null;
    const items = list.map((rival) => {
      const bar = make("span", { class: "share", "aria-hidden": "true" });
      bar.style.setProperty("--share", `${rival.share}%`);
      const share = make("span", { class: "number" }, rival.share ? `${rival.share}%` : "< 1%");
      return make("li", {}, shown(page, rival), bar, share);
    });
    const heading = make("p", {}, sure ? "Less likely:" : "It may also be:");
    return make("div", { class: "rivals" }, heading, make("ul", {}, ...items));
  }

  return { haunt, rivals };
})();
