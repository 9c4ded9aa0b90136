"""Damage to the file of kept replies, the same for the same seed."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from geo.cache import FILE_NAME, ReplyCache
from tests.replies import numbered

REPLIES = 40
"""Replies in the file that is damaged: half of them in the file itself, half in its log."""
_PAGE = 4096


def body(number: int) -> str:
    """Return a reply of 0.2 to 9 kB: some fit into a page, some do not."""
    return f'[{{"n": {number}, "padding": "{str(number) * (100 + 4000 * (number % 3 == 0))}"}}]'


def killed(folder: Path) -> Path:
    """Leave a cache in a folder as a killed process does, with its log, and return the folder."""
    live = folder.with_name(f"{folder.name}-live")
    for first in (0, REPLIES // 2):
        with closing(ReplyCache(live)) as cache:
            for number in range(first, first + REPLIES // 2):
                cache.put(numbered(number), body(number))
            if first:
                shutil.copytree(live, folder)
    return folder


def damage(folder: Path, seed: int) -> str:
    """Damage what lies in a folder; return in what way."""
    chance = random.Random(seed)
    way = _WAYS[seed % len(_WAYS)]
    suffix = ("", "-wal", "-shm")[chance.choices((0, 1, 2), (6, 3, 1))[0]]
    path = folder / (FILE_NAME + suffix)
    data = bytearray(path.read_bytes())
    way(data, chance)
    path.write_bytes(data)
    return f"{way.__name__} {path.name}"


def _flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(2 ** chance.randrange(10)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def _cut_to_pages(data: bytearray, chance: random.Random) -> None:
    del data[_PAGE * chance.randrange(len(data) // _PAGE) :]


def _zero_pages(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randrange(1, 4)):
        start = _PAGE * chance.randrange(len(data) // _PAGE)
        data[start : start + _PAGE] = bytes(min(_PAGE, len(data) - start))


def _swap_pages(data: bytearray, chance: random.Random) -> None:
    one, other = (_PAGE * chance.randrange(len(data) // _PAGE) for _ in "12")
    data[one : one + _PAGE], data[other : other + _PAGE] = data[other : other + _PAGE], data[one : one + _PAGE]


def _overwrite(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start : start + 100] = chance.randbytes(min(100, len(data) - start))


def _garbage(data: bytearray, chance: random.Random) -> None:
    data[:] = chance.randbytes(chance.randrange(3 * _PAGE))


def _append(data: bytearray, chance: random.Random) -> None:
    data += chance.randbytes(chance.randrange(1, 2 * _PAGE))


_WAYS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    *(_flip, _flip, _cut, _cut_to_pages, _zero_pages, _swap_pages, _overwrite, _garbage, _append),
)
