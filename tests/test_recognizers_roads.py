"""Roads in sentences, and what only looks like one."""

from __future__ import annotations

import re

import pytest

from geo.model import Kind, Toponym
from geo.recognizers.roads import RoadReference, recognize_roads
from tests.timing import assert_linear


def roads(text: str, *names: str) -> list[RoadReference]:
    places = [Toponym(text.index(name), text.index(name) + len(name), name) for name in names]
    return recognize_roads(text, sorted(places))


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("Fighting cut the M4 highway.", "M4"),
        ("Traffic on the M-4 motorway was slow.", "M-4"),
        ("They closed Highway 4 on Monday.", "Highway 4"),
        ("A crash on Route 60 near the mall.", "Route 60"),
        ("Snow closed Interstate 95.", "Interstate 95"),
        ("Snow closed I-95 overnight.", "I-95"),
        ("the A1(M) motorway", "A1(M)"),
        ("Convoys use the M5 international highway daily.", "M5"),
        ("the motorway M25 around the city", "M25"),
        ("the N1 main road", "N1"),
        ("A crash on US Highway 101 near the mall.", "US Highway 101"),
        ("The RN 1A was under a metre of water.", "RN 1A"),
        ("They dug a trench across PY02 in the rain.", "PY02"),
        ("Residents blocked carretera 57 for a day.", "carretera 57"),
        ("Lorries no longer use the RNIE 2.", "RNIE 2"),
        ("Shelling again hit the H 05 outside the city.", "H 05"),
        ("A crash on Asian Highway 1 killed two.", "Asian Highway 1"),
        ("Dual carriageway N-332 was flooded.", "N-332"),
        ("Delays on the 405 after a brush fire.", "405"),
        ("A truck blocked the 407 ETR.", "407 ETR"),
        ("The M5 (Damascus–Homs) is open again.", "M5"),
        ("The AH1 between Myawaddy and Kawkareik has been shut.", "AH1"),
        ("The N5 is waterlogged.", "N5"),
        ("The DN1 is expected to reopen on Sunday.", "DN1"),
        ("The B8 would be closed for six hours.", "B8"),
        ("The E79 could not be cleared.", "E79"),
        ("The EN125 has yet to be repaired.", "EN125"),
        ("The D1 toward Brno came to a standstill.", "D1"),
        ("Trenches run parallel to the H-20 past Orikhiv.", "H-20"),
        ("The IP4 claimed two more lives.", "IP4"),
        ("Cars slid off Ohio 32 in the ice storm.", "Ohio 32"),
        ("Rockfall closed Colorado 133 near Redstone.", "Colorado 133"),
        ("The A1 was blocked by leaders of the A9 group.", "A1"),
    ],
)
def test_a_reference_beside_a_word_for_a_road_is_one(text: str, ref: str) -> None:
    assert [road.ref for road in roads(text)] == [ref]


@pytest.mark.parametrize(
    "text",
    [
        "He carried an M4 carbine on the way.",
        "An M4 rifle was found by the road.",
        "Print it on A4 paper.",
        "The M23 rebels advanced.",
        "F-16 jets took off.",
        "A B2 bomber flew over.",
        "The road was 60 km long.",
        "The BRCA1 gene and the H5N1 virus.",
        "We travelled 5 miles along the road.",
        "Applicants need an I-94 and form I-20.",
        "Police say the leaders of MS-13 are in prison.",
        "Members of the B9 met.",
        "Troops hold M2 Brownings on the roof.",
        "Trains on the U7 and the S3 are delayed.",
        "Ohio 32, Iowa 14",
        "A matatu on route 237 rolled.",
    ],
)
def test_a_look_alike_is_no_road(text: str) -> None:
    assert roads(text) == []


def test_two_references_share_one_word_for_a_road() -> None:
    assert [road.ref for road in roads("Both the M4 and M5 highways are open.")] == ["M4", "M5"]


def test_a_bare_reference_counts_once_the_text_has_shown_it_to_be_a_road() -> None:
    found = roads("The M4 highway reopened. Later the M4 was shelled, and the M4 carbine jammed.")
    assert [road.toponym.start for road in found] == [4, 35]


@pytest.mark.parametrize(
    "text",
    [
        "the M4 highway, which links the cities of Aleppo and Latakia, was cut",
        "the M4 highway between Aleppo and Latakia",
        "the M4 highway from Aleppo to Latakia",
        "the M4 highway connecting Aleppo with Latakia",
        "the Aleppo-Latakia M4 highway",
        "the Aleppo–Latakia highway",
        "the road that runs from Aleppo to the port of Latakia",
        "the Aleppo to Latakia road",
    ],
)
def test_the_ends_of_a_road_are_read_from_its_sentence(text: str) -> None:
    (road,) = roads(text, "Aleppo", "Latakia")
    assert road.ends is not None
    assert [end.text for end in road.ends] == ["Aleppo", "Latakia"]


