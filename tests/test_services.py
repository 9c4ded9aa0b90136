from __future__ import annotations

import json
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from geo.adapters import CarefulAdapter
from geo.cache import Question, ReplyCache
from geo.errors import GeocodingError, OptionError
from geo.services import MAX_FAILURES, OnlineService
from geo.version import __version__
from tests.fakeserver import FakeServer

online = pytest.mark.allow_hosts(["127.0.0.1"])


class Towns(OnlineService[CarefulAdapter]):
    """A service that knows how many towns have a name."""

    def __init__(self, cache: ReplyCache, url: str, *, retries: int = 0, max_rest_s: float = 60.0) -> None:
        super().__init__(
            cache,
            software="Townserver",
            url=url,
            user_agent=None,
            interval_s=0.05,
            timeout_s=5.0,
            retries=retries,
            max_rest_s=max_rest_s,
        )

    def count(self, name: str) -> int:
        return self._answer(
            Question(f"towns {self.url}", name), read=self._read, send=lambda client: self._send(client, name)
        )

    def _read(self, body: str | None) -> int:
        return int(body or 0)

    def _send(self, client: CarefulAdapter, name: str) -> tuple[int, str | None]:
        url = f"{self.url}/search?q={quote(name)}"
        reply = client.get_json(url, timeout=self.timeout_s, headers={"User-Agent": self.user_agent})
        assert isinstance(reply, list)
        return len(reply), json.dumps(len(reply)) if reply else None

    def _connected(self) -> CarefulAdapter:
        return CarefulAdapter(proxies=None)


Make = Callable[..., Towns]


@pytest.fixture
def make(server: FakeServer, tmp_path: Path) -> Iterator[Make]:
    """Return a maker of services, each with a cache object of its own on one folder, as separate runs have."""
    caches: list[ReplyCache] = []

    def make_service(mode: str, *, retries: int = 0, max_rest_s: float = 60.0) -> Towns:
        caches.append(ReplyCache(tmp_path / "cache"))
        return Towns(caches[-1], server.url(mode), retries=retries, max_rest_s=max_rest_s)

    yield make_service
    for cache in caches:
        cache.close()


@online
@pytest.mark.parametrize(("mode", "towns"), [("ok", 1), ("empty", 0)])
def test_an_answer_is_given_once_by_the_server_and_then_by_the_cache(
    make: Make, server: FakeServer, mode: str, towns: int
) -> None:
    assert [make(mode).count("Paris") for _ in range(3)] == [towns] * 3
    assert server.count(mode) == 1
    assert server.log[0][2] == f"placelines/{__version__}"


@online
def test_what_was_kept_by_other_rules_is_asked_for_again(make: Make, server: FakeServer) -> None:
    towns = make("ok")
    towns.cache.put(Question(f"towns {towns.url}", "Paris"), "many")
    assert [towns.count("Paris"), towns.count("Paris")] == [1, 1]
    assert server.count("ok") == 1


@online
@pytest.mark.parametrize(
    ("mode", "reason", "requests"),
    [
        ("r400", "HTTP 400", 1),
        ("r401", r"HTTP 401 \(access denied\)", 1),
        ("r404", r"HTTP 404 \(no Townserver there\)", 1),
        ("r429none", r"HTTP 429 \(too many requests\)", 1),
        ("r500", "HTTP 500", 3),
        ("r504", "HTTP 504", 3),
        ("html200", "the reply is not JSON", 1),
        ("redir_port", "it redirects to another server", 1),
        ("reset", "the connection failed", 1),
    ],
)
def test_a_failure_says_who_failed_and_is_repeated_only_where_it_may_pass(
    make: Make, server: FakeServer, mode: str, reason: str, requests: int
) -> None:
    towns = make(mode, retries=2)
    with pytest.raises(GeocodingError, match=rf"^127.0.0.1:{server.port}/{mode} did not answer for 'Paris': {reason}"):
        towns.count("Paris")
    assert server.count(mode) == requests
    assert server.count("PORT2") == 0
    assert towns.cache.get(Question(f"towns {towns.url}", "Paris")) is None


