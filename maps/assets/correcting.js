/**
 * The form in which a reader says what a name means: the place as it is, a rival, a point on the map, or no place.
 */
"use strict";

placelines.correcting = (() => {
  const { button, make, name } = placelines.elements;
  const { NOT_A_PLACE, fault, placeCells, pointCells } = placelines.decisions;
  const { pick } = placelines.pick;
  const { haunt } = placelines.rivals;

  const PAIR = /^\s*([-+\u2212]?\d+\.\d+)\s*[,;\s]\s*([-+\u2212]?\d+\.\d+)\s*$/; // both degrees, copied as one
  const MINUS = "\u2212";

  /** A radio button with words beside it. */
  function choice(group, ...words) {
    const input = make("input", { type: "radio", name: group });
    return { input, element: make("label", { class: "choice" }, input, make("span", {}, ...words)) };
  }

  /** A field below its label. */
  function field(words, attributes, tag = "input") {
    const input = make(tag, { autocomplete: "off", ...attributes });
    return { input, element: make("label", { class: "field" }, words, input) };
  }

  // A point of the reader's own

  /** Fields for a point, and what they say; `changed` hears of every change. */
  function spot(page, changed) {
    const degrees = { type: "text", dir: "ltr", size: "9", spellcheck: "false" };
    const [lat, lon] = [field("Latitude", degrees), field("Longitude", degrees)];
    const called = field("Name of the point, if it has another", { type: "text", dir: "auto" });
    const error = make("p", { class: "fault", role: "alert" });
    const read = ({ input }) => input.value.trim().replace(MINUS, "-");
    const written = () => ({ lat: read(lat), lon: read(lon) });
    const put = (values) => [lat, lon].forEach(({ input }, index) => (input.value = values[index]));

    function complain([axis, words] = [null, ""]) {
      const wrong = { lat, lon }[axis];
      for (const each of [lat, lon]) each.input.setAttribute("aria-invalid", String(each === wrong));
      error.textContent = words;
      wrong?.input.focus();
    }

    const set = button({ class: "quiet" }, async () => {
      const point = await pick(page);
      if (point) put(point);
      changed();
      set.focus({ preventScroll: true });
    }, "Choose on the map");
    for (const { input } of [lat, lon]) {
      input.addEventListener("input", () => {
        const pair = PAIR.exec(input.value);
        if (pair) put(pair.slice(1));
        if (error.textContent) complain();
        changed();
      });
    }
    const element = make("div", { class: "spot" }, set, lat.element, lon.element, called.element, error);
    const point = () => ({ at: [lat, lon].map((each) => Number(read(each))), name: called.input.value });
    return {
      element,
      place: () => (fault(written()) ? null : point()),
      cells: () => pointCells(read(lat), read(lon), called.input.value),
      says: () => called.input.value || `${read(lat)}, ${read(lon)}`,
      /** Whether it is a point; if not, say what is wrong. */
      check() {
        const wrong = fault(written());
        if (wrong) complain(wrong);
        return !wrong;
      },
    };
  }

  // All that may be chosen

  /** What a name may mean: a radio button each, the cells that say so, and that in words. */
  function meanings(page, { group, current, rivals }, changed) {
    const known = (place, ...words) => ({
      ...choice(group, ...words),
      place: () => (place.at ? place : null),
      cells: () => placeCells(place),
      says: () => place.name,
      check: () => true,
    });
    const inWords = (place) => [name(place.name), ", ", make("bdi", {}, place.what), " "];
    const asItIs = current ? [known(current, ...inWords(current), "(as it is)")] : [];
    const others = rivals.map((rival) => {
      const share = make("span", { class: "number" }, rival.share ? `${rival.share}%` : "< 1%");
      return hovering(page, known(rival, ...inWords(rival), share));
    });
    const point = choice(group, current ? "Somewhere else: a point on the map" : "A point on the map");
    const fields = spot(page, changed);
    const own = { ...fields, ...point, fields: fields.element };
    return [...asItIs, ...others, own, noPlace(group)];
  }

  function noPlace(group) {
    const made = choice(group, "Not a place");
    const cells = () => ({ place: NOT_A_PLACE });
    return { ...made, cells, place: () => null, says: () => NOT_A_PLACE, check: () => true };
  }

  /** Let a ghost show where a choice lies while it is pointed at. */
  function hovering(page, made) {
    let leave = null;
    made.element.addEventListener("pointerenter", () => (leave = made.place() && haunt(page, made.place())));
    made.element.addEventListener("pointerleave", () => leave?.());
    return made;
  }

  /** Where it is so: everywhere, or only in the one article whose title is given. */
  function scope({ group, article }) {
    if (article === null) return { element: null, isEverywhere: () => true };
    const all = choice(`${group}-where`, "Wherever it was read so");
    const one = choice(`${group}-where`, "Only in this article: ", make("bdi", {}, article));
    all.input.checked = true;
    const element = make("fieldset", {}, make("legend", {}, "Where is it so?"), all.element, one.element);
    return { element, isEverywhere: () => all.input.checked };
  }

  /**
   * Make the form for a name, as `element`, with its `first` control and a way to `leave` it.
   *
   * `asked` has the `name`; `current` and `rivals`, places as the page's data has them; `article`, the title of the one
   * article that it may be about alone, or null; the `author` of the last decision; `group`, a name for its radio
   * buttons; `keep`, which gets {cells, says, author, isEverywhere}; `leave`; and `resized`.
   */
  function form(page, asked) {
    let leaveGhost = null;
    const pin = (place) => {
      leaveGhost?.();
      leaveGhost = place && haunt(page, place);
    };
    const choices = meanings(page, asked, () => pin(chosen().place()));
    const chosen = () => choices.find(({ input }) => input.checked);
    const where = scope(asked);
    const note = field("Why? (optional)", { rows: "2", dir: "auto" }, "textarea");
    const author = field("Who says so? (optional)", { type: "text", dir: "auto", autocomplete: "name" });
    author.input.value = asked.author;

    function changed() {
      for (const { fields, input } of choices) if (fields) fields.hidden = !input.checked;
      asked.resized();
      pin(chosen().place());
    }

    function finish() {
      const { cells, check, says } = chosen();
      if (!check()) return;
      pin(null);
      const told = { note: note.input.value, author: author.input.value };
      const words = { says: says(), author: told.author, isEverywhere: where.isEverywhere() };
      asked.keep({ ...words, cells: { ...cells(), ...told } });
    }

    const leave = () => {
      pin(null);
      asked.leave();
    };
    const [{ input: first }] = choices;
    for (const { input } of choices) input.addEventListener("change", changed);
    first.checked = true;
    for (const { fields, input } of choices) if (fields) fields.hidden = !input.checked;
    const list = choices.flatMap((each) => (each.fields ? [each.element, each.fields] : [each.element]));
    const buttons = [button({ class: "keep" }, finish, "Keep"), button({ class: "quiet" }, leave, "Cancel")];
    const legend = make("legend", {}, "What does ", name(asked.name), " mean?");
    const meaning = make("fieldset", {}, legend, ...list);
    const bottom = make("div", { class: "buttons" }, ...buttons);
    const element = make("div", { class: "correcting" }, meaning, where.element, note.element, author.element, bottom);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      event.preventDefault();
      finish();
    });
    return { element, first, leave };
  }

  return { form };
})();
