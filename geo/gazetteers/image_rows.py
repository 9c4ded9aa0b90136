"""Places as rows of a stored gazetteer's tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from ..names import skeleton
from . import NameKind
from .naming import ROMANISED
from .records import Record
from .schema import DEGREE, KINDS, NAME_KINDS, entry, pack_extent

PlaceRow: TypeAlias = tuple[
    int,
    str,
    int,
    int,
    int,
    str | None,
    str | None,
    str | None,
    str | None,
    int | None,
    str | None,
    bytes | None,
    str | None,
]
"""A row of the table ``places``."""
NUMBER: Final = 0
"""Where the number of a place stands in its row."""
COUNTRY: Final = 6
"""Where the country of a place stands in its row."""
Filed: TypeAlias = tuple[str, int]
"""A key, and an entry (see `geo.gazetteers.schema.entry`) filed under it."""

_KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
_NAME_KIND_NUMBERS = {kind: number for number, kind in enumerate(NAME_KINDS)}


@dataclass(slots=True)
class Rows:
    """Some places as rows, in the order in which they came."""

    places: list[PlaceRow] = field(default_factory=list)
    """The places."""
    names: list[Filed] = field(default_factory=list)
    """Their name keys."""
    skeletons: list[Filed] = field(default_factory=list)
    """Skeletons of these, where names are romanised."""

    def add(self, record: Record) -> None:
        """Add a place."""
        self.places.append(_row(record))
        number = record.number
        self.names += [(key, entry(number, _NAME_KIND_NUMBERS[kind])) for key, kind in record.keys.items()]
        if record.country in ROMANISED:
            self.skeletons += _skeletons(record)

    def add_alternate(self, number: int, key: str, *, is_romanised: bool) -> None:
        """Add one more key of a place, which it may have already.

        Parameters
        ----------
        number
            Number of the place.
        key
            A name key.
        is_romanised
            Whether the place lies in a country of `geo.gazetteers.naming.ROMANISED`.
        """
        alternate = entry(number, _NAME_KIND_NUMBERS[NameKind.ALTERNATE])
        self.names.append((key, alternate))
        common = skeleton(key) if is_romanised else None
        if common is not None:
            self.skeletons.append((common, alternate))

    def clear(self) -> None:
        """Forget them all."""
        for rows in (self.places, self.names, self.skeletons):
            rows.clear()


def _row(record: Record) -> PlaceRow:
    return (
        record.number,
        record.name,
        _KIND_NUMBERS[record.kind],
        round(record.lon * DEGREE),
        round(record.lat * DEGREE),
        record.feature_code,
        record.country,
        record.admin1,
        record.admin2,
        record.population,
        record.id,
        pack_extent(record.extent),
        " ".join(record.claimed_by) or None,
    )


def _skeletons(record: Record) -> Iterator[Filed]:
    """Yield the skeletons that a place is filed under, each once, with its strongest kind of name."""
    found: dict[str, int] = {}
    for key, kind in record.keys.items():
        common = skeleton(key)
        if common is not None and kind is not NameKind.DEMONYM:
            number = _NAME_KIND_NUMBERS[kind]
            found[common] = min(number, found.get(common, number))
    for common, number in found.items():
        yield common, entry(record.number, number)
