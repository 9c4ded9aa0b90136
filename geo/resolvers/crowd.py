"""All candidates of a document side by side, as arrays: who lies near whom, and in whose country and unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..extent import EARTH_RADIUS_KM
from ..gazetteers.matching import Match, holds, unit_code
from ..gazetteers.priors import seats, shadowed
from .facts import ALONE, facts
from .senses import Sense

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ROWS_AT_ONCE = 1000


class Crowd:
    """The candidates of every sense of a document, one after another.

    Parameters
    ----------
    groups
        The senses.
    kept
        The candidates of each; at least one sense has some.
    trust
        For each sense how sure it is that a place is named at all, 0 to 1; it speaks for others as much as that.
    home
        ISO code of the country where the text was published; None when unknown.
    """

    def __init__(
        self,
        groups: Sequence[Sense],
        kept: Sequence[Sequence[Match]],
        trust: Sequence[float],
        *,
        home: str | None = None,
    ) -> None:
        self.groups, self.kept = groups, kept
        self.sizes = np.array([len(shortlist) for shortlist in kept], dtype=np.int64)
        self.bounds = np.concatenate(([0], np.cumsum(self.sizes)))
        self.flat = [match for shortlist in kept for match in shortlist]
        self.owner = np.repeat(np.arange(len(groups)), self.sizes)
        self._filled, self._starts = self.sizes[self.sizes > 0], self.bounds[:-1][self.sizes > 0]
        self.trust = np.asarray(trust, dtype=np.float64)
        names = {key: number for number, key in enumerate(sorted({group.key for group in groups}))}
        self.name = np.array([names[group.key] for group in groups], dtype=np.int64)[self.owner]
        columns = np.ascontiguousarray(np.array([facts(match) for match in self.flat], dtype=np.float64).T)
        self.alone = columns[: len(ALONE)]
        """The facts of `ALONE`: shape (facts, candidates)."""
        self.kind = self.alone[ALONE.index("kind")]
        lon, lat, self.people, self.prior, self.is_country, wide = columns[len(ALONE) :]
        self.is_wide = wide > 0
        lon, lat = np.radians(lon), np.radians(lat)
        self.xyz = np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
        countries = [match.place.country_code for match in self.flat]
        self.country = _codes(countries)
        self.admin1 = _codes([unit_code(match) for match in self.flat])
        self.in_home = np.array([home is not None and country == home for country in countries], dtype=np.float64)
        flags = [flag for group, shortlist in zip(groups, kept, strict=True) for flag in _of_text(group, shortlist)]
        self.in_container, self.fits_kind_word, self.is_seat, self.is_shadowed = np.array(flags, dtype=np.float64).T

    def __len__(self) -> int:
        return len(self.flat)

    def sums(self, values: Floats) -> Floats:
        """Return for each candidate the sum of the values of its sense's candidates."""
        return self._spread(np.add, values)

    def largest(self, values: Floats) -> Floats:
        """Return for each candidate the largest of the values of its sense's candidates."""
        return self._spread(np.maximum, values)

    def softmax(self, energy: Floats) -> Floats:
        """Normalise exp(energy) within each sense."""
        weight = np.exp(energy - self.largest(energy))
        shares: Floats = weight / self.sums(weight)
        return shares

    def split(self, values: Floats) -> list[Floats]:
        """Cut an array of all candidates into those of each sense."""
        return [values[self.bounds[i] : self.bounds[i + 1]] for i in range(len(self.groups))]

    def anchors(self, belief: Floats, most: int) -> Ints:
        """Return the indexes of the candidates that speak for others: those of the most mentioned names, best first."""
        mentions = np.array([len(group.members) for group in self.groups])[self.owner]
        order = np.lexsort((np.arange(len(self)), -belief, -mentions))
        return np.sort(order[:most])

    def ties(self, anchors: Ints) -> Ties:
        """Return how each candidate stands to each anchor."""
        return Ties(self, anchors)

    def _spread(self, of: np.ufunc, values: Floats) -> Floats:
        spread: Floats = of.reduceat(values, self._starts).repeat(self._filled)
        return spread


class Ties:
    """How each candidate of a crowd stands to some anchors among them: arrays of shape (candidates, anchors).

    Parameters
    ----------
    crowd
        The candidates.
    anchors
        Indexes of those that speak for others. Two senses of one name do not speak for each other.
    """

    def __init__(self, crowd: Crowd, anchors: Ints) -> None:
        count = len(crowd)
        self.anchors = anchors
        shape = (count, len(anchors))
        self.same_country, self.same_admin1 = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        self.distance_km, self.is_local = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=bool)
        for first in range(0, count, _ROWS_AT_ONCE):
            rows = slice(first, min(first + _ROWS_AT_ONCE, count))
            other = crowd.name[rows, None] != crowd.name[anchors]
            angle = np.arccos((crowd.xyz[rows] @ crowd.xyz[anchors].T).clip(-1.0, 1.0))
            country, admin1 = crowd.country[rows, None], crowd.admin1[rows, None]
            self.same_country[rows] = (country == crowd.country[anchors]) & (country > 0) & other
            self.same_admin1[rows] = (admin1 == crowd.admin1[anchors]) & (admin1 > 0) & other
            self.distance_km[rows] = angle * EARTH_RADIUS_KM
            self.is_local[rows] = ~(crowd.is_wide[rows, None] | crowd.is_wide[anchors]) & other


def _of_text(group: Sense, shortlist: Sequence[Match]) -> list[tuple[bool, float, bool, bool]]:
    """Return for each candidate what the text says right beside the name, and which rival speaks for it.

    Whether it lies in what the text says holds it; whether a generic word beside the name is of its kind (1), of
    another (-1) or missing (0); whether a town of the same name speaks for it; whether a country does.
    """
    kinds = group.unit_kinds
    in_seats, in_shadow = seats(shortlist), shadowed(shortlist)
    return [
        (
            any(holds(holder, match) for holder in group.containers),
            0.0 if kinds is None else (1.0 if match.place.kind in kinds else -1.0),
            match.place.id in in_seats,
            match.place.id in in_shadow,
        )
        for match in shortlist
    ]


def _codes(values: Sequence[str | None]) -> Ints:
    """Return a number for each value, the same for equal values; 0 stands for None."""
    numbers = {value: number for number, value in enumerate(sorted({v for v in values if v is not None}), start=1)}
    return np.array([numbers.get(value, 0) if value is not None else 0 for value in values], dtype=np.int64)