def test_places_of_another_sentence_are_not_the_ends() -> None:
    (road,) = roads("The M4 highway was cut. It links Aleppo and Latakia.", "Aleppo", "Latakia")
    assert road.ends is None


def test_a_road_without_reference_needs_both_ends() -> None:
    assert roads("The road to Aleppo was cut.", "Aleppo") == []


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Snow closed the Karakoram Highway.", "Karakoram Highway", Kind.ROAD),
        ("Families fled along Salah al-Din Road.", "Salah al-Din Road", Kind.ROAD),
        ("A lane of the Trans-Java toll road is closed.", "Trans-Java toll road", Kind.ROAD),
        ("Freight moves on the Trans-Siberian Railway.", "Trans-Siberian Railway", Kind.RAILWAY),
        ("Flows through the Druzhba pipeline stopped.", "Druzhba pipeline", Kind.PIPELINE),
        ("The blasts ruptured Nord Stream 2 at sea.", "Nord Stream 2", Kind.PIPELINE),
        ("Troops fired across the Line of Control.", "Line of Control", Kind.FRONT),
        ("UNIFIL saw two breaches of the Blue Line.", "Blue Line", Kind.FRONT),
        ("A pileup closed the Queen Elizabeth Way.", "Queen Elizabeth Way", Kind.ROAD),
        ("Police stopped a van on the Egnatia Odos.", "Egnatia Odos", Kind.ROAD),
        ("The Via Baltica now has four lanes.", "Via Baltica", Kind.ROAD),
        ("Miners hold the Panamericana Sur.", "Panamericana Sur", Kind.ROAD),
        ("Boulders blocked Kennon Road overnight.", "Kennon Road", Kind.ROAD),
        ("Opponents of the Dakota Access pipeline camped.", "Dakota Access pipeline", Kind.PIPELINE),
        ("The Bolan railway line was bombed.", "Bolan railway line", Kind.RAILWAY),
        ("ScotRail cancelled all services on the Far North Line.", "Far North Line", Kind.RAILWAY),
        ("Goods trains wait on the Dovrebanen.", "Dovrebanen", Kind.RAILWAY),
        ("A bus left Prithvi Rajmarg.", "Prithvi Rajmarg", Kind.ROAD),
        ("Snow closed Ruta de los Andes.", "Ruta de los Andes", Kind.ROAD),
        ("Ash covers Suðurstrandarvegur, which is closed.", "Suðurstrandarvegur", Kind.ROAD),
        ("Crude leaked from the Druzhba at Unecha.", "Druzhba", Kind.PIPELINE),
        ("Kings Road is flooded between Ba and Nadi.", "Kings Road", Kind.ROAD),
        ("UNDOF saw a tank cross the Bravo line.", "Bravo line", Kind.FRONT),
    ],
)
def test_a_line_with_a_proper_name_is_found_with_its_kind(text: str, name: str, kind: Kind) -> None:
    (found,) = roads(text)
    assert (found.toponym.text, found.name, found.kind, found.toponym.kind) == (name, name, kind, kind)


@pytest.mark.parametrize(
    "text",
    [
        "A man was stabbed on Whitechapel Road.",
        "She lives at 1405 Monterey Highway.",
        "The Highway Patrol arrested two men.",
        "The Silk Road brought paper west.",
        'Bobby Troup wrote "Route 66" on a drive.',
        "Boston's Green Line trolleys will not run.",
        "Survivors of the Route 91 festival met.",
        "A bus on route 24 hit a shop.",
        "The Route 24 bus hit a shop.",
        "Bus M4 runs late.",
        "The S1 and S2 stations were closed.",
        "The singer opened with Route 66 and an encore.",
        "The film Lost Highway was shown.",
        "The Blue Line train derailed.",
        "The Northern Sea Route is ice-free.",
        "Shares of Highway Holdings fell.",
        "Two were stabbed on a bus. Route 38 was diverted.",
        "The Elizabeth line was closed, Transport for London said.",
        "Photo: a burnt-out BMP-2, left on the verge.",
        "The King's Highway hotel burned.",
        "The 405 people on board were rescued.",
        "He left between J14 and J15.",
    ],
)
def test_a_street_a_body_and_a_song_are_no_roads(text: str) -> None:
    assert roads(text) == []


