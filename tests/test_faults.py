"""Services that are asked by many processes at once, and that fail in every way; ``make faults`` does it at length."""

from __future__ import annotations

import os
import random
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import count, pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn, cast

import pytest

from geo.cache import FILE_NAME, ReplyCache
from geo.extent import Extent
from geo.model import Kind
from geo.roads import Sought
from geo.roads.overpass import OverpassRoads
from tests import asking
from tests.crowd import Member, Serving, Told, ask, ask_for_ever, barrier, results, serving, told

pytestmark = [pytest.mark.faults, pytest.mark.allow_hosts(["127.0.0.1"])]

FAULTS = int(os.environ.get("PLACELINES_FAULTS", "30"))
IS_FULL = FAULTS >= 1000
"""Whether it is all done as it is promised, on a machine with nothing else to do; else as much as takes seconds."""


@pytest.fixture(scope="module")
def hostile() -> Iterator[Serving]:
    with serving() as running:
        yield running


def kept_rows(folder: Path) -> list[tuple[str]]:
    """Return the status of each reply that is kept."""
    if not (folder / FILE_NAME).exists():
        return []
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        return connection.execute("SELECT status FROM reply").fetchall()


# --- each fault by itself ---------------------------------------------------------------------------------------------

ANSWERED = {"ok": 1, "okslow": 1, "gzip_ok": 1, "redir_ok": 1, "wrongct": 1, "empty": 0, "jsonobj": 0}
"""How many places come of modes of the server that answer."""
UNANSWERED = {
    **asking.FAULTS,
    "an unknown host": "the connection failed: Name or service not known",
    "a slow name server": "no whole reply within",
    "nobody listens": "the connection failed: .*refused",
}
"""Modes that do not, and three faults that need no server, with what is said of them."""
SLOW = {"hang", "slowloris", "slowhead", "a slow name server"}
TIMEOUTS_S = dict.fromkeys(SLOW, 2.0 if IS_FULL else 0.5)
TIMEOUT_S = 2.0 if IS_FULL else 10.0
"""Where the server is quick; a busy machine must not make it seem slow."""
GRACE_S = 0.5
MOST_MB = 100
TRIES = 1 if IS_FULL else 3
"""How often something may be tried to be done in time: others at work on the machine make it slower, never quicker."""


def ask_once(mouth: Connection, folder: Path, url: str, mode: str) -> None:
    """Ask for one name, once, and tell what became of it; two of the modes need no server."""
    timeout_s = TIMEOUTS_S.get(mode, TIMEOUT_S)
    if mode == "nobody listens":
        url = "http://127.0.0.1:9/"
    elif mode in {"an unknown host", "a slow name server"}:
        url = "http://nominatim.invalid"
        socket.getaddrinfo = _no_such_host if mode == "an unknown host" else _no_name_server
    options = {"timeout_s": timeout_s, "interval_s": 0.0, "retries": 0}
    ask(mouth, folder, url, options, ["Paris"])


def _no_such_host(*_: object, **__: object) -> NoReturn:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def _no_name_server(*_: object, **__: object) -> NoReturn:
    time.sleep(20)
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def asked_in_time(folder: Path, hostile: Serving, mode: str) -> tuple[Told, Path]:
    """Ask until it is done in time; return what became of it, and the folder of the cache."""
    late = []
    for turn in range(TRIES):
        here, before = folder / str(turn), len(hostile.asked(mode))
        (answer,) = cast("list[Told]", Member(ask_once, here, hostile.url(mode), mode).result())
        requests = max(1, len(hostile.asked(mode)) - before)
        if answer.seconds <= requests * (TIMEOUTS_S.get(mode, TIMEOUT_S) + GRACE_S):
            return answer, here
        late.append(answer.seconds)
    raise AssertionError(f"{mode} took {late} s")


@pytest.mark.parametrize("mode", ANSWERED)
def test_an_answer_is_kept_as_what_it_is(hostile: Serving, tmp_path: Path, mode: str) -> None:
    answer, folder = asked_in_time(tmp_path, hostile, mode)
    assert (answer.places, answer.reason) == (ANSWERED[mode], "")
    assert kept_rows(folder) == [("ok" if ANSWERED[mode] else "miss",)]
    assert answer.grew_mb < MOST_MB
    print(f"{mode}: {answer.places} places, {answer.seconds:.3f} s, {answer.grew_mb:.1f} MB")


