"""The nouns of the house: what a text holds, what a gazetteer knows, and what was decided.

Everything here is an immutable value, compared by value and safe to pickle. Unknown is ``None``, never ``0`` or ``""``.
Text offsets count Unicode code points, half-open ``[start, end)``, into `Document.text` unchanged.
"""

from __future__ import annotations

import datetime
import hashlib
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from .extent import Extent

if TYPE_CHECKING:
    from shapely.geometry import LineString, MultiLineString


class Geometry(TypedDict):
    """A GeoJSON geometry (RFC 7946 section 3.1): longitude first."""

    type: str
    coordinates: object


class Kind(StrEnum):
    """What sort of thing a referent is."""

    CONTINENT = "continent"
    COUNTRY = "country"
    REGION = "region"
    ADMIN1 = "admin1"
    ADMIN2 = "admin2"
    SETTLEMENT = "settlement"
    PHYSICAL = "physical"
    FACILITY = "facility"
    ROAD = "road"
    RAILWAY = "railway"
    PIPELINE = "pipeline"
    RIVER = "river"
    BORDER = "border"
    FRONT = "front"
    """A front, ceasefire or demarcation line."""


LINE_KINDS = frozenset({Kind.ROAD, Kind.RAILWAY, Kind.PIPELINE, Kind.RIVER, Kind.BORDER, Kind.FRONT})
"""Kinds of referents that are lines and not points."""


class Role(StrEnum):
    """What a toponym does in its sentence."""

    LITERAL = "literal"
    """It names the place itself."""
    DEMONYM = "demonym"
    """It names people or things of the place: "Syrian", "Parisians"."""
    METONYM = "metonym"
    """It names the government, team, market or people: "Ankara denied it"."""
    EMBEDDED = "embedded"
    """It is part of the name of an organisation: "University of Aleppo"."""


class Course(StrEnum):
    """How a line's course on the ground is known, best first."""

    SURVEYED = "surveyed"
    """Geometry from a detailed data set, such as OpenStreetMap or the user's own."""
    GENERALISED = "generalised"
    """Geometry drawn for small maps, such as Natural Earth's at 1:10 million: off by a kilometre or more."""
    ROUTED = "routed"
    """The shortest way along main roads between the ends named: real roads, but perhaps not the ones meant."""
    SCHEMATIC = "schematic"
    """Straight from town to town along a hand-kept list of the towns it passes."""
    INFERRED = "inferred"
    """A straight line between the two ends that the text names."""


class Origin(StrEnum):
    """Where a line's course comes from, in the order in which sources are asked."""

    USER_FILE = "user_file"
    """The user's own file."""
    OSM_EXTRACT = "osm_extract"
    """An extract of OpenStreetMap that the user imported."""
    OVERPASS = "overpass"
    """OpenStreetMap, asked online."""
    NATURAL_EARTH = "natural_earth"
    """Natural Earth, imported by the user."""
    AREAS = "areas"
    """The areas of countries in the gazetteer, for their borders."""
    HIGHWAYS = "highways"
    """The hand-kept list of the towns along a road."""
    TEXT = "text"
    """The text alone, which names the ends."""


