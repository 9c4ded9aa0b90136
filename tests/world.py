"""A corner of the world for tests: places around Idlib, the road M4, an article about them, and its atlas."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from shapely import LineString, MultiPolygon

from geo.atlas import Atlas
from geo.excerpts import excerpt, sentences
from geo.extent import Extent
from geo.gazetteers import NamedPlace
from geo.model import Candidate, Course, Document, Kind, Line, Mention, Place, Referent, Resolution, Role, Toponym
from geo.provenance import Run, Source

IDLIB = Place("geonames:169389", "Idlib", Kind.SETTLEMENT, 36.633931, 35.930620, "PPLA", "SY", "12", population=128840)
IDLIB_PROVINCE = Place("geonames:169387", "Idlib Governorate", Kind.ADMIN1, 36.66, 35.83, "ADM1", "SY", "12")
ALEPPO = Place(
    "geonames:170063", "Aleppo", Kind.SETTLEMENT, 37.161170, 36.201240, "PPLA", "SY", "09", population=1602264
)
LATAKIA = Place("geonames:173576", "Latakia", Kind.SETTLEMENT, 35.790110, 35.531490, "PPLA", "SY", "02")
SYRIA = Place("geonames:163843", "Syria", Kind.COUNTRY, 38.5, 35.0, "PCLI", "SY")
M4 = Line(
    "highways:SY-M4",
    "M4 Aleppo – Latakia",
    Kind.ROAD,
    LineString([ALEPPO.lonlat, (36.4, 35.8), LATAKIA.lonlat]),
    Course.SCHEMATIC,
    ref="M4",
    country_code="SY",
    ends=(ALEPPO, LATAKIA),
    length_m=151234.5,
)

UNITS: dict[tuple[str, str | None], str] = {
    ("SY", None): "Syria",
    ("SY", "02"): "Latakia Governorate",
    ("SY", "09"): "Aleppo Governorate",
    ("SY", "12"): "Idlib Governorate",
}

MIN_CONFIDENCE = 0.75
"""Confidence from which the mentions of this world are asserted."""

RUN = Run(
    tool_version="0.1.0",
    model="none",
    weights="5e" * 32,
    min_confidence=MIN_CONFIDENCE,
    gazetteers=(Source("GeoNames", "2026-01-02", "Place data © GeoNames (geonames.org), CC BY 4.0"),),
    roads=(Source("highways of placelines", "7c" * 32),),
)
"""With what the articles of this world were read."""

ARTICLE = Document(
    "ceasefire",
    "Ceasefire holds\n"
    "Idlib was quiet. Syrian troops hold the M4 highway, which links Aleppo and Latakia.\n"
    "Nobody has left Idlib for Xyzzyville.",
    title="Ceasefire holds",
    source="The Daily",
    file_name="ceasefire.txt",
)


@dataclass
class EmptyGazetteer:
    """A gazetteer that knows nothing, for tests to build on."""

    name: str = "GeoNames"
    version: str = "test"

    def lookup(self, key: str) -> Sequence[NamedPlace]:
        return ()

    def spelled_like(self, key: str, countries: Collection[str]) -> Sequence[NamedPlace]:
        return ()

    def keys_like(self, key: str, distance: int) -> Sequence[tuple[int, str]]:
        return ()

    def keys_in_other_scripts(self, place_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        return {}

    def get(self, place_id: str) -> Place | None:
        return None

    def unit(self, country_code: str, admin1_code: str | None = None, admin2_code: str | None = None) -> Place | None:
        return None

    def units_at(self, lonlat: tuple[float, float]) -> tuple[str, ...]:
        return ()

    def shape(self, code: str) -> MultiPolygon | None:
        return None

    def largest_in(self, extent: Extent, limit: int, *, kinds: Collection[Kind] = ()) -> Sequence[Place]:
        return ()

    def nearest(
        self,
        lonlat: tuple[float, float],
        limit: int,
        *,
        kinds: Collection[Kind] = (),
        within_km: float = 500.0,
    ) -> Sequence[Place]:
        return ()


@dataclass
class SmallGazetteer(EmptyGazetteer):
    """A gazetteer of the places of this module."""

    places: tuple[Place, ...] = field(default=(IDLIB, IDLIB_PROVINCE, ALEPPO, LATAKIA, SYRIA))

    def get(self, place_id: str) -> Place | None:
        return next((place for place in self.places if place.id == place_id), None)

    def unit(self, country_code: str, admin1_code: str | None = None, admin2_code: str | None = None) -> Place | None:
        wanted = Kind.ADMIN1 if admin1_code else Kind.COUNTRY
        of_kind = (place for place in self.places if place.kind is wanted and place.country_code == country_code)
        return next((place for place in of_kind if place.admin1_code == admin1_code), None)


def mention(
    document: Document,
    name: str,
    referent: Referent | None,
    *,
    after: int = 0,
    confidence: float = 0.9,
    role: Role = Role.LITERAL,
    rivals: Sequence[Candidate] = (),
) -> Mention:
    """Mention a name of a document, the first one behind an offset, asserted from `MIN_CONFIDENCE` on."""
    start = document.text.index(name, after)
    toponym = Toponym(start, start + len(name), name)
    candidates = (Candidate(referent, confidence), *rivals) if referent else tuple(rivals)
    if not referent:
        confidence = 0.0
    evidence = ("exact name",) if referent else ()
    resolution = Resolution(toponym, referent, confidence, role, candidates, evidence, confidence >= MIN_CONFIDENCE)
    within = sentences(document.text)
    return Mention(document.id, resolution, excerpt(document.text, start, start + len(name), within=within))


def atlas_of(document: Document) -> Atlas:
    """Return what a geoparser should make of the article, or of any text with some of its names in it."""
    known: dict[str, Referent | None] = {
        "Idlib": IDLIB,
        "Aleppo": ALEPPO,
        "Latakia": LATAKIA,
        "M4": M4,
        "Xyzzyville": None,
    }
    found = [mention(document, name, referent) for name, referent in known.items() if name in document.text]
    if "Syrian" in document.text:
        found.append(mention(document, "Syrian", SYRIA, role=Role.DEMONYM, confidence=0.8))
    second = document.text.find("Idlib", document.text.find("Idlib") + 1)
    if second >= 0:
        found.append(mention(document, "Idlib", IDLIB, after=second, confidence=0.6))
    return Atlas([document], found, units=UNITS, runs=[RUN])
