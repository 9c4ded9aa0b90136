"""Which places are named together: pairs in the same documents, as a table and as a graph.

A capital is named beside everything, which says little; so a pair weighs by how much more often it is met than two
places that have nothing to do with each other would be (Bouma 2009, "Normalized (Pointwise) Mutual Information in
Collocation Extraction", GSCL), times the number of its documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from ..writers.schema import Field, Sort
from ..writers.xml_text import Xml, element, text_element
from .corpus import Corpus
from .table import Table

GRAPHML: Final = "cooccurrence.graphml"
"""Name of the file of the graph."""
MAX_PLACES: Final = 100
"""Most places of a document that are paired, the most mentioned: a list of hundreds says little of each two."""
MAX_PAIRS: Final = 200_000
"""Most pairs in the table, the strongest."""
MAX_EDGES: Final = 2_000
"""Most pairs in the graph, the strongest: more than that nobody draws."""

TOGETHER: Final = Table(
    f"two places named in the same documents, strongest first; at most {MAX_PAIRS:,}. Only places count that are sure "
    f"enough to be told as facts, and not by words for their people; of a document at most the {MAX_PLACES} that it "
    "names most",
    (
        Field("place_id_a", Sort.TEXT, "`place_id` of one", None),
        Field("name_a", Sort.TEXT, "its name", None),
        Field("place_id_b", Sort.TEXT, "`place_id` of the other", None),
        Field("name_b", Sort.TEXT, "its name", None),
        Field("documents", Sort.INTEGER, "how many documents name both", None),
        Field("documents_a", Sort.INTEGER, "how many name the one", None),
        Field("documents_b", Sort.INTEGER, "how many name the other", None),
        Field(
            "npmi",
            Sort.NUMBER,
            "normalised pointwise mutual information, four decimals: 1 when neither is named without the other, 0 when "
            "they are named together as often as by chance, less when more rarely",
            None,
        ),
        Field("weight", Sort.NUMBER, "`documents` times `npmi`, four decimals: how strong the pair is", None),
    ),
    f"""
    WITH named AS (
        SELECT position, key, place_id, name, count(*) AS times
        FROM told JOIN met USING (key) WHERE type = 'place' AND asserted AND role <> 3
        GROUP BY position, key, place_id, name
        QUALIFY row_number() OVER (PARTITION BY position ORDER BY times DESC, place_id) <= {MAX_PLACES}
    ), alone AS (
        SELECT key, any_value(place_id) AS place_id, any_value(name) AS name, count(*) AS documents
        FROM named GROUP BY key
    ), pairs AS (
        SELECT one.key AS a, other.key AS b, count(*) AS documents
        FROM named AS one JOIN named AS other ON one.position = other.position AND one.key < other.key GROUP BY ALL
    ), corpus AS (
        SELECT count(*)::DOUBLE AS documents FROM articles WHERE position NOT IN (SELECT position FROM left_out)
    ), weighed AS (
        SELECT a.place_id AS id_a, a.name AS name_a, b.place_id AS id_b, b.name AS name_b, pairs.documents,
               a.documents AS documents_a, b.documents AS documents_b,
               CASE WHEN pairs.documents = corpus.documents THEN 1.0
                    ELSE round(ln(pairs.documents * corpus.documents / (a.documents * b.documents))
                               / -ln(pairs.documents / corpus.documents), 4) + 0.0 END AS npmi
        FROM pairs JOIN alone AS a ON a.key = pairs.a JOIN alone AS b ON b.key = pairs.b, corpus
    )
    SELECT *, round(documents * npmi, 4) + 0.0 AS weight FROM weighed
    ORDER BY weight DESC, documents DESC, id_a, id_b LIMIT {MAX_PAIRS}""",
)
"""The table of pairs."""

_NODE: Final = {
    "name": "string",
    "kind": "string",
    "country": "string",
    "lon": "double",
    "lat": "double",
    "mentions": "long",
}
_EDGE: Final = {"documents": "long", "npmi": "double", "weight": "double"}
_NAMESPACE: Final = "http://graphml.graphdrawing.org/xmlns"


def graphml(corpus: Corpus, pairs: Callable[[], Iterable[tuple[Any, ...]]]) -> Iterator[bytes]:
    """Yield the graph of the strongest pairs that are met more often than by chance, and of their places, as GraphML.

    Parameters
    ----------
    corpus
        Whose places they are.
    pairs
        Gives the rows of `TOGETHER`.

    References
    ----------
    GraphML, graphml.graphdrawing.org: nodes and edges with typed data.
    """
    rows = list(islice((row for row in pairs() if row[-1] > 0), MAX_EDGES))
    linked = {place_id for row in rows for place_id in (row[0], row[2])}
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="{_NAMESPACE}">\n'.encode()
    for scope, names in (("node", _NODE), ("edge", _EDGE)):
        for name, sort in names.items():
            key = {"id": f"{scope}_{name}", "for": scope, "attr.name": name, "attr.type": sort}
            yield _line(element("key", attributes=key))
    yield b'<graph id="cooccurrence" edgedefault="undirected">\n'
    for tally in corpus.places:
        place = tally.referent
        if place.id in linked:
            told = (place.name, str(place.kind), place.country_code, place.lon, place.lat, tally.mentions)
            yield _line(element("node", *_data("node", _NODE, told), attributes={"id": place.id}))
    for number, (one, _, other, _, documents, _, _, npmi, weight) in enumerate(rows):
        attributes = {"id": f"e{number}", "source": one, "target": other}
        yield _line(element("edge", *_data("edge", _EDGE, (documents, npmi, weight)), attributes=attributes))
    yield b"</graph>\n</graphml>\n"


def _data(scope: str, names: Iterable[str], values: Iterable[object]) -> Iterator[Xml]:
    for name, value in zip(names, values, strict=True):
        yield text_element("data", None if value is None else str(value), {"key": f"{scope}_{name}"})


def _line(text: Xml) -> bytes:
    return f"{text}\n".encode()
