from __future__ import annotations

import csv
import datetime
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from geo.atlas import Atlas
from geo.corrections import Corrections, Report, corrected
from geo.corrections.reading import COLUMNS, read_corrections
from geo.entries import rivals
from geo.errors import OptionError
from geo.gazetteers.embedded import open_embedded
from geo.model import Candidate, Correction, Document, Kind, Place, Resolution, Toponym
from geo.pipeline import Geoparser
from geo.resolvers.rivers import RIVERS
from geo.writers import geojson, jsonl
from geo.writers.layers import Layers
from tests.lines import M4_ALL, M4_SECTION
from tests.test_resolvers_rivers import LOWER, Rivers, river
from tests.world import ALEPPO, ARTICLE, IDLIB, SYRIA, SmallGazetteer, mention

PAYLOADS = json.loads((Path(__file__).parent / "data" / "markup_payloads.json").read_text(encoding="utf-8"))
N_N = Correction("the village", "N. N.", datetime.date(2026, 11, 22))


class Surveyed(SmallGazetteer):
    """The small gazetteer, which has Syria around every point."""

    def units_at(self, lonlat: tuple[float, float]) -> tuple[str, ...]:
        return ("SY", "SY.12")


def written(**cells: str) -> str:
    """Return a file with one row, as the page writes it."""
    stream = io.StringIO()
    rows = csv.DictWriter(stream, COLUMNS, lineterminator="\r\n")
    rows.writeheader()
    rows.writerow(cells)
    return stream.getvalue()


def read(folder: Path, content: str | bytes) -> Corrections:
    path = folder / "corrections.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_corrections(path, Surveyed())


def named(text: str, referent: Place | None = IDLIB, *candidates: Candidate) -> Resolution:
    confidence = 0.6 if referent else 0.0
    toponym = Toponym(0, len(text), text, certainty=0.7)
    return Resolution(toponym, referent, confidence, candidates=candidates, evidence=("exact name",), is_asserted=False)


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


def test_a_row_says_everything(tmp_path: Path) -> None:
    content = written(
        text="Idlib", place="geonames:170063", note="the village", author="N. N.", date="2026-11-22T10:00:00Z"
    )
    (after,) = read(tmp_path, content).apply("a", [named("Idlib")])
    assert (after.referent, after.correction) == (ALEPPO, N_N)


def test_columns_come_in_any_order_between_any_delimiters_and_others_are_ignored(tmp_path: Path) -> None:
    for delimiter in ",;\t":
        content = "\ufeff" + "mood,Place, TEXT\r\n\r\ngood,geonames:170063,Idlib\r\n".replace(",", delimiter)
        (after,) = read(tmp_path, content).apply("a", [named("Idlib")])
        assert (after.referent, after.correction) == (ALEPPO, Correction())


@pytest.mark.parametrize("text", ["IDLIB", "  idlib\n", "\N{FULLWIDTH LATIN CAPITAL LETTER I}dlib"])
def test_spellings_that_differ_in_case_width_or_spaces_are_one(tmp_path: Path, text: str) -> None:
    (after,) = read(tmp_path, written(text=text, place=ALEPPO.id)).apply("a", [named("Idlib")])
    assert after.referent == ALEPPO


def test_another_name_stays_as_it_is(tmp_path: Path) -> None:
    before = [named("Idlib city"), named("Aleppo")]
    assert read(tmp_path, written(text="Idlib", place=ALEPPO.id)).apply("a", before) == before


def test_a_row_for_the_article_goes_before_one_for_all(tmp_path: Path) -> None:
    corrections = read(tmp_path, f"text,article,place\nIdlib,,{ALEPPO.id}\nIdlib,a,{SYRIA.id}\n")
    found = {name: corrections.apply(name, [named("Idlib")])[0].referent for name in ("a", "b")}
    assert found == {"a": SYRIA, "b": ALEPPO}


def test_what_is_not_a_place_is_left_out_and_counted(tmp_path: Path) -> None:
    corrections = read(tmp_path, "text,place\nJordan,Not a  Place\nIdlib,geonames:170063\n")
    kept = corrections.apply("a", [named("Jordan"), named("Idlib"), named("Jordan", None), named("Homs")])
    assert [one.toponym.text for one in kept] == ["Idlib", "Homs"]
    assert corrections.report() == Report(corrected=1, removed=2, unused=())


def test_an_own_point_is_a_settlement_of_the_country_around_it(tmp_path: Path) -> None:
    (after,) = read(tmp_path, written(text="Camp 7", lat="35.9", lon="36.6")).apply("a", [named("camp 7", None)])
    assert isinstance(after.referent, Place)
    assert after.referent == Place(
        after.referent.id, "Camp 7", Kind.SETTLEMENT, 36.6, 35.9, None, "SY", "12", gazetteer="correction"
    )
    assert re.fullmatch(r"correction:[0-9a-f]{12}", after.referent.id)


