"""What an atlas is filtered by: which documents and mentions fit what is asked."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from .dates import asked_day
from .errors import OptionError
from .model import Document, Kind, Mention, Role


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Which documents fit; what is None fits all."""

    sources: frozenset[str] | None
    """Their publishers."""
    articles: frozenset[str] | None
    """Their ids."""
    since: datetime.date | None
    """First day of publication."""
    until: datetime.date | None
    """Last day of publication."""

    @classmethod
    def of(
        cls,
        *,
        source: str | Iterable[str] | None,
        article: str | Iterable[str] | None,
        since: datetime.date | str | None,
        until: datetime.date | str | None,
    ) -> DocumentFilter:
        """Read what is asked as `Atlas.filter` says; OptionError for what makes no sense."""
        first, last = asked_day(since, "since"), asked_day(until, "until")
        if first and last and first > last:
            raise OptionError(f"since {first} comes after until {last}; give the earlier day as since")
        return cls(_several(source, "source", str), _several(article, "article", str), first, last)

    def fits(self, document: Document) -> bool:
        """Whether a document fits."""
        return (
            (self.sources is None or document.source in self.sources)
            and (self.articles is None or document.id in self.articles)
            and (self.since is None or (document.date is not None and document.date >= self.since))
            and (self.until is None or (document.date is not None and document.date <= self.until))
        )


@dataclass(frozen=True, slots=True)
class MentionFilter:
    """Which mentions fit; what is None fits all."""

    kinds: frozenset[str] | None
    """Kinds of what they mean."""
    countries: frozenset[str] | None
    """ISO 3166-1 alpha-2 codes of the countries it lies in."""
    roles: frozenset[str] | None
    """Their roles."""
    min_confidence: float | None
    """Their least confidence."""
    asserted: bool | None
    """Whether they are told as facts."""

    @classmethod
    def of(
        cls,
        *,
        kind: str | Iterable[str] | None,
        country: str | Iterable[str] | None,
        role: str | Iterable[str] | None,
        min_confidence: float | None,
        asserted: bool | None,
    ) -> MentionFilter:
        """Read what is asked as `Atlas.filter` says; OptionError for what makes no sense."""
        if min_confidence is not None and not 0 <= min_confidence <= 1:
            raise OptionError(f"min_confidence is {min_confidence!r}, not between 0 and 1")
        if asserted not in {None, True, False}:
            raise OptionError(f"asserted is {asserted!r:.80}; give True or False")
        return cls(
            _several(kind, "kind", _one_of(Kind)),
            _several(country, "country", _country_code),
            _several(role, "role", _one_of(Role)),
            min_confidence,
            asserted,
        )

    def fits(self, mention: Mention) -> bool:
        """Whether a mention fits."""
        resolution, referent = mention.resolution, mention.resolution.referent
        kind = referent.kind if referent else mention.toponym.kind
        return (
            (self.kinds is None or kind in self.kinds)
            and (self.countries is None or (referent is not None and referent.country_code in self.countries))
            and (self.roles is None or resolution.role in self.roles)
            and (self.min_confidence is None or resolution.confidence >= self.min_confidence)
            and (self.asserted is None or self.asserted == (referent is not None and resolution.is_asserted))
        )


def _several(value: str | Iterable[str] | None, name: str, read: Callable[[str], str]) -> frozenset[str] | None:
    """Return the values that are asked for, one or several."""
    if value is None:
        return None
    try:
        values = [value] if isinstance(value, str) else list(value)
    except TypeError as error:
        raise OptionError(f"{name} is {value!r:.80}; give a text, or several in a list") from error
    for each in values:
        if not isinstance(each, str):
            raise OptionError(f"{name} is {each!r:.80}, not a text")
    return frozenset(map(read, values))


def _one_of(values: type[StrEnum]) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in list(values):
            raise OptionError(f"there is no {values.__name__.lower()} {value!r:.80}; there are {', '.join(values)}")
        return str(value)

    return read


def _country_code(value: str) -> str:
    code = value.strip().upper()
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise OptionError(f"{value!r:.80} is no code of a country: give two letters (ISO 3166-1), as in SY")
    return code
