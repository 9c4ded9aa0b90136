"""``placelines cache``."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from geo.cache import FILE_NAME, OK_TTL_S, Question, ReplyCache
from maps import cache_commands as commands
from maps import cli
from maps.cache_commands import cache_commands
from tests.commanding import Group
from tests.replies import IDLIB, NOW, Clock

HOSTILE = Question("nominatim http://x/\x1b[31m", "[red]<b>x</b>\u202e\x1b[2J" + "y" * 200)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the cache folder, empty, at a time that stands still."""
    monkeypatch.setenv("PLACELINES_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(commands, "now", lambda: NOW + 3 * 86_400)
    return tmp_path / "cache"


@pytest.fixture
def kept(folder: Path) -> Path:
    """Return the file of a cache with three replies."""
    with closing(ReplyCache(folder, clock=Clock(NOW - OK_TTL_S))) as cache:
        cache.put(Question("overpass https://example.org/api", "M4"), '{"elements": []}')
    with closing(ReplyCache(folder, clock=Clock())) as cache:
        cache.put(IDLIB, '["إ"]')
        cache.put(Question(IDLIB.provider, "Atlantis"), None)
    return folder / FILE_NAME


_group = Group(cache_commands)
run, done, failed = _group.run, _group.done, _group.failed


def test_the_command_is_one_of_placelines() -> None:
    assert cli.cli.commands["cache"] is cache_commands
    assert sorted(cache_commands.commands) == ["clear", "export", "import", "info", "list", "prune", "verify"]


@pytest.mark.parametrize("command", ["info", "list", "verify"])
def test_a_cache_that_does_not_exist_is_told_and_not_made(folder: Path, command: str) -> None:
    assert done(command) == f"No replies are kept in {folder}.\n"
    assert not folder.exists()


def test_info_tells_what_is_kept(kept: Path) -> None:
    kept.with_name(f"{FILE_NAME}.corrupt-1-1").touch()
    table, _, told = done("info").partition("\n\n")
    assert [line.split() for line in table.splitlines()[2:]] == [
        ["nominatim", "https://example.org", "1", "1"],
        ["overpass", "https://example.org/api", "1", "0"],
    ]
    assert told == (
        f"{kept}: 3 replies, 8 kB, schema 2\n"
        "the oldest of 2023-05-18T22:13:20Z, the newest of 2023-11-14T22:13:20Z\n"
        "1 reply too old: asked for again when needed\n"
        f"damaged and set aside: {FILE_NAME}.corrupt-1-1\n"
    )


def test_list_prints_the_replies_that_are_chosen(kept: Path) -> None:
    lines = done("list").splitlines()[2:]
    assert [line.split()[0] for line in lines] == ["atlantis", "idlib", "m4"]
    assert "no such thing" in lines[0]
    assert "answered  " in lines[1]
    assert "2023-11-14T22:13:20Z" in lines[1]
    assert [line.split()[0] for line in done("list", "--provider", "Overpass").splitlines()[2:]] == ["m4"]
    assert [line.split()[0] for line in done("list", "--query", "IDL").splitlines()[2:]] == ["idlib"]
    assert done("list", "--query", "Homs") == "No such reply is kept.\n"


def test_list_prints_json(kept: Path) -> None:
    assert json.loads(done("list", "--query", "idlib", "--json")) == [
        {
            "provider": IDLIB.provider,
            "query": "idlib",
            "params": [],
            "status": "ok",
            "fetched_at": "2023-11-14T22:13:20Z",
            "body": '["إ"]',
        }
    ]
    assert json.loads(done("list", "--query", "nothing", "--json")) == []


def test_a_long_list_says_what_it_left_out(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "_MOST_ROWS", 1)
    assert done("list").splitlines()[-1] == "and 2 more: --query and --provider choose, --json prints all"


def test_what_services_and_articles_say_cannot_touch_the_terminal(folder: Path) -> None:
    with closing(ReplyCache(folder)) as cache:
        cache.put(HOSTILE, "[]")
    for command in ("info", "list"):
        shown = done(command)
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert r"\x1b[31m" in shown
    assert "[red]<b>x</b>" in done("list")


def test_an_export_is_imported_elsewhere(kept: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    assert done("export", file) == f"wrote 3 replies to {file}\n"
    assert done("export", "-").encode() == file.read_bytes()
    assert done("import", file, "--cache", tmp_path / "other") == "3 replies added, 0 renewed, 0 here already\n"
    assert done("import", file, "--cache", tmp_path / "other") == "0 replies added, 0 renewed, 3 here already\n"
    assert done("export", "-", "--cache", tmp_path / "other").encode() == file.read_bytes()
    piped = CliRunner().invoke(cache_commands, ["import", "-", "--cache", str(tmp_path / "third")], file.read_bytes())
    assert (piped.stdout, piped.stderr) == ("3 replies added, 0 renewed, 0 here already\n", "")
    assert done("export", file, "--query", "idlib", "--provider", "nominatim") == f"wrote 1 reply to {file}\n"
    assert done("export", file, "--quiet") == ""


def test_an_export_that_fails_leaves_what_was_there(kept: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    file.write_text("before", encoding="ascii")
    kept.write_bytes(b"garbage" * 1000)
    assert "replies.sqlite: damaged (file is not a database)" in failed(5, "export", file)
    assert file.read_text(encoding="ascii") == "before"


def test_an_export_to_a_folder_is_refused(kept: Path, tmp_path: Path) -> None:
    assert "it is a folder" in failed(4, "export", tmp_path / "cache")


def test_an_export_of_nothing_is_refused(folder: Path, tmp_path: Path) -> None:
    line = failed(2, "export", tmp_path / "out.jsonl")
    assert line == f"placelines: {folder}: no replies are kept here; --cache DIR names another folder"
    assert list(tmp_path.iterdir()) == []


def test_an_import_of_what_is_no_export_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("x\n", encoding="ascii")
    assert "bad.jsonl: line 1: this is no file of replies" in failed(2, "import", tmp_path / "bad.jsonl")
    assert "it cannot be read (No such file or directory)" in failed(2, "import", tmp_path / "missing.jsonl")


def test_an_import_from_standard_input_tells_what_is_wrong_with_it(root: Path, tmp_path: Path) -> None:
    assert "standard input: line 1: this is no file of replies" in failed(2, "import", "-")
    command = [sys.executable, "-m", "maps", "cache", "import", "-"]
    for redirection, told in ((f"0>'{tmp_path}/new'", "it cannot be read ("), ("<&-", "it is closed; give a file")):
        line = ["sh", "-c", f'exec "$@" {redirection}', "sh", *command]
        process = subprocess.run(line, cwd=root, capture_output=True, text=True, check=False)
        assert (process.returncode, process.stdout) == (2, "")
        assert process.stderr.startswith(f"placelines: standard input: {told}")


@pytest.mark.parametrize("command", ["info", "list", "verify", "clear", "prune", "export", "import"])
def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path, command: str) -> None:
    (tmp_path / "file").touch()
    needed = {"prune": ("--older-than", "1d"), "export": ("-",), "import": ("-",), "clear": ("--yes",)}.get(command, ())
    line = failed(2, command, *needed, "--cache", tmp_path / "file")
    assert line == f"placelines: {tmp_path / 'file'}: it is a file; --cache takes a folder"


@pytest.mark.parametrize(("age", "left"), [("3d", 2), ("72h", 2), ("71h", 0), ("2023-11-14", 2), ("2023-11-15", 0)])
def test_prune_takes_days_hours_and_dates(kept: Path, age: str, left: int) -> None:
    count = 3 - left
    assert done("prune", "--older-than", age) == ("1 reply deleted\n" if count == 1 else f"{count} replies deleted\n")
    assert len(json.loads(done("list", "--json"))) == left


@pytest.mark.parametrize("age", ["", "30", "30m", "-1d", "1.5d", "2026-02-30", "yesterday", "９d", "1" * 400 + "d"])
def test_prune_refuses_what_is_no_age(kept: Path, age: str) -> None:
    result = run("prune", "--older-than", age)
    assert result.exit_code == 2
    assert "is no age: give days, hours or a date, as in 30d, 12h or 2026-01-31" in result.stderr


def test_clear_asks_for_a_word_where_nobody_can_be_asked(kept: Path) -> None:
    assert failed(2, "clear") == "placelines: clear deletes every reply: say --yes when that is meant"
    assert done("clear", "--yes") == "3 replies deleted\n"
    assert done("info").startswith(f"{kept}: 0 replies, ")


@pytest.mark.parametrize(("answer", "left"), [(b"n\n", 3), (b"\n", 3), (b"y\n", 0)])
def test_clear_asks_at_a_terminal(kept: Path, root: Path, answer: bytes, left: int) -> None:
    controller, terminal = pty.openpty()
    code = "from maps.cache_commands import cache_commands; cache_commands()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "clear"], cwd=root, stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    os.write(controller, answer)
    _, asked = process.communicate(timeout=60)
    os.close(controller)
    os.close(terminal)
    assert asked.decode().startswith(f"Delete every reply in {kept.parent}? [y/N]: ")
    assert len(json.loads(done("list", "--json"))) == left


def test_verify_says_what_is_wrong_and_changes_nothing(kept: Path) -> None:
    assert done("verify") == "3 replies, all sound\n"
    assert done("verify", "--quiet") == ""
    kept.write_bytes(kept.read_bytes().replace(b'"elements"', b'"elephant"'))
    before = kept.read_bytes()
    assert failed(5, "verify") == (
        f"placelines: {kept}: the reply of overpass https://example.org/api to 'm4' fails its checksum"
    )
    assert kept.read_bytes() == before


def test_a_folder_on_a_network_file_system_is_looked_for_where_the_replies_really_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mounts").write_text(f"1 0 0:1 / {tmp_path / 'server'} rw - nfs4 a rw\n", encoding="ascii")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("geo.cache.mounts.MOUNTS", tmp_path / "mounts")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    result = run("info", "--cache", tmp_path / "server" / "cache")
    assert result.stdout == f"No replies are kept in {tmp_path}/tmp/placelines-cache-{os.getuid()}.\n"
    assert "it is on a network file system, nfs4" in result.stderr
