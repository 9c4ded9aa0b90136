from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from geo.atlas import Atlas
from geo.corrections import Row
from geo.corrections.amendments import corrected
from geo.corrections.reading import COLUMNS, read_corrections
from geo.corrections.table import delimiter_of
from geo.errors import OptionError, PlacelinesWarning
from geo.faults import MOST_TOLD
from geo.gazetteers.embedded import open_embedded
from geo.model import Correction, Document, Kind, Line, Place
from geo.provenance import Source
from geo.writers import geojson, jsonl
from geo.writers.layers import Layers
from maps import cli
from tests.correcting import Surveyed, named, read, written
from tests.timing import assert_linear
from tests.world import ALEPPO, IDLIB, SYRIA, mention

PAYLOADS = json.loads((Path(__file__).parent / "data" / "markup_payloads.json").read_text(encoding="utf-8"))
POINTS = "text,place,lat,lon\n"


def faults(folder: Path, content: str | bytes) -> list[str]:
    """Return what is wrong in a file, a message each."""
    with pytest.raises(OptionError) as caught:
        read(folder, content)
    assert caught.value.exit_code == 2
    return [str(caught.value), *getattr(caught.value, "__notes__", ())]


def only(folder: Path, content: str | bytes) -> Row:
    (row,) = read(folder, content).rows
    return row


# Cells


def test_a_row_says_everything(tmp_path: Path) -> None:
    row = only(
        tmp_path,
        written(
            text="Idlib",
            article="storm-3",
            context="of the  Mountain",
            place="geonames:170063",
            note="the village",
            author="N. N.",
            date="2026-11-22T10:00:00Z",
        ),
    )
    said = Correction("the village", "N. N.", datetime.date(2026, 11, 22))
    assert row == Row(2, "Idlib", "storm-3", ALEPPO, said, "of the  Mountain", "corrections.csv")
    assert row.key == ("storm-3", "of the mountain", "idlib")


def test_empty_cells_say_nothing(tmp_path: Path) -> None:
    row = only(tmp_path, written(text="Idlib", context="\n ", place=" Not a\u00a0 PLACE ", note=" ", author="\t"))
    assert row == Row(2, "Idlib", None, None, Correction(), None, "corrections.csv")


def test_columns_come_in_any_order_between_any_delimiters_and_others_are_ignored(tmp_path: Path) -> None:
    for delimiter in ",;\t":
        for line_end in ("\r\n", "\n", "\r"):
            content = "\ufeffmood,Place, TEXT,\r\n\r\ngood,geonames:170063,Idlib,\r\n".replace(",", delimiter)
            row = only(tmp_path, content.replace("\r\n", line_end))
            assert (row.number, row.text, row.meaning, row.correction) == (3, "Idlib", ALEPPO, Correction())


def test_the_text_formats_of_spreadsheets_are_read(tmp_path: Path) -> None:
    content = "text\tplace\r\nإدلب\tgeonames:169389\r\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be"):
        mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
        assert only(tmp_path, mark + content.encode(encoding)).text == "إدلب"


def test_empty_cells_that_spreadsheets_leave_out_make_no_difference(tmp_path: Path) -> None:
    rows = read(tmp_path, "text,place,note,\nIdlib,geonames:169389\nHoms,not a place,x,\n").rows
    assert [(row.text, row.meaning, row.correction.note) for row in rows] == [
        ("Idlib", IDLIB, None),
        ("Homs", None, "x"),
    ]


def test_a_header_alone_is_a_file_without_corrections(tmp_path: Path) -> None:
    assert read(tmp_path, written().partition("\r\n")[0]).rows == ()


def test_a_delimiter_is_what_stands_most_often_between_the_names_of_columns() -> None:
    assert [delimiter_of(header) for header in ("text;place", "text\tplace", "text,place;x,y", "")] == list(";\t,,")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "#NAME?", '"', "a\r\nb", "'", "{{", "a;b\tc"])
def test_what_a_spreadsheet_would_compute_is_a_name_like_any_other(tmp_path: Path, text: str) -> None:
    row = only(tmp_path, written(text=text, article=text, note=text, author=text, name=text, lat="1", lon="2"))
    assert isinstance(row.meaning, Place)
    assert [row.text, row.article, row.meaning.name, row.correction] == [text] * 3 + [Correction(text, text)]


