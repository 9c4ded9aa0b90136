"""Measure what a kept reply costs, and opening the cache; ``bench/run.py cache`` runs it.

What must not go wrong with it is not measured here but tried: ``make kill`` and ``make faults`` print the counts.
"""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.cache import Question

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

URL = "http://127.0.0.1:9"
"""Nobody is there: what asks in spite of the cache fails."""
KEPT = 1_000
SIZES = (0, 10, 1_000)
GROUPS, GROUP = 40, 100
OPENINGS = 21
_SELECT, _INSERT = "SQLite, a bare select", "SQLite, a bare insert"
_GET, _PUT, _SEARCH = "`ReplyCache.get`", "`ReplyCache.put`", "`NominatimGeocoder.search`, one place"
MOST_HIT_US, MOST_OPENING_MS = 60, 10


def measure(most: int) -> None:
    """Print the tables; the largest cache holds so many replies."""
    print(f"\nSQLite {sqlite3.sqlite_version}; replies of Nominatim with one place, {len(_body(0, 1))} bytes, or five")
    with tempfile.TemporaryDirectory() as folder:
        measure_hits(Path(folder) / "hits")
        measure_openings(Path(folder), [size for size in SIZES if size < most] + [most])


def measure_hits(folder: Path) -> None:
    """Print what it costs to look up and to keep a reply, beside a dictionary and the bare statements of SQLite."""
    from geo.cache import FILE_NAME, ReplyCache
    from geo.geocoders import NominatimGeocoder

    questions = questions_of(KEPT)
    bodies = [_body(number, 1) for number in range(KEPT)]
    keys = [question.key for question in questions]
    replies = dict(zip(keys, bodies, strict=True))
    fill(folder, questions, places=1)
    fill(folder.with_name("five"), questions, places=5)
    with (
        closing(ReplyCache(folder)) as cache,
        closing(ReplyCache(folder.with_name("five"))) as of_five,
        closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as bare,
        closing(_plain_table(folder.with_name("plain.sqlite"))) as plain,
    ):
        one, five = (NominatimGeocoder(each, url=URL) for each in (cache, of_five))
        select, insert = "SELECT body FROM reply WHERE key = ?", "INSERT OR REPLACE INTO reply VALUES (?, ?)"
        ways: dict[str, Callable[[int], object]] = {
            "a dictionary": lambda number: replies[keys[number]],
            _SELECT: lambda number: bare.execute(select, (keys[number],)).fetchone(),
            _GET: lambda number: cache.get(questions[number]),
            _SEARCH: lambda number: one.search(_name(number)),
            "`NominatimGeocoder.search`, five places": lambda number: five.search(_name(number)),
            _INSERT: lambda number: plain.execute(insert, (keys[number], bodies[number])),
            _PUT: lambda number: cache.put(questions[number], bodies[number]),
        }
        _print_times(_interleaved(ways))


def _print_times(times: Mapping[str, Sequence[float]]) -> None:
    print(f"\n{KEPT:,} replies kept; {GROUPS} rounds of {GROUP} each, interleaved\n")
    print("| | us each, median (least, most) | times a dictionary | times SQLite alone |\n|---|---|---|---|")
    for what, taken in times.items():
        alone = times[_INSERT if what in {_INSERT, _PUT} else _SELECT]
        ratios = " | ".join(f"{_ratio(taken, base):.1f}" for base in (times["a dictionary"], alone))
        print(f"| {what} | {_spread(taken)} | {ratios} |")
    hit, read = (statistics.median(times[what]) for what in (_GET, _SEARCH))
    print(f"\nA hit takes {hit:.0f} us, {read:.0f} with reading its place; the aim was {MOST_HIT_US}.")


