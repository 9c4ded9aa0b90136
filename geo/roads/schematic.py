"""Schematic roads: straight from town to town, along the hand-kept lists of ``seeds/highways.csv``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from ..errors import ResourceError
from ..gazetteers import Gazetteer
from ..model import Course
from ..names import road_key
from ..seeds import read_table
from . import Road


class SchematicRoads:
    """Roads whose towns are listed in the seed table, drawn through the gazetteer's points.

    Parameters
    ----------
    gazetteer
        Knows the towns by their ids.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def named(self, key: str) -> Sequence[Road]:
        """Return every road filed under a key, in order of id.

        Raises
        ------
        ResourceError
            If the table names a town that the gazetteer does not know.
        """
        return tuple(self._road(row) for row in self._rows.get(key, ()))

    def of_country(self, country_code: str) -> Sequence[Road]:
        """Return every listed road of a country, in order of id; ResourceError as `named`."""
        rows = {(row["country"], row["ref"]): row for listed in self._rows.values() for row in listed}
        return tuple(self._road(row) for key, row in sorted(rows.items()) if key[0] == country_code)

    @cached_property
    def _rows(self) -> dict[str, list[dict[str, str]]]:
        by_key: dict[str, list[dict[str, str]]] = {}
        for row in sorted(read_table("highways.csv"), key=lambda row: (row["country"], row["ref"])):
            names = [row["ref"], *filter(None, row["aliases"].split("|"))]
            for key in dict.fromkeys(map(road_key, names)):
                by_key.setdefault(key, []).append(row)
        return by_key

    def _road(self, row: dict[str, str]) -> Road:
        from ..lines import through

        points = []
        for town in row["towns"].split():
            place = self._gazetteer.get(f"geonames:{town}")
            if place is None:
                raise ResourceError(
                    f"seeds/highways.csv: {row['country']} {row['ref']} passes geonames:{town}, which is not in the "
                    "gazetteer; run 'make data' or correct the row"
                )
            points.append(place.lonlat)
        country = self._gazetteer.unit(row["country"])
        return Road(
            id=f"highways:{row['country']}-{row['ref']}",
            ref=row["ref"],
            country_code=row["country"],
            country_name=country.name if country else row["country"],
            geometry=through(points),
            course=Course.SCHEMATIC,
            source="placelines highways",
        )
