"""The names of an article that a review may ask, each with all its mentions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice

from geo.atlas import Atlas
from geo.corrections import spelling
from geo.corrections.contexts import Contexts
from geo.extent import great_circle_km
from geo.model import Candidate, Document, Kind, Mention, Place, Referent, Resolution

_WIDE = frozenset({Kind.COUNTRY, Kind.CONTINENT, Kind.REGION})
"""Kinds of places whose label point is no place to measure from."""
_MOST_ONE_BY_ONE = 50
"""Mentions of a name that can be decided one by one: nobody turns over more, and each is compared with all."""


@dataclass(frozen=True, slots=True)
class Item:
    """A name of an article: its mentions of one spelling that nobody decided, or one of them."""

    document: Document
    """The article."""
    mentions: tuple[Mention, ...]
    """In order of the text; never empty."""
    is_doubtful: bool
    """Whether any of them is not resolved, or uncertain."""
    sure: tuple[Place, ...]
    """The other places that the article speaks of for sure, each once, in order of the text."""
    context: str = ""
    """Words of its sentence that tell the one mention from the others; "" of all mentions."""

    @property
    def text(self) -> str:
        """The name as the first mention has it, on one line."""
        return " ".join(self.mentions[0].toponym.text.split())

    @property
    def start(self) -> int:
        """Where the first mention begins."""
        return self.mentions[0].toponym.start

    @property
    def spelling(self) -> str:
        """What its mentions have in common."""
        return spelling(self.text)

    @property
    def resolution(self) -> Resolution:
        """What is believed: of the mentions with a referent the one of most confidence."""
        return max((mention.resolution for mention in self.mentions), key=_asked_first)

    @property
    def meanings(self) -> tuple[Referent | None, ...]:
        """What its mentions are taken for, each once."""
        referents = [mention.resolution.referent for mention in self.mentions]
        return tuple({None if each is None else each.id: each for each in referents}.values())

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """What it may mean, each once: the guess, then what its mentions may mean, best first."""
        best: dict[str, Candidate] = {}
        for mention in self.mentions:
            for each in mention.resolution.candidates:
                if each.referent.id not in best or best[each.referent.id].score < each.score:
                    best[each.referent.id] = each
        guess = self.resolution.referent
        if guess is not None:
            best.setdefault(guess.id, Candidate(guess, self.resolution.confidence))
        is_guess = {guess.id} if guess else set()
        return tuple(sorted(best.values(), key=lambda one: (one.referent.id not in is_guess, -one.score)))

    @property
    def is_common(self) -> bool:
        """Whether it is no name but a word, as "road" for the way between two towns: elsewhere it means another."""
        return self.text == self.text.casefold() != self.text.upper()

    def told_apart(self, *, behind: int) -> Item | None:
        """Return the next mention that begins behind an offset and that its sentence tells from the others, if any."""
        contexts = Contexts(self.document.text)
        spans = [(mention.toponym.start, mention.toponym.end) for mention in self.mentions]
        for at, mention in islice(enumerate(self.mentions), _MOST_ONE_BY_ONE):
            if mention.toponym.start > behind and len(spans) > 1:
                words = contexts.telling(spans[at], spans[:at] + spans[at + 1 :])
                if words is not None:
                    is_doubtful = not mention.resolution.is_asserted
                    return replace(self, mentions=(mention,), is_doubtful=is_doubtful, context=words)
        return None

    def nearest_km(self, lonlat: tuple[float, float]) -> tuple[float, Place] | None:
        """Return how far the nearest sure place of the article is, and which; None without any."""
        distances = [(great_circle_km(lonlat, place.lonlat), at) for at, place in enumerate(self.sure)]
        return (min(distances)[0], self.sure[min(distances)[1]]) if distances else None


def items_of(atlas: Atlas, document: Document) -> list[Item]:
    """Return the names of an article, with the mentions that nobody decided yet, in order of the text.

    Parameters
    ----------
    atlas
        What was found in it.
    document
        The article.
    """
    sure = {entry.referent.id for entry in atlas if entry.is_asserted}
    groups: dict[str, list[Mention]] = {}
    for mention in atlas.mentions:
        if mention.resolution.correction is None:
            groups.setdefault(spelling(mention.toponym.text), []).append(mention)
    items = []
    for key, mentions in groups.items():
        doubtful = [_is_doubtful(mention.resolution, sure) for mention in mentions]
        items.append(Item(document, tuple(mentions), any(doubtful), _sure_beside(key, atlas)))
    return items


def _sure_beside(key: str, atlas: Atlas) -> tuple[Place, ...]:
    """Return the places that other names mean for sure, each once."""
    places: dict[str, Place] = {}
    for mention in atlas.mentions:
        place = mention.resolution.referent
        is_other = mention.resolution.is_asserted and spelling(mention.toponym.text) != key
        if is_other and isinstance(place, Place) and place.kind not in _WIDE:
            places.setdefault(place.id, place)
    return tuple(places.values())


def _is_doubtful(resolution: Resolution, sure: set[str]) -> bool:
    """Whether a mention needs a decision: the doubt about one whose place is sure by another is no news."""
    return resolution.referent is None or resolution.referent.id not in sure


def _asked_first(resolution: Resolution) -> tuple[bool, bool, float]:
    # An uncertain one is what is asked about, though another mention be sure of its own place.
    return not resolution.is_asserted, resolution.referent is not None, resolution.confidence
