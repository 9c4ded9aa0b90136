"""What a word of a text may be a form of: attached prefixes and particles taken off, cases turned back.

A form says nothing yet: only what the gazetteer knows as a famous name is kept.
"""

from __future__ import annotations

from collections.abc import Iterator

_LONGEST_FORMS = 12
"""Most forms tried for one word."""

_PREFIXES = {
    "arabic": ("و", "ب", "ل", "وب", "ول"),
    "hebrew": ("ו", "ב", "ל", "מ", "ש", "וב", "ול", "ומ", "שב"),
}
_SHORTEST_REST = 2

_CYRILLIC = (
    # Adjectives, Russian and Ukrainian; keys write "й" as "и" and "ї" as "і".
    *((ending, ("ыи", "ии", "ои", "ое", "ее", "е")) for ending in ("ого", "его", "ому", "ему", "ым", "им")),
    *((ending, ("ая", "яя", "а")) for ending in ("ую", "юю", "оі", "ою")),
    *((ending, ("ые", "ие", "і")) for ending in ("ых", "их", "ым", "им", "ыми", "ими")),
    ("ои", ("ая", "а")),
    ("еи", ("яя", "я")),
    ("іи", ("а",)),
    # A vowel that changes or comes in closed syllables, a consonant that softens.
    *((f"{vowel}в{ending}", ("ів",)) for vowel in "оє" for ending in ("а", "у", "і", "ом", "ові")),
    *((f"ол{ending}", ("іль",)) for ending in ("я", "ю", "і", "ем")),
    ("зі", ("га", "г")),
    ("ці", ("ка", "ця")),
    *((f"пт{ending}", ("пет",)) for ending in ("а", "у", "е", "і", "ом")),
    # Nouns in the plural: "в Нидерландах", "у Черкасах".
    *((ending, ("ы", "и")) for ending in ("ов", "ам", "ами", "ах", "ів")),
    *((ending, ("и", "і")) for ending in ("ям", "ями", "ях", "ів")),
    # Nouns in the singular.
    ("ом", ("", "ыи", "ии", "ое", "о")),
    ("ем", ("", "ь", "и", "ии", "е")),
    ("ью", ("ь", "ье")),
    ("єю", ("я",)),
    ("а", ("", "о")),
    ("я", ("ь", "и", "е")),
    ("у", ("", "а", "о")),
    ("ю", ("я", "ь", "и", "е")),
    ("е", ("", "а", "я", "ь", "и", "о")),
    ("ы", ("а",)),
    ("и", ("а", "я", "ь")),
    ("і", ("", "а", "я", "ь", "и")),
)
"""Endings of cases and what the nominative has instead, Russian and Ukrainian in one table."""
_GREEK = (("ασ", ("α",)), ("ησ", ("η",)), ("ου", ("οσ", "ο")), ("ο", ("οσ",)), ("α", ("ασ",)), ("η", ("ησ",)))
_KOREAN = tuple(
    (ending, ("",))
    for ending in "에서는 에서도 에서의 에서 에는 에도 에 의 은 는 이 가 을 를 로 으로 와 과 도 까지 부터".split()
)
_GEORGIAN = (("ში", ("", "ი")), ("დან", ("", "ი")), ("ის", ("ი",)), ("ს", ("", "ი")), ("მა", ("ი",)), ("ზე", ("", "ი")))
_ARMENIAN = (("ում", ("", "ան")), ("ից", ("",)), ("ի", ("",)), ("ին", ("",)), ("ը", ("",)), ("ն", ("",)))


def without_prefix(first: str, script: str) -> Iterator[tuple[str, str]]:
    """Yield each prefix that the key of a first word may begin with, and the word without it.

    "لل" hides the article of "القدس", which comes back.

    Examples
    --------
    >>> list(without_prefix("للقدس", "arabic")), list(without_prefix("בחיפה", "hebrew"))
    ([('ل', 'القدس'), ('ل', 'لقدس')], [('ב', 'חיפה')])
    """
    prefixes = _PREFIXES.get(script, ())
    for prefix in prefixes if script == "arabic" else ():
        if prefix.endswith("ل") and first.startswith(prefix + "ل") and len(first) > len(prefix) + _SHORTEST_REST:
            yield prefix, "ال" + first[len(prefix) + 1 :]
    for prefix in prefixes:
        if first.startswith(prefix) and len(first) - len(prefix) >= _SHORTEST_REST:
            yield prefix, first[len(prefix) :]


def nominatives(key: str, script: str) -> list[str]:
    """Return what the key of a word may be in the dictionary, the key itself first.

    Examples
    --------
    >>> nominatives("москве", "cyrillic")[:3], "харків" in nominatives("харкова", "cyrillic")
    (['москве', 'москв', 'москва'], True)
    """
    found = [key]
    for ending, others in _ENDINGS.get(script, ()):
        if key.endswith(ending) and len(key) - len(ending) >= 2:
            found += [key.removesuffix(ending) + other for other in others]
    return list(dict.fromkeys(found))[:_LONGEST_FORMS]


_ENDINGS = {"cyrillic": _CYRILLIC, "greek": _GREEK, "korean": _KOREAN, "georgian": _GEORGIAN, "armenian": _ARMENIAN}
