"""GeoJSON (RFC 7946) for GIS tools: places, lines, areas and mentions, flat properties, the same keys in every feature.

``docs/formats.md`` says what every property means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..atlas import Area, Atlas, Entry, rivals
from ..extent import Extent
from ..gazetteers import Gazetteer
from ..model import Candidate, Correction, Document, Kind, Line, Place, Resolution
from ..vicinities import Surface, area_of, polygons
from ..vicinities import cut as cut_area
from . import correction_properties, one_line
from .antimeridian import cut, middle
from .area_properties import area_properties
from .line_properties import LINE_KEYS, line_properties

MAX_EXCERPTS = 5
"""Most sentences in ``excerpts``."""

_DECIMALS = 6  # about 10 centimetres: RFC 7946 section 11.2
_PRECISION = {
    Kind.SETTLEMENT: 1,
    Kind.FACILITY: 1,
    Kind.ADMIN1: 2,
    Kind.ADMIN2: 2,
    Kind.COUNTRY: 3,
    Kind.CONTINENT: 3,
}


def places(atlas: Atlas, *, gazetteer: Gazetteer, tool_version: str) -> Iterator[str]:
    """Yield ``places.geojson``: one point for every place."""
    features = _Features.of(atlas, gazetteer, tool_version)
    return _collection("places", _points(atlas), map(features.place, atlas.places))


def lines(atlas: Atlas, *, gazetteer: Gazetteer, tool_version: str) -> Iterator[str]:
    """Yield ``lines.geojson``: every whole road, then every section, cut where it crosses longitude 180."""
    features = _Features.of(atlas, gazetteer, tool_version)
    drawn = _wholes_and_sections(atlas)
    return _collection("lines", _vertices(drawn), map(features.line, drawn))


def areas(atlas: Atlas, *, gazetteer: Gazetteer, tool_version: str) -> Iterator[str]:
    """Yield ``areas.geojson``: the outline of every area that the text tells of by a place or line near it."""
    features = _Features.of(atlas, gazetteer, tool_version)
    outlines = [cut_area(area_of(area.entry.referent, area.vicinity)) for area in atlas.areas]
    corners = [lonlat for outline in outlines for polygon in polygons(outline) for ring in polygon for lonlat in ring]
    return _collection("areas", corners, map(features.area, atlas.areas, outlines))


def entries(atlas: Atlas, *, gazetteer: Gazetteer, tool_version: str) -> Iterator[str]:
    """Yield places and lines as one collection, for a pipe; what only lines have is null for a place."""
    features = _Features.of(atlas, gazetteer, tool_version)
    blank = dict.fromkeys(LINE_KEYS)
    drawn = _wholes_and_sections(atlas)
    for_places = (features.place(entry, blank) for entry in atlas.places)
    return _collection("entries", [*_points(atlas), *_vertices(drawn)], [*for_places, *map(features.line, drawn)])


def mentions(atlas: Atlas, *, gazetteer: Gazetteer, tool_version: str) -> Iterator[str]:
    """Yield ``mentions.geojson``: one point for every mention that has a referent, a line's at its middle."""
    features = _Features.of(atlas, gazetteer, tool_version)
    middles = [middle(entry.referent) for entry in atlas.lines]

    def every() -> Iterator[Mapping[str, object]]:
        for entry in atlas.places:
            yield from features.mentions(entry, entry.referent.lonlat)
        for line_entry, lonlat in zip(atlas.lines, middles, strict=True):
            yield from features.mentions(line_entry, lonlat)

    return _collection("mentions", [*_points(atlas), *middles], every())


def precision(referent: Place | Line) -> int:
    """Grade how narrowly a point places what is told of it, after ACLED's ``geo_precision``.

    Returns
    -------
    int
        1: a settlement, a facility or a surveyed line. 2: somewhere in an administrative unit, or in a region or
        natural feature inside one country, or along a line of approximate course. 3: somewhere in a country, a
        continent, or a region or natural feature that no single country holds.

    References
    ----------
    ACLED Codebook, geo-precision codes: 1 a particular town, 2 a part of a region, 3 a larger region.
    """
    if isinstance(referent, Line):
        return 2 if referent.is_approximate else 1
    return _PRECISION.get(referent.kind) or (2 if referent.country_code else 3)


