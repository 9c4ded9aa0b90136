from __future__ import annotations

import base64
import gzip
import json
from dataclasses import replace
from datetime import date

import pytest

from geo.atlas import Atlas
from geo.gazetteers.stack import StackedGazetteer
from geo.model import Candidate, Correction, Document, Kind, Role, Toponym
from maps import payload, telling
from tests.lines import EVERY_KIND, M4_ALL, M4_SECTION, OSM, m5
from tests.lines import told as lines_told
from tests.story import RIVAL, StoryGazetteer, settlement, story
from tests.world import IDLIB, IDLIB_PROVINCE, M4, MIN_CONFIDENCE, mention

Record = dict[str, object]


@pytest.fixture(scope="module")
def told() -> Record:
    return built(story(), MIN_CONFIDENCE)


def built(atlas: Atlas, min_confidence: float | None = None) -> Record:
    data = payload.build(atlas, gazetteer=StoryGazetteer(), tool_version="9.9", min_confidence=min_confidence)
    copy: Record = json.loads(payload.to_json(data))
    return copy


def test_each_of_several_gazetteers_is_named_once_with_its_version() -> None:
    one = StoryGazetteer()
    data = payload.build(story(), gazetteer=StackedGazetteer([one, one]), tool_version="9.9")
    assert (
        json.loads(payload.to_json(data))["notes"]["gazetteer"] == f"{one.name} {one.version}, {one.name} {one.version}"
    )


def entries(told: Record) -> dict[str, Record]:
    """Return heads and details of the entries as one, by name."""
    listed, details = told["entries"], told["details"]
    assert isinstance(listed, list)
    assert isinstance(details, dict)
    (block,) = details["blocks"]
    return {str(head["name"]): {**head, **rest} for head, rest in zip(listed, block, strict=True)}


def test_an_entry_says_what_the_popup_needs(told: Record) -> None:
    idlib = entries(told)["Idlib"]
    assert {key: idlib[key] for key in ("id", "kind", "where", "shape", "sure", "count", "confidence", "source")} == {
        "id": "geonames:169389",
        "kind": "city",
        "where": "Idlib Governorate, Syria",
        "shape": "circle",
        "sure": True,
        "count": 5,
        "confidence": 97,
        "source": "GeoNames 169389",
    }
    assert idlib["why"] == "exact name"
    assert idlib["rivals"] == [
        {"id": RIVAL.id, "name": "Idlib al Khirba", "what": "village, Syria", "share": 2, "at": [36.5, 38.21]}
    ]
    assert idlib["written"] is None, "IDLIB in capitals is no other name"


def test_excerpts_join_to_the_atlas_excerpts_and_quote_a_sentence_once(told: Record) -> None:
    excerpts = entries(told)["Idlib"]["excerpts"]
    assert isinstance(excerpts, list)
    (idlib,) = [entry for entry in story().places if entry.referent == IDLIB]
    sentences = list(dict.fromkeys(said.excerpt.text for said in idlib.mentions))
    assert ["".join(parts[:3]) for parts in excerpts] == sentences[: telling.MAX_EXCERPTS]
    assert [parts[1] for parts in excerpts] == ["IDLIB", "Idlib", "Idlib"]


def test_distances_start_at_the_main_place_and_countries_have_none(told: Record) -> None:
    distances = {name: entry.get("distance") for name, entry in entries(told).items()}
    assert distances["Moscow"] == "2,210 km"
    assert distances["Damascus"] == "270 km"
    assert distances["Idlib"] is distances["Syria"] is distances["Idlib Governorate"] is None


def test_a_road_says_how_its_course_is_known(told: Record) -> None:
    road = entries(told)[M4.name]
    own = {key: road[key] for key in ("sort", "label", "shield", "length", "course", "listed", "source")}
    assert own == {
        "sort": "road",
        "label": "M4",
        "shield": "generic",
        "length": "150 km",
        "course": "Schematic course, straight from town to town",
        "listed": "road, 150\u00a0km, schematic course",
        "source": "Course: placelines",
    }


