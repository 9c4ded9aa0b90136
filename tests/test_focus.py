"""What an article is about."""

from __future__ import annotations

import pytest

from geo.atlas import Atlas
from geo.focus import Focus, focus_of, is_inside
from geo.model import Document, Excerpt, Kind, Line, Mention, Place, Resolution, Role, Toponym

SYRIA = Place("t:sy", "Syria", Kind.COUNTRY, 38.5, 35.0, country_code="SY")
TURKEY = Place("t:tr", "Turkey", Kind.COUNTRY, 35.0, 39.0, country_code="TR")
PROVINCE = Place("t:id", "Idlib Governorate", Kind.ADMIN1, 36.6, 35.8, country_code="SY", admin1_code="12")
IDLIB = Place("t:idlib", "Idlib", Kind.SETTLEMENT, 36.6, 35.9, country_code="SY", admin1_code="12")
SARAQIB = Place("t:saraqib", "Saraqib", Kind.SETTLEMENT, 36.8, 35.9, country_code="SY", admin1_code="12")
HOMS = Place("t:homs", "Homs", Kind.SETTLEMENT, 36.7, 34.7, country_code="SY", admin1_code="11")
RAQQA = Place("t:raqqa", "Raqqa", Kind.SETTLEMENT, 39.0, 35.9, country_code="SY", admin1_code="04")
LEVANT = Place("t:levant", "Levant", Kind.REGION, 37.0, 35.0)
BY_NAME = {place.name: place for place in (SYRIA, TURKEY, PROVINCE, IDLIB, SARAQIB, HOMS, RAQQA, LEVANT)}


def about(
    text: str, *, title: str | None = None, role: Role = Role.LITERAL, unsure: str = "", said: str = ""
) -> str | None:
    """Return the name of what a text is about, which names places by their names."""
    mentions = []
    for name, place in BY_NAME.items():
        at = text.find(name)
        while at >= 0:
            toponym = Toponym(at, at + len(name), name)
            told = Role.METONYM if name == said else role
            resolution = Resolution(toponym, place, 0.9, told, is_asserted=name != unsure)
            mentions.append(Mention("it", resolution, Excerpt(0, len(text), text)))
            at = text.find(name, at + 1)
    found = focus_of(Atlas([Document("it", text, title)], mentions))
    return None if found is None else found.referent.name


def test_the_place_that_is_named_most_is_the_focus() -> None:
    text = "It rained. It rained on. Still it rained.\nSaraqib was hit. Saraqib burned. Homs was quiet."

    assert about(text) == "Saraqib"


def test_what_is_named_first_outweighs_what_is_named_later() -> None:
    assert about("Shells fell on Idlib. One fell. More fell. They also fell on Homs. And on Homs again.") == "Idlib"


def test_a_name_in_the_headline_counts_though_the_text_has_no_headline() -> None:
    text = "It rained. It rained on. It rained still.\nIdlib was hit. Homs was hit. Homs burned."

    assert about(text) == "Homs"
    assert about(text, title="Shells hit Idlib") == "Idlib"
    assert about(text, title="Shells hit Idlibs") == "Homs"


def test_a_country_around_a_town_supports_it() -> None:
    assert about("Shells fell on Idlib, in Syria. Idlib is in Syria. Turkey spoke. Turkey spoke on.") == "Idlib"


def test_a_country_is_not_the_focus_for_having_many_towns() -> None:
    text = "Idlib was shelled, and Idlib burned. Shells hit Saraqib. They hit Homs. They hit Raqqa. All are in Syria."

    assert about(text) == "Idlib"


def test_a_country_of_which_all_is_told_is_the_focus() -> None:
    assert about("Syria votes. Syria has polls in Homs and in Raqqa. Syria counts. Syria waits.") == "Syria"


def test_a_government_that_speaks_is_not_where_it_happens() -> None:
    text = "Turkey said no more on Homs. Turkey said so. Homs burned."

    assert about(text, said="Turkey") == "Homs"


@pytest.mark.parametrize("role", [Role.DEMONYM, Role.EMBEDDED])
def test_what_names_people_or_organisations_is_no_focus(role: Role) -> None:
    assert about("Idlib University of Idlib.", role=role) is None


def test_what_is_not_asserted_is_no_focus() -> None:
    assert about("Idlib burned.", unsure="Idlib") is None


def test_an_article_without_places_has_no_focus() -> None:
    assert about("It rained.") is None
    assert focus_of(Atlas()) is None


def test_a_list_of_places_has_no_focus() -> None:
    places = [
        Place(f"t:{at}", f"Town {at:02}", Kind.SETTLEMENT, at, 1.0, country_code=f"{chr(65 + at)}X") for at in range(12)
    ]
    text = "Weather.\nFair.\nDry.\n" + "\n".join(place.name for place in places)
    mentions = [
        Mention("it", Resolution(Toponym(at, at + 7, place.name), place, 0.9), Excerpt(at, at + 7, place.name))
        for place in places
        for at in [text.index(place.name)]
    ]

    assert focus_of(Atlas([Document("it", text)], mentions)) is None


def test_the_share_is_that_of_what_names_it_or_lies_in_it() -> None:
    text = "Syria.\nHoms.\nX.\nTurkey."
    spans = [(0, SYRIA, "Syria"), (7, HOMS, "Homs"), (16, TURKEY, "Turkey")]
    mentions = [
        Mention("it", Resolution(Toponym(at, at + len(name), name), place, 1.0), Excerpt(0, 4, text[:4]))
        for at, place, name in spans
    ]

    assert focus_of(Atlas([Document("it", text)], mentions)) == Focus(SYRIA, round(5 / 6, 3))


def test_lines_are_no_focus() -> None:
    from shapely import LineString

    from geo.model import Course

    road = Line("road:M4", "M4", Kind.ROAD, LineString([(1, 1), (2, 2)]), Course.SURVEYED)
    mention = Mention("it", Resolution(Toponym(0, 2, "M4"), road, 1.0), Excerpt(0, 2, "M4"))

    assert focus_of(Atlas([Document("it", "M4")], [mention])) is None


@pytest.mark.parametrize(
    ("place", "other", "inside"),
    [
        (IDLIB, PROVINCE, True),
        (IDLIB, SYRIA, True),
        (PROVINCE, SYRIA, True),
        (HOMS, PROVINCE, False),
        (SYRIA, IDLIB, False),
        (IDLIB, IDLIB, False),
        (IDLIB, SARAQIB, False),
        (IDLIB, TURKEY, False),
        (IDLIB, LEVANT, False),
    ],
)
def test_what_lies_in_what_is_told_by_codes(place: Place, other: Place, inside: bool) -> None:
    assert is_inside(place, other) is inside
