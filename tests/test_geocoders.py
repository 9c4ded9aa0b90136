from __future__ import annotations

import itertools
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

import geo.geocoders
from geo.cache import MISS_TTL_S, ReplyCache
from geo.errors import GeocodingError, OptionError, PlacelinesWarning
from geo.geocoders import NominatimGeocoder
from geo.model import Kind, Place
from geo.version import __version__
from tests.asking import TIMEOUT_S, TIMEOUTS_S, kept_rows, online
from tests.fakeserver import FakeServer

Make = Callable[..., NominatimGeocoder]


@pytest.fixture
def make(server: FakeServer, tmp_path: Path) -> Iterator[Make]:
    """Return a maker of geocoders, each with a cache object of its own on one folder, as separate runs have."""
    caches: list[ReplyCache] = []

    def make_geocoder(mode: str, *, retries: int = 0, interval_s: float = 0.0) -> NominatimGeocoder:
        caches.append(ReplyCache(tmp_path / "cache"))
        return NominatimGeocoder(
            caches[-1],
            url=server.url(mode),
            timeout_s=TIMEOUTS_S.get(mode, TIMEOUT_S),
            retries=retries,
            interval_s=interval_s,
        )

    yield make_geocoder
    for cache in caches:
        cache.close()


# --- Nominatim: answers -----------------------------------------------------------------------------------------------


@online
@pytest.mark.parametrize("mode", ["ok", "okslow", "gzip_ok", "redir_ok", "wrongct"])
def test_an_answer_is_places_and_the_second_run_asks_nothing(make: Make, server: FakeServer, mode: str) -> None:
    paris = Place("nominatim:1", "Paris", Kind.REGION, 2.320041, 48.8588897, gazetteer="OpenStreetMap (Nominatim)")
    assert make(mode).search("Paris").places == (paris,)
    asked = server.count(mode)
    assert make(mode).search("Paris").places == (paris,)
    assert make(mode).search("  PARIS ").places == (paris,)
    assert server.count(mode) == asked == 1


@online
@pytest.mark.parametrize("mode", ["empty", "jsonobj"])
def test_no_such_place_is_an_answer_and_not_asked_again(
    make: Make, server: FakeServer, tmp_path: Path, mode: str
) -> None:
    assert make(mode).search("Xyzzyville").places == ()
    assert make(mode).search("Xyzzyville").places == ()
    assert server.count(mode) == 1
    assert kept_rows(tmp_path) == [("xyzzyville", "miss")]


@online
def test_no_such_place_is_asked_again_after_a_week(server: FakeServer, tmp_path: Path) -> None:
    now = time.time()
    with closing(ReplyCache(tmp_path, clock=lambda: now)) as cache:
        geocoder = NominatimGeocoder(cache, url=server.url("empty"), interval_s=0)
        assert geocoder.search("Xyzzyville").places == ()
        now += MISS_TTL_S - 1
        assert geocoder.search("Xyzzyville").places == ()
        assert server.count("empty") == 1
        now += 1
        assert geocoder.search("Xyzzyville").places == ()
        assert server.count("empty") == 2


@online
def test_the_count_of_the_server_is_what_it_was_really_asked(make: Make, server: FakeServer) -> None:
    from geo.adapters import CarefulAdapter

    for _ in range(3):
        make("ok").search("Paris")
    count = CarefulAdapter(proxies={}).get_json(server.url("_count"), timeout=5, headers={})
    assert isinstance(count, dict)
    assert (count["hits"], count["n"]) == ({"ok": 1}, 1)


@online
def test_only_the_name_goes_out_and_we_say_who_we_are(make: Make, server: FakeServer) -> None:
    make("empty").search(' A Rua da Sa\u0303o & [key=value], "x"\n')
    ((_, _, user_agent, path),) = server.log
    assert user_agent == f"placelines/{__version__}"
    assert urlsplit(path).path == "/empty/search"
    assert parse_qs(urlsplit(path).query) == {
        "q": ['A Rua da São & [key=value], "x"'],
        "format": ["json"],
        "limit": ["5"],
        "accept-language": ["en"],
        "addressdetails": ["1"],
    }