def test_what_has_no_number_is_lettered_with_its_name() -> None:
    karakoram = replace(EVERY_KIND[0], name="Karakoram Highway, Gilgit – Hunza", road_name="Karakoram Highway")
    told = entries(built(lines_told([karakoram, EVERY_KIND[1]])))
    assert [(told[line.name]["label"], told[line.name]["shield"]) for line in (karakoram, EVERY_KIND[1])] == [
        ("Karakoram Highway", None),
        ("Hejaz Railway", None),
    ]


def test_a_whole_road_beneath_its_section_has_no_sign_of_its_own() -> None:
    told = entries(built(lines_told([M4_SECTION, M4_ALL])))
    assert (told["M4"]["label"], told[M4_SECTION.name]["label"]) == (None, "M4")


def legend(told: Record) -> list[object]:
    lines = told["lines"]
    assert isinstance(lines, list)
    return [line["words"] for line in lines]


def test_the_legend_has_each_sort_and_course_that_is_drawn_once_in_order() -> None:
    surveyed = m5()
    assert legend(built(lines_told([EVERY_KIND[3], M4_SECTION, surveyed, EVERY_KIND[0]]))) == [
        "Road",
        "Road (schematic course)",
        "Rest of the road",
        "River",
    ]
    assert legend(built(lines_told([M4_ALL]))) == ["Road (schematic course)"]
    assert legend(built(lines_told([M4_SECTION, M4_ALL]))) == ["Road (schematic course)", "Rest of the road"]
    assert legend(built(lines_told([M4_SECTION], confidence=0.5))) == [], "uncertain ones share a row"


def test_the_licence_of_a_course_is_told_only_where_it_is_drawn(told: Record) -> None:
    for data, attribution in ((told, ""), (built(lines_told([m5(), M4_SECTION])), f" · {OSM}")):
        notes = data["notes"]
        assert isinstance(notes, dict)
        assert notes["attribution"] == f"Place data © GeoNames, CC BY 4.0 · Made with Natural Earth{attribution}"
    assert entries(built(lines_told([m5()])))["M5, Hama – Homs"]["source"] == (
        f"Course: OpenStreetMap, syria-latest · {OSM}"
    )


def test_a_road_that_was_not_placed_goes_by_what_it_was_sought_as() -> None:
    document = Document("a", "The highway and Idlibs.")
    road = Toponym(4, 11, "highway", Kind.ROAD, lemma="Damascus-Homs highway")
    town = Toponym(16, 22, "Idlibs", lemma="Idlib")
    plain = mention(document, "highway", None)
    said = [replace(plain, resolution=replace(plain.resolution, toponym=each)) for each in (road, town)]
    assert built(Atlas([document], said))["unplaced"] == [["", ["Damascus-Homs highway", "Idlibs"]]]


def test_people_are_listed_after_places_and_with_the_word_used_and_what_is_uncertain_last(told: Record) -> None:
    assert list(entries(told))[-3:] == ["Turkey", "Ariha", "Washington"]
    assert [entry["sure"] for entry in entries(told).values()] == [True] * 10 + [False] * 2
    assert entries(told)["Turkey"]["written"] == "Turkish"
    assert entries(told)["Turkey"]["shape"] == "none"


def test_names_without_a_place_are_listed(told: Record) -> None:
    assert told["unplaced"] == [["", ["Bab Qalandar"]]]


def test_towns_for_orientation_are_none_of_the_story(told: Record) -> None:
    towns = told["towns"]
    assert isinstance(towns, list)
    names = [town[0] for town in towns]
    assert "Antakya" in names
    assert not {"Idlib", "Aleppo"} & set(names)
    assert len(names) == len(set(names))


def test_rivals_leave_out_the_choice_itself_and_all_but_the_first_few() -> None:
    document = Document("a", "Idlib")
    rivals = [Candidate(IDLIB, 0.5), *(Candidate(replace(RIVAL, id=f"x:{number}"), 0.01) for number in range(9))]
    atlas = Atlas([document], [mention(document, "Idlib", IDLIB, rivals=rivals)])
    shown = entries(built(atlas))["Idlib"]["rivals"]
    assert isinstance(shown, list)
    assert [rival["name"] for rival in shown] == [RIVAL.name] * 5


def test_the_threshold_is_told_as_a_percentage_when_it_is_known(told: Record) -> None:
    assert told["threshold"] == "75"
    assert built(story(), 0.625)["threshold"] == "62.5"
    assert built(story())["threshold"] is None