@online
@pytest.mark.parametrize("mode", ["r401", "r403", "r404", "r429none", "r429date"])
def test_a_refusal_ends_the_asking_for_copies_made_later_too(make: Make, server: FakeServer, mode: str) -> None:
    towns = make(mode, retries=2)
    with pytest.raises(GeocodingError, match="did not answer"):
        towns.count("Paris")
    for later in (towns, pickle.loads(pickle.dumps(towns))):
        with pytest.raises(GeocodingError, match=r"is not asked for 'Rome', after HTTP 4\d\d \("):
            later.count("Rome")
    assert server.count(mode) == 1


@online
def test_failures_in_a_row_end_the_asking(make: Make, server: FakeServer) -> None:
    towns = make("html200")
    for number in range(MAX_FAILURES):
        with pytest.raises(GeocodingError, match="did not answer"):
            towns.count(f"town {number}")
    with pytest.raises(GeocodingError, match=f"is not asked for 'Rome', after {MAX_FAILURES} failures in a row"):
        towns.count("Rome")
    assert server.count("html200") == MAX_FAILURES


@online
def test_a_rest_is_kept_when_it_is_short_and_ends_the_request_when_it_is_long(make: Make, server: FakeServer) -> None:
    with pytest.raises(GeocodingError, match="HTTP 503"):
        make("r503", retries=2, max_rest_s=4).count("Paris")
    assert server.count("r503") == 1
    assert make("flaky429", retries=2).count("Paris") == 1
    first, second, third = server.times("flaky429")
    assert min(second - first, third - second) >= 1


@online
def test_requests_keep_their_distance_and_repeated_ones_a_growing_one(make: Make, server: FakeServer) -> None:
    with pytest.raises(GeocodingError, match="HTTP 500"):
        make("r500", retries=2).count("Paris")
    first, second, third = server.times("r500")
    assert second - first >= 0.1
    assert third - second >= 0.2


@online
def test_another_process_that_was_quicker_spares_the_request(make: Make, server: FakeServer) -> None:
    towns = make("ok")
    looks: list[float] = []

    def read(body: str | None) -> int:
        looks.append(time.monotonic())
        return int(body or 0)

    original = towns.cache.get
    answers = iter([None])

    def get(question: Question) -> object:
        # The first look finds nothing; while this one stands in line, somebody else asks.
        return next(answers, original(question))

    towns.cache.put(Question(f"towns {towns.url}", "Paris"), "7")
    towns.cache.get = get  # type: ignore[method-assign,assignment]
    towns._read = read  # type: ignore[method-assign]
    assert towns.count("Paris") == 7
    assert (server.count("ok"), len(looks)) == (0, 1)


def test_making_and_copying_a_service_opens_nothing(tmp_path: Path) -> None:
    towns = Towns(ReplyCache(tmp_path / "cache"), "http://HOST:80/towns/")
    copy = pickle.loads(pickle.dumps(towns))
    assert (copy.url, copy.user_agent) == ("http://HOST:80/towns", f"placelines/{__version__}")
    assert not (tmp_path / "cache").exists()


@online
def test_a_copy_of_a_service_in_use_works(make: Make, server: FakeServer) -> None:
    towns = make("ok")
    assert towns.count("Paris") == 1
    copy = pickle.loads(pickle.dumps(towns))
    with closing(copy.cache):
        assert (copy.count("Paris"), copy.count("Rome")) == (1, 1)
    assert server.count("ok") == 2


def test_the_contact_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACELINES_CONTACT", " desk@example.org ")
    assert Towns(ReplyCache(tmp_path), "http://host").user_agent == f"placelines/{__version__} (+desk@example.org)"
    monkeypatch.setenv("PLACELINES_CONTACT", "desk\n@example.org")
    with pytest.raises(OptionError, match="give printable ASCII text"):
        Towns(ReplyCache(tmp_path), "http://host")


def test_arguments_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="give http:// or https:// and a host"):
        Towns(ReplyCache(tmp_path), "file:///etc/passwd")
    with pytest.raises(OptionError, match="-1 retries: give sensible numbers"):
        Towns(ReplyCache(tmp_path), "http://host", retries=-1)
