"""What the columns of a vector file say of a line: its numbers, its names, which sort of line it is.

Columns are known by the names that OpenStreetMap exports, Natural Earth and road agencies give them, in any case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..model import Kind

LONGEST = 255
"""Longest number or name that is kept, in code points: the limit of a tag of OpenStreetMap (API 0.6)."""

_REFS = (
    "ref nat_ref int_ref road_ref route_ref ref_no road_no roadno road_num road_number route route_no routeno number "
    "num"
).split()
_NAMES = (
    "name name_en name:en int_name name_int official_name alt_name namealt name_alt namealtt label road_name roadname "
    "rd_name street fullname full_name"
).split()
_KIND_OF_COLUMN = {
    "highway": Kind.ROAD,
    "railway": Kind.RAILWAY,
    "waterway": Kind.RIVER,
    "pipeline": Kind.PIPELINE,
}
"""Columns that only lines of one sort fill (OpenStreetMap's keys)."""
_KIND_OF_WORD = {
    "rail": Kind.RAILWAY,
    "river": Kind.RIVER,
    "waterway": Kind.RIVER,
    "stream": Kind.RIVER,
    "canal": Kind.RIVER,
    "lake centerline": Kind.RIVER,
    "pipeline": Kind.PIPELINE,
    "border": Kind.BORDER,
    "boundary": Kind.BORDER,
    "front": Kind.FRONT,
    "road": Kind.ROAD,
    "ferry": None,
}
"""Words in a column of classes, or in the name of a layer or file; what is a ferry is left out."""
_CLASS_COLUMNS = ("featurecla", "fclass", "kind", "man_made", "type", "class")
_NUMBER = re.compile(r"[A-Za-z]{0,3}[ -]?\d{1,4}[A-Za-z]?(?:\(M\))?")
_AMERICAN = {"interstate": "I-", "federal": "US-"}
"""What Natural Earth's column ``level`` says of a road of the United States, and its signs."""
_MOST_LISTED = 12
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the columns say of one line."""

    kind: Kind | None
    """Sort of line; None for one that is none of ours."""
    refs: tuple[str, ...]
    """Its numbers."""
    names: tuple[str, ...]
    """Its names."""
    road_class: str | None
    """Value of OpenStreetMap's ``highway``, where there is one."""


class Columns:
    """The columns of a layer.

    Parameters
    ----------
    columns
        Their names.
    layer
        Name of the layer, and of the file: they tell what sort of lines these are when no column does.

    Attributes
    ----------
    listed
        The names of the first columns, to print.
    """

    def __init__(self, columns: Sequence[str], layer: str) -> None:
        known = {column.lower(): column for column in reversed(columns)}
        self._refs = [known[name] for name in _REFS if name in known]
        self._names = [known[name] for name in _NAMES if name in known]
        self._classes = [known[name] for name in _CLASS_COLUMNS if name in known]
        self._kinds = {known[name]: kind for name, kind in _KIND_OF_COLUMN.items() if name in known}
        self._level, self._state = known.get("level"), known.get("sov_a3")
        self._usual = _kind_of(layer, Kind.ROAD)
        self.listed = ", ".join(columns[:_MOST_LISTED]) or "none"

    @property
    def tell_names(self) -> bool:
        """Whether there is a column of numbers or one of names."""
        return bool(self._refs or self._names)

    @property
    def sought(self) -> list[str]:
        """The columns that say something, in order of name."""
        others = (column for column in (self._level, self._state) if column is not None)
        return sorted({*self._refs, *self._names, *self._classes, *self._kinds, *others})

    def read(self, row: Mapping[str, object]) -> Meaning:
        """Return what a row says."""
        names = _texts(row, self._names)
        refs = [part for text in _texts(row, self._refs) for part in text.split(";")]
        # Natural Earth writes a road's number where others write its name.
        refs += [self._american(row, name) for name in names if _NUMBER.fullmatch(name)]
        names = [name for name in names if not _NUMBER.fullmatch(name)]
        column = next((column for column in self._kinds if _text(row.get(column))), None)
        kind: Kind | None = self._kinds[column] if column else self._usual
        if column is None:
            for text in _texts(row, self._classes):
                kind = _kind_of(text, kind)
        road_class = _text(row.get(column)) if column and kind is Kind.ROAD else None
        return Meaning(kind, _distinct(refs), _distinct(names), road_class)

    def _american(self, row: Mapping[str, object], name: str) -> str:
        if self._level is None or self._state is None or row.get(self._state) != "USA":
            return name
        return _AMERICAN.get(str(row.get(self._level)).lower(), "") + name


def _kind_of(text: str, otherwise: Kind | None) -> Kind | None:
    lower = text.lower()
    return next((kind for word, kind in _KIND_OF_WORD.items() if word in lower), otherwise)


def _texts(row: Mapping[str, object], columns: Sequence[str]) -> list[str]:
    return [text for column in columns if (text := _text(row.get(column)))]


def _text(value: object) -> str:
    """Return a cell as one line of text, "" for an empty one, with nothing in it that a terminal or file obeys."""
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        # Some formats have lists, which come as arrays.
        return _text(";".join(filter(None, map(_text, value))))
    if value is None or value != value:  # NaN stands for no number
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(_UNSAFE.sub(" ", unicodedata.normalize("NFC", str(value))).split())
    return text if len(text) <= LONGEST else ""


def _distinct(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
