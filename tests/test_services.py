from __future__ import annotations

import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from geopy.adapters import AdapterHTTPError
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
)

from geo.adapters import Request
from geo.cache import MISS_TTL_S, OK_TTL_S, Question, ReplyCache, read_recording
from geo.cache.upkeep import exported
from geo.errors import GeocodingError, NotAskedError, OptionError, PlacelinesWarning
from geo.failures import failure_of
from geo.standing import MAX_FAILURES, MAX_UNREACHABLE
from geo.version import __version__
from tests.fakeserver import FakeServer
from tests.processes import heed_signals
from tests.towns import Towns

online = pytest.mark.allow_hosts(["127.0.0.1"])


Make = Callable[..., Towns]


@pytest.fixture
def make(server: FakeServer, tmp_path: Path) -> Iterator[Make]:
    """Return a maker of services, each with a cache object of its own on one folder, as separate runs have."""
    caches: list[ReplyCache] = []

    def make_service(mode: str, *, cache: ReplyCache | None = None, **options: Any) -> Towns:  # noqa: ANN401
        caches.append(cache or ReplyCache(tmp_path / "cache"))
        return Towns(caches[-1], server.url(mode), **options)

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
    towns.cache.put(towns.question("Paris"), "many")
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
        ("r414", "HTTP 414", 1),
        ("r429", r"HTTP 429 \(too many requests\)", 3),
        ("html200", "the reply is not JSON", 2),
        ("truncjson", "the reply is not JSON", 2),
        ("shortbody", "the reply was cut short", 2),
        ("gzip_cut", "the packed reply was cut short", 2),
        ("hang", "no (whole )?reply", 3),
        ("redir_port", "it redirects to another server", 1),
        ("reset", "the connection failed", 1),
    ],
)
def test_a_failure_says_who_failed_and_is_repeated_only_where_it_may_pass(
    make: Make, server: FakeServer, mode: str, reason: str, requests: int
) -> None:
    towns = make(mode, retries=2, timeout_s=0.4 if mode == "hang" else 5.0)
    with pytest.raises(GeocodingError, match=rf"^127.0.0.1:{server.port}/{mode} did not answer for 'Paris': {reason}"):
        towns.count("Paris")
    assert server.count(mode) == requests
    assert server.count("PORT2") == 0
    assert towns.cache.get(towns.question("Paris")) is None


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
@pytest.mark.parametrize("mode", ["reset", "noresp", "garbage"])
def test_a_server_out_of_reach_is_given_up_sooner(make: Make, server: FakeServer, mode: str) -> None:
    towns = make(mode)
    for number in range(MAX_UNREACHABLE):
        with pytest.raises(GeocodingError, match="did not answer"):
            towns.count(f"town {number}")
    with pytest.raises(GeocodingError, match=f"after {MAX_UNREACHABLE} attempts in a row that did not reach it"):
        towns.count("Rome")
    assert server.count(mode) == MAX_UNREACHABLE


@pytest.mark.parametrize(
    ("error", "is_refusal"),
    [
        (GeocoderAuthenticationFailure("bad key"), True),
        (GeocoderInsufficientPrivileges("not yours"), True),
        (GeocoderQuotaExceeded("enough for today"), True),
        (GeocoderRateLimited("slower"), True),
        (GeocoderQueryError("no sense"), False),
    ],
)
def test_a_refusal_in_a_good_reply_counts_as_one(error: GeocoderServiceError, is_refusal: bool) -> None:
    failure = failure_of(error, software="Towns", repeats_left=2, has_repeated=False, max_rest_s=60)
    assert (failure.is_refusal, failure.is_final, failure.is_passing) == (is_refusal, is_refusal, False)


def test_what_a_failure_means_follows_its_status() -> None:
    def judged(status: int, **headers: str) -> tuple[bool, bool, bool, float]:
        error = AdapterHTTPError("no", status_code=status, headers=headers, text=None)
        failure = failure_of(error, software="Towns", repeats_left=2, has_repeated=False, max_rest_s=60)
        return failure.is_passing, failure.is_final, failure.is_refusal, failure.rest_s

    assert judged(403) == judged(401) == (False, True, True, 0)
    assert judged(404) == judged(407) == (False, True, False, 0)
    assert judged(400) == judged(414) == (False, False, False, 0)
    assert judged(500) == judged(509) == (True, False, False, 0)
    assert judged(503, **{"retry-after": "61"}) == (False, False, False, 60)
    assert judged(429) == (False, True, True, 0)
    assert judged(429, **{"retry-after": "7"}) == (True, False, False, 7)
    assert judged(429, **{"retry-after": "3600"}) == (False, True, True, 60)