def test_the_id_of_an_own_point_follows_from_point_and_name(tmp_path: Path) -> None:
    def id_of(**cells: str) -> str:
        (row,) = read(tmp_path, written(**cells)).rows
        assert isinstance(row.meaning, Place)
        return row.meaning.id

    first = id_of(text="Camp 7", lat="35.9", lon="36.6")
    assert first == "correction:ef49562fceb6"
    assert id_of(text="the camp", name="Camp 7", lat="+35.90", lon=" 3.66e1 ", note="x") == first
    assert id_of(text="Camp 7", lat="35.90000004", lon="36.6") == first
    others = {id_of(text="Camp 8", lat="35.9", lon="36.6"), id_of(text="Camp 7", lat="36.6", lon="35.9")}
    assert len({first, *others}) == 3
    assert id_of(text="x", lat="-0", lon="7") == id_of(text="x", lat="\N{MINUS SIGN}0.0000001", lon="7")


def test_a_line_is_looked_for_among_what_the_name_may_mean(tmp_path: Path) -> None:
    before = replace(named("M4", None), referent=M4_SECTION, confidence=0.5)
    other = replace(before, referent=None, confidence=0.0, candidates=(Candidate(M4_SECTION, 0.5),))
    for wanted in (M4_SECTION, M4_ALL):
        corrections = read(tmp_path, written(text="M4", place=wanted.id))
        assert [one.referent for one in corrections.apply("a", [before, other])] == [wanted, wanted]
        assert corrections.report().unused == ()


def test_a_line_that_the_name_may_not_mean_changes_nothing(tmp_path: Path) -> None:
    corrections = read(tmp_path, written(text="Idlib", place="road:GB-M4"))
    assert corrections.apply("a", [named("Idlib")]) == [named("Idlib")]
    message = "corrections.csv: row 2: nothing that 'Idlib' may mean is 'road:GB-M4'"
    assert corrections.report() == Report(0, 0, (message,))


def test_rows_that_changed_nothing_are_told_with_their_number(tmp_path: Path) -> None:
    rows = ["Foo,,not a place", "Idlib,b,not a place", "", "Idlib,,geonames:170063", "Idlib,a,geonames:163843"]
    corrections = read(tmp_path, "\n".join(["text,article,place", *rows, *rows[:1]]))
    corrections.apply("a", [named("Idlib")])
    assert corrections.report().unused == (
        "corrections.csv: row 2: 'Foo' was found in no article",
        "corrections.csv: row 3: 'Idlib' was not found in the article 'b'",
        "corrections.csv: row 7: 'Foo' was found in no article",
    )


def test_a_row_twice_does_no_harm(tmp_path: Path) -> None:
    content = "text,place,note\nIdlib,geonames:170063,first\nIDLIB,geonames:170063,second\n"
    (after,) = read(tmp_path, content).apply("a", [named("Idlib")])
    assert after.correction == Correction("first")


