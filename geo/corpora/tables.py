"""Tables that people ask a corpus for, each as CSV and as Parquet, and the graph of the places named together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from ..errors import OptionError
from ..writers import Content, delimited, geoparquet
from ..writers.json_text import dumps_ascii
from ..writers.layers import Layer, Row
from ..writers.schema import REFERENT, SOURCE, Field, Group, Sort
from .cooccurrence import GRAPHML, TOGETHER, graphml
from .corpus import UNLOCATED_NAMES, Corpus
from .layers import CorpusLayers
from .table import Table

PLACES: Final = "places"
"""Name of the table of all places, with the fields and the geometry of the layer."""
LINES: Final = "lines"
"""The same of all lines."""
COOCCURRENCE: Final = "cooccurrence"
"""Name of the table of places that are named together."""

_CALLED = {field.name: field for field in REFERENT}
_SAYS = {field.name: field for field in SOURCE}
_PLACE: Final[Group] = tuple(_CALLED[name] for name in ("place_id", "name", "kind", "country_code"))
_MENTIONS = Field("mentions", Sort.INTEGER, "how often it is named", None)
_DOCUMENTS = Field("documents", Sort.INTEGER, "in how many documents", None)
_ASSERTED = Field("asserted_mentions", Sort.INTEGER, "how many mentions are sure enough to be told as a fact", None)
_SOURCE = Field("source", Sort.TEXT, "the publisher", "of documents that name none")
_ARTICLE: Final[Group] = (
    Field("article_id", Sort.TEXT, "the document", None),
    *(_SAYS[name] for name in ("source", "source_title", "source_date")),
)

_BY = """
SELECT {by}, place_id, name, kind, country_code, count(*) AS named, count(DISTINCT position),
       count_if(asserted)
