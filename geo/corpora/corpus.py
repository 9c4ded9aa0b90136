"""A corpus: what the documents of all parts say of places together, asked of the disk.

The staged tables are read by DuckDB, which keeps to the memory that it is given and puts the rest beside the parts. It
loads no extensions and opens no files but these: the tables are handed to it by Arrow, and texts are never part of a
query. Every answer is in an order that is told in full, so that the same parts give the same bytes.
"""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import count, groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from ..engines.machine import available_bytes
from ..errors import ResourceError
from ..model import LINE_KINDS, Line, Place
from . import Article, Tally
from .duplicates import originals
from .parts import table_files
from .schema import TABLES, schema_of
from .tallies import ROLES, TalliedArea, area_tallies, line_tallies, place_tallies

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

INSTALLATION = "python -m pip install 'placelines[corpora]'"
"""The command that installs what a corpus needs."""
LEAST_MEMORY_MB: Final = 512
"""Memory that DuckDB may take, however little is free: it puts more aside the less it has, but needs some to do so."""
MOST_MEMORY_MB: Final = 4096
"""Memory that it may take, however much is free."""
_SHARE_OF_MEMORY = 4
_SCRATCH = "scratch"
_LINES = "'" + "', '".join(sorted(LINE_KINDS)) + "'"
_ROLES = ", ".join(f"'{role}'" for role in ROLES)

_TABLES = f"""
CREATE TABLE articles AS
SELECT position, article_id, source_title, source, source_date, source_url, mentions, focus_id, focus_name,
       focus_kind, focus_country, dense_rank() OVER (ORDER BY source) AS source_number
FROM documents ORDER BY position;

CREATE TABLE referents_met AS
SELECT row_number() OVER (ORDER BY type DESC, place_id) AS key, * FROM (
    SELECT type, place_id, min(position) AS position, arg_min_null(record, position) AS record,
           arg_min_null(name, position) AS name, arg_min_null(kind, position) AS kind,
           arg_min_null(country_code, position) AS country_code, arg_min_null(country, position) AS country,
           arg_min_null(admin1, position) AS admin1, arg_min_null(claimed_by, position) AS claimed_by,
           arg_min_null(geo_precision, position) AS geo_precision, arg_min_null(gazetteer, position) AS gazetteer,
           arg_min_null(gazetteer_id, position) AS gazetteer_id
    FROM referents GROUP BY type, place_id
) ORDER BY key;

CREATE TABLE areas_met AS
SELECT row_number() OVER (ORDER BY area_id) AS key, * FROM (
    SELECT area_id, arg_min_null(place_id, position) AS place_id, arg_min_null(record, position) AS record
    FROM areas GROUP BY area_id
) ORDER BY key;

CREATE TABLE told AS
SELECT row_number() OVER (ORDER BY named.position, start, "end", named.place_id) AS number, named.position, start,
       "end", named.place_id, text, asserted, confidence, role, it.key, whole.key AS whole, areas_met.key AS area,
       sentence
FROM (
    SELECT position, start, "end", place_id, text, asserted, confidence, whole_id, area_id,
           CASE WHEN kind IN ({_LINES}) THEN 'line' ELSE 'place' END AS type,
           (list_position([{_ROLES}], role) - 1)::TINYINT AS role, md5_number_lower(excerpt) AS sentence
    FROM mentions WHERE position NOT IN (SELECT position FROM left_out)
) AS named
JOIN referents_met AS it ON it.type = named.type AND it.place_id = named.place_id
LEFT JOIN referents_met AS whole ON whole.type = 'line' AND whole.place_id = whole_id
LEFT JOIN areas_met USING (area_id);

CREATE VIEW met AS SELECT key, type, name, kind, country_code, country FROM referents_met;
"""
"""What is asked again and again, without the sentences."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a corpus has."""

    documents: int
    """Documents, copies left out where they are not counted."""
    duplicates: int
    """Copies of earlier documents, counted or not."""
    sources: int
    """Publishers."""
    mentions: int
    """Toponyms that have a referent."""
    unlocated: int
    """Toponyms that have none."""
    first_date: datetime.date | None
    """Day of the first document; None when no day of any is known."""
    last_date: datetime.date | None
    """Day of the last."""


@dataclass(frozen=True, slots=True)
class UnlocatedName:
    """A name of which nobody knows where it is."""

    name: str
    """As texts spell it."""
    kind: str | None
    """Of what sort of line it is, at its first mention; None for what only a gazetteer could tell."""
    mentions: int
    """How often it is named."""
    documents: int
    """In how many documents."""
    why: str | None
    """Why it is on no map, at its first mention."""


