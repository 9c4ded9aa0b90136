"""Compiling and merging atlases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.atlas import Atlas
from geo.entries import rivals
from geo.model import Candidate, Document, Excerpt, Kind, Mention, Place, Resolution, Role, Toponym
from tests.lines import M4_ALL, M4_SECTION, told

HOMS = Place("geonames:169577", "Homs", Kind.SETTLEMENT, 36.7, 34.7, "PPLA", "SY")
SYRIA = Place("geonames:163843", "Syria", Kind.COUNTRY, 38.0, 35.0, "PCLI", "SY")


def mention(document: str, start: int, text: str, place: Place | None, role: Role = Role.LITERAL) -> Mention:
    end = start + len(text)
    confidence = 0.9 if place else 0.0
    return Mention(document, Resolution(Toponym(start, end, text), place, confidence, role), Excerpt(start, end, text))


def test_entries_are_sorted_by_mentions_and_keep_the_reading_order() -> None:
    atlas = Atlas(
        [Document("b", "Homs Homs"), Document("a", "Syria Homs")],
        [mention("b", 5, "Homs", HOMS), mention("a", 6, "Homs", HOMS), mention("a", 0, "Syria", SYRIA)],
    )
    assert [entry.referent.name for entry in atlas.places] == ["Homs", "Syria"]
    assert [m.document_id for m in atlas.places[0].mentions] == ["a", "b"]


def test_merging_is_commutative_and_associative() -> None:
    parts = [Atlas([Document(k, "Homs")], [mention(k, 0, "Homs", HOMS)]) for k in "abc"]
    a, b, c = parts
    assert (
        a.merge(b).merge(c)
        == c.merge(b.merge(a))
        == Atlas([d for p in parts for d in p.documents], [m for p in parts for m in p.mentions])
    )
    assert a.merge(a) == a
    assert hash(a.merge(b)) == hash(b.merge(a))


def test_two_documents_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="two different documents are called 'a'"):
        Atlas([Document("a", "x"), Document("a", "y")])


def test_a_mention_of_an_unknown_document_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown documents"):
        Atlas([], [mention("a", 0, "Homs", HOMS)])
    with pytest.raises(KeyError):
        Atlas().document("a")


def test_a_place_that_is_only_a_demonym_has_that_role() -> None:
    document = Document("a", "Syrian Syria")
    demonym = mention("a", 0, "Syrian", SYRIA, Role.DEMONYM)
    assert Atlas([document], [demonym]).places[0].role is Role.DEMONYM
    both = Atlas([document], [demonym, mention("a", 7, "Syria", SYRIA)])
    assert both.places[0].role is Role.LITERAL
    assert both.places[0].name_as_written == "Syria"
    assert both.places[0].best.toponym.text == "Syria"


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ([Role.METONYM, Role.METONYM, Role.EMBEDDED], Role.METONYM),
        ([Role.DEMONYM, Role.METONYM, Role.EMBEDDED], Role.EMBEDDED),
        ([Role.DEMONYM, Role.METONYM], Role.METONYM),
        ([Role.METONYM, Role.METONYM, Role.LITERAL], Role.LITERAL),
    ],
)
def test_of_roles_as_frequent_the_one_nearer_to_the_place_counts(roles: list[Role], expected: Role) -> None:
    said = [mention("a", 5 * at, "Homs", HOMS, role) for at, role in enumerate(roles)]
    assert Atlas([Document("a", "Homs " * len(roles))], said).places[0].role is expected


def test_a_place_is_shown_by_the_spelling_of_the_text_but_not_in_capitals() -> None:
    hama = Place("geonames:170017", "Ḩamāh", Kind.SETTLEMENT, 36.8, 35.1)
    document = Document("a", "HAMA HAMA Hama")
    shouted = [mention("a", 0, "HAMA", hama), mention("a", 5, "HAMA", hama)]
    assert Atlas([document], [*shouted, mention("a", 10, "Hama", hama)]).places[0].display_name == "Hama"
    assert Atlas([document], shouted).places[0].display_name == "Ḩamāh"


def test_what_is_on_a_list_is_shown_by_its_name_there() -> None:
    document = Document("a", "The Mississippi rose.")
    river = Place("placelines:mississippi-river", "Mississippi River", Kind.PHYSICAL, -89.3, 29.2, "STM", "US")
    assert Atlas([document], [mention("a", 4, "Mississippi", river)]).places[0].display_name == "Mississippi River"


def test_an_entry_is_asserted_when_a_mention_is_and_that_mention_tells_of_it() -> None:
    document = Document("a", "Syria said Syria")
    guess = mention("a", 0, "Syria", SYRIA)
    guess = replace(guess, resolution=replace(guess.resolution, confidence=0.3, is_asserted=False))
    sure = mention("a", 11, "Syria", SYRIA, Role.METONYM)
    (entry,) = Atlas([document], [guess, sure]).places
    assert (entry.is_asserted, entry.confidence, entry.best) == (True, 0.9, sure)
    (entry,) = Atlas([document], [guess]).places
    assert (entry.is_asserted, entry.confidence, entry.best) == (False, 0.3, guess)


def test_rivals_are_the_five_best_other_candidates() -> None:
    toponym = Toponym(0, 4, "Homs")
    places = [replace(HOMS, id=f"x:{number}") for number in range(8)]
    candidates = tuple(Candidate(place, 0.1) for place in places)
    chosen = Resolution(toponym, places[1], 0.9, candidates=candidates)
    assert [rival.referent.id for rival in rivals(chosen)] == ["x:0", "x:2", "x:3", "x:4", "x:5"]
    unresolved = Resolution(toponym, None, 0.0, candidates=candidates[:2])
    assert [rival.referent.id for rival in rivals(unresolved)] == ["x:0", "x:1"]


def test_unresolved_names_are_kept() -> None:
    atlas = Atlas([Document("a", "Qxyz")], [mention("a", 0, "Qxyz", None)])
    assert atlas.places == ()
    assert [m.toponym.text for m in atlas.unresolved] == ["Qxyz"]


def test_a_whole_line_has_the_mentions_of_all_its_sections() -> None:
    other, unknown = replace(M4_SECTION, id="road:SY-M4/1-2"), replace(M4_SECTION, id="road:1-2", whole=None)
    atlas = told([M4_SECTION, M4_ALL, other, unknown])
    (whole,) = atlas.whole_lines
    assert (whole.referent, len(whole.mentions)) == (M4_ALL, 3)
    assert sorted(mention.toponym.start for mention in whole.mentions) == [m.toponym.start for m in whole.mentions]
    assert [len(entry.mentions) for entry in atlas.lines] == [1, 1, 1, 1]


def test_unresolved_names_have_the_reason_of_their_first_mention_and_a_line_goes_by_what_was_sought() -> None:
    def unresolved(toponym: Toponym, *reasons: str) -> Mention:
        resolution = Resolution(toponym, None, 0.0, evidence=reasons)
        return Mention("a", resolution, Excerpt(toponym.start, toponym.end, toponym.text))

    said = [
        unresolved(Toponym(4, 11, "highway", Kind.ROAD, lemma="Damascus-Homs highway"), "no course"),
        unresolved(Toponym(16, 22, "Idlibs", lemma="Idlib"), "unknown"),
        unresolved(Toponym(24, 30, "Idlibs")),
    ]
    names = Atlas([Document("a", "x")], said).unresolved_names
    assert dict(names) == {"Damascus-Homs highway": "no course", "Idlibs": "unknown"}
