"""Any geocoder of geopy's, by name."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from geopy.adapters import BaseSyncAdapter
from geopy.geocoders import SERVICE_TO_GEOCODER
from hypothesis import given
from hypothesis import strategies as st

from geo.cache import Question, ReplyCache
from geo.errors import GeocodingError, OptionError
from geo.geocoders.any_geopy import AnyGeocoder
from geo.geocoders.geopy_classes import NOT_FOR_NAMES, UNSENT
from geo.geocoders.hints import Answer, Hints
from geo.geocoders.keys import Key
from geo.model import Kind, Place
from geo.provenance import Source
from tests.asking import SOME_FAULTS, TIMEOUT_S, TIMEOUTS_S, WIRE_FAULTS, kept_rows, online
from tests.fakeserver import FakeServer
from tests.place_replies import OPENCAGE, opencage
from tests.strategies import json_values

Make = Callable[..., AnyGeocoder]


@pytest.fixture
def make(server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Return a maker of geocoders over OpenCage, each with a cache object of its own on one folder."""
    monkeypatch.setenv("OPENCAGE_KEY", "s3cret&/1")
    caches: list[ReplyCache] = []

    def make_geocoder(
        mode: str, *, ask: Mapping[str, object] | None = None, attribution: str | None = None
    ) -> AnyGeocoder:
        caches.append(ReplyCache(tmp_path / "cache"))
        return AnyGeocoder(
            caches[-1],
            "OpenCage",
            url=server.url(mode),
            keys={"api_key": Key(env="OPENCAGE_KEY")},
            timeout_s=TIMEOUTS_S.get(mode, TIMEOUT_S),
            retries=0,
            interval_s=0,
            ask=ask,
            attribution=attribution,
        )

    yield make_geocoder
    for cache in caches:
        cache.close()


# --- answers ----------------------------------------------------------------------------------------------------------


@online
def test_an_answer_is_places_and_the_second_run_asks_nothing(make: Make, server: FakeServer) -> None:
    place = Place(
        "geopy:opencage/1803ee1baeec9304",
        "Ballyvaughan",
        Kind.SETTLEMENT,
        -9.1483,
        53.1157,
        country_code="IE",
        gazetteer="OpenCage",
    )
    assert make("opencage").search("Ballyvaughan") == Answer((place,))
    assert make("opencage").search("  BALLYVAUGHAN ", Hints(("IE",))) == Answer((place,))
    assert server.count("opencage") == 1


@online
def test_no_such_place_is_an_answer_and_not_asked_again(make: Make, server: FakeServer, tmp_path: Path) -> None:
    for _ in range(2):
        assert make("opencagenone").search("Xyzzyville") == Answer()
    assert server.count("opencagenone") == 1
    assert kept_rows(tmp_path) == [("xyzzyville", "miss")]


@online
def test_what_else_is_asked_goes_out_and_tells_replies_apart(make: Make, server: FakeServer) -> None:
    make("opencagenone", ask={"language": "fr", "annotations": False}).search("Alep")
    make("opencagenone", ask={"language": "en"}).search("Alep")
    french, english = (parse_qs(urlsplit(path).query) for _, _, _, path in server.log)
    key = ["s3cret&/1"]
    assert french == {"q": ["Alep"], "key": key, "language": ["fr"], "no_annotations": ["1"]}
    assert english == {"q": ["Alep"], "key": key, "language": ["en"]}


@online
def test_it_says_what_it_is(make: Make, server: FakeServer) -> None:
    described = make("opencage", attribution="© OpenCage").described
    assert described == Source(f"OpenCage (127.0.0.1:{server.port}/opencage)", attribution="© OpenCage")


@online
@pytest.mark.parametrize(
    ("components", "kind"),
    [
        ({"_type": "state"}, Kind.ADMIN1),
        ({"_type": "country"}, Kind.COUNTRY),
        ({"_type": "road"}, Kind.ROAD),
        ({"_type": "peak"}, Kind.PHYSICAL),
        ({"types": ["political", "administrative_area_level_2"]}, Kind.ADMIN2),
        ({"_type": "thing"}, Kind.SETTLEMENT),
        ({"_type": ["x" * 100, {}, None]}, Kind.SETTLEMENT),
        ({}, Kind.SETTLEMENT),
    ],
)
def test_the_kind_is_what_the_service_says_and_else_a_settlement(
    make: Make, monkeypatch: pytest.MonkeyPatch, components: object, kind: Kind
) -> None:
    answer_with(monkeypatch, opencage({**OPENCAGE, "components": components}))
    (place,) = make("opencage").search("Somewhere").places
    assert place.kind is kind


# --- faults -----------------------------------------------------------------------------------------------------------