@pytest.mark.parametrize("text", [payload["text"] for payload in PAYLOADS])
def test_hostile_texts_come_through_as_they_are(tmp_path: Path, text: str) -> None:
    row = only(tmp_path, written(text=text, article=text, note=text, author=text, name=text, lat="1", lon="2"))
    assert isinstance(row.meaning, Place)
    after = corrected(named(text, None), row.meaning, row.correction)
    assert after.evidence == (f"corrected by {text}: {text}",)
    document = Document(text, text)
    atlas = Atlas([document], [replace(mention(document, text, None), resolution=after)])
    (feature,) = json.loads(b"".join(geojson.collection(Layers(atlas).places)))["features"]
    own = feature["properties"]
    assert [own[key] for key in ("name", "corrected_by", "correction_note", "article_id")] == [text] * 4
    (record,) = jsonl.documents(atlas)
    (toponym,) = json.loads(record)["toponyms"]
    assert [toponym[key] for key in ("text", "name", "corrected_by", "correction_note")] == [text] * 4


# Meanings


def test_ids_that_only_the_candidates_of_a_name_tell_stay_as_they_are(tmp_path: Path) -> None:
    for wanted in ("road:GB-M4", "railway:x", "osm:way/1", "nominatim:2", "correction:0123456789ab"):
        assert only(tmp_path, written(text="M4", place=wanted)).meaning == wanted


def test_an_own_point_is_a_settlement_of_the_country_around_it(tmp_path: Path) -> None:
    place = only(tmp_path, written(text="Camp 7", lat="35.9", lon="36.6")).meaning
    assert isinstance(place, Place)
    assert re.fullmatch(r"correction:[0-9a-f]{12}", place.id)
    expected = Place(place.id, "Camp 7", Kind.SETTLEMENT, 36.6, 35.9, None, "SY", "12", gazetteer="correction")
    assert place == expected


def test_the_id_of_an_own_point_follows_from_point_and_name(tmp_path: Path) -> None:
    def id_of(**cells: str) -> str:
        meaning = only(tmp_path, written(**cells)).meaning
        assert isinstance(meaning, Place)
        return meaning.id

    first = id_of(text="Camp 7", lat="35.9", lon="36.6")
    assert first == "correction:ef49562fceb6"
    assert id_of(text="the camp", name="Camp 7", lat="+35.90", lon=" 3.66e1 ", note="x") == first
    assert id_of(text="Camp 7", lat="35.90000004", lon="36.6") == first
    others = {id_of(text="Camp 8", lat="35.9", lon="36.6"), id_of(text="Camp 7", lat="36.6", lon="35.9")}
    assert len({first, *others}) == 3
    assert id_of(text="x", lat="-0", lon="7") == id_of(text="x", lat="\N{MINUS SIGN}0.0000001", lon="7")


def test_decimal_commas_are_read_whatever_stands_between_cells(tmp_path: Path) -> None:
    for delimiter in ";\t,":
        for lat in ("35,79", "35.79", "35,79° N"):
            place = only(tmp_path, f'text;lat;lon\nCamp;"{lat}";"-36,5"\n'.replace(";", delimiter)).meaning
            assert isinstance(place, Place)
            assert place.lonlat == (-36.5, 35.79)


