"""Roads of one name in one country that are not one road: "Nile Street" is in every town of Egypt.

A number is given once in a country, a name is not. So the pieces of a named road are sorted into groups that lie close
together, and the groups near the places of the text are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import cos, radians
from typing import TYPE_CHECKING

from ..model import Place
from ..roads import Road

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_GAP_DEGREES = 0.1
"""Pieces closer than 11 km are of one road: data has gaps where a road runs through a town."""
_NEAR_DEGREES = 0.3
"""A road this close to a place of the text, 33 km, may be the one it names."""


def near(road: Road, places: Sequence[Place]) -> Road:
    """Return a named road without its namesakes far from the places of a text.

    The road as it is where it has a number or one group of pieces, or where no group is near any place.
    """
    import shapely

    from ..lines import merged

    parts = list(getattr(road.geometry, "geoms", ()))
    if road.ref is not None or len(parts) < 2 or not places:
        return road
    # Degrees of longitude are made as long as those of latitude, so that near is near in every direction.
    shrink = max(cos(radians(sum(place.lat for place in places) / len(places))), 0.05)
    flat = shapely.transform(shapely.MultiLineString(parts), lambda lonlats: lonlats * (shrink, 1))
    groups = _groups(shapely.get_parts(flat))
    if groups.max() == 0:
        return road
    points = shapely.MultiPoint([(place.lon * shrink, place.lat) for place in places])
    distances = shapely.distance(shapely.get_parts(flat), points)
    close = {int(group) for group, distance in zip(groups, distances, strict=True) if distance <= _NEAR_DEGREES}
    if not close or len(close) == groups.max() + 1:
        return road
    kept = [part for part, group in zip(parts, groups, strict=True) if group in close]
    # Which pieces of the data are in the groups that are kept is not known any more.
    return replace(road, geometry=merged(kept), osm_ids=())


def _groups(parts: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    """Return for each part the number of its group, counted from 0."""
    import networkx
    import numpy as np
    import shapely

    graph = networkx.Graph()
    graph.add_nodes_from(range(len(parts)))
    pairs = shapely.STRtree(parts.tolist()).query(parts, predicate="dwithin", distance=_GAP_DEGREES)
    graph.add_edges_from(pairs.T.tolist())
    groups = np.zeros(len(parts), dtype=np.int64)
    for number, members in enumerate(networkx.connected_components(graph)):
        groups[list(members)] = number
    return groups
