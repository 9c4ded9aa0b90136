"""Turn pieces with marked toponyms into records: ``python -m tests.gold.annotate [--suggest] FILE...``."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from geo.gazetteers import Gazetteer
from geo.gazetteers.embedded import open_embedded
from geo.gazetteers.matching import matches
from geo.gazetteers.priors import prior
from geo.model import Place

ROLES = {"l": "literal", "m": "metonym", "d": "demonym", "e": "embedded"}

_MARK = re.compile(r"\[\[([^\[\]|]+)(?:\|([^\[\]|]+))?(?:\|([lmde]))?\]\]")
_HEAD = re.compile(r"^### *(.+?) *\| *(.+?) *\| *(.+?) *$", re.MULTILINE)
_MOST_SUGGESTIONS = 8


def records(marked: str, gazetteer: Gazetteer) -> Iterator[dict[str, object]]:
    """Yield one record for every piece of a marked text; ValueError names what does not hold."""
    heads = list(_HEAD.finditer(marked))
    ends = [head.start() for head in heads[1:]] + [len(marked)]
    for head, end in zip(heads, ends, strict=True):
        piece_id, topic, region = head.groups()
        text, toponyms = _unmarked(marked[head.end() : end].strip(), gazetteer, piece_id)
        yield {"id": piece_id, "topic": topic, "region": region, "text": text, "toponyms": toponyms}


def _unmarked(marked: str, gazetteer: Gazetteer, piece_id: str) -> tuple[str, list[dict[str, object]]]:
    text, at = "", 0
    toponyms: list[dict[str, object]] = []
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        surface, referent, role = mark.groups()
        if referent is None:
            raise ValueError(f"{piece_id}: {surface!r} has no referent; --suggest lists some")
        start = len(text)
        text, at = text + surface, mark.end()
        row: dict[str, object] = {"start": start, "end": len(text), "surface": surface}
        toponyms.append(row | _point(referent, gazetteer, f"{piece_id}: {surface!r}") | {"role": ROLES[role or "l"]})
    text += marked[at:]
    if "[[" in text or "]]" in text:
        raise ValueError(f"{piece_id}: a mark is not closed near {text[max(0, text.find('[[')) :][:40]!r}")
    return text, toponyms


def _point(referent: str, gazetteer: Gazetteer, where: str) -> dict[str, object]:
    if referent.startswith("@"):
        lat, lon = (float(degrees) for degrees in referent[1:].split(","))
        if not (abs(lat) <= 90 and abs(lon) <= 180):
            raise ValueError(f"{where}: {referent} is not latitude, longitude")
        return {"lat": lat, "lon": lon, "id": None}
    place = gazetteer.get(referent)
    if place is None:
        raise ValueError(f"{where}: the gazetteer has no {referent!r}")
    return {"lat": round(place.lat, 5), "lon": round(place.lon, 5), "id": place.id}


def _described(place: Place, gazetteer: Gazetteer) -> str:
    unit = gazetteer.unit(place.country_code, place.admin1_code) if place.country_code and place.admin1_code else None
    where = ", ".join(filter(None, (unit.name if unit else None, place.country_code)))
    return f"{place.id}  {place.name}  {place.kind} {place.feature_code}  {where}  pop {place.population or '-'}"


def suggest(marked: str, gazetteer: Gazetteer) -> Iterator[str]:
    """Yield what each marked name may be, or is."""
    for surface, referent in sorted({(mark[1], mark[2] or "") for mark in _MARK.finditer(marked)}):
        if referent.startswith("@"):
            continue
        if referent:
            place = gazetteer.get(referent)
            yield f"{surface} = {_described(place, gazetteer) if place else referent + ' IS UNKNOWN'}"
            continue
        found = sorted(matches(gazetteer, surface), key=lambda match: (-prior(match), match.place.id))
        yield f"{surface}?" + ("" if found else " nothing known: give @lat,lon")
        for match in found[:_MOST_SUGGESTIONS]:
            yield f"    {_described(match.place, gazetteer)}"


def main() -> int:
    """Run the tool."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--suggest", action="store_true", help="list what the marked names may be, or are")
    arguments = parser.parse_args()
    gazetteer = open_embedded()
    marked = "\n".join(path.read_text(encoding="utf-8") for path in arguments.files)
    if arguments.suggest:
        print("\n".join(suggest(marked, gazetteer)))
        return 0
    try:
        for record in records(marked, gazetteer):
            print(json.dumps(record, ensure_ascii=False))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
