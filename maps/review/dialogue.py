"""The dialogue of a review: which key does what, until all names are done or somebody has enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.text import Text

from geo.errors import PlacelinesError
from geo.gazetteers import Gazetteer
from geo.points import lonlat_of

from ..console import printable
from .choices import Choice, Choices
from .items import Item
from .screen import HELP, View, draw
from .session import Point, Session
from .terminal import BACKSPACE, CLEAR, END, ENTER, ESCAPE, RESIZED, SEVERAL, Terminal

_POINT_ASKED = "Latitude, longitude in degrees, as in 35.9, 36.6:"
_LONGEST_TYPED = 200
_TOLD_EVERY = 20
_LONG = 50_000
"""Characters of an article that is read in a second or more."""


@dataclass(slots=True)
class _Asked:
    """What is on the screen about one name, and was set for its decision."""

    name: Item
    """All its mentions."""
    item: Item
    """What a decision is about: all of them, or one."""
    choices: Sequence[Choice]
    is_everywhere: bool
    heading: str = ""
    first: int = 0
    note: str = ""
    shows_more: bool = False


class Dialogue:
    """Asks one name after the other.

    Parameters
    ----------
    session
        Knows the names and takes the decisions.
    terminal
        Where it is asked.
    gazetteer
        Where names are searched.
    min_confidence
        Confidence from which a name is sure.
    """

    def __init__(self, session: Session, terminal: Terminal, gazetteer: Gazetteer, *, min_confidence: float) -> None:
        self._session, self._terminal, self._gazetteer = session, terminal, gazetteer
        self._min_confidence = min_confidence
        self._choices = Choices(gazetteer)
        session.on_read = self._tell_article
        self._asked: _Asked | None = None
        self._said = ""
        self._shown = 0
        self._is_over = False
        self._commands: dict[str, Callable[[_Asked], None]] = {
            ENTER: self._accept,
            "y": self._accept,
            "n": lambda asked: self._decide(asked, None),
            "/": self._search,
            "p": self._point,
            "m": self._turn,
            "s": self._skip,
            " ": self._skip,
            "c": self._note,
            "a": self._change_scope,
            "t": self._change_mention,
            "o": self._change_text,
            ESCAPE: self._back,
        }

    def run(self) -> None:
        """Ask until all names are done, or the user quits."""
        while not self._is_over:
            item = self._session.item
            if item is None:
                self._end()
            else:
                if self._asked is None or self._asked.name is not item:
                    self._asked = self._about(item, item)
                self._ask(self._asked)

    def _about(self, name: Item, item: Item) -> _Asked:
        return _Asked(name, item, self._choices.of(item), self._session.is_everywhere_for(item))

    def _ask(self, asked: _Asked) -> None:
        self._draw(asked)
        key = self._terminal.key()
        if key == RESIZED:
            return
        self._said = ""
        if key in {"q", END}:
            self._is_over = True
        elif key == "u":
            self._undo(asked)
        elif key == "?":
            self._help()
        elif key.isdecimal() and key.isascii() and len(key) == 1:
            self._choose(asked, int(key))
        elif key in self._commands:
            self._commands[key](asked)
        elif key.startswith(SEVERAL):
            self._said = "Several keys came at once, and none of them counted."
        elif key:
            self._said = f"{key} does nothing; ? tells what the keys do."

    def _draw(self, asked: _Asked, prompt: tuple[str, str] | None = None) -> None:
        view = View(
            item=asked.item,
            choices=asked.choices,
            article=(self._session.article, len(self._session.documents)),
            progress=self._session.progress,
            file=str(self._session.file.path),
            first=asked.first,
            heading=asked.heading,
            is_everywhere=asked.is_everywhere,
            note=asked.note,
            shows_more=asked.shows_more,
            said=self._said,
            alarm=f"NOT SAVED: {self._session.unsaved}" if self._session.unsaved else "",
            prompt=prompt,
            min_confidence=self._min_confidence,
        )
        drawn = draw(view, self._gazetteer, *self._terminal.size, has_map=self._terminal.has_braille)
        self._shown = drawn.shown
        self._terminal.show(drawn.lines)

    def _choose(self, asked: _Asked, number: int) -> None:
        if 1 <= number <= self._shown:
            self._decide(asked, asked.choices[asked.first + number - 1])
        else:
            self._said = f"There is no choice {number} here."

    def _accept(self, asked: _Asked) -> None:
        guess = asked.item.resolution.referent
        if guess is None:
            self._said = "There is no guess to accept; choose by number, or / to search."
        elif asked.heading or asked.first:
            self._said = "Choose by number; Escape goes back to the guess."
        else:
            self._decide(asked, asked.choices[0])

    def _decide(self, asked: _Asked, choice: Choice | None) -> None:
        meaning = None if choice is None else choice.meaning
        self._tell_reading(asked)
        try:
            others = self._session.decide(
                meaning, everywhere=asked.is_everywhere, note=asked.note, context=asked.item.context
            )
            told = "not a place" if choice is None else ", ".join(filter(None, (choice.name, choice.where)))
            self._said = f"{asked.item.text}: {told}. {others}"
        except PlacelinesError as error:
            self._said = "" if self._session.unsaved else f"Not decided: {error}."

    def _skip(self, _asked: _Asked) -> None:
        self._said = self._session.skip()

    def _undo(self, asked: _Asked | None = None) -> None:
        if asked is not None:
            self._tell_reading(asked)
        try:
            self._said = self._session.undo()
        except PlacelinesError as error:
            self._said = f"Not undone: {error}"

    def _search(self, asked: _Asked) -> None:
        written = self._typed(asked, "Search the gazetteer for:")
        if not written:
            self._back(asked)
            return
        found = self._choices.found(written, asked.item)
        if found:
            asked.choices, asked.first, asked.heading = found, 0, f"Found for {written!r} (Escape: back to the guess)"
        else:
            self._said = f"The gazetteer knows no {written!r}."

    def _point(self, asked: _Asked) -> None:
        written = self._typed(asked, _POINT_ASKED)
        if not written:
            return
        try:
            lonlat = lonlat_of(written)
        except ValueError as error:
            self._said = f"{error}."
            return
        name = self._typed(asked, f"Name of it [{asked.item.text}]:")
        if name is None:
            return
        point = Point(lonlat, name or asked.item.text)
        asked.choices, asked.first = self._choices.point(point, asked.item), 0
        asked.heading = "Your point: 1 takes it (Escape: back to the guess)"

    def _note(self, asked: _Asked) -> None:
        written = self._typed(asked, "Note:", asked.note)
        if written is not None:
            asked.note = written

    def _typed(self, asked: _Asked, what: str, text: str = "") -> str | None:
        """Return what is typed behind a question, without spaces around; None when it was called off."""
        while True:
            self._draw(asked, (what, text))
            key = self._terminal.key(is_text=True)
            for one in key.removeprefix(SEVERAL) if key.startswith(SEVERAL) else [key]:
                if one in {ENTER, "\r", "\n"}:
                    return text.strip()
                if one in {ESCAPE, END}:
                    return None
                if one in {BACKSPACE, "\x7f"}:
                    text = text[:-1]
                elif one == CLEAR:
                    text = ""
                elif len(one) == 1 and one.isprintable():
                    text = (text + one)[:_LONGEST_TYPED]

    def _turn(self, asked: _Asked) -> None:
        following = asked.first + self._shown
        asked.first = following if following < len(asked.choices) else 0

    @staticmethod
    def _change_scope(asked: _Asked) -> None:
        asked.is_everywhere = not asked.is_everywhere

    def _change_mention(self, asked: _Asked) -> None:
        """Go on to the next mention that can be told from the others, behind the last to all of them."""
        following = asked.name.told_apart(behind=asked.item.start if asked.item.context else -1)
        if following is None and asked.item is asked.name:
            once = len(asked.name.mentions) == 1
            self._said = "It is there once." if once else "Its sentences cannot be told apart."
            return
        self._asked = self._about(asked.name, following or asked.name)
        self._asked.note = asked.note

    @staticmethod
    def _change_text(asked: _Asked) -> None:
        asked.shows_more = not asked.shows_more

    def _back(self, asked: _Asked) -> None:
        asked.choices, asked.first, asked.heading = self._choices.of(asked.item), 0, ""

    def _help(self) -> None:
        self._page([*HELP.splitlines(), "", "Any key goes back."])
        while self._terminal.key() == RESIZED:
            self._page([*HELP.splitlines(), "", "Any key goes back."])

    def _end(self) -> None:
        """Show that all is done, so that the last decision can be undone, too."""
        session = self._session
        again = "  s ask the skipped again" if session.skipped else ""
        told = [
            printable(self._said),
            "",
            f"All names are done: {session.decided} decided, {session.skipped} skipped.",
            "",
        ]
        self._page([*told, f"Enter finish  u undo{again}"])
        key = self._terminal.key()
        if key in {ENTER, "q", END}:
            self._is_over = True
        elif key == "u":
            self._undo()
        elif key == "s":
            session.ask_skipped()
            self._said = ""

    def _tell_reading(self, asked: _Asked) -> None:
        """Show what takes its time where the article is long: keys that are typed meanwhile do not count."""
        if len(asked.item.document.text) > _LONG:
            self._said = "Reading the article again ..."
            self._draw(asked)

    def _tell_article(self, number: int) -> None:
        """Show how far it is, where many articles have nothing to ask."""
        if number % _TOLD_EVERY == 0:
            self._page([f"Reading article {number:,} of {len(self._session.documents):,}"])

    def _page(self, lines: Sequence[str]) -> None:
        width, height = self._terminal.size
        texts = [Text(line) for line in lines]
        for text in texts:
            text.truncate(width)
        self._terminal.show(texts[:height])
