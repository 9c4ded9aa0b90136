from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from geo.corrections import Corrections, Report, Row
from geo.corrections.amendments import Amendments, corrected
from geo.corrections.reading import read_corrections
from geo.entries import rivals
from geo.gazetteers.embedded import open_embedded
from geo.model import Candidate, Correction, Document, Kind, Resolution, Toponym
from geo.pipeline import Geoparser
from geo.resolvers.rivers import RIVERS
from tests.correcting import named, read, written
from tests.lines import M4_ALL, M4_SECTION
from tests.test_resolvers_rivers import LOWER, Rivers, river
from tests.world import ALEPPO, IDLIB, LATAKIA, SYRIA

N_N = Correction("the village", "N. N.", datetime.date(2026, 11, 22))


def test_a_correction_is_certain_and_what_it_was_taken_for_stays_a_rival() -> None:
    before = named("Idlib", IDLIB, Candidate(IDLIB, 0.7), Candidate(SYRIA, 0.2), Candidate(ALEPPO, 0.1))
    after = corrected(before, ALEPPO, N_N)
    assert (after.referent, after.confidence, after.is_asserted, after.correction) == (ALEPPO, 1.0, True, N_N)
    assert after.candidates == (Candidate(ALEPPO, 0.1), Candidate(IDLIB, 0.7), Candidate(SYRIA, 0.2))
    assert [rival.referent for rival in rivals(after)] == [IDLIB, SYRIA]
    assert after.evidence == (
        "corrected by N. N. on 2026-11-22: the village",
        "instead of Idlib (geonames:169389)",
    )
    assert after.toponym == replace(before.toponym, certainty=1.0)


def test_a_referent_that_was_not_weighed_stays_a_rival_too() -> None:
    assert corrected(named("Idlib"), ALEPPO, N_N).candidates == (Candidate(ALEPPO, 0.0), Candidate(IDLIB, 0.6))
    assert corrected(named("Idlib", None), ALEPPO, N_N).candidates == (Candidate(ALEPPO, 0.0),)


def test_a_choice_that_was_right_keeps_its_reasons() -> None:
    after = corrected(named("Idlib"), IDLIB, Correction())
    assert (after.evidence, after.confidence) == (("corrected", "exact name"), 1.0)


@pytest.mark.parametrize(
    ("correction", "told"),
    [
        (Correction(), "corrected"),
        (Correction(author="N. N."), "corrected by N. N."),
        (Correction(date=datetime.date(2026, 1, 2)), "corrected on 2026-01-02"),
        (Correction("a surname"), "corrected: a surname"),
    ],
)
def test_the_evidence_makes_sense_whatever_is_missing(correction: Correction, told: str) -> None:
    assert corrected(named("Idlib", None), ALEPPO, correction).evidence == (told,)


def amend(
    corrections: Corrections, resolutions: Sequence[Resolution], *, text: str = "", id: str = "a"
) -> list[Resolution]:
    """Return what is left of resolutions and what they mean now, as the geoparser puts corrections over them."""
    amendments = Amendments(corrections, Document(id, text))
    return amendments.apply(amendments.kept(resolutions, lambda one: one.toponym))


@pytest.mark.parametrize("text", ["IDLIB", "  idlib\n", "\N{FULLWIDTH LATIN CAPITAL LETTER I}dlib"])
def test_spellings_that_differ_in_case_width_or_spaces_are_one(tmp_path: Path, text: str) -> None:
    (after,) = amend(read(tmp_path, written(text=text, place=ALEPPO.id)), [named("Idlib")])
    assert after.referent == ALEPPO


def test_another_name_stays_as_it_is(tmp_path: Path) -> None:
    before = [named("Idlib city"), named("Aleppo")]
    assert amend(read(tmp_path, written(text="Idlib", place=ALEPPO.id)), before) == before


