"""The atlas: what a set of documents says about which places."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from .entries import Area, Entry, areas_of, counted, entries_of, told_of
from .model import LINE_KINDS, Document, Line, Mention, Place
from .provenance import Run
from .selection import DocumentFilter, MentionFilter

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

UnitCode: TypeAlias = tuple[str, str | None]
"""ISO 3166-1 alpha-2 code of a country, and GeoNames code of a first-level unit in it; None for the country."""


class Atlas:
    """Referents with their excerpts, over any number of documents.

    An atlas is a value: `merge` is associative and commutative, and everything it lists is sorted, so that any split of
    a corpus gives the same atlas. It iterates over its entries, the places, then the lines; ``len`` counts these, and
    `__getitem__` finds one by its id.

    Parameters
    ----------
    documents, mentions
        In any order; kept sorted by document id and position.
    units
        Names of the countries and first-level units that its places lie in, by ISO 3166-1 alpha-2 code of the country
        and GeoNames code of the unit, None for the country itself.
    runs
        With what the documents were read, in any order.

    Raises
    ------
    ValueError
        If two different documents share an id, or a mention belongs to no document.

    Examples
    --------
    >>> atlas = Atlas([Document("news", "Rain.")])
    >>> atlas, len(atlas), list(atlas), "geonames:169389" in atlas
    (<Atlas: 1 document, 0 places, 0 lines, 0 unresolved names>, 0, [], False)
    """

    def __init__(
        self,
        documents: Iterable[Document] = (),
        mentions: Iterable[Mention] = (),
        *,
        units: Mapping[UnitCode, str] | None = None,
        runs: Iterable[Run] = (),
    ) -> None:
        by_id: dict[str, Document] = {}
        for document in documents:
            if by_id.setdefault(document.id, document) != document:
                raise ValueError(f"two different documents are called {document.id!r}")
        self.documents: tuple[Document, ...] = tuple(by_id[key] for key in sorted(by_id))
        self.mentions: tuple[Mention, ...] = _in_reading_order(mentions)
        strangers = {mention.document_id for mention in self.mentions} - by_id.keys()
        if strangers:
            raise ValueError(f"mentions of unknown documents: {sorted(strangers)[:3]}")
        self.units: Mapping[UnitCode, str] = dict(units or {})
        self.runs: tuple[Run, ...] = tuple(sorted(set(runs), key=repr))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Atlas):
            return NotImplemented
        return self._value == other._value

    def __hash__(self) -> int:
        return hash((self.documents, self.mentions))

    @property
    def _value(self) -> tuple[object, ...]:
        return self.documents, self.mentions, self.units, self.runs

    def __repr__(self) -> str:
        counts = {
            "document": len(self.documents),
            "place": len(self.places),
            "line": len(self.lines),
            "unresolved name": len(self.unresolved_names),
        }
        told = (counted(count, noun) for noun, count in counts.items())
        return f"<Atlas: {', '.join(told)}>"

    def _repr_html_(self) -> str:
        """Return a table for a notebook, in which whatever an article says is only text."""
        from .writers.notebook import as_html

        return as_html(self)

    def __iter__(self) -> Iterator[Entry[Place] | Entry[Line]]:
        return chain(self.places, self.lines)

    def __len__(self) -> int:
        return len(self.places) + len(self.lines)

    def __contains__(self, item: object) -> bool:
        """Whether a place or line is told of: itself, its entry, or its id."""
        if isinstance(item, Entry):
            return self._by_id.get(item.referent.id) == item
        return (item.id if isinstance(item, Place | Line) else item) in self._by_id

    def __getitem__(self, place_id: str) -> Entry[Place] | Entry[Line]:
        """Return the entry of a place or line by its id, also of a line of which only sections are told of.

        Raises
        ------
        KeyError
            If nothing tells of it.
        """
        return self._by_id[place_id]

    @cached_property
    def _by_id(self) -> Mapping[str, Entry[Place] | Entry[Line]]:
        return {entry.referent.id: entry for entry in chain(self.whole_lines, self)}

    @cached_property
    def places(self) -> tuple[Entry[Place], ...]:
        """Every place that was found, most mentioned first, then by id."""
        return entries_of(told_of(self.mentions, Place))

    @cached_property
    def lines(self) -> tuple[Entry[Line], ...]:
        """Every line that was found, most mentioned first, then by id."""
        return entries_of(told_of(self.mentions, Line))

    @cached_property
    def whole_lines(self) -> tuple[Entry[Line], ...]:
        """Every whole road or other line, with the mentions of it and of all its sections; in the order of `lines`.

        A section of which the whole is not known is in none of them.
        """
        return entries_of(
            (whole, mention) for line, mention in told_of(self.mentions, Line) if (whole := line.whole_line)
        )

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """Every area near a place or line that was found, most mentioned first, then by id."""
        entries: list[Entry[Place] | Entry[Line]] = [*self.places, *self.lines]
        areas = (area for entry in entries for area in areas_of(entry))
        return tuple(sorted(areas, key=lambda area: (-len(area.entry.mentions), area.id)))

    @cached_property
    def unresolved(self) -> tuple[Mention, ...]:
        """Toponyms without a referent, in order of document and text."""
        return tuple(mention for mention in self.mentions if mention.resolution.referent is None)

    @cached_property
    def unresolved_names(self) -> Mapping[str, str]:
        """Why each name has no referent, by the name: the reason at its first mention, "" where none was recorded.

        A line goes by what it was looked up as, since "highway", as the text calls it, says nothing to a reader.
        """
        names: dict[str, str] = {}
        for mention in self.unresolved:
            toponym = mention.toponym
            name = toponym.sought if toponym.kind in LINE_KINDS else toponym.text
            names.setdefault(name, mention.resolution.why)
        return names

    @property
    def attributions(self) -> tuple[str, ...]:
        """What the licences of everything in it ask to be shown wherever it is, each once."""
        asked = [source for run in self.runs for source in (*run.gazetteers, *run.services)]
        courses = (entry.referent.attribution for entry in (*self.lines, *self.whole_lines))
        wanted = (*(source.attribution for source in asked), *sorted(filter(None, courses)))
        return tuple(dict.fromkeys(filter(None, wanted)))

    @property
    def min_confidence(self) -> float | None:
        """Confidence from which its places were asserted, 0 to 1; None where that is not known, or is not one."""
        thresholds = {run.min_confidence for run in self.runs}
        return thresholds.pop() if len(thresholds) == 1 else None

    def unit_name(self, country_code: str | None, admin1_code: str | None = None) -> str | None:
        """Return the name of a country, or of a first-level unit of it; None where it is not known."""
        return None if country_code is None else self.units.get((country_code, admin1_code))

    def document(self, document_id: str) -> Document:
        """Return one document; KeyError when there is none of that id."""
        for document in self.documents:
            if document.id == document_id:
                return document
        raise KeyError(document_id)

    def merge(self, *others: Atlas) -> Atlas:
        """Return the atlas of the documents of all of them.

        Raises
        ------
        ValueError
            If two different documents share an id.
        """
        return merged((self, *others))

    def __or__(self, other: Atlas) -> Atlas:
        if not isinstance(other, Atlas):
            return NotImplemented
        return self.merge(other)

    def filter(
        self,
        *,
        kind: str | Iterable[str] | None = None,
        country: str | Iterable[str] | None = None,
        role: str | Iterable[str] | None = None,
        min_confidence: float | None = None,
        asserted: bool | None = None,
        source: str | Iterable[str] | None = None,
        article: str | Iterable[str] | None = None,
        since: datetime.date | str | None = None,
        until: datetime.date | str | None = None,
    ) -> Atlas:
        """Return the atlas of the documents and mentions that fit everything that is asked.

        A name that nobody could resolve has neither country nor confidence and is not asserted; it has a kind only if
        the text says so, as of a road. Documents that fit stay, though none of their mentions may.

        Parameters
        ----------
        kind
            `Kind` of the place or line, or several.
        country
            ISO 3166-1 alpha-2 code of the country it lies in, in any case, or several.
        role
            `Role` of the mention, or several.
        min_confidence
            Least confidence of the mention, 0 to 1.
        asserted
            True for mentions that are told as facts, False for the others.
        source
            Publisher of the document, or several.
        article
            Id of the document, or several.
        since, until
            First and last day of publication, as a date or in ISO 8601; a document without a date does not fit.

        Raises
        ------
        OptionError
            If there is no such kind or role, or something is no code of a country, share or day.
        """
        wanted = DocumentFilter.of(source=source, article=article, since=since, until=until)
        told = MentionFilter.of(kind=kind, country=country, role=role, min_confidence=min_confidence, asserted=asserted)
        documents = {document.id: document for document in self.documents if wanted.fits(document)}
        mentions = (each for each in self.mentions if each.document_id in documents and told.fits(each))
        return Atlas(documents.values(), mentions, units=self.units, runs=self.runs)

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """All places, lines and areas as a GeoJSON feature collection, with the fields of ``docs/formats.md``."""
        from .writers.objects import feature_collection

        return feature_collection(self)

    def to_geodataframe(self, layer: str = "places") -> GeoDataFrame:
        """Return a layer as a table of GeoPandas.

        Parameters
        ----------
        layer
            "places", "lines", "areas", "mentions" or "unlocated", with the fields of ``docs/formats.md``.

        Returns
        -------
        GeoDataFrame
            In EPSG:4326, a row a feature; every geometry of "unlocated" is missing. What is unknown is missing:
            whole numbers and truth values are of the types "Int64" and "boolean", days "datetime64[s]".

        Raises
        ------
        OptionError
            If there is no such layer.
        ResourceError
            If GeoPandas is not installed.
        """
        from .writers.objects import geodataframe

        return geodataframe(self, layer)

    def to_file(self, path: str | os.PathLike[str], *, overwrite: bool = True) -> tuple[Path, ...]:
        """Write it to a file in the format that its name tells, whole or not at all.

        Parameters
        ----------
        path
            Where to: ``story.gpkg``, ``story.geojson``, ``story.json`` or another of ``docs/formats.md``.
        overwrite
            Whether a file that is there already is replaced.

        Returns
        -------
        tuple
            What was written, the files that belong beside it included.

        Raises
        ------
        OptionError
            If no known format ends like that.
        ResourceError
            If the format needs something that is not installed.
        OutputError
            If a file is there already, or the disk refuses.
        """
        from .writers.formats import write

        return write(self, Path(path), overwrite=overwrite)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Atlas:
        """Read back what `to_file` or the command wrote; see `geo.read_atlas`."""
        from .writers.formats import read_atlas

        return read_atlas(path)


def merged(atlases: Iterable[Atlas]) -> Atlas:
    """Return the atlas of all documents of some atlases, in whatever order they come.

    Where two call a country or unit differently, as gazetteers of two versions may, the name that sorts first stays.
    """
    documents: list[Document] = []
    mentions: list[Mention] = []
    units: dict[UnitCode, str] = {}
    runs: set[Run] = set()
    for atlas in atlases:
        documents += atlas.documents
        mentions += atlas.mentions
        runs.update(atlas.runs)
        for code, name in atlas.units.items():
            units[code] = min(name, units.get(code, name))
    return Atlas(documents, mentions, units=units, runs=runs)


def _in_reading_order(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Return mentions, each once, by document, position and referent, those alike in that by what else they say."""
    in_order = sorted(mentions, key=_reading_order)
    alike = (list(group) for _, group in groupby(in_order, _reading_order))
    return tuple(
        mention for group in alike for mention in (sorted(dict.fromkeys(group), key=repr) if len(group) > 1 else group)
    )


def _reading_order(mention: Mention) -> tuple[str, int, int, str]:
    referent = mention.resolution.referent
    return mention.document_id, mention.toponym.start, mention.toponym.end, referent.id if referent else ""
