"""The whole atlas as JSON, from which it is read back without loss: a file of its own, or carried inside another.

`docs/formats.md` describes it, and ``geo/data/atlas.schema.json`` is its JSON Schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import IO, Any

from ..atlas import Atlas
from ..checked import text_of, text_or_none
from ..errors import InputError
from ..records import (
    ReferentList,
    document_from,
    document_record,
    mention_from,
    mention_record,
    referents_from,
    run_from,
    run_record,
)
from ..version import __version__
from . import Format
from .json_text import dumps, loads
from .schema import SCHEMA_VERSION

NAME = "atlas.json"
"""The file of a folder."""
MEMBER = "placelines"
"""Under which name formats that have room for it carry it, or its `provenance`."""

_MOST_SHOWN = 200
"""Characters of what is wrong with a file."""


def provenance(atlas: Atlas) -> dict[str, Any]:
    """Return with what an atlas was made, of which texts, and what must be shown with it, as JSON."""
    return {**_about(atlas), "texts": list(_texts(atlas))}


def provenance_pieces(atlas: Atlas) -> Iterator[bytes]:
    """Yield the provenance as JSON in UTF-8, one text a line."""
    return _lines(_about(atlas), {"texts": _texts(atlas)})


def parts(atlas: Atlas) -> Iterator[tuple[str, Any]]:
    """Yield the whole atlas part by part, each a JSON value: "head", then any "referent", then any "document"."""
    yield "head", {**provenance(atlas), "units": list(_units(atlas))}
    referents = _referents(atlas)
    for record in referents.records:
        yield "referent", record
    for record in _documents(atlas, referents):
        yield "document", record


def pieces(atlas: Atlas) -> Iterator[bytes]:
    """Yield the whole atlas as JSON in UTF-8, one text, unit, referent or document a line."""
    referents = _referents(atlas)
    lists = {
        "texts": _texts(atlas),
        "units": _units(atlas),
        "referents": referents.records,
        "documents": _documents(atlas, referents),
    }
    yield from _lines(_about(atlas), lists)


def atlas_from(record: object, name: str) -> Atlas:
    """Return the atlas of a JSON object.

    Parameters
    ----------
    record
        As `pieces` makes it, parsed.
    name
        What messages call the file.

    Raises
    ------
    InputError
        If it is no whole atlas, of another version, or damaged.
    """
    if not isinstance(record, Mapping) or record.get("generator") != "placelines":
        raise InputError(f"{name}: it holds no atlas; give a file that 'placelines map' wrote")
    version = str(record.get("schema_version"))
    if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise InputError(f"{name}: it is of version {version[:20]!r}, not {SCHEMA_VERSION}; make it again")
    if "documents" not in record:
        raise InputError(f"{name}: it holds one layer, not the whole atlas; give the {NAME} or atlas.gpkg beside it")
    try:
        referents = referents_from(record["referents"])
        documents = [document_from(each) for each in record["documents"]]
        mentions = (
            mention_from(each, document, referents)
            for document, of_it in zip(documents, record["documents"], strict=True)
            for each in of_it["mentions"]
        )
        units = {
            (text_of(unit, "country_code"), text_or_none(unit, "admin1_code")): text_of(unit, "name")
            for unit in record["units"]
        }
        return Atlas(documents, mentions, units=units, runs=map(run_from, record["runs"]))
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError) as error:
        shown = f"{type(error).__name__}: {error}"[:_MOST_SHOWN]
        raise InputError(f"{name}: it is damaged ({shown}); make it again") from error


def parse(text: str | bytes, name: str) -> Atlas:
    """Return the atlas of a JSON text; raises as `atlas_from`."""
    return atlas_from(value_of(text, name), name)


def value_of(text: str | bytes, name: str) -> object:
    """Return the value of a JSON text; InputError, which calls the file as told, where it is none."""
    try:
        return loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: it is no JSON ({error}); make it again") from error


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to read; InputError if it cannot be read."""
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise InputError(f"{path}: it cannot be read ({error.strerror or error})") from error


def content_of(path: Path) -> bytes:
    """Return the bytes of a file; raises as `opened`."""
    with opened(path) as stream:
        return stream.read()


def _about(atlas: Atlas) -> dict[str, Any]:
    return {
        "generator": "placelines",
        "schema_version": SCHEMA_VERSION,
        "tool_versions": sorted({run.tool_version for run in atlas.runs}) or [__version__],
        "attributions": list(atlas.attributions),
        "runs": [run_record(run) for run in atlas.runs],
    }


def _texts(atlas: Atlas) -> Iterator[dict[str, str]]:
    return ({"article_id": document.id, "sha256": document.sha256} for document in atlas.documents)


def _units(atlas: Atlas) -> Iterator[dict[str, str | None]]:
    in_order = sorted(atlas.units.items(), key=lambda item: (item[0][0], item[0][1] or ""))
    return ({"country_code": country, "admin1_code": code, "name": name} for (country, code), name in in_order)


def _referents(atlas: Atlas) -> ReferentList:
    referents = ReferentList()
    for mention in atlas.mentions:
        referents.add(mention)
    return referents


def _documents(atlas: Atlas, referents: ReferentList) -> Iterator[dict[str, Any]]:
    groups = groupby(atlas.mentions, attrgetter("document_id"))  # in the order of the documents
    of, mentions = next(groups, (None, ()))
    for document in atlas.documents:
        told = []
        if document.id == of:
            told = [mention_record(mention, document, referents) for mention in mentions]
            of, mentions = next(groups, (None, ()))
        yield {**document_record(document), "mentions": told}


def _lines(head: Mapping[str, Any], lists: Mapping[str, Iterable[Any]]) -> Iterator[bytes]:
    """Yield a JSON object: some members, then lists of which each value is on a line."""
    yield dumps(head).removesuffix(b"}")
    for name, values in lists.items():
        yield b',\n"%b":[' % name.encode()
        separator = b"\n"
        for value in values:
            yield separator + dumps(value)
            separator = b",\n"
        yield b"\n]"
    yield b"}\n"


FORMAT = Format(
    name="json",
    title="the whole atlas as JSON, with candidates and offsets",
    suffix=".json",
    one_file=lambda atlas, name: {name: pieces(atlas)},
    folder=lambda atlas: {NAME: pieces(atlas)},
    names=(NAME,),
    read=lambda path: parse(content_of(path), path.name),
)
