"""From article to atlas, with the real model and the embedded gazetteer."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.atlas import Atlas
from geo.errors import ResourceError
from geo.extent import great_circle_km
from geo.gazetteers.installed import geonames
from geo.gazetteers.installed.library import Library
from geo.model import Document, Line, Place, Role
from geo.pipeline import Geoparser
from tests.timing import assert_linear

ARTICLE = next(iter(sorted((Path(__file__).parent.parent / "seeds").glob("*.txt")))).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def geoparser() -> Geoparser:
    return Geoparser()


@pytest.fixture(scope="module")
def ceasefire(geoparser: Geoparser) -> Atlas:
    return geoparser.parse([Document("ceasefire", ARTICLE)])


def found(geoparser: Geoparser, text: str) -> dict[str, str | None]:
    atlas = geoparser.parse([Document("news", text)])
    return {m.toponym.text: m.resolution.referent.id if m.resolution.referent else None for m in atlas.mentions}


def test_the_article_gives_exactly_its_places(ceasefire: Atlas) -> None:
    assert {(entry.referent.id, entry.display_name) for entry in ceasefire.places} == {
        ("geonames:169389", "Idlib"),
        ("geonames:170063", "Aleppo"),
        ("geonames:173576", "Latakia"),
        ("geonames:170654", "Damascus"),
        ("geonames:323786", "Ankara"),
        ("geonames:524901", "Moscow"),
        ("geonames:163843", "Syria"),
        ("geonames:298795", "Turkey"),
        ("geonames:2017370", "Russia"),
        ("geonames:6252001", "United States"),
    }


def test_every_mention_of_a_name_has_one_referent(ceasefire: Atlas) -> None:
    count = {entry.display_name: len(entry.mentions) for entry in ceasefire.places}
    assert (count["Idlib"], count["Moscow"], count["Ankara"], count["Turkey"]) == (6, 3, 2, 6)


def test_the_highway_is_one_line_between_the_cities_that_it_links(ceasefire: Atlas) -> None:
    (highway,) = ceasefire.lines
    line = highway.referent
    ends = [line.geometry.coords[0], line.geometry.coords[-1]]
    for name in ("Aleppo", "Latakia"):
        (city,) = [entry.referent for entry in ceasefire.places if entry.display_name == name]
        assert min(great_circle_km((end[0], end[1]), city.lonlat) for end in ends) < 10
    assert line.ref == "M4"
    assert line.is_approximate


def test_demonyms_and_metonyms_are_told_apart_from_locations(ceasefire: Atlas) -> None:
    roles = {(m.toponym.text, m.resolution.role) for m in ceasefire.mentions}
    assert {("Syrian", Role.DEMONYM), ("Ankara", Role.METONYM), ("Moscow", Role.METONYM)} <= roles
    assert ("Idlib", Role.LITERAL) in roles


def test_every_choice_says_how_sure_it_is_and_why(ceasefire: Atlas) -> None:
    for mention in ceasefire.mentions:
        assert 0.15 <= mention.resolution.confidence <= 1
        assert mention.resolution.why
        assert mention.resolution.candidates[0].referent == mention.resolution.referent
        start, end = mention.mark
        assert mention.excerpt.text[start:end] == mention.toponym.text
        assert ARTICLE[mention.toponym.start : mention.toponym.end] == mention.toponym.text


def test_the_british_road_is_drawn_for_a_british_text(geoparser: Geoparser) -> None:
    text = (
        "The M4 motorway was closed between Swindon and Reading, police said. A Syrian refugee from Bristol was hurt."
    )
    (highway,) = geoparser.parse([Document("crash", text)]).lines
    assert highway.referent.country_code == "GB"


@pytest.mark.parametrize(
    "text",
    [
        "Paris Hilton said hello to Jack London and Jordan Peele.",
        "Mr. Houston told the Washington Post that it was so.",
        "He fired an M4 carbine. In March and in May it was quiet.",
        "Human rights matter. Some did. End of story.",
        "",
    ],
)
def test_people_papers_and_ordinary_words_are_not_mapped(geoparser: Geoparser, text: str) -> None:
    assert {name for name, referent in found(geoparser, text).items() if referent} == set()


@pytest.mark.parametrize(
    ("text", "name", "referent"),
    [
        ("The mayor of Paris, Texas, resigned.", "Paris", "geonames:4717560"),
        ("The mayor of Paris resigned. France was shocked.", "Paris", "geonames:2988507"),
        ("Police in Alexandria, Louisiana, arrested a man.", "Alexandria", "geonames:4314550"),
        ("Protests shook Tbilisi. Georgia votes on Sunday.", "Georgia", "geonames:614540"),
        ("Shoppers in Atlanta were calm. Georgia votes on Sunday.", "Georgia", "geonames:4197000"),
        ("It rained in Moscow and St. Petersburg, Russia said.", "St. Petersburg", "geonames:498817"),
        ("Traffic in New York and Boston was slow.", "New York", "geonames:5128581"),
        ("Police in Albany, New York, said so.", "New York", "geonames:5128638"),
        ("Haftar holds Tripoli and Benghazi in Libya. In Tripoli, Lebanon, a boat sank.", "Benghazi", "geonames:88319"),
        ("The Nile is rising. Khartoum, Sudan, is flooded.", "Khartoum", "geonames:379252"),
        ("Delhi has asked Islamabad to talk.", "Islamabad", "geonames:1176615"),
    ],
)
def test_context_decides_between_places_of_one_name(geoparser: Geoparser, text: str, name: str, referent: str) -> None:
    assert found(geoparser, text)[name] == referent


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The storm hit Paris on Monday before moving on to Lyon and Marseille.", {"Paris", "Lyon", "Marseille"}),
        ("Rebels seized Goma and Bukavu.", {"Goma", "Bukavu"}),
        ("He flew to Ouagadougou, Niamey and Bamako on Friday.", {"Ouagadougou", "Niamey", "Bamako"}),
        ("ALEPPO, Syria (AP) — Shells fell on the city.", {"ALEPPO", "Syria"}),
        ("Students of the University of Aleppo met.", {"Aleppo"}),
        ("The Aleppo-Latakia road was cut.", {"Aleppo", "Latakia", "road"}),
        ("Two men from Huntsville, Ala., were hurt.", {"Huntsville", "Ala."}),
        ("QUETTA: At least 12 people died in Pakistan.", {"QUETTA", "Pakistan"}),
        ("ISRAELI STRIKES HIT TYRE AND SIDON IN LEBANON", {"ISRAELI", "TYRE", "SIDON", "LEBANON"}),
        (
            "Shells fell on Lahore and on Multan in Pakistan, and Faisalabad burned.",
            {"Lahore", "Multan", "Pakistan", "Faisalabad"},
        ),
        ("A crash closed the Hume Highway in Australia.", {"Australia", "Hume Highway"}),
    ],
)
def test_names_are_found_in_lists_datelines_and_institutions(geoparser: Geoparser, text: str, names: set[str]) -> None:
    atlas = geoparser.parse([Document("news", text)])
    placed = {m.toponym.text: m.resolution.is_asserted for m in atlas.mentions if m.resolution.referent}
    assert {name for name in placed if name in names} == names
    assert {name for name, is_asserted in placed.items() if is_asserted} <= names


def test_a_name_that_nothing_knows_is_listed_as_unresolved(geoparser: Geoparser) -> None:
    atlas = geoparser.parse([Document("news", "Fighting spread from Homs to Qxyzzabad in Syria.")])
    assert [(m.toponym.text, m.resolution.why) for m in atlas.unresolved] == [("Qxyzzabad", "not in the gazetteer")]


def test_a_later_container_does_not_move_the_earlier_mentions_of_a_name(geoparser: Geoparser) -> None:
    text = "TRIPOLI, Libya — Haftar holds Benghazi. Tripoli is calm. In Tripoli, Lebanon, a boat sank."
    atlas = geoparser.parse([Document("news", text)])
    named = [m.resolution.referent for m in atlas.mentions if m.toponym.text.lower() == "tripoli"]
    assert [isinstance(place, Place) and place.country_code for place in named] == ["LY", "LY", "LB"]


def test_a_highway_named_by_its_ends_is_the_listed_road(geoparser: Geoparser) -> None:
    text = "Syrian troops closed the Damascus-Homs highway on Monday, residents of Homs and Damascus said."
    (highway,) = geoparser.parse([Document("news", text)]).lines
    assert (highway.referent.ref, highway.referent.country_code) == ("M5", "SY")


def test_given_spans_are_resolved_as_they_are(geoparser: Geoparser) -> None:
    document = Document("news", "from homs to hama", given_spans=((5, 9), (13, 17)))
    atlas = geoparser.parse([document], mentions="given")
    assert [(m.toponym.text, m.resolution.referent and m.resolution.referent.id) for m in atlas.mentions] == [
        ("homs", "geonames:169577"),
        ("hama", "geonames:170017"),
    ]


def test_any_split_of_the_documents_gives_the_same_atlas(geoparser: Geoparser) -> None:
    documents = [Document(str(i), text) for i, text in enumerate(["In Homs.", "In Hama.", ARTICLE, "Nowhere."])]
    whole = geoparser.parse(documents)
    halves = geoparser.parse(documents[2:]).merge(geoparser.parse(documents[:2]))
    assert whole == halves
    assert repr(whole) == repr(halves)


def test_a_missing_model_names_the_mend(geoparser: Geoparser) -> None:
    missing = Geoparser(model="xx_no_such_model", gazetteer=geoparser.gazetteer)
    with pytest.raises(ResourceError, match="'xx_no_such_model' is not installed: run 'python -m spacy download"):
        missing.parse([Document("news", "In Homs.")])


def test_an_article_of_endless_marks_takes_no_endless_time(geoparser: Geoparser) -> None:
    def parse(size: int) -> None:
        atlas = geoparser.parse([Document("bait", "=" * size + " Homs in Syria. " + "a" * size)])
        assert all(isinstance(entry.referent, Place | Line) for entry in atlas.places)

    assert_linear(parse, 5_000)


def test_seas_rivers_crossings_and_airports_are_found_by_their_newsroom_names(geoparser: Geoparser) -> None:
    text = (
        "A tanker was hit in the Strait of Hormuz. Aid crossed the Euphrates river. A flight left Heathrow for Syria."
    )
    assert found(geoparser, text) == {
        "Strait of Hormuz": "placelines:strait-of-hormuz",
        "Euphrates": "placelines:euphrates",
        "Heathrow": "placelines:heathrow-airport",
        "Syria": "geonames:163843",
    }


def test_another_romanisation_is_resolved_where_the_text_speaks_of_the_country_and_says_so(
    geoparser: Geoparser,
) -> None:
    text = "In Syria, Idlib and Aleppo were quiet. Shells fell in Taftanaaz."
    atlas = geoparser.parse([Document("news", text)])
    (taftanaz,) = [m.resolution for m in atlas.mentions if m.toponym.text == "Taftanaaz"]
    assert isinstance(taftanaz.referent, Place)
    assert (taftanaz.referent.id, "another spelling" in taftanaz.evidence) == ("geonames:163799", True)
    assert taftanaz.confidence < max(m.resolution.confidence for m in atlas.mentions)


def test_a_disputed_place_carries_its_claimants(geoparser: Geoparser) -> None:
    atlas = geoparser.parse([Document("news", "Drones flew from Crimea to Ukraine.")])
    claimed = {entry.referent.name: entry.referent.claimed_by for entry in atlas.places}
    assert claimed == {"Crimea": ("RU", "UA"), "Ukraine": ()}


def test_a_hamlet_of_an_installed_country_is_found_in_a_text(shared: Path, tmp_path: Path) -> None:
    library = Library(tmp_path)
    geonames.install(library, shared / "data" / "geonames_samples", countries=("NL",))
    text = "In the Netherlands, floods reached Groningen and the hamlet of Oosterwijtwerd near Delfzijl."
    with_nl = found(Geoparser(gazetteer=library.open()), text)
    without = found(Geoparser(gazetteer=library.open([])), text)
    assert with_nl["Oosterwijtwerd"] == "geonames:2749394"
    assert without.get("Oosterwijtwerd") is None
    assert with_nl["Groningen"] == without["Groningen"]
