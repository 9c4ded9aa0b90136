"""Names of places in texts in other scripts than Latin, by longest match over the gazetteer's names in that script.

It finds what is famous and leaves the rest: see `geo.recognizers.fame`. A word of mixed scripts is no name here: with a
Cyrillic letter in it "Pаris" is another word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, product
from typing import NamedTuple

from ..gazetteers import Gazetteer
from ..names import name_key
from .doubtful import CAPITALS_ONLY, LEADING_PREFIXES, LEADS, NEVER, WITH_LEAD
from .fame import certainty
from .ideographs import IDEOGRAPHS, cjk_names
from .word_forms import nominatives, without_prefix
from .words import MAX_RUN_WORDS

CJK_HOMES = frozenset("CN TW HK MO JP".split())


class ScriptName(NamedTuple):
    """A name found in a text, as half-open code point offsets."""

    start: int
    end: int
    certainty: float
    """How surely it names a place, 0 to 1."""
    key: str
    """Name key under which the gazetteer files it: the nominative, without what is attached to the word."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script whose words stand apart."""

    name: str
    """Its name in lower case."""
    letters: str
    """Its letters and the marks on them, as a class of a regular expression."""
    homes: frozenset[str]
    """ISO codes of the countries where news is written in it."""
    is_cased: bool = False
    """Whether names are written with a capital."""
    weight: int = 1
    """How many letters one of its letters tells as much as: a syllable is two."""
    word: re.Pattern[str] = field(init=False)
    """Matches a word of nothing but its letters."""

    def __post_init__(self) -> None:
        one = f"[{self.letters}]++"
        # An apostrophe or the Hebrew mark of short forms may stand inside: "В'єтнам", 'ארה"ב'.
        # Not behind a letter of its own either, or a run of marks that fails were tried again from each of them.
        pattern = rf"(?<![^\W_])(?<![{self.letters}]){one}(?:['’ʼ\"״׳]{one})*+(?![^\W_])"
        object.__setattr__(self, "word", re.compile(pattern))


SCRIPTS = (
    Script(
        "arabic",
        "\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06fa-\u06ff\u0750-\u077f\u200c\u200d",
        frozenset("AE AF BH DJ DZ EG EH ER IL IQ IR JO KM KW LB LY MA MR OM PK PS QA SA SD SO SS SY TD TN YE".split()),
    ),
    Script("hebrew", "\u0591-\u05bd\u05bf-\u05c7\u05d0-\u05ea", frozenset({"IL", "PS", "LB", "SY"})),
    Script(
        "cyrillic",
        "\u0400-\u0481\u048a-\u052f\u0301",
        frozenset("AM AZ BA BG BY EE GE KG KZ LT LV MD ME MK MN RS RU TJ TM UA UZ".split()),
        is_cased=True,
    ),
    Script("greek", "\u0370-\u0373\u0376-\u03ff\u1f00-\u1fff\u0300-\u0345", frozenset({"GR", "CY"}), is_cased=True),
    Script("korean", "\uac00-\ud7a3", frozenset({"KR", "KP"}), weight=2),
    Script("georgian", "\u10d0-\u10fa", frozenset({"GE"})),
    Script("armenian", "\u0531-\u0556\u0561-\u0587", frozenset({"AM"}), is_cased=True),
)
"""Scripts read word by word.

Indic scripts are left out: `geo.names.name_key` drops their vowel signs, so that different names share a key."""

_ANY = re.compile(f"[{IDEOGRAPHS}{''.join(script.letters for script in SCRIPTS)}]")
"""In most texts that are not plain ASCII there is none, but quotation marks."""
_JOIN = re.compile(r"[ \u00a0]|[-‑–־]")
_STRIPPED, _INFLECTED, _LED, _BESIDE_CAPITAL = 0.95, 0.97, 0.85, 0.7
"""What a certainty is multiplied with for what had to be assumed."""
_SHORT_FORM = 3
_SHORTEST_BARE = 3
_LONGEST_CHANGED = 3
_ADJECTIVES = ("ои", "ом", "ем", "еи", "ую", "юю", "ого", "его", "ому", "ему", "ых", "их", "ым", "им", "іи", "оі", "ою")
_NO_NAME = re.compile(r"(?!хмельни|кропивн)[^ ]*(?:с|ц)ь?к(?:ии|ая|а(?<=ька)|ое|ие|і)")
"""Adjectives made of names of places, which stand for a district or a street as often."""
_TATWEEL = "ـ"
_MOST_FORMS = 40


