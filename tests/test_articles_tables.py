from __future__ import annotations

import csv
import datetime
import io
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo import articles
from geo.articles import Columns, delimited
from geo.articles.delimited import MOST_FIELD
from geo.articles.source import MAX_BYTES
from geo.errors import InputError, OptionError, ResourceError, TextWarning
from geo.model import Document
from tests.timing import assert_linear


def read_rows(path: Path, content: str | bytes | None = None) -> tuple[dict[str, str], list[str]]:
    """Return the texts that were found in a file by their ids, and the messages without the folder."""
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    texts, errors = {}, []
    for found in articles.find([path]):
        if isinstance(found, InputError):
            assert found.source == str(path)
            errors.append(str(found).removeprefix(f"{path.parent}/"))
        else:
            assert isinstance(found, Document)
            texts[found.id] = found.text
    return texts, errors


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.csv"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_delimiter_is_told_from_the_header(path: Path, delimiter: str, end: str) -> None:
    row = delimiter.join(["x1", '"Fire; in, Rome|\tsaid ""Ann"""', "2020-03-05", "Ann"])
    path.write_bytes(f"\ufeffid{delimiter}text{delimiter}date{delimiter}author{end}{row}{end}".encode())
    (document,) = articles.find([path])
    text = 'Fire; in, Rome|\tsaid "Ann"'
    assert document == Document("x1", text, file_name="a.csv", date=datetime.date(2020, 3, 5), author="Ann")


def test_rows_without_id_are_numbered(path: Path) -> None:
    content = 'text,id\n"Rome\nburns",\nOslo,x\n\nLima,\n'
    assert read_rows(path, content) == ({"a-1": "Rome\nburns", "x": "Oslo", "a-3": "Lima"}, [])


def test_a_bad_row_is_named_by_its_line_and_the_others_are_read(path: Path) -> None:
    content = 'id,text\n1,Rome\n2\n3,Oslo,more\n4,"Li\nma"\n5,\n6,Kyi\0v\n7,a 5" pipe in "Bonn"\n8,"Rome" fell\n'
    with pytest.warns(TextWarning, match=r"replaced \(count 1, first in line 8\)"):
        texts, errors = read_rows(path, content)
    assert texts == {"1": "Rome", "4": "Li\nma", "6": "Kyi v", "7": 'a 5" pipe in "Bonn"', "8": "Rome fell"}
    assert errors == [
        "a.csv:3: the row has 1 field, the header 2",
        "a.csv:4: the row has 3 fields, the header 2",
        'a.csv:7: "text" is missing',
    ]


@pytest.mark.parametrize(("rows", "where"), [(10, ""), (60_000, " within 1 MiB")])
def test_an_unclosed_quote_costs_its_row_only(path: Path, rows: int, where: str) -> None:
    others = "".join(f"{number},Rome burns for {number} days\n" for number in range(3, rows))
    texts, errors = read_rows(path, f'id,text\n1,Oslo\n2,"Lima\n{others}')
    assert list(texts) == ["1", *map(str, range(3, rows))]
    assert errors == [f'a.csv:3: a quote (") is not closed{where}']


def test_rows_that_never_end_cost_no_more_time_than_others(tmp_path: Path) -> None:
    def read(rows: int) -> None:
        path = tmp_path / f"{rows}.csv"
        path.write_text("id,text\n1,Oslo\n" + 'x","\n' * rows)
        *_, last = articles.find([path])
        assert str(last).startswith(f'{path}: quotes (") are left open in so many rows that reading ends in line ')

    assert_linear(read, 10_000)


def test_a_row_that_does_not_end_within_the_limit_costs_its_first_line_only(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "MAX_BYTES", 2**20)
    row = "x" * 2**17 + '","\n'
    texts, errors = read_rows(path, f'id,text\n1,Oslo\n2,"{row * 9}3,Rome\n4,"Lima"\n')
    assert errors[0] == 'a.csv:3: the row is longer than 1 MiB; give one article a row, and close its quotes (")'
    assert texts == {"1": "Oslo", "3": "Rome", "4": "Lima"}


def test_many_blank_lines_are_passed_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MAX_BYTES", 2**10)
    blank = "\n" * 2**11
    assert read_rows(path, f"{blank}id,text\n{blank}1,Rome\n") == ({"1": "Rome"}, [])


