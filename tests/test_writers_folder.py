from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.errors import OutputError
from geo.writers.folder import check_writable, publish


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def test_files_appear_in_a_new_folder_with_nothing_beside_them(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b c"
    publish(folder, {"one.txt": ["إد", "لب\n"], "two.txt": []})
    assert contents(folder) == {"one.txt": "إدلب\n", "two.txt": ""}
    assert (folder / "one.txt").read_bytes() == "إدلب\n".encode()


def test_files_of_an_earlier_run_are_replaced_and_others_kept(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("old and longer")
    (tmp_path / "mine.txt").write_text("mine")
    publish(tmp_path, {"one.txt": ["new"]})
    assert contents(tmp_path) == {"mine.txt": "mine", "one.txt": "new"}


def test_new_files_are_as_readable_as_the_user_wants_them(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        publish(tmp_path, {"one.txt": ["x"]})
    finally:
        os.umask(before)
    assert (tmp_path / "one.txt").stat().st_mode & 0o777 == 0o640


def test_an_error_half_way_leaves_everything_as_it_was(tmp_path: Path) -> None:
    publish(tmp_path, {"one.txt": ["old"], "two.txt": ["old"]})

    def broken() -> Iterator[str]:
        yield "new"
        raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        publish(tmp_path, {"one.txt": ["new"], "two.txt": broken()})
    assert contents(tmp_path) == {"one.txt": "old", "two.txt": "old"}


def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path) -> None:
    publish(tmp_path, {"one.txt": ["old"], "two.txt": ["old"]})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OutputError, match=r": writing failed \(File too large\)$"):
            publish(tmp_path, {"one.txt": ["new"], "two.txt": ["x" * 200_000]})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert contents(tmp_path) == {"one.txt": "old", "two.txt": "old"}


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_disk_that_refuses_is_an_output_error(tmp_path: Path, failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, {"one.txt": ["old"]})

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*{"fsync": (os, "fsync", refuse), "replace": (Path, "replace", refuse)}[failing])
    with pytest.raises(OutputError, match=r": writing failed \(No space left on device\)$"):
        publish(tmp_path, {"one.txt": ["new"]})
    assert contents(tmp_path) == {"one.txt": "old"}


def test_a_lone_surrogate_is_written_as_an_escape(tmp_path: Path) -> None:
    publish(tmp_path, {"one.json": ['"\ud800"']})
    assert (tmp_path / "one.json").read_text() == '"\\ud800"'


def test_what_a_killed_run_left_is_removed_but_not_what_another_run_is_writing(tmp_path: Path) -> None:
    left, busy = tmp_path / ".placelines-left", tmp_path / ".placelines-busy"
    for folder in (left, busy):
        folder.mkdir()
        (folder / "one.txt").write_text("half")
    os.utime(left, (1, 1))
    publish(tmp_path, {"one.txt": ["new"]})
    assert sorted(path.name for path in tmp_path.iterdir()) == [".placelines-busy", "one.txt"]


def test_checking_a_folder_makes_nothing(tmp_path: Path) -> None:
    check_writable(tmp_path / "a" / "b", ["map.html"])
    check_writable(tmp_path, ["map.html"])
    assert list(tmp_path.iterdir()) == []


def test_checking_names_what_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "map.html").mkdir()
    with pytest.raises(OutputError, match=r"file: it is a file; give a folder to write into$"):
        check_writable(tmp_path / "file", [])
    with pytest.raises(OutputError, match=r"file: it is a file; give a folder to write into$"):
        check_writable(tmp_path / "file" / "out", [])
    with pytest.raises(OutputError, match=r"map\.html: it is a folder; move it away, or write into another folder$"):
        check_writable(tmp_path, ["map.html"])


def test_checking_finds_a_folder_that_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(
        OutputError, match=r"out: it cannot be written into \(Permission denied\); choose another folder$"
    ):
        check_writable(tmp_path / "out", [])


def test_checking_finds_a_name_that_the_file_system_refuses(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"aaa: it cannot be written into \(File name too long\)"):
        check_writable(tmp_path / ("a" * 400), ["map.html"])


PUBLISHER = """
import sys
from pathlib import Path
from geo.writers.folder import publish
for version in range(10**9):
    publish(Path(sys.argv[1]), {name: [f"{version} "] * 20_000 + ["end"] for name in ("one", "two")})
"""


@pytest.mark.kill
def test_a_kill_at_any_moment_leaves_whole_files(tmp_path: Path, root: Path) -> None:
    for kill in range(int(os.environ.get("PLACELINES_KILLS", "8"))):
        process = subprocess.Popen([sys.executable, "-c", PUBLISHER, str(tmp_path)], cwd=root)
        try:
            # Late enough that it writes, and at another moment of its loop each time.
            process.wait(timeout=0.15 + 0.0137 * (kill % 40))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for name in ("one", "two"):
            if (tmp_path / name).exists():
                words = (tmp_path / name).read_text().split()
                assert len(words) == 20_001
                assert len(set(words[:-1])) == 1
                assert words[-1] == "end"
    assert (tmp_path / "two").exists(), "no run came as far as its first files"


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    publish(tmp_path, {"weights.npz": b"PK\x03\x04\r\n\xff", "a.txt": ["one\n", "two"]})
    assert (tmp_path / "weights.npz").read_bytes() == b"PK\x03\x04\r\n\xff"
    assert (tmp_path / "a.txt").read_bytes() == b"one\ntwo"