# Faults


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "it is empty; the first row names the columns: text, article, context, place, lat, lon, name, geometry"),
        (" \r\n\t\n", "it is empty; the first row names the columns"),
        ("name,place\nIdlib,not a place\n", 'the column "text" is missing; the first row names the columns: text,'),
        ("txt,place\nIdlib,not a place\n", "the column \"text\" is missing: did you mean it by 'txt'?"),
        ("text,note\nIdlib,x\n", 'the column "place" is missing'),
        ("text,place,Text\n", 'the column "text" is there twice; keep one'),
        ("text,place\n \n ,not a place\n", 'row 3: "text" is empty; give the name as the article has it'),
        (POINTS + "Idlib,,,\n", 'row 2: there is no meaning; give one: "place", "lat" and "lon", or "geometry"'),
        (POINTS + "Idlib,not a place,1,2\n", "row 2: there is a place and a point; give one"),
        (POINTS + "Idlib,geonames:169389,,2\n", "row 2: there is a place and a point; give one"),
        (
            "text,place,lat,lon,geometry\nM4,road:GB-M4,1,2,m4.geojson\n",
            "row 2: there is a place, a point and a geometry; give one",
        ),
        (POINTS + "Idlib,,1,\n", "row 2: the longitude is empty: give degrees as a number, as in -33.9"),
        (POINTS + "Idlib,,north,2\n", "row 2: 'north' is no latitude: give degrees as a number"),
        ("text;lat;lon\nIdlib;1.035,9;2\n", "row 2: '1.035,9' is no latitude: give degrees as a number, as in -33.9"),
        (POINTS + "Idlib,,118.2,-34\n", "row 2: latitude 118.2 is not between -90 and 90; latitude and longitude look"),
        (POINTS + "Idlib,,1,-1e999\n", "row 2: longitude -inf is not between -180 and 180"),
        (POINTS + "Idlib,,0,-0.0\n", "row 2: 0, 0 stands for an unknown place; give the point"),
        (
            "text,place\nIdlib,geonames:1\n",
            "row 2: no gazetteer knows the place 'geonames:1'; install a gazetteer that has it, or give its point in",
        ),
        (
            "text,place\nIdlib,Aleppo\n",
            "row 2: no gazetteer knows the place 'Aleppo'; give an id as in geonames:169389, \"not a place\", or",
        ),
        (
            "text,place\nA,170063\n",
            "row 2: no gazetteer knows the place '170063'; did you mean geonames:170063, Aleppo?",
        ),
        (
            "text,place\nA,GeoNames 170063\n",
            "row 2: no gazetteer knows the place 'GeoNames 170063'; did you mean geonam",
        ),
        (
            "text,place\nA,https://www.geonames.org/170063/aleppo.html\n",
            "row 2: no gazetteer knows the place 'https://www.geonames.org/170063/aleppo.html'; did you mean",
        ),
        ("text,place,date\nA,not a place,5.3.2020\n", "row 2: \"date\" '5.3.2020' is no day; give it as in 2026-11-22"),
        (
            "text,place\nTyre, Lebanon,not a place\n",
            "row 2: 3 cells under 2 columns; put what has a comma in it between double quotes",
        ),
        ("text;place\nTyre; Lebanon;not a place\n", "row 2: 3 cells under 2 columns; put what has a semicolon in it"),
        ("text,place\nA,not a place\nTyre\n", "row 3: there is no meaning"),
        ('text,place\nA,not a place\n"Tyre,not a place\n', "row 3: this is not CSV (unexpected end of data); a double"),
        ('text,place\n"Tyre" x,not a place\n', "row 2: this is not CSV (',' expected after '\"'); a double quote that"),
        (
            'text,place\n"' + "x\n" * (1 << 17),
            "row 2: this is not CSV (field larger than field limit (131072)); a doubl",
        ),
        ('"text', "row 1: this is not CSV ("),
        ("text,place\nHoms,not a place\nx,not a place\nhoms,geonames:169389\n", "rows 2 and 4 say different things of"),
        (
            "text,place\nHoms,not a place\nx,not a place\nHOMS,not a place\n",
            "rows 2 and 4 both say what 'HOMS' means; k",
        ),
        (POINTS + "A,,1,2\nA,,1,3\n", "rows 2 and 3 say different things of 'A'; keep one"),
        (
            b"text,place\nZ\xfcrich,not a place\n",
            "it is not UTF-8 at byte 12, in line 2; save it as UTF-8 (in a spreads",
        ),
        (b"\xef\xbb\xbftext,place\nZ\xfcrich,not a place\n", "it is not UTF-8 at byte 15, in line 2; save"),
        (b"\xff\xfet\0e\0x", "it is not UTF-16 at byte 6, in line 1; save it as UTF-8"),
        (
            "text,place\nA,B".encode("utf-16-le"),
            "there is a NUL character in line 1: it is no text, or in another encodi",
        ),
        ("text,place\n".encode("utf-32"), "there is a NUL character in line 1"),
        ("text,place\nA,not a\0place\n", "there is a NUL character in line 2"),
        (b"PK\x03\x04\x14\0", "it is a workbook of a spreadsheet; save it as CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "it is a workbook of a spreadsheet; save it as CSV UTF-8"),
    ],
    ids=range(41),
)
def test_a_fault_is_told_with_file_and_row(tmp_path: Path, content: str | bytes, message: str) -> None:
    (told,) = faults(tmp_path, content)
    assert told.startswith(f"corrections.csv: {message}")
    assert len(told) < 300


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    rows = ["Idlib,geonames:169389", ",not a place", "Homs,Homs", "idlib,not a place", "Hama,not a place,x", 'a"b,"x"y']
    told = faults(tmp_path, "\n".join(["text,place", *rows]))
    assert [each.partition(";")[0] for each in told] == [
        'corrections.csv: row 3: "text" is empty',
        "corrections.csv: row 4: no gazetteer knows the place 'Homs'",
        "corrections.csv: rows 2 and 5 say different things of 'idlib'",
        "corrections.csv: row 6: 3 cells under 2 columns",
        "corrections.csv: row 7: this is not CSV (',' expected after '\"')",
    ]


