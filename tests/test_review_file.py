"""The file of corrections of a review, whatever else happens to it meanwhile."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from geo.corrections.reading import read_corrections
from geo.errors import OptionError, OutputError
from geo.model import Line, Place
from geo.writers import folder
from maps.review.file import ReviewFile
from tests.world import IDLIB, SmallGazetteer

HOMS = {"text": "Homs", "place": "not a place"}
IDLEB = {"text": "Idleb", "place": IDLIB.id}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "corrections.csv"


def opened(path: Path) -> ReviewFile:
    return ReviewFile(path, SmallGazetteer())


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_a_file_is_made_with_the_first_decision(path: Path) -> None:
    file = opened(path)
    assert (file.exists, path.exists()) == (False, False)
    file.put(IDLEB)
    assert file.exists
    (row,) = file.corrections.rows
    assert (row.text, isinstance(row.meaning, Place)) == ("Idleb", True)
    assert sorted(each.name for each in path.parent.iterdir()) == ["corrections.csv"]


def test_a_change_is_undone_to_what_was_there(path: Path) -> None:
    path.write_text("text,place\nHoms,geonames:169389\n")
    file = opened(path)
    change = file.put(HOMS)
    assert lines(path) == ["text,place", "Homs,not a place"]
    file.undo(change)
    assert lines(path) == ["text,place", "Homs,geonames:169389"]


def test_what_another_program_writes_is_kept_and_what_it_drops_comes_back(path: Path) -> None:
    file = opened(path)
    file.put(HOMS)
    path.write_text("text,place\nHama,not a place\n")
    file.put(IDLEB)
    assert lines(path) == ["text,place", "Hama,not a place", "Homs,not a place", f"Idleb,{IDLIB.id}"]
    path.unlink()
    file.put({"text": "Ariha", "place": "not a place"})
    assert [line.split(",")[0] for line in lines(path)] == ["text", "Homs", "Idleb", "Ariha"]


def test_a_fault_that_another_program_makes_is_told_and_its_file_left_alone(path: Path) -> None:
    file = opened(path)
    file.put(HOMS)
    path.write_text("text,place\nHama,\n")
    with pytest.raises(OptionError, match=r"corrections\.csv: row 2: "):
        file.put(IDLEB)
    assert lines(path) == ["text,place", "Hama,"]
    path.write_text("text,place\nHama,not a place\n")
    file.put(IDLEB)
    assert [line.split(",")[0] for line in lines(path)] == ["text", "Hama", "Homs", "Idleb"]


def test_two_reviews_of_one_file_lose_nothing(path: Path) -> None:
    one, other = opened(path), opened(path)
    for number in range(5):
        one.put({"text": f"A{number}", "place": "not a place"})
        other.put({"text": f"B{number}", "place": "not a place"})
    assert sorted(line.split(",")[0] for line in lines(path)[1:]) == sorted(f"{a}{n}" for a in "AB" for n in range(5))


def test_a_file_that_changes_in_the_last_moment_is_read_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = opened(path)
    published = folder.publish
    tries: list[int] = []

    def late(*arguments: object) -> None:
        if not tries:
            path.write_text("text,place\nHama,not a place\n")
        tries.append(1)
        published(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("maps.review.file.publish", late)
    file.put(HOMS)
    assert (len(tries), lines(path)) == (2, ["text,place", "Hama,not a place", "Homs,not a place"])


def test_what_is_written_right_after_a_decision_is_read_with_the_next(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = opened(path)
    published = folder.publish

    def overtaken(*arguments: object) -> None:
        published(*arguments)  # type: ignore[arg-type]
        path.write_text("text,place\nHama,not a place\n")

    with monkeypatch.context() as patch:
        patch.setattr("maps.review.file.publish", overtaken)
        file.put(HOMS)
    assert [row.text for row in file.corrections.rows] == ["Homs"]
    file.put(IDLEB)
    assert [row.text for row in file.corrections.rows] == ["Hama", "Homs", "Idleb"]


def test_courses_lie_beside_a_link_as_for_a_map(path: Path) -> None:
    (path.parent / "shared").mkdir()
    target = path.parent / "shared" / "corrections.csv"
    target.write_text("text,geometry\nsalt road,road.geojson\n")
    path.symlink_to(target)
    course = {"type": "LineString", "coordinates": [[37.1, 36.2], [37.3, 36.1]]}
    path.with_name("road.geojson").write_text(json.dumps(course))
    for corrections in (opened(path).corrections, read_corrections(path, SmallGazetteer())):
        (row,) = corrections.rows
        assert isinstance(row.meaning, Line)


def test_a_link_stays_a_link(path: Path) -> None:
    target = path.with_name("shared.csv")
    target.write_text("text,place\n")
    path.symlink_to(target)
    opened(path).put(HOMS)
    assert path.is_symlink()
    assert lines(target) == ["text,place", "Homs,not a place"]


def test_the_old_file_is_untouched_when_there_is_no_room(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text("text,place\nHama,not a place\n")
    file = opened(path)

    def full(_handle: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OutputError, match="writing failed \\(No space left on device\\)"):
            file.put(HOMS)
    assert lines(path) == ["text,place", "Hama,not a place"]
    assert sorted(each.name for each in path.parent.iterdir()) == ["corrections.csv"]
    file.put(HOMS)
    assert lines(path)[2:] == ["Homs,not a place"]


def test_a_row_that_cannot_be_read_back_is_taken_out_again(path: Path) -> None:
    file = opened(path)
    unknown = {"text": "Homs", "place": "geonames:1"}
    with pytest.raises(OptionError, match=r"row 2: .*geonames:1"):
        file.put(unknown)
    assert not path.exists()
    file.put(HOMS)
    before = path.read_bytes()
    with pytest.raises(OptionError, match=r"row 2: .*geonames:1"):
        file.put(unknown)
    assert path.read_bytes() == before


def test_undoing_goes_no_further_than_the_columns(path: Path) -> None:
    file = opened(path)
    change = file.put(HOMS)
    path.write_text("place,text\nnot a place,Homs\n")
    with pytest.raises(OptionError, match="another program"):
        file.undo(change)
    assert lines(path) == ["place,text", "not a place,Homs"]


def test_a_folder_in_its_place_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="it is a folder"):
        opened(tmp_path)
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(OutputError, match=r"a\.txt: it is a file; give a folder"):
        opened(tmp_path / "a.txt" / "corrections.csv")
