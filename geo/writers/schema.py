"""The schema: what the files for GIS tools say of each place, line, area and mention, the same in every format.

``docs/formats.md`` shows these tables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias

SCHEMA_VERSION: Final = "1.1"
"""Version of the schema and of the atlas as JSON. The first number changes when a reader of the last would err."""


class Sort(StrEnum):
    """What sort of values a field has."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    """ISO 8601 day, ``2020-03-05``."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a layer."""

    name: str
    """Its key, or the name of its column; at most 63 characters of ``a-z0-9_``."""
    sort: Sort
    """What sort of values it has."""
    meaning: str
    """What it tells, for the documentation."""
    null: str | None
    """What null means; None for a field that is never null."""


Group: TypeAlias = tuple[Field, ...]
"""Fields that are filled together."""

REFERENT: Final[Group] = (
    Field("place_id", Sort.TEXT, "stable id, `source:key`", None),
    Field("name", Sort.TEXT, "name to show, from the gazetteer", None),
    Field(
        "kind",
        Sort.TEXT,
        "continent, country, region, admin1, admin2, settlement, physical, facility, or a line: road, railway, "
        "pipeline, river, border, front",
        None,
    ),
    Field("country_code", Sort.TEXT, "ISO 3166-1 alpha-2", "lies in no single country, or unknown"),
    Field("country", Sort.TEXT, "name of that country", "`country_code` is null, or its name unknown"),
    Field(
        "admin1",
        Sort.TEXT,
        "name of the first-level unit (province, state) it lies in or is",
        "none, or unknown; always for lines",
    ),
    Field(
        "claimed_by",
        Sort.TEXT,
        "ISO codes of the states that claim a disputed place, separated by spaces",
        "nobody disputes it; always for lines",
    ),
    Field(
        "geo_precision",
        Sort.INTEGER,
        "1: settlement, facility, surveyed line. 2: somewhere in an administrative unit, in a region or natural "
        "feature of one country, or along an approximate line. 3: somewhere in a country, continent, or region of "
        "several countries (after ACLED's codes)",
        None,
    ),
    Field("gazetteer", Sort.TEXT, "where the place or course comes from", None),
    Field("gazetteer_id", Sort.TEXT, "its id there", None),
)
"""What is told of a place or line, whoever names it."""

_ROLE = (
    "literal: the place itself; demonym: its people or things; metonym: its government, team, market or people "
    '("Moscow said"); embedded: part of the name of an organisation ("University of Aleppo")'
)
_CONFIDENCE = "how likely it is that a place is named and that it is this one, 0 to 1, three decimals"
_METHOD = Field(
    "method",
    Sort.TEXT,
    "context: weighed against the other candidates in the light of the whole article; given: fixed by the caller, "
    "nothing was weighed; corrected: somebody said it in a file of corrections",
    None,
)
_WHY = Field("why", Sort.TEXT, "the reasons, strongest first, joined by `; `", "none was recorded")
_RIVALS = Field(
    "rivals",
    Sort.TEXT,
    "up to five other places that the name may mean, best first, joined by ` | `: name, first-level unit, country, "
    "`place_id` and share of the belief, as in `Paris, Texas, US (geonames:4717560) 0.12`; of what was corrected, the "
    "shares of before",
    "nothing else was weighed",
)
_ASSERTED = (
    "whether the confidence reaches the threshold (`--min-confidence`); false: a best guess, not to be told as a fact"
)

TOLD: Final[Group] = (
    Field("name_as_written", Sort.TEXT, "most frequent spelling among the mentions of that `role`", None),
    Field("role", Sort.TEXT, f"{_ROLE}. Literal when any mention is, else the most frequent", None),
    Field("mentions", Sort.INTEGER, "how often it is named", None),
    Field("asserted", Sort.BOOLEAN, _ASSERTED, None),
    Field("confidence", Sort.NUMBER, f"that of its surest mention: {_CONFIDENCE}", None),
    _METHOD,
    _WHY,
    _RIVALS,
    Field(
        "corrected_by",
        Sort.TEXT,
        'who corrected what the name means, of the mention in `excerpt`, else of the first that was; "unknown" where '
        "the correction does not say",
        "nobody did",
    ),
    Field("correction_note", Sort.TEXT, "why", "nobody corrected it, or gave no reason"),
    Field(
        "excerpt",
        Sort.TEXT,
        "the sentence that shows best why it is on the map: of its most certain mention, an asserted one before "
        "others, then a literal one",
        None,
    ),
    Field("excerpts", Sort.TEXT, "up to five different sentences, joined by ` | `", None),
    Field(
        "first_char",
        Sort.INTEGER,
        "offset of the name in the article, in code points, for the mention in `excerpt`",
        None,
    ),
)
"""What all mentions together tell of it."""

