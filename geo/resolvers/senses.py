"""Group the toponyms of a document by sense: what must have one referent together, and what the text says beside it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ..gazetteers import NameKind
from ..gazetteers.matching import FEATURE_WORDS, SITE_WORDS, UNIT_WORDS, Match, holds_any
from ..gazetteers.priors import seats
from ..model import Kind, Toponym
from ..names import name_key

_WIDE = frozenset({Kind.COUNTRY, Kind.ADMIN1})
_CONTAINER_GAP = re.compile(r",? \(?|,\n")
_LIST_GAP = re.compile(r", |,? (?:and|or) ")
_NEXT_WORD = re.compile(r"[\s-]{1,2}(\w{3,20})")
_NEXT_WORDS = re.compile(r"[\s-]{1,2}(\w{3,20})(?: (\w{3,20}))?")

Find: TypeAlias = Callable[[str], tuple[Match, ...]]
"""Gives every place that a name as written may mean."""


@dataclass(slots=True)
class Sense:
    """A name with one meaning in this document."""

    key: str
    """Name key that the toponyms share."""
    matches: tuple[Match, ...]
    """Every place that it may mean."""
    members: list[int] = field(default_factory=list)
    """Indexes of its toponyms, in order of the text."""
    containers: tuple[Match, ...] = ()
    """What the name right behind it may mean, where the text says "X, Y": X lies in Y."""
    is_placed_later: bool = False
    """Whether the text says "X, Y" only behind these toponyms: a headline's "Paris" may be another Paris."""
    container_name: str | None = None
    """That name as written."""
    unit_words: list[str] = field(default_factory=list)
    """Generic words right behind the toponyms: "province", "city"."""
    is_container: bool = False
    """Whether its toponyms stand as Y in "X, Y", and a town of the same name must not take their place."""

    @property
    def unit_kinds(self) -> frozenset[Kind] | None:
        """The kinds that the generic words allow, when every toponym has one; else None."""
        if len(self.unit_words) < len(self.members):
            return None
        return frozenset().union(*(UNIT_WORDS[word] for word in self.unit_words))


def senses(
    text: str,
    toponyms: Sequence[Toponym],
    find: Find,
    *,
    find_feature: Find | None = None,
    settled: Mapping[tuple[int, int], Match] | None = None,
) -> list[Sense]:
    """Group toponyms into senses, one sense a name in a document.

    A name that the text places in different containers ("Paris, Texas" and "Paris, France") has one sense for each; a
    bare mention of it joins the last one before it, or the first one after it. A name of both a unit and its town has a
    sense of its own where it stands as the container: "Albany, New York" means the state.

    Parameters
    ----------
    text
        The text.
    toponyms
        The toponyms, in order.
    find
        Asked for each of them.
    find_feature
        Asked for "Khabur river" where the text has that word behind "Khabur"; None for ``find``.
    settled
        What toponyms mean for certain, by where they stand; each such meaning of a name is a sense of its own.
    """
    certain = [(settled or {}).get((toponym.start, toponym.end)) for toponym in toponyms]
    named = [
        _named(text, toponym, find, find_feature or find) if match is None else (name_key(toponym.sought), (match,))
        for toponym, match in zip(toponyms, certain, strict=True)
    ]
    keys, found = [key for key, _ in named], [matches for _, matches in named]
    containers: list[int | None] = []
    for index in range(len(toponyms)):
        # After "Paris, Tennessee, and" a new chain starts: its first name is no peer of "Tennessee".
        is_after_chain = index > 1 and containers[index - 2] == index - 1
        containers.append(_container(text, toponyms, found, index, is_after_chain=is_after_chain))
    specific: dict[str, list[int]] = {}
    for index, container in enumerate(containers):
        if container is not None:
            specific.setdefault(keys[index], []).append(index)

    holders = {container for container in containers if container is not None}
    groups: dict[tuple[str, str, bool, bool, Match | None], Sense] = {}
    for index, toponym in enumerate(toponyms):
        key = keys[index]
        anchor = _anchor(specific.get(key, []), index)
        container = None if anchor is None else containers[anchor]
        container_name = None if container is None else toponyms[container].text
        is_placed_later = anchor is not None and anchor > index
        is_container = index in holders and bool(seats(found[index]))
        meant = (key, name_key(container_name or ""), is_container, is_placed_later, certain[index])
        if meant not in groups:
            groups[meant] = Sense(key, found[index], is_container=is_container, is_placed_later=is_placed_later)
        sense = groups[meant]
        sense.members.append(index)
        if container is not None:
            sense.containers, sense.container_name = found[container], container_name
        following = _NEXT_WORD.match(text, toponym.end)
        if following and following[1].lower() in UNIT_WORDS:
            sense.unit_words.append(following[1].lower())
    return list(groups.values())


def _named(text: str, toponym: Toponym, find: Find, find_feature: Find) -> tuple[str, tuple[Match, ...]]:
    """Return a name's key and what it may mean; beside "river", "dam" and their like, only what is called so."""
    following = _NEXT_WORDS.match(text, toponym.end)
    words = [] if following is None else [word.lower() for word in following.groups() if word]
    for count, word in enumerate(words, start=1):
        whole = " ".join([toponym.text, *words[:count]])
        if word in SITE_WORDS:
            called_so = [m for m in find_feature(whole) if m.place.kind is Kind.FACILITY and m.form is None]
        elif word in FEATURE_WORDS and count == 1:
            called_so = [m for m in find_feature(whole) if m.place.kind is Kind.PHYSICAL]
        else:
            continue
        if called_so:
            return name_key(whole), tuple(called_so)
    return name_key(toponym.sought), find(toponym.sought)


def _anchor(indexes: Sequence[int], index: int) -> int | None:
    """Return the mention whose container counts: this one, else the last before it, else the first after it."""
    if not indexes:
        return None
    return indexes[max(0, bisect_right(indexes, index) - 1)]


def _container(
    text: str, toponyms: Sequence[Toponym], found: Sequence[tuple[Match, ...]], index: int, *, is_after_chain: bool
) -> int | None:
    """Return the index of the next toponym when it stands as "X, Y" and Y may hold X."""
    if index + 1 >= len(toponyms) or not found[index]:
        return None
    if not _CONTAINER_GAP.fullmatch(text, toponyms[index].end, toponyms[index + 1].start):
        return None
    if not holds_any(found[index + 1], found[index]):
        return None
    return None if _is_list(text, toponyms, found, index, is_after_chain=is_after_chain) else index + 1


def _is_list(
    text: str, toponyms: Sequence[Toponym], found: Sequence[tuple[Match, ...]], index: int, *, is_after_chain: bool
) -> bool:
    """Tell whether "X, Y" stands in a list of peers, as in "Mexico, Texas and California"."""
    if not any(_is_wide(match) for match in found[index]):
        return False
    before, after = index - 1, index + 2
    follows = (
        before >= 0 and not is_after_chain and _LIST_GAP.fullmatch(text, toponyms[before].end, toponyms[index].start)
    )
    goes_on = after < len(toponyms) and _LIST_GAP.fullmatch(text, toponyms[index + 1].end, toponyms[after].start)
    return bool((follows and any(map(_is_wide, found[before]))) or (goes_on and any(map(_is_wide, found[after]))))


def _is_wide(match: Match) -> bool:
    return match.place.kind in _WIDE and match.name_kind is not NameKind.ALTERNATE