def test_a_row_for_the_article_goes_before_one_for_all(tmp_path: Path) -> None:
    corrections = read(tmp_path, f"text,article,place\nIdlib,,{ALEPPO.id}\nIdlib,a,{SYRIA.id}\n")
    found = {name: amend(corrections, [named("Idlib")], id=name)[0].referent for name in ("a", "b")}
    assert found == {"a": SYRIA, "b": ALEPPO}


def test_a_row_with_a_context_is_about_sentences_with_those_words_and_goes_before_others(tmp_path: Path) -> None:
    rows = [f"Idlib,the  GRAIN,,{ALEPPO.id}", f"Idlib,,a,{SYRIA.id}", f"Idlib,never said,,{LATAKIA.id}"]
    corrections = read(tmp_path, "\n".join(["text,context,article,place", *rows]))
    text = "Idlib sold the\tgrain. Idlib slept."
    again = replace(named("Idlib"), toponym=Toponym(23, 28, "Idlib"))
    assert [one.referent for one in amend(corrections, [named("Idlib"), again], text=text)] == [ALEPPO, SYRIA]
    unused = ("corrections.csv: row 4: 'Idlib' was found in no article in a sentence with 'never said'",)
    assert corrections.report() == Report(2, 0, unused)


def test_what_is_not_a_place_is_left_out_and_counted(tmp_path: Path) -> None:
    corrections = read(tmp_path, "text,place\nJordan,Not a  Place\nIdlib,geonames:170063\n")
    again = replace(named("Jordan", None), toponym=Toponym(30, 36, "Jordan"))
    kept = amend(corrections, [named("Jordan"), named("Idlib"), again, named("Homs")])
    assert [one.toponym.text for one in kept] == ["Idlib", "Homs"]
    assert corrections.report() == Report(corrected=1, removed=2, unused=())


def test_a_line_is_looked_for_among_what_the_name_may_mean(tmp_path: Path) -> None:
    before = replace(named("M4", None), referent=M4_SECTION, confidence=0.5)
    other = replace(before, referent=None, confidence=0.0, candidates=(Candidate(M4_SECTION, 0.5),))
    for wanted in (M4_SECTION, M4_ALL):
        corrections = read(tmp_path, written(text="M4", place=wanted.id))
        assert [one.referent for one in amend(corrections, [before, other])] == [wanted, wanted]
        assert corrections.report().unused == ()


def test_a_line_that_the_name_may_not_mean_changes_nothing(tmp_path: Path) -> None:
    corrections = read(tmp_path, written(text="Idlib", place="road:GB-M4"))
    assert amend(corrections, [named("Idlib")]) == [named("Idlib")]
    message = "corrections.csv: row 2: nothing that 'Idlib' may mean is 'road:GB-M4'"
    assert corrections.report() == Report(0, 0, (message,))


def test_a_line_of_one_s_own_is_of_the_kind_that_the_text_names() -> None:
    row = Row(2, "Baghdad Railway", None, M4_ALL, Correction())
    railway = replace(named("Baghdad Railway", None), toponym=Toponym(0, 15, "Baghdad Railway", Kind.RAILWAY))
    (after,) = amend(Corrections([row]), [railway])
    assert after.referent == replace(M4_ALL, kind=Kind.RAILWAY)


def test_a_row_that_gives_way_to_another_file_is_told_once() -> None:
    general = Row(2, "Idlib", None, IDLIB, Correction(), file="page.csv")
    special = Row(5, "Idlib", None, ALEPPO, Correction(), "grain", "own.csv")
    local = Row(6, "Idlib", "a", ALEPPO, Correction(), file="own.csv")
    corrections = Corrections([general, special, local])
    again = replace(named("Idlib"), toponym=Toponym(23, 28, "Idlib"))
    for _ in range(2):
        amend(corrections, [named("Idlib"), again], text="Idlib sold some grain. Idlib slept.")
    gives_way = "page.csv: row 2 ('Idlib') gives way to own.csv"
    assert corrections.report().overruled == (
        f"{gives_way}: row 5, which is about sentences with 'grain' and says otherwise",
        f"{gives_way}: row 6, which is about the article 'a' and says otherwise",
    )
    for other in (replace(general, meaning=ALEPPO), replace(general, file="own.csv")):
        each = Corrections([other, special])
        amend(each, [named("Idlib")], text="Idlib sold some grain.")
        assert each.report() == Report(1, 0, ())


