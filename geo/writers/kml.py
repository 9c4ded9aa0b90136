"""KML (OGC 07-147r2), for Google Earth and what else opens it: folders, styles, balloons with excerpts, and days.

It is written here and not by GDAL, whose drivers make neither folders with styles nor descriptions that are safe. The
elements come in the order of the schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from ..atlas import Atlas
from ..entries import counted
from ..errors import InputError
from . import Format
from .kml_balloons import balloon
from .kml_placemarks import Placemarks, schema
from .kml_styles import TEXT_STYLE, styles
from .layers import Layer
from .whole import MEMBER, opened, parse, pieces, provenance
from .xml_text import (
    DECLARATION,
    Xml,
    XmlError,
    closing,
    element,
    escaped_json,
    opening,
    text_element,
    text_within,
)

NAME: Final = "atlas.kml"
"""The file of a folder."""
MAX_SINGLE: Final = 5000
"""Most mentions, and most names without a place, that get a placemark each: viewers list all that a folder holds."""

_NAMESPACE: Final = "http://www.opengis.net/kml/2.2"
_NAMESPACES: Final = {"xmlns": _NAMESPACE, "xmlns:atom": "http://www.w3.org/2005/Atom"}
_HIDDEN: Final = "mentions"
"""The layer that is switched off: its points lie below those of the places."""
_SINGLE: Final = frozenset({"mentions", "unlocated"})
"""The layers to which `MAX_SINGLE` applies."""


def document(atlas: Atlas, *, in_archive: bool = False) -> Iterator[bytes]:
    """Yield a KML document with the whole atlas in it.

    Parameters
    ----------
    atlas
        What it shows.
    in_archive
        Whether it lies in a KMZ, with icons beside it. Its fields are text then: of a schema in an archive GDAL finds
        nothing, up to 3.12 at least, and would drop them.
    """
    for xml in _document(atlas, in_archive):
        yield xml.encode()


def read_from(stream: IO[bytes], name: str) -> Atlas:
    """Return the atlas in a KML document.

    Parameters
    ----------
    stream
        Its bytes.
    name
        What messages call the file.

    Raises
    ------
    InputError
        If it is no KML, or carries no whole atlas.
    """
    try:
        text = text_within(stream, f"{_NAMESPACE} Data", {"name": MEMBER})
    except XmlError as error:
        raise InputError(f"{name}: it is no KML of placelines ({error}); give a file that is") from error
    return parse(text or "null", name)


def read(path: Path) -> Atlas:
    """Return the atlas of a KML file; InputError if it carries none."""
    with opened(path) as stream:
        return read_from(stream, path.name)


def _document(atlas: Atlas, in_archive: bool) -> Iterator[Xml]:
    placemarks = Placemarks(atlas, are_typed=not in_archive)
    yield Xml(DECLARATION + opening("kml", _NAMESPACES) + opening("Document") + "\n")
    yield from _about(atlas)
    yield from styles(with_icons=in_archive)
    yield Xml(opening("ExtendedData") + opening("Data", {"name": MEMBER}) + opening("value"))
    yield from map(escaped_json, pieces(atlas))
    yield Xml(closing("value") + closing("Data") + closing("ExtendedData") + "\n")
    if not in_archive:
        yield from (Xml(schema(layer) + "\n") for layer in placemarks.layers)
    for layer in placemarks.layers:
        yield from _folder(layer, placemarks)
    yield Xml(closing("Document") + closing("kml") + "\n")


def _about(atlas: Atlas) -> Iterator[Xml]:
    """Yield what stands at the head of the document."""
    articles = counted(len(atlas.documents), "article")
    only = atlas.documents[0] if len(atlas.documents) == 1 else None
    name = (only.title or only.file_name or only.id) if only else articles
    by = f"placelines {' '.join(provenance(atlas)['tool_versions'])}"
    yield text_element("name", name)
    yield text_element("open", "1")
    yield element("atom:author", text_element("atom:name", by))
    yield text_element("Snippet", f"{articles}, read by {by}", {"maxLines": "2"})
    yield text_element("description", balloon(name, (f"{articles}, read by {by}", *atlas.attributions)))
    yield Xml(text_element("styleUrl", f"#{TEXT_STYLE}") + "\n")


def _folder(layer: Layer, placemarks: Placemarks) -> Iterator[Xml]:
    is_whole = layer.name not in _SINGLE or layer.count <= MAX_SINGLE
    yield Xml(opening("Folder") + text_element("name", layer.name.title()))
    if layer.name == _HIDDEN:
        yield text_element("visibility", "0")
    if not is_whole:
        message = f"{layer.count:,}, more than a viewer of KML takes; the other formats list them"
        yield text_element("description", balloon(layer.name.title(), (message,)))
    yield Xml("\n")
    if is_whole:
        yield from placemarks.of(layer)
    yield Xml(closing("Folder") + "\n")


FORMAT = Format(
    name="kml",
    title="KML, for Google Earth",
    suffix=".kml",
    one_file=lambda atlas, name: {name: document(atlas)},
    folder=lambda atlas: {NAME: document(atlas)},
    names=(NAME,),
    read=read,
)
