"""TEI P5 for humanists: the articles with their places marked, a list of the places, and the whole atlas in the header.

One article is a ``TEI``, several are a ``teiCorpus``. In the text a name points by ``ref`` to its place in the list and
has its id in ``key``; ``ana`` tells what it does in its sentence, ``cert`` how sure that is, and a ``certainty`` beside
the text the same as a number, with the reasons.

References
----------
TEI P5 Guidelines, chapters on the header, on names and places, on standOff and on certainty.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from ..atlas import Atlas
from ..errors import InputError
from ..model import Document
from . import Format
from .iris import referent_iri
from .layers import Layers
from .tei_header import COURSE, DATA_TYPE, POINT, article_header, header
from .tei_text import Marked, as_id, body, certainties, marked
from .whole import MEMBER, opened, parse
from .xml_text import (
    DECLARATION,
    NOTHING,
    Xml,
    XmlError,
    closing,
    element,
    joined,
    opening,
    text_element,
    text_within,
)

NAME: Final = "atlas.tei.xml"
"""The file of a folder."""

_NAMESPACE: Final = "http://www.tei-c.org/ns/1.0"


def content(atlas: Atlas) -> Iterator[bytes]:
    """Yield an atlas as TEI."""
    for piece in _file(atlas):
        yield piece.encode("utf-8")


def read(path: Path) -> Atlas:
    """Return the atlas in the header of a file; InputError if there is none."""
    try:
        with opened(path) as stream:
            text = text_within(stream, f"{_NAMESPACE} xenoData", {"type": DATA_TYPE, "subtype": MEMBER})
    except XmlError as error:
        raise InputError(f"{path.name}: it cannot be read as XML ({error}); make it again") from error
    if text is None:
        raise InputError(f"{path.name}: its header holds no atlas; give a file that placelines wrote")
    return parse(text, path.name)


def _file(atlas: Atlas) -> Iterator[Xml]:
    articles = _articles(atlas)
    is_corpus = len(articles) > 1
    root = "teiCorpus" if is_corpus else "TEI"
    places = _list_of_places(Layers(atlas))
    yield Xml(DECLARATION + opening(root, {"xmlns": _NAMESPACE}) + "\n")
    yield from header(atlas)
    if is_corpus:
        yield _beside(places)
        for document, names in articles:
            yield Xml(opening("TEI") + "\n" + article_header(document) + _beside(certainties(names)))
            yield from _text(document.text, names)
            yield Xml(closing("TEI") + "\n")
    else:
        text, names = (articles[0][0].text, articles[0][1]) if articles else ("", [])
        yield _beside(joined((places, certainties(names))))
        yield from _text(text, names)
    yield Xml(closing(root) + "\n")


def _articles(atlas: Atlas) -> list[tuple[Document, list[Marked]]]:
    """Return every article with the names to mark in it."""
    by_document = groupby(atlas.mentions, key=lambda mention: mention.document_id)
    mentions = {document_id: list(group) for document_id, group in by_document}
    return [
        (document, marked(mentions.get(document.id, ()), number))
        for number, document in enumerate(atlas.documents, start=1)
    ]


def _text(text: str, names: list[Marked]) -> Iterator[Xml]:
    yield opening("text")
    yield from body(text, names)
    yield Xml(closing("text") + "\n")


def _beside(content: Xml) -> Xml:
    """Return what stands beside a text; nothing for nothing, which would not be valid."""
    return Xml(element("standOff", Xml("\n" + content)) + "\n") if content else NOTHING


def _list_of_places(layers: Layers) -> Xml:
    """Return everything that names point to; of what shares an id, the first, as an atlas does."""
    places: dict[str, Xml] = {}
    for layer in (layers.places, layers.lines):
        for row, values in layer.named_rows():
            xml_id = as_id(layer.name, values["place_id"])
            places.setdefault(xml_id, _place(xml_id, {**values, "geometry": row.geometry}))
    return Xml(element("listPlace", Xml("\n"), *places.values()) + "\n") if places else NOTHING


def _place(xml_id: str, values: dict[str, Any]) -> Xml:
    place_id, claimed = values["place_id"], values["claimed_by"]
    place = element(
        "place",
        text_element("placeName", values["name"]),
        *(text_element("placeName", values.get(name), {"type": name}) for name in ("road_ref", "road_name")),
        _location(values),
        text_element("note", f"Claimed by {claimed}." if claimed else None, {"type": "dispute"}),
        text_element("idno", place_id, {"type": "placelines"}),
        text_element("idno", referent_iri(place_id), {"type": "URI"}),
        attributes={"xml:id": xml_id, "type": values["kind"]},
    )
    return Xml(place + "\n")


def _location(values: dict[str, Any]) -> Xml:
    code, course, length = values["country_code"], values.get("course"), values.get("length_km")
    return element(
        "location",
        text_element("country", values["country"] or code, {"key": code}),
        text_element("region", values["admin1"], {"type": "admin1"}),
        *map(_geo, _parts(values["geometry"])),
        NOTHING if length is None else _length(length),
        attributes={"type": course and "course", "subtype": course},
    )


def _length(length_km: float) -> Xml:
    return text_element("measure", f"{length_km} km", {"type": "length", "unit": "km", "quantity": str(length_km)})


def _parts(geometry: dict[str, Any]) -> list[tuple[str, list[tuple[float, float]]]]:
    """Return what a geometry is made of: points or courses, each as its points."""
    sort, coordinates = geometry["type"], geometry["coordinates"]
    if sort == "Point":
        return [(POINT, [coordinates])]
    return [(COURSE, part) for part in ([coordinates] if sort == "LineString" else coordinates)]


def _geo(part: tuple[str, list[tuple[float, float]]]) -> Xml:
    system, lonlats = part
    latlons = " ".join(f"{lat:.6f} {lon:.6f}" for lon, lat in lonlats)
    return text_element("geo", latlons, {"decls": f"#{system}"})


FORMAT = Format(
    name="tei",
    title="TEI P5 (XML)",
    suffix=".xml",
    one_file=lambda atlas, name: {name: content(atlas)},
    folder=lambda atlas: {NAME: content(atlas)},
    names=(NAME,),
    read=read,
)
