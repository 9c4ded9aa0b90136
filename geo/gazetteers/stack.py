"""Several gazetteers that answer as one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ..extent import Extent, great_circle_km
from ..model import Kind, Place
from ..provenance import Source
from . import Gazetteer, NamedPlace
from .schema import NAME_KINDS

if TYPE_CHECKING:
    from shapely import MultiPolygon

_SETTLEMENTS = frozenset({Kind.SETTLEMENT})
_STRENGTH = {kind: strength for strength, kind in enumerate(NAME_KINDS)}
_ATTRIBUTIONS = {
    "GeoNames": "Place data © GeoNames (geonames.org), CC BY 4.0, modified · Made with Natural Earth",
}
"""What the licences of gazetteers ask to be shown, by name; what users install brings its own rules."""
_CACHED = 1 << 16
"""Names, and places, that stay in memory, as many as in each gazetteer below."""


class StackedGazetteer:
    """Gazetteers one upon the other: where two know a place by the same id, the upper one tells what it is.

    What only a lower one knows of the place is added: its extent, who disputes it, and all its names; it is shown by
    the name that the lowest has. Pickles when the gazetteers do.

    Parameters
    ----------
    gazetteers
        At least one, the uppermost first.
    """

    def __init__(self, gazetteers: Sequence[Gazetteer]) -> None:
        if not gazetteers:
            raise ValueError("a stack needs a gazetteer")
        self.gazetteers = tuple(gazetteers)
        """The gazetteers, the uppermost first."""
        self._named = lru_cache(maxsize=_CACHED)(self._find_named)
        self._place = lru_cache(maxsize=_CACHED)(self._find_place)

    def __reduce__(self) -> tuple[type[StackedGazetteer], tuple[tuple[Gazetteer, ...]]]:
        return type(self), (self.gazetteers,)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {', '.join(map(repr, self.gazetteers))}>"

    @property
    def name(self) -> str:
        """Names of the gazetteers, each once."""
        return ", ".join(dict.fromkeys(gazetteer.name for gazetteer in self.gazetteers))

    @property
    def version(self) -> str:
        """Name and version of each gazetteer."""
        return ", ".join(f"{gazetteer.name} {gazetteer.version}" for gazetteer in self.gazetteers)

    def lookup(self, key: str) -> Sequence[NamedPlace]:
        """Return every place that a gazetteer files under a name key, largest population first, then by id."""
        return self._named(key)

    def spelled_like(self, key: str, countries: Collection[str]) -> Sequence[NamedPlace]:
        """Return the places in some countries with another romanisation of a key, as `lookup` does."""
        alike = self._merged(gazetteer.spelled_like(key, countries) for gazetteer in self.gazetteers)
        return tuple(named for named in alike if named.place.country_code in countries)

    def keys_like(self, key: str, distance: int) -> Sequence[tuple[int, str]]:
        """Return the name keys at most so many typing errors away, with their number."""
        return tuple(sorted({pair for gazetteer in self.gazetteers for pair in gazetteer.keys_like(key, distance)}))

    def keys_in_other_scripts(self, place_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return the name keys of places that are not in Latin letters, sorted, by id."""
        keys: dict[str, set[str]] = {}
        for gazetteer in self.gazetteers:
            for place_id, found in gazetteer.keys_in_other_scripts(place_ids).items():
                keys.setdefault(place_id, set()).update(found)
        return {place_id: sorted(found) for place_id, found in keys.items()}

    def get(self, place_id: str) -> Place | None:
        """Return the place with this id, or None."""
        return self._place(place_id)

    def unit(self, country_code: str, admin1_code: str | None = None, admin2_code: str | None = None) -> Place | None:
        """Return the country, or the unit of it with these GeoNames codes, or None."""
        units = (gazetteer.unit(country_code, admin1_code, admin2_code) for gazetteer in self.gazetteers)
        unit = next(filter(None, units), None)
        return None if unit is None else self._place(unit.id)

    def units_at(self, lonlat: tuple[float, float]) -> tuple[str, ...]:
        """Return the GeoNames codes of the country and unit around a point, from the first gazetteer that knows."""
        return next(filter(None, (gazetteer.units_at(lonlat) for gazetteer in self.gazetteers)), ())

    def shape(self, code: str) -> MultiPolygon | None:
        """Return the area of a country or first-level unit, from the first gazetteer that has it, or None."""
        shapes = (gazetteer.shape(code) for gazetteer in self.gazetteers)
        return next((shape for shape in shapes if shape is not None), None)

    def largest_in(self, extent: Extent, limit: int, *, kinds: Collection[Kind] = _SETTLEMENTS) -> Sequence[Place]:
        """Return the most populous places of some kinds in a box, largest first, at most ``limit``."""
        found = self._places(lambda gazetteer: gazetteer.largest_in(extent, limit, kinds=kinds), kinds)
        return sorted(found, key=lambda place: -(place.population or 0))[:limit]

    def nearest(
        self,
        lonlat: tuple[float, float],
        limit: int,
        *,
        kinds: Collection[Kind] = _SETTLEMENTS,
        within_km: float = 500.0,
    ) -> Sequence[Place]:
        """Return the places of some kinds nearest to a point, nearest first, at most ``limit``."""
        found = self._places(lambda one: one.nearest(lonlat, limit, kinds=kinds, within_km=within_km), kinds)
        distances = {place.id: great_circle_km(lonlat, place.lonlat) for place in found}
        near = [place for place in found if distances[place.id] <= within_km]
        return sorted(near, key=lambda place: distances[place.id])[:limit]

    def _places(self, asked: Callable[[Gazetteer], Iterable[Place]], kinds: Collection[Kind]) -> list[Place]:
        """Return what each gazetteer answers, each place once, as the uppermost tells it; the upper ones' first."""
        ids = dict.fromkeys(place.id for gazetteer in self.gazetteers for place in asked(gazetteer))
        return [place for place in filter(None, map(self._place, ids)) if place.kind in kinds]

    def _find_named(self, key: str) -> tuple[NamedPlace, ...]:
        return self._merged(gazetteer.lookup(key) for gazetteer in self.gazetteers)

    def _merged(self, answers: Iterable[Sequence[NamedPlace]]) -> tuple[NamedPlace, ...]:
        kinds = {
            named.place.id: named.name_kind
            # The strongest comes last, and stays.
            for named in sorted(
                (named for answer in answers for named in answer), key=lambda named: -_STRENGTH[named.name_kind]
            )
        }
        found = [NamedPlace(place, kind) for id_, kind in kinds.items() if (place := self._place(id_)) is not None]
        return tuple(sorted(found, key=lambda named: named.place.rank))

    def _find_place(self, place_id: str) -> Place | None:
        known = [place for gazetteer in self.gazetteers if (place := gazetteer.get(place_id)) is not None]
        if len(known) < 2:
            return known[0] if known else None
        return replace(
            known[0],
            # The lowest is the one that comes along, whose names are those of news.
            name=known[-1].name,
            extent=next((place.extent for place in known if place.extent is not None), None),
            claimed_by=next((place.claimed_by for place in known if place.claimed_by), ()),
        )


def unstacked(gazetteer: Gazetteer) -> tuple[Gazetteer, ...]:
    """Return the gazetteers of a stack, the uppermost first; of any other, itself."""
    return gazetteer.gazetteers if isinstance(gazetteer, StackedGazetteer) else (gazetteer,)


def described(gazetteer: Gazetteer) -> tuple[Source, ...]:
    """Return what to print as the sources of places: of a stack each gazetteer, the uppermost first."""
    stacked = gazetteer.gazetteers if isinstance(gazetteer, StackedGazetteer) else (gazetteer,)
    return tuple(Source(each.name, each.version, _ATTRIBUTIONS.get(each.name)) for each in stacked)
