"""What the disk may do to kept replies; ``make faults`` does it more often."""

from __future__ import annotations

import ctypes
import errno
import importlib
import os
import resource
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

import pytest

from geo.cache import FILE_NAME, ReplyCache
from geo.errors import PlacelinesWarning
from tests.crowd import Member
from tests.damage import REPLIES, body, damage, killed
from tests.replies import numbered

pytestmark = pytest.mark.faults

FAULTS = int(os.environ.get("PLACELINES_FAULTS", "30"))
"""How many files are damaged."""
SWEPT = range(0, 200, max(1, 1000 // FAULTS))
"""After how many sound calls a call of the system fails."""
NOBODY = 65534


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return killed(tmp_path_factory.mktemp("sound") / "cache")


def wrong_of(cache: ReplyCache, numbers: range) -> list[int]:
    """Return the numbers whose kept reply is another one than was put."""
    replies = {number: cache.get(numbered(number)) for number in numbers}
    return [number for number, reply in replies.items() if reply is not None and reply.body != body(number)]


def lost_of(cache: ReplyCache, numbers: range) -> list[int]:
    """Return the numbers that there is no reply for."""
    return [number for number in numbers if cache.get(numbered(number)) is None]


# --- damaged files ----------------------------------------------------------------------------------------------------


def test_damaged_files_give_no_wrong_reply_and_no_error(sound: Path, tmp_path: Path) -> None:
    ends = dict.fromkeys(("whole", "replies dropped", "started anew", "in memory only"), 0)
    later = range(REPLIES, 2 * REPLIES)
    for seed in range(FAULTS):
        folder = tmp_path / str(seed)
        shutil.copytree(sound, folder)
        how = damage(folder, seed)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with closing(ReplyCache(folder)) as cache:
                assert wrong_of(cache, range(REPLIES)) == [], how
                lost = lost_of(cache, range(REPLIES))
                for number in later:
                    cache.put(numbered(number), body(number))
                assert (wrong_of(cache, later), lost_of(cache, later)) == ([], []), how
        told = [str(warning.message) for warning in caught if issubclass(warning.category, PlacelinesWarning)]
        assert len(told) == len(caught), how
        is_kept = not any("cannot be kept here" in message for message in told)
        if is_kept:
            with closing(ReplyCache(folder)) as cache:
                assert (wrong_of(cache, range(2 * REPLIES)), lost_of(cache, later)) == ([], []), how
        end = "whole" if not lost else "replies dropped"
        ends["in memory only" if not is_kept else "started anew" if told else end] += 1
        shutil.rmtree(folder)
    print(f"{FAULTS} damaged files: 0 wrong replies, 0 errors; {ends}")
    assert sum(ends.values()) == FAULTS


# --- calls that fail --------------------------------------------------------------------------------------------------

_BLOCK = (ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t)
_CALLS = {
    "open": ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_int, use_errno=True),
    "ftruncate": ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int64, use_errno=True),
    **dict.fromkeys(("read", "write"), ctypes.CFUNCTYPE(*_BLOCK, use_errno=True)),
    **dict.fromkeys(
        ("pread", "pread64", "pwrite", "pwrite64"), ctypes.CFUNCTYPE(*_BLOCK, ctypes.c_int64, use_errno=True)
    ),
}
_READING = ("read", "pread", "pread64")
_WRITING = ("write", "pwrite", "pwrite64", "ftruncate")


class _Vfs(ctypes.Structure):
    """What SQLite asks the system through (sqlite.org/c3ref/vfs.html), as far as it is needed."""

    _fields_ = (
        ("numbers", ctypes.c_int * 3),
        ("names", ctypes.c_void_p * 3),
        ("methods", ctypes.c_void_p * 13),
        ("set_call", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)),
        ("get_call", ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)),
    )


def sqlite_library() -> ctypes.CDLL:
    return ctypes.CDLL(importlib.import_module("_sqlite3").__file__)


class FailingSystem:
    """Lets system calls of SQLite in this process fail, for the rest of its life, when it is told to."""

    def __init__(self, calls: Sequence[str], error: int) -> None:
        find = sqlite_library().sqlite3_vfs_find
        find.restype = ctypes.POINTER(_Vfs)
        self._error = error
        self._sound, self._failing = 0, 0
        self.has_failed = False
        self._vfs = find(None).contents
        self._replaced = [self._replace(call) for call in calls]

    def fail(self, *, after: int, times: int) -> None:
        """Let calls fail, so many times after so many sound ones."""
        self._sound, self._failing, self.has_failed = after, times, False

    def mend(self) -> None:
        """Let no more calls fail."""
        self._failing = 0

    def _replace(self, call: str) -> object:
        kind, vfs = _CALLS[call], ctypes.addressof(self._vfs)
        original = self._vfs.get_call(vfs, call.encode())
        if not original:
            return None
        ask = kind(original)

        def asked(*arguments: object) -> object:
            if self._sound or not self._failing:
                self._sound -= self._sound > 0
                return ask(*arguments)
            self._failing -= 1
            self.has_failed = True
            ctypes.set_errno(self._error)
            return -1

        replaced = kind(asked)
        self._vfs.set_call(vfs, call.encode(), ctypes.cast(replaced, ctypes.c_void_p))
        return replaced