@pytest.mark.parametrize("mode", UNANSWERED)
def test_a_fault_is_a_reason_in_time_in_little_memory_and_never_kept(
    hostile: Serving, tmp_path: Path, mode: str
) -> None:
    answer, folder = asked_in_time(tmp_path, hostile, mode)
    assert answer.places is None
    assert re.search(f" did not answer for 'Paris': ({UNANSWERED[mode]})", answer.reason), answer.reason
    assert len(answer.reason) < 250
    assert kept_rows(folder) == []
    assert answer.grew_mb < MOST_MB
    assert hostile.asked("PORT2") == []
    print(f"{mode}: {answer.reason.partition(': ')[2]:.60}, {answer.seconds:.3f} s, {answer.grew_mb:.1f} MB")


def ask_for_a_road(mouth: Connection, folder: Path, url: str) -> None:
    sought = Sought(Kind.ROAD, ("M4",), ("SY",), Extent(35.79, 35.53, 37.16, 36.2))
    with closing(ReplyCache(folder)) as cache:
        source = OverpassRoads(cache, country_of=lambda _: "SY", url=url, timeout_s=10, interval_s=0, retries=0)
        mouth.send(told(lambda: tuple(source.named(sought))))


@pytest.mark.parametrize("mode", ["remark", "roadsremark"])
def test_a_remark_of_overpass_is_a_failure_even_beside_roads(hostile: Serving, tmp_path: Path, mode: str) -> None:
    answer = cast("Told", Member(ask_for_a_road, tmp_path, hostile.url(mode)).result())
    assert answer.places is None
    assert "the server gave up: 'runtime error: Query timed out in" in answer.reason
    assert kept_rows(tmp_path) == []
    assert answer.grew_mb < MOST_MB


# --- many processes ---------------------------------------------------------------------------------------------------

PROCESSES = 8 if IS_FULL else 4
NAMES = [f"name {number}" for number in range(40 if IS_FULL else 8)]
LOOKUPS = 1200 if IS_FULL else 120
QUICK = {"interval_s": 0.02, "timeout_s": 10.0}