def test_each_mention_and_quote_knows_whether_it_is_sure() -> None:
    document = Document("a", "Idlib today\nIdlib again. And Xyz")
    said = [mention(document, "Idlib", IDLIB, confidence=0.7), mention(document, "Idlib", IDLIB, after=10)]
    told = built(Atlas([document], [*said, mention(document, "Xyz", None)]))
    texts = told["texts"]
    assert isinstance(texts, dict)
    (((heading, body),),) = texts["blocks"]
    assert heading == [["Idlib", 0, False], " today"]
    assert body == [[["Idlib", 0, True], " again. And ", ["Xyz", None, False]]]
    excerpts = entries(told)["Idlib"]["excerpts"]
    assert isinstance(excerpts, list)
    assert [parts[4] for parts in excerpts] == [False, True]
    assert entries(told)["Idlib"]["sure"] is True


def test_names_that_were_not_placed_stand_together_by_reason() -> None:
    document = Document("x", "Ceville, Beville, aville.")
    reasons = {"Ceville": "unknown", "Beville": "no course", "aville": "unknown"}
    said = [
        replace(plain, resolution=replace(plain.resolution, evidence=(reason,)))
        for plain, reason in ((mention(document, name, None), reason) for name, reason in reasons.items())
    ]
    assert built(Atlas([document], said))["unplaced"] == [
        ["no course", ["Beville"]],
        ["unknown", ["aville", "Ceville"]],
    ]


def test_a_guess_sets_off_no_country() -> None:
    document = Document("a", "Idlib")
    for confidence, country in ((0.9, "SY"), (0.5, None)):
        view = built(Atlas([document], [mention(document, "Idlib", IDLIB, confidence=confidence)]))["view"]
        assert isinstance(view, dict)
        assert (view["focus"], view["main"]) == (country, 0)


def test_a_confidence_is_never_told_as_more_than_it_is() -> None:
    document = Document("a", "Idlib")
    told = built(Atlas([document], [mention(document, "Idlib", IDLIB, confidence=0.749)]), MIN_CONFIDENCE)
    assert (entries(told)["Idlib"]["confidence"], told["threshold"]) == (74, "75")


def test_a_province_is_not_said_to_lie_in_itself() -> None:
    document = Document("a", "Idlib province")
    atlas = Atlas([document], [mention(document, "Idlib province", IDLIB_PROVINCE)])
    assert entries(built(atlas))["Idlib province"]["where"] == "Syria"


def test_several_documents_are_counted_and_each_excerpt_knows_its_own() -> None:
    documents = [Document("a", "Idlib today."), Document("b", "Idlib again.", source="Wire")]
    atlas = Atlas(documents, [mention(document, "Idlib", IDLIB) for document in documents])
    told = built(atlas)
    assert told["title"] == "2 articles"
    excerpts = entries(told)["Idlib"]["excerpts"]
    assert isinstance(excerpts, list)
    assert [parts[3] for parts in excerpts] == [0, 1]


def test_a_wide_view_singles_out_no_country() -> None:
    document = Document("a", "Here and there")
    places = [settlement(1, "Here", 2.0, 48.0, "FR", 10), settlement(2, "there", 140.0, 35.0, "JP", 10)]
    atlas = Atlas(
        [document], [mention(document, name, place) for name, place in zip(("Here", "there"), places, strict=True)]
    )
    view = built(atlas)["view"]
    assert isinstance(view, dict)
    assert view["focus"] is None


def test_json_cannot_end_the_element_around_it() -> None:
    text = "</script><!-- & \u2028 \ud800 é"
    written = payload.to_json({"text": text})
    assert written.isascii()
    assert not set("<>&") & set(written)
    assert json.loads(written) == {"text": text}


