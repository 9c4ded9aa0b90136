from __future__ import annotations

import datetime
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import articles
from geo.articles.rows import MOST_UNUSABLE, from_record
from geo.articles.source import MAX_BYTES
from geo.errors import InputError, OptionError, TextWarning
from geo.model import Document

GOOD = json.dumps({"id": "1", "text": "Fire in Rome."})


def read_rows(path: Path, content: str | bytes) -> tuple[list[str], list[str]]:
    """Return the ids that were read from a file, and the messages without the folder."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    errors: list[InputError] = []
    ids = [document.id for document in articles.read([path], on_error=errors.append)]
    return ids, [str(error).removeprefix(f"{path.parent}/") for error in errors]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.jsonl"


def test_a_record_becomes_a_document(path: Path) -> None:
    record = {
        "id": "x1",
        "title": "Fire",
        "source": "The Daily",
        "text": "Fire in\r\nRome.",
        "toponyms": [{"start": 9, "end": 13, "lat": 41.9}, {"start": 9, "end": 13}],
        "url": "https://example.org",
    }
    path.write_text(json.dumps(record))
    expected = Document("x1", "Fire in\r\nRome.", "Fire", "The Daily", "a.jsonl", ((9, 13),), url="https://example.org")
    assert list(articles.find([path])) == [expected]


def test_optional_keys_may_be_null_or_missing() -> None:
    document = from_record({"id": 7, "text": "Rome.", "title": None, "toponyms": None}, where="a:1")
    assert document == Document("7", "Rome.")


@pytest.mark.parametrize(
    "value",
    [
        "2020-03-05",
        "2020-03-05T10:00:00Z",
        "2020-03-05T23:59:60.5-11:00",
        "2020-03-05 00:15+0530",
        "2020-03-05t10:00z",
    ],
)
def test_a_record_has_the_day_that_its_date_says_in_any_time_zone(value: str) -> None:
    assert from_record({"id": 1, "text": "Rome.", "date": value}, where="a:1").date == datetime.date(2020, 3, 5)


def test_a_date_that_is_none_costs_the_date_only_and_is_told_once_for_the_file(path: Path) -> None:
    wrong = ["5 March 2020", 1583366400, "", "2020-02-30", "20200305", "2020-03-05T", ["2020-03-05"], "٢٠٢٠-٠٣-٠٥"]
    dates = ["2020-03-05", None, *wrong]
    rows = [json.dumps({"id": n, "text": "Rome.", "date": date}) for n, date in enumerate(dates)]
    path.write_text("\n".join(rows))
    with pytest.warns(TextWarning) as told:
        documents = list(articles.read([path]))
    assert [document.date for document in documents] == [datetime.date(2020, 3, 5)] + [None] * 9
    what = 'a "date" that is no ISO 8601 date, as in 2020-03-05, was left out'
    assert [str(warning.message) for warning in told] == [f"{path}: {what} (count 8, first in line 3)"]


def test_no_toponyms_and_an_empty_list_are_not_the_same() -> None:
    assert from_record({"id": "1", "text": "Rome.", "toponyms": []}, where="a:1").given_spans == ()


@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
@given(st.text())
def test_offsets_count_code_points_of_the_text_as_given(words: str) -> None:
    text = f"{words}."
    record = json.loads(json.dumps({"id": "1", "text": text, "toponyms": [{"start": 0, "end": len(text)}]}))
    document = from_record(record, where="a:1")
    assert document.given_spans == ((0, len(text)),)
    assert len(document.text) == len(text)
    assert document.text.encode()


def test_a_lone_surrogate_becomes_one_replacement_character(path: Path) -> None:
    path.write_bytes(b'{"id":"a\\ud800","text":"Flood in \\ud800Paris \\ud83c\\udf0a"}')
    with pytest.warns(
        TextWarning, match=r"a\.jsonl: unprintable characters were replaced \(count 1, first in line 1\)"
    ):
        (document,) = articles.read([path])
    assert (document.id, document.text) == ("a\ufffd", "Flood in \ufffdParis 🌊")


def test_replaced_characters_are_told_once_for_a_file(path: Path) -> None:
    path.write_text(f"{GOOD}\n" + "".join(json.dumps({"id": f"x{n}", "text": "Ro\0me\0"}) + "\n" for n in range(300)))
    with pytest.warns(TextWarning) as told:
        assert len(list(articles.read([path]))) == 301
    assert [str(warning.message) for warning in told] == [
        f"{path}: unprintable characters were replaced (count 600, first in line 2)"
    ]


def test_a_file_of_something_else_is_refused_as_a_whole(path: Path) -> None:
    ids, errors = read_rows(path, '[\n{"id":\n' * 5000)
    message = f"none of its first {MOST_UNUSABLE} rows is a record (the row is not JSON (Expecting value, column 2))"
    assert (ids, errors) == ([], [f"a.jsonl: {message}; give one a line"])


def test_a_record_behind_many_bad_rows_is_still_read(path: Path) -> None:
    ids, errors = read_rows(path, "[]\n" * (MOST_UNUSABLE - 1) + f"{GOOD}\n" + "[]\n" * MOST_UNUSABLE)
    assert (ids, len(errors)) == (["1"], 2 * MOST_UNUSABLE - 1)
    assert errors[-1] == f"a.jsonl:{2 * MOST_UNUSABLE}: the row is not a JSON object"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('{"id":"2","text":"Rom', "the row is not JSON (Unterminated string starting at, column 18)"),
        ('{"id":"6","text":"Oslo",}', "the row is not JSON ("),
        ("[1,2]", "the row is not a JSON object"),
        ("null", "the row is not a JSON object"),
        ('{"id":"3"}', '"text" is missing'),
        ('{"id":"4","text":null}', '"text" is missing'),
        ('{"id":"4","text":" \\n"}', '"text" is empty'),
        ('{"id":"4","text":"\\u0000"}', '"text" is empty'),
        ('{"id":"5","text":["Paris"]}', '"text" is not a text'),
        ('{"id":"5","text":"Rome","title":5}', '"title" is not a text'),
        ('{"id":"","text":"Rome"}', '"id" is not a text or number'),
        ('{"id":true,"text":"Rome"}', '"id" is not a text or number'),
        ('{"id":[1],"text":"Rome"}', '"id" is not a text or number'),
        ('{"id":"2","id":"3","text":"Rome"}', "the row is not usable JSON (a key appears twice)"),
        ('{"id":"1","text":"Paris","n":' + "9" * 5000 + "}", "the row is not usable JSON (Exceeds the limit"),
        ("[" * 100_000, "the row is nested too deeply"),
        ('{"id":"1","text":"Rome","toponyms":"Rome"}', '"toponyms" is not a list'),
        ('{"id":"1","text":"Rome","toponyms":[{"start":0,"end":5}]}', "a toponym needs 0 <= start < end <= 4, not"),
        ('{"id":"1","text":"Rome","toponyms":[{"start":2,"end":2}]}', "a toponym needs 0 <= start < end <= 4, not"),
        ('{"id":"1","text":"Rome","toponyms":[{"start":"0","end":4}]}', "a toponym needs 0 <= start < end <= 4, not"),
        ('{"id":"1","text":"Rome","toponyms":[7]}', "a toponym needs 0 <= start < end <= 4, not 7"),
    ],
)
@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
def test_a_bad_row_is_named_by_line_and_the_others_are_read(path: Path, row: str, message: str) -> None:
    ids, errors = read_rows(path, f"\n{row}\n{GOOD}")
    assert ids == ["1"]
    assert [error[: len(message) + 11] for error in errors] == [f"a.jsonl:2: {message}"]


def test_without_a_handler_the_first_bad_row_is_raised(path: Path) -> None:
    path.write_text(f"{GOOD}\n[]\n")
    reading = articles.read([path])
    assert next(reading).id == "1"
    with pytest.raises(InputError, match=r"a\.jsonl:2: the row is not a JSON object"):
        next(reading)


def test_a_row_that_is_not_utf8_is_named_by_its_byte(path: Path) -> None:
    _, errors = read_rows(path, GOOD.encode() + b'\n{"id":"2","text":"M\xe1laga"}\n')
    assert errors == ["a.jsonl:2: the row is not UTF-8 at byte 19"]


def test_byte_order_mark_and_windows_line_ends_are_read(path: Path) -> None:
    ids, errors = read_rows(path, b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n" + GOOD.replace("1", "2").encode() + b"\r\n")
    assert (ids, errors) == (["1", "2"], [])


def test_an_id_counts_once(path: Path) -> None:
    keys = ("a", "b", "a", "A", "é", "e\u0301", 1, 1.0)
    rows = [{"id": key, "text": f"Rome {number}."} for number, key in enumerate(keys)]
    ids, errors = read_rows(path, "\n".join(map(json.dumps, rows)))
    assert ids == ["a", "b", "A", "é", "e\u0301", "1", "1.0"]
    assert errors == ["a.jsonl:3: the id 'a' was used before with another text; give every record its own"]


def test_a_row_that_repeats_an_earlier_one_is_left_out_with_a_warning(path: Path) -> None:
    with pytest.warns(TextWarning) as told:
        assert read_rows(path, f"{GOOD}\n" * 3) == (["1"], [])
    what = "rows that repeat the id and text of an earlier one were left out"
    assert [str(warning.message) for warning in told] == [f"{path}: {what} (count 2, first in line 2)"]


def test_a_row_without_id_is_called_after_its_file_and_line(path: Path) -> None:
    rows = ['{"text": "Rome."}', "", '{"id": null, "text": "Oslo."}', '{"id": "a-1", "text": "Lima."}', "[]"]
    ids, errors = read_rows(path, "\n".join(rows))
    assert ids == ["a-1", "a-3"]
    assert errors == [
        "a.jsonl:4: the id 'a-1' was used before with another text; give every record its own",
        "a.jsonl:5: the row is not a JSON object",
    ]


def test_an_error_knows_its_file_line_and_article(path: Path) -> None:
    path.write_text(f'{GOOD}\n{{"id": "1", "text": "Oslo."}}\n[')
    errors = [found for found in articles.find([path]) if isinstance(found, InputError)]
    assert [(error.source, error.line, error.document_id) for error in errors] == [
        (str(path), 2, "1"),
        (str(path), 3, None),
    ]


def test_authors_and_languages_come_along_and_cost_nothing_when_they_are_none() -> None:
    record = {"id": 1, "text": "Rome.", "author": ["Ann", 7, "Bo"], "url": 5, "language": "it"}
    document = from_record(record, where="a:1")
    assert (document.author, document.url, document.language) == ("Ann, Bo", None, "it")
    assert from_record({"id": 1, "text": "Rome.", "language": "Klingon"}, where="a:1").language is None


def test_columns_that_are_named_are_read_instead_of_the_usual_ones(path: Path) -> None:
    path.write_text(json.dumps({"key": 5, "body": "Rome.", "text": "no", "by": "Ann", "day": "2020-03-05"}))
    columns = articles.Columns(text="body", id="key", author="by", date="day")
    (document,) = articles.find([path], columns=columns)
    assert document == Document("5", "Rome.", file_name="a.jsonl", author="Ann", date=datetime.date(2020, 3, 5))


def test_a_text_column_that_no_row_has_is_refused_with_those_that_are_there(path: Path) -> None:
    path.write_text('{"id": 1, "content": "Rome."}\n' * 2)
    with pytest.raises(OptionError, match=r"a\.jsonl: there is no column 'body', but 'id', 'content'$"):
        list(articles.find([path], columns=articles.Columns(text="body")))


def test_another_column_that_no_row_has_is_told(path: Path) -> None:
    path.write_text(GOOD)
    with pytest.warns(TextWarning, match=r"a\.jsonl: no row has 'autor', but 'id', 'text'$"):
        assert len(list(articles.find([path], columns=articles.Columns(author="autor")))) == 1


def test_rows_in_another_encoding_are_read_by_its_mark_or_by_name(path: Path) -> None:
    row = json.dumps({"id": "1", "text": "Zürich."}, ensure_ascii=False)
    for encoding, said in (("utf-16", None), ("utf-32", None), ("utf-16-le", "utf-16-le"), ("cp1252", "windows-1252")):
        path.write_bytes(f"{row}\r\n".encode(encoding))
        (document,) = articles.find([path], encoding=said)
        assert isinstance(document, Document)
        assert document.text == "Zürich."


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        ('[{"id": 1, "text": "Rome."}, {"text": "Oslo."}]', ["1", "a-2"]),
        ('{\n "id": 1,\n "text": "Rome."\n}\n', ["1"]),
        (f"{GOOD}\n{GOOD.replace('1', '2')}\n", ["1", "2"]),
    ],
)
def test_json_is_a_list_a_record_or_a_record_a_line(tmp_path: Path, content: str, ids: list[str]) -> None:
    assert read_rows(tmp_path / "a.json", content) == (ids, [])


def test_rows_are_read_as_they_come_through_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0

    rows = b"".join(json.dumps({"id": number, "text": "Rome. " * 200}).encode() + b"\n" for number in range(1000))

    class Rows(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            nonlocal taken
            data = super().read1(size)
            taken += len(data)
            return data

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(Rows(rows)))
    found = articles.find(["-"])
    first = next(found)
    assert isinstance(first, Document)
    assert first.id == "0"
    assert taken < len(rows) / 4
    assert sum(1 for _ in found) == 999


def test_a_row_that_is_too_long_is_skipped_whole(path: Path) -> None:
    long = b'{"id":"9","text":"' + b"Paris is big. " * (MAX_BYTES // 7) + b'"}'
    ids, errors = read_rows(path, long + b"\n" + GOOD.encode())
    assert (ids, errors) == (["1"], ["a.jsonl:1: the row is longer than 16 MiB; give one article a row"])


@pytest.mark.parametrize("letter", ["R", "é"])
def test_a_record_that_is_too_long_in_a_list_is_named_and_the_others_are_read(tmp_path: Path, letter: str) -> None:
    size = len(letter.encode())
    texts = [letter * (MAX_BYTES // size), letter * (MAX_BYTES // size + 1), "Oslo."]
    ids, errors = read_rows(tmp_path / "a.json", json.dumps([{"text": text} for text in texts], ensure_ascii=False))
    assert (ids, errors) == (["a-1", "a-3"], ["a.json:2: the row is longer than 16 MiB; give one article a row"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty; give one record a line"),
        (b"\n \r\n", "it is empty; give one record a line"),
        (b"\x1f\x8b\x08\x00\n\x00\n", "it is a gzip file, not text; unpack it first"),
        (GOOD.encode("utf-16-le"), "it looks like UTF-16 without a byte order mark; save it as UTF-8"),
    ],
)
def test_a_file_without_records_is_refused_as_a_whole(path: Path, content: bytes, message: str) -> None:
    assert read_rows(path, content) == ([], [f"a.jsonl: {message}"])


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    errors: list[InputError] = []
    assert list(articles.read([tmp_path / "no.ndjson"], on_error=errors.append)) == []
    assert [str(error) for error in errors] == [f"{tmp_path}/no.ndjson: there is no such file"]