class _Word(NamedTuple):
    start: int
    end: int
    text: str
    key: str


def names_in_script(text: str, gazetteer: Gazetteer) -> list[ScriptName]:
    """Return the famous places that a text names in other scripts than Latin, in order, without overlaps.

    Every name is filed in the gazetteer as written, without an attached prefix or particle, or in the nominative; the
    span is without the prefix.

    Parameters
    ----------
    text
        Any text; what is written in Latin letters is passed over.
    gazetteer
        Says what is filed under a name.

    Examples
    --------
    >>> from geo.gazetteers.embedded import open_embedded
    >>> text = "Бои под Харьковом, وفي دمشق, 在上海"
    >>> [text[name.start : name.end] for name in names_in_script(text, open_embedded())]
    ['Харьковом', 'دمشق', '上海']
    >>> names_in_script("Pаris", open_embedded())
    []
    """
    if text.isascii() or _ANY.search(text) is None:
        return []
    found = [
        ScriptName(*name) for name in cjk_names(text, lambda key, n: certainty(gazetteer, key, CJK_HOMES, letters=n))
    ]
    for script in SCRIPTS:
        words = [_Word(*m.span(), m.group(), name_key(m.group())) for m in script.word.finditer(text)]
        if words:
            found += _Reader(text, script, words, gazetteer).names()
    return sorted(found)