FROM told JOIN articles USING (position) JOIN met USING (key)
WHERE {only} GROUP BY ALL ORDER BY {by} NULLS FIRST, named DESC, place_id"""

TABLES: Final[dict[str, Table]] = {
    "places_by_source": Table(
        "a place of a publisher, by publisher, then most mentioned first",
        (_SOURCE, *_PLACE, _MENTIONS, _DOCUMENTS, _ASSERTED),
        _BY.format(by="source", only="TRUE"),
    ),
    "places_by_date": Table(
        "a place of a day, by day, then most mentioned first; documents of unknown day are left out",
        (
            Field("source_date", Sort.DATE, "ISO 8601 day of publication", None),
            *_PLACE,
            _MENTIONS,
            _DOCUMENTS,
            _ASSERTED,
        ),
        _BY.format(by="source_date", only="source_date IS NOT NULL"),
    ),
    COOCCURRENCE: TOGETHER,
    "countries": Table(
        "a country, most mentioned first",
        (
            _CALLED["country_code"],
            Field("country", Sort.TEXT, "its name", "its name is unknown, or places lie in no single country"),
            Field("mentions", Sort.INTEGER, "how often it or a place in it is named", None),
            _DOCUMENTS,
            Field("places", Sort.INTEGER, "how many places, itself included", None),
            _ASSERTED,
        ),
        """
        SELECT country_code, any_value(country ORDER BY key), count(*) AS named, count(DISTINCT position),
               count(DISTINCT key), count_if(asserted)
        FROM told JOIN met USING (key) GROUP BY country_code ORDER BY named DESC, country_code NULLS LAST""",
    ),
    "focus": Table(
        "a document, by position, with the place that it is about",
        (
            *_ARTICLE,
            Field("focus_id", Sort.TEXT, "`place_id` of the place that it is about", "it is about no single place"),
            Field("focus_name", Sort.TEXT, "name of that", "it is about no single place"),
            Field("focus_kind", Sort.TEXT, "kind of that", "it is about no single place"),
            Field("focus_country", Sort.TEXT, "code of the country it lies in", "no focus, or in no single country"),
        ),
        """
        SELECT article_id, source, source_title, source_date, focus_id, focus_name, focus_kind, focus_country
        FROM articles WHERE position NOT IN (SELECT position FROM left_out) ORDER BY position""",
    ),
    "duplicates": Table(
        "a document that is a copy of an earlier one, by position",
        (
            *_ARTICLE,
            Field("duplicate_of", Sort.TEXT, "the first document of those that are alike", None),
            Field(
                "likeness",
                Sort.NUMBER,
                "share of the runs of five words that it has in common with the earlier document that it is most like, "
                "as estimated by MinHash, 0 to 1, two decimals; 1 for the same text",
                "only a later document is like both",
            ),
        ),
        """
        SELECT it.article_id, it.source, it.source_title, it.source_date, original.article_id, likeness
        FROM copies JOIN articles AS it ON it.position = copies.position
        JOIN articles AS original ON original.position = copies.first ORDER BY copies.position""",
    ),
    "sources": Table(
        "a publisher, by name",
        (
            _SOURCE,
            Field("documents", Sort.INTEGER, "how many documents", None),
            Field("first_date", Sort.DATE, "ISO 8601 day of the first", "no day is known"),
            Field("last_date", Sort.DATE, "day of the last", "no day is known"),
            Field("mentions", Sort.INTEGER, "how many toponyms with a referent", None),
        ),
        """
        SELECT source, count(*), min(source_date), max(source_date), sum(mentions)::BIGINT
        FROM articles WHERE position NOT IN (SELECT position FROM left_out) GROUP BY source ORDER BY source NULLS FIRST
        """,
    ),
    "unlocated_names": Table(
        "a name of which nobody knows where it is, most frequent first",
        (
            Field("name", Sort.TEXT, "as texts spell it", None),
            Field("kind", Sort.TEXT, "sort of line, at its first mention", "no line, or only a place could tell"),
            _MENTIONS,
            _DOCUMENTS,
            Field("why", Sort.TEXT, "why it is on no map, at its first mention", "no reason was recorded"),
        ),
        UNLOCATED_NAMES,
    ),
}
"""Every table but those of places and lines, by name."""

NEW_PLACES: Final = Table(
    "a place or line that an earlier run did not have, most mentioned first",
    (*_PLACE, _MENTIONS, _DOCUMENTS, _ASSERTED),
    """
    SELECT place_id, name, kind, country_code, count(*) AS named, count(DISTINCT position), count_if(asserted)
    FROM told JOIN met USING (key) WHERE place_id NOT IN (SELECT unnest($known))
    GROUP BY ALL ORDER BY named DESC, place_id""",
)
"""The table ``new_places``, which is made where an earlier run is given."""


def contents(corpus: Corpus, *, since: Path | None = None) -> dict[str, Content]:
    """Return the tables of a corpus as files, by name.

    Parameters
    ----------
    corpus
        What to ask.
    since
        The output folder of an earlier run, for the places that this one has and that had not; None for none.

    Raises
    ------
    OptionError
        If that is no such folder.
    """
    told = CorpusLayers(corpus)
    layers = {PLACES: told.places, LINES: told.lines}
    meanings = {PLACES: "a place, most mentioned first", LINES: "a road or another line, whole ones first"}
    answers = {name: (table, corpus.kept(table.query)) for name, table in TABLES.items()}
    if since is not None:
        answers["new_places"] = NEW_PLACES, corpus.kept(NEW_PLACES.query, {"known": known_places(since)})
    for name, (table, answer) in answers.items():
        layers[name], meanings[name] = _layer(name, table, answer), table.meaning
    files: dict[str, Content] = {}
    for name, layer in layers.items():
        files[f"{name}.csv"] = delimited.table(layer)
        about = dumps_ascii({"table": name, "rows": meanings[name]})
        files[f"{name}.parquet"] = partial(geoparquet.write_layer, layer, about)
    _, pairs = answers[COOCCURRENCE]
    return {**files, GRAPHML: graphml(corpus, pairs)}


def known_places(folder: Path) -> list[str]:
    """Return the ids of the places and lines of an earlier run.

    Raises
    ------
    OptionError
        If the folder is not the output of one.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    ids: list[str] = []
    for name in (PLACES, LINES):
        path = folder / "tables" / f"{name}.parquet"
        try:
            with path.open("rb") as stream:
                ids += pq.read_table(stream, columns=["place_id"]).column("place_id").to_pylist()
        except (OSError, pa.ArrowException, KeyError, ValueError) as error:
            reason = f"tables/{path.name} cannot be read" if path.exists() else f"it has no tables/{path.name}"
            raise OptionError(f"{folder}: {reason}; give the folder that an earlier batch wrote") from error
    return ids


def _layer(name: str, table: Table, answer: Callable[[], Iterable[tuple[Any, ...]]]) -> Layer:
    def rows() -> Iterator[Row]:
        for values in answer():
            yield Row("", None, (values,))

    return Layer(name, (table.fields,), None, 0, None, rows)