SOURCE: Final[Group] = (
    Field("article_id", Sort.TEXT, "the document of the mention in `excerpt`", None),
    Field("source", Sort.TEXT, "its publisher", "it does not say"),
    Field("source_title", Sort.TEXT, "its title", "it has none"),
    Field("source_author", Sort.TEXT, "who wrote it, in its own words", "it does not say"),
    Field("source_file", Sort.TEXT, "its file, without folders", "standard input, or no file"),
    Field(
        "source_date",
        Sort.DATE,
        "ISO 8601 day of publication, as in 2020-03-05: the record's `date`, else that of `--date`",
        "not known",
    ),
    Field("source_url", Sort.TEXT, "its address on the web; http or https where it was read from a file", "not known"),
    Field(
        "language",
        Sort.TEXT,
        "ISO 639-1 code of its language, else the ISO 639-3 code",
        "it cannot be told, as of a short text",
    ),
    Field("sha256", Sort.TEXT, "of the article's text in UTF-8: which text the offsets count in", None),
    Field("tool_version", Sort.TEXT, "version of placelines that read it; of several, separated by spaces", None),
)
"""In which document."""

LINE: Final[Group] = (
    Field(
        "part",
        Sort.TEXT,
        "whole: all of it that the source has; section: the part between two places that the text names",
        None,
    ),
    Field("road_ref", Sort.TEXT, "number on its signs", "it has none"),
    Field(
        "road_name",
        Sort.TEXT,
        'its own name, beside or instead of a number ("Karakoram Highway")',
        "it has none, or unknown",
    ),
    Field("section_from", Sort.TEXT, "where the section begins, in the order of the text", "a whole line"),
    Field("section_to", Sort.TEXT, "where it ends", "a whole line"),
    Field(
        "via",
        Sort.TEXT,
        "other places that the text sets on it, in the order of the text, joined by ` | `",
        "the text names none",
    ),
    Field("length_km", Sort.NUMBER, "geodesic length of the drawn course, of one carriageway, one decimal", "unknown"),
    Field(
        "course",
        Sort.TEXT,
        "how it is known, best first. surveyed: from a detailed data set; generalised: drawn for small maps, off by a "
        "kilometre or more; routed: the shortest way by main roads between the ends, perhaps not the road meant; "
        "schematic: straight from town to town along a hand-kept list; inferred: straight between the ends that the "
        "text names",
        None,
    ),
    Field(
        "geometry_source",
        Sort.TEXT,
        "where the course comes from. user_file: the user's own file; osm_extract: an imported extract of "
        "OpenStreetMap; overpass: OpenStreetMap, asked online; natural_earth: Natural Earth, imported; areas: the "
        "areas of countries in the gazetteer; highways: the hand-kept list of towns; text: the ends that the text "
        "names",
        None,
    ),
    Field(
        "osm_ids",
        Sort.TEXT,
        "the ways and relations of OpenStreetMap it is made of, sorted, separated by spaces: `way/24981342`; of a "
        "section, those of the whole",
        "not from OpenStreetMap, or unknown",
    ),
    Field("attribution", Sort.TEXT, "what the licence of the course asks to be shown with it", "it asks for nothing"),
)
"""What is told only of roads and other lines."""

