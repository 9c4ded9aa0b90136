"""Watching: inputs that grow, such as a folder or a feed, looked at again and again; each article is read once."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ..articles.inputs import list_inputs
from ..articles.raw import Found, Raw
from ..errors import InputError
from .batches import DIGEST_BYTES
from .ledger import Ledger

SETTLED_S = 2.0
"""A file that was changed less than so long ago may still be being written."""
_MOST_WAITS = 15


def unseen(found: Iterable[Found], ledger: Ledger, first: int) -> Iterator[Found]:
    """Yield what the ledger has not seen, and enter it there.

    What is known by its place and its content is passed over; new content at an old place is another article, and an
    id that was used before gets a number.

    Parameters
    ----------
    found
        All that is found today.
    ledger
        What was found before.
    first
        Position of the first new one.
    """
    position = first
    for each in found:
        key = _key_of(each)
        if ledger.has_seen(key):
            continue
        if isinstance(each, InputError):
            ledger.note_seen(key, position, None)
            yield each
        else:
            unused = _unused(each.id, ledger)
            ledger.note_seen(key, position, unused)
            yield replace(each, id=unused)
        position += 1


def settle(inputs: Iterable[str], *, clock: Callable[[], float] = time.time, wait: Callable[[float], None]) -> None:
    """Wait until no file of the inputs is being written any more, or half a minute."""
    files = tuple(inputs)
    for _ in range(_MOST_WAITS):
        changed = max((each.changed_ns or 0 for each in list_inputs(files)), default=0)
        if not 0 <= clock() - changed / 1e9 < SETTLED_S:
            return
        wait(SETTLED_S)


def has_results(output: Path) -> bool:
    """Return whether results of an earlier round are there, to be compared with."""
    return (output / "run.json").exists() and (output / "tables" / "places.parquet").exists()


def _key_of(found: Found) -> bytes:
    """Return what an article is known by: where it is, and what it holds."""
    place: tuple[object, ...]
    if isinstance(found, InputError):
        place, content = (found.source, found.line), str(found).encode("utf-8", "surrogatepass")
    elif isinstance(found, Raw):
        place, content = (found.url or found.name, found.title), found.data
    else:
        place, content = (found.id, found.title), found.text.encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(repr(place).encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES)
    digest.update(content)
    return digest.digest()


def _unused(document_id: str, ledger: Ledger) -> str:
    """Return the id, numbered when an article of another day has it."""
    number, unused = 1, document_id
    while ledger.has_id(unused):
        number += 1
        unused = f"{document_id}-{number}"
    return unused
