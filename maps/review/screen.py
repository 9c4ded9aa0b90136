"""What a review shows, as lines of any width and height: the name, its sentences, the choices, a map, the keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from geo.gazetteers import Gazetteer
from geo.model import Mention

from ..console import printable
from ..words import distance, percent
from . import map as small_map
from .choices import Choice
from .items import Item
from .lines import beside, between, fit, wrapped
from .map import Mark

MOST_AT_ONCE = 9
"""Choices that single keys can choose among."""

_LOW, _TALL, _WIDE = 10, 20, 100
_LEAST_TYPED = 20
"""Columns that what is typed has beside the question; where there are fewer, it stands below."""
_MOST_EXCERPTS = 3
_AROUND = 700
_FAR_SHARE = 0.02
"""Below this share of the belief a choice does not make the map larger."""
_HIGHLIGHT = "bold reverse"
_OPEN, _CLOSE = "[]"
"""Stand around the name in its sentence, for terminals without styles and for who cannot tell them."""
_MAP_STYLES = {"": "dim", "choice": "bold reverse", "place": "bold", "name": ""}
_KEYS = (
    ("1-9", "choose"),
    ("Enter", "accept"),
    ("n", "not a place"),
    ("/", "search"),
    ("p", "point"),
    ("s", "skip"),
    ("u", "undo"),
    ("c", "note"),
    ("a", "where"),
    ("t", "sentence"),
    ("o", "text"),
    ("?", "help"),
    ("q", "quit"),
)
_FEW_KEYS = frozenset({"1-9", "Enter", "n", "s", "u", "?", "q"})
HELP = """\
1-9      it means this
Enter    accept the guess, choice 1; also y
n        it means no place
/        search the gazetteer for a name
p        give a point in degrees
m        more choices
s        skip; also Space
u        undo, as often as you like
c        add a note to the decision
a        in every article, or in this only
t        one sentence after the other
o        more of the text around it
q        quit; every decision is in the file
"""
"""What the keys do, no line longer than the smallest terminal."""


@dataclass(frozen=True, slots=True)
class View:
    """What is to be shown."""

    item: Item
    """The name."""
    choices: Sequence[Choice]
    """What it may be said to mean."""
    article: tuple[int, int]
    """Number of its article, and of all."""
    progress: tuple[int, int]
    """Number of the name in its article, and of all there."""
    file: str
    """Name of the file of corrections."""
    first: int = 0
    """The first choice that is shown."""
    heading: str = ""
    """What the choices are, where they are not its candidates."""
    is_everywhere: bool = True
    """Whether the decision will hold in every article."""
    note: str = ""
    """The note that goes with it."""
    shows_more: bool = False
    """Whether the text around the name is shown."""
    said: str = ""
    """What the last key did."""
    alarm: str = ""
    """What must not be overlooked."""
    prompt: tuple[str, str] | None = None
    """What is asked for in a line, and what is typed so far."""
    min_confidence: float = 0.0
    """Confidence from which a name is sure."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A screen."""

    lines: list[Text]
    """Its lines, none longer or more than asked for."""
    shown: int
    """How many of the choices are on it."""