def measure_openings(folder: Path, sizes: Sequence[int]) -> None:
    """Print how long it takes until the first look-up is answered, and until the first reply is kept."""
    from geo.cache import ReplyCache

    print(f"\nOpening, ms: median of {OPENINGS} (least, most)\n")
    print("| | until the first look-up | until the first reply is kept |\n|---|---|---|")
    questions = questions_of(max(*sizes, OPENINGS))
    for size in sizes:
        here = folder / str(size)
        fill(here, questions[:size], places=1)
        looked, kept = [], []
        for turn in range(OPENINGS):
            mine = here if size else here / str(turn)
            with closing(ReplyCache(mine)) as cache:
                looked.append(_ms(partial(cache.get, questions[turn])))
            with closing(ReplyCache(mine)) as cache:
                kept.append(_ms(partial(cache.put, questions[turn], _body(turn, 1))))
        print(f"| {f'{size:,} replies' if size else 'no file yet'} | {_spread(looked)} | {_spread(kept)} |")
    print(f"\nThe aim was {MOST_OPENING_MS} ms.")


def fill(folder: Path, questions: Sequence[Question], *, places: int) -> None:
    """Keep the replies to questions in a folder."""
    from geo.cache import ReplyCache

    with closing(ReplyCache(folder)) as cache:
        for number, question in enumerate(questions):
            cache.put(question, _body(number, places))


class _Noting:
    """Holds no reply, but what was asked."""

    folder = Path("nowhere")
    is_final = True

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def get(self, question: Question, *, stale: bool = False) -> None:
        self.asked.append(question)

    def put(self, question: Question, body: str | None) -> None:
        raise NotImplementedError

    def close(self) -> None:
        pass


def questions_of(count: int) -> list[Question]:
    """Return the questions that the geocoder has for so many names."""
    from geo.errors import GeocodingError
    from geo.geocoders import NominatimGeocoder

    noting = _Noting()
    geocoder = NominatimGeocoder(noting, url=URL)
    for number in range(count):
        with suppress(GeocodingError):
            geocoder.search(_name(number))
    return noting.asked


def _interleaved(ways: Mapping[str, Callable[[int], object]]) -> dict[str, list[float]]:
    """Return the microseconds of each way for one thing, once for each round."""
    times: dict[str, list[float]] = {what: [] for what in ways}
    chance = random.Random(1)
    for way in ways.values():
        way(0)
    for _ in range(GROUPS):
        numbers = chance.sample(range(KEPT), GROUP)
        for what, way in ways.items():
            times[what].append(1000 * _ms(partial(_each, way, numbers)) / GROUP)
    return times


def _each(way: Callable[[int], object], numbers: Sequence[int]) -> None:
    for number in numbers:
        way(number)


def _ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def _spread(taken: Sequence[float]) -> str:
    return f"{statistics.median(taken):.2f} ({min(taken):.2f}, {max(taken):.2f})"


def _ratio(taken: Sequence[float], base: Sequence[float]) -> float:
    return statistics.median(time / other for time, other in zip(taken, base, strict=True))


def _plain_table(path: Path) -> sqlite3.Connection:
    """Return a file with the settings of the cache and a table of keys and bodies alone."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL"):
        connection.execute(statement)
    connection.execute("CREATE TABLE reply (key BLOB PRIMARY KEY, body TEXT) WITHOUT ROWID")
    return connection


def _name(number: int) -> str:
    return f"Ballyvaughan {number}"


def _body(number: int, places: int) -> str:
    """Return a reply of Nominatim as it is kept."""
    return json.dumps([{**_PLACE, "osm_id": 10 * number + place + 1} for place in range(places)])


_PLACE = {
    "place_id": 7,
    "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
    "osm_type": "node",
    "lat": "53.1157200",
    "lon": "-9.1483400",
    "class": "place",
    "type": "village",
    "place_rank": 19,
    "importance": 0.4080,
    "addresstype": "village",
    "name": "Ballyvaughan",
    "display_name": "Ballyvaughan, Drumcreehy, West Clare Municipal District, County Clare, Munster, H91, Ireland",
    "address": {
        "village": "Ballyvaughan",
        "county": "County Clare",
        "ISO3166-2-lvl6": "IE-CE",
        "state_district": "Munster",
        "country": "Ireland",
        "country_code": "ie",
    },
    "boundingbox": ["53.0957200", "53.1357200", "-9.1683400", "-9.1283400"],
}
