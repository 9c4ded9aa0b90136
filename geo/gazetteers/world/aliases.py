"""Applies the hand-kept names of ``seeds/aliases.csv`` to records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .. import NameKind
from ..naming import plural, primary_key
from ..records import Record

_DROPPED = "dropped"
_KINDS = (NameKind.ABBREVIATION, NameKind.CURATED, NameKind.DEMONYM, _DROPPED, NameKind.PRIMARY)


def apply_aliases(records: Iterable[Record], rows: Iterable[Mapping[str, str]]) -> list[str]:
    """File places under the hand-kept names; their kind outweighs what the source tables say of the same name.

    Parameters
    ----------
    records
        Changed in place.
    rows
        ``name``, ``kind``, ``geonameid`` (or ``placelines:`` and the id of a hand-kept place). A primary name replaces
        the one that is shown. A demonym counts in the plural too, unless the plural is a name of the place itself. A
        dropped name is one that the source tables list and that means something else in news: "Polio" is Poland in
        Haitian Creole.

    Returns
    -------
    list
        One line for each row that could not be applied; empty when all is well.
    """
    by_id = {record.id or str(record.number): record for record in records}
    faults = []
    for row in rows:
        record = by_id.get(row["geonameid"])
        key = primary_key(row["name"])
        if record is None:
            faults.append(f"{row['name']}: no place has the id {row['geonameid']}")
        elif key is None:
            faults.append(f"{row['name']}: nothing can be filed under this name")
        elif row["kind"] not in _KINDS:
            faults.append(f"{row['name']}: {row['kind']!r} is not one of {', '.join(_KINDS)}")
        elif row["kind"] == _DROPPED:
            if record.keys.pop(key, None) is None:
                faults.append(f"{row['name']}: {record.name} has no such name to drop")
        else:
            _apply(record, row["name"], key, NameKind(row["kind"]))
    return faults


def _apply(record: Record, name: str, key: str, kind: NameKind) -> None:
    if kind is NameKind.PRIMARY:
        record.rename(name)
    elif record.keys.get(key) is not NameKind.PRIMARY:
        record.keys[key] = kind
    if kind is NameKind.DEMONYM:
        record.file_under(primary_key(plural(name)), NameKind.DEMONYM)
