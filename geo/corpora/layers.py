"""Layers of a corpus: one row a place, line or area with what all documents together say of it, for GIS tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from typing import Any, Final

from ..model import Line, Place
from ..writers import Content, geojson, geopackage
from ..writers.json_text import dumps
from ..writers.layers import Layer, Row, extent_along, extent_around, extent_of_points
from ..writers.parts import Part, area_part, line_part
from ..writers.schema import APPROXIMATE, AREA, LINE, REFERENT, TOLD, Field, Group, Sort
from ..writers.shapes import course, outline, point, surface
from . import Article, Tally
from .corpus import Corpus

GEOPACKAGE: Final = "atlas.gpkg"
"""Name of the GeoPackage."""

_TOLD = {field.name: field for field in TOLD}

TALLY: Final[Group] = (
    _TOLD["name_as_written"],
    _TOLD["role"],
    _TOLD["mentions"],
    Field("documents", Sort.INTEGER, "in how many documents", None),
    Field("sources", Sort.INTEGER, "of how many publishers, documents that name none left out", None),
    Field("first_date", Sort.DATE, "ISO 8601 day of the first of these documents", "no day of any is known"),
    Field("last_date", Sort.DATE, "day of the last", "no day of any is known"),
    Field("asserted", Sort.BOOLEAN, "whether any mention is sure enough to be told as a fact", None),
    Field("asserted_mentions", Sort.INTEGER, "how many are", None),
    _TOLD["confidence"],
    Field(
        "excerpt",
        Sort.TEXT,
        "the sentence that shows best why it is on the map: of its most certain mention, an asserted one before "
        "others, then a literal one, then that of the first document",
        None,
    ),
    Field(
        "excerpts",
        Sort.TEXT,
        "up to five sentences, of different publishers and documents where there are such, best first, joined by ` | `",
        None,
    ),
    _TOLD["rivals"],
    Field("article_id", Sort.TEXT, "the document of the mention in `excerpt`", None),
    Field("source", Sort.TEXT, "its publisher", "it does not say"),
    Field("source_title", Sort.TEXT, "its title", "it has none"),
    Field("source_date", Sort.DATE, "ISO 8601 day of its publication", "not known"),
    Field("source_url", Sort.TEXT, "where it can be read", "not known"),
)
"""What all documents together tell of a place, line or area."""

CORPUS_LAYERS: Final[dict[str, tuple[Group, ...]]] = {
    "places": (REFERENT, TALLY),
    "lines": (REFERENT, LINE, APPROXIMATE, TALLY),
    "areas": (REFERENT, AREA, APPROXIMATE, TALLY),
}
"""The groups of fields of each layer."""


class CorpusLayers:
    """The layers of a corpus.

    Parameters
    ----------
    corpus
        What to tell of.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._about = corpus.about
        # Only these, since a corpus may have millions of documents.
        shown = (*corpus.places, *corpus.lines, *(area.tally for area in corpus.areas))
        self._articles = corpus.articles_at({tally.quotes[0].position for tally in shown})

    @cached_property
    def all(self) -> tuple[Layer, ...]:
        """Every layer, in the order of `CORPUS_LAYERS`; kept, since the outlines of many areas take long."""
        return self.places, self.lines, self.areas

    @property
    def attributions(self) -> list[str]:
        """What the courses of its lines ask to be credited, sorted."""
        return sorted({tally.referent.attribution for tally in self._corpus.lines if tally.referent.attribution})

    @property
    def places(self) -> Layer:
        """A point for every place, most mentioned first."""
        tallies = self._corpus.places
        extent = extent_of_points(tally.referent.lonlat for tally in tallies)

        def row(tally: Tally[Place]) -> Row:
            place = tally.referent
            return Row(place.id, point(place.lonlat), (self._about[Place, place.id], self._told(tally)))

        return Layer("places", CORPUS_LAYERS["places"], "Point", len(tallies), extent, lambda: map(row, tallies))

    @property
    def lines(self) -> Layer:
        """Every whole line, then every section: later ones are drawn above."""
        tallies = self._corpus.lines
        extent = extent_along(tally.referent for tally in tallies)

        def row(tally: Tally[Line]) -> Row:
            line = tally.referent
            about = (self._about[Line, line.id], line_part(line), (line.is_approximate,), self._told(tally))
            return Row(line.id, course(line), about)

        return Layer("lines", CORPUS_LAYERS["lines"], "LineString", len(tallies), extent, lambda: map(row, tallies))

    @property
    def areas(self) -> Layer:
        """The outline of every area that is told of by a place or line near it."""
        areas = self._corpus.areas
        outlines = [outline(area.tally.referent, area.vicinity) for area in areas]

        def rows() -> Iterator[Row]:
            for area, shape in zip(areas, outlines, strict=True):
                referent = area.tally.referent
                about = self._about[type(referent), referent.id]
                told = (about, area_part(area.vicinity, area.words), (True,), self._told(area.tally))
                yield Row(area.id, surface(shape), told)

        return Layer("areas", CORPUS_LAYERS["areas"], "Polygon", len(areas), extent_around(outlines), rows)

    def _told(self, tally: Tally[Place] | Tally[Line]) -> Part:
        """Return what is told of a tally, as `TALLY`."""
        best = tally.quotes[0]
        article = self._articles[best.position]
        return (
            tally.name_as_written,
            str(tally.role),
            tally.mentions,
            tally.documents,
            tally.sources,
            tally.first_date,
            tally.last_date,
            tally.asserted > 0,
            tally.asserted,
            tally.confidence,
            best.text,
            " | ".join(quote.text for quote in tally.quotes),
            best.rivals,
            *_source(article),
        )


def contents(layers: CorpusLayers, about: Mapping[str, Any] | None = None) -> dict[str, Content]:
    """Return the files of a corpus for GIS tools, by name.

    Parameters
    ----------
    layers
        What to write.
    about
        With what it was made, as JSON; what must be credited under ``attributions``, to which is added what the
        courses of its lines ask for.
    """
    attributions = list(dict.fromkeys((*(about or {}).get("attributions", ()), *layers.attributions)))
    told = {**(about or {}), "attributions": attributions}
    return {
        **{f"{layer.name}.geojson": geojson.collection(layer, [dumps(told)]) for layer in layers.all},
        GEOPACKAGE: partial(geopackage.write_layers, layers.all, about=told, attributions=attributions),
    }


def _source(article: Article) -> Part:
    return article.id, article.source, article.title, article.date, article.url