@dataclass(frozen=True, slots=True)
class _Features:
    """Makes features, with what has to be looked up for them."""

    documents: Mapping[str, Document]
    digests: Mapping[str, str]
    """SHA-256 of the text of each document."""
    gazetteer: Gazetteer
    tool_version: str
    units: dict[tuple[str, str | None], str | None] = field(default_factory=dict)
    """Names of countries and first-level units, looked up once."""

    @classmethod
    def of(cls, atlas: Atlas, gazetteer: Gazetteer, tool_version: str) -> _Features:
        documents = {document.id: document for document in atlas.documents}
        digests = {document.id: document.sha256 for document in atlas.documents}
        return cls(documents, digests, gazetteer, tool_version)

    def place(self, entry: Entry[Place], extra: Mapping[str, object] | None = None) -> Mapping[str, object]:
        return _feature(entry.referent.id, _point(entry.referent.lonlat), self._properties(entry) | dict(extra or {}))

    def line(self, entry: Entry[Line]) -> Mapping[str, object]:
        line = entry.referent
        own = line_properties(line, country=self._unit_name(line.country_code))
        return _feature(line.id, _course(line), {**self._properties(entry), **own})

    def area(self, area: Area, outline: Surface) -> Mapping[str, object]:
        shape = [[[_rounded(lonlat) for lonlat in ring] for ring in polygon] for polygon in polygons(outline)]
        is_one = len(shape) == 1
        geometry = {"type": "Polygon" if is_one else "MultiPolygon", "coordinates": shape[0] if is_one else shape}
        return _feature(area.id, geometry, {**self._properties(area.entry), **area_properties(area)})

    def mentions(
        self, entry: Entry[Place] | Entry[Line], lonlat: tuple[float, float]
    ) -> Iterator[Mapping[str, object]]:
        for mention in entry.mentions:
            own = {
                "start": mention.toponym.start,
                "end": mention.toponym.end,
                "text": mention.toponym.text,
                "sentence_start": mention.excerpt.start,
                "sentence_end": mention.excerpt.end,
            }
            properties = self._properties(replace(entry, mentions=(mention,))) | own
            yield _feature(
                f"{mention.document_id}#{mention.toponym.start}-{mention.toponym.end}", _point(lonlat), properties
            )

    def _properties(self, entry: Entry[Place] | Entry[Line]) -> dict[str, object]:
        referent, best = entry.referent, entry.best
        document = self.documents[best.document_id]
        sentences = dict.fromkeys(mention.excerpt.text for mention in entry.mentions)
        return {
            "place_id": referent.id,
            "name": referent.name,
            "name_as_written": entry.name_as_written,
            "kind": referent.kind,
            "role": entry.role,
            "country_code": referent.country_code,
            "admin1": self._admin1(referent),
            "claimed_by": (" ".join(referent.claimed_by) or None) if isinstance(referent, Place) else None,
            "mentions": len(entry.mentions),
            "asserted": entry.is_asserted,
            "confidence": round(entry.confidence, 3),
            "geo_precision": precision(referent),
            "method": _method(best.resolution),
            "why": best.resolution.why or None,
            "rivals": " | ".join(map(self._rival, rivals(best.resolution))) or None,
            **correction_properties(_correction(entry)),
            "gazetteer": referent.gazetteer,
            "gazetteer_id": referent.gazetteer_id,
            "excerpt": best.excerpt.text,
            "excerpts": " | ".join(list(sentences)[:MAX_EXCERPTS]),
            "first_char": best.toponym.start,
            "article_id": document.id,
            "source_title": document.title,
            "source_file": document.file_name,
            "source_date": document.date.isoformat() if document.date else None,
            "sha256": self.digests[document.id],
            "tool_version": self.tool_version,
        }

    def _rival(self, candidate: Candidate) -> str:
        """Return another candidate as "Paris, Texas, US (geonames:4717560) 0.12"."""
        referent = candidate.referent
        where = dict.fromkeys((referent.name, self._admin1(referent), referent.country_code))
        return f"{', '.join(filter(None, where))} ({referent.id}) {round(candidate.score, 3):g}"

    def _admin1(self, referent: Place | Line) -> str | None:
        """Return the name of the first-level unit in which a place lies, or which it is."""
        if isinstance(referent, Line) or referent.country_code is None or referent.admin1_code is None:
            return None
        return self._unit_name(referent.country_code, referent.admin1_code)

    def _unit_name(self, country_code: str | None, admin1_code: str | None = None) -> str | None:
        """Return the name of a country or of a first-level unit of it, None where it is not known."""
        if country_code is None:
            return None
        key = (country_code, admin1_code)
        if key not in self.units:
            unit = self.gazetteer.unit(*key)
            self.units[key] = unit.name if unit else None
        return self.units[key]


def _method(resolution: Resolution) -> str:
    if resolution.correction is not None:
        return "corrected"
    return "context" if resolution.candidates else "given"


def _correction(entry: Entry[Place] | Entry[Line]) -> Correction | None:
    """Return the correction of the mention that tells best, else the first."""
    corrections = (mention.resolution.correction for mention in (entry.best, *entry.mentions))
    return next((correction for correction in corrections if correction is not None), None)


def _collection(name: str, lonlats: Iterable[tuple[float, float]], features: Iterable[object]) -> Iterator[str]:
    extent = Extent.around(map(_rounded, lonlats))
    head = {"type": "FeatureCollection", "name": name} | ({"bbox": extent.bbox} if extent else {})
    yield one_line(head).removesuffix("}") + ',"features":['
    separator = "\n"
    for feature in features:
        yield separator + one_line(feature)
        separator = ",\n"
    yield "\n]}\n"


def _feature(feature_id: str, geometry: object, properties: Mapping[str, object]) -> Mapping[str, object]:
    return {"type": "Feature", "id": feature_id, "geometry": geometry, "properties": properties}


def _points(atlas: Atlas) -> Iterator[tuple[float, float]]:
    return (entry.referent.lonlat for entry in atlas.places)


def _wholes_and_sections(atlas: Atlas) -> list[Entry[Line]]:
    """List every whole line, then every section: later ones are drawn above."""
    return [*atlas.whole_lines, *(entry for entry in atlas.lines if entry.referent.is_section)]


def _vertices(drawn: Iterable[Entry[Line]]) -> Iterator[tuple[float, float]]:
    return (lonlat for entry in drawn for part in cut(entry.referent) for lonlat in part)


def _point(lonlat: tuple[float, float]) -> Mapping[str, object]:
    return {"type": "Point", "coordinates": _rounded(lonlat)}


def _course(line: Line) -> Mapping[str, object]:
    parts = [[_rounded(lonlat) for lonlat in part] for part in cut(line)]
    if len(parts) == 1:
        return {"type": "LineString", "coordinates": parts[0]}
    return {"type": "MultiLineString", "coordinates": parts}


def _rounded(lonlat: tuple[float, float]) -> tuple[float, float]:
    lon, lat = lonlat
    # Adding zero turns -0.0, to which small negative numbers are rounded, into 0.0.
    return round(lon, _DECIMALS) + 0.0, round(lat, _DECIMALS) + 0.0