def test_an_unclosed_quote_before_rows_with_quotes_costs_its_row_only(path: Path) -> None:
    texts, errors = read_rows(path, 'id,text\n1,"Lima\n2,"Oslo, again"\n3,"Rome"\n')
    assert texts == {"2": "Oslo, again", "3": "Rome"}
    assert [error[:8] for error in errors] == ["a.csv:2:"]


def test_a_field_may_be_long_but_not_endless(path: Path) -> None:
    long = "Rome. " * (MOST_FIELD // 6)
    texts, errors = read_rows(path, f"id,text\n1,{long}\n2,{long * 2}\n3,Oslo\n")
    assert {key: len(text) for key, text in texts.items()} == {"1": len(long), "3": 4}
    assert errors == ["a.csv:3: a field is longer than 1 MiB"]
    assert csv.field_size_limit() == 131_072, "the limit is one of the whole process, and others count on it"


def test_a_table_that_is_not_utf8_is_read_with_a_warning(path: Path) -> None:
    head = "id,text\n1,Oslo\n"
    content = head.encode() + "2,Brände in Köln\n3,Zürich\n".encode("cp1252")
    with pytest.warns(TextWarning, match=rf"read as Windows-1252 \(count 3, first at {len(head) + 4}\)"):
        assert read_rows(path, content)[0] == {"1": "Oslo", "2": "Brände in Köln", "3": "Zürich"}
    assert read_rows(path, "id,text\n1,Zürich\n".encode("utf-16")) == ({"1": "Zürich"}, [])


@pytest.mark.parametrize(
    ("encoding", "stray"), [("utf-8", b"\xfc"), ("cp1252", b"\x81"), ("utf-16-le", b"\x00\xd8"), ("gb18030", b"\xff")]
)
@pytest.mark.parametrize("rows", [1, 20_000])
def test_bytes_that_are_not_of_the_encoding_that_is_said_are_replaced_with_a_warning(
    path: Path, encoding: str, stray: bytes, rows: int
) -> None:
    start = ("id,text\n" + "".join(f"{number},Zürich\n" for number in range(rows)) + "x,Z").encode(encoding)
    path.write_bytes(start + stray + "rich\ny,Oslo\n".encode(encoding))
    with pytest.warns(TextWarning) as told:
        documents = list(articles.read([path], encoding=encoding))
    assert [document.text for document in documents] == ["Zürich"] * rows + ["Z\ufffdrich", "Oslo"]
    what = f"bytes that are not {encoding} were replaced (count 1, first at {len(start)})"
    assert [str(warning.message) for warning in told] == [f"{path}: {what}"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "it is empty; give a header and one article a row"),
        ("\n\n", "it is empty; give a header and one article a row"),
        ("id,text\n", "there are no rows below its header"),
        (
            "id,body\n1,Rome\n",
            "there is no column 'text', but 'id', 'body'; --text-column says which one holds the text",
        ),
        (b"\x89PNG\r\n\x1a\n", "it is a PNG image, not text; give an article as text"),
        (bytes(range(16)) * 8, "it is binary data, not text; give an article as text"),
    ],
)
def test_a_table_without_articles_is_refused_as_a_whole(path: Path, content: str | bytes, message: str) -> None:
    assert read_rows(path, content) == ({}, [f"a.csv: {message}"])


def test_a_column_that_is_named_must_be_there(path: Path) -> None:
    path.write_text("id,body\n1,Rome\n")
    with pytest.raises(OptionError, match=r"a\.csv: there is no column 'autor', but 'id', 'body'$"):
        list(articles.find([path], columns=Columns(text="body", author="autor")))
    other = path.with_name("b.csv")
    other.write_text("id,text\n1,Oslo\n")
    first, second = articles.find([path, other], columns=Columns(text="body"))
    assert isinstance(first, Document)
    assert str(second) == f"{other}: there is no column 'body', but 'id', 'text'"


def test_a_table_of_parquet_is_read_as_a_table_of_text(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    columns = {
        "id": [7, None, 9],
        "text": ["Rome.", "Oslo.", None],
        "date": [datetime.datetime(2020, 3, 5, 23, 30), None, None],
        "more": [1, 2, 3],
    }
    pq.write_table(pa.table(columns), path)
    first, second, third = articles.find([path])
    assert first == Document("7", "Rome.", file_name="a.parquet", date=datetime.date(2020, 3, 5))
    assert second == Document("a-2", "Oslo.", file_name="a.parquet")
    assert (str(third), third.line) == (f'{path}:3: "text" is missing', 3) if isinstance(third, InputError) else False
    with pytest.raises(OptionError, match=r"there is no column 'body', but 'id', 'text', 'date', 'more'$"):
        list(articles.find([path], columns=Columns(text="body")))


def test_a_table_of_parquet_may_come_through_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"text": ["Rome."] * 1000}), buffer, row_group_size=100)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(buffer.getvalue())))
    found = list(articles.find(["-"]))
    assert (found[0], len(found)) == (Document("stdin-1", "Rome."), 1000)