def keep_while_calls_fail(mouth: Connection, folder: Path, sound: Path, calls: Sequence[str], error: int) -> None:
    """Keep replies in one cache after the other, and tell how often a call failed in each, or what went wrong."""
    system = FailingSystem(calls, error)
    failures = 0
    for after in SWEPT:
        for times in (1, 1_000_000):
            here = folder / f"{calls[0]}-{error}-{after}-{times}"
            if after % 2:
                shutil.copytree(sound, here)
            try:
                _keep_while_it_fails(here, system, after, times)
            except Exception as problem:
                raise AssertionError(f"call {after} and {times - 1} more failed with {error}") from problem
            failures += system.has_failed
            shutil.rmtree(here, ignore_errors=True)
    mouth.send(failures)


def _keep_while_it_fails(folder: Path, system: FailingSystem, after: int, times: int) -> None:
    new, later = range(REPLIES, REPLIES + 15), range(REPLIES + 15, REPLIES + 20)
    safe = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with closing(ReplyCache(folder)) as cache:
            system.fail(after=after, times=times)
            for number in new:
                cache.put(numbered(number), body(number))
                safe += [] if system.has_failed else [number]
            assert wrong_of(cache, range(REPLIES)) == []
            assert (wrong_of(cache, new), lost_of(cache, new)) == ([], [])
            system.mend()
            for number in later:
                cache.put(numbered(number), body(number))
            assert (wrong_of(cache, later), lost_of(cache, later)) == ([], [])
            assert lost_of(cache, new) == []
        has_told = bool(caught)
        with closing(ReplyCache(folder)) as cache:
            assert wrong_of(cache, range(REPLIES + 20)) == []
            assert [number for number in lost_of(cache, new) if number in safe or not has_told] == []


@pytest.mark.parametrize(
    ("calls", "error"),
    [
        (_WRITING, errno.ENOSPC),
        (_WRITING, errno.EIO),
        (_READING, errno.EIO),
        (("open",), errno.EMFILE),
        (("open",), errno.EROFS),
    ],
    ids=lambda value: errno.errorcode[value] if isinstance(value, int) else value[0],
)
def test_whichever_call_of_the_system_fails_every_reply_of_the_run_is_answered(
    tmp_path: Path, sound: Path, calls: Sequence[str], error: int
) -> None:
    if not hasattr(sqlite_library(), "sqlite3_vfs_find"):
        pytest.skip("this Python brings an SQLite of its own, whose calls cannot be reached")
    failed = Member(keep_while_calls_fail, tmp_path, sound, calls, error).result()
    print(f"{failed} runs with failing {calls[0]}: {errno.errorcode[error]}: all answered")
    assert isinstance(failed, int)
    assert failed > 1


# --- disks that take nothing ------------------------------------------------------------------------------------------


def keep_on_a_full_disk(mouth: Connection, folder: Path) -> None:
    """Keep replies in files that cannot grow beyond one size after the other; tell how many sizes there were."""
    sizes = range(0, 200_000, 1_000_000 // FAULTS)
    for size in sizes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        here = folder / str(size)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with closing(ReplyCache(here)) as cache:
                for number in range(REPLIES):
                    cache.put(numbered(number), body(number))
                assert (wrong_of(cache, range(REPLIES)), lost_of(cache, range(REPLIES))) == ([], []), size
        assert {warning.category for warning in caught} <= {PlacelinesWarning}, size
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        with closing(ReplyCache(here)) as cache:
            assert wrong_of(cache, range(REPLIES)) == [], size
            assert caught or not lost_of(cache, range(REPLIES)), size
        shutil.rmtree(here)
    mouth.send(len(sizes))


def test_wherever_the_disk_is_full_every_reply_of_the_run_is_answered(tmp_path: Path) -> None:
    print(f"{Member(keep_on_a_full_disk, tmp_path).result()} sizes of a full disk: all answered")


def read_as_nobody(mouth: Connection, folder: Path) -> None:
    """Read a cache that may not be written, without the rights of root; tell what is wrong, lost, and warned of."""
    if not os.getuid():
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with closing(ReplyCache(folder)) as cache:
            for number in range(REPLIES, REPLIES + 5):
                cache.put(numbered(number), body(number))
            wrong, lost = wrong_of(cache, range(REPLIES + 5)), lost_of(cache, range(REPLIES + 5))
    mouth.send((wrong, lost, [str(warning.message) for warning in caught]))


@contextmanager
def read_only(sound: Path) -> Iterator[Path]:
    """Copy a cache to where everybody may read it and nobody may write."""
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top) / "cache"
        shutil.copytree(sound, folder)
        with closing(ReplyCache(folder)) as cache:
            cache.get(numbered(0))  # the log goes into the file
        Path(top).chmod(0o755)
        for path in folder.iterdir():
            path.chmod(0o444)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def test_a_folder_that_may_only_be_read_is_read_and_new_replies_stay_in_memory(sound: Path) -> None:
    with read_only(sound) as folder:
        names = sorted(path.name for path in folder.iterdir())
        before = (folder / FILE_NAME).read_bytes()
        wrong, lost, told = cast("tuple[list[int], list[int], list[str]]", Member(read_as_nobody, folder).result())
        assert (wrong, lost) == ([], [])
        assert len(told) == 1
        assert str(folder) in told[0]
        assert sorted(path.name for path in folder.iterdir()) == names
        assert (folder / FILE_NAME).read_bytes() == before
