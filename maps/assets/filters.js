/**
 * What of the story is shown: which publishers and days the reader chose, and which rows of the legend are on.
 *
 * A document is an article, or stands for as many as its `articles` says. Documents get `shown`; entries get `weight`, their mentions in shown documents, and `shown`. Whoever depends on that
 * listens for the page's event "filter".
 */
"use strict";

placelines.filters = (() => {
  /** Nothing is left out at first. */
  function setUp(page) {
    page.filters = { layers: new Set(), publishers: new Set(), from: null, to: null };
    sift(page);
  }

  /**
   * Change what is left out, and tell everybody.
   *
   * `layers` and `publishers` are sets of what is not shown; `from` and `to` are days as "2020-03-05", both included,
   * null for no bound. While there is a bound, documents without a day are not shown.
   */
  function change(page, changes) {
    Object.assign(page.filters, changes);
    sift(page);
    page.emit("filter");
  }

  function sift({ documents, entries, filters }) {
    for (const each of documents) each.shown = isShown(each, filters);
    for (const entry of entries) {
      entry.weight = weigh(entry.told, documents);
      entry.shown = entry.weight > 0 && !filters.layers.has(entry.layer);
    }
  }

  function isShown({ publisher, date }, { publishers, from, to }) {
    if (publishers.has(publisher)) return false;
    if (from === null && to === null) return true;
    return date !== null && (from === null || date >= from) && (to === null || date <= to);
  }

  /** Mentions in shown documents; `told` has number and count of each document in turn. */
  function weigh(told, documents) {
    let weight = 0;
    for (let i = 0; i < told.length; i += 2) if (documents[told[i]].shown) weight += told[i + 1];
    return weight;
  }

  /** How many articles some documents are. */
  const articlesIn = (documents) => documents.reduce((sum, { articles }) => sum + articles, 0);

  return { articlesIn, change, setUp };
})();
