"""Tallies of places, lines and areas: the numbers of all mentions, and the sentences that tell best.

They say of a corpus what `geo.entries.Entry` says of an atlas, with the documents by position instead of by id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from ..model import Line, Place, Role, Vicinity
from ..records import referents_from, vicinity_from
from ..writers.json_text import loads
from . import Quote, Tally

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAX_QUOTES: Final = 5
"""Most quotes of a tally."""
ROLES: Final = (Role.LITERAL, Role.EMBEDDED, Role.METONYM, Role.DEMONYM)
"""Roles by the numbers they have here: the nearest to naming the place itself first."""

_NUMBER_BITS = 40
"""Bits of the number of a mention, above which stands how well it tells: the least tells best."""
_SPOKEN = "SELECT {key} AS key, * EXCLUDE (key) FROM told JOIN articles USING (position) WHERE {only}"
_TALLIES: Final = """
WITH spoken AS ({spoken}), by_document AS (
    SELECT key, position, any_value(source_date) AS date, count(*) AS mentions, count_if(asserted) AS asserted,
           max(confidence) AS confidence, count_if(role = 0) AS literal, count_if(role = 1) AS embedded,
           count_if(role = 2) AS metonym, count_if(role = 3) AS demonym
    FROM spoken GROUP BY key, position
), publishers AS (
    SELECT key, count(*) AS sources FROM (SELECT DISTINCT key, source_number FROM spoken WHERE source IS NOT NULL)
    GROUP BY key
)
SELECT key, sum(mentions)::BIGINT, count(*), coalesce(any_value(sources), 0), min(date), max(date),
       sum(asserted)::BIGINT, max(confidence),
       CASE WHEN sum(literal) > 0 THEN 0
            WHEN sum(embedded) >= greatest(sum(metonym), sum(demonym)) THEN 1
            WHEN sum(metonym) >= sum(demonym) THEN 2 ELSE 3 END
FROM by_document LEFT JOIN publishers USING (key) GROUP BY key ORDER BY key"""
_SPELLINGS: Final = """
SELECT key, role, text, count(*), min(number) FROM ({spoken}) GROUP BY key, role, text ORDER BY key, min(number)"""
_QUOTES: Final = f"""
WITH spoken AS ({{spoken}}), once AS (
    SELECT key, sentence, min(
        ((CASE WHEN asserted THEN 0 ELSE 2002 END + CASE WHEN role = 0 THEN 0 ELSE 1001 END
          + 1000 - round(confidence * 1000)::BIGINT) << {_NUMBER_BITS}) | number) AS telling
    FROM spoken GROUP BY key, sentence
), placed AS (
    SELECT once.key, telling, told.* EXCLUDE (key, whole, area, sentence),
           CASE WHEN source IS NULL THEN -told.position - 1 ELSE source_number END AS source_key
    FROM once JOIN told ON told.number = telling & {(1 << _NUMBER_BITS) - 1} JOIN articles USING (position)
), of_documents AS (
    SELECT *, row_number() OVER (PARTITION BY key, position ORDER BY telling) AS in_document FROM placed
), of_sources AS (
    SELECT *, row_number() OVER (PARTITION BY key, source_key ORDER BY in_document, telling) AS in_source
    FROM of_documents WHERE in_document <= {MAX_QUOTES}
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY key ORDER BY in_source, in_document, telling) AS rank
    FROM of_sources WHERE in_source <= {MAX_QUOTES}
)
SELECT key, position, mentions.start - sentence_start, mentions."end" - sentence_start, excerpt, mentions.start,
       ranked.asserted, ranked.confidence, ranked.role, why, rivals