@online
def test_a_contact_from_the_environment_goes_into_the_user_agent(
    make: Make, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACELINES_CONTACT", "desk@example.org")
    make("empty").search("Xyzzyville")
    assert server.log[0][2] == f"placelines/{__version__} (+desk@example.org)"


def test_a_blank_name_is_nobody_s_place(tmp_path: Path) -> None:
    assert NominatimGeocoder(ReplyCache(tmp_path)).search(" \n").places == ()


def test_a_name_that_is_no_unicode_text_is_not_asked(tmp_path: Path) -> None:
    with pytest.raises(GeocodingError, match="it is not valid Unicode"):
        NominatimGeocoder(ReplyCache(tmp_path)).search("Idlib\ud800")


@online
def test_a_reply_kept_by_other_rules_is_asked_for_again(
    make: Make, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(geocoder: NominatimGeocoder, body: str | None) -> tuple[Place, ...]:
        raise ValueError(body)

    make("ok").search("Paris")
    monkeypatch.setattr(NominatimGeocoder, "_kept_places", refuse)
    assert len(make("ok").search("Paris").places) == 1
    assert server.count("ok") == 2


@online
def test_without_a_usable_folder_replies_are_kept_for_the_run(server: FakeServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="ascii")
    geocoder = NominatimGeocoder(ReplyCache(tmp_path / "file"), url=server.url("ok"), interval_s=0.1)
    with pytest.warns(PlacelinesWarning, match="replies cannot be kept here"):
        assert len(geocoder.search("Paris").places) == 1
    assert len(geocoder.search("Paris").places) == 1
    assert server.count("ok") == 1


# --- Nominatim: faults ------------------------------------------------------------------------------------------------


@online
def test_a_server_that_is_not_there_is_an_error(make: Make, server: FakeServer, tmp_path: Path) -> None:
    geocoder = make("ok")
    server.__exit__(None, None, None)
    with pytest.raises(GeocodingError, match=r"the connection failed: .*refused"):
        geocoder.search("Paris")
    assert kept_rows(tmp_path) == []


@online
@pytest.mark.parametrize("mode", ["r401", "r403", "r404", "r429", "r429date", "r429none", "r429year"])
def test_after_a_refusal_nothing_is_asked_in_this_run(make: Make, server: FakeServer, mode: str) -> None:
    geocoder = make(mode)
    with pytest.raises(GeocodingError, match="did not answer for 'Paris'"):
        geocoder.search("Paris")
    for later in (geocoder, pickle.loads(pickle.dumps(geocoder))):
        with pytest.raises(GeocodingError, match=r"is not asked for 'Rome', after HTTP 4\d\d \("):
            later.search("Rome")
    assert server.count(mode) == 1


@online
def test_after_a_refusal_kept_replies_are_still_given(make: Make, server: FakeServer) -> None:
    geocoder = make("rare")
    for _ in range(4):
        with pytest.raises(GeocodingError, match="HTTP 500"):
            geocoder.search("Paris")
    assert len(geocoder.search("Paris").places) == 1
    geocoder._standing.ended = "a refusal"
    assert len(geocoder.search("Paris").places) == 1
    with pytest.raises(GeocodingError, match="is not asked for 'Rome', after a refusal"):
        geocoder.search("Rome")


@online
def test_a_server_that_wants_a_short_rest_is_asked_again_after_it(make: Make, server: FakeServer) -> None:
    assert len(make("flaky429", retries=2).search("Paris").places) == 1
    first, second, third = server.times("flaky429")
    assert second - first >= 1
    assert third - second >= 1


@online
def test_a_server_that_keeps_wanting_rest_is_left_alone(make: Make, server: FakeServer) -> None:
    geocoder = make("flaky429", retries=1)
    with pytest.raises(GeocodingError, match="too many requests"):
        geocoder.search("Paris")
    with pytest.raises(GeocodingError, match="is not asked for 'Paris'"):
        geocoder.search("Paris")
    assert server.count("flaky429") == 2


@online
@pytest.mark.parametrize(("mode", "requests"), [("r500", 3), ("r504", 3), ("hang", 3), ("jsonnull", 1), ("r400", 1)])
def test_only_passing_faults_are_tried_again_twice_and_after_a_growing_pause(
    make: Make, server: FakeServer, mode: str, requests: int
) -> None:
    with pytest.raises(GeocodingError):
        make(mode, retries=2, interval_s=0.05).search("Paris")
    times = server.times(mode)
    assert len(times) == requests
    assert all(b - a >= pause_s for a, b, pause_s in zip(times, times[1:], (0.1, 0.2), strict=False))


@online
def test_a_fault_that_passes_is_no_failure(make: Make, server: FakeServer) -> None:
    assert len(make("flaky500", retries=2).search("Paris").places) == 1
    assert server.count("flaky500") == 2


@online
def test_a_long_rest_after_a_fault_is_not_waited_for(
    make: Make, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.geocoders.place_service.MAX_REST_S", 4)
    with pytest.raises(GeocodingError, match="HTTP 503"):
        make("r503", retries=2).search("Paris")
    assert server.count("r503") == 1


@online
def test_five_failures_in_a_row_end_the_asking(make: Make, server: FakeServer) -> None:
    geocoder = make("jsonnull")
    for number in range(5):
        with pytest.raises(GeocodingError, match="did not answer"):
            geocoder.search(f"place {number}")
    with pytest.raises(
        GeocodingError, match="is not asked for 'Paris', after 5 failures in a row, the last: the reply"
    ):
        geocoder.search("Paris")
    assert server.count("jsonnull") == 5


@online
def test_the_fifth_failure_is_not_tried_again(make: Make, server: FakeServer) -> None:
    geocoder = make("r500", retries=2)
    with pytest.raises(GeocodingError, match="did not answer for 'Paris': HTTP 500"):
        geocoder.search("Paris")
    with pytest.raises(GeocodingError, match="is not asked for 'Rome', after 5 failures in a row"):
        geocoder.search("Rome")
    assert server.count("r500") == 5


@online
def test_an_answer_in_between_starts_the_count_of_failures_anew(make: Make, server: FakeServer) -> None:
    geocoder = make("rare")
    answered = 0
    for number in range(10):
        try:
            answered += len(geocoder.search(f"place {number}").places)
        except GeocodingError as error:
            assert "did not answer" in str(error)  # noqa: PT017  # eight of ten fail, and none is skipped
    assert answered == 2
    assert server.count("rare") == 10


# --- Nominatim: pace --------------------------------------------------------------------------------------------------

WORKER = """
import sys, warnings
from contextlib import closing
from pathlib import Path
from geo.cache import ReplyCache
from geo.geocoders import NominatimGeocoder

folder, url, *names = sys.argv[1:]
with closing(ReplyCache(Path(folder))) as cache:
    geocoder = NominatimGeocoder(cache, url=url, interval_s=0.25, timeout_s=5)
    assert [len(geocoder.search(name).places) for name in names] == [1] * len(names)
"""


@online
def test_processes_ask_each_name_once_and_never_too_soon(server: FakeServer, tmp_path: Path, root: Path) -> None:
    common = ["Paris", "Rome", "Oslo"]
    command = [sys.executable, "-W", "error", "-c", WORKER, str(tmp_path), server.url("okslow")]
    processes = [subprocess.Popen([*command, *common, f"own {number}"], cwd=root) for number in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    times = server.times("okslow")
    assert len(times) == 6
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.25


@online
def test_kept_replies_never_wait(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    geocoder = make("ok", interval_s=30)
    geocoder.search("Paris")
    slept: list[float] = []
    monkeypatch.setattr("geo.gate.time.sleep", slept.append)
    geocoder.search("Paris")
    assert slept == []
    geocoder.search("Rome")
    assert slept == [pytest.approx(30, abs=29)]


# --- Nominatim: arguments ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "give http:// or https:// and a host"),
        ("nominatim.example.org", "give http:// or https:// and a host"),
        ("file:///etc/passwd", "give http:// or https:// and a host"),
        ("http://", "give http:// or https:// and a host"),
        ("http://host:0", "give http:// or https:// and a host"),
        ("http://host:99999", "Port out of range"),
        ("http://[::1", "Invalid IPv6 URL"),
        ("http://host/a b", "give http:// or https:// and a host"),
        ("http://host/\nX-Header: 1", "give http:// or https:// and a host"),
        ("http://höst", "give http:// or https:// and a host"),
        ("http://user:secret@host", "leave out user, password"),
        ("http://host/search?q=", r"leave out user, password, '\?' and '#'"),
        ("http://host/#top", r"leave out user, password, '\?' and '#'"),
    ],
)
def test_an_address_that_makes_no_sense_is_refused(tmp_path: Path, url: str, message: str) -> None:
    with pytest.raises(OptionError, match=message) as raised:
        NominatimGeocoder(ReplyCache(tmp_path), url=url)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("user_agent", ["", "a\r\nX-Header: 1", "Köln/1"])
def test_a_user_agent_that_is_no_header_is_refused(tmp_path: Path, user_agent: str) -> None:
    with pytest.raises(OptionError, match="give printable ASCII text"):
        NominatimGeocoder(ReplyCache(tmp_path), user_agent=user_agent)


def test_a_user_agent_out_of_an_example_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="custom `user_agent`"):
        NominatimGeocoder(ReplyCache(tmp_path), user_agent="my-application").search("Paris")


@pytest.mark.parametrize(
    "numbers",
    [{"timeout_s": 0.0}, {"timeout_s": float("nan")}, {"interval_s": -1.0}, {"interval_s": float("inf")}],
)
def test_numbers_that_make_no_sense_are_refused(tmp_path: Path, numbers: dict[str, float]) -> None:
    with pytest.raises(OptionError, match="give sensible numbers"):
        NominatimGeocoder(
            ReplyCache(tmp_path), timeout_s=numbers.get("timeout_s", 1), interval_s=numbers.get("interval_s", 2)
        )


def test_the_public_server_is_asked_once_a_second_at_most(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="once a second at most"):
        NominatimGeocoder(ReplyCache(tmp_path), interval_s=0.5)
    NominatimGeocoder(ReplyCache(tmp_path), url="https://nominatim.example.org", interval_s=0.5)


OFFLINE = """
import pickle, sys

def refuse(event, arguments):
    if event.startswith("socket."):
        raise AssertionError(event)

sys.addaudithook(refuse)
from pathlib import Path
from geo.adapters import CarefulAdapter
from geo.cache import ReplyCache
from geo.gate import Gate
from geo.geocoders import NominatimGeocoder

folder = Path(sys.argv[1]) / "cache"
CarefulAdapter(proxies=None)
Gate(folder, "example.org", interval_s=1)
geocoder = NominatimGeocoder(ReplyCache(folder))
geocoder._opened()
pickle.loads(pickle.dumps(geocoder))
assert not folder.exists()
"""


def test_making_things_opens_neither_socket_nor_file(tmp_path: Path, root: Path) -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", OFFLINE, str(tmp_path)], cwd=root, check=True, timeout=60)


@online
def test_a_geocoder_pickles_after_use(make: Make, server: FakeServer) -> None:
    geocoder = make("ok")
    geocoder.search("Paris")
    copy = pickle.loads(pickle.dumps(geocoder))
    with closing(copy.cache):
        assert copy.search("Paris").places == geocoder.search("Paris").places
        assert len(copy.search("Rome").places) == 1
    assert server.count("ok") == 2


# --- the package ----------------------------------------------------------------------------------------------------


def test_a_name_that_the_package_has_not_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"'geo\.geocoders' has no attribute 'Photon'"):
        _ = geo.geocoders.Photon  # type: ignore[attr-defined]