def draw(view: View, gazetteer: Gazetteer, width: int, height: int, *, has_map: bool) -> Drawn:
    """Return a screen of at most so many columns and rows.

    Parameters
    ----------
    view
        What is to be shown.
    gazetteer
        Has the areas for the map.
    width, height
        Of the terminal, in characters.
    has_map
        Whether it can show Braille.
    """
    is_tall = height >= _TALL
    is_beside = has_map and width >= _WIDE and height >= _TALL
    left = width * 3 // 5 if is_beside else width
    head = _head(view, width, is_tall=is_tall)
    foot = _foot(view, width, height)
    named = _name(view, left, most=max(2, height // 10 + 1))
    gaps = 2 if is_tall else 0
    room = max(3, height - len(head) - len(foot) - len(named) - gaps)
    least_text = 2 if room > 4 else 1
    shown = min(len(view.choices) - view.first, MOST_AT_ONCE, max(1, room - least_text - 2))
    table = _table(view, shown, left)
    text = _text(view, left, max(1, room - len(table)))
    body = [*named, *[Text()] * (gaps // 2), *text, *[Text()] * (gaps - gaps // 2), *table]
    rest = height - len(head) - len(foot) - len(body)
    if is_beside:
        body = beside(
            body,
            left,
            _map(view, shown, gazetteer, width - left - 2, min(height - len(head) - len(foot), width * 2 // 9)),
        )
    elif has_map and rest > small_map.MIN_HEIGHT and width >= small_map.MIN_WIDTH:
        body += [Text(), *_map(view, shown, gazetteer, min(width, 76), min(16, rest - 1))]
    lines = [*head, *body[: max(0, height - len(head) - len(foot))]]
    lines += [Text()] * (height - len(lines) - len(foot))
    lines = [*lines, *foot][:height]
    for line in lines:
        line.truncate(width)
    return Drawn(lines, shown)


def _head(view: View, width: int, *, is_tall: bool) -> list[Text]:
    (article, articles), (number, names) = view.article, view.progress
    where = f"article {article} of {articles}, " if articles > 1 else ""
    left = f"{where}name {number} of {names}"
    title = printable(view.item.document.title or view.item.document.id, limit=200)
    line = Text(between(left, printable(view.file), width), style="bold")
    return [line, Text(fit(title, width), style="dim"), Text()] if is_tall else [line]


def _name(view: View, width: int, *, most: int) -> list[Text]:
    """Return the name with how sure it is, and why."""
    item, resolution = view.item, view.item.resolution
    line = Text(printable(item.text, limit=60), style=_HIGHLIGHT)
    count = len(item.mentions)
    times = f", {count} times in the text" if count > 1 else ", this one only" if item.context else ""
    if resolution.referent is None:
        line.append(f"  not placed{times}", style="not bold not reverse")
        why = resolution.why
    else:
        share, needed = percent(resolution.confidence), percent(view.min_confidence)
        sure = "sure" if not item.is_doubtful else f"uncertain: {share} % sure, {needed} % needed"
        line.append(f"  {sure}{times}", style="not bold not reverse")
        why = f"1 is the guess, because: {resolution.why}" if resolution.why else ""
    lines = [line]
    if len(item.meanings) > 1:
        lines.append(Text(f"Taken for {len(item.meanings)} things in this text; t asks one sentence at a time."))
    lines += wrapped(Text(printable(why)), width, most - 1) if why else []
    return lines


def _text(view: View, width: int, most: int) -> list[Text]:
    """Return the sentences that have the name, or the text around the first."""
    mentions = _told(view.item)
    if view.shows_more:
        mention, text = mentions[0], view.item.document.text
        start, end = max(0, mention.toponym.start - _AROUND), mention.toponym.end + _AROUND
        return _sentence(mention, text[start:end], start, width, most)
    shown = mentions[: max(1, min(_MOST_EXCERPTS, most // 2))]
    each = max(1, most // len(shown))
    lines = [
        line
        for mention in shown
        for line in _sentence(mention, mention.excerpt.text, mention.excerpt.start, width, min(3, each))
    ]
    hidden = len(view.item.mentions) - len(shown)
    if hidden and len(lines) < most:
        lines.append(Text(f"  and {hidden} more", style="dim"))
    return lines[:most]


def _told(item: Item) -> list[Mention]:
    """Return the mentions whose sentences tell most: uncertain ones first, each sentence once."""
    order = sorted(item.mentions, key=lambda mention: mention.resolution.is_asserted)
    return list({mention.excerpt.start: mention for mention in reversed(order)}.values())[::-1]


def _sentence(mention: Mention, text: str, start: int, width: int, most: int) -> list[Text]:
    """Return a stretch of text with the name in it marked, as many lines around the name as there is room for."""
    first, last = mention.toponym.start - start, mention.toponym.end - start
    room = max(20, (width - 2) * most - (width // 8) * most) - (last - first)
    before, name, after = text[:first], text[first:last], text[last:]
    if len(before) + len(after) > room:
        most_before = max(room // 2, room - len(after))
        before = before if len(before) <= most_before else "..." + before[len(before) - most_before + 3 :]
        rest = max(0, room - len(before))
        after = after if len(after) <= rest else after[: max(0, rest - 3)] + "..."
    line = Text(_inline(before)).append(f"{_OPEN}{printable(name)}{_CLOSE}", style=_HIGHLIGHT).append(_inline(after))
    return [Text("  ").append_text(each) for each in wrapped(line, width - 2, most)]


def _inline(text: str) -> str:
    """Return printable text with the spaces at its ends, where the name follows or went before."""
    return " " * text[:1].isspace() + printable(text) + " " * (bool(text.strip()) and text[-1:].isspace())


def _table(view: View, shown: int, width: int) -> list[Text]:
    page = view.choices[view.first : view.first + shown]
    columns = list(_columns(page, width))
    taken = sum(size + 2 for size, _, _ in columns)
    heading = view.heading or ("" if page else "No candidates: / search, p point")
    if heading or any(named for _, named, _ in columns):
        first = Text(fit(printable(heading), width - taken if page else width), style="bold")
        first.pad_right(width - taken - cell_len(first.plain))
        for size, named, _ in columns:
            first.append(f"  {named.rjust(size)}", style="not bold dim")
        lines = [first]
    else:
        lines = []
    for number, choice in enumerate(page, start=1):
        line = Text(f"{number} ", style="bold")
        line.append(fit(printable(choice.name), width - 2 - taken), style="not bold")
        rest = width - taken - cell_len(line.plain)
        if choice.where and rest > 6:
            line.append(fit(f", {printable(choice.where)}", rest), style="not bold dim")
        line.pad_right(width - taken - cell_len(line.plain))
        for size, _, cells in columns:
            line.append("  " + set_cell_size(cells[number - 1].rjust(size), size), style="not bold")
        lines.append(line)
    hidden = len(view.choices) - view.first - len(page)
    if hidden > 0 or view.first:
        lines.append(Text(f"  m: {hidden} more" if hidden > 0 else "  m: back to the first", style="dim"))
    return lines


def _columns(page: Sequence[Choice], width: int) -> Iterator[tuple[int, str, list[str]]]:
    """Yield the columns that there is room for beside the names: width, heading and cells."""
    nearest = {choice.nearest for choice in page if choice.nearest_km is not None}
    from_one = f"from {fit(printable(*nearest), 18)}" if len(nearest) == 1 else "from a sure place"
    columns = (
        (46, "", [fit(choice.kind, 18) for choice in page]),
        (58, "people", ["" if choice.population is None else f"{choice.population:,}" for choice in page]),
        (34, "share" if width >= 58 else "", ["" if choice.share is None else _share(choice.share) for choice in page]),
        (70, from_one, ["" if choice.nearest_km is None else _distance(choice, len(nearest)) for choice in page]),
    )
    for least, heading, cells in columns:
        if width >= least and any(cells):
            yield max(map(cell_len, (heading, *cells))), heading, cells


def _share(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else "< 1 %"


def _distance(choice: Choice, places: int) -> str:
    told = distance(choice.nearest_km or 0)
    return told if places == 1 else f"{told} {fit(printable(choice.nearest), 12)}"


def _foot(view: View, width: int, height: int) -> list[Text]:
    is_tall = height >= _TALL
    lines = [Text()] if is_tall else []
    for words, style in ((view.alarm, "bold red"), (view.said, "green")):
        lines += wrapped(Text(printable(words), style=style), width, 2) if words else []
    if view.prompt is not None:
        asked, typed = map(printable, view.prompt)
        is_long = cell_len(asked) > width - _LEAST_TYPED
        lines += wrapped(Text(asked, style="bold"), width, 2) if is_long else []
        last = Text("" if is_long else f"{asked} ", style="bold")
        return [*lines, last.append(f"{typed[1 + cell_len(last.plain) - width :]}_", style="not bold")]
    where = f"for {printable(view.item.context)!r} " if view.item.context else ""
    where += "in every article" if view.is_everywhere else "in this article only"
    note = f"; note: {printable(view.note, limit=60)}" if view.note else ""
    if is_tall:
        lines.append(Text(fit(f"A decision holds {where}{note}", width), style="dim"))
    return lines + (_keys(width, is_tall=is_tall) if height >= _LOW else [Text("? help  q quit")])


def _keys(width: int, *, is_tall: bool) -> list[Text]:
    keys = [key for key in _KEYS if is_tall or key[0] in _FEW_KEYS]
    lines = [Text()]
    for key, what in keys:
        told = Text(key, style="bold").append(f" {what}", style="not bold dim")
        if cell_len(lines[-1].plain) + cell_len(told.plain) + 2 > width:
            lines.append(Text())
        lines[-1].append("  " if lines[-1].plain else "").append_text(told)
    return lines


def _map(view: View, shown: int, gazetteer: Gazetteer, width: int, height: int) -> list[Text]:
    page = view.choices[view.first : view.first + shown]
    marks = [
        Mark(choice.lonlat, str(number), is_choice=True, is_far=(choice.share or 1) < _FAR_SHARE)
        for number, choice in enumerate(page, start=1)
        if choice.lonlat is not None
    ]
    marks += [small_map.sure(place.lonlat, fit(printable(place.name), 16)) for place in view.item.sure]
    rows = small_map.draw(marks, gazetteer, width, height)
    return [Text.assemble(*((cell.sign, _MAP_STYLES[cell.sort]) for cell in row)) for row in rows]