def test_the_role_of_a_mention_does_not_hide_a_place() -> None:
    document = Document("a", "Idlib and the Idlibis")
    said = [mention(document, "Idlib", IDLIB), mention(document, "Idlibis", IDLIB, role=Role.DEMONYM)]
    assert entries(built(Atlas([document], said)))["Idlib"]["shape"] == "circle"


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (Role.LITERAL, None),
        (Role.EMBEDDED, "in the name of an organisation"),
        (Role.METONYM, "as its government, team, market or people"),
    ],
)
def test_a_place_that_is_not_named_as_such_says_how_it_is(role: Role, said: str | None) -> None:
    document = Document("a", "Idlib University")
    told = entries(built(Atlas([document], [mention(document, "Idlib", IDLIB, role=role)])))
    assert told["Idlib"]["role"] == said


def test_documents_stand_in_order_of_their_days_and_those_without_one_last() -> None:
    days = {"a": None, "b": date(2020, 3, 9), "c": date(2020, 3, 5)}
    documents = [Document(name, "Idlib", source="Wire", file_name="in.jsonl", date=day) for name, day in days.items()]
    told = built(Atlas(documents, [mention(document, "Idlib", IDLIB) for document in documents]))
    own = {"url": None, "articles": 1}
    assert told["documents"] == [
        {"id": "c", "title": "Idlib", "publisher": "Wire", "source": "Wire · in.jsonl", "date": "2020-03-05", **own},
        {"id": "b", "title": "Idlib", "publisher": "Wire", "source": "Wire · in.jsonl", "date": "2020-03-09", **own},
        {"id": "a", "title": "Idlib", "publisher": "Wire", "source": "Wire · in.jsonl", "date": None, **own},
    ]
    assert entries(told)["Idlib"]["told"] == [0, 1, 1, 1, 2, 1]


def test_a_name_that_means_something_else_too_says_where_it_means_this() -> None:
    documents = [Document("a", "Idlib and Homs"), Document("b", "idlib")]
    said = [
        mention(documents[0], "Idlib", IDLIB),
        mention(documents[0], "Homs", RIVAL),
        mention(documents[1], "idlib", RIVAL),
    ]
    told = entries(built(Atlas(documents, said)))
    assert told["Idlib"]["names"] == [["Idlib", [0]]]
    assert told["Homs"]["names"] == [["Homs", None], ["idlib", [1]]]


def test_every_document_is_quoted_before_any_is_quoted_twice() -> None:
    often, once = Document("a", "Idlib. " * 60), Document("b", "Idlib!")
    said = [mention(often, "Idlib", IDLIB, after=7 * turn) for turn in range(60)]
    excerpts = entries(built(Atlas([often, once], [*said, mention(once, "Idlib", IDLIB)])))["Idlib"]["excerpts"]
    assert isinstance(excerpts, list)
    assert [parts[3] for parts in excerpts] == [0] * (telling.MOST_EXCERPTS - 1) + [1]


def test_names_in_other_scripts_travel_for_the_search(told: Record) -> None:
    assert entries(told)["Idlib"]["keys"] == ["идлиб", "ادلب"]
    assert entries(told)["Aleppo"]["keys"] == []


def test_what_was_corrected_says_by_whom_and_why() -> None:
    document = Document("a", "Idlib")
    plain = mention(document, "Idlib", IDLIB)
    for correction, words in (
        (Correction("a typing error", "N. N.", date(2026, 11, 22)), "Corrected by N. N. on 2026-11-22: a typing error"),
        (Correction(), "Corrected"),
    ):
        said = replace(plain, resolution=replace(plain.resolution, correction=correction))
        told = entries(built(Atlas([document], [said])))["Idlib"]
        assert (told["corrected"], told["corrections"]) == (True, [words])


def test_much_is_packed_and_holds_the_same() -> None:
    document = Document("a", "Idlib " * 3000)
    said = [mention(document, "Idlib", IDLIB, after=6 * turn) for turn in range(payload.MOST_INLINE_MENTIONS + 1)]
    told = built(Atlas([document], said))
    heads, details = told["entries"], told["details"]
    assert isinstance(heads, dict)
    assert isinstance(details, dict)
    (head,), (detail,) = (unpacked(packed) for packed in (heads["packed"], details["blocks"][0]))
    assert (head["name"], head["count"]) == ("Idlib", payload.MOST_INLINE_MENTIONS + 1)
    assert detail["where"] == "Idlib Governorate, Syria"


def unpacked(packed: str) -> list[Record]:
    value: list[Record] = json.loads(gzip.decompress(base64.b64decode(packed)))
    return value