def test_rows_that_changed_nothing_are_told_with_their_number(tmp_path: Path) -> None:
    rows = ["Foo,,not a place", "Idlib,b,not a place", "", "Idlib,,geonames:170063", "Idlib,a,geonames:163843"]
    corrections = read(tmp_path, "\n".join(["text,article,place", *rows]))
    amend(corrections, [named("Idlib")])
    assert corrections.report().unused == (
        "corrections.csv: row 2: 'Foo' was found in no article",
        "corrections.csv: row 3: 'Idlib' was not found in the article 'b'",
    )


@pytest.mark.parametrize(
    ("text", "found", "missed"),
    [
        ("He left Tal  Mardikh\ncamp.", [], ["Tal  Mardikh\ncamp"]),
        ("tal mardikh camp, Tal Mardikh camps, Old-Tal Mardikh camp2", [], []),
        ("Tal Mardikh camp burned.", ["Tal Mardikh"], ["Tal Mardikh camp"]),
        ("Tal Mardikh camp burned.", ["Tal Mardikh camp"], []),
        ("Greater Tal Mardikh camp", ["Greater Tal Mardikh camp"], []),
        ("Tal Mardikh camp and Tal Mardikh camp", ["camp"], ["Tal Mardikh camp", "Tal Mardikh camp"]),
    ],
)
def test_a_name_with_a_meaning_is_found_where_it_was_missed(text: str, found: list[str], missed: list[str]) -> None:
    corrections = Corrections([Row(2, "Tal Mardikh camp", None, IDLIB, Correction())])
    known = [Toponym(text.index(name), text.index(name) + len(name), name) for name in found]
    assert [one.text for one in Amendments(corrections, Document("a", text)).missed(known)] == missed


@pytest.mark.parametrize(
    "row",
    [
        Row(2, "Homs", None, None, Correction()),
        Row(2, "Homs", None, "osm:node/1", Correction()),
        Row(2, "Homs", "another", IDLIB, Correction()),
        Row(2, "Homs", None, IDLIB, Correction(), context="rain"),
    ],
)
def test_a_row_without_a_meaning_of_its_own_or_about_something_else_adds_nothing(row: Row) -> None:
    assert Amendments(Corrections([row]), Document("a", "Homs was hit.")).missed([]) == []


def test_the_geoparser_applies_corrections_last(tmp_path: Path) -> None:
    path = tmp_path / "corrections.csv"
    path.write_text("text,place\nHama,not a place\nHoms,geonames:5601538\nNile,geonames:163843\n")
    gazetteer = open_embedded()
    corrections = read_corrections(path, gazetteer)
    geoparser = Geoparser(gazetteer=gazetteer, corrections=corrections, min_confidence=1.0)
    atlas = geoparser.parse([Document("a", "Floods hit Hama in Syria."), Document("b", "Homs and Hama lie in Syria.")])
    found = [(m.document_id, m.toponym.text, m.resolution.is_asserted) for m in atlas.mentions]
    assert found == [("a", "Syria", False), ("b", "Homs", True), ("b", "Syria", False)]
    homs = atlas.mentions[1].resolution
    assert homs.referent == gazetteer.get("geonames:5601538")
    assert homs.evidence == ("corrected", "instead of Homs (geonames:169577)")
    unused = ("corrections.csv: row 4: 'Nile' was found in no article",)
    assert corrections.report() == Report(corrected=1, removed=2, unused=unused)


