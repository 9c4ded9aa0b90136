"""Places that no registry package has: rows of the hand-kept tables as records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from ...errors import ResourceError
from ...extent import Extent
from ...model import Kind
from .. import NameKind
from ..records import Record
from ..schema import OWN_NUMBERS

SOURCE = "placelines"
"""What stands before the colon of their ids."""
TABLES = {
    "facilities.csv": Kind.FACILITY,
    "physical.csv": Kind.PHYSICAL,
    "regions.csv": Kind.REGION,
    "settlements.csv": Kind.SETTLEMENT,
}
"""The tables and the kind of place that each holds."""


def hand_kept(tables: Mapping[str, Iterable[Mapping[str, str]]]) -> list[Record]:
    """Return one record for each row, numbered in the order of the ids.

    Parameters
    ----------
    tables
        By the names in `TABLES`: rows with ``id``, ``name``, ``aliases`` (separated by ``|``), ``feature_code``,
        ``country``, ``lon``, ``lat`` and, where the table has them, ``west``, ``south``, ``east``, ``north``.

    Raises
    ------
    ResourceError
        If the point or extent of a row is none.
    """
    rows = sorted(((row["id"], name, row) for name in TABLES for row in tables[name]), key=itemgetter(0))
    records = []
    for number, (key, name, row) in enumerate(rows, start=OWN_NUMBERS):
        try:
            records.append(_record(number, TABLES[name], row))
        except ValueError as error:
            raise ResourceError(f"seeds/{name}: the row {key} cannot be used: {error}") from error
    return records


def claim_names(records: Sequence[Record]) -> None:
    """Take the names of hand-kept places from what only has them among its alternate names.

    News means the White House, not Casablanca; what is called so in the first place keeps its name.
    """
    start = f"{SOURCE}:"
    kept = [record for record in records if record.place_id.startswith(start)]
    claimed = frozenset(key for record in kept for key, kind in record.keys.items() if kind is not NameKind.DEMONYM)
    for record in records:
        for key in claimed & record.keys.keys():
            if record.keys[key] is NameKind.ALTERNATE:
                del record.keys[key]


def mark_disputed(records: Iterable[Record], rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Note on each place of ``disputed.csv`` which states claim it.

    Parameters
    ----------
    records
        Changed in place.
    rows
        ``id`` ("geonames:831053", "placelines:abkhazia") and ``claimed_by``, ISO codes separated by spaces.

    Returns
    -------
    list
        One line for each row whose place is not among the records.
    """
    by_id = {record.place_id: record for record in records}
    faults = []
    for row in rows:
        record = by_id.get(row["id"])
        if record is None:
            faults.append(f"{row['id']}: there is no such place")
        else:
            record.claimed_by = tuple(sorted(row["claimed_by"].split()))
    return faults


def _record(number: int, kind: Kind, row: Mapping[str, str]) -> Record:
    record = Record(
        number=number,
        name=row["name"],
        kind=kind,
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        feature_code=row["feature_code"] or None,
        country=row["country"] or None,
        id=f"{SOURCE}:{row['id']}",
        extent=Extent(*(float(row[side]) for side in ("west", "south", "east", "north"))) if row.get("west") else None,
    )
    record.file_curated(*row["aliases"].split("|"))
    return record
