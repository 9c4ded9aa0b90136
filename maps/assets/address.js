/**
 * The page's address: an entry that is open stands in it, so that it can be linked to, and the back button goes back.
 */
"use strict";

placelines.address = (() => {
  const { announce } = placelines.elements;

  /** An entry's id as it can stand in an address: without half a surrogate pair. */
  const plain = ({ id }) => id.replace(/\p{Surrogate}/gu, "?");

  const address = (entry) => encodeURIComponent(plain(entry));

  function setUp(page) {
    page.on("open", ({ entry }) => remember(page, entry));
    page.on("close", () => remember(page, null));
    window.addEventListener("hashchange", () => follow(page));
    follow(page);
  }

  /** What the address asks for, as it was before it was encoded. */
  function asked() {
    const hash = window.location.hash.slice(1);
    try {
      return decodeURIComponent(hash);
    } catch {
      return hash; // a stray percent sign: nobody encoded this
    }
  }

  const named = ({ entries }) => (asked() ? entries.find((entry) => plain(entry) === asked()) : undefined) ?? null;

  /** Add a step to the history of the window, unless the reader just came there. */
  function remember(page, entry) {
    if (named(page) === entry) return;
    const { pathname, search } = window.location;
    try {
      window.history.pushState(null, "", entry ? `#${address(entry)}` : pathname + search);
    } catch {
      // A frame without an address of its own, as in a notebook, has no history either.
    }
  }

  /** Open the entry that the address names, or none. */
  async function follow(page) {
    const entry = named(page);
    if (asked() && !entry) announce("The address names no place of this page.");
    if (entry === page.opened) return;
    if (entry) await page.open(entry, { origin: "address" });
    else page.close();
  }

  return { address, setUp };
})();