@dataclass(frozen=True, slots=True)
class Document:
    """One article: its text and where it came from."""

    id: str
    """Name of the document, unique within a run."""
    text: str
    """The text that every offset refers to."""
    title: str | None = None
    """Headline, where the source says which it is."""
    source: str | None = None
    """Publisher or feed, in words."""
    file_name: str | None = None
    """Name of the file that it was read from, without folders; None for standard input."""
    given_spans: tuple[tuple[int, int], ...] | None = None
    """Toponym spans ``(start, end)`` that came with the record; None when it brought none."""
    date: datetime.date | None = None
    """Day it was published; None when unknown."""
    author: str | None = None
    """Who wrote it, in words; None when unknown."""
    url: str | None = None
    """Address where it can be read; None when unknown. Hostile like all text: no link unless it is http or https."""
    language: str | None = None
    """ISO 639-1 code of the language of the text, else its ISO 639-3 code; None when it cannot be told."""

    @property
    def sha256(self) -> str:
        """Hex digest of the text in UTF-8, to prove which text the offsets refer to."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, order=True)
class Toponym:
    """A place name found in a text."""

    start: int
    """First code point."""
    end: int
    """One past the last code point."""
    text: str
    """The name as written: ``document.text[start:end]``."""
    kind: Kind | None = None
    """One of `LINE_KINDS` for a road or another line; None when only the gazetteer can tell."""
    label: str | None = None
    """Label of the statistical model for this span ("GPE", "ORG", ...), None when it gave none."""
    certainty: float = 1.0
    """How sure the recogniser is that this names a place at all, 0 to 1."""
    lemma: str | None = None
    """The name in the form in which dictionaries and gazetteers have it, where a text inflects it; else None."""

    @property
    def sought(self) -> str:
        """The name to look up."""
        return self.lemma or self.text

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or len(self.text) != self.end - self.start:
            raise ValueError(f"toponym offsets [{self.start}, {self.end}) do not fit the text {self.text!r}")
        _check_share(self.certainty, f"certainty of {self.text!r}")


_OWN_SOURCE = "placelines:"
ONLINE_SOURCES = ("osm:", "nominatim:", "pelias:", "geopy:")
"""How the ids of places begin that online geocoders found: no gazetteer knows them."""
_BULK_SOURCES = (*ONLINE_SOURCES, "geonames:", "census:", "postal:", "iata:")
"""How the ids of places begin that nobody picked, and of those that placelines keeps by hand."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a gazetteer knows it. Its point is a label point: for a country it says nothing about extent."""

    id: str
    """Stable id, ``source:key``, e.g. ``geonames:169389``."""
    name: str
    """Name to show."""
    kind: Kind
    """Sort of place."""
    lon: float
    """Longitude of the label point, degrees, WGS 84."""
    lat: float
    """Latitude of the label point, degrees, WGS 84."""
    feature_code: str | None = None
    """GeoNames feature code (``PPLC``, ``ADM1``, ``PCLI``, ...), see geonames.org/export/codes.html."""
    country_code: str | None = None
    """ISO 3166-1 alpha-2 code."""
    admin1_code: str | None = None
    """GeoNames code of the first-level unit inside its country, without the country: ``12``."""
    admin2_code: str | None = None
    """GeoNames code of the second-level unit inside its first-level unit."""
    population: int | None = None
    """Inhabitants; None when unknown (GeoNames writes 0 for that)."""
    gazetteer: str = "GeoNames"
    """Name of the gazetteer, to print beside the id."""
    extent: Extent | None = None
    """Box around all of it; None when unknown. A sea or a country is named far from its label point."""
    claimed_by: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2 codes of the states that dispute it, sorted; empty for what nobody disputes."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lon) and math.isfinite(self.lat) and abs(self.lon) <= 180 and abs(self.lat) <= 90):
            raise ValueError(f"{self.id}: point ({self.lon!r}, {self.lat!r}) is not longitude, latitude on the globe")

    @property
    def lonlat(self) -> tuple[float, float]:
        """The label point as (longitude, latitude)."""
        return self.lon, self.lat

    @property
    def gazetteer_id(self) -> str:
        """The id inside the gazetteer: what follows the colon of `id`."""
        return self.id.partition(":")[2]

    @property
    def rank(self) -> tuple[int, str]:
        """What places of one name are sorted by: largest population first, then by id."""
        return -(self.population or 0), self.id

    @property
    def is_hand_kept(self) -> bool:
        """Whether people put it on a list because news or work speaks of it, unlike what comes by the thousand."""
        return not self.id.startswith(_BULK_SOURCES)

    @property
    def is_listed_by_user(self) -> bool:
        """Whether it is on a list that the user installed: what the work at hand is about."""
        return self.is_hand_kept and not self.id.startswith(_OWN_SOURCE)

    @property
    def is_capital(self) -> bool:
        """Whether it is the capital of a country."""
        return self.feature_code == "PPLC"

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        return {"type": "Point", "coordinates": self.lonlat}


@dataclass(frozen=True, slots=True)
class Line:
    """A road or another line, or the section of one that a text speaks of."""

    id: str
    """Stable id, the same whatever its course comes from: ``road:SY-M4``, of a section ``road:SY-M4/170063-173576``."""
    name: str
    """Name to show, e.g. "M4 Aleppo - Latakia"."""
    kind: Kind
    """Sort of line."""
    geometry: LineString | MultiLineString
    """Course, longitude/latitude, WGS 84."""
    course: Course
    """How the course is known."""
    ref: str | None = None
    """Number on the road's signs: ``M4``."""
    country_code: str | None = None
    """ISO 3166-1 alpha-2 code of the country whose road this is."""
    ends: tuple[Place, Place] | None = None
    """The two places between which the section lies, in the order of the text; None for a whole road."""
    length_m: float | None = None
    """Geodesic length in metres, of one carriageway."""
    gazetteer: str = "placelines"
    """Where the course comes from, to print beside the id."""
    road_name: str | None = None
    """Name of the road itself where it has one beside its number: "Karakoram Highway"."""
    origin: Origin = Origin.TEXT
    """What sort of source the course comes from."""
    attribution: str | None = None
    """What the licence of that source asks to be shown with it; None when it asks for nothing."""
    osm_ids: tuple[str, ...] = ()
    """The ways and relations of OpenStreetMap it is made of, sorted: ``way/24981342``."""
    via: tuple[Place, ...] = ()
    """Other places that the text sets on it, in the order of the text."""
    whole: Line | None = None
    """The whole road of which this is a section; None for a whole one."""

    @property
    def gazetteer_id(self) -> str:
        """The id inside the source: what follows the colon of `id`."""
        return self.id.partition(":")[2]

    @property
    def is_section(self) -> bool:
        """Whether it is no whole road, but lies between two places, or is known to be a part of one."""
        return self.ends is not None or self.whole is not None

    @property
    def whole_line(self) -> Line | None:
        """The whole road that it is, or is a section of; None for a section of which the whole is not known."""
        return self.whole if self.is_section else self

    @property
    def is_approximate(self) -> bool:
        """Whether the drawn course is not the road's surveyed course."""
        return self.course is not Course.SURVEYED

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        shape = self.geometry.__geo_interface__
        return {"type": shape["type"], "coordinates": shape["coordinates"]}


