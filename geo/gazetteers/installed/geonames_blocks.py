"""Reads a stretch of a dump of places into the rows of a stored gazetteer, in this process or in a worker.

As a worker (`geo.gazetteers.installed.workers`) it is told the `Reading` first, then gets blocks.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ..image_rows import Rows
from .geonames_files import Block
from .geonames_rows import Context, country_of, read_place, unit_of
from .report import UnreadableRowError
from .workers import Workers, serve

Rank: TypeAlias = tuple[int, int, int]
"""Rank among the claimants of a unit code, see `geo.gazetteers.installed.geonames_rows.unit_of`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a dump is read."""

    context: Context
    """What other tables say."""
    country: str | None = None
    """Only places of this country are wanted; None for all."""
    holds_other_countries: bool = False
    """Whether rows of other countries are passed over, and not refused."""


@dataclass(slots=True)
class Taken:
    """What was read of a block."""

    rows: Rows = field(default_factory=Rows)
    """Places and names for the gazetteer."""
    claims: list[tuple[str, Rank, int]] = field(default_factory=list)
    """Unit codes, with the rank and number of the place that claims each."""
    rejected: list[tuple[int, str]] = field(default_factory=list)
    """Number of each row that cannot be read, and why."""
    left_out: int = 0
    """Rows that are no place to install."""
    newest: str = ""
    """The latest day of a modification."""


def read_block(block: Block, reading: Reading, known: Container[int] = frozenset()) -> Taken:
    """Read the rows of a block.

    Parameters
    ----------
    block
        The rows.
    reading
        How they are read.
    known
        GeoNames ids that came before.
    """
    taken = Taken()
    seen: set[int] = set()
    wanted = (reading.country.encode(), None) if reading.country and reading.holds_other_countries else ()
    for row, line in block.rows():
        # What is no row at all is kept, to be refused by its number.
        if wanted and country_of(line) not in wanted:
            continue
        try:
            record, date = read_place(line, reading.context)
        except UnreadableRowError as error:
            taken.rejected.append((row, str(error)))
            continue
        taken.newest = max(taken.newest, date)
        if record is None:
            taken.left_out += 1
        elif reading.country and record.country != reading.country:
            taken.rejected.append((row, f"country {record.country!r} in the dump of {reading.country}"))
        elif record.number in seen or record.number in known:
            taken.rejected.append((row, f"the id {record.number} came before"))
        else:
            seen.add(record.number)
            taken.rows.add(record)
            claim = unit_of(record, reading.context)
            if claim is not None:
                taken.claims.append((*claim, record.number))
    return taken


def read_blocks(blocks: Iterable[Block], reading: Reading, known: Container[int], *, helped: bool) -> Iterator[Taken]:
    """Read block after block.

    Parameters
    ----------
    blocks, reading
        As for `read_block`.
    known
        GeoNames ids that came before; to be kept up while the blocks are read.
    helped
        Whether worker processes do the work. The result is the same.
    """
    if not helped:
        yield from (read_block(block, reading, known) for block in blocks)
        return
    context = reading.context
    setup = marshal.dumps(
        (dict(context.shown), dict(context.countries), reading.country, reading.holds_other_countries)
    )
    with Workers(__name__, setup) as workers:
        for question, answer in workers.answers(marshal.dumps(tuple(block)) for block in blocks):
            taken = _unpacked(answer) if answer is not None else None
            # A worker does not know what came before its block.
            if taken is None or any(row[0] in known for row in taken.rows.places):
                taken = read_block(Block(*marshal.loads(question)), reading, known)
            yield taken


def _unpacked(answer: bytes) -> Taken:
    rows, *others = marshal.loads(answer)
    return Taken(Rows(*rows), *others)


def _help(setup: bytes) -> Callable[[bytes], bytes]:
    shown, countries, country, holds_other_countries = marshal.loads(setup)
    reading = Reading(Context(shown, countries), country, holds_other_countries)

    def answer(question: bytes) -> bytes:
        taken = read_block(Block(*marshal.loads(question)), reading)
        rows = (taken.rows.places, taken.rows.names, taken.rows.skeletons)
        return marshal.dumps((rows, taken.claims, taken.rejected, taken.left_out, taken.newest))

    return answer


if __name__ == "__main__":
    serve(_help)