@online
@pytest.mark.parametrize("mode", [*SOME_FAULTS, "ok", "empty", "jsonobj"])
def test_a_fault_is_an_error_and_never_kept(make: Make, server: FakeServer, tmp_path: Path, mode: str) -> None:
    unread = r"HTTP 404 \(no OpenCage there|the reply is no list of places|the reply is not as OpenCage sends it"
    reason = WIRE_FAULTS.get(mode, unread)
    with pytest.raises(GeocodingError, match=f"did not answer for 'Paris': ({reason})") as raised:
        make(mode).search("Paris")
    assert len(str(raised.value)) < 300
    assert kept_rows(tmp_path) == []
    assert server.count("PORT2") == 0


@online
@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("opencagestatus", "the reply is not as OpenCage sends it$"),
        ("opencageaddress", "the reply is not as OpenCage sends it$"),
        ("opencagepoint", "a place of the reply has no coordinates, but 0, 0"),
        ("opencagefar", "the reply is not as OpenCage sends it$"),
        ("opencagetext", "the reply is not as OpenCage sends it$"),
        ("opencagekey", "invalid API key"),
        ("opencageforbidden", "suspended"),
        ("opencagequota", "quota exceeded"),
        ("opencagerate", "too many requests"),
        ("photonnone", "the reply is not as OpenCage sends it$"),
    ],
)
def test_a_reply_that_is_not_sound_is_an_error_and_never_kept(
    make: Make, tmp_path: Path, mode: str, reason: str
) -> None:
    with pytest.raises(GeocodingError, match=f"did not answer for 'Paris': .*({reason})"):
        make(mode).search("Paris")
    assert kept_rows(tmp_path) == []


@online
@pytest.mark.parametrize("mode", ["opencagekey", "opencageforbidden", "opencagequota", "opencagerate"])
def test_a_refusal_inside_a_good_reply_ends_the_asking(make: Make, server: FakeServer, mode: str) -> None:
    geocoder = make(mode)
    with pytest.raises(GeocodingError, match="did not answer for 'Paris'"):
        geocoder.search("Paris")
    with pytest.raises(GeocodingError, match="is not asked for 'Rome', after "):
        geocoder.search("Rome")
    assert server.count(mode) == 1


@online
@pytest.mark.parametrize("mode", ["opencage", "r401", "opencagekey", "redir_port", "jsonnull"])
def test_a_key_goes_out_and_nowhere_else(
    make: Make, server: FakeServer, tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: str
) -> None:
    caplog.set_level("DEBUG")
    geocoder = make(mode)
    seen = []
    try:
        geocoder.search("Paris")
    except GeocodingError as error:
        seen += [repr(error), repr(error.__cause__)]
    assert "key=s3cret%26%2F1" in server.log[0][3]
    seen += [caplog.text, repr(vars(geocoder)), repr(geocoder.described)]
    stored = [path.read_bytes() for path in (tmp_path / "cache").iterdir()]
    assert not any(b"s3cret" in text for text in (*stored, pickle.dumps(geocoder), *map(str.encode, seen)))
    assert "OpenCage.geocode: http" in caplog.text


@online
def test_a_geocoder_pickles_after_use(make: Make, server: FakeServer) -> None:
    geocoder = make("opencage")
    geocoder.search("Paris")
    copy = pickle.loads(pickle.dumps(geocoder))
    assert copy.search("Paris") == geocoder.search("Paris")
    assert len(copy.search("Rome").places) == 1
    copy.cache.close()
    assert server.count("opencage") == 2


# --- every geocoder of geopy's ----------------------------------------------------------------------------------------

USABLE = sorted(SERVICE_TO_GEOCODER.keys() - NOT_FOR_NAMES.keys())
SECRETS = {
    "azure": ("subscription_key",),
    "geonames": ("username",),
    "here": ("apikey",),
    "herev7": ("apikey",),
    "liveaddress": ("auth_id", "auth_token"),
    **dict.fromkeys(("arcgis", "banfrance", "databc", "nominatim", "photon", "pelias"), ()),
}


