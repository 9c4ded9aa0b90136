"""Editing a file of corrections: what is not decided stays letter for letter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geo.corrections.editing import Sheet, key_of
from geo.corrections.table import COLUMNS

PAYLOADS = json.loads((Path(__file__).parent / "data" / "markup_payloads.json").read_text(encoding="utf-8"))
ODD = 'note,"my, own",text,place\r\n  spaced ,"a ""b""",Hama,geonames:170017\r\n\r\n,,M4,road:GB-M4\r\n'


def test_a_new_sheet_has_all_columns() -> None:
    assert Sheet().content.decode() == ",".join(COLUMNS) + "\r\n"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_what_is_not_decided_stays_as_it_is(mark: str) -> None:
    data = (mark + ODD).encode()
    assert Sheet.read(data).content == data
    put = Sheet.read(data).put({"text": "Homs", "place": "not a place"})
    assert put.content == data + b",,Homs,not a place\r\n"


def test_a_row_about_the_same_is_replaced_where_it_stands() -> None:
    put = Sheet.read(ODD.encode()).put({"text": "HAMA", "place": "not a place"})
    assert put.content.decode() == ODD.replace('  spaced ,"a ""b""",Hama,geonames:170017', ",,HAMA,not a place")
    other = Sheet.read(b"text,article,context,place\nHama,,,x\nHama,a,,y\nHama,,rain,z\n")
    assert other.put({"text": "Hama", "article": "a", "place": "w"}).content.decode() == (
        "text,article,context,place\nHama,,,x\nHama,a,,w\nHama,,rain,z\n"
    )
    assert other.put({"text": "Hama", "place": "w"}, instead_of=[("a", None, "hama")]).content.decode() == (
        "text,article,context,place\nHama,,,w\nHama,,rain,z\n"
    )


def test_columns_are_added_for_what_needs_them_only() -> None:
    put = Sheet.read(b"text;place\nM4;road:GB-M4\n\n").put({"text": "X", "lat": "1", "lon": "-2", "note": ""})
    assert put.content.decode() == "text;place;lat;lon\nM4;road:GB-M4;;\n\nX;;1;-2\n"


def test_undoing_gives_back_the_rows_of_before() -> None:
    sheet = Sheet.read(b"text,place\nHama,geonames:170017\nM4,road:GB-M4\n")
    cells = {"text": "Hama", "lat": "1", "lon": "2"}
    keys = {key_of(cells)}
    assert sheet.put(cells).restore(keys, sheet.of(keys)).content.decode() == (
        "text,place,lat,lon\nHama,geonames:170017,,\nM4,road:GB-M4,,\n"
    )
    assert sheet.restore(keys, []).content.decode() == "text,place\nM4,road:GB-M4\n"


def test_a_last_line_without_an_end_gets_one() -> None:
    assert Sheet.read(b"text,place\nA,not a place").put({"text": "B", "place": "x"}).content == (
        b"text,place\nA,not a place\nB,x\n"
    )


def test_a_file_in_utf_16_stays_one() -> None:
    sheet = Sheet.read("text\tplace\r\nZürich\tx\r\n".encode("utf-16")).put({"text": "Köln", "place": "y"})
    assert sheet.content.decode("utf-16") == "text\tplace\r\nZürich\tx\r\nKöln\ty\r\n"


@pytest.mark.parametrize("text", [payload["text"] for payload in PAYLOADS] + ["a\rb", "a\nb", '"', ",", ";", "=1+1"])
def test_hostile_cells_come_back_as_they_are(text: str) -> None:
    sheet = Sheet.read(Sheet().put({"text": text, "note": text, "place": "x"}).content)
    (row,) = sheet.rows
    assert (row.cells[0], row.cells[COLUMNS.index("note")]) == (text, text)
