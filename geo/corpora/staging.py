"""Staging: what single documents say becomes the rows of the staged tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from ..atlas import Atlas
from ..focus import focus_of
from ..model import Line, Referent
from ..records import ReferentList, vicinity_record
from ..writers.arrow import batches
from ..writers.json_text import dumps
from ..writers.layers import Layer, Row
from ..writers.parts import Parts
from ..writers.shapes import point, point_of
from .schema import MINHASH, POSITION, TABLES, schema_of

if TYPE_CHECKING:
    import pyarrow as pa

Tables: TypeAlias = "Mapping[str, pa.Table]"
"""Tables by the names of `geo.corpora.schema.TABLES`."""

TOLD_ONCE = {"referents": ("type", "place_id"), "areas": ("area_id",)}
"""The tables of what several documents may tell of, and the columns that set their rows apart."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A document that was read."""

    position: int
    """Its number in the corpus."""
    rows: tuple[tuple[str, Row], ...]
    """What it says, each row with the name of its table."""
    signature: tuple[int, ...] | None = None
    """What near duplicates are known by; None where nobody asks for these."""


def staged(position: int, atlas: Atlas, signature: tuple[int, ...] | None = None) -> Staged:
    """Return what a single document says; the rest is as `Staged` has it."""
    return Staged(position, tuple(_rows(atlas)), signature)


def tables_of(documents: Iterable[Staged]) -> Tables:
    """Return what documents say as tables, in their order; of a place, line or area what the first one says."""
    import pyarrow as pa

    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    positions: dict[str, list[int]] = {name: [] for name in TABLES}
    met: set[tuple[str, str]] = set()
    signatures = []
    for document in documents:
        signatures.append(document.signature)
        for name, row in document.rows:
            if name in TOLD_ONCE:
                if (name, row.id) in met:
                    continue
                met.add((name, row.id))
            rows[name].append(row)
            positions[name].append(document.position)
    tables = {name: _table(name, positions[name], rows[name]) for name in TABLES}
    column = schema_of("documents").field(MINHASH)
    tables["documents"] = tables["documents"].append_column(column, pa.array(signatures, column.type))
    return tables


def _table(name: str, positions: Sequence[int], rows: Sequence[Row]) -> pa.Table:
    """Return rows as a table, without a signature."""
    import pyarrow as pa

    has_points = name == "mentions"
    layer = Layer(name, TABLES[name], "Point" if has_points else None, len(rows), None, lambda: iter(rows))
    schema = schema_of(name)
    made = [batch.columns for batch in batches(layer)]
    columns = [pa.chunked_array(chunks) for chunks in zip(*made, strict=True)] if made else []
    kept = [field for field in schema if field.name not in {POSITION, MINHASH}]
    columns = columns or [pa.array([], field.type) for field in kept]
    return pa.table([pa.array(positions, pa.int64()), *columns], schema=pa.schema([schema.field(POSITION), *kept]))


def _rows(atlas: Atlas) -> Iterator[tuple[str, Row]]:
    """Yield what a document says as rows of the tables that they are of."""
    parts = Parts(atlas)
    areas = {mention: area for area in atlas.areas for mention in area.entry.mentions}
    yield "documents", _document(atlas, parts)
    for mention in atlas.mentions:
        source, referent = parts.source(mention.document_id), mention.resolution.referent
        if referent is None:
            yield "unlocated", Row("", None, (source, parts.unlocated(mention)))
            continue
        whole = referent.whole_line if isinstance(referent, Line) else None
        area = areas[mention] if mention.vicinity is not None else None
        if whole is not None:
            yield "referents", _referent(whole, parts)
        yield "referents", _referent(referent, parts)
        if area is not None:
            seen = ReferentList()
            record = {"vicinity": vicinity_record(area.vicinity, seen), "referents": seen.records}
            other = area.vicinity.other
            about = (area.id, referent.id, other.id if other else None, dumps(record).decode())
            yield "areas", Row(area.id, None, (about,))
        drawn = (whole.id if whole else None, area.id if area else None)
        yield (
            "mentions",
            Row("", point(point_of(referent)), (parts.referent(referent), source, parts.mention(mention), drawn)),
        )


def _document(atlas: Atlas, parts: Parts) -> Row:
    (document,) = atlas.documents
    focus = focus_of(atlas)
    about = None if focus is None else focus.referent
    located = sum(len(entry.mentions) for entry in atlas)
    told = (
        len(document.text),
        located,
        len(atlas),
        len(atlas.unresolved),
        *((about.id, about.name, str(about.kind), about.country_code) if about else (None,) * 4),
    )
    return Row(document.id, None, (parts.source(document.id), told))


def _referent(referent: Referent, parts: Parts) -> Row:
    seen = ReferentList()
    seen.number(referent)
    sort = "line" if isinstance(referent, Line) else "place"
    record = dumps(seen.records).decode()
    return Row(f"{sort} {referent.id}", None, ((sort,), parts.referent(referent), (record,)))


def joined(pieces: Iterable[Tables]) -> Tables:
    """Return tables of consecutive documents as one of each, of a place, line or area what the first one says."""
    import pyarrow as pa

    tables: dict[str, pa.Table] = {}
    all_pieces = list(pieces)
    for name in TABLES:
        table = pa.concat_tables([piece[name] for piece in all_pieces]) if all_pieces else schema_of(name).empty_table()
        tables[name] = (_first_of_each(table, TOLD_ONCE[name]) if name in TOLD_ONCE else table).combine_chunks()
    return tables


def _first_of_each(table: pa.Table, key: Sequence[str]) -> pa.Table:
    import pyarrow as pa

    rows = zip(*(table.column(name).to_pylist() for name in key), strict=True)
    firsts: dict[tuple[object, ...], int] = {}
    for number, row in enumerate(rows):
        firsts.setdefault(row, number)
    return table.take(pa.array(list(firsts.values()), pa.int64()))


def packed(tables: Tables) -> bytes:
    """Return tables as bytes, small enough to send and to keep."""
    import pyarrow as pa

    pieces = []
    for name in TABLES:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, tables[name].schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
            stream.write_table(tables[name])
        pieces.append(sink.getvalue())
    heads = (len(piece).to_bytes(8, "little") for piece in pieces)
    return b"".join(chain.from_iterable(zip(heads, pieces, strict=True)))


def unpacked(data: bytes) -> Tables:
    """Return the tables of `packed`."""
    import pyarrow as pa

    tables, at = {}, 0
    for name in TABLES:
        start = at + 8
        at = start + int.from_bytes(data[at:start], "little")
        tables[name] = pa.ipc.open_stream(pa.py_buffer(data)[start:at]).read_all()
    return tables
