"""Batches: what is found, cut into pieces that are handed out, and known again when a run goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from ..articles.raw import Found, Raw
from ..errors import InputError
from .schema import PART_SIZE
from .worker import Batch, Item

DIGEST_BYTES = 16
"""Length of a `digest_of`."""
SMALLEST, LARGEST = 8, 64
"""Articles of a batch: fewer cost calls, more cost memory and no less time."""
_MOST_BYTES = 2_000_000
"""Text of a batch, roughly; one article may have more."""
_BYTES_OF_ARTICLE = 4_000_000
"""Memory that an article of a batch may need at its worst: what was found in it, and its rows, many times its text."""


@dataclass(frozen=True, slots=True)
class Task:
    """A batch with what it is known by."""

    batch: Batch
    """What is read."""
    digests: bytes
    """What its items are known by, one behind the other."""

    @property
    def first(self) -> int:
        """Position of the first item."""
        return self.batch[0][0]

    @property
    def stop(self) -> int:
        """One past that of the last."""
        return self.batch[-1][0] + 1

    def single(self) -> list[Task]:
        """Return a task for each of its items."""
        pieces = (self.digests[at : at + DIGEST_BYTES] for at in range(0, len(self.digests), DIGEST_BYTES))
        return [Task((item,), piece) for item, piece in zip(self.batch, pieces, strict=True)]


def digest_of(found: Found) -> bytes:
    """Return what tells an article from any other: its bytes or text, and all that is said of it."""
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    if isinstance(found, InputError):
        digest.update(repr((str(found), found.source, found.line, found.document_id)).encode())
        return digest.digest()
    body = "data" if isinstance(found, Raw) else "text"
    told = [(each.name, getattr(found, each.name)) for each in fields(found) if each.name != body]
    digest.update(repr(told).encode())
    digest.update(found.data if isinstance(found, Raw) else found.text.encode("utf-8", "surrogatepass"))
    return digest.digest()


def size_from_memory(available_bytes: int | None, workers: int) -> int:
    """Return how many articles a batch has at most, so that a few for each worker fit into memory."""
    if available_bytes is None:
        return SMALLEST
    return max(SMALLEST, min(LARGEST, available_bytes // (2 * max(1, workers) * _BYTES_OF_ARTICLE)))


def tasks_of(items: Iterable[tuple[Item, bytes]], *, size: int, workers: int) -> Iterator[Task]:
    """Yield items as tasks: consecutive ones of one part, so many and so much text at most.

    The first ones are small, so that a small corpus keeps every worker busy, too.

    Parameters
    ----------
    items
        Each with its digest.
    size
        Most items of a task.
    workers
        How many there are; none where they come later.
    """
    batch: list[Item] = []
    digests: list[bytes] = []
    weight = handed_out = 0
    for item, digest in items:
        position, found = item
        room = min(size, SMALLEST * (1 + handed_out // (2 * max(1, workers))))
        follows = not batch or (position == batch[-1][0] + 1 and position % PART_SIZE != 0)
        if batch and not (follows and len(batch) < room and weight + _weight(found) <= _MOST_BYTES):
            yield Task(tuple(batch), b"".join(digests))
            handed_out += 1
            batch, digests, weight = [], [], 0
        batch.append(item)
        digests.append(digest)
        weight += _weight(found)
    if batch:
        yield Task(tuple(batch), b"".join(digests))


def _weight(found: Found) -> int:
    if isinstance(found, InputError):
        return 0
    return len(found.data) if isinstance(found, Raw) else len(found.text)
