"""Words of news English for distances and directions: "some 20 km (12 miles) north-east of", and what they measure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS_M = (
    (r"(?:kilomet(?:re|er)s?|kms?\b|klicks?)", 1_000.0),
    (r"(?:nautical[\s-]miles?|nmi\b|NM\b)", 1_852.0),
    (r"(?:miles?|mi\b\.?)", 1_609.344),
    (r"(?:met(?:re|er)s?|m\b)", 1.0),
    (r"(?:yards?|yds?\b)", 0.9144),
)
"""Units of length as texts write them, longer words first, with their metres."""
UNIT = "|".join(pattern for pattern, _ in _UNITS_M)

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = {
    word: 10.0 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_WORDS = {word: float(number) for number, word in enumerate(_ONES, 1)} | _TENS
_VAGUE = {"a couple of": (2.0, 1.0), "a few": (3.0, 2.0), "several": (5.0, 3.0)}
"""What loose words mean, with by how much it may be more or less."""
_ALONE = {"half a": 0.5, "a quarter of a": 0.25, "a dozen": 12.0, "a hundred": 100.0, "one hundred": 100.0, "a": 1.0}
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}

_SPELLED = rf"(?:{'|'.join(_TENS)})(?:[\s-](?:{'|'.join(_ONES[:9])}))?|{'|'.join(sorted(_ONES, key=len, reverse=True))}"
NUMBER = (
    rf"(?:1/[234]|\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:[.,]\d{{1,2}})?(?:\s?[½¼¾]|[\s-]1/2)?"
    rf"|{'|'.join(sorted([*_VAGUE, *_ALONE], key=len, reverse=True))}|{_SPELLED})"
)
DISTANCE = (
    rf"(?<![\w.,$€£¥+/-])(?P<number>(?i:{NUMBER}))(?:(?:[\s-]?(?:{UNIT}))?\s?(?:-|–|—|to|or|and)\s?(?P<upper>{NUMBER}))?"
    rf"[\s-]?(?P<unit>{UNIT})"
)
"""A distance: "20 km", "10-15 kilometres", "half a mile"."""
PAIR = (
    rf"(?:\s?[(\[/,]\s?(?:or\s)?(?:about\s|some\s|around\s|roughly\s|nearly\s)?{NUMBER}"
    rf"(?:\s?(?:-|–|to)\s?{NUMBER})?[\s-]?(?:{UNIT})\s?[)\],]?)?"
)
"""The same distance in another unit."""
LOOSELY = (
    r"(?P<loosely>(?i:(?:only |just )?(?:about|around|some|roughly|approximately|an estimated|nearly|almost|over|under|"
    r"more than|at least|close to)\s))?"
)
"""Words that make a distance half as precise."""

_POINTS = {
    "north": 0.0,
    "north-northeast": 22.5,
    "northeast": 45.0,
    "east-northeast": 67.5,
    "east": 90.0,
    "east-southeast": 112.5,
    "southeast": 135.0,
    "south-southeast": 157.5,
    "south": 180.0,
    "south-southwest": 202.5,
    "southwest": 225.0,
    "west-southwest": 247.5,
    "west": 270.0,
    "west-northwest": 292.5,
    "northwest": 315.0,
    "north-northwest": 337.5,
}
_POINT_WORDS = {word.replace("-", ""): degrees for word, degrees in _POINTS.items()}
_INITIALS = {re.sub(r"([nesw])(?:orth|ast|outh|est)", r"\1", word).upper(): at for word, at in _POINT_WORDS.items()}
_CARDINAL = (
    r"(?:north|south)(?:[\s-]?(?:north|south))?(?:[\s-]?(?:east|west))?|"
    r"(?:east|west)(?:[\s-](?:north|south)[\s-]?(?:east|west))?"
)
DIRECTION = rf"(?P<direction>\b(?:(?i:{_CARDINAL})|[NSEW](?:[NS]?[EW])?)\b)"
"""A point of the compass of 16, in words or capitals."""


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance as a text gives it."""

    metres: float
    """The number given; of a range its middle."""
    error_m: float
    """By how much it may be more or less."""


def distance_of(found: re.Match[str]) -> Distance:
    """Return what a match of `DISTANCE`, perhaps behind `LOOSELY`, measures.

    Notes
    -----
    A number is precise to half of its last significant digit (Wieczorek, Guo & Hijmans 2004): "20" to 5, "12"
    to a half. One that ends in 5 is taken for a multiple of 5, since writers round so; a range covers its ends; "about"
    doubles it.

    Examples
    --------
    >>> distance_of(re.search(DISTANCE, "20 km"))
    Distance(metres=20000.0, error_m=5000.0)
    >>> distance_of(re.search(DISTANCE, "10-15 km"))
    Distance(metres=12500.0, error_m=2500.0)
    """
    unit = next(metres for pattern, metres in _UNITS_M if re.fullmatch(pattern, found["unit"]))
    number, error = _number(found["number"])
    if found["upper"]:
        upper = _number(found["upper"])[0]
        number, error = (number + upper) / 2, max(abs(upper - number) / 2, error if upper == number else 0.0)
    if found.groupdict().get("loosely"):
        error *= 2
    return Distance(number * unit, min(error, number) * unit)


def bearing_of(direction: str) -> float | None:
    """Return a point of the compass in degrees clockwise from north; None for what is none ("north south").

    Examples
    --------
    >>> bearing_of("North-East"), bearing_of("SSW"), bearing_of("north south")
    (45.0, 202.5, None)
    """
    if direction.isupper() and len(direction) < 4:
        return _INITIALS.get(direction)
    return _POINT_WORDS.get(re.sub(r"[\s-]", "", direction.lower()))


def _number(text: str) -> tuple[float, float]:
    """Return a number and half of the step that it is rounded to."""
    word = text.lower()
    if word in _VAGUE:
        return _VAGUE[word]
    if word in _ALONE:
        return _ALONE[word], _ALONE[word] / 2
    if word.startswith("1/"):
        return 1 / float(word[2:]), 0.5 / float(word[2:])
    if word[0].isalpha():
        value = sum(_WORDS[part] for part in re.split(r"[\s-]", word))
        return value, _half_step(f"{value:.0f}")
    plain = re.sub(r",(?=\d{3}\b)", "", re.match(r"[\d.,]+", word)[0]).replace(",", ".")  # type: ignore[index]
    fraction = _FRACTIONS.get(word[-1]) if word[-1] in _FRACTIONS else 0.5 if word.endswith("1/2") else None
    return (float(plain) + fraction, 0.25) if fraction else (float(plain), _half_step(plain))


def _half_step(plain: str) -> float:
    if "." in plain:
        return 0.5 * 0.1 ** len(plain.partition(".")[2])
    if plain.endswith("5") and len(plain) > 1:
        return 2.5
    return 0.5 * 10.0 ** (len(plain) - len(plain.rstrip("0")))