class _Reader:
    """The words of a text in one script, read from the first to the last."""

    def __init__(self, text: str, script: Script, words: list[_Word], gazetteer: Gazetteer) -> None:
        self._text = text
        self._script = script
        self._words = words
        self._gazetteer = gazetteer
        self._known: dict[tuple[str, bool], float] = {}
        self._nominatives: dict[tuple[str, bool], tuple[str, float]] = {}

    def names(self) -> Iterator[ScriptName]:
        """Yield the names in order: at each word the longest that is known."""
        at, ended = 0, 0
        while at < len(self._words):
            length, name = self._longest(at)
            if name is not None and length == 1:
                name = name._replace(certainty=name.certainty * self._left_by_the_word_before(at, ended))
            if name is not None and name.certainty:
                yield name._replace(certainty=round(name.certainty, 3))
                ended = name.end
            at += length

    def _longest(self, at: int) -> tuple[int, ScriptName | None]:
        """Return how many words the longest name from here has, and the name."""
        first = self._words[at]
        if self._script.is_cased and not first.text[0].isupper():
            return 1, None
        for length in range(self._joined(at), 0, -1):
            run = self._words[at : at + length]
            for skipped, key, sure in self._readings(at, run):
                if sure:
                    return length, ScriptName(_behind(first, skipped), run[-1].end, sure, key)
        return 1, None

    def _joined(self, at: int) -> int:
        """Return how many words from here on are joined by single spaces or hyphens, at most `MAX_RUN_WORDS`."""
        last = at
        while last + 1 < min(at + MAX_RUN_WORDS, len(self._words)):
            if not _JOIN.fullmatch(self._text, self._words[last].end, self._words[last + 1].start):
                break
            last += 1
        return last - at + 1

    def _readings(self, at: int, run: list[_Word]) -> Iterator[tuple[int, str, float]]:
        """Yield what a run of words may be: letters passed over, key, certainty; as written first."""
        key = " ".join(word.key for word in run)
        if key in NEVER:
            return
        is_led = at > 0 and self._words[at - 1].key in LEADS.get(self._script.name, ())
        yield 0, key, self._rate(key, run[0].text if len(run) == 1 else "", is_led)
        rest = key[len(run[0].key) :]
        for prefix, word in without_prefix(run[0].key, self._script.name) if len(run) <= _LONGEST_CHANGED else ():
            if len(run) == 1 and len(word) < _SHORTEST_BARE:
                continue
            sure = self._rate(word + rest, "", prefix in LEADING_PREFIXES, is_changed=True)
            yield len(prefix), word + rest, sure * _STRIPPED
        if self._may_be_inflected(run):
            nominative, sure = self._in_nominative([word.key for word in run], is_led=is_led)
            yield 0, nominative, sure * _INFLECTED

    def _in_nominative(self, keys: list[str], *, is_led: bool) -> tuple[str, float]:
        """Return the surest name that words may be another case of, and how sure it is."""
        written = " ".join(keys)
        if (written, is_led) not in self._nominatives:
            forms = product(*(nominatives(key, self._script.name) for key in keys))
            others = islice((" ".join(form) for form in forms), 1, _MOST_FORMS)
            rated = ((self._rate(other, "", is_led, is_changed=True), other) for other in others)
            sure, nominative = max(rated, default=(0.0, written))
            self._nominatives[written, is_led] = nominative, sure
        return self._nominatives[written, is_led]

    def _may_be_inflected(self, run: list[_Word]) -> bool:
        """Whether a run may stand in another case: one word, an adjective with what follows, or parts with hyphens."""
        if len(run) > _LONGEST_CHANGED or run[0].text.isupper():
            return False
        return len(run) == 1 or run[0].key.endswith(_ADJECTIVES) or self._text[run[0].end] in "-‑"

    def _rate(self, key: str, written: str, is_led: bool, *, is_changed: bool = False) -> float:
        """Return how surely a key means a place.

        Parameters
        ----------
        key
            The key.
        written
            The single word that it was made of; "" for more words, or one that was changed.
        is_led
            Whether a word in front leads to a place.
        is_changed
            Whether the text has another form of the word.
        """
        is_short_form = self._script.is_cased and written.isupper() and len(key) <= _SHORT_FORM
        if key in NEVER or _NO_NAME.fullmatch(key):
            return 0.0
        if is_short_form > (key in CAPITALS_ONLY) or (key in CAPITALS_ONLY and not written.isupper()):
            return 0.0
        if key in WITH_LEAD:
            return _LED * self._fame(key, is_changed) if is_led else 0.0
        return self._fame(key, is_changed)

    def _fame(self, key: str, is_changed: bool) -> float:
        if (key, is_changed) not in self._known:
            letters = (len(key) - key.count(" ")) * self._script.weight
            self._known[key, is_changed] = certainty(
                self._gazetteer,
                key,
                self._script.homes,
                letters=letters,
                is_cased=self._script.is_cased,
                is_changed=is_changed,
            )
        return self._known[key, is_changed]

    def _left_by_the_word_before(self, at: int, ended: int) -> float:
        """Return how much of the certainty the word before leaves: it may be a given name."""
        if not self._script.is_cased or at == 0:
            return 1.0
        before = self._words[at - 1]
        gap = self._text[before.end : self._words[at].start]
        if len(before.text) == 1 and before.text.isupper() and gap.strip() == ".":
            return 0.0
        opens_sentence = self._text[max(0, before.start - 3) : before.start].rstrip(' «"“—-')[-1:] in {
            "",
            ".",
            "!",
            "?",
            "\n",
        }
        is_name_word = gap == " " and before.text[0].isupper() and before.end > ended and not opens_sentence
        return _BESIDE_CAPITAL if is_name_word else 1.0


def _behind(word: _Word, letters: int) -> int:
    """Return where a word goes on behind some letters, marks on them not counted."""
    at = 0
    while letters or (at < len(word.text) and not word.text[at].isalpha()):
        letters -= word.text[at].isalpha() and word.text[at] != _TATWEEL
        at += 1
    return word.start + at
