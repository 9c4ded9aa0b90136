/**
 * Taking things away: the button "Save or share" with its list of files, a picture, paper, a link, and code to embed.
 *
 * A disclosure: plain buttons in a list, of which Escape, a press elsewhere and leaving it by keyboard fold it up.
 */
"use strict";

placelines.takeaway = (() => {
  const { at, button, make } = placelines.elements;

  const READING_TIME = 8000; // milliseconds that a message stays
  const SAVING_TIME = 60000; // milliseconds after which no browser still reads a file that it saves
  const LONGEST_NAME = 80; // characters of a file name
  const FRAME = { width: 800, height: 600 }; // pixels of an embedded map, to begin with
  const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  const FILES = {
    places: "one point each",
    lines: "roads, borders, rivers",
    areas: "stated areas",
    mentions: "with sentences",
  };

  function setUp(page) {
    const menu = { page, list: make("ul", { id: "takeaway" }), told: make("p", { role: "status", class: "aside" }) };
    const attributes = { class: "take quiet", "aria-expanded": "false", "aria-controls": "takeaway" };
    menu.opener = button(attributes, () => fold(menu, !menu.list.hidden), "Save or share");
    menu.list.append(...groups(menu));
    menu.list.hidden = true;
    at("tools").prepend(menu.opener, menu.list, menu.told);
    followKeys(menu);
  }

  // The list

  function groups(menu) {
    const { page } = menu;
    const files = Object.entries(page.data.files).map(([name, packed]) => fileItem(menu, name, packed));
    const picture = item(menu, "Picture (PNG)", pictured(page), () => savePicture(menu));
    const print = item(menu, "Print", page.data.texts ? "map, places and text" : "map and places", () => window.print());
    const ways = hasAddress() ? [linkItem(menu), embedItem(menu)] : [];
    return [group("Data (GeoJSON)", files), group("Map", [picture, print]), group("Share", ways)].filter(Boolean);
  }

  function group(title, items) {
    if (!items.length) return null;
    const id = `takeaway-${title.split(" ")[0].toLowerCase()}`;
    return make("li", {}, make("h2", { id }, title), make("ul", { "aria-labelledby": id }, ...items));
  }

  /** A button of the list: it folds the list up, does its work, and tells what went wrong. */
  function item(menu, words, aside, work) {
    const press = async () => {
      fold(menu, true);
      menu.opener.focus();
      try {
        await work();
      } catch (error) {
        tell(menu, error.message);
      }
    };
    return make("li", {}, button({}, press, words, " ", make("span", { class: "aside" }, aside)));
  }

  function fileItem(menu, name, packed) {
    const [word] = name.split(".");
    const words = word[0].toUpperCase() + word.slice(1);
    if (!packed) return make("li", { class: "aside" }, `${words}: beside this page as ${name}, too large to carry`);
    return item(menu, words, FILES[word], async () => {
      save(await placelines.data.unpackFile(packed), name);
      tell(menu, `Saved ${name}`);
    });
  }

  const isOnline = () => document.documentElement.classList.contains("is-online");
  const pictured = ({ data }) => (data.tiles ? "of this view, with the built-in map" : "of this view");

  async function savePicture(menu) {
    tell(menu, "Drawing …");
    save(await placelines.picture.draw(menu.page), `${fileStem(menu.page.data.title)}.png`);
    tell(menu, isOnline() ? "Picture saved, without the online map" : "Picture saved");
  }

  // Sharing

  /** Whether the page has an address that others could open; one in a notebook's frame has not. */
  const hasAddress = () => window.location.protocol !== "about:";
  const isLocal = () => window.location.protocol === "file:";

  function linkItem(menu) {
    const aside = isLocal() ? "works on this computer" : "to this view";
    return item(menu, "Copy link", aside, async () => {
      const link = window.location.href;
      if (await copied(link)) tell(menu, "Link copied");
      else offer(menu, "Link", link);
    });
  }

  function embedItem(menu) {
    return item(menu, "Embed", "code for a web page", async () => {
      const code = embedCode(menu.page.data.title);
      offer(menu, "Code to embed the map", code);
      if (await copied(code)) tell(menu, "Code copied");
    });
  }

  /** The code that shows this map in another page; of a local file, as if it lay beside that page. */
  function embedCode(title) {
    const { origin, pathname, hash } = window.location;
    const home = isLocal() ? pathname.split("/").at(-1) : origin + pathname;
    const quoted = (text) => text.replace(/[&<>"']/g, (char) => ENTITIES[char]);
    const size = `width="${FRAME.width}" height="${FRAME.height}"`;
    const source = quoted(`${home}?embed${hash}`);
    return `<iframe src="${source}" title="${quoted(title)}" ${size} style="border: 0"></iframe>`;
  }

  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false; // refused, as to a frame, or not there, as on a page without https
    }
  }

  /** Show a text, ready to be copied by hand. */
  function offer(menu, label, text) {
    const field = make("textarea", { readonly: "", rows: "4", spellcheck: "false", "aria-label": label }, text);
    const close = button({ class: "quiet" }, () => {
      box.remove();
      menu.opener.focus();
    }, "Close");
    const box = make("div", { class: "offer" }, field, close);
    at("tools").querySelector(".offer")?.remove();
    at("tools").append(box);
    field.focus();
    field.select();
    tell(menu, "Press Ctrl+C to copy");
  }

  // Saving

  function save(blob, name) {
    const address = URL.createObjectURL(blob);
    make("a", { href: address, download: name }).click();
    window.setTimeout(() => URL.revokeObjectURL(address), SAVING_TIME);
  }

  /** A title as a file name that every system takes. */
  function fileStem(title) {
    const stem = title.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, LONGEST_NAME);
    return stem.replace(/^[-.]+|[-.]+$/g, "") || "map";
  }

  // Unfolding

  function fold(menu, isFolded) {
    menu.list.hidden = isFolded;
    menu.opener.setAttribute("aria-expanded", String(!isFolded));
  }

  function tell(menu, words) {
    menu.told.textContent = words;
    window.clearTimeout(menu.timer);
    menu.timer = window.setTimeout(() => menu.told.replaceChildren(), READING_TIME);
  }

  function followKeys(menu) {
    const tools = at("tools");
    tools.addEventListener("keydown", (event) => {
      if (event.key === "Escape") putAway(menu, event);
      else if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) step(menu, event);
    });
    tools.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !tools.contains(relatedTarget)) fold(menu, true);
    });
    document.addEventListener("pointerdown", ({ target }) => !tools.contains(target) && fold(menu, true));
  }

  /** Fold up the list, or take away the text that was offered, and nothing else. */
  function putAway(menu, event) {
    const offered = at("tools").querySelector(".offer");
    if (menu.list.hidden && !offered) return;
    event.preventDefault();
    offered?.remove();
    fold(menu, true);
    menu.opener.focus();
  }

  function step(menu, event) {
    const buttons = [...menu.list.querySelectorAll("button")];
    const from = buttons.indexOf(document.activeElement);
    if (from < 0 && document.activeElement !== menu.opener) return;
    event.preventDefault();
    fold(menu, false);
    const down = from + 1;
    const up = from < 0 ? -1 : from - 1;
    const to = { ArrowDown: down % buttons.length, ArrowUp: up, Home: 0, End: -1 }[event.key];
    buttons.at(to).focus();
  }

  return { save, setUp };
})();
