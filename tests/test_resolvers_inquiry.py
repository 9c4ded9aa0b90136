from __future__ import annotations

from collections.abc import Mapping

import pytest

from geo.corrections import Corrections, Row
from geo.errors import GeocodingError, PlacelinesWarning
from geo.extent import Extent
from geo.gazetteers.embedded import open_embedded
from geo.geocoders.hints import Answer, Hints
from geo.model import Candidate, Correction, Document, Kind, Place, Resolution, Toponym
from geo.pipeline import Geoparser
from geo.provenance import Source
from geo.resolvers.inquiry import MOST_ASKED, Inquiry, hints_of

DOWN = GeocodingError("example.org did not answer for 'X': the server is down")
VILLAGE = Place("osm:node/1", "Qxyzzabad", Kind.SETTLEMENT, 36.7, 34.8, None, "SY", gazetteer="Test")
FAR = Place("osm:node/2", "Qxyzzabad", Kind.SETTLEMENT, -60.0, -30.0, None, "AR", gazetteer="Test")


class Geocoder:
    """Answers for some names, fails for the others, and takes down what it was asked."""

    described = Source("Test", "https://example.org")

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, Hints]] = []

    def search(self, name: str, hints: Hints = Hints()) -> Answer:  # noqa: B008
        self.asked.append((name, hints))
        if name not in self.answers:
            raise DOWN
        return self.answers[name]


def unresolved(name: str, *candidates: Place) -> Resolution:
    return Resolution(
        Toponym(0, len(name), name), None, 0.0, candidates=tuple(Candidate(one, 0.1) for one in candidates)
    )


def placed(place: Place, confidence: float = 0.9) -> Resolution:
    return Resolution(Toponym(0, len(place.name), place.name), place, confidence)


def test_names_without_a_likely_place_are_asked_for_once_each_and_no_others() -> None:
    geocoder = Geocoder({"Qxyzzabad": Answer((VILLAGE,)), "Nowhere": Answer()})
    resolutions = [unresolved("Qxyzzabad"), placed(FAR), unresolved("Nowhere"), unresolved("Qxyzzabad")]
    given = Inquiry(geocoder, open_embedded()).about(resolutions)
    assert [name for name, _ in geocoder.asked] == ["Qxyzzabad", "Nowhere"]
    assert [match.place for match in given.answers["Qxyzzabad"]] == [VILLAGE]
    assert given.reasons == {"Nowhere": "neither in the gazetteer nor known to Test"}


def test_nothing_is_asked_where_every_name_has_its_place() -> None:
    geocoder = Geocoder({})
    assert Inquiry(geocoder, open_embedded()).about([placed(VILLAGE)]).answers == {}
    assert geocoder.asked == []


def test_a_service_that_fails_leaves_names_unresolved_and_warns_once() -> None:
    geocoder = Geocoder({})
    with pytest.warns(PlacelinesWarning, match="the server is down; such names stay unresolved") as caught:
        given = Inquiry(geocoder, open_embedded()).about([unresolved("Qqqqa"), unresolved("Qqqqb")])
    assert len(caught) == 1
    assert given.answers == {}
    assert given.reasons == dict.fromkeys(["Qqqqa", "Qqqqb"], f"not in the gazetteer; {DOWN}")


def test_a_text_of_many_unknown_names_has_only_so_many_asked_for() -> None:
    names = [f"Qx{number}" for number in range(MOST_ASKED + 2)]
    geocoder = Geocoder({name: Answer() for name in names})
    given = Inquiry(geocoder, open_embedded()).about([unresolved(name) for name in names])
    assert [name for name, _ in geocoder.asked] == names[:MOST_ASKED]
    assert given.reasons[names[-1]] == "not in the gazetteer; not asked for, after 50 other names of this text"


def test_an_answer_that_was_weighed_already_adds_nothing() -> None:
    known = Place("geonames:1", "Qxyzzabad", Kind.SETTLEMENT, 36.71, 34.81, None, "SY")
    geocoder = Geocoder({"Qxyzzabad": Answer((VILLAGE, FAR))})
    given = Inquiry(geocoder, open_embedded()).about([unresolved("Qxyzzabad", known)])
    assert [match.place for match in given.answers["Qxyzzabad"]] == [FAR]


def test_the_note_of_an_answer_stays_with_its_places() -> None:
    geocoder = Geocoder({"Qxyzzabad": Answer((VILLAGE,), "reply of 2025-03-01, too old")})
    (match,) = Inquiry(geocoder, open_embedded()).about([unresolved("Qxyzzabad")]).answers["Qxyzzabad"]
    assert match.form == "answered by Test (reply of 2025-03-01, too old)"


