"""Watching: inputs that grow, such as a folder or a feed, looked at again and again; each article is read once."""

from __future__ import annotations

import hashlib
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ..addresses import shown_url
from ..articles.formats import document_of
from ..articles.ids import MadeUp
from ..articles.inputs import list_inputs
from ..articles.raw import Found, Raw
from ..errors import InputError, TextWarning
from ..model import Document
from .batches import DIGEST_BYTES
from .ledger import Ledger

SETTLED_S = 2.0
"""A file that was changed less than so long ago may still be being written."""
_MOST_WAITS = 15


def unseen(found: Iterable[Found], ledger: Ledger, first: int) -> Iterator[Found]:
    """Yield what the ledger has not seen, and enter it there.

    What is known by its place and its content is passed over; new content at an old place is another article, and an
    id that was used before gets a number. An article that a feed links to is known by the link alone, and a row of a
    table, wherever it stands, by its own id or else by all that it says.

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


def has_followed(ledger: Ledger, link: str) -> bool:
    """Return whether the article that a link of a feed leads to was read another day."""
    return ledger.has_seen(_key_of_link(link))


def _key_of(found: Found) -> bytes:
    """Return what an article is known by: where it is, and what it holds."""
    if isinstance(found, InputError):
        return _digest((found.source, found.line), str(found))
    if isinstance(found, Document):
        return _digest(_place_of_row(found), found.text)
    if found.link is not None:
        return _key_of_link(found.link)
    if _is_page(found):
        return _key_of_page(found)
    return _digest((found.url or found.name, found.title), found.data)


def _key_of_link(link: str) -> bytes:
    return _digest(("link", link), "")


def _place_of_row(row: Document) -> tuple[object, ...]:
    """Return what tells a row from others of the same text; its number, which new rows above it change, does not."""
    if not isinstance(row.id, MadeUp):
        return row.id, row.title
    return row.file_name, row.title, row.source, row.date, row.url, row.author


def _is_page(found: Raw) -> bool:
    """Return whether it was fetched by itself, so that its address is its name, and not that of a feed or archive."""
    return found.url is not None and found.name == shown_url(found.url)


def _key_of_page(page: Raw) -> bytes:
    """Return what a page is known by: its text, since its bytes may differ each time, by their advertisements."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TextWarning)  # it is told when the article is read
            return _digest((page.url,), document_of(page).text)
    except InputError as error:
        return _key_of(error)


def _digest(place: tuple[object, ...], content: str | bytes) -> bytes:
    digest = hashlib.blake2b(repr(place).encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES)
    digest.update(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    return digest.digest()


def _unused(document_id: str, ledger: Ledger) -> str:
    """Return the id, numbered when an article of another day has it."""
    number, unused = 1, document_id
    while ledger.has_id(unused):
        number += 1
        unused = f"{document_id}-{number}"
    return unused