def shares() -> list[list[str]]:
    """Deal the lookups to the processes, each name to many of them."""
    lookups = NAMES * (LOOKUPS // len(NAMES))
    random.Random(8).shuffle(lookups)
    return [lookups[process::PROCESSES] for process in range(PROCESSES)]


def test_a_name_is_asked_once_however_many_processes_look_it_up(hostile: Serving, tmp_path: Path) -> None:
    told_by_each = results(ask, [(tmp_path, hostile.url("okslow/shared"), QUICK, share) for share in shares()])
    asked = hostile.asked("okslow/shared")
    answers = [answer for told_by_one in cast("list[list[Told]]", told_by_each) for answer in told_by_one]
    assert [answer for answer in answers if answer.places != 1] == []
    assert sorted(each.name for each in asked) == sorted(NAMES)
    print(f"{PROCESSES} processes, {len(answers)} lookups of {len(NAMES)} names: {len(asked)} requests")


def test_a_killed_process_costs_one_request_at_most(hostile: Serving, tmp_path: Path) -> None:
    kills, chance = 0, random.Random(9)
    work = [(tmp_path, hostile.url("okslow/killed"), QUICK, share) for share in shares()]
    members = [Member(ask, *arguments) for arguments in work]
    while len({each.name for each in hostile.asked("okslow/killed")}) < len(NAMES):
        time.sleep(chance.uniform(0, 0.2))
        victim = chance.randrange(PROCESSES)
        kills += members[victim].is_alive
        members[victim].kill()
        members[victim] = Member(ask, *work[victim])
    answers = [answer for member in members for answer in cast("list[Told]", member.result())]
    asked = Counter(each.name for each in hostile.asked("okslow/killed"))
    assert [answer for answer in answers if answer.places != 1] == []
    assert set(asked) == set(NAMES)
    assert asked.total() <= len(NAMES) + kills
    print(f"{kills} kills among {PROCESSES} processes, {len(NAMES)} names: {asked.total()} requests")


@pytest.mark.parametrize("is_killed", [False, True], ids=["left alone", "killed while asking"])
def test_no_second_ever_sees_two_requests(hostile: Serving, tmp_path: Path, is_killed: bool) -> None:
    processes, seconds = (16, 120) if IS_FULL else (6, 4)
    url, chance, numbers = f"okslow/paced-{is_killed}", random.Random(8), count(processes)

    def started(who: int) -> Member:
        return Member(ask_for_ever, tmp_path, hostile.url(url), {"timeout_s": 10.0}, str(who))

    members = {who: started(who) for who in range(processes)}
    end, seen, failures = time.monotonic() + seconds, 0, []
    while time.monotonic() < end:
        time.sleep(0.01)
        asked = hostile.asked(url)
        if is_killed and len(asked) > seen and chance.random() < 0.7:
            members.pop(int(asked[-1].name.split()[0])).kill()
            new = next(numbers)
            members[new] = started(new)
        seen = len(asked)
        assert all(each.is_alive for each in members.values())
    for each in members.values():
        failures += each.told()
        each.kill()
    assert failures == []
    times = [each.at for each in hostile.asked(url)]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(gaps) >= seconds / 4
    assert min(gaps) > 1
    killed = f", {next(numbers) - processes} of them killed while they asked" if is_killed else ""
    print(f"{processes} processes for {seconds} s{killed}: {len(times)} requests, at least {min(gaps):.3f} s apart")


def together(folder: Path, url: str, options: dict[str, float], names: int) -> list[Told]:
    """Let processes that have all opened the service ask for names of their own; return what became of them."""
    processes = 16 if IS_FULL else 6
    start = barrier(processes)
    each = [(folder, url, options, [f"{who} {n}" for n in range(names)], start) for who in range(processes)]
    return [answer for told_by_one in cast("list[list[Told]]", results(ask, each)) for answer in told_by_one]


@pytest.mark.parametrize("mode", ["r401", "r403", "r429none", "r429date"])
def test_after_a_refusal_no_process_asks_again(hostile: Serving, tmp_path: Path, mode: str) -> None:
    answers = together(tmp_path, hostile.url(f"{mode}/once"), QUICK, 3)
    assert {answer.places for answer in answers} == {None}
    assert len(hostile.asked(f"{mode}/once")) == 1
    print(f"{mode}: {len(answers)} lookups, 1 request")


def test_no_process_asks_before_the_rest_is_over_that_the_server_wants(hostile: Serving, tmp_path: Path) -> None:
    answers = together(tmp_path, hostile.url("flaky429"), QUICK, 2)
    times = [each.at for each in hostile.asked("flaky429")]
    assert [answer for answer in answers if answer.places != 1] == []
    assert len(times) == len(answers) + 2
    assert min(times[1] - times[0], times[2] - times[1]) >= 1


@pytest.mark.skipif(not IS_FULL, reason="takes a minute")
def test_a_server_that_wants_rest_again_and_again_is_left_alone_by_all(hostile: Serving, tmp_path: Path) -> None:
    answers = together(tmp_path, hostile.url("r429/left"), QUICK, 2)
    times = [each.at for each in hostile.asked("r429/left")]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert {answer.places for answer in answers} == {None}
    assert min(gaps) >= 2
    time.sleep(4)
    assert len(hostile.asked("r429/left")) == len(times)


# --- the real command -------------------------------------------------------------------------------------------------


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "maps", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.usefixtures("unpacked")
@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("r403", r"HTTP 403 \(access denied\)"),
        ("html200", "the reply is not JSON"),
        ("jsonnull", "the reply is no list of places: None"),
        ("gzip_bomb", "the reply is longer than 4 MB"),
        ("reset", "the connection failed"),
    ],
)
def test_the_command_goes_on_without_a_service_that_fails(
    hostile: Serving, tmp_path: Path, root: Path, mode: str, reason: str
) -> None:
    article = tmp_path / "news.txt"
    article.write_text("Rain fell on Paris and in the village of Xyzzyville.", encoding="utf-8")
    options = ["--geocoder-url", hostile.url(mode), "--overpass-url", hostile.url("roadsnone"), "--cache"]
    done = run(root, "places", str(article), "--online", *options, str(tmp_path / "cache"))
    assert done.returncode == 0, done.stderr
    assert "Paris" in done.stdout
    warned = [line for line in done.stderr.splitlines() if "did not answer" in line]
    assert len(warned) == 1, done.stderr
    assert re.search(reason, warned[0])
    assert "Traceback" not in done.stderr
    assert kept_rows(tmp_path / "cache") == []
