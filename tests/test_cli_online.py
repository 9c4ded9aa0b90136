"""What goes out: shown before, told the first time, and recorded, so that a map is made again without asking."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.cache.upkeep import exported
from maps import cli, console
from maps.notice import Notice
from tests.fakeserver import FakeServer
from tests.processes import heed_signals

pytestmark = [pytest.mark.usefixtures("unpacked"), pytest.mark.allow_hosts(["127.0.0.1"])]

TEXT = "Idlib and Aleppo in Syria, and the town of Xyzzyville, were evacuated. The M4 highway to Qwertabad was closed."
PROMISE = "Names, codes of countries and rounded boxes go out, each once; the text of an article never does."


@pytest.fixture
def article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PLACELINES_CONTACT", raising=False)
    path = tmp_path / "story.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def servers(server: FakeServer, tmp_path: Path) -> Callable[..., list[str]]:
    """Return the options for servers with these modes."""

    def options(geocoder: str = "ok", overpass: str = "roads") -> list[str]:
        urls = ["--geocoder-url", server.url(geocoder), "--overpass-url", server.url(overpass)]
        return [*urls, "--cache", str(tmp_path / "cache")]

    return options


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.cli, [*map(str, arguments)])


def requests(result: Result) -> list[str]:
    return [line for line in result.stdout.splitlines() if line.startswith(("GET ", "POST "))]


# --- before: the dry run ----------------------------------------------------------------------------------------------


def test_a_dry_run_shows_the_requests_of_the_run_and_sends_none(
    article: Path, tmp_path: Path, server: FakeServer, servers: Callable[..., list[str]]
) -> None:
    dry = run("map", article, "-o", tmp_path / "out", "--dry-run", *servers("ok", "roadsnone"))
    assert (dry.exit_code, dry.stderr) == (0, "")
    assert server.log == []
    assert not (tmp_path / "out").exists()

    assert run("map", article, "-o", tmp_path / "out", "--online", *servers("ok", "roadsnone")).exit_code == 0
    sent = [f"http://127.0.0.1:{server.port}{path}" for *_, path in server.log]
    assert [line.partition(" ")[2] for line in requests(dry)] == sent
    assert [line.split()[0] for line in requests(dry)] == ["GET", "GET", "POST"]
    host = f"127.0.0.1:{server.port}"
    total = f"3 requests, 3 to {host}, and those that answers lead to: 3 s or more. {PROMISE}"
    assert dry.stdout.splitlines()[-1] == total
    assert "evacuated" not in dry.stdout


def test_a_dry_run_shows_the_query_that_would_be_posted(article: Path, servers: Callable[..., list[str]]) -> None:
    lines = run("places", article, "--dry-run", *servers()).stdout.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("POST "))
    assert lines[start].endswith("/roads/interpreter")
    assert lines[start + 1].startswith("  data=[out:json][timeout:25]")
    assert [line.strip() for line in lines[start + 2 : -1]][-2:] == ["out geom;", ".routes out body;"]
    assert '["ref"~' in "".join(lines)


def test_a_dry_run_leaves_out_what_is_kept(
    article: Path, server: FakeServer, servers: Callable[..., list[str]], tmp_path: Path
) -> None:
    assert run("places", article, "--online", *servers()).exit_code == 0
    count = len(server.log)
    kept = run("places", article, "--dry-run", *servers())
    assert kept.stdout == "0 requests: everything is known here, or kept in the cache.\n"
    for option in ("--refresh", "--no-cache"):
        assert len(requests(run("places", article, "--dry-run", option, *servers()))) == count
    assert len(server.log) == count


def test_a_dry_run_tells_of_articles_that_cannot_be_read(
    article: Path, tmp_path: Path, servers: Callable[..., list[str]]
) -> None:
    result = run("places", tmp_path / "nope.txt", article, "--dry-run", *servers())
    assert (result.exit_code, len(requests(result))) == (6, 3)


# --- the first time ---------------------------------------------------------------------------------------------------


def notices(result: Result) -> list[str]:
    return [line for line in result.stderr.splitlines() if " online: it gets " in line]


def test_the_first_time_a_server_is_asked_its_user_is_told_what_it_gets(
    article: Path, server: FakeServer, servers: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    article.write_text("Idlib and Aleppo in Syria, and the town of Xyzzyville, were evacuated.", encoding="utf-8")
    first = run("places", article, "--online", *servers())
    assert notices(first) == [
        f"placelines: asking 127.0.0.1:{server.port} online: it gets names that are not known here, codes "
        "of countries and a rounded box, never the text of an article; the rules are its own; --dry-run shows requests "
        "without sending them; set PLACELINES_CONTACT to an address where you can be reached"
    ]
    assert run("places", article, "--online", "--refresh", *servers()).stderr == ""
    for _ in range(2):
        assert len(notices(run("places", article, "--online", "--no-cache", *servers()))) == 1
    assert run("places", article, "--online", "--no-cache", "--quiet", *servers()).stderr == ""
    monkeypatch.setenv("PLACELINES_CONTACT", "desk@example.org")
    (notice,) = notices(run("places", article, "--online", "--no-cache", *servers()))
    assert notice.endswith("without sending them")


def test_who_asks_nothing_is_told_nothing(article: Path, tmp_path: Path, servers: Callable[..., list[str]]) -> None:
    article.write_text("Idlib and Aleppo lie in Syria.", encoding="utf-8")
    assert run("places", article, "--online", *servers()).stderr == ""
    assert not (tmp_path / "cache").exists()


def test_the_rules_of_public_servers_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        notice = Notice(tmp_path)
        notice("nominatim.openstreetmap.org", "Kobo")
        notice("overpass-api.de", "M4")
        notice("overpass-api.de", "M5")
    nominatim, overpass = capsys.readouterr().err.splitlines()
    assert "the rules are its own: https://operations.osmfoundation.org/policies/nominatim/;" in nominatim
    assert "the rules are its own: https://dev.overpass-api.de/overpass-doc/en/preface/commons.html;" in overpass


def test_a_folder_that_remembers_nothing_is_told_every_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file", Path("/proc/nothing")):
        Notice(folder)("example.org", "Kobo")
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_whoever_waits_sees_who_is_asked_for_what(
    article: Path, server: FakeServer, servers: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[bool, str]] = []

    @contextmanager
    def working(*, quiet: bool) -> Iterator[Callable[[str], None]]:
        yield lambda what: told.append((quiet, what))

    monkeypatch.setattr(console, "working", working)
    assert run("places", article, article, "--online", *servers()).exit_code == 0
    host = f"127.0.0.1:{server.port}"
    asked = ["'Xyzzyville' (1)", "'Qwertabad' (2)", "'M4' (3)"]
    assert told == [*((False, f"asking {host} for {what}") for what in asked), (False, "2 articles read")]


# --- afterwards: the recording ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("geocoder", ["ok", "empty"])
def test_a_recording_makes_the_same_files_without_asking(
    article: Path, tmp_path: Path, server: FakeServer, servers: Callable[..., list[str]], geocoder: str
) -> None:
    options = servers(geocoder)
    assert run("map", article, "-o", tmp_path / "online", "--online", *options).exit_code == 0
    recording = tmp_path / "replies.jsonl"
    assert run("cache", "export", recording, "--cache", tmp_path / "cache").exit_code == 0
    count = len(server.log)
    assert count == {"ok": 3, "empty": 5}[geocoder]  # what is not found there is asked for everywhere

    replayed = run("map", article, "-o", tmp_path / "replayed", "--replay", recording, *options[:4])
    assert (replayed.exit_code, replayed.stderr) == (0, "")
    assert len(server.log) == count
    names = sorted(path.name for path in (tmp_path / "online").iterdir())
    assert sorted(path.name for path in (tmp_path / "replayed").iterdir()) == names
    for name in names:
        assert (tmp_path / "replayed" / name).read_bytes() == (tmp_path / "online" / name).read_bytes(), name
    assert "Xyzzyville" in (tmp_path / "replayed" / "atlas.json").read_text(encoding="utf-8")


def test_what_a_recording_lacks_is_told_and_not_asked_for(
    article: Path, tmp_path: Path, server: FakeServer, servers: Callable[..., list[str]]
) -> None:
    assert run("places", article, "--online", *servers()).exit_code == 0
    count = len(server.log)
    recording = tmp_path / "replies.jsonl"
    assert run("cache", "export", recording, "--cache", tmp_path / "cache").exit_code == 0
    article.write_text(TEXT.replace("Xyzzyville", "Otherville"), encoding="utf-8")
    result = run("places", article, "--replay", recording, *servers()[:4])
    assert result.exit_code == 0
    assert "'Otherville' is not in the recording; such names stay unresolved" in result.stderr
    assert len(server.log) == count


def test_a_recording_of_other_servers_is_told_of(
    article: Path, tmp_path: Path, server: FakeServer, servers: Callable[..., list[str]]
) -> None:
    assert run("places", article, "--online", *servers()).exit_code == 0
    recording = tmp_path / "replies.jsonl"
    assert run("cache", "export", recording, "--cache", tmp_path / "cache").exit_code == 0
    result = run("places", article, "--replay", recording)
    services = f"nominatim {server.url('ok')} and overpass {server.url('roads')}"
    assert result.stderr.splitlines()[0] == (
        f"placelines: warning: replies.jsonl: its replies of {services} are of no use to this run; give --geocoder, "
        "--geocoder-url and --overpass-url as for the run that was recorded"
    )


def test_a_recording_that_cannot_be_read_is_an_error(article: Path, tmp_path: Path) -> None:
    result = run("places", article, "--replay", tmp_path / "none.jsonl")
    assert (result.exit_code, result.stdout) == (2, "")
    assert str(tmp_path / "none.jsonl") in result.stderr


# --- interruption -----------------------------------------------------------------------------------------------------


def test_an_interruption_keeps_what_was_answered(
    article: Path, tmp_path: Path, server: FakeServer, servers: Callable[..., list[str]], root: Path
) -> None:
    command = [sys.executable, "-m", "maps", "places", str(article), "--online", *servers("ok", "hang")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=root, stdout=pipe, stderr=pipe, text=True, preexec_fn=heed_signals) as process:
        while not server.count("hang"):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=30)  # Overpass would be waited for longer
    assert (process.returncode, out) == (130, "")
    assert said.splitlines()[-1] == "placelines: interrupted"
    assert server.count("ok") == 2
    assert "Xyzzyville".casefold() in "".join(exported(tmp_path / "cache"))