Referent: TypeAlias = Place | Line
"""What a toponym means: a place or a line."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A referent that a toponym may mean, with its share of the belief."""

    referent: Referent
    """The place or line."""
    score: float
    """Share of the belief among this toponym's candidates, 0 to 1."""

    def __post_init__(self) -> None:
        _check_share(self.score, f"score of {self.referent.id}")


@dataclass(frozen=True, slots=True)
class Correction:
    """That somebody said what a toponym means, and why: it outweighs everything that was worked out."""

    note: str | None = None
    """The reason, in the words of whoever corrected it; None when none was given."""
    author: str | None = None
    """Who corrected it; None when that was not said."""
    date: datetime.date | None = None
    """Day of the correction; None when that was not said."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was decided about one toponym, how sure that is, and why."""

    toponym: Toponym
    """The name in the text."""
    referent: Referent | None
    """What it means; None when nothing fitted well enough."""
    confidence: float
    """0 to 1; 0 when there is no referent."""
    role: Role = Role.LITERAL
    """What the name does in its sentence."""
    candidates: tuple[Candidate, ...] = ()
    """Everything it may mean, best first, the referent included."""
    evidence: tuple[str, ...] = ()
    """The reasons in words, strongest first."""
    is_asserted: bool = True
    """Whether it is sure enough to be told as a fact; what is not is shown as uncertain."""
    correction: Correction | None = None
    """Who said that this is what it means; None when nobody did and it was worked out."""

    def __post_init__(self) -> None:
        _check_share(self.confidence, f"confidence of {self.toponym.text!r}")

    @property
    def why(self) -> str:
        """The evidence as one line: "exact name; capital; 3 rivals"."""
        return "; ".join(self.evidence)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a document around a toponym, to show why it is on the map."""

    start: int
    """First code point of the excerpt in the document."""
    end: int
    """One past the last code point."""
    text: str
    """``document.text[start:end]``, unchanged."""


class VicinitySort(StrEnum):
    """How an area lies to the place that it is told by."""

    OFFSET = "offset"
    """At a distance in a direction: "20 km north-east of Idlib"; a circle."""
    RING = "ring"
    """At a distance in no direction: "20 km from Idlib"; a ring."""
    WITHIN = "within"
    """At most a distance away: "within 20 km of Idlib"; a disc, or a band along a line."""
    SECTOR = "sector"
    """In a direction at no distance: "north of Idlib"; a fan."""
    CORRIDOR = "corridor"
    """Between two places, or along a line; a band."""


@dataclass(frozen=True, slots=True)
class Vicinity:
    """An area near a place or line that a text tells of by it, approximate in every way."""

    sort: VicinitySort
    """How it lies to the place."""
    start: int
    """First code point of the words that say so in the document, without the name of the place."""
    end: int
    """One past the last of them; of a corridor one past the second name."""
    text: str
    """``document.text[start:end]``: "20 km (12 miles) north-east of", "between Kharkiv and Izium"."""
    radius_m: float
    """Radius of a circle or disc, reach of a sector, half of the breadth of a ring or band; metres."""
    distance_m: float | None = None
    """Distance from the place that the text gives, in metres; of a range its middle. None where it gives none."""
    bearing_deg: float | None = None
    """Direction from the place, degrees clockwise from north; None where the text gives none."""
    other: Place | None = None
    """The other end of a corridor between two places."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.radius_m) and self.radius_m > 0):
            raise ValueError(f"radius of {self.text!r} is {self.radius_m!r}, not more than 0")

    @property
    def measure(self) -> tuple[str, float, float, float, str]:
        """What it has in common with other words for the same area near the same place."""
        distance, bearing = self.distance_m or 0.0, self.bearing_deg or 0.0
        return self.sort, distance, bearing, self.radius_m, self.other.id if self.other else ""


@dataclass(frozen=True, slots=True)
class Mention:
    """One toponym of one document with what was decided about it and the sentence it stands in."""

    document_id: str
    """`Document.id`."""
    resolution: Resolution
    """The decision."""
    excerpt: Excerpt
    """The sentence."""
    vicinity: Vicinity | None = None
    """The area near the referent that the sentence speaks of; None where it means the place itself."""

    @property
    def toponym(self) -> Toponym:
        """The name in the text."""
        return self.resolution.toponym

    @property
    def mark(self) -> tuple[int, int]:
        """Where the name stands inside ``excerpt.text``, half-open."""
        return self.toponym.start - self.excerpt.start, self.toponym.end - self.excerpt.start


def _check_share(value: float, what: str) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{what} is {value!r}, not between 0 and 1")
