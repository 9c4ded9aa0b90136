"""Headers of TEI files: which article it is, whose data is in it, how the names were found and what the marks mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..atlas import Atlas
from ..model import Document, Role
from ..provenance import Run, Source
from ..version import __version__
from . import UNKNOWN_AUTHOR
from .tei_text import CERTAIN_FROM
from .whole import MEMBER, pieces
from .xml_text import NOTHING, Xml, closing, element, escaped_json, opening, text_element

DATA_TYPE: Final = "application/json"
"""Of the ``xenoData`` in which the whole atlas is; its subtype is `MEMBER`."""

POINT: Final = "WGS84"
"""The ``xml:id`` of how a point is given."""
COURSE: Final = "WGS84-course"
"""The ``xml:id`` of how the course of a line is given."""

_MOST_TOGETHER: Final = 5_000_000
"""Bytes of data without a comment between: libxml2, with which most of Python and PHP reads XML, refuses a text node of
more than ten million unless it is told otherwise."""
_COMMENT: Final = Xml("<!---->")
_ROLES: Final = {
    Role.LITERAL: "the place itself",
    Role.DEMONYM: "people or things of the place",
    Role.METONYM: "the government, a team, the market or the people of the place",
    Role.EMBEDDED: "part of the name of an organisation",
}
_METHOD: Final = (
    "The names of places were found, and their places chosen, by a program; nobody has checked them, but for those "
    'with resp="#corrections". A name points to its place by ref; one without ref could not be resolved. cert is high '
    f"for what the program asserts with a confidence of at least {CERTAIN_FROM:g}, medium for what it asserts with "
    "less, low for a best guess. A certainty element gives the same as degree, 0 to 1, with the reasons. ana tells "
    "what the name does in its sentence. A name that overlaps another is in parts, linked by next and prev."
)
_TEXT: Final = (
    "Everything within body is the text of the article, character by character, and nothing else; characters that XML "
    "does not allow stand as U+FFFD. Ids such as name1.23-28 tell article, first character and end, counted in Unicode "
    "code points from 0."
)
_OF_POINTS: Final = "Latitude and longitude in degrees, WGS 84: a point to label the place by."
_OF_COURSES: Final = "Latitude and longitude in degrees, WGS 84, in turn, point after point along the line."
_RIGHTS: Final = "Rights in the text stay with its publisher."


def header(atlas: Atlas) -> Iterator[Xml]:
    """Yield the header of a file: of its article where it has only one."""
    documents = atlas.documents
    title = _title(documents[0]) if len(documents) == 1 else f"{len(documents)} articles with their places"
    described = _bibl(documents[0]) if len(documents) == 1 else text_element("p", "Each article has its own header.")
    yield opening("teiHeader")
    yield _line("fileDesc", _title_statement(atlas, title), _publication(atlas), element("sourceDesc", described))
    yield _encoding(atlas)
    yield opening("xenoData", {"type": DATA_TYPE, "subtype": MEMBER})
    yield from _data(atlas)
    yield closing("xenoData")
    yield Xml(closing("teiHeader") + "\n")


def article_header(document: Document) -> Xml:
    """Return the header of one of several articles."""
    statement = element("titleStmt", text_element("title", _title(document)))
    published = element("publicationStmt", text_element("p", "As the header of the corpus says."))
    source = element("sourceDesc", _bibl(document))
    return _line("teiHeader", element("fileDesc", statement, published, source))


def _data(atlas: Atlas) -> Iterator[Xml]:
    """Yield the whole atlas, with comments between its pieces where it is large."""
    together = 0
    for piece in pieces(atlas):
        together += len(piece)
        if together > _MOST_TOGETHER:
            yield _COMMENT
            together = len(piece)
        yield escaped_json(piece)


def _title(document: Document) -> str:
    return document.title or document.file_name or document.id


def _title_statement(atlas: Atlas, title: str) -> Xml:
    made = element("respStmt", text_element("resp", "places found by"), text_element("name", "placelines"))
    corrections = (mention.resolution.correction for mention in atlas.mentions)
    authors = sorted({correction.author or UNKNOWN_AUTHOR for correction in corrections if correction})
    corrected = [text_element("resp", "places corrected by"), *(text_element("name", author) for author in authors)]
    by_hand = element("respStmt", *corrected, attributes={"xml:id": "corrections"}) if authors else NOTHING
    return element("titleStmt", text_element("title", title), made, by_hand)


def _publication(atlas: Atlas) -> Xml:
    licences = (text_element("licence", attribution) for attribution in atlas.attributions)
    terms = element("availability", text_element("p", _RIGHTS), *licences)
    return element("publicationStmt", text_element("distributor", f"placelines {__version__}"), terms)


def _bibl(document: Document) -> Xml:
    day = None if document.date is None else document.date.isoformat()
    ids = {"article": document.id, "file": document.file_name, "url": document.url, "sha256": document.sha256}
    return element(
        "bibl",
        text_element("title", document.title),
        text_element("author", document.author),
        text_element("publisher", document.source),
        text_element("date", day, {"when": day}),
        *(text_element("idno", value, {"type": sort}) for sort, value in ids.items()),
        text_element("textLang", document.language, {"mainLang": document.language}),
    )


def _encoding(atlas: Atlas) -> Xml:
    roles = (
        element("category", text_element("catDesc", told), attributes={"xml:id": str(role)})
        for role, told in _ROLES.items()
    )
    return _line(
        "encodingDesc",
        element(
            "editorialDecl",
            element("interpretation", text_element("p", _METHOD)),
            element("normalization", text_element("p", _TEXT)),
        ),
        element("classDecl", element("taxonomy", *roles, attributes={"xml:id": "roles"})),
        text_element("geoDecl", _OF_POINTS, {"xml:id": POINT, "datum": "WGS84"}),
        text_element("geoDecl", _OF_COURSES, {"xml:id": COURSE, "datum": "WGS84"}),
        element("appInfo", _application(atlas)),
    )


def _application(atlas: Atlas) -> Xml:
    told = (text_element("p", text) for run in atlas.runs for text in _run(run))
    return element(
        "application",
        text_element("label", "placelines"),
        *told,
        attributes={"ident": "placelines", "version": __version__, "xml:id": "software"},
    )


def _run(run: Run) -> Iterator[str]:
    """Yield with what texts were read, in words."""
    yield f"Read by placelines {run.tool_version}, asserted from a confidence of {run.min_confidence:g}."
    yield f"Language model: {run.model}. Learned weights: sha256 {run.weights}."
    asked = {"Gazetteers": run.gazetteers, "Roads": run.roads, "Services": run.services, "Corrections": run.corrections}
    for sort, sources in asked.items():
        if sources:
            yield f"{sort}: {'; '.join(map(_source, sources))}."


def _source(source: Source) -> str:
    return source.name if source.version is None else f"{source.name} ({source.version})"


def _line(name: str, *content: Xml) -> Xml:
    return Xml(element(name, *content) + "\n")
