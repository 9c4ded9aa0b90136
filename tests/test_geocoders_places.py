"""Photon and Pelias, and where every service of ours is asked to look."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.cache import ReplyCache
from geo.errors import GeocodingError, OptionError
from geo.extent import Extent
from geo.geocoders import NominatimGeocoder, PeliasGeocoder, PhotonGeocoder, pelias, photon
from geo.geocoders.hints import Answer, Hints
from geo.geocoders.keys import Key
from geo.geocoders.place_service import PlaceService
from geo.model import Kind, Place
from geo.provenance import Source
from tests.asking import SOME_FAULTS, TIMEOUT_S, TIMEOUTS_S, WIRE_FAULTS, kept_rows, online
from tests.fakeserver import FakeServer
from tests.place_replies import BAD_REPLIES, PELIAS, PHOTON, collection, with_properties
from tests.strategies import json_values

SYRIA = Hints(("SY", "TR"), Extent(35.2, 34.0, 41.9, 37.5))
SERVICES: dict[str, type[NominatimGeocoder | PhotonGeocoder | PeliasGeocoder]] = {
    "nominatim": NominatimGeocoder,
    "photon": PhotonGeocoder,
    "pelias": PeliasGeocoder,
}
Make = Callable[..., PlaceService]


@pytest.fixture
def make(server: FakeServer, tmp_path: Path) -> Iterator[Make]:
    """Return a maker of services, each with a cache object of its own on one folder, as separate runs have."""
    caches: list[ReplyCache] = []

    def make_service(name: str, mode: str) -> PlaceService:
        caches.append(ReplyCache(tmp_path / "cache"))
        return SERVICES[name](
            caches[-1],
            url=server.url(mode),
            timeout_s=TIMEOUTS_S.get(mode, TIMEOUT_S),
            retries=0,
            interval_s=0,
        )

    yield make_service
    for cache in caches:
        cache.close()


def asked(server: FakeServer) -> list[dict[str, str]]:
    """Return what went out, without what every service is told."""
    queries = [parse_qs(urlsplit(path).query) for _, _, _, path in server.log]
    common = {"format", "limit", "accept-language", "addressdetails", "lang"}
    return [{name: value for name, (value,) in query.items() if name not in common} for query in queries]


# --- answers ----------------------------------------------------------------------------------------------------------


@online
@pytest.mark.parametrize(
    ("name", "place"),
    [
        (
            "photon",
            Place(
                "osm:node/26",
                "Ballyvaughan",
                Kind.SETTLEMENT,
                -9.1483,
                53.1157,
                country_code="IE",
                gazetteer="OpenStreetMap (Photon)",
            ),
        ),
        (
            "pelias",
            Place(
                "pelias:whosonfirst:locality:101751737",
                "Ballyvaughan",
                Kind.SETTLEMENT,
                -9.1483,
                53.1157,
                country_code="IE",
                gazetteer="Pelias",
            ),
        ),
    ],
)
def test_an_answer_is_places_and_the_second_run_asks_nothing(
    make: Make, server: FakeServer, name: str, place: Place
) -> None:
    assert make(name, name).search("Ballyvaughan") == Answer((place,))
    assert make(name, name).search("  BALLYVAUGHAN ") == Answer((place,))
    assert server.count(name) == 1


@online
@pytest.mark.parametrize("name", ["photon", "pelias"])
def test_no_such_place_is_an_answer_and_not_asked_again(
    make: Make, server: FakeServer, tmp_path: Path, name: str
) -> None:
    for _ in range(2):
        assert make(name, f"{name}none").search("Xyzzyville") == Answer()
    assert server.count(f"{name}none") == 1
    assert kept_rows(tmp_path) == [("xyzzyville", "miss")]


@online
def test_only_the_name_and_the_language_go_out(make: Make, server: FakeServer) -> None:
    make("photon", "photonnone").search(" A Rua da Sa\u0303o & [x=y]\n")
    make("pelias", "peliasnone").search("Paris")
    (*_, photons), (*_, peliass) = server.log
    assert urlsplit(photons).path == "/photonnone/api"
    assert parse_qs(urlsplit(photons).query) == {"q": ["A Rua da São & [x=y]"], "limit": ["5"], "lang": ["en"]}
    assert urlsplit(peliass).path == "/peliasnone/v1/search"
    assert parse_qs(urlsplit(peliass).query) == {"text": ["Paris"], "lang": ["en"]}


def test_services_say_what_they_are_and_what_their_licences_ask_for(tmp_path: Path) -> None:
    cache = ReplyCache(tmp_path)
    osm = "© OpenStreetMap contributors (ODbL)"
    assert NominatimGeocoder(cache).described == Source("Nominatim (nominatim.openstreetmap.org)", attribution=osm)
    assert PhotonGeocoder(cache).described == Source("Photon (photon.komoot.io)", attribution=osm)
    described = PeliasGeocoder(cache, url="https://maps.example.org:4000/pelias/").described
    assert described == Source("Pelias (maps.example.org:4000/pelias)", attribution=pelias.ATTRIBUTION)


def test_the_public_photon_is_asked_once_a_second_at_most(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"ask https://photon\.komoot\.io once a second at most"):
        PhotonGeocoder(ReplyCache(tmp_path), interval_s=0.5)
    PhotonGeocoder(ReplyCache(tmp_path), url="http://127.0.0.1:2322", interval_s=0)


# --- where to look ----------------------------------------------------------------------------------------------------


@online
def test_nominatim_is_asked_in_the_countries_first_and_near_the_box(make: Make, server: FakeServer) -> None:
    make("nominatim", "empty").search("Tal Mardikh", SYRIA)
    box = "35.0,34.0,42.0,38.0"
    assert asked(server) == [
        {"q": "Tal Mardikh", "viewbox": box, "countrycodes": "SY,TR"},
        {"q": "Tal Mardikh", "viewbox": box},
    ]


@online
def test_photon_is_asked_near_the_middle_of_the_box(make: Make, server: FakeServer) -> None:
    make("photon", "photonnone").search("Tal Mardikh", SYRIA)
    assert asked(server) == [{"q": "Tal Mardikh", "lat": "36.0", "lon": "38.5"}]


@online
def test_pelias_is_asked_in_the_countries_or_the_box_first(make: Make, server: FakeServer) -> None:
    make("pelias", "peliasnone").search("Tal Mardikh", SYRIA)
    make("pelias", "peliasnone").search("Ebla", Hints(extent=SYRIA.extent))
    corners = ("min_lon", "35.0"), ("min_lat", "34.0"), ("max_lon", "42.0"), ("max_lat", "38.0")
    assert asked(server) == [
        {"text": "Tal Mardikh", "boundary.country": "SY,TR"},
        {"text": "Tal Mardikh"},
        {"text": "Ebla", **{f"boundary.rect.{name}": value for name, value in corners}},
        {"text": "Ebla"},
    ]


@online
def test_a_place_that_is_found_where_it_was_hinted_at_is_not_asked_for_elsewhere(
    make: Make, server: FakeServer
) -> None:
    assert len(make("pelias", "pelias").search("Ballyvaughan", Hints(("IE",))).places) == 1
    assert asked(server) == [{"text": "Ballyvaughan", "boundary.country": "IE"}]


@online
@pytest.mark.parametrize("name", SERVICES)
def test_a_reply_for_one_part_of_the_world_is_none_for_another(make: Make, server: FakeServer, name: str) -> None:
    mode = {"nominatim": "ok"}.get(name, name)
    elsewhere = Hints(("IQ",), Extent(40, 30, 45, 35))
    for hints in (SYRIA, elsewhere, Hints(), SYRIA, elsewhere, Hints()):
        assert len(make(name, mode).search("Mosul", hints).places) == 1
    assert server.count(mode) == 3


@online
@pytest.mark.parametrize(
    "hints",
    [
        Hints(),
        Hints(extent=Extent(170, -20, -170, -10)),
        Hints(extent=Extent(-100, -60, 100, 60)),
        Hints(extent=Extent(36, 35, 36, 35)),
        Hints(("DE", "FR", "IT", "SY", "TR")),
    ],
)
@pytest.mark.parametrize("name", SERVICES)
def test_hints_that_narrow_nothing_down_do_not_go_out(make: Make, server: FakeServer, name: str, hints: Hints) -> None:
    make(name, {"nominatim": "empty"}.get(name, f"{name}none")).search("Springfield", hints)
    assert [list(query.values()) for query in asked(server)] == [["Springfield"]]


# --- faults -----------------------------------------------------------------------------------------------------------


@online
@pytest.mark.parametrize("name", ["photon", "pelias"])
@pytest.mark.parametrize("mode", [*SOME_FAULTS, "ok", "empty", "jsonobj"])
def test_a_fault_is_an_error_and_never_kept(
    make: Make, server: FakeServer, tmp_path: Path, name: str, mode: str
) -> None:
    reason = WIRE_FAULTS.get(mode, r"HTTP 404 \(no P\w+ there|the reply is no list of places")
    with pytest.raises(GeocodingError, match=f"did not answer for 'Paris': ({reason})") as raised:
        make(name, mode).search("Paris")
    assert len(str(raised.value)) < 250
    assert kept_rows(tmp_path) == []
    assert server.count("PORT2") == 0


@online
@pytest.mark.parametrize("mode", [mode for mode in BAD_REPLIES if not mode.startswith("opencage")])
def test_a_reply_that_is_not_sound_is_an_error_and_never_kept(make: Make, tmp_path: Path, mode: str) -> None:
    service = make("photon" if mode.startswith("photon") else "pelias", mode)
    with pytest.raises(GeocodingError, match=r"did not answer for 'Paris': .*(reply|globe)"):
        service.search("Paris", SYRIA)
    assert kept_rows(tmp_path) == []


# --- records ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"osm_value": "city", "type": "city"}, Kind.SETTLEMENT),
        ({"osm_value": "country", "type": "country"}, Kind.COUNTRY),
        ({"osm_key": "boundary", "osm_value": "administrative", "type": "state"}, Kind.ADMIN1),
        ({"osm_key": "boundary", "osm_value": "administrative", "type": "county"}, Kind.ADMIN2),
        ({"osm_key": "boundary", "osm_value": "administrative", "type": "other"}, Kind.REGION),
        ({"osm_key": "natural", "osm_value": "peak", "type": "other"}, Kind.PHYSICAL),
        ({"osm_key": "highway", "osm_value": "trunk", "type": "street"}, Kind.ROAD),
        ({"osm_key": "amenity", "osm_value": "school", "type": "house"}, Kind.FACILITY),
        ({"osm_key": "tourism", "osm_value": "museum", "type": "locality"}, Kind.FACILITY),
    ],
)
def test_the_kind_of_a_place_of_photon_follows_its_tags(changes: dict[str, object], kind: Kind) -> None:
    (place,) = photon.read_places(collection(with_properties(PHOTON, **changes)))
    assert place.kind is kind


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"name": " Baile Uí Bheacháin "}, "Baile Uí Bheacháin"),
        ({"name": ..., "street": "Coast Road"}, "Coast Road"),
        ({"name": "", "postcode": "H91"}, "H91"),
    ],
)
def test_what_has_no_name_is_called_by_what_is_nearest(changes: dict[str, object], name: str) -> None:
    (place,) = photon.read_places(collection(with_properties(PHOTON, **changes)))
    assert place.name == name


@pytest.mark.parametrize(("letter", "kind"), [("N", "node"), ("W", "way"), ("R", "relation")])
def test_a_place_of_photon_has_the_id_that_openstreetmap_gives_it(letter: str, kind: str) -> None:
    (place,) = photon.read_places(collection(with_properties(PHOTON, osm_type=letter, osm_id=2**40)))
    assert place.id == f"osm:{kind}/{2**40}"


@pytest.mark.parametrize(
    ("layer", "kind"),
    [
        ("country", Kind.COUNTRY),
        ("dependency", Kind.COUNTRY),
        ("macroregion", Kind.REGION),
        ("region", Kind.ADMIN1),
        ("county", Kind.ADMIN2),
        ("neighbourhood", Kind.SETTLEMENT),
        ("ocean", Kind.PHYSICAL),
        ("street", Kind.ROAD),
        ("venue", Kind.FACILITY),
        (["locality"], Kind.FACILITY),
    ],
)
def test_the_kind_of_a_place_of_pelias_follows_its_layer(layer: object, kind: Kind) -> None:
    (place,) = pelias.read_places(collection(with_properties(PELIAS, layer=layer)))
    assert place.kind is kind


@pytest.mark.parametrize("code", [..., None, "IRL", 7])
def test_a_country_that_has_no_code_of_two_letters_is_unknown(code: object) -> None:
    (place,) = pelias.read_places(collection(with_properties(PELIAS, country_code=code)))
    assert place.country_code is None


@pytest.mark.parametrize(
    ("coordinates", "message"),
    [
        (None, "has no point"),
        ([1], "has no point"),
        (["1", "2"], "has longitude '1'"),
        ([True, 2], "has longitude True"),
        ([1, float("nan")], "is not longitude, latitude on the globe"),
        ([1, float("inf")], "has latitude inf"),
        ([181, 2], "is not longitude, latitude on the globe"),
        ([10**400, 2], "has longitude 1000"),
    ],
)
@pytest.mark.parametrize(("read", "feature"), [(photon.read_places, PHOTON), (pelias.read_places, PELIAS)])
def test_coordinates_that_are_none_are_refused(
    read: Callable[[object], object], feature: dict[str, object], coordinates: object, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        read(collection({**feature, "geometry": {"type": "Point", "coordinates": coordinates}}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"osm_id": 0}, "has no id"),
        ({"osm_id": True}, "has no id"),
        ({"osm_id": "26"}, "has no id"),
        ({"osm_type": "X"}, "has no id"),
        ({"osm_type": ["N"]}, "has no id"),
        ({"name": "a\ud800"}, "is called"),
        ({"name": {"en": "x"}}, "is called"),
        ({"name": "x" * 256}, "has a name of 256 characters"),
    ],
)
def test_a_place_of_photon_that_is_not_sound_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        photon.read_places(collection(PHOTON, with_properties(PHOTON, **changes)))


@pytest.mark.parametrize("gid", [..., None, 7, "", "x" * 201, "a b:c", "whosonfirst:locality:1\n", "ü:b:c"])
def test_a_place_of_pelias_without_an_id_is_refused(gid: object) -> None:
    with pytest.raises(ValueError, match="has no id"):
        pelias.read_places(collection(with_properties(PELIAS, gid=gid)))


@online
@pytest.mark.parametrize("name", ["photon", "pelias"])
def test_only_what_is_read_is_kept(make: Make, tmp_path: Path, name: str) -> None:
    service = make(name, name)
    service.search("Ballyvaughan")
    (row,) = [json.loads(body) for body in _bodies(service)]
    assert sorted(row[0]) == ["geometry", "properties"]
    assert all(isinstance(value, (str, int)) for value in row[0]["properties"].values())


def _bodies(service: PlaceService) -> list[str]:
    bodies: list[str] = []
    read = service._kept_places

    def noted(body: str | None) -> tuple[Place, ...]:
        bodies.append(str(body))
        return read(body)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "_kept_places", noted)
        service.search("Ballyvaughan")
    return bodies


@given(
    st.sampled_from(["photon", "pelias"]),
    st.dictionaries(st.sampled_from(["type", "geometry", "properties"]), json_values, max_size=2),
    st.dictionaries(
        st.sampled_from("name gid layer country_code countrycode osm_type osm_id osm_key osm_value type".split()),
        json_values,
        max_size=4,
    ),
    json_values,
)
def test_any_reply_is_places_or_refused(
    name: str, changes: dict[str, object], properties: dict[str, object], other: object
) -> None:
    feature, read = {"photon": (PHOTON, photon.read_places), "pelias": (PELIAS, pelias.read_places)}[name]
    changed = {**with_properties(feature, **properties), **changes}
    for reply in (collection(feature, changed), collection(other), other):
        try:
            places = read(reply)
        except ValueError:
            continue
        assert all(isinstance(place, Place) for place in places)
        assert read(json.loads(json.dumps(reply))) == places


# --- keys -------------------------------------------------------------------------------------------------------------


@online
def test_a_key_goes_out_and_nowhere_else(
    server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PELIAS_KEY", "s3cret&/1")
    caplog.set_level("DEBUG", logger="geopy")
    cache = ReplyCache(tmp_path / "cache")
    service = PeliasGeocoder(cache, url=server.url("pelias"), key=Key(env="PELIAS_KEY"), interval_s=0)
    assert len(service.search("Paris").places) == 1
    cache.close()
    assert [query["api_key"] for query in asked(server)] == ["s3cret&/1"]
    assert "Pelias.geocode_api: http" in caplog.text
    seen = [caplog.text.encode(), repr(vars(service)).encode(), pickle.dumps(service)]
    seen += [path.read_bytes() for path in (tmp_path / "cache").iterdir()]
    assert not any(b"s3cret" in text for text in seen)
    again = pickle.loads(pickle.dumps(service))
    assert len(again.search("Rome").places) == 1
    assert [query["api_key"] for query in asked(server)] == ["s3cret&/1"] * 2
    again.cache.close()


@online
def test_a_name_that_looks_like_a_placeholder_is_no_key(
    server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PELIAS_KEY", "s3cret")
    cache = ReplyCache(tmp_path)
    service = PeliasGeocoder(cache, url=server.url("peliasnone"), key=Key(env="PELIAS_KEY"), interval_s=0)
    service.search("  api_key  ")
    cache.close()
    assert asked(server) == [{"text": "api_key", "api_key": "s3cret"}]
