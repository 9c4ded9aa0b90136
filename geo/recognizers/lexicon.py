"""What is known of a word by itself: whether English writes it in lower case, and whether people are called so.

The facts come from dictionaries, counts of English text and censuses, see `geo.recognizers.lexicon_build`. Words are
kept as hashes: asking for a word is all that the file can do, and all that is needed.
"""

from __future__ import annotations

import hashlib
import math
import struct
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from ..errors import ResourceError
from ..names import name_key

DATA_FILE = Path(__file__).parent.parent / "data" / "lexicon.bin"
"""The lexicon that comes along."""

_MEND = "reinstall placelines, or run 'make data' in a checkout"
_MAGIC = b"placelines lex 1"
_HEADER = struct.Struct("<16sII")
"""Magic, CRC-32 of what follows, number of words."""
_BUCKET_BITS, _TAIL_BITS = 12, 32
"""A word is 44 bits of its hash: of a million words that are not in the lexicon, one in fifty million is taken for one
that is, and a build in which two words meet is refused."""
_STEPS_PER_DECADE = 34.0
_BILLION = 1e9


class WordFacts(NamedTuple):
    """What is known of one word: levels from 0 to 255, 0 for "no such word".

    A level is the logarithm of a share, see `level`: the same in three fields, so that they compare.
    """

    ordinary: int
    """A dictionary lists the word in lower case: how frequent it is in English text in lower case."""
    given: int
    """A given name: its share of the people; `FLAT` where only lists without counts have it."""
    surname: int
    """A surname: likewise."""
    lower: int
    """How much of English text writes the word in lower case, of all that does not write it all in capitals: 1 for
    never, 255 for always; 0 where that is not known. Of names too: "london" is written so by some."""


NO_FACTS = WordFacts(0, 0, 0, 0)
"""Of a word that is not in the lexicon."""


class Lexicon:
    """Facts about words, from the content of a lexicon file.

    Raises
    ------
    ResourceError
        If the content is not that of a lexicon.
    """

    __slots__ = ("_columns", "_starts", "_tails")

    def __init__(self, content: bytes) -> None:
        try:
            magic, checksum, size = _HEADER.unpack_from(content)
        except struct.error:
            magic, checksum, size = b"", 0, 0
        body = content[_HEADER.size :]
        head = 4 * ((1 << _BUCKET_BITS) + 1)
        if magic != _MAGIC or len(body) != head + 8 * size or zlib.crc32(body) != checksum:
            raise ResourceError(f"the embedded lexicon is damaged: {_MEND}")
        self._starts = _integers(body[:head])
        self._tails = _integers(body[head : head + 4 * size])
        self._columns = body[head + 4 * size :]

    def __len__(self) -> int:
        return len(self._tails)

    def facts(self, word: str) -> WordFacts:
        """Return what is known of a word; zeros for an unknown one, and for several words.

        Parameters
        ----------
        word
            One token, in any case and with diacritics or without; a possessive "'s" is the caller's to take off.

        Examples
        --------
        >>> lexicon = load_lexicon()
        >>> reading, aleppo = lexicon.facts("Reading"), lexicon.facts("Aleppo")
        >>> reading.ordinary > 150, aleppo.ordinary, aleppo.surname
        (True, 0, 0)
        >>> lexicon.facts("no such word")
        WordFacts(ordinary=0, given=0, surname=0, lower=0)
        """
        return _facts(self, word)

    def _find(self, key: str) -> WordFacts:
        bucket, tail = _hashed(key)
        start, end = self._starts[bucket], self._starts[bucket + 1]
        at = bisect_left(self._tails, tail, start, end)
        if at == end or self._tails[at] != tail:
            return NO_FACTS
        return WordFacts(*self._columns[4 * at : 4 * at + 4])


@cache
def load_lexicon() -> Lexicon:
    """Return the lexicon that comes along, read once in a process.

    Raises
    ------
    ResourceError
        If its file is missing or damaged.
    """
    try:
        return Lexicon(DATA_FILE.read_bytes())
    except OSError as error:
        raise ResourceError(f"the embedded lexicon cannot be read ({error.strerror}): {_MEND}") from error


def level(share: float) -> int:
    """Return a share as a level from 1 to 255: 34 to the decade, 1 for one in a billion or less.

    Examples
    --------
    >>> [level(share) for share in (0.01, 0.0001, 0.000001, 0.0)]
    [239, 171, 103, 1]
    """
    decades = math.log10(max(share * _BILLION, 1.0))
    return min(1 + round(_STEPS_PER_DECADE * decades), 255)


def packed(words: Mapping[str, WordFacts]) -> bytes:
    """Return the content of a lexicon file.

    Parameters
    ----------
    words
        Facts by name key, in any order.

    Raises
    ------
    ResourceError
        If two words have the same hash.
    """
    rows = sorted((*_hashed(key), key) for key in words)
    for row, following in pairwise(rows):
        if row[:2] == following[:2]:
            raise ResourceError(f"{row[2]!r} and {following[2]!r} have the same hash: use more bits of it")
    buckets = [bucket for bucket, _, _ in rows]
    starts = array("I", [bisect_left(buckets, bucket) for bucket in range((1 << _BUCKET_BITS) + 1)])
    tails = array("I", [tail for _, tail, _ in rows])
    columns = b"".join(bytes(words[key]) for _, _, key in rows)
    body = _little_endian(starts).tobytes() + _little_endian(tails).tobytes() + columns
    return _HEADER.pack(_MAGIC, zlib.crc32(body), len(rows)) + body


@lru_cache(maxsize=1 << 16)
def _facts(lexicon: Lexicon, word: str) -> WordFacts:
    return lexicon._find(name_key(word))


def _hashed(key: str) -> tuple[int, int]:
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    number = int.from_bytes(digest, "big") >> (64 - _BUCKET_BITS - _TAIL_BITS)
    return number >> _TAIL_BITS, number & ((1 << _TAIL_BITS) - 1)


def _integers(content: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(content)
    return _little_endian(numbers)


def _little_endian(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
