"""Where a place lies, in words: its unit and country, and as much more as tells namesakes apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from geo.gazetteers import Gazetteer
from geo.model import Line, Referent

from .words import kind_word


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Tells where places lie, looking up each unit once."""

    gazetteer: Gazetteer
    """Names the units and countries."""
    names: dict[tuple[str, ...], str | None] = field(default_factory=dict)
    """Names of the units that were asked for so far, by their codes."""

    def told_apart(self, referents: Sequence[Referent]) -> list[str]:
        """Say where each referent lies: first-level unit and country, without repeating the name itself.

        Where that does not tell it apart from another of its name and kind, the second-level unit stands before, and
        where even that is the same, the gazetteer's id behind. A line has only a country.
        """
        roughly, closely = ([self._where(each, levels) for each in referents] for levels in (2, 3))
        exactly = [", ".join(filter(None, (where, each.id))) for where, each in zip(closely, referents, strict=True)]
        kinds = [(each.name, kind_word(each)) for each in referents]
        told = [list(zip(kinds, wheres, strict=True)) for wheres in (roughly, closely)]
        return [
            next((words[index][1] for words in told if words.count(words[index]) == 1), exactly[index])
            for index in range(len(referents))
        ]

    def _where(self, referent: Referent, levels: int) -> str:
        codes = list(takewhile(bool, _codes(referent)))[:levels]
        names = (self._unit(*codes[:length]) for length in range(len(codes), 0, -1))
        return ", ".join(dict.fromkeys(name for name in names if name and name != referent.name))

    def _unit(self, *codes: str) -> str | None:
        if codes not in self.names:
            unit = self.gazetteer.unit(*codes)
            self.names[codes] = unit.name if unit else None
        return self.names[codes]


def _codes(referent: Referent) -> Iterator[str]:
    """Yield the codes of country, first-level and second-level unit, empty from the first that is not known."""
    yield referent.country_code or ""
    if not isinstance(referent, Line):
        yield referent.admin1_code or ""
        yield referent.admin2_code or ""
