"""The documents of a page of a corpus: its articles, or, where those are too many, what they are counted by.

A page tells of articles by number: which tell of a place, when, and of which publisher. Of very many, those of one
publisher and one bar of the page's timeline stand together as one *cell*: bars and publishers are all that the page can
choose by, so that nothing is lost but the single headlines. Of very many publishers, the less frequent are one.
"""

from __future__ import annotations

import datetime
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING, TypeAlias

from geo.addresses import web_address
from geo.corpora import Article

from .packing import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_ARTICLES = 20_000
"""Articles up to which a page lists each."""
MOST_TOLD = 1_500_000
"""Pairs of a place and a document that tells of it, of which a page carries so many at most."""
PUBLISHERS = (400, 100, 40, 15, 5, 0)
"""Most publishers that are told apart in cells: the first number with which the page stays small enough."""
MOST_BARS = 60
"""Bars of the timeline, as days.js has them."""
UNTITLED = "Untitled article"

Told: TypeAlias = Iterable[tuple[int, Iterable[tuple[int, int]]]]
"""Number of an entry, and the positions of articles that tell of it with how often."""

_NO_DAY = 0
_MONDAY = 1  # 1 January of the year 1 was a Monday, and is day 1
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200)


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of a page, and what each entry is told of by."""

    records: list[Record]
    """Of each, what the page needs."""
    numbers: NDArray[np.int32]
    """By the position of an article: the number of its document; -1 where nothing was read."""
    told: list[list[int]]
    """Of each entry: number of a document and mentions in it, in turn."""
    are_cells: bool
    """Whether a document stands for several articles."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """All articles of a corpus, as arrays: of a million, objects would take a gigabyte."""

    positions: NDArray[np.int64]
    days: NDArray[np.int64]
    """Ordinals; `_NO_DAY` where unknown."""
    sources: NDArray[np.int64]
    """Numbers of `names`."""
    names: Sequence[str]
    """Publishers, most frequent first, then by name; "" for none."""


@dataclass(frozen=True, slots=True)
class _Pairs:
    """What entries are told of by, as arrays of one length."""

    entries: NDArray[np.int64]
    positions: NDArray[np.int64]
    counts: NDArray[np.int64]


def gather(articles: Callable[[], Iterable[Article]], told: Told, entries: int) -> Documents:
    """Return the documents of a page.

    Parameters
    ----------
    articles
        Gives all articles, in order of their positions, as often as it is called.
    told
        What each entry is told of by.
    entries
        How many there are.
    """
    columns, pairs = _columns(articles()), _pairs(told)
    if len(columns.positions) <= MOST_ARTICLES and len(pairs.counts) <= MOST_TOLD:
        numbers, records = _one_each(columns, articles())
        return Documents(records, numbers, _told(pairs, numbers, entries), False)
    bars = _bars(columns.days)
    *finer, coarsest = PUBLISHERS
    for publishers in finer:
        numbers, records = _cells(columns, bars, publishers)
        joined = _joined(pairs, numbers)
        if len(joined.counts) <= MOST_TOLD:
            return Documents(records, numbers, _listed(joined, entries), True)
    numbers, records = _cells(columns, bars, coarsest)
    return Documents(records, numbers, _listed(_joined(pairs, numbers), entries), True)


def record_of(article: Article) -> Record:
    """Return what the page says of one article."""
    return {
        "id": article.id,
        "title": article.title or UNTITLED,
        "publisher": article.source or "",
        "source": article.source or "",
        "date": article.date.isoformat() if article.date else None,
        "url": web_address(article.url),
        "articles": 1,
    }


# --- reading ----------------------------------------------------------------------------------------------------------


def _columns(articles: Iterable[Article]) -> _Columns:
    import numpy as np

    positions, days, sources = array("q"), array("q"), array("q")
    seen: dict[str, int] = {}
    for article in articles:
        positions.append(article.position)
        days.append(article.date.toordinal() if article.date else _NO_DAY)
        sources.append(seen.setdefault(article.source or "", len(seen)))
    names = list(seen)
    counts = Counter(sources)
    order = sorted(range(len(names)), key=lambda number: (-counts[number], names[number]))
    ranks = np.empty(len(names), dtype=np.int64)
    ranks[order] = np.arange(len(names))
    return _Columns(_array(positions), _array(days), ranks[_array(sources)], [names[each] for each in order])


def _pairs(told: Told) -> _Pairs:
    entries, positions, counts = array("q"), array("q"), array("q")
    for entry, pairs in told:
        for position, count in pairs:
            entries.append(entry)
            positions.append(position)
            counts.append(count)
    return _Pairs(_array(entries), _array(positions), _array(counts))


def _array(values: array[int]) -> NDArray[np.int64]:
    import numpy as np

    return np.array(values, dtype=np.int64)


# --- articles ---------------------------------------------------------------------------------------------------------


def _one_each(columns: _Columns, articles: Iterable[Article]) -> tuple[NDArray[np.int32], list[Record]]:
    """Give each article a number, by day, those without one last."""
    import numpy as np

    order = np.lexsort((columns.positions, columns.days, columns.days == _NO_DAY))
    numbers = _by_position(columns, np.argsort(order))
    records: list[Record] = [{}] * len(order)
    for article in articles:
        records[numbers[article.position]] = record_of(article)
    return numbers, records


def _by_position(columns: _Columns, numbers: NDArray[np.int64]) -> NDArray[np.int32]:
    import numpy as np

    size = int(columns.positions.max()) + 1 if len(columns.positions) else 0
    by_position = np.full(size, -1, dtype=np.int32)
    by_position[columns.positions] = numbers
    return by_position


# --- cells ------------------------------------------------------------------------------------------------------------


def _bars(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the bar of each day, as days.js gathers them: at most 60 of one width, of days, weeks, months or years."""
    import numpy as np

    known = days[days != _NO_DAY]
    if not len(known):
        return np.zeros_like(days)
    earliest, latest = int(known.min()), int(known.max())
    bar_of = next(bar for bar in _widths() if bar(latest) - bar(earliest) < MOST_BARS)
    bars = {int(day): bar_of(int(day)) for day in np.unique(known)}
    return np.array([bars.get(int(day), 0) for day in days], dtype=np.int64)