def test_a_document_tells_its_countries_and_a_box_on_whole_degrees() -> None:
    gazetteer = open_embedded()
    here = [Place(f"x:{n}", f"N{n}", Kind.SETTLEMENT, 36.5 + n / 10, 35.2, None, "SY") for n in range(4)]
    assert hints_of([*map(placed, here), placed(FAR), placed(FAR, 0.3)], gazetteer) == Hints(
        ("SY",), Extent(35.0, 34.0, 38.0, 37.0)
    )
    assert hints_of([unresolved("Idlib")], gazetteer) == Hints()


def test_a_country_that_is_named_beside_is_not_shut_out_and_leaves_the_box_where_it_was() -> None:
    gazetteer = open_embedded()
    here = [Place(f"x:{n}", f"N{n}", Kind.SETTLEMENT, 36.5 + n / 10, 35.2, None, "SY") for n in range(4)]
    (lebanon,) = [match.place for match in gazetteer.lookup("lebanon") if match.place.kind is Kind.COUNTRY]
    assert hints_of(map(placed, [*here, lebanon]), gazetteer) == Hints(("LB", "SY"), Extent(35.0, 34.0, 38.0, 37.0))


def test_a_document_that_names_a_country_only_is_where_that_lies() -> None:
    (syria,) = [match.place for match in open_embedded().lookup("syria") if match.place.kind is Kind.COUNTRY]
    hints = hints_of([placed(syria)], open_embedded())
    assert hints.countries == ("SY",)
    assert hints.extent is not None
    assert hints.extent.contains((36.6, 35.9))
    assert hints.extent.width < 12


def test_a_box_over_the_antimeridian_stays_narrow() -> None:
    fiji = [Place(f"x:{lon}", "N", Kind.SETTLEMENT, lon, -17.0, None, "FJ") for lon in (178.4, -179.6)]
    extent = hints_of(map(placed, fiji), open_embedded()).extent
    assert extent == Extent(177.0, -18.0, -178.0, -16.0)


def test_an_answer_is_one_more_candidate_that_the_document_decides_on() -> None:
    geocoder = Geocoder({"Qxyzzabad": Answer((FAR, VILLAGE))})
    text = "Shells fell on Homs and Hama in Syria. The village of Qxyzzabad near Homs was hit."
    atlas = Geoparser(geocoder=geocoder).parse([Document("news", text)])
    (village,) = [mention.resolution for mention in atlas.mentions if mention.toponym.text == "Qxyzzabad"]
    assert village.referent == VILLAGE
    assert [candidate.referent for candidate in village.candidates] == [VILLAGE, FAR]
    assert "answered by Test" in village.why
    assert [(name, hints.countries) for name, hints in geocoder.asked] == [("Qxyzzabad", ("SY",))]
    assert atlas.runs[0].services == (Source("Test", "https://example.org"),)


def test_nobody_is_asked_for_a_name_that_was_corrected_and_others_are_sought_beside_it() -> None:
    geocoder = Geocoder({"Qxyzzabad": Answer((FAR, VILLAGE))})
    hama = next(match.place for match in open_embedded().lookup("hama") if match.place.country_code == "SY")
    corrections = Corrections([Row(2, "Qxyzzaville", None, hama, Correction())])
    text = "The village of Qxyzzaville and the village of Qxyzzabad were hit."
    atlas = Geoparser(geocoder=geocoder, corrections=corrections).parse([Document("news", text)])
    assert [(name, hints.countries) for name, hints in geocoder.asked] == [("Qxyzzabad", ("SY",))]
    assert {mention.toponym.text: mention.resolution.referent for mention in atlas.mentions} == {
        "Qxyzzaville": hama,
        "Qxyzzabad": VILLAGE,
    }


def test_an_answer_makes_a_doubtful_name_surer_and_nothing_else_is_asked() -> None:
    text = "Shells fell on Homs and Hama in Syria. The village of Qxyzzabad near Homs was hit."
    geocoder = Geocoder({"Qxyzzabad": Answer((VILLAGE,))})
    certainty = {}
    for name, asked in (("offline", None), ("online", geocoder)):
        mentions = Geoparser(geocoder=asked).parse([Document("news", text)]).mentions
        certainty[name] = {mention.toponym.text: mention.toponym.certainty for mention in mentions}
    assert certainty["online"]["Qxyzzabad"] > certainty["offline"]["Qxyzzabad"]
    assert [name for name, _ in geocoder.asked] == ["Qxyzzabad"]