def test_a_river_that_a_correction_names_is_drawn(tmp_path: Path) -> None:
    gazetteer = open_embedded()
    (euphrates,) = (one.place for one in gazetteer.lookup("euphrates") if one.place.feature_code in RIVERS)
    path = tmp_path / "corrections.csv"
    path.write_text(f"text,place\nHoms,{euphrates.id}\n")
    geoparser = Geoparser(
        gazetteer=gazetteer, roads=[Rivers([river("IQ", LOWER)])], corrections=read_corrections(path, gazetteer)
    )
    (entry,) = geoparser.parse([Document("a", "Floods hit Homs in Syria.")]).lines
    assert (entry.referent.id, entry.referent.kind, entry.confidence) == (euphrates.id, Kind.RIVER, 1.0)


def test_without_corrections_nothing_changes() -> None:
    resolutions = [named("Idlib"), named("Homs", None)]
    assert amend(Corrections(), resolutions, text="Idlib Homs") == resolutions


def read_with(text: str, *rows: Row) -> dict[str, Resolution]:
    corrections = Corrections(rows)
    atlas = Geoparser(corrections=corrections).parse([Document("a", text)])
    return {mention.toponym.text: mention.resolution for mention in atlas.mentions}


def country_of(resolution: Resolution) -> str | None:
    return resolution.referent.country_code if resolution.referent is not None else None


def test_other_names_are_resolved_anew_beside_what_was_corrected() -> None:
    text = "The train from Cordoba to Merida was late. Trujillo was quiet."
    (venezuela,) = [one.place for one in open_embedded().lookup("merida") if one.place.id == "geonames:3632308"]
    before, after = read_with(text), read_with(text, Row(2, "Merida", None, venezuela, Correction()))
    assert [country_of(before[name]) for name in ("Merida", "Trujillo")] == ["ES", "ES"]
    assert [country_of(after[name]) for name in ("Merida", "Trujillo")] == ["VE", "VE"]
    assert after["Trujillo"].evidence[-1] == "read anew beside what was corrected, before: Trujillo in Spain"
    assert (after["Merida"].confidence, after["Merida"].correction) == (1.0, Correction())
    assert (after["Trujillo"].confidence < 1, after["Trujillo"].correction) == (True, None)
    assert before["Merida"].referent in [rival.referent for rival in rivals(after["Merida"])]


def test_what_is_not_a_place_speaks_for_no_other_name() -> None:
    text = "Virginia met Paris in Richmond."
    before, after = read_with(text), read_with(text, Row(2, "Virginia", None, None, Correction()))
    assert [getattr(one["Richmond"].referent, "admin1_code", None) == "VA" for one in (before, after)] == [True, False]
    assert "Virginia" not in after


def test_a_missed_name_and_a_line_of_one_s_own_are_on_the_map() -> None:
    line = replace(M4_ALL, id="correction:0123456789ab", gazetteer="correction")
    text = "The grain depot lies on the salt road near Idlib in Syria."
    found = read_with(
        text, Row(2, "grain depot", None, ALEPPO, Correction()), Row(3, "salt road", None, line, Correction())
    )
    assert found["grain depot"].referent == ALEPPO
    assert found["salt road"].referent == line
    assert (found["grain depot"].confidence, found["salt road"].is_asserted) == (1.0, True)


def test_where_the_mentions_are_given_no_other_is_added() -> None:
    corrections = Corrections(
        [Row(2, "grain depot", None, ALEPPO, Correction()), Row(3, "Homs", None, IDLIB, Correction())]
    )
    document = Document("a", "The grain depot lies near Homs.", given_spans=((26, 30),))
    atlas = Geoparser(corrections=corrections).parse([document], mentions="given")
    assert [(one.toponym.text, one.resolution.referent) for one in atlas.mentions] == [("Homs", IDLIB)]


def test_what_was_read_as_a_place_and_as_a_road_is_no_obstacle() -> None:
    found = [Toponym(0, 11, "Khyber Pass"), Toponym(0, 11, "Khyber Pass", Kind.ROAD), Toponym(20, 24, "Homs")]
    row = Row(2, "depot", None, ALEPPO, Correction())
    amendments = Amendments(Corrections([row]), Document("a", "Khyber Pass and near Homs a depot."))
    assert [one.text for one in amendments.missed(found)] == ["depot"]
