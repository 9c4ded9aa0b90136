"""An invented story about real towns with everything that a page can show, and the gazetteer it needs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from geo.atlas import Atlas
from geo.extent import Extent
from geo.model import Candidate, Document, Kind, Mention, Place, Referent, Role
from tests.world import ALEPPO, IDLIB, IDLIB_PROVINCE, LATAKIA, M4, SYRIA, SmallGazetteer, mention

TEXT = """IDLIB — Shelling resumed on Thursday around Idlib, the last rebel-held provincial capital, residents said. \
The M4 highway, which runs from Latakia on the coast to Aleppo, was reopened to convoys \
after engineers cleared mines near Ariha.

Officials in Damascus said the road to Aleppo was “fully secured”. Ankara denied it, and said its observation posts \
around Idlib remained in place; Moscow called for restraint.

In Latakia, truck drivers waited for permits. “From Latakia to Aleppo used to take three hours,” one said. \
“Now nobody in Idlib knows.” Turkish trucks were parked for miles inside Syria. \
Aid for Idlib Governorate came through Bab Qalandar.

Washington said it was monitoring the situation in Idlib.
"""

TITLE = "Syrian army says M4 motorway reopened as Ankara and Moscow trade accusations"


def settlement(key: int, name: str, lon: float, lat: float, code: str, size: int, feature: str = "PPL") -> Place:
    return Place(f"geonames:{key}", name, Kind.SETTLEMENT, lon, lat, feature, code, population=size)


ARIHA = settlement(172955, "Arīḩā", 36.61139, 35.81389, "SY", 39_501)
DAMASCUS = settlement(170654, "Damascus", 36.29128, 33.5102, "SY", 1_569_394, "PPLC")
ANKARA = settlement(323786, "Ankara", 32.85427, 39.91987, "TR", 3_517_182, "PPLC")
MOSCOW = settlement(524901, "Moscow", 37.61556, 55.75222, "RU", 10_381_222, "PPLC")
WASHINGTON = settlement(4140963, "Washington", -77.03637, 38.89511, "US", 689_545, "PPLC")
TURKEY = Place("geonames:298795", "Turkey", Kind.COUNTRY, 34.9, 39.06, "PCLI", "TR", population=82_319_724)
RIVAL = settlement(169390, "Idlib al Khirba", 38.21, 36.5, "SY", 310)

_LOCATION, _METONYM, _DEMONYM = Role.LITERAL, Role.METONYM, Role.DEMONYM
SENSES: dict[str, tuple[Referent, Role, float]] = {
    "IDLIB": (IDLIB, _LOCATION, 0.97),
    "Idlib Governorate": (IDLIB_PROVINCE, _LOCATION, 0.88),
    "Idlib": (IDLIB, _LOCATION, 0.97),
    "M4": (M4, _LOCATION, 0.8),
    "Latakia": (LATAKIA, _LOCATION, 0.96),
    "Aleppo": (ALEPPO, _LOCATION, 0.98),
    "Ariha": (ARIHA, _LOCATION, 0.62),
    "Damascus": (DAMASCUS, _METONYM, 0.9),
    "Ankara": (ANKARA, _METONYM, 0.9),
    "Moscow": (MOSCOW, _METONYM, 0.9),
    "Washington": (WASHINGTON, _METONYM, 0.7),
    "Turkish": (TURKEY, _DEMONYM, 0.95),
    "Syria": (SYRIA, _LOCATION, 0.93),
}
UNKNOWN = "Bab Qalandar"


def mentions(document: Document, senses: Mapping[str, tuple[Referent, Role, float]] = SENSES) -> Iterator[Mention]:
    """Find the names of some senses, and the unknown one, in a document."""
    names = "|".join(re.escape(name) for name in sorted([*senses, UNKNOWN], key=len, reverse=True))
    for found in re.finditer(names, document.text):
        referent, role, confidence = senses.get(found.group(), (None, Role.LITERAL, 0.0))
        rivals = [Candidate(RIVAL, 0.02)] if referent is IDLIB else []
        yield mention(
            document, found.group(), referent, after=found.start(), confidence=confidence, role=role, rivals=rivals
        )


def story() -> Atlas:
    """Return the atlas of the invented story."""
    document = Document("story", TEXT, TITLE, "Example Wire (invented text)", "story.txt")
    return Atlas([document], mentions(document))


_TOWNS = (
    ("Antakya", 36.1572, 36.2067, "TR", 377_793),
    ("İskenderun", 36.165, 36.5817, "TR", 246_639),
    ("Hama", 36.7578, 35.1318, "SY", 460_602),
    ("Homs", 36.7234, 34.7308, "SY", 775_404),
    ("Tartus", 35.8866, 34.889, "SY", 89_457),
    ("Jableh", 35.9267, 35.3619, "SY", 80_000),
    ("Ma`arrat an Nu`man", 36.676, 35.6433, "SY", 58_008),
    ("Afrin", 36.8686, 36.5119, "SY", 48_693),
    ("Baniyas", 35.9485, 35.1818, "SY", 41_632),
    ("Saraqib", 36.8058, 35.8644, "SY", 32_495),
    ("Reyhanlı", 36.5656, 36.2692, "TR", 60_000),
    ("A`zaz", 37.0447, 36.5866, "SY", 31_623),
    ("Tripoli", 35.8498, 34.4367, "LB", 229_398),
    ("Adana", 35.3213, 37.0017, "TR", 1_779_463),
    ("Gaziantep", 37.3792, 37.0594, "TR", 1_065_975),
    ("Salamiyah", 37.0524, 35.0118, "SY", 94_887),
    ("Al Qardahah", 36.0581, 35.4569, "SY", 8_671),
    ("Jisr ash Shughur", 36.3209, 35.8126, "SY", 44_322),
)


@dataclass
class StoryGazetteer(SmallGazetteer):
    """The places of the story with some towns around them."""

    def keys_in_other_scripts(self, place_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        return {IDLIB.id: ["идлиб", "ادلب"]} if IDLIB.id in place_ids else {}

    def largest_in(self, extent: Extent, limit: int, *, kinds: Collection[Kind] = ()) -> Sequence[Place]:
        towns = [settlement(number, *town) for number, town in enumerate(_TOWNS)]
        inside = [town for town in [*towns, IDLIB, ALEPPO, LATAKIA, ARIHA] if extent.contains(town.lonlat)]
        return sorted(inside, key=lambda town: -(town.population or 0))[:limit]
