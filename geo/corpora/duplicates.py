"""Duplicates: articles that many publishers print, found again by their words without comparing each with each.

Two texts are near duplicates when at least `LEAST_LIKENESS` of their runs of five words are the same, as estimated by
MinHash. Only texts that agree in a band of it are compared, and of these each with the first and with the one before
it, so that work and memory grow with the number of texts however often one is printed.

References
----------
Broder 1997, "On the resemblance and containment of documents". Leskovec, Rajaraman & Ullman 2020, "Mining of Massive
Datasets", section 3.4: bands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final, TypeAlias
from zlib import crc32

from .schema import MINHASH_LENGTH

if TYPE_CHECKING:
    import numpy as np
    from datasketch import MinHash
    from duckdb import DuckDBPyConnection

Signature: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.uint32]]"
"""The numbers of a MinHash."""

LEAST_LIKENESS: Final = 0.8
"""Share of the runs of words of both texts that both have, from which they are near duplicates."""

_BAND = 4
"""Numbers of a band. Of texts as alike as `LEAST_LIKENESS`, 99.98 % agree in one of sixteen: 1 - (1 - .8**4)**16."""
_WORDS = 5
_SEED = 1
# Of Chinese, Japanese and Korean, which have no spaces to tell words by, each character.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")

_SAME: Final = """
SELECT position, earlier FROM (SELECT position, min(position) OVER (PARTITION BY sha256) AS earlier FROM documents)
WHERE earlier < position ORDER BY position"""
_NEAR: Final = f"""
WITH texts AS (
    SELECT min(position) AS position, arg_min(minhash, position) AS minhash
    FROM documents WHERE minhash IS NOT NULL GROUP BY sha256
), banded AS (
    SELECT position, band, minhash[band + 1 : band + {_BAND}] AS agreed
    FROM texts, range(0, {MINHASH_LENGTH}, {_BAND}) AS bands(band)
), met AS (
    SELECT position, min(position) OVER together AS first, lag(position) OVER together AS before
    FROM banded WINDOW together AS (PARTITION BY band, agreed ORDER BY position)
), pairs AS (
    SELECT position, first AS earlier FROM met WHERE before IS NOT NULL
    UNION SELECT position, before FROM met WHERE before IS NOT NULL
)
SELECT pairs.position, earlier, later.minhash, sooner.minhash
FROM pairs JOIN texts AS later USING (position) JOIN texts AS sooner ON sooner.position = earlier
ORDER BY pairs.position, earlier"""
_PAIRS = 8_192
"""Pairs that are taken from DuckDB together."""


def signature(text: str) -> Signature:
    """Return what near duplicates of a text are known by: its MinHash.

    Examples
    --------
    >>> said, again = signature("Shells fell on Idlib on Friday."), signature("SHELLS fell on Idlib, on Friday")
    >>> said.shape, bool((said == again).all())
    ((64,), True)
    """
    import numpy as np

    words = _WORD.findall(text.casefold())
    runs = {" ".join(words[at : at + _WORDS]) for at in range(max(1, len(words) - _WORDS + 1))}
    found = _blank().copy()
    found.update_batch([run.encode("utf-8", "surrogatepass") for run in runs])
    return np.asarray(found.hashvalues, np.uint32)


@cache
def _blank() -> MinHash:
    """Return the MinHash of no words: its permutations cost more than a text's."""
    from datasketch import MinHash

    return MinHash(MINHASH_LENGTH, _SEED, hashfunc=crc32, scheme="affine32")


def originals(connection: DuckDBPyConnection) -> dict[int, tuple[int, float | None]]:
    """Find the documents that are copies of earlier ones.

    Parameters
    ----------
    connection
        With ``documents`` that have a ``position``, a ``sha256`` and perhaps a ``minhash``.

    Returns
    -------
    dict
        By the position of each copy, that of the first document of its group, and how alike it is to the earlier
        document that it is most like, 0 to 1, two decimals; None where only a later one is like both.
    """
    likeness: dict[int, float] = {}
    earlier_of: dict[int, int] = {}

    def first(position: int) -> int:
        path = []
        while position in earlier_of:
            path.append(position)
            position = earlier_of[position]
        earlier_of.update(dict.fromkeys(path, position))
        return position

    for later, earlier, share in _pairs(connection):
        likeness[later] = max(share, likeness.get(later, 0.0))
        one, other = sorted((first(later), first(earlier)))
        if one != other:
            earlier_of[other] = one
    alike = {position: round(share, 2) for position, share in likeness.items()}
    return {position: (first(position), alike.get(position)) for position in sorted(earlier_of)}


def _pairs(connection: DuckDBPyConnection) -> Iterator[tuple[int, int, float]]:
    """Yield pairs of positions of the same or nearly the same text, the later first, with how alike they are."""
    import numpy as np

    for batch in connection.sql(_SAME).to_arrow_reader(_PAIRS):
        for later, earlier in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield later, earlier, 1.0
    for batch in connection.sql(_NEAR).to_arrow_reader(_PAIRS):
        later, earlier, *hashes = batch.columns
        one, other = (column.flatten().to_numpy().reshape(-1, MINHASH_LENGTH) for column in hashes)
        alike = np.mean(one == other, axis=1)
        near = np.flatnonzero(alike >= LEAST_LIKENESS)
        yield from zip(later.take(near).to_pylist(), earlier.take(near).to_pylist(), alike[near].tolist(), strict=True)