class Corpus:
    """What the documents of a folder of staged parts say.

    Parameters
    ----------
    parts
        The folder.
    count_once
        Whether documents that are copies of earlier ones count for nothing.
    memory_mb
        Memory that DuckDB may take; what is more goes to a folder beside the parts. None for a quarter of what is free,
        `LEAST_MEMORY_MB` to `MOST_MEMORY_MB`. Answers do not depend on it.
    threads
        On how many processors it works.

    Raises
    ------
    ResourceError
        If DuckDB is not installed, or a file of a part is gone.
    """

    def __init__(
        self, parts: Path, *, count_once: bool = False, memory_mb: int | None = None, threads: int = 2
    ) -> None:
        self._scratch = parts.parent / _SCRATCH
        shutil.rmtree(self._scratch, ignore_errors=True)
        self.connection = _connected(self._scratch, memory_mb or _memory_mb(), threads)
        """With ``articles``, ``copies``, ``referents_met``, ``met``, ``areas_met``, ``told`` and ``unlocated_told``."""
        self.is_counted_once: Final = count_once
        """Whether documents that are copies of earlier ones count for nothing."""
        self._answers = count()
        with ExitStack() as unless_made:
            unless_made.callback(self.close)
            _register(self.connection, parts)
            self._copies = originals(self.connection)
            _keep_copies(self.connection, self._copies, count_once=count_once)
            self.connection.execute(_TABLES)
            unless_made.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back memory and disk."""
        self.connection.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    @cached_property
    def places(self) -> tuple[Tally[Place], ...]:
        """Every place, most mentioned first, then by id."""
        return place_tallies(self.connection)

    @cached_property
    def lines(self) -> tuple[Tally[Line], ...]:
        """Every whole line with the mentions of all its sections, then every section; each most mentioned first."""
        return line_tallies(self.connection)

    @cached_property
    def areas(self) -> tuple[TalliedArea, ...]:
        """Every area near a place or line, most mentioned first, then by id."""
        return area_tallies(self.connection)

    @cached_property
    def about(self) -> Mapping[tuple[type[Place] | type[Line], str], tuple[object, ...]]:
        """What is told of each place and line, as `geo.writers.schema.REFERENT`."""
        columns = "place_id, name, kind, country_code, country, admin1, claimed_by, geo_precision, gazetteer"
        rows = self.rows(f"SELECT type, {columns}, gazetteer_id FROM referents_met ORDER BY key")
        return {(Line if sort == "line" else Place, about[0]): tuple(about) for sort, *about in rows}

    @cached_property
    def counts(self) -> Counts:
        """How much it has."""
        counted = "FROM articles WHERE position NOT IN (SELECT position FROM left_out)"
        told = f"SELECT count(*), count(DISTINCT source), min(source_date), max(source_date) {counted}"
        ((documents, sources, first, last),) = self.rows(told)
        ((mentions,),) = self.rows("SELECT count(*) FROM told")
        ((unlocated,),) = self.rows("SELECT count(*) FROM unlocated_told")
        return Counts(documents, len(self._copies), sources, mentions, unlocated, first, last)

    def articles(self) -> Iterator[Article]:
        """Yield every document by position, copies too."""
        copies = self.duplicates()
        for row in self.rows(f"SELECT {_ARTICLE} FROM articles ORDER BY position"):
            yield _article(row, copies)

    def articles_at(self, positions: Set[int]) -> dict[int, Article]:
        """Return some of the documents by their positions."""
        copies = self.duplicates()
        wanted = f"SELECT {_ARTICLE} FROM articles WHERE position IN (SELECT unnest($wanted)) ORDER BY position"
        rows = self.rows(wanted, {"wanted": sorted(positions)})
        return {row[0]: _article(row, copies) for row in rows}

    def duplicates(self) -> dict[int, str]:
        """Return the ids of the documents of which others are copies, by the positions of these."""
        ids = dict(self.rows("SELECT position, article_id FROM articles WHERE position IN (SELECT first FROM copies)"))
        return {position: ids[first] for position, (first, _) in self._copies.items()}

    def told(self) -> Iterator[tuple[Tally[Place] | Tally[Line], Iterator[tuple[int, int]]]]:
        """Yield places, whole lines and sections, each by id, with the positions of its documents and its counts there.

        These are read as they are asked for, and only until the next place or line is: memory never holds them all.
        """
        tallies: tuple[Tally[Place] | Tally[Line], ...]
        for tallies, sort, key in (
            (self.places, "place", "key"),
            (tuple(tally for tally in self.lines if not tally.referent.is_section), "line", "whole"),
            (tuple(tally for tally in self.lines if tally.referent.is_section), "line", "key"),
        ):
            by_id = {tally.referent.id: tally for tally in tallies}
            for place_id, rows in groupby(self._said(sort, key), itemgetter(0)):
                if place_id in by_id:
                    yield by_id[place_id], ((position, mentions) for _, position, mentions in rows)

    def unlocated_names(self, limit: int | None = None) -> tuple[UnlocatedName, ...]:
        """Return the names without a referent, most frequent first, then by name; at most so many of them.

        Left out is what only calls a line by its sort, as "border" does: that says nothing to a reader.
        """
        most = "" if limit is None else f" LIMIT {int(limit)}"
        return tuple(UnlocatedName(*row) for row in self.rows(_SAYING_NAMES + most))

    def kept(self, query: str, parameters: Mapping[str, Any] | None = None) -> Callable[[], Iterator[tuple[Any, ...]]]:
        """Return what yields the rows of an answer as often as it is called; the first call makes it.

        They come in the order that the query must say.
        """
        table = f"answer_{next(self._answers)}"

        @cache
        def made() -> str:
            self.connection.execute(f"CREATE TABLE {table} AS {query}", parameters)
            return table

        return lambda: self.rows(f"SELECT * FROM {made()} ORDER BY rowid")

    def rows(self, query: str, parameters: Mapping[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of an answer, which must say their order."""
        answer = self.connection.cursor().execute(query, parameters)
        while rows := answer.fetchmany(_ROWS):
            yield from rows

    def _said(self, sort: str, key: str) -> Iterator[tuple[Any, ...]]:
        """Yield the id of a place or line, the position of a document and how often that names it, in this order."""
        query = f"""
            SELECT place_id, said.position, said.mentions
            FROM (SELECT {key} AS key, position, count(*) AS mentions FROM told GROUP BY ALL) AS said
            JOIN referents_met USING (key) WHERE type = $sort ORDER BY key, said.position"""
        return self.rows(query, {"sort": sort})