class Canned(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no type hints
    """Answers every request with the same."""

    def __init__(self, *, reply: object, check: Callable[[object], object], **options: object) -> None:
        super().__init__(**options)
        self.reply, self.check = reply, check

    def get_json(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> object:
        from geopy.exc import GeocoderParseError

        try:
            self.check(self.reply)
        except ValueError as error:
            raise GeocoderParseError(str(error)) from error
        return self.reply

    get_text = get_json


def answer_with(monkeypatch: pytest.MonkeyPatch, reply: object) -> None:
    def adapter(_: AnyGeocoder, *, check: Callable[[object], object], address: object) -> Callable[..., Canned]:
        return lambda **options: Canned(reply=reply, check=check, **options)

    monkeypatch.setattr(AnyGeocoder, "_adapter", adapter)


class Nothing:
    """Keeps nothing but what it was given last."""

    is_final = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept: list[str | None] = []

    def get(self, question: Question, *, stale: bool = False) -> None:
        """Return nothing."""

    def put(self, question: Question, body: str | None) -> None:
        """Take a reply."""
        self.kept.append(body)

    def close(self) -> None:
        """Do nothing."""


def made(service: str, cache: Any) -> AnyGeocoder:  # noqa: ANN401  # either cache
    keys = {name: Key(env="A_KEY") for name in SECRETS.get(service, ("api_key",))}
    options = {"domain": "pelias.example.org"} if service == "pelias" else {}
    return AnyGeocoder(cache, service, keys=keys, options=options, retries=0, interval_s=0)


@pytest.mark.filterwarnings("ignore:Since December 2019 HERE")
@pytest.mark.parametrize("service", USABLE)
def test_every_geocoder_is_made_by_name_with_an_address_and_no_key_in_sight(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_KEY", "s3cret")
    geocoder = made(service, ReplyCache(tmp_path))
    parts = urlsplit(geocoder.url)
    assert parts.scheme in {"http", "https"}
    assert parts.hostname
    assert "s3cret" not in repr(vars(geocoder))
    geocoder._connected()


EMPTY_REPLIES = {
    "arcgis": {"candidates": []},
    "bing": {"resourceSets": [{"resources": []}], "statusCode": 200},
    "geonames": {"totalResultsCount": 0, "geonames": []},
    "google": {"results": [], "status": "ZERO_RESULTS"},
    "herev7": {"items": []},
    "liveaddress": [],
    "mapbox": {"type": "FeatureCollection", "features": []},
    "mapquest": {"results": [{"locations": []}]},
    "opencage": {"results": [], "status": {"code": 200, "message": "OK"}},
    "tomtom": {"summary": {"numResults": 0}, "results": []},
    "yandex": {"response": {"GeoObjectCollection": {"featureMember": []}}},
}


@pytest.mark.parametrize("service", EMPTY_REPLIES)
def test_every_service_says_no_such_place_in_its_own_words(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_KEY", "s3cret")
    answer_with(monkeypatch, EMPTY_REPLIES[service])
    cache = Nothing(tmp_path)
    assert made(service, cache).search("Xyzzyville") == Answer()
    assert cache.kept == [None]


@pytest.mark.parametrize("service", ["geonames", "banfrance", "geolake", "geocodio", "bing", "tomtom"])
@pytest.mark.parametrize(
    "reply", [{}, {"foo": 1}, {"success": False}, {"error": "x", "results": []}, {"errors": [1], "features": []}]
)
def test_a_reply_that_geopy_takes_for_nothing_found_but_does_not_say_so_is_an_error(
    service: str, reply: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_KEY", "s3cret")
    answer_with(monkeypatch, reply)
    cache = Nothing(tmp_path)
    with pytest.raises(GeocodingError, match="did not answer for 'Paris': the reply"):
        made(service, cache).search("Paris")
    assert cache.kept == []


_keys_of_replies = st.sampled_from(
    "results features geonames candidates items status code message response error success lat lng lon latitude "
    "geometry coordinates location properties name formatted address place result Response View Result".split()
)
_replies = st.recursive(
    json_values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys_of_replies, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.filterwarnings("ignore:Since December 2019 HERE")
@given(st.sampled_from(USABLE), _replies)
def test_whatever_comes_is_places_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, service: str, reply: object
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("A_KEY", "s3cret")
        answer_with(patch, reply)
        cache = Nothing(tmp_path_factory.getbasetemp())
        try:
            answer = made(service, cache).search("Paris")
        except GeocodingError as error:
            assert "did not answer for 'Paris'" in str(error)  # noqa: PT017  # most fail
            assert cache.kept == []
            return
    assert len(cache.kept) == 1
    assert all(place.id.startswith(f"geopy:{service}/") for place in answer.places)
    if not answer.places:
        assert "[]" in json.dumps(reply)


# --- arguments --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "options", "message"),
    [
        ("opencagedata", {}, "geocoder 'opencagedata' is unknown; there are arcgis, azure, .*, yandex"),
        ("What3Words", {}, "geocoder 'What3Words' is of no use here: it knows no names of places"),
        ("ignfrance", {}, "is of no use here: its replies are not JSON"),
        ("opencage", {}, "opencage needs 'api_key': say it in the file of geocoders"),
        ("arcgis", {"options": {"colour": "red"}}, "arcgis takes no 'colour', but username, referer, "),
        ("arcgis", {"options": {"timeout": 5}}, "arcgis takes no 'timeout'"),
        ("arcgis", {"ask": {"query": "x"}}, "arcgis takes no 'query', but out_fields"),
        ("arcgis", {"ask": {"language": "en"}}, "arcgis takes no 'language'"),
        ("arcgis", {"options": {"scheme": "ftp"}}, "Supported schemes are"),
        ("arcgis", {"options": {"domain": "a b"}}, "give http:// or https://"),
        ("baidu", {"url": "https://example.org"}, "baidu is one server only; leave out 'https://example.org'"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    tmp_path: Path, service: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        AnyGeocoder(ReplyCache(tmp_path), service, **options)


@pytest.mark.parametrize("name", sorted(UNSENT))
def test_signing_and_logging_in_are_not_offered(tmp_path: Path, name: str) -> None:
    with pytest.raises(OptionError, match=f"takes no '{name}'"):
        AnyGeocoder(ReplyCache(tmp_path), "arcgis", options={name: "x"})
