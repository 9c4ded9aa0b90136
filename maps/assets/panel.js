/**
 * What frames the story beside the map: the headline's place, where it comes from, licences and notes.
 */
"use strict";

placelines.panel = (() => {
  const { announce, at, make, plural } = placelines.elements;
  const { original, origin } = placelines.articles;
  const { articlesIn } = placelines.filters;

  const LINKS = [
    ["GeoNames", "https://www.geonames.org/"],
    ["CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"],
    ["Natural Earth", "https://www.naturalearthdata.com/"],
    ["OpenStreetMap", "https://www.openstreetmap.org/copyright"],
    ["CARTO", "https://carto.com/attribution/"],
  ];

  function linked(text) {
    const parts = [text];
    for (const [words, href] of LINKS) {
      const at = parts.length - 1;
      const [before, ...after] = parts[at].split(words);
      if (after.length) {
        const anchor = make("a", { href, rel: "noopener noreferrer" }, words);
        parts.splice(at, 1, before, anchor, after.join(words));
      }
    }
    return parts;
  }

  function notes({ attribution, disclaimer, tool, gazetteer }) {
    const sources = make("p", {}, ...linked(`${attribution}.`), ` ${disclaimer}`);
    return [sources, make("p", {}, `${tool} · gazetteer ${gazetteer}`)];
  }

  /** How many places are shown, and how many more are only a guess; and of how many articles, where that is not all. */
  function counted({ entries, documents }) {
    const isShown = ({ shown }) => shown;
    const [places, articles] = [entries.filter(isShown), articlesIn(documents.filter(isShown))];
    const all = articlesIn(documents);
    const sure = places.filter((entry) => entry.sure).length;
    const unsure = places.length - sure;
    const count = plural(sure, "place") + (unsure ? `, ${unsure} more uncertain` : "");
    if (articles === all) return count;
    return `Showing ${articles.toLocaleString("en")} of ${plural(all, "article")} · ${count}`;
  }

  const PAUSE = 600; // milliseconds without a change after which the counts are announced

  /** Keep the counts below the headline in line with the filters, and say them once the reader has come to rest. */
  function followFilters(page) {
    let timer = null;
    page.on("filter", () => {
      at("source").textContent = counted(page);
      clearTimeout(timer);
      if (!page.isPlaying) timer = setTimeout(() => announce(counted(page)), PAUSE);
    });
  }

  function setUp(page) {
    const { data, documents } = page;
    document.title = data.title;
    at("notes").append(...notes(data.notes));
    if (page.isSingle) {
      at("source").append(...origin(documents[0]), ...original(documents[0]).flatMap((each) => [" · ", each]));
      return;
    }
    at("title").append(data.title);
    at("source").append(counted(page));
    followFilters(page);
  }

  return { linked, setUp };
})();
