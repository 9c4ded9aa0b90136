"""What is decided in a review: the names that are asked, in which order, and what each decision does. No terminal."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from geo.atlas import Atlas
from geo.corrections import Corrections, Key, spelling
from geo.corrections.meanings import NOT_A_PLACE
from geo.errors import OutputError, PlacelinesError
from geo.model import Document, Referent
from geo.points import DECIMALS

from .file import Change, ReviewFile
from .items import Item, items_of

_MOST_NAMED = 4


class Reader(Protocol):
    """Reads an article in the light of corrections."""

    corrections: Corrections

    def parse(self, documents: Sequence[Document]) -> Atlas:
        """Return the atlas of articles."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point that somebody gives for a name."""

    lonlat: tuple[float, float]
    """Longitude and latitude, degrees, WGS 84."""
    name: str
    """What to call it."""


Meaning: TypeAlias = Referent | Point | None
"""What a name is said to mean; None for no place."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A decision, or that a name was skipped."""

    article: int
    spelling: str
    change: Change | None = None
    is_decision: bool = False
    is_of_all: bool = True
    """Whether the name is done with it, and not one of its mentions only."""


@dataclass(slots=True)
class _Reading:
    """An article as it is read now."""

    number: int
    items: list[Item] = field(default_factory=list)


class Session:
    """Goes through the names of articles.

    Parameters
    ----------
    documents
        The articles, at least one.
    reader
        Reads them, one at a time and again after each decision; its corrections are those of the file.
    file
        Takes the decisions.
    every
        Whether to ask every name and not the doubtful ones only.
    author
        Who decides; "" not to say.
    today
        Day of the decisions.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        reader: Reader,
        file: ReviewFile,
        *,
        every: bool = False,
        author: str = "",
        today: datetime.date,
    ) -> None:
        self.documents = documents
        """The articles."""
        self.file = file
        """Takes the decisions."""
        self.unsaved: str | None = None
        """Why the decision that was made last is not in the file, and asked again; None where it is."""
        self.on_read: Callable[[int], None] = lambda _number: None
        """Told the number of each article that is read to find the next name."""
        self._reader, self._every, self._author, self._today = reader, every, author, today
        self._history: list[_Step] = []
        self._now = _Reading(0)
        self._read(0)
        self._advance()

    @property
    def item(self) -> Item | None:
        """The name that is asked; None when all are done."""
        return next(iter(self._waiting()), None)

    @property
    def article(self) -> int:
        """Which article it is of, from 1."""
        return self._now.number + 1

    @property
    def progress(self) -> tuple[int, int]:
        """Which name of its article it is, from 1, and how many there are."""
        done = len(self._done())
        return done + 1, done + len(self._waiting())

    @property
    def decided(self) -> int:
        """How many names are decided."""
        return sum(step.is_decision for step in self._history)

    @property
    def skipped(self) -> int:
        """How many were skipped."""
        return len(self._history) - self.decided

    def is_everywhere_for(self, item: Item) -> bool:
        """Return whether a decision holds in every article unless it is said otherwise."""
        return len(self.documents) == 1 and not item.is_common and not item.context

    def decide(self, meaning: Meaning, *, everywhere: bool | None = None, note: str = "", context: str = "") -> str:
        """Write down what the name that is asked means, go on to the next, and tell what that did to others.

        Parameters
        ----------
        meaning
            What it means.
        everywhere
            Whether in every article; None for what `is_everywhere_for` says.
        note
            Why.
        context
            Words of the only sentence in which it is so; "" for all mentions. The others are asked still.

        Raises
        ------
        PlacelinesError
            If it could not be written: nothing is decided then.
        """
        item = self._asked()
        everywhere = self.is_everywhere_for(item) if everywhere is None else everywhere
        cells = {
            "text": item.text,
            "article": "" if everywhere else item.document.id,
            "context": context,
            **_cells(meaning),
            "note": note,
            "author": self._author,
            "date": self._today.isoformat(),
        }
        # The row for this article alone would go before the one for every article.
        void: list[Key] = [(item.document.id, spelling(context) or None, item.spelling)] if everywhere else []
        try:
            change = self.file.put(cells, instead_of=void)
        except OutputError as error:
            self.unsaved = str(error)
            raise
        except PlacelinesError:
            self._read(self._now.number)
            self._advance()
            raise
        self.unsaved = None
        step = _Step(self._now.number, item.spelling, change, is_decision=True, is_of_all=not context)
        self._history.append(step)
        return self._read_again(item)

    def skip(self) -> str:
        """Go on without a decision."""
        item = self._asked()
        self._history.append(_Step(self._now.number, item.spelling))
        self._advance()
        return f"{item.text} skipped."

    def undo(self) -> str:
        """Go back one step, and tell which.

        Raises
        ------
        PlacelinesError
            If the file could not be written: nothing is undone then.
        """
        if not self._history:
            return "There is nothing to undo."
        step = self._history[-1]
        if step.change is not None:
            self.file.undo(step.change)
        self._history.pop()
        self._read(step.article)
        again = self._put_first(step.spelling)  # before those that became doubtful since
        what = "Decision" if step.is_decision else "Skipping"
        return f"{what} undone: {again.text if again else step.spelling}."

    def ask_skipped(self) -> None:
        """Ask those that were skipped again, from the first."""
        skipped = [step for step in self._history if not step.is_decision]
        if skipped:
            self._history = [step for step in self._history if step.is_decision]
            self._read(skipped[0].article)
            self._advance()

    def _asked(self) -> Item:
        item = self.item
        if item is None:
            raise LookupError("all names are done")
        return item

    def _waiting(self) -> list[Item]:
        done = self._done()
        return [item for item in self._now.items if item.spelling not in done]

    def _done(self) -> set[str]:
        return {step.spelling for step in self._history if step.article == self._now.number and step.is_of_all}

    def _put_first(self, spelt: str) -> Item | None:
        """Have a name asked next, and return it; None where it is not asked any more."""
        again = next((item for item in self._now.items if item.spelling == spelt), None)
        if again is not None:
            self._now.items.remove(again)
            self._now.items.insert(0, again)
        return again

    def _read_again(self, decided: Item) -> str:
        """Read the article in the light of a decision, go on, and tell which other names became sure or doubtful."""
        before = {item.spelling: item.text for item in self._waiting() if item.spelling != decided.spelling}
        self._read(self._now.number)
        after = {item.spelling: item.text for item in self._waiting()}
        told = _named([text for key, text in before.items() if key not in after], "sure")
        told += _named(
            [text for key, text in after.items() if key not in before and key != decided.spelling], "doubtful"
        )
        self._put_first(decided.spelling)  # what is left of it
        self._advance()
        return " ".join(told)

    def _advance(self) -> None:
        while not self._waiting() and self._now.number + 1 < len(self.documents):
            self._read(self._now.number + 1)
            self.on_read(self.article)

    def _read(self, number: int) -> None:
        self._reader.corrections = self.file.corrections
        atlas = self._reader.parse([self.documents[number]])
        items = items_of(atlas, self.documents[number])
        self._now = _Reading(number, [item for item in items if item.is_doubtful or self._every])


def _cells(meaning: Meaning) -> dict[str, str]:
    if meaning is None:
        return {"place": NOT_A_PLACE}
    if isinstance(meaning, Point):
        lon, lat = (f"{degrees:.{DECIMALS}f}".rstrip("0").rstrip(".") for degrees in meaning.lonlat)
        return {"lat": lat, "lon": lon, "name": meaning.name}
    return {"place": meaning.id, "name": meaning.name}


def _named(names: Sequence[str], became: str) -> list[str]:
    if not names:
        return []
    shown = ", ".join(names[:_MOST_NAMED]) + (", ..." if len(names) > _MOST_NAMED else "")
    return [f"{len(names)} other name{'s' if len(names) > 1 else ''} became {became}: {shown}."]