FROM ranked JOIN (
    SELECT position, start, "end", place_id, excerpt, sentence_start, why, rivals FROM mentions
) AS mentions USING (position, start, "end", place_id)
WHERE rank <= {MAX_QUOTES} ORDER BY key, rank"""


@dataclass(frozen=True, slots=True)
class TalliedArea:
    """An area near a place or line with what all documents together say of it."""

    id: str
    """`geo.entries.Area.id`."""
    tally: Tally[Place] | Tally[Line]
    """The place or line that it is told by, with only the mentions that tell of the area."""
    vicinity: Vicinity
    """How it lies to that, in the words of the first of them."""

    @property
    def words(self) -> str:
        """How the first of them says it: "20 km (12 miles) north-east of Idlib"."""
        told = self.vicinity
        return told.text if told.other else f"{told.text} {self.tally.name_as_written}"


def place_tallies(connection: DuckDBPyConnection) -> tuple[Tally[Place], ...]:
    """Return the tallies of the places of a corpus, most mentioned first, then by id."""
    return _sorted(_tallies(connection, "key", _referents(connection, "place")))


def line_tallies(connection: DuckDBPyConnection) -> tuple[Tally[Line], ...]:
    """Return the tallies of whole lines with the mentions of their sections, then of sections."""
    lines = _referents(connection, "line")
    sections = {key: line for key, line in lines.items() if line.is_section}
    return (*_sorted(_tallies(connection, "whole", lines)), *_sorted(_tallies(connection, "key", sections)))


def area_tallies(connection: DuckDBPyConnection) -> tuple[TalliedArea, ...]:
    """Return the tallies of the areas of a corpus, most mentioned first, then by id."""
    referents = {**_referents(connection, "place"), **_referents(connection, "line")}
    told_by = dict(
        connection.execute("SELECT area, min(key) FROM told WHERE area IS NOT NULL GROUP BY area").fetchall()
    )
    tallies = dict(_tallies(connection, "area", {area: referents[key] for area, key in told_by.items()}))
    rows = connection.execute("SELECT key, area_id, record FROM areas_met ORDER BY key").fetchall()
    areas = [TalliedArea(area_id, tallies[key], _vicinity(record)) for key, area_id, record in rows if key in tallies]
    return tuple(sorted(areas, key=lambda area: (-area.tally.mentions, area.id)))


def _sorted(tallies: Iterable[tuple[int, Tally[Any]]]) -> tuple[Tally[Any], ...]:
    return tuple(sorted((tally for _, tally in tallies), key=lambda tally: (-tally.mentions, tally.referent.id)))


def _referents(connection: DuckDBPyConnection, sort: str) -> dict[int, Any]:
    """Return the places or lines of a corpus by their keys."""
    rows = connection.execute("SELECT key, record FROM referents_met WHERE type = $sort ORDER BY key", {"sort": sort})
    return {key: _referent(record) for key, record in rows.fetchall()}


def _referent(record: str) -> Place | Line:
    told: Any = loads(record)
    return referents_from(told)[-1]


def _vicinity(record: str) -> Vicinity:
    told: Any = loads(record)
    return vicinity_from(told["vicinity"], referents_from(told["referents"]))


def _tallies(
    connection: DuckDBPyConnection, key: str, referents: Mapping[int, Place | Line]
) -> Iterator[tuple[int, Tally[Any]]]:
    """Yield the tallies of some referents by their keys.

    Parameters
    ----------
    connection
        With the tables of `geo.corpora.corpus.Corpus`.
    key
        The column of ``told`` to group by.
    referents
        What the values of that are, which are left out where they are not among these.
    """
    if not referents:
        return
    # Keys of places and of lines do not mix, so that places are not counted again for the sake of a few lines.
    spoken = _SPOKEN.format(key=key, only=f"{key} BETWEEN {min(referents)} AND {max(referents)}")
    spellings = _grouped(connection, _SPELLINGS.format(spoken=spoken), tuple)
    quotes = _grouped(connection, _QUOTES.format(spoken=spoken), _quote)
    for number, *counts, role in connection.execute(_TALLIES.format(spoken=spoken)).fetchall():
        if number in referents:
            told = spellings[number]
            names = _by_frequency(each for each in told if each[0] == role)
            others = _by_frequency(each for each in told if ROLES[each[0]] is not Role.DEMONYM)
            mentions, documents, sources, first, last, asserted, confidence = counts
            yield (
                number,
                Tally(
                    referents[number],
                    mentions,
                    documents,
                    sources,
                    first,
                    last,
                    asserted,
                    confidence,
                    ROLES[role],
                    names[0][0],
                    others,
                    tuple(quotes[number]),
                ),
            )


def _grouped(connection: DuckDBPyConnection, query: str, made: Callable[[Any], Any]) -> dict[int, list[Any]]:
    """Return the rows of an answer by their first value, without it."""
    rows = connection.execute(query).fetchall()
    return {key: [made(row[1:]) for row in group] for key, group in groupby(rows, itemgetter(0))}


def _by_frequency(told: Iterable[tuple[int, str, int, int]]) -> tuple[tuple[str, int], ...]:
    """Return spellings with their counts, most frequent first, then the one that was met first."""
    counts: dict[str, tuple[int, int]] = {}
    for _, text, count, first in told:
        before, met = counts.get(text, (0, first))
        counts[text] = before + count, min(met, first)
    in_order = sorted(counts.items(), key=lambda item: (-item[1][0], item[1][1]))
    return tuple((text, count) for text, (count, _) in in_order)


def _quote(row: tuple[Any, ...]) -> Quote:
    position, start, end, text, first_char, is_asserted, confidence, role, why, rivals = row
    return Quote(position, start, end, text, first_char, is_asserted, confidence, ROLES[role], why, rivals)
