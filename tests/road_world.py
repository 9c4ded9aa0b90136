"""Places and roads of Syria and Britain for tests of what a text's roads mean."""

from __future__ import annotations

from collections.abc import Sequence

from shapely import LineString, MultiPolygon, box

from geo.errors import GeocodingError
from geo.gazetteers import Gazetteer
from geo.model import Course, Kind, Origin, Place, Resolution, Toponym
from geo.provenance import Source
from geo.recognizers.roads import recognize_roads
from geo.resolvers.roads import RoadResolver
from geo.roads import Road, RoadSource, Sought, road_id

ALEPPO = Place("geonames:170063", "Aleppo", Kind.SETTLEMENT, 37.161, 36.201, "PPLA", "SY")
LATAKIA = Place("geonames:173576", "Latakia", Kind.SETTLEMENT, 35.791, 35.531, "PPLA", "SY")
SARAQIB = Place("geonames:164816", "Saraqib", Kind.SETTLEMENT, 36.806, 35.864, "PPL", "SY")
HAMA = Place("geonames:170017", "Hama", Kind.SETTLEMENT, 36.758, 35.132, "PPLA", "SY")
READING = Place("geonames:2639577", "Reading", Kind.SETTLEMENT, -0.971, 51.456, "PPLA2", "GB")
PARIS = Place("geonames:2988507", "Paris", Kind.SETTLEMENT, 2.35, 48.85, "PPLC", "FR")
SYRIA = Place("geonames:163843", "Syria", Kind.COUNTRY, 38.0, 35.0, "PCLI", "SY")
TURKEY = Place("geonames:298795", "Turkey", Kind.COUNTRY, 34.9, 39.1, "PCLI", "TR")

PLACES = {
    "Aleppo": ALEPPO,
    "Latakia": LATAKIA,
    "Saraqib": SARAQIB,
    "Hama": HAMA,
    "Reading": READING,
    "Paris": PARIS,
    "Syria": SYRIA,
    "Syrian": SYRIA,
    "Turkish": TURKEY,
    "Turkey": TURKEY,
}
COUNTRIES = {"SY": SYRIA, "TR": TURKEY, "GB": Place("geonames:2635167", "United Kingdom", Kind.COUNTRY, -2.7, 54.8)}

SYRIAN_M4 = LineString([(35.791, 35.531), (36.806, 35.864), (37.161, 36.201), (41.231, 37.052)])
BRITISH_M4 = LineString([(-0.126, 51.509), (-0.971, 51.456), (-3.943, 51.621)])


def road(country_code: str, ref: str, geometry: LineString, **more: object) -> Road:
    """Return a road as a hand-kept list has it."""
    usual: dict[str, object] = {
        "kind": Kind.ROAD,
        "name": None,
        "course": Course.SCHEMATIC,
        "origin": Origin.HIGHWAYS,
        "source": "test",
    }
    return Road(
        id=road_id(Kind.ROAD, country_code, ref),
        ref=ref,
        country_code=country_code,
        geometry=geometry,
        **usual | more,  # type: ignore[arg-type]  # the fields of a road
    )


ROADS = (road("GB", "M4", BRITISH_M4), road("SY", "M4", SYRIAN_M4))


class World:
    """Names and shapes of countries: all that is asked of a gazetteer here."""

    def unit(self, country_code: str, admin1_code: str | None = None, admin2_code: str | None = None) -> Place | None:
        """Return a country."""
        return COUNTRIES.get(country_code)

    def shape(self, code: str) -> MultiPolygon | None:
        """Return a box around Syria, and nothing for other countries."""
        return MultiPolygon([box(35.7, 32.3, 42.4, 37.3)]) if code == "SY" else None


class Roads:
    """A source of given roads that remembers what it was asked."""

    def __init__(
        self, roads: Sequence[Road] = ROADS, *, between: Sequence[Road] = (), origin: Origin = Origin.HIGHWAYS
    ) -> None:
        self.roads = roads
        self.ways = between
        self.origin = origin
        self.asked: list[Sought] = []

    @property
    def described(self) -> tuple[Source, ...]:
        """Return what it is called."""
        return (Source("test"),)

    def named(self, sought: Sought) -> Sequence[Road]:
        """Return those with the number."""
        self.asked.append(sought)
        return [one for one in self.roads if one.label in sought.keys and one.kind is sought.kind]

    def between(self, kind: Kind, start_lonlat: tuple[float, float], end_lonlat: tuple[float, float]) -> Sequence[Road]:
        """Return the given ways."""
        return [one for one in self.ways if one.kind is kind]


class Broken(Roads):
    """A service that never answers."""

    def named(self, sought: Sought) -> Sequence[Road]:
        """Fail."""
        super().named(sought)
        raise GeocodingError("overpass.test did not answer: HTTP 504")


def resolved(text: str, *sources: RoadSource, confidence: float = 0.9) -> list[Resolution]:
    """Resolve the roads of a text in which every name of `PLACES` is that place."""
    toponyms: list[Toponym] = []
    for name in sorted(PLACES, key=len, reverse=True):
        start = text.find(name)
        while start >= 0:
            if not any(one.start <= start < one.end for one in toponyms):
                toponyms.append(Toponym(start, start + len(name), name))
            start = text.find(name, start + 1)
    toponyms.sort()
    known = [Resolution(toponym, PLACES[toponym.text], confidence) for toponym in toponyms]
    gazetteer: Gazetteer = World()  # type: ignore[assignment]  # has what is asked for
    return RoadResolver(sources or [Roads()], gazetteer).resolve(recognize_roads(text, toponyms), known)