@online
@pytest.mark.parametrize("mode", ["r401", "r403", "r429", "r429none", "r429date"])
def test_a_refusal_ends_the_asking_of_all_who_had_begun_by_then(
    make: Make, server: FakeServer, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    one, other = make(mode, retries=1, max_rest_s=3), make(mode, retries=1, max_rest_s=3)
    with pytest.raises(GeocodingError, match="did not answer"):
        one.count("Paris")
    sent = server.count(mode)
    monkeypatch.setattr("geo.gate.time.sleep", lambda _seconds: None)
    met = r"is not asked for 'Rome', after HTTP 4\d\d .*, met elsewhere in this run$"
    with pytest.raises(GeocodingError, match=met):
        other.count("Rome")
    for later in (other, pickle.loads(pickle.dumps(other))):
        with pytest.raises(GeocodingError, match="is not asked for 'Oslo', after"):
            later.count("Oslo")
    assert server.count(mode) == sent
    with pytest.raises(GeocodingError, match="did not answer"):
        make(mode, max_rest_s=3).count("Rome")  # a run that is started later asks anew
    assert server.count(mode) == sent + 1


@online
def test_a_fault_of_one_address_is_nothing_to_others_at_the_server(make: Make, server: FakeServer) -> None:
    wrong, right = make("r404"), make("ok")
    with pytest.raises(GeocodingError, match="no Townserver there"):
        wrong.count("Paris")
    assert right.count("Paris") == 1


REFUSED = """
import sys
from pathlib import Path
from geo.cache import ReplyCache
from geo.errors import GeocodingError
from tests.towns import Towns

towns = Towns(ReplyCache(Path(sys.argv[1])), sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for number in range(3):
    try:
        towns.count(f"{sys.argv[3]} {number}")
    except GeocodingError as error:
        print(error)
"""


@online
def test_sixteen_processes_send_nothing_after_a_refusal(server: FakeServer, tmp_path: Path, root: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", REFUSED, str(tmp_path / "cache"), server.url("r403")]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    [*command, str(number)], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                )
            )
            for number in range(16)
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        told = "".join(process.communicate("\n", timeout=120)[0] for process in processes)
    assert server.count("r403") == 1
    assert (told.count("did not answer"), told.count("is not asked")) == (1, 47)


# --- old replies, recordings ------------------------------------------------------------------------------------------


@online
@pytest.mark.parametrize(("body", "age_s", "towns"), [("7", OK_TTL_S, 7), (None, MISS_TTL_S, 0)])
def test_a_reply_too_old_is_better_than_none(
    make: Make, server: FakeServer, tmp_path: Path, body: str | None, age_s: int, towns: int
) -> None:
    service = make("r403")
    with closing(ReplyCache(tmp_path / "cache", clock=lambda: time.time() - age_s - 86_400)) as before:
        before.put(service.question("Paris"), body)
        before.put(service.question("Rome"), body)
        kept = before.get(service.question("Paris"))
    assert kept is not None
    day = datetime.fromtimestamp(kept.fetched_at, UTC).date()
    with pytest.warns(PlacelinesWarning) as warned:
        answers = [service.asked(name) for name in ("Paris", "Rome")]
    assert answers == [(towns, f"reply of {day}, too old")] * 2
    assert [str(one.message) for one in warned] == [
        f"127.0.0.1:{server.port}/r403 did not answer for 'Paris': HTTP 403 (access denied); "
        "replies kept earlier are used instead"
    ]
    assert server.count("r403") == 1
    with pytest.raises(GeocodingError, match="is not asked for 'Oslo'"):
        service.asked("Oslo")


@online
def test_a_reply_that_could_not_be_renewed_is_used_as_it_is(make: Make, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    with closing(ReplyCache(folder, clock=lambda: time.time() - 60)) as before:
        before.put(make("r500").question("Paris"), "7")
        before.put(make("r500").question("Rome"), "many")
    service = make("r500", cache=ReplyCache(folder, use="refresh"))
    with pytest.warns(PlacelinesWarning, match="HTTP 500; replies kept earlier are used instead"):
        count, note = service.asked("Paris")
    assert (count, str(note)[-9:]) == (7, ", too old")
    with pytest.raises(GeocodingError, match="did not answer for 'Rome': HTTP 500"):
        service.asked("Rome")  # kept by other rules


@online
def test_a_recording_is_all_that_is_asked(server: FakeServer, make: Make, tmp_path: Path) -> None:
    make("ok").count("Paris")
    (tmp_path / "recorded.jsonl").write_text("".join(exported(tmp_path / "cache")), encoding="utf-8")
    towns = Towns(read_recording(tmp_path / "recorded.jsonl"), server.url("ok"))
    before = sorted(tmp_path.rglob("*"))
    assert towns.asked("Paris") == (1, None)
    with pytest.raises(GeocodingError, match=rf"^127.0.0.1:{server.port}/ok: 'Rome' is not in the recording$"):
        towns.asked("Rome")
    assert server.count("ok") == 1
    assert sorted(tmp_path.rglob("*")) == before


# --- telling ----------------------------------------------------------------------------------------------------------


def test_requests_are_told_once_instead_of_sent(tmp_path: Path) -> None:
    told: list[Request] = []
    towns = Towns(ReplyCache(tmp_path), "http://127.0.0.1:9/towns", tell=told.append, secrets=["Paris"])
    towns.cache.put(towns.question("Rome"), "7")
    for name in ("Oslo", "Paris", "Oslo"):
        with pytest.raises(NotAskedError, match=f"'{name}': requests are shown, not sent$"):
            towns.count(name)
    assert towns.asked("Rome") == (7, None)
    url = "http://127.0.0.1:9/towns/search?q="
    assert told == [Request("GET", f"{url}Oslo"), Request("GET", f"{url}***")]
    assert list(tmp_path.glob("gate-*")) == []


@online
def test_each_request_is_announced_before_it_is_sent(make: Make, server: FakeServer) -> None:
    announced: list[tuple[str, str, int]] = []
    towns = make("flaky500", retries=1, on_request=lambda *what: announced.append((*what, server.count("flaky500"))))
    towns.count("Paris")
    towns.count("Paris")
    assert announced == [(f"127.0.0.1:{server.port}", "Paris", number) for number in (0, 1)]
    pickle.loads(pickle.dumps(towns)).cache.close()


@online
def test_a_secret_stays_out_of_messages(make: Make) -> None:
    with pytest.raises(GeocodingError, match=r"redirects to another server: 'http://\*\*\*:"):
        make("redir_port", secrets=["127.0.0.1"]).count("Paris")
    with pytest.raises(GeocodingError, match=r"the reply is not JSON: '<html><\*\*\*>C"):
        make("html200", secrets=["body"]).count("Paris")


# --- interruption -----------------------------------------------------------------------------------------------------


WAITING = """
import sys
from pathlib import Path
from geo.cache import ReplyCache
from tests.towns import Towns

cache = ReplyCache(Path(sys.argv[1]))
Towns(cache, sys.argv[2]).count("Paris")
print("kept", flush=True)
Towns(cache, sys.argv[3], retries=2, timeout_s=60).count("Rome")
"""


@online
@pytest.mark.parametrize("mode", ["hang", "r503"])
def test_an_interruption_ends_the_waiting_and_keeps_the_replies(
    make: Make, server: FakeServer, tmp_path: Path, root: Path, mode: str
) -> None:
    command = [sys.executable, "-c", WAITING, str(tmp_path / "cache"), server.url("ok"), server.url(mode)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=root, stdout=pipe, stderr=pipe, text=True, preexec_fn=heed_signals) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "kept\n"
        while not server.count(mode):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)  # the server would be waited for longer
    assert said.rstrip().endswith("KeyboardInterrupt")
    assert make("ok").count("Paris") == 1
    assert (server.count("ok"), server.count(mode)) == (1, 1)


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

    towns.cache.put(towns.question("Paris"), "7")
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
