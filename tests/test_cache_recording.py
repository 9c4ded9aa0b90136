from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.cache import Question, Replies, Reply, read_recording, recording
from geo.cache.file import Row
from geo.cache.recording import lines_of, rows_of
from geo.errors import OptionError
from tests.replies import NOW

HEADER = '{"format":"placelines replies","version":1}\n'
IDLIB = Row.of("nominatim https://example.org", "idlib", (("limit", "5"),), NOW, '[{"lat": "35.9"}]')
NOWHERE = Row.of("nominatim https://example.org", "إدلب", (), NOW + 1, None)

Members = dict[str, object]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "replies.jsonl"


def sealed(members: Members) -> str:
    """Return a line that a forger with a calculator writes."""
    text = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return json.dumps({**members, "sha256": digest}, separators=(",", ":")) + "\n"


def members_of(row: Row) -> Members:
    members: Members = json.loads(list(lines_of([row]))[1])
    del members["sha256"]
    return members


def fault_of(file: Path, content: str | bytes) -> str:
    return faults_of(file, content)[0]


def faults_of(file: Path, content: str | bytes) -> list[str]:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(OptionError) as caught:
        read_recording(file)
    return [str(caught.value), *getattr(caught.value, "__notes__", ())]


def test_a_recording_answers_what_it_holds_however_old_and_nothing_else(file: Path) -> None:
    file.write_text("".join(lines_of([IDLIB, NOWHERE])), encoding="utf-8")
    replies: Replies = read_recording(file)
    assert replies.get(Question(IDLIB.provider, " IDLIB", (("limit", "5"),))) == Reply('[{"lat": "35.9"}]', NOW)
    assert replies.get(Question(IDLIB.provider, "إدلب"), stale=True) == Reply(None, NOW + 1)
    assert replies.get(Question(IDLIB.provider, "Idlib")) is None
    assert replies.is_final
    assert replies.folder == file.parent
    replies.close()


def test_a_recording_goes_to_other_processes_and_takes_no_replies(file: Path) -> None:
    file.write_text("".join(lines_of([IDLIB])), encoding="utf-8")
    replies = pickle.loads(pickle.dumps(read_recording(file)))
    assert replies.get(Question(IDLIB.provider, "idlib", (("limit", "5"),))) is not None
    with pytest.raises(TypeError, match="nothing is added to a recording, as 'x' would be"):
        replies.put(Question("p", "x"), None)


def test_a_line_is_json_that_people_can_read() -> None:
    header, line = lines_of([NOWHERE])
    assert header == HEADER
    assert line.startswith(
        '{"provider":"nominatim https://example.org","query":"إدلب","params":[],"status":"miss",'
        '"fetched_at":"2023-11-14T22:13:21Z","body":null,"sha256":"'
    )
    assert json.loads(line) == json.loads(sealed(members_of(NOWHERE)))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.lists(
        st.builds(
            Row.of,
            TEXT,
            TEXT,
            st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
            st.integers(-10_000_000_000, 200_000_000_000),
            st.none() | st.recursive(st.none() | TEXT, st.lists).map(json.dumps),
        ),
        unique_by=lambda row: row.key,
        max_size=4,
    )
)
def test_what_is_written_is_read_again_whatever_it_holds(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row]
) -> None:
    file = tmp_path_factory.getbasetemp() / "round_trip.jsonl"
    file.write_bytes("".join(lines_of(rows)).encode())
    assert list(rows_of(file)) == rows


def test_line_ends_of_windows_do_no_harm(file: Path) -> None:
    file.write_bytes("".join(lines_of([IDLIB, NOWHERE])).replace("\n", "\r\n").encode())
    assert list(rows_of(file)) == [IDLIB, NOWHERE]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "line 1: this is no file of replies"),
        (b"\x00\xff" * 100, "line 1: this is no file of replies"),
        ("[1]\n", "line 1: this is no file of replies"),
        ("[" * 100_000, "line 1: this is no file of replies"),
        ('{"format":"placelines replies","version":true}\n', "line 1: this is no file of replies"),
        ('{"format":"placelines replies","version":2}\n', "line 1: replies of version 2, and this placelines reads"),
    ],
)
def test_a_file_that_is_no_recording_is_refused(file: Path, content: str | bytes, fault: str) -> None:
    assert fault_of(file, content).startswith(f"{file}: {fault}")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"not json\n", "it is not JSON"),
        (b"\n", "it is not JSON"),
        (b"[" * 100_000 + b"\n", "it is not JSON"),
        (b'{"a":NaN}\n', "NaN is not JSON"),
        (b'"\xff"\n', "it is not UTF-8"),
        (b"[]\n", "[] is no dict"),
        (b"{}\n", "it has no 'sha256'"),
        (b'{"sha256":5}\n', "5 is no str"),
        (b'{"n":' + b"9" * 5000 + b"}\n", "Exceeds the limit (4300 digits)"),
    ],
)
def test_a_line_that_is_no_reply_is_told_by_its_number(file: Path, line: bytes, fault: str) -> None:
    sound = next(line for line in list(lines_of([IDLIB]))[1:]).encode()
    assert fault_of(file, HEADER.encode() + sound + line).startswith(f"{file}: line 3: {fault}")