@pytest.mark.parametrize(
    ("text", "span", "kind"),
    [
        ("the Turkish-Syrian border is shut", "border", Kind.BORDER),
        ("the border between Turkish and Syrian troops", "border", Kind.BORDER),
        ("the Turkish frontier with Syrian land", "frontier", Kind.BORDER),
        ("the Turkish-Syrian railway line", "railway line", Kind.RAILWAY),
        ("the gas pipeline from Turkish to Syrian soil", "pipeline", Kind.PIPELINE),
        ("the front line between Turkish and Syrian posts", "front line", Kind.FRONT),
    ],
)
def test_a_line_is_known_by_its_two_ends(text: str, span: str, kind: Kind) -> None:
    (found,) = roads(text, "Turkish", "Syrian")
    assert (found.toponym.text, found.kind, found.ref, found.name) == (span, kind, None, None)
    assert found.ends is not None
    assert [end.text for end in found.ends] == ["Turkish", "Syrian"]
    assert found.toponym.sought == f"Turkish-Syrian {span}"


@pytest.mark.parametrize(
    "text",
    [
        "the T-0504, which ties Homs to Hama,",
        "Drivers between Homs and Hama will pay a toll on the M5.",
        "Between Homs and Hama the road has craters.",
        "the railway that carries Homs's ore to Hama",
        "the road Homs → Hama",
        "the road is down to one lane from Homs to Hama",
        "the A104 Homs-Hama highway",
        "the A104 Homs to Hama road",
    ],
)
def test_ends_are_told_in_many_ways(text: str) -> None:
    (found,) = roads(text, "Homs", "Hama")
    assert found.ends is not None
    assert [end.text for end in found.ends] == ["Homs", "Hama"]


def test_where_a_vehicle_comes_from_and_goes_to_is_no_end() -> None:
    (found,) = roads("A lorry exploded on the N6, on its way from Homs to Hama.", "Homs", "Hama")
    assert found.ends is None


def test_the_road_between_three_towns_passes_the_one_in_the_middle() -> None:
    (found,) = roads("the highway between the towns of Homs, Hama and Aleppo", "Homs", "Hama", "Aleppo")
    assert found.ends is not None
    assert ([end.text for end in found.ends], [place.text for place in found.via]) == (["Homs", "Aleppo"], ["Hama"])


@pytest.mark.parametrize(
    "text",
    [
        "The airline dropped its Homs–Hama route.",
        "The new route from Homs to Hama is flown daily.",
        "A cold front between Homs and Hama brought hail.",
        "Power lines between Homs and Hama were cut by shelling.",
    ],
)
def test_what_only_joins_two_places_is_no_line(text: str) -> None:
    assert roads(text, "Homs", "Hama") == []


def test_a_line_between_two_towns_at_war_is_a_front() -> None:
    (found,) = roads("Drones struck rebels south of the Homs–Hama line.", "Homs", "Hama")
    assert (found.toponym.text, found.kind) == ("line", Kind.FRONT)


def test_a_road_and_a_railway_may_share_their_ends() -> None:
    found = roads("Rocks buried the road and the railway line between Homs and Hama.", "Homs", "Hama")
    assert [line.kind for line in found] == [Kind.ROAD, Kind.RAILWAY]
    assert [[end.text for end in line.ends or ()] for line in found] == [["Homs", "Hama"]] * 2


def test_a_pass_that_no_gazetteer_knows_is_a_place_on_the_road() -> None:
    (found,) = roads("Snow stranded cars on the D-715 at Sertavul Pass.")
    assert [place.text for place in found.via] == ["Sertavul Pass"]


def test_what_people_and_goods_come_by_is_no_pipeline() -> None:
    assert roads("The talent pipeline from Homs to Hama is full.", "Homs", "Hama") == []


def test_its_border_is_that_of_the_country_before() -> None:
    (found,) = roads("Thailand has shut its border with Cambodia.", "Thailand", "Cambodia")
    assert found.ends is not None
    assert [end.text for end in found.ends] == ["Thailand", "Cambodia"]


def test_a_crossing_and_guards_are_no_border() -> None:
    assert roads("Guards at the Turkish-Syrian border crossing", "Turkish", "Syrian") == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the M5 was cut near Saraqib", ["Saraqib"]),
        ("fighting near Saraqib on the M5", ["Saraqib"]),
        ("mines in the stretch of the M5 through Saraqib and Hama", ["Saraqib", "Hama"]),
        ("checkpoints on the M5 at the Hama junction", ["Hama"]),
        ("Saraqib, the town where the M4 and M5 highways meet", ["Saraqib"]),
        ("the M5 is open; shells fell near Saraqib", []),
        ("South of Saraqib, families crept along the M5", ["Saraqib"]),
        ("Saraqib could be reached only by the M5", ["Saraqib"]),
        ("drivers heading for Saraqib on the M5", []),
        ("Landslips cut the M5 at Saraqib, the lifeline between Homs and Aleppo", ["Saraqib"]),
        ("the M5 was closed by Saraqib council", []),
    ],
)
def test_the_places_that_a_sentence_sets_on_a_road_are_read(text: str, names: list[str]) -> None:
    found = roads(text, *[name for name in ("Saraqib", "Hama", "Homs", "Aleppo") if name in text])
    assert [place.text for place in found[-1].via] == names


