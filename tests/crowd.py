"""Processes that use one cache and ask one server at once, and a server for them in a process of its own.

They are forked from one process that has imported everything, so that a hundred of them start within a second and none
has a thread, an open file or the memory of the process that runs the tests.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit
from urllib.request import ProxyHandler, build_opener

from geo.cache import ReplyCache
from geo.errors import GeocodingError
from geo.geocoders import NominatimGeocoder

ROOT = Path(__file__).resolve().parents[1]
CROWD = multiprocessing.get_context("forkserver")
CROWD.set_forkserver_preload(
    ["filelock", "geo.adapters", "geo.roads.overpass", "geopy.geocoders", "pytest", "tests.crowd", "tests.damage"]
)
PATIENCE_S = 120.0
"""Longest wait for a process, on the busiest machine."""


# --- processes --------------------------------------------------------------------------------------------------------


class Member:
    """One process of a crowd, that tells things while it works.

    Parameters
    ----------
    work
        What it does: a function of a module, called with a connection for what it tells, then the arguments.
    """

    def __init__(self, work: Callable[..., None], *arguments: object) -> None:
        self._ear, mouth = CROWD.Pipe(duplex=False)
        self._process = CROWD.Process(target=_alone, args=(work, mouth, *arguments), daemon=True)
        self._process.start()
        mouth.close()

    def told(self) -> list[object]:
        """Return what it has told since the last time, without waiting; a killed one's words count, too."""
        heard = []
        try:
            while self._ear.poll():
                heard.append(self._ear.recv())
        except EOFError:
            pass
        return heard

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def kill(self) -> None:
        """End it by SIGKILL, wherever it is."""
        # Of one that has ended, the number may be another process's by now.
        if self.is_alive:
            self._process.kill()
        self._process.join(PATIENCE_S)

    def result(self) -> object:
        """Wait for its end, and return the last thing it told."""
        last = None
        try:
            while self._ear.poll(PATIENCE_S):
                last = self._ear.recv()
        except EOFError:
            self._process.join(PATIENCE_S)
        assert self._process.exitcode == 0, f"a process ended with {self._process.exitcode}, after telling {last!r}"
        return last


def _alone(work: Callable[..., None], mouth: Connection, *arguments: object) -> None:
    """Work in a process that no proxy of the machine and no earlier test concerns."""
    os.environ["no_proxy"] = "*"
    with mouth:
        work(mouth, *arguments)


def results(work: Callable[..., None], each: Sequence[Sequence[object]]) -> list[object]:
    """Run a process for each list of arguments, all at once, and return the last thing that each told."""
    return [member.result() for member in [Member(work, *arguments) for arguments in each]]


def barrier(parties: int) -> Barrier:
    """Return where so many processes wait for each other."""
    return CROWD.Barrier(parties)


# --- the server -------------------------------------------------------------------------------------------------------


class Asked(NamedTuple):
    """A request as the server saw it."""

    at: float
    """Seconds since 1970 UTC."""
    name: str


@dataclass(frozen=True, slots=True)
class Serving:
    """A hostile server in another process."""

    port: int

    def url(self, mode: str) -> str:
        """Return the address of a mode, as a Nominatim address; "MODE/ANYTHING" does the same."""
        return f"http://127.0.0.1:{self.port}/{mode}"

    def asked(self, mode: str) -> list[Asked]:
        """Return the requests of a mode, or below "MODE/ANYTHING": of the last two thousand of all."""
        with build_opener(ProxyHandler({})).open(self.url("_count"), timeout=30) as reply:
            log = json.load(reply)["log"]
        below = f"/{mode}/"
        return sorted(
            Asked(at, parse_qs(urlsplit(path).query).get("q", [""])[0])
            for at, of_mode, _, path in log
            if of_mode == mode or path.startswith(below)
        )


@contextmanager
def serving() -> Iterator[Serving]:
    """Run `tests.fakeserver` in a process of its own."""
    command = [sys.executable, "-m", "tests.fakeserver"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Serving(int(process.stdout.readline()))
        finally:
            process.kill()


# --- asking -----------------------------------------------------------------------------------------------------------


class Told(NamedTuple):
    """What became of one question."""

    places: int | None
    """How many places there are; None when there was no answer."""
    reason: str
    """Why there was none."""
    seconds: float
    grew_mb: float
    """By how much the memory of the process grew at most."""


def ask(
    mouth: Connection,
    folder: Path,
    url: str,
    options: Mapping[str, float],
    names: Sequence[str],
    start: Barrier | None = None,
) -> None:
    """Ask for names one after the other, when all others have opened the service too; tell what became of them."""
    with closing(ReplyCache(folder)) as cache:
        geocoder = NominatimGeocoder(cache, url=url, **options)  # type: ignore[arg-type]  # all of them are numbers
        if start is not None:
            start.wait(PATIENCE_S)
        mouth.send([told(partial(geocoder.search, name)) for name in names])


def ask_for_ever(mouth: Connection, folder: Path, url: str, options: Mapping[str, float], who: str) -> None:
    """Ask for one name after the other, and tell of each that was not answered."""
    geocoder = NominatimGeocoder(ReplyCache(folder), url=url, **options)  # type: ignore[arg-type]
    for number in count():
        answer = told(partial(geocoder.search, f"{who} {number}"))
        if answer.places is None:
            mouth.send(answer.reason)


def told(question: Callable[[], object]) -> Told:
    """Ask, and return what became of it."""
    before_mb, start, places, reason = peak_mb(), time.monotonic(), None, ""
    try:
        answer = question()
        found = getattr(answer, "places", answer)
        assert isinstance(found, tuple)
        places = len(found)
    except GeocodingError as error:
        reason = str(error)
    return Told(places, reason, time.monotonic() - start, peak_mb() - before_mb)


def peak_mb() -> float:
    """Return the most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