def test_damaged_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [f"Rome {number}." for number in range(5000)]}), path)
    data = bytearray(path.read_bytes())
    assert read_rows(path, bytes(data[:-50]))[1][0].startswith("a.parquet: it is no Parquet file, or damaged (")
    assert read_rows(path, b"id,text\n")[1][0].startswith("a.parquet: it is no Parquet file, or damaged (")
    data[100:2000] = bytes(1900)
    assert read_rows(path, bytes(data))[1][-1].startswith("a.parquet: it is damaged (")


def test_bytes_in_parquet_that_are_not_utf8_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    text = pa.array([b"Z\xfcrich", None, b"Oslo"], type=pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": text}), path)
    texts, errors = read_rows(path)
    assert texts == {"a-1": "Z\ufffdrich", "a-3": "Oslo"}
    assert errors == ['a.parquet:2: "text" is missing']


@pytest.mark.parametrize("kind", [pa.string(), pa.binary()])
def test_a_row_of_parquet_that_is_too_long_is_named_and_the_others_are_read(tmp_path: Path, kind: pa.DataType) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": pa.array([b"R" * (MAX_BYTES + 1), b"Oslo", b"Lima"]).cast(kind)}), path)
    texts, errors = read_rows(path)
    assert texts == {"a-2": "Oslo", "a-3": "Lima"}
    assert errors == ["a.parquet:1: the row is longer than 16 MiB; give one article a row"]


def test_rows_of_parquet_that_share_one_long_text_take_no_memory_for_each(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    size, rows = 4 * 2**20, 64
    shared = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["R" * size]))
    pq.write_table(pa.table({"text": shared}), path, store_schema=False, dictionary_pagesize_limit=2 * size)
    before = pa.total_allocated_bytes()
    for found in articles.find([path]):
        assert isinstance(found, Document)
        assert pa.total_allocated_bytes() - before < rows * size / 2


def test_a_value_of_parquet_that_python_cannot_hold_costs_its_row_only(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    days = pa.array([10**7, 18326], pa.int32()).cast(pa.date32())
    pq.write_table(pa.table({"text": ["Rome", "Oslo"], "date": days}), path)
    texts, errors = read_rows(path)
    assert texts == {"a-2": "Oslo"}
    assert [error.partition(" (")[0] for error in errors] == ["a.parquet:1: the row cannot be read"]


def test_without_pyarrow_the_command_that_installs_it_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path.touch()
    with pytest.raises(ResourceError, match=r"run \"python -m pip install 'placelines\[corpora\]'\"$"):
        list(articles.find([path], form="parquet"))


@pytest.mark.parametrize(
    "content",
    [
        b"sep=;\r\nid;text\r\n1;In Rome, Bari\r\n2;In Oslo\r\n",
        b'id,text\r1,"In Rome, Bari"\r2,In Oslo\r',
        "id\ttext\r\n1\tIn Rome, Bari\r\n2\tIn Oslo\r\n".encode("utf-16"),
    ],
    ids=["sep", "Macintosh", "UTF-16"],
)
def test_tables_are_read_as_excel_writes_them(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert [(row.id, row.text) for row in articles.read([path])] == [("1", "In Rome, Bari"), ("2", "In Oslo")]


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.csv", b"1,20200305,https://example.org/a\n", "its first line seems to be a row: put a header above it"),
        ("a.csv", b"id,text,text\n1,Rome,Oslo\n", "there are two columns 'text'; rename one"),
        ("a.jsonl", b'{"body": "Rome."}\n' * 3, "there is no column 'text', but 'body'; --text-column says which one"),
    ],
)
def test_a_table_that_lacks_a_text_is_told_in_one_line(tmp_path: Path, name: str, content: bytes, what: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    errors: list[InputError] = []
    assert not list(articles.read([path], on_error=errors.append))
    assert [what in str(error) for error in errors] == [True]
