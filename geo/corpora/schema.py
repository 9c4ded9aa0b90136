"""The staged tables: what the documents of a part say, as columns, before all parts are asked together.

Every table begins with ``position``, the number of the document in the corpus; of what several documents tell of, the
first of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..writers.arrow import schema_of as columns_of
from ..writers.schema import LAYERS, REFERENT, SOURCE, Field, Group, Sort

if TYPE_CHECKING:
    import pyarrow as pa

PART_SIZE: Final = 2048
"""Positions of a part: enough for files worth opening, few enough that a part is soon done and fits in memory."""
POSITION: Final = "position"
MINHASH: Final = "minhash"
"""Column of the documents with what near duplicates are known by."""
MINHASH_LENGTH: Final = 64
"""Numbers of a `MINHASH`."""

DOCUMENT: Final[Group] = (
    Field("chars", Sort.INTEGER, "length of its text, in code points", None),
    Field("mentions", Sort.INTEGER, "how many of its toponyms have a referent", None),
    Field("places", Sort.INTEGER, "how many different places and lines these are", None),
    Field("unlocated", Sort.INTEGER, "how many of its toponyms have none", None),
    Field("focus_id", Sort.TEXT, "`place_id` of the place that it is about", "it is about no single place"),
    Field("focus_name", Sort.TEXT, "name of that", "it is about no single place"),
    Field("focus_kind", Sort.TEXT, "kind of that", "it is about no single place"),
    Field("focus_country", Sort.TEXT, "code of the country in which that lies", "no focus, or in no single country"),
)
"""What is told of a document, beside whose it is."""

DRAWN: Final[Group] = (
    Field("whole_id", Sort.TEXT, "id of the whole line that it is, or is a section of", "a place, or unknown"),
    Field("area_id", Sort.TEXT, "id of the area near the place or line that is meant", "the place itself is meant"),
)
"""What is told of a mention for counting lines and areas."""
_TYPED: Final[Group] = (Field("type", Sort.TEXT, "place or line", None),)
_RECORD: Final[Group] = (
    Field("record", Sort.TEXT, "JSON list of the referents that it is told by, itself the last", None),
)
_AREA: Final[Group] = (
    Field("area_id", Sort.TEXT, "id of the area", None),
    Field("place_id", Sort.TEXT, "id of the place or line that it is told by", None),
    Field("other_id", Sort.TEXT, "id of the other end of a corridor", "no corridor between places"),
    Field("record", Sort.TEXT, 'JSON: {"vicinity", "referents"}, of which the former names the other end', None),
)

TABLES: Final[dict[str, tuple[Group, ...]]] = {
    "documents": (SOURCE, DOCUMENT),
    "mentions": (*LAYERS["mentions"], DRAWN),
    "unlocated": LAYERS["unlocated"],
    "referents": (_TYPED, REFERENT, _RECORD),
    "areas": (_AREA,),
}
"""The groups of fields of each table, without its first column, and a geometry."""


def schema_of(table: str) -> pa.Schema:
    """Return the columns of a table, all of which may be null, as other tools write them."""
    import pyarrow as pa

    fields = (field for group in TABLES[table] for field in group)
    columns = [column.with_nullable(True) for column in columns_of(fields, has_geometry=table == "mentions")]
    if table == "documents":
        columns.append(pa.field(MINHASH, pa.list_(pa.uint32(), MINHASH_LENGTH)))
    return pa.schema([pa.field(POSITION, pa.int64()), *columns])
