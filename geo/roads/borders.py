"""Borders of countries, where the areas of two countries in the gazetteer meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..gazetteers import Gazetteer
from ..gazetteers.areas import SCALE
from ..model import Course, Kind, Origin
from ..provenance import Source
from . import Road, Sought, road_id

if TYPE_CHECKING:
    from shapely import MultiLineString, MultiPolygon

    from ..geodesy import Floats

_SAME = 1.5 / SCALE
"""Edges of neighbours this close, in degrees, are one: a few differ by a step of the grid of the areas."""


class BorderLines:
    """Borders between two countries, as the gazetteer draws their areas: generalised, and on land only.

    The areas follow GeoNames and Natural Earth in who holds what, see `geo.gazetteers.world.areas_build`; a border that
    one side does not accept is drawn as they have it.

    Parameters
    ----------
    gazetteer
        Has the areas and names of the countries.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    @property
    def origin(self) -> Origin:
        """The areas of countries in the gazetteer."""
        return Origin.AREAS

    @property
    def described(self) -> tuple[Source, ...]:
        """What it is called."""
        return (Source(f"{self._gazetteer.name} areas", self._gazetteer.version),)

    def named(self, sought: Sought) -> Sequence[Road]:
        """Return the border of the two countries sought, alone; nothing for countries that do not touch.

        Raises
        ------
        ResourceError
            If the gazetteer is damaged.
        """
        if sought.kind is not Kind.BORDER or len(set(sought.countries)) != 2:
            return ()
        codes = sorted(set(sought.countries))
        shapes = [shape for code in codes if (shape := self._gazetteer.shape(code)) is not None]
        shared = _shared_edge(shapes[0], shapes[1]) if len(shapes) == 2 else None
        if shared is None:
            return ()
        from ..lines import merged

        return (
            Road(
                id=road_id(Kind.BORDER, None, "-".join(codes)),
                kind=Kind.BORDER,
                ref=None,
                name=f"{' – '.join(map(self._name, codes))} border",
                country_code=None,
                geometry=merged([shared]),
                course=Course.GENERALISED,
                origin=Origin.AREAS,
                source=f"{self._gazetteer.name} areas",
            ),
        )

    def between(self, kind: Kind, start_lonlat: tuple[float, float], end_lonlat: tuple[float, float]) -> Sequence[Road]:
        """Return nothing: a border is not known by the places along it."""
        return ()

    def _name(self, country_code: str) -> str:
        country = self._gazetteer.unit(country_code)
        return country_code if country is None else country.name


def _shared_edge(shape: MultiPolygon, other: MultiPolygon) -> MultiLineString | None:
    """Return the legs of a country's outline that run along another one's; None where they do not touch."""
    import numpy as np
    import shapely

    starts, ends = _legs(shape)
    other_legs = np.stack(_legs(other), axis=1)
    tree = shapely.STRtree(np.asarray(shapely.linestrings(other_legs)))
    near = np.arange(len(starts))
    for points in (starts, ends, (starts + ends) / 2):
        hits, _ = tree.query(shapely.points(points[near]), predicate="dwithin", distance=_SAME)
        near = near[np.unique(hits)]
    legs = np.stack([starts[near], ends[near]], axis=1)
    return shapely.MultiLineString(legs.tolist()) if len(legs) else None


def _legs(shape: MultiPolygon) -> tuple[Floats, Floats]:
    """Return where the legs of an outline begin, and where they end."""
    import numpy as np
    import shapely

    lonlats, ring = shapely.get_coordinates(shapely.get_parts(shape.boundary), return_index=True)
    starts = np.flatnonzero(ring[:-1] == ring[1:])
    return lonlats[starts], lonlats[starts + 1]
