"""Which strings of the source tables are names that an article could use, and under which keys they are filed.

GeoNames' alternate names are a mixture: names in every script, airport and postal codes, links, and machine-made
romanisations. What is not a name would turn ordinary words of a text into places.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ..names import name_key

_LINK_PARTS = ("://", "www.", "wikipedia")
_LATIN_KEY = re.compile(r"[a-z ]+")
_UNIT_WORDS = (
    "autonomous (?:community|okrug|province|region)|canton|city|county|department|district|emirate|federal district|"
    "governorate|krai|kray|municipality|oblast|okrug|parish|prefecture|province|raion|region|republic|state|territory|"
    "voivodeship"
)
_UNIT_AFTER = re.compile(rf"(?P<bare>.+?) (?:{_UNIT_WORDS})", re.IGNORECASE)
_UNIT_BEFORE = re.compile(rf"(?:{_UNIT_WORDS}) of (?:the )?(?P<bare>.+)", re.IGNORECASE)

_WHERE = frozenset(
    "north south east west northern southern eastern western northeast northwest southeast southwest northeastern "
    "northwestern southeastern southwestern central center centre middle upper lower inner outer coast coastal capital "
    "federal free first second region district province state city".split()
)
_SHOWN_WITHOUT = re.compile(
    r"(?:State of|Estado de|Estado|Changwat|Provinsi|Propinsi|Tỉnh|Gobolka) (?P<bare>.+)|(?P<bare_before>.+) Sheng"
)

ROMANISED = frozenset(
    "AE AF AM AZ BD BG BH BT BY CY DJ DZ EG EH ER ET GE GR IL IN IQ IR JO KG KH KW KZ LA LB LK LY MA MD ME MK MM MN MR "
    "MV NP OM PK PS QA RS RU SA SD SO SY TD TH TJ TM TN TR UA UZ XK YE".split()
)
"""Countries whose place names reach news through a transliteration that no two newsrooms share. Chinese, Japanese and
Korean names have standard romanisations, and skeletons of them meet far too often: 14 % of the towns of China."""

LONGEST_NAME = 100
"""Longer strings, in characters, are descriptions."""
LONGEST_CODE = 5
"""All-capital words of up to this many letters are codes: IATA has 3, ICAO and station codes 4, UN/LOCODE 5."""
SHORTEST_LATIN_ALTERNATE = 4
"""Shorter alternate names in Latin letters ("Rue", "See", "Li") are words of some language more often than names."""


def repaired(name: str) -> str:
    r"""Join surrogate pairs that were stored as two characters, drop lone halves, and trim.

    Examples
    --------
    >>> repaired(" Homs\ud83c ")
    'Homs'
    """
    if not name.isascii():
        name = name.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return " ".join(name.split())


def primary_key(name: str) -> str | None:
    """Return the key of a name that the source shows, or None when nothing can be filed under it.

    Examples
    --------
    >>> primary_key("Ur"), primary_key("Å"), primary_key("...")
    ('ur', None, None)
    """
    key = name_key(name)
    return None if not key or (len(key) == 1 and _LATIN_KEY.fullmatch(key)) else key


def alternate_key(name: str) -> str | None:
    """Return the key of an alternate name, or None when the string is not a name.

    Examples
    --------
    >>> alternate_key("Халеб"), alternate_key("Alepo")
    ('халеб', 'alepo')
    >>> [alternate_key(junk) for junk in ("ALP", "yi de li bo", "https://example.org", "Rue", "1407")]
    [None, None, None, None, None]
    """
    if len(name) > LONGEST_NAME or any(part in name for part in _LINK_PARTS) or not any(map(str.isalpha, name)):
        return None
    if _is_code(name) or _is_machine_romanisation(name):
        return None
    key = primary_key(name)
    if key is None or (len(key) < SHORTEST_LATIN_ALTERNATE and _LATIN_KEY.fullmatch(key)):
        return None
    return None if _says_only_where(key) else key


def bare_name(name: str) -> str | None:
    """Return the name of a unit without the word for its sort, or None when it has none or nothing else.

    Examples
    --------
    >>> bare_name("Idlib Governorate"), bare_name("State of Texas"), bare_name("Eastern Province")
    ('Idlib', 'Texas', None)
    """
    match = _UNIT_AFTER.fullmatch(name) or _UNIT_BEFORE.fullmatch(name)
    return match["bare"] if match and not _says_only_where(name_key(match["bare"])) else None


def shown_unit_name(name: str) -> str:
    """Return a unit's name as news gives it: without "State of" and its like in other languages.

    Words that tell a unit from the town of the same name stay.

    Examples
    --------
    >>> shown_unit_name("State of Punjab"), shown_unit_name("Hunan Sheng"), shown_unit_name("Idlib Governorate")
    ('Punjab', 'Hunan', 'Idlib Governorate')
    """
    match = _SHOWN_WITHOUT.fullmatch(name)
    return (match["bare"] or match["bare_before"]) if match else name


def plural(demonym: str) -> str:
    """Return the plural of an English demonym, which may be the same word.

    Examples
    --------
    >>> plural("Syrian"), plural("Chinese"), plural("Swiss"), plural("Englishman")
    ('Syrians', 'Chinese', 'Swiss', 'Englishmen')
    """
    if demonym.endswith(("shman", "chman", "tsman")):
        return f"{demonym[:-2]}en"
    return demonym if demonym.endswith(("s", "sh", "ch", "ese", "z")) else f"{demonym}s"


def _says_only_where(key: str) -> bool:
    """Whether a key holds nothing but words such as "north" and "capital", which every country has units called by."""
    return all(word in _WHERE for word in key.split())


def _is_code(name: str) -> bool:
    if not (name.isupper() and name.isascii()):
        return False
    return len(name.replace(".", "").replace(" ", "").replace("-", "")) <= LONGEST_CODE


def _is_machine_romanisation(name: str) -> bool:
    """Whether a string is a romanisation as GeoNames makes them by rule: Latin letters without a single capital."""
    return not any(map(str.isupper, name)) and all(_is_latin(c) for c in name if c.isalpha())


@lru_cache(maxsize=4096)
def _is_latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith(("LATIN", "MODIFIER LETTER"))
