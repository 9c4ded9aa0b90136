"""Name keys: one spelling for all the ways a place name is written.

A gazetteer is looked up by key, so this module decides which spellings count as the same name. Both the embedded
gazetteer and every lookup use it; changing a rule here means rebuilding the gazetteer.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

KEY_VERSION = 1
"""Raised whenever `name_key` or `skeleton` changes what it gives for any name; a gazetteer built with another version
is refused."""

_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": None})
_LATIN = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʻʼʿʾ`´ʹʺ\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_NOT_WORD = re.compile(r"[\W_]+")
_ARTICLES = frozenset("al el ul il an ar as ash at ath ad adh az esh es er ez ed et en".split())
_SPELLINGS = {"dj": "j", "kh": "h", "q": "k", "oo": "u", "ou": "u", "aw": "u", "au": "u", "ow": "u", "ee": "i"} | {
    "w": "u",
    "y": "i",
    "v": "u",
    "e": "a",
    "o": "u",
}
_DOUBLE = re.compile(r"(.)\1+")
_SHORTEST_SKELETON = 4
_DOTTED = re.compile(r"(?<=\b\w)\.(?=\w\b)")


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """Return the key under which a gazetteer files a name.

    Compatibility forms, case, diacritics, apostrophes, invisible characters, punctuation and a leading "the" are
    ignored; Arabic letter variants are folded; initials join, so that "U.S." meets "US".

    Notes
    -----
    NFKC and case folding after Unicode Standard Annex 15 and section 3.13 of the Unicode Standard. Keys are idempotent:
    the key of a key is the key.

    Examples
    --------
    >>> name_key("Jisr ash-Shughūr"), name_key("The U.S."), name_key("إدلب")
    ('jisr ash shughur', 'us', 'ادلب')
    >>> name_key("!?")
    ''
    """
    if name.isascii():
        folded = name.lower()
    else:
        folded = unicodedata.normalize("NFKC", name).casefold()
        folded = "".join([c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c)])
        # Letters that do not decompose come last: the accent of "ǽ" hides the letter below it.
        folded = unicodedata.normalize("NFC", folded).translate(_LATIN).translate(_ARABIC)
    folded = folded.translate(_APOSTROPHES)
    if "." in folded:
        folded = _DOTTED.sub("", folded)
    # Most names are words and spaces, for which splitting is twice as fast.
    is_plain = folded.replace(" ", "").isalnum()
    key = " ".join(folded.split()) if is_plain else _NOT_WORD.sub(" ", folded).strip()
    while key.startswith("the "):
        key = key[4:]
    return key


@lru_cache(maxsize=65536)
def skeleton(key: str) -> str | None:
    """Return what the romanisations of one name have in common, or None for a key too short or in another script.

    The Arabic article goes, letters and pairs that transliterations interchange become one, doubled letters and the
    last "h" go. Different names meet in one skeleton far more often than in one key: 0.7 % of the towns of Syria and
    4 % of those of India share theirs with a town of another name. It tells only among the places of countries that are
    known from elsewhere.

    Parameters
    ----------
    key
        A name key, see `name_key`.

    Examples
    --------
    >>> skeleton("jisr al shughur") == skeleton("jisr ash shughour")
    True
    >>> skeleton("qamishli"), skeleton("kamishly"), skeleton("rif"), skeleton("حلب")
    ('kamishli', 'kamishli', None, None)
    """
    words = key.split()
    letters = "".join([word for word in words if word not in _ARTICLES] or words)
    if not (letters.isascii() and letters.isalpha()):
        return None
    for written, common in _SPELLINGS.items():
        letters = letters.replace(written, common)
    letters = _DOUBLE.sub(r"\1", letters).removesuffix("h")
    return letters if len(letters) >= _SHORTEST_SKELETON else None


def road_key(reference: str) -> str:
    """Return the key under which a road's number is filed: its letters and digits without spaces, hyphens and stops.

    Examples
    --------
    >>> road_key("M-4"), road_key("Highway 4"), road_key("Interstate 95"), road_key("A1(M)"), road_key("U.S. Route 101")
    ('M4', 'HIGHWAY4', 'I95', 'A1M', 'US101')
    """
    key = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", reference)).upper()
    return _SIGNED.sub(lambda match: _SIGNS[match[1]] + match[2], key)


def road_keys(reference: str) -> tuple[str, ...]:
    """Return every key under which a road may be filed, the likeliest first.

    Signs and data have "1", "A1", "N1" or "NH1" where people say "Highway 1"; which, depends on the country.

    Examples
    --------
    >>> road_keys("M-4"), road_keys("Highway 1")
    (('M4',), ('HIGHWAY1', '1', 'H1', 'NH1', 'N1', 'A1', 'M1', 'R1'))
    """
    key = road_key(reference)
    match = _SPOKEN.fullmatch(key)
    return (key, *(f"{sign}{match[1]}" for sign in _SIGNS_OF_ANY)) if match else (key,)


_SIGNS = {"INTERSTATE": "I", "AUTOBAHN": "A", "USHIGHWAY": "US", "USROUTE": "US", "BUNDESSTRASSE": "B"}
"""Words for a class of roads, as `road_key` leaves them, and what signs say instead."""
_SIGNED = re.compile(rf"^({'|'.join(_SIGNS)})(\d+\w?)$")
_SPOKEN = re.compile(r"(?:NATIONAL|STATE|FEDERAL)?(?:HIGHWAY|ROUTE|ROAD|MOTORWAY)(?:NO|NUMBER)?(\d+[A-Z]?)")
_SIGNS_OF_ANY = ("", "H", "NH", "N", "A", "M", "R")