def _widths() -> Iterator[Callable[[int], int]]:
    yield lambda day: day
    yield lambda day: (day - _MONDAY) // 7
    yield _month
    yield from (lambda day, width=width: _month(day) // (12 * width) for width in _YEARS)


def _month(day: int) -> int:
    date = datetime.date.fromordinal(day)
    return 12 * date.year + date.month - 1


def _cells(columns: _Columns, bars: NDArray[np.int64], publishers: int) -> tuple[NDArray[np.int32], list[Record]]:
    """Put articles of one bar and publisher together, in order of their days, those without one last."""
    import numpy as np

    sources = np.minimum(columns.sources, publishers)
    keys = np.stack((columns.days == _NO_DAY, bars, sources), axis=1)
    cells, numbers, counts = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    numbers = numbers.reshape(-1)
    first, last = (np.zeros(len(cells), dtype=np.int64) for _ in range(2))
    first[:] = np.iinfo(np.int64).max
    np.minimum.at(first, numbers, columns.days)
    np.maximum.at(last, numbers, columns.days)
    # The days that the page learns of begin and end as the articles do, so that it makes the same bars of them.
    is_latest = cells[:, 1] == cells[:, 1].max() if len(cells) else cells[:, 1]
    days = np.where(is_latest, last, first)
    is_rest = len(columns.names) > publishers + 1
    records = [
        _cell(int(day), None if is_rest and source == publishers else columns.names[source], int(count))
        for day, source, count in zip(days, cells[:, 2], counts, strict=True)
    ]
    return _by_position(columns, numbers), records


def _cell(day: int, publisher: str | None, count: int) -> Record:
    """Return a cell; of publishers that are not told apart, it has none."""
    date = None if day == _NO_DAY else datetime.date.fromordinal(day).isoformat()
    return {"publisher": publisher, "date": date, "articles": count}


def _joined(pairs: _Pairs, numbers: NDArray[np.int32]) -> _Pairs:
    """Add up what the articles of each cell tell of each entry."""
    import numpy as np

    cells = numbers[pairs.positions].astype(np.int64)
    width = int(numbers.max()) + 1 if len(numbers) else 1
    keys, inverse = np.unique(pairs.entries * width + cells, return_inverse=True)
    counts = np.bincount(inverse.reshape(-1), weights=pairs.counts, minlength=len(keys)).astype(np.int64)
    return _Pairs(keys // width, keys % width, counts)


# --- what the page is told --------------------------------------------------------------------------------------------


def _told(pairs: _Pairs, numbers: NDArray[np.int32], entries: int) -> list[list[int]]:
    return _listed(_joined(pairs, numbers), entries)


def _listed(pairs: _Pairs, entries: int) -> list[list[int]]:
    """Return number and count in turn, a list for each entry; the pairs are sorted by entry and number."""
    import numpy as np

    bounds = np.searchsorted(pairs.entries, np.arange(entries + 1))
    both = np.stack((pairs.positions, pairs.counts), axis=1)
    return [list(chain.from_iterable(both[start:end].tolist())) for start, end in pairwise(bounds)]
