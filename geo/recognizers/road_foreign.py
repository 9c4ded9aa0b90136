"""Proper names of roads and railways whose word for the line is not English: "Carretera Austral", "Dovrebanen"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Kind
from .road_words import HARD_EVENT, RAIL_TALK, ROAD_EVENT, Naming, singular

_CAP = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]{1,30}"
_OF = r"(?:de\slos|de\slas|de\sla|de|del|dos|das|do|da|du|des|della|dei|degli|delle|al|a\sla|a\slos)"
_FIRST = (
    rf"(?:(?:Carretera|Autopista|Autoroute|Autostrada|Autov[ií]a|Rodovia|Ruta|V[íi]a|Circunvalaci[oó]n|Libramiento|"
    rf"Jalan Tol|Jalan Raya|Tol)\s(?:{_OF}\s)?(?!Nacional|Federal|Dolorosa|Appia|Veneto|Condotti){_CAP}(?:\s{_CAP})?|"
    rf"Route\s(?:des|du|de\sla)\s{_CAP})"
)
"""Names that begin with the word; streets of Italy, which do so too, stand without an article."""
_LAST = re.compile(
    rf"(?!The\s){_CAP}(?:\s{_CAP}){{0,3}}\s(?:Mahamarg|Rajmarg|Kaid[oō]|Jid[oō]sha-?d[oō]|Odos|Otoyolu|Otoban[ıi]|"
    rf"Karayolu|Shosse|"
    r"Trakt)$"
)
_LAST_WORD = re.compile(r"(?:Maham|Rajm|Kaid|Jid|Odos|Otoy|Otob|Karay|Shosse|Trakt)[\w-]*")
"""Names that end in the word."""
_WHOLE = (
    r"(?:(?:Inter|Pan|Trans)(?:americana|amaz[oô]nica|oce[aá]nica|istmica|brasiliana|nordestina)(?:\s(?:Sur|Norte|Sul|"
    r"Central))?|(?:North|South)\sCircular(?:\sRoad)?|Queen\sElizabeth\sWay|[Pp]ériphérique|[Bb]oulevard\spériphérique|"
    r"(?:Highway|Road)\sof\s(?:the\s)?[A-Z]\w+)"
)
_JOINED = r"[A-ZÀ-ÖØ-ÞĀ-Ž]\w{3,30}(?:vegur|braut|motorvejen|motorvegen|autobahn|schnellstra(?:ß|ss)e|snelweg|leden)"
"""Names in one word; some streets are called so as well."""
_RAILS = (
    rf"(?:(?!Stra(?:ß|ss)en|Seil|Stadt|Auto|Renn)[A-ZÀ-ÖØ-ÞĀ-Ž]\w{{2,30}}(?:banen|banan|(?<![US]-)(?<=\w\w\w)bahn)|"
    rf"Betuweroute|"
    rf"(?:LGV|HSL)[\s-]{_CAP}(?:\s{_CAP}){{0,2}})"
)
_FOREIGN = re.compile(
    rf"\b(?=[A-ZÀ-ÖØ-ÞĀ-Žpb])(?:(?P<own>{_FIRST}|{_WHOLE})|(?P<joined>{_JOINED})|(?P<rails>{_RAILS}))\b"
)
_BETWEEN = re.compile(r"\s(?:between|from)\s[A-Z]")
_ALONG = re.compile(r"\b(?:[Oo]ver|[Aa]long|[Vv]ia|[Oo]ff|[Aa]cross)\s$")
_WINDOW = 80


def foreign_names(text: str) -> Iterator[Naming]:
    """Yield the roads and railways that a text calls by a name in another language."""
    for word in _LAST_WORD.finditer(text):
        if (last := _LAST.search(text, max(0, word.start() - _WINDOW), word.end())) is not None:
            yield Naming(*last.span(), *last.span(), "road", Kind.ROAD, name=last.group())
    for match in _FOREIGN.finditer(text):
        start, end = match.span()
        around = text[max(0, start - _WINDOW) : start] + text[end : end + _WINDOW]
        if match.group().startswith("Via ") and text[max(0, start - 4) : start].lower() != "the ":
            continue
        if match["rails"] and not RAIL_TALK.search(around):
            continue
        if match["joined"] and not _is_of_roads(text, start, end, around):
            continue
        kind = Kind.RAILWAY if match["rails"] else Kind.ROAD
        first = match.group().split()[0]
        noun = singular(first) if match["own"] and " " in match.group() else "highway" if match["own"] else "road"
        yield Naming(start, end, start, end, "railway" if match["rails"] else noun, kind, name=match.group())


def _is_of_roads(text: str, start: int, end: int, around: str) -> bool:
    if _ALONG.search(text, max(0, start - 8), start) or _BETWEEN.match(text, end):
        return True
    return any(pattern.search(around) for pattern in (HARD_EVENT, ROAD_EVENT))
