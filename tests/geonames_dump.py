"""Tiny dumps of GeoNames' shape."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path


def place_row(number: int | str, name: str, **cells: object) -> str:
    """Return a row of a dump of places; a village at 35.9, 36.6 in Syria unless told otherwise."""
    row = {
        "ascii": name,
        "alternates": "",
        "lat": "35.9",
        "lon": "36.6",
        "feature": "P.PPL",
        "country": "SY",
        "cc2": "",
        "admin1": "12",
        "admin2": "",
        "admin3": "",
        "admin4": "",
        "population": 0,
        "elevation": "",
        "dem": 300,
        "timezone": "Asia/Damascus",
        "date": "2024-05-06",
    } | cells
    feature_class, _, feature_code = str(row.pop("feature")).partition(".")
    values = list(row.values())
    return "\t".join(map(str, [number, name, *values[:4], feature_class, feature_code, *values[4:]]))


def alternate_row(number: int, name: str, language: str = "", flags: str = "\t\t\t") -> str:
    """Return a row of the table of alternate names."""
    return f"{number * 10}\t{number}\t{language}\t{name}\t{flags}\t\t"


def write_rows(path: Path, rows: Iterable[str]) -> Path:
    """Write rows into a file, inside of a zip if it is called so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{row}\n" for row in rows)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("readme.txt", "GeoNames")
            archive.writestr(f"{path.stem}.txt", text)
    else:
        path.write_text(text, encoding="utf-8")
    return path