def test_a_road_passes_the_places_between_its_ends() -> None:
    (found,) = roads("the road from Homs through Hama to Aleppo", "Homs", "Hama", "Aleppo")
    assert found.ends is not None
    assert ([end.text for end in found.ends], [place.text for place in found.via]) == (["Homs", "Aleppo"], ["Hama"])


def test_the_section_counts_and_not_the_whole_road() -> None:
    (found,) = roads("the M-06 Kyiv–Chop road between Lutsk and Rivne", "Kyiv", "Chop", "Lutsk", "Rivne")
    assert found.ends is not None
    assert [end.text for end in found.ends] == ["Lutsk", "Rivne"]


def test_a_number_and_a_name_side_by_side_are_one_road() -> None:
    (found,) = roads("Trucks queue on the R-504 Kolyma highway.")
    assert (found.ref, found.name) == ("R-504", "Kolyma highway")


def test_a_word_beside_the_number_is_no_second_road() -> None:
    (found,) = roads("They hold the P-66, the road that joins Svatove and Kreminna.", "Svatove", "Kreminna")
    assert found.ref == "P-66"
    assert found.ends is not None


def test_numbers_of_a_list_share_the_word_before_them() -> None:
    assert [road.ref for road in roads("Warnings cover Interstates 80 and 25.")] == ["Interstates 80", "25"]


def test_an_end_that_no_gazetteer_knows_is_an_end_beside_one_that_is_known() -> None:
    (found,) = roads("the Kayes-Kidira road is cut", "Kayes")
    assert found.ends is not None
    assert [(end.text, end.certainty) for end in found.ends] == [("Kayes", 1.0), ("Kidira", 0.0)]


def test_a_name_that_is_known_in_part_only_is_an_end_in_full() -> None:
    (found,) = roads("the railway from Dar es Salaam to Mbeya", "Dar", "Mbeya")
    assert found.ends is not None
    assert [(end.text, end.certainty) for end in found.ends] == [("Dar es Salaam", 0.0), ("Mbeya", 1.0)]


@pytest.mark.parametrize("known", [[], ["Mugling–Pokhara"]])
def test_two_names_before_a_road_are_its_ends_though_no_gazetteer_knows_them(known: list[str]) -> None:
    (found,) = roads("A landslide cut the Mugling–Pokhara road.", *known)
    assert found.ends is not None
    assert [(end.text, end.certainty) for end in found.ends] == [("Mugling", 0.0), ("Pokhara", 0.0)]


@pytest.mark.parametrize("word", ["M23 rebels took Goma, and", "The ministry bought T-72 tanks as"])
def test_what_a_group_or_a_tank_is_called_is_no_road_while_a_road_beside_it_is(word: str) -> None:
    assert [road.ref for road in roads(f"{word} the RN2 highway was cut.")] == ["RN2"]


def test_letters_whose_lower_case_is_longer_leave_the_offsets_alone() -> None:
    text = "İİİ: the Aleppo-Hama highway"
    (found,) = roads(text, "Aleppo", "Hama")
    assert text[found.toponym.start : found.toponym.end] == "highway"


@pytest.mark.parametrize(
    "piece",
    [
        "M4 ",
        "A-",
        "road ",
        "M4 and ",
        "Aa ",
        "Highway ",
        "al-",
        "a",
        "the M4, ",
        "border between ",
        "Nord Stream ",
        "the 405 and ",
        "drivers between ",
        "Aa-Bb road ",
        "carries Aa's ore to ",
        "Ohio 3 ",
        "Aaaaa",
        "Aa Odos",
        "The M4 is expected to be ",
    ],
)
def test_many_lookalike_characters_take_linear_time(piece: str) -> None:
    assert_linear(lambda size: recognize_roads(piece * (size // len(piece)) + "bane", []), 15_000)


def test_very_many_places_in_one_sentence_take_linear_time() -> None:
    def recognize(size: int) -> None:
        text = "Homs and " * size + "the highway from " + "Homs to " * size
        places = [Toponym(match.start(), match.end(), "Homs") for match in re.finditer("Homs", text)]
        recognize_roads(text, places)

    assert_linear(recognize, 1_250)