UNLOCATED_NAMES = """
SELECT text, arg_min_null(kind, number) AS kind, count(*) AS mentions, count(DISTINCT position) AS documents,
       arg_min_null(why, number) AS why
FROM unlocated_told GROUP BY text ORDER BY mentions DESC, text"""
_SAYING_NAMES = rf"""
SELECT * FROM ({UNLOCATED_NAMES})
WHERE kind IS NULL OR kind NOT IN ({_LINES}) OR regexp_matches(text, '[\p{{Lu}}\p{{Lt}}\p{{Lo}}\p{{N}}]')
ORDER BY mentions DESC, text"""
_ROWS = 10_000
_ARTICLE = "position, article_id, source_title, source, source_date, source_url, mentions"


def _article(row: tuple[Any, ...], copies: Mapping[int, str]) -> Article:
    position, name, title, source, date, url, mentions = row
    return Article(position, name, title, source, date, url, mentions, copies.get(position))


def _memory_mb() -> int:
    """Return how much memory DuckDB may take when nobody says."""
    free = available_bytes()
    share = 0 if free is None else free // _SHARE_OF_MEMORY // 1_000_000
    return min(max(share, LEAST_MEMORY_MB), MOST_MEMORY_MB)


def _connected(scratch: Path, memory_mb: int, threads: int) -> DuckDBPyConnection:
    try:
        import duckdb
        import pyarrow.dataset  # noqa: F401
    except ImportError as error:
        raise ResourceError(f'a corpus needs more: run "{INSTALLATION}"') from error
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{memory_mb}MB",
            "temp_directory": str(scratch),
            "threads": threads,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    # Not among the others, since the folder cannot be set once it is off.
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    return connection


def _register(connection: DuckDBPyConnection, parts: Path) -> None:
    """Hand over the staged tables by Arrow: DuckDB would take a bracket in a path for a pattern."""
    from pyarrow import dataset

    for name in TABLES:
        files = list(map(str, table_files(parts, name)))
        schema = schema_of(name)
        table = dataset.dataset(files, schema=schema, format="parquet") if files else schema.empty_table()
        connection.register(name, table)


def _keep_copies(
    connection: DuckDBPyConnection, copies: Mapping[int, tuple[int, float | None]], *, count_once: bool
) -> None:
    import pyarrow as pa

    columns = {
        "position": pa.array(copies, pa.int64()),
        "first": pa.array([first for first, _ in copies.values()], pa.int64()),
        "likeness": pa.array([likeness for _, likeness in copies.values()], pa.float64()),
    }
    connection.register("found", pa.table(columns))
    connection.execute("CREATE TABLE copies AS SELECT * FROM found ORDER BY position")
    connection.unregister("found")
    left_out = "TRUE" if count_once else "FALSE"
    connection.execute(f"CREATE VIEW left_out AS SELECT position FROM copies WHERE {left_out}")
    connection.execute("""
        CREATE TABLE unlocated_told AS
        SELECT row_number() OVER (ORDER BY position, start, "end") AS number, position, text, kind, why
        FROM unlocated WHERE position NOT IN (SELECT position FROM left_out) ORDER BY number""")