def changed(**changes: object) -> Callable[[], str]:
    return lambda: sealed({**members_of(IDLIB), **changes})


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (lambda: list(lines_of([IDLIB]))[1].replace("35.9", "36.9"), "its sha256 does not fit"),
        (lambda: list(lines_of([IDLIB]))[1].replace("idlib", "homs"), "its sha256 does not fit"),
        (changed(provider=7), "7 is no str"),
        (changed(query=None), "None is no str"),
        (changed(params={"limit": "5"}), "{'limit': '5'} is no list"),
        (changed(params=[["limit"]]), "['limit'] is no pair of texts"),
        (changed(params=[["limit", 5]]), "['limit', 5] is no pair of texts"),
        (changed(params=[["b", ""], ["a", ""]]), "it is not as 'placelines cache export' writes it"),
        (changed(status="error"), "it is not as 'placelines cache export' writes it"),
        (changed(status="miss"), "it is not as 'placelines cache export' writes it"),
        (changed(body=None), "it is not as 'placelines cache export' writes it"),
        (changed(body=[]), "[] is no str"),
        (changed(body="[NaN]"), "NaN is not JSON"),
        (changed(body="[1"), "it is not JSON"),
        (changed(body="[" * 100_000), "it is not JSON"),
        (changed(fetched_at=NOW), f"{NOW} is no str"),
        (changed(fetched_at="yesterday"), "'yesterday' is no time"),
        (changed(fetched_at="2023-2-31T00:00:00Z"), "'2023-2-31T00:00:00Z' is no time"),
        (changed(fetched_at="2023-2-1T00:00:00Z"), "it is not as 'placelines cache export' writes it"),
        (changed(more=1), "it is not as 'placelines cache export' writes it"),
        (changed(query="\ud800"), "it has half a character"),
        (changed(body='"\ud800"'), "it has half a character"),
        (lambda: sealed({"provider": "p"}), "it has no 'body'"),
    ],
)
def test_a_line_that_export_would_not_write_is_refused(file: Path, line: Callable[[], str], fault: str) -> None:
    assert fault_of(file, HEADER + line()).startswith(f"{file}: line 2: {fault}")


def test_two_replies_to_one_question_are_refused(file: Path) -> None:
    later = IDLIB._replace(fetched_at=NOW + 60)
    message = fault_of(file, "".join(lines_of([IDLIB, NOWHERE, later])))
    assert message.startswith(f"{file}: line 4: it answers the same question as line 2; ")


def test_all_bad_lines_are_told_up_to_ten(file: Path) -> None:
    lines = [HEADER, "x\n", *list(lines_of([IDLIB]))[1:], "y\n"]
    advice = "it is not JSON; export the replies again, or delete the line"
    assert faults_of(file, "".join(lines)) == [f"{file}: line 2: {advice}", f"{file}: line 4: {advice}"]
    told = faults_of(file, HEADER + "x\n" * 1000)
    assert (len(told), told[-1]) == (11, "and 990 more like these")


def test_a_line_without_end_is_not_read_into_memory(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MAX_LINE_BYTES", 1000)
    assert fault_of(file, HEADER + "x" * 5000) == f"{file}: line 2 is longer than 1,000 bytes"
    assert fault_of(file, "x" * 5000).startswith(f"{file}: line 1: this is no file of replies")


def test_a_file_that_is_missing_or_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"replies\.jsonl: it cannot be read .No such file"):
        read_recording(tmp_path / "replies.jsonl")
    with pytest.raises(OptionError, match=r"it cannot be read .Is a directory"):
        read_recording(tmp_path)
