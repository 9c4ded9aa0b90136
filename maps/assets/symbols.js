/**
 * The small symbols of the list, the legend and the popups, and the measures they share with the map.
 */
"use strict";

placelines.symbols = (() => {
  const { setAttributes } = placelines.elements;

  const SVG = "http://www.w3.org/2000/svg";
  const LINE_WIDTH = 36; // pixels of a line in the legend: a repeat of its pattern and more
  const OUTLINES = {
    circle: ["circle", { cx: 8, cy: 8, r: 5.5 }],
    square: ["rect", { x: 3.5, y: 3.5, width: 9, height: 9 }],
    label: ["path", { d: "M2 6 6 2 11 3 14 7 12 13 6 14 3 11Z" }],
    none: ["path", { d: "M3 11V7.5Q3 4.5 6 4M9 11V7.5Q9 4.5 12 4" }],
    town: ["circle", { cx: 8, cy: 8, r: 2.5 }],
    area: ["circle", { cx: 8, cy: 8, r: 7 }],
    pencil: ["path", { d: "M2.5 13.5 3.3 10 11 2.3 13.7 5 6 12.7Z" }],
  };

  function svg(tag, attributes) {
    const element = document.createElementNS(SVG, tag);
    setAttributes(element, attributes);
    return element;
  }

  /** Draw the small symbol of the list and the legend; a line with its strokes on the map. */
  function symbol({ shape, sure = true, strokes = [] }) {
    const width = shape === "line" ? LINE_WIDTH : 16;
    const look = `symbol is-${shape} ${sure ? "" : "is-unsure"}`.trim();
    const box = { viewBox: `0 0 ${width} 16`, preserveAspectRatio: "xMidYMid slice" };
    const icon = svg("svg", { class: look, ...box, "aria-hidden": "true" });
    if (shape === "line") {
      for (const stroke of strokes) icon.append(svg("path", { ...stroke, d: `M0 8H${width}` }));
    } else {
      icon.append(svg(...OUTLINES[shape]));
    }
    return icon;
  }

  /** Draw an arrowhead that points right; it is turned by the one who places it. */
  function arrow() {
    const icon = svg("svg", { class: "arrow", viewBox: "0 0 10 10", "aria-hidden": "true" });
    icon.append(svg("path", { d: "M1 1 9.5 5 1 9 3 5Z" }));
    return icon;
  }

  /** Radius in pixels of a place by its mentions that pass the filters; half the side of a square. As maps/style.py. */
  const radiusOf = ({ shape, weight }) => (shape === "square" ? 5 : Math.min(17, 3.5 + 4 * Math.sqrt(weight)));

  return { arrow, radiusOf, svg, symbol };
})();