def test_of_many_faults_the_first_are_told_and_the_others_counted(tmp_path: Path) -> None:
    *told, last = faults(tmp_path, "text,place\n" + ",x\n" * 1234)
    assert [each.split(":")[1] for each in told] == [f" row {number}" for number in range(2, 2 + MOST_TOLD)]
    assert last == f"and {1234 - MOST_TOLD:,} more like these"


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("text,place,contxt", ["'contxt' is ignored; did you mean 'context'?"]),
        (
            "text,place,artcle,Geometrie",
            ["'artcle' is ignored; did you mean 'article'?", "'geometrie' is ignored; d"],
        ),
        ("text,place,mood,,population", []),
        ("text,place,note,notes", []),
    ],
)
def test_a_column_that_is_misspelt_is_warned_of(tmp_path: Path, header: str, told: list[str]) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert len(read(tmp_path, f"{header}\nIdlib,not a place\n").rows) == 1
    assert [each.category for each in caught] == [PlacelinesWarning] * len(told)
    for each, words in zip(caught, told, strict=True):
        assert str(each.message).startswith(f"corrections.csv: the column {words}")


def test_what_is_no_file_is_told_with_its_path_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large.csv").write_bytes(b"text,place\n" + b"x" * (16 << 20))
    (tmp_path / "circle").symlink_to("circle")
    for path, message in {
        tmp_path: "it is a folder; give the file",
        tmp_path / "nope.csv": "it cannot be read (No such file or directory)",
        tmp_path / "large.csv" / "x": "it cannot be read (Not a directory)",
        tmp_path / "pipe": "it is no file but a pipe or device; save what comes from it, and give that",
        Path("/dev/zero"): "it is no file but a pipe or device",
        tmp_path / "large.csv": "it is larger than 16 MiB; leave out what is not needed",
        tmp_path / "circle": "it cannot be read (Too many levels of symbolic links)",
        tmp_path / "a\0b": "it cannot be read (embedded null byte)",
    }.items():
        with pytest.raises(OptionError) as caught:
            read_corrections(path, Surveyed())
        assert str(caught.value).startswith(f"{path}: {message}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_must_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "corrections.csv"
    path.touch(mode=0)
    with pytest.raises(OptionError, match=r"it cannot be read \(Permission denied\)"):
        read_corrections(path, Surveyed())


CELL = st.text(alphabet=st.sampled_from('abß,;\t\r\n" =.-0159:\0\ufeffİ'), max_size=8)
LIKELY = st.sampled_from(["Idlib", "not a place", "geonames:169389", "35.5", "x.geojson", "..", "", "2026-11-22"])


@given(
    st.one_of(
        st.binary(max_size=200),
        st.lists(st.lists(CELL | LIKELY, min_size=1, max_size=11), max_size=5).map(
            lambda rows: "\n".join(map(",".join, [list(COLUMNS), *rows])).encode()
        ),
        st.tuples(
            st.sampled_from(["utf-16", "utf-8-sig", "cp1252"]), st.text(alphabet="text,place;\n\"'é", max_size=60)
        ).map(lambda each: b"text,place\n"[: 11 * (each[0] == "cp1252")] + each[1].encode(each[0])),
    )
)
def test_any_bytes_are_corrections_or_a_fault(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PlacelinesWarning)
        try:
            corrections = read(folder, content)
        except OptionError:
            return
    assert len({row.key for row in corrections.rows}) == len(corrections.rows)


def test_a_long_file_takes_its_length(tmp_path: Path) -> None:
    def work(size: int) -> None:
        read(tmp_path, "text,place\n" + "".join(f"name {number},not a place\n" for number in range(size)))

    assert_linear(work, 2_000)


# Several files


def two(folder: Path, first: str, second: str, *, second_name: str = "b.csv") -> list[Path]:
    paths = [folder / "a.csv", folder / second_name]
    for path, content in zip(paths, (first, second), strict=True):
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    return paths


def test_several_files_are_read_in_order_and_what_they_say_alike_counts_once(tmp_path: Path) -> None:
    paths = two(
        tmp_path,
        "text,place,note\nIdlib,geonames:170063,first\n",
        "text;note;place\nidlib;second;geonames:170063\nHoms;x;not a place\n",
    )
    corrections = read_corrections([*paths, paths[0]], Surveyed())
    told = [(row.file, row.number, row.text, row.correction.note) for row in corrections.rows]
    assert told == [("a.csv", 2, "Idlib", "first"), ("b.csv", 3, "Homs", "x")]
    assert corrections.files == tuple(
        Source(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths
    )


def test_files_that_contradict_each_other_are_named_with_their_rows(tmp_path: Path) -> None:
    paths = two(tmp_path, "text,place\nHoms,not a place\n,x\n", "text,place\nX,not a place\nhoms,geonames:169389\n")
    with pytest.raises(OptionError) as caught:
        read_corrections(paths, Surveyed())
    assert [str(caught.value), *caught.value.__notes__] == [
        'a.csv: row 3: "text" is empty; give the name as the article has it',
        "a.csv: row 2 and b.csv: row 3 say different things of 'homs'; keep one",
    ]


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    paths = two(tmp_path, "text,place\nA,not a place\n", "text,place\nB,not a place\n", second_name="more/a.csv")
    corrections = read_corrections(paths, Surveyed())
    assert [row.file for row in corrections.rows] == list(map(str, paths))
    assert [source.name for source in corrections.files] == ["a.csv", "a.csv"]


def test_rows_about_other_articles_or_sentences_are_no_contradiction(tmp_path: Path) -> None:
    rows = ["Homs,,,not a place", "Homs,a,,geonames:169389", "Homs,,east,geonames:163843", "Homs,a,east,not a place"]
    corrections = read(tmp_path, "\n".join(["text,article,context,place", *rows]))
    assert [row.meaning for row in corrections.rows] == [None, IDLIB, SYRIA, None]
    (told,) = faults(tmp_path, "\n".join(["text,article,context,place", *rows, "homs,a, EAST,not a place"]))
    assert told == "corrections.csv: rows 5 and 6 both say what 'homs' means; keep one"


# The document


def shown_files(root: Path) -> dict[str, str]:
    """Return the files that the document shows, by their sort."""
    text = (root / "docs" / "corrections.md").read_text(encoding="utf-8")
    return {sort: text.partition(f"```{sort}\n")[2].partition("```")[0] for sort in ("csv", "json")}


def test_the_example_of_the_document_is_read_and_its_columns_are_all(tmp_path: Path, root: Path) -> None:
    shown = shown_files(root)
    (tmp_path / "salt-road.geojson").write_text(shown["json"], encoding="utf-8")
    path = tmp_path / "corrections.csv"
    path.write_text(shown["csv"], encoding="utf-8")
    corrections = read_corrections(path, open_embedded())
    meanings = [row.meaning for row in corrections.rows]
    told = [one.country_code if isinstance(one, Place | Line) else one for one in meanings]
    assert told == ["US", "SY", None, "LB", "road:GB-M4", "SY"]
    assert [source.name for source in corrections.files] == ["corrections.csv", "salt-road.geojson"]
    text = (root / "docs" / "corrections.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    assert tuple(re.findall(r"`(\w+)`", " ".join(documented))) == COLUMNS


def test_the_command_prints_all_faults_as_the_document_shows_and_writes_nothing(tmp_path: Path, root: Path) -> None:
    rows = ["A,,,not a place", "M4,,,road:GB-M4", "B,,,169389", "C,,,,118.2,36.2", "D,,,not a place", "M4,,,road:GB-M4"]
    rows += ["E,,,not a place", "Tyre, Lebanon,,,geonames:267008,,,,,,,"]
    (tmp_path / "corrections.csv").write_text("\n".join([",".join(COLUMNS), *rows]))
    (tmp_path / "article.txt").write_text("The M4 was closed.")
    out = tmp_path / "out"
    arguments = ["map", str(tmp_path / "article.txt"), "-o", str(out), "--corrections"]
    result = CliRunner().invoke(cli.cli, [*arguments, str(tmp_path / "corrections.csv")])
    assert (result.exit_code, result.stdout, out.exists()) == (2, "", False)
    text = (root / "docs" / "corrections.md").read_text(encoding="utf-8")
    _, _, shown = text.partition("$ placelines map article.txt -o out --corrections corrections.csv\n")
    assert result.stderr == shown.partition("```")[0]