AREA: Final[Group] = (
    Field(
        "area",
        Sort.TEXT,
        "how it lies to its place. offset: at a distance in a direction, a circle; ring: at a distance in no "
        "direction; within: at most a distance away, a disc, or a band along a line; sector: in a direction at no "
        "distance, a fan of 90 degrees; corridor: between two settlements, or along a line, a band",
        None,
    ),
    Field("area_as_written", Sort.TEXT, "how the text says it: `20 km (12 miles) north-east of Idlib`", None),
    Field(
        "distance_m",
        Sort.INTEGER,
        "the distance that the text gives, in metres; of a range its middle",
        "it gives none",
    ),
    Field(
        "bearing_deg",
        Sort.NUMBER,
        "the direction that it gives, in degrees clockwise from north",
        "it gives none",
    ),
    Field(
        "radius_m",
        Sort.INTEGER,
        "radius of a circle or disc, reach of a sector, half of the breadth of a ring or band, in metres",
        None,
    ),
    Field("other_id", Sort.TEXT, "`place_id` of the second place of a corridor", "no corridor between places"),
    Field("other_name", Sort.TEXT, "its name", "no corridor between places"),
)
"""What is told only of areas near a place."""

APPROXIMATE: Final[Group] = (
    Field("approximate", Sort.BOOLEAN, "true for every course that is not surveyed, and for every area", None),
)
"""Whether a line or area lies only about there."""

_SPAN: Final[Group] = (
    Field("start", Sort.INTEGER, "offset of the name in the article, in code points", None),
    Field("end", Sort.INTEGER, "one past its last code point", None),
    Field("text", Sort.TEXT, "the name as written", None),
    Field("role", Sort.TEXT, _ROLE, None),
)
_SENTENCE: Final[Group] = (
    Field("excerpt", Sort.TEXT, "the sentence it stands in", None),
    Field("sentence_start", Sort.INTEGER, "offset of that sentence", None),
    Field("sentence_end", Sort.INTEGER, "one past the end of it", None),
)

MENTION: Final[Group] = (
    *_SPAN,
    Field("asserted", Sort.BOOLEAN, _ASSERTED, None),
    Field("confidence", Sort.NUMBER, _CONFIDENCE, None),
    _METHOD,
    _WHY,
    _RIVALS,
    Field(
        "corrected_by",
        Sort.TEXT,
        'who corrected what the name means; "unknown" where the correction does not say',
        "nobody did",
    ),
    Field("correction_note", Sort.TEXT, "why", "nobody corrected it, or gave no reason"),
    *_SENTENCE,
)
"""What a single mention tells."""

UNLOCATED: Final[Group] = (
    *_SPAN,
    Field("kind", Sort.TEXT, "road, railway, pipeline, river, border or front", "no line, or only a place could tell"),
    Field(
        "certainty",
        Sort.NUMBER,
        "how likely it is that a place is named at all, 0 to 1, three decimals",
        None,
    ),
    Field("why", Sort.TEXT, "why it is on no map", "no reason was recorded"),
    Field("rivals", Sort.TEXT, "what it may mean, as in the other layers", "nothing known"),
    Field("corrected_by", Sort.TEXT, "who said that it is not known where it lies", "nobody did"),
    Field("correction_note", Sort.TEXT, "why", "nobody corrected it, or gave no reason"),
    *_SENTENCE,
)
"""What a mention tells of which nobody knows where it is."""

LAYERS: Final[dict[str, tuple[Group, ...]]] = {
    "places": (REFERENT, TOLD, SOURCE),
    "lines": (REFERENT, LINE, APPROXIMATE, TOLD, SOURCE),
    "areas": (REFERENT, AREA, APPROXIMATE, TOLD, SOURCE),
    "mentions": (REFERENT, SOURCE, MENTION),
    "unlocated": (SOURCE, UNLOCATED),
}
"""The groups of fields of each layer."""
LOCATED: Final = ("places", "lines", "areas", "mentions")
"""The layers that have a geometry."""

_OF_SOME = (LINE, AREA, APPROXIMATE)
ENTRIES: Final[tuple[Group, ...]] = (
    (Field("layer", Sort.TEXT, "places, lines or areas", None),),
    *(REFERENT, TOLD, SOURCE),
    *(tuple(replace(field, null=field.null or "in other layers") for field in group) for group in _OF_SOME),
)
"""Those of places, lines and areas in one table; what only some of them have is null for the others."""
