"""Measure how well roads and other lines are found in the annotated sentences of ``tests/gold/roads``.

    python bench/roads_recognition.py [dev] [kept] [--failures]

Right: the same span and kind. Ends and vias are counted over the lines that were found, as sets of names as written.
The places are those that the reader finds by itself. ``--failures`` lists what is wrong in the half that rules are made
with, ends and vias too, never in the kept one.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.model import Document, Toponym
from geo.pipeline import Geoparser
from geo.recognizers.roads import RoadReference, recognize_roads

GOLD = Path(__file__).resolve().parent.parent / "tests" / "gold" / "roads"
HALVES = ("dev", "kept")
_Key = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in one annotated text."""

    id: str
    """Id of the text."""
    right: int
    """Lines found as annotated."""
    missed: tuple[str, ...]
    """Annotated lines that were not found, as written."""
    invented: tuple[str, ...]
    """Lines found that are not annotated, as written."""
    ends_right: int
    """Of the lines found as annotated, those whose ends are right."""
    vias_right: int
    """Of the lines found as annotated, those whose other places are right."""
    misread: tuple[str, ...]
    """Lines found as annotated whose ends or other places are wrong, as written."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of one half."""

    precision: float
    """Share of the lines found that are annotated."""
    recall: float
    """Share of the annotated lines that were found."""
    ends: float
    """Share of the lines found as annotated whose ends are right."""
    vias: float
    """Share of the lines found as annotated whose other places are right."""


def outcomes(half: str, find: Callable[[Document], Sequence[Toponym]]) -> Iterator[Outcome]:
    """Yield what is found in each text of a half, with the places that ``find`` gives."""
    with (GOLD / f"{half}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            document = Document(record["id"], record["text"])
            yield _outcome(record, recognize_roads(document.text, find(document)))


def scores(results: Sequence[Outcome]) -> Scores:
    """Return the figures of all texts of a half."""
    right = sum(result.right for result in results)
    found = right + sum(len(result.invented) for result in results)
    annotated = right + sum(len(result.missed) for result in results)
    return Scores(
        precision=right / found,
        recall=right / annotated,
        ends=sum(result.ends_right for result in results) / right,
        vias=sum(result.vias_right for result in results) / right,
    )


def _outcome(record: dict[str, object], found: Sequence[RoadReference]) -> Outcome:
    gold = {_key(line["start"], line["end"], line["kind"]): line for line in record["lines"]}  # type: ignore[attr-defined]
    roads = {_key(road.toponym.start, road.toponym.end, road.kind): road for road in found}
    both = sorted(gold.keys() & roads.keys())
    ends = [{*(gold[key]["ends"] or ())} == {end.text for end in roads[key].ends or ()} for key in both]
    vias = [{*gold[key]["via"]} == {place.text for place in roads[key].via} for key in both]
    return Outcome(
        id=str(record["id"]),
        right=len(both),
        missed=tuple(gold[key]["text"] for key in sorted(gold.keys() - roads.keys())),
        invented=tuple(roads[key].toponym.text for key in sorted(roads.keys() - gold.keys())),
        ends_right=sum(ends),
        vias_right=sum(vias),
        misread=tuple(gold[key]["text"] for key, *right in zip(both, ends, vias, strict=True) if not all(right)),
    )


def _key(start: int, end: int, kind: str) -> _Key:
    return start, end, str(kind)


def main() -> int:
    """Print the figures of the halves named on the command line, of both by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("halves", nargs="*", metavar="half", help="dev, kept; both by default")
    parser.add_argument("--failures", action="store_true", help="list what is wrong in the half that is not kept")
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.halves) - set(HALVES)):
        parser.error(f"no half {', '.join(unknown)}: choose among {', '.join(HALVES)}")
    measure(arguments.halves or HALVES, failures=arguments.failures)
    return 0


def measure(halves: Sequence[str] = HALVES, *, failures: bool = False) -> None:
    """Print the figures of halves, and on request what is wrong in the one that is not kept."""
    find = Geoparser().reader.find
    print("| half | texts | lines | precision | recall | ends right | vias right |")
    print("|---|---|---|---|---|---|---|")
    for half in halves:
        results = list(outcomes(half, find))
        figures = scores(results)
        lines = sum(result.right + len(result.missed) for result in results)
        cells = (figures.precision, figures.recall, figures.ends, figures.vias)
        print(f"| {half} | {len(results)} | {lines} | {' | '.join(f'{cell:.3f}' for cell in cells)} |")
        if failures and half == "dev":
            _list_failures(results)


def _list_failures(results: Sequence[Outcome]) -> None:
    for result in results:
        if result.missed or result.invented or result.misread:
            wrong = f"missed {result.missed}, invented {result.invented}, misread {result.misread}"
            print(f"{result.id}: {wrong}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