POINTS = "text,place,lat,lon\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", 'the column "text" is missing; the first row names the columns: text, article, place, lat, lon'),
        ("name,place\nIdlib,not a place\n", 'the column "text" is missing'),
        ("text,note\nIdlib,x\n", 'the column "place" is missing'),
        ("text,place,Text\n", 'the column "text" is there twice; keep one'),
        ("text,place\n \n ,not a place\n", 'row 3: "text" is empty; give the name as the article has it'),
        (POINTS + "Idlib,,,\n", 'row 2: there is neither a place nor a point; give "place", or "lat" and "lon"'),
        (POINTS + "Idlib,not a place,1,2\n", "row 2: there is both a place and a point"),
        (POINTS + "Idlib,geonames:169389,,2\n", "row 2: there is both a place and a point"),
        (POINTS + "Idlib,,1,\n", 'row 2: "lon" is empty; give degrees as a number, as in -33.9'),
        (POINTS + "Idlib,,north,2\n", "row 2: \"lat\" is 'north'; give degrees as a number"),
        (POINTS + "Idlib,,nan,2\n", "row 2: \"lat\" is 'nan'; give degrees as a number"),
        (POINTS + "Idlib,,1_0,2\n", "row 2: \"lat\" is '1_0'; give degrees as a number"),
        (POINTS + 'Idlib,,"35,9",2\n', "row 2: \"lat\" is '35,9'; give degrees as a number"),
        (POINTS + "Idlib,,90.1,2\n", "row 2: \"lat\" is '90.1', not between -90 and 90; give degrees of WGS 84"),
        (POINTS + "Idlib,,1,-1e999\n", "row 2: \"lon\" is '-1e999', not between -180 and 180"),
        (POINTS + "Idlib,,0,-0.0\n", 'row 2: "lat" 0, "lon" 0 stands for an unknown place; give the point, or leave'),
        (
            "text,place\nIdlib,geonames:1\n",
            "row 2: no gazetteer knows the place 'geonames:1'; give an id as in geonames:169389, \"not a place\", or a",
        ),
        ("text,place,date\nA,not a place,5.3.2020\n", "row 2: \"date\" '5.3.2020' is no day; give it as in 2026-11-22"),
        (
            "text,place\nTyre, Lebanon,not a place\n",
            "row 2: 3 cells under 2 columns; put what has a comma in it between",
        ),
        ("text,place\nA,not a place\nTyre\n", "row 3: 1 cells under 2 columns"),
        ('text,place\nA,not a place\n"Tyre,not a place\n', "row 3: this is not CSV ("),
        ('"text', "row 1: this is not CSV ("),
        ("text,place\nHoms,not a place\nx,not a place\nhoms,geonames:169389\n", "rows 2 and 4 say different things of"),
        (POINTS + "A,,1,2\nA,,1,3\n", "rows 2 and 3 say different things of 'A'; keep one"),
        (b"text,place\nZ\xfcrich,not a place\n", "it is not UTF-8 at byte 12; save it as UTF-8 (in a spreadsheet: CSV"),
        (b"\xef\xbb\xbftext,place\nZ\xfcrich,not a place\n", "it is not UTF-8 at byte 15; save"),
        ("text,place\n".encode("utf-16"), "it is not UTF-8 at byte 0; save"),
        ("text,place\n" + "x" * (17 << 20), "it is larger than 16 MiB; give the corrections of one work"),
    ],
    ids=range(28),
)
def test_a_fault_is_told_with_file_and_row(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        read(tmp_path, content)
    assert str(caught.value).startswith(f"corrections.csv: {message}")
    assert caught.value.exit_code == 2
    assert len(str(caught.value)) < 300


def test_a_file_that_cannot_be_read_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"nope\.csv: the corrections cannot be read \(No such file or directory\)"):
        read_corrections(tmp_path / "nope.csv", SmallGazetteer())
    with pytest.raises(OptionError, match=r"cannot be read \(Is a directory\)"):
        read_corrections(tmp_path, SmallGazetteer())


HOSTILE = [payload["text"] for payload in PAYLOADS] + [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '"',
    "a\r\nb",
    "'",
    "{{",
    "a;b\tc",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_through_as_they_are(tmp_path: Path, text: str) -> None:
    cells = {"text": text, "article": text, "note": text, "author": text, "name": text, "lat": "1", "lon": "2"}
    corrections = read(tmp_path, written(**cells))
    assert corrections.apply("another", [named(text)]) == [named(text)]
    (after,) = corrections.apply(text, [named(text, None)])
    assert isinstance(after.referent, Place)
    assert (after.referent.name, after.correction) == (text, Correction(text, text))
    assert after.evidence == (f"corrected by {text}: {text}",)
    document = Document(text, text)
    found = mention(document, text, None)
    atlas = Atlas([document], [replace(found, resolution=after)])
    (feature,) = json.loads(b"".join(geojson.collection(Layers(atlas).places)))["features"]
    own = feature["properties"]
    assert [own[key] for key in ("name", "corrected_by", "correction_note", "article_id")] == [text] * 4
    (row,) = jsonl.documents(atlas)
    (toponym,) = json.loads(row)["toponyms"]
    assert [toponym[key] for key in ("text", "name", "corrected_by", "correction_note")] == [text] * 4


@pytest.fixture(scope="module")
def example(root: Path) -> str:
    """Return the file that the document shows."""
    text = (root / "docs" / "corrections.md").read_text(encoding="utf-8")
    return text.partition("```csv\n")[2].partition("```")[0]


def test_the_example_of_the_document_is_read_and_its_columns_are_all(tmp_path: Path, root: Path, example: str) -> None:
    path = tmp_path / "corrections.csv"
    path.write_text(example, encoding="utf-8")
    meanings = [row.meaning for row in read_corrections(path, open_embedded()).rows]
    assert [one.country_code if isinstance(one, Place) else one for one in meanings] == ["US", "SY", None, "road:GB-M4"]
    text = (root / "docs" / "corrections.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    assert tuple(re.findall(r"`(\w+)`", " ".join(documented))) == COLUMNS


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
    assert Corrections().apply(ARTICLE.id, resolutions) == resolutions
