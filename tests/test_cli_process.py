"""The command as users run it: a process of its own, the real model, gazetteer and page."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from geo.version import __version__
from geo.writers.formats import USUAL, format_named
from tests.fakeserver import FakeServer
from tests.processes import heed_signals

pytestmark = pytest.mark.usefixtures("unpacked")

COMMAND = (sys.executable, "-m", "maps")
OUTPUTS = ("map.html", *(name for form in USUAL for name in format_named(form).names))


def environment(root: Path, **changes: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(root), **changes}


def run(
    root: Path, *arguments: object, given: bytes = b"", env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=given,
        capture_output=True,
        env=env or environment(root),
        cwd=cwd,
        timeout=60,
        check=False,
    )


def messages(process: subprocess.CompletedProcess[bytes]) -> list[str]:
    return process.stderr.decode().splitlines()


def test_the_sample_article_becomes_the_same_map_every_time(root: Path, sample: Path, tmp_path: Path) -> None:
    written = []
    for out in (tmp_path / "one", tmp_path / "two folders" / "deep"):
        process = run(root, "map", sample, "-o", out, cwd=tmp_path)
        assert (process.returncode, process.stderr) == (0, b"")
        assert sorted(path.name for path in out.iterdir()) == sorted(OUTPUTS)
        assert f"wrote {out / 'map.html'}" in process.stdout.decode()
        written.append([(out / name).read_bytes() for name in OUTPUTS])
    assert written[0] == written[1]
    page = written[0][OUTPUTS.index("map.html")]
    assert page.startswith((b"<!doctype html>", b"<!DOCTYPE html>"))
    assert str(tmp_path).encode() not in b"".join(written[0])


def test_standard_input_prints_places(root: Path) -> None:
    process = run(root, "places", "-", "--format", "jsonl", given="Café owners 🌊 left Paris for Rome.".encode())
    toponyms = json.loads(process.stdout)["toponyms"]
    assert [(toponym["start"], toponym["text"]) for toponym in toponyms] == [(19, "Paris"), (29, "Rome")]
    assert (process.returncode, process.stderr) == (0, b"")


def test_given_toponyms_are_the_only_ones_resolved(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id":"a","text":"From Paris to Rome.","toponyms":[{"start":14,"end":18}]}\n')
    process = run(root, "places", path, "--format", "jsonl", "--mentions", "given")
    (toponym,) = json.loads(process.stdout)["toponyms"]
    assert (toponym["start"], toponym["end"], toponym["text"]) == (14, 18, "Rome")


def test_the_first_run_says_that_it_unpacks_the_gazetteer(root: Path, tmp_path: Path) -> None:
    env = environment(root, PLACELINES_CACHE=str(tmp_path))
    first, second = (run(root, "places", "-", given=b"Paris.", env=env) for _ in range(2))
    assert messages(first) == ["placelines: unpacking the gazetteer, once"]
    assert (second.stdout, second.stderr) == (first.stdout, b"")


def test_a_missing_model_names_the_command_that_installs_it(root: Path) -> None:
    process = run(root, "places", "-", "--model", "xx_no_such_model", given=b"Paris.")
    assert process.returncode == 5
    (message,) = messages(process)
    assert "xx_no_such_model" in message
    assert "python -m spacy download xx_no_such_model" in message or "pip install" in message


WATCHED = """
import os, sys

def watch(event, arguments):
    if event.startswith("socket."):
        os.write(2, f"{event} {arguments}".encode())
        os._exit(99)

sys.addaudithook(watch)
from maps.cli import main
main()
"""


def test_nobody_is_asked_anything_without_online(root: Path, sample: Path, tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", WATCHED, "map", str(sample), "-o", str(tmp_path)]
    process = subprocess.run(arguments, capture_output=True, env=environment(root), timeout=60, check=False)
    assert (process.returncode, process.stderr) == (0, b"")
    assert (tmp_path / "map.html").exists()


def test_nobody_is_asked_anything_in_a_dry_run(root: Path, tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", WATCHED, "places", "-", "--dry-run", "--cache", str(tmp_path)]
    given = b"In Syria, the towns of Idlib, Aleppo and Xyzzyville were evacuated on Monday. The M4 highway was closed."
    process = subprocess.run(
        arguments, input=given, capture_output=True, env=environment(root), timeout=60, check=False
    )
    assert (process.returncode, process.stderr) == (0, b"")
    assert process.stdout.startswith(b"GET https://nominatim.openstreetmap.org/search?q=Xyzzyville&")
    assert b"\nPOST https://overpass-api.de/api/interpreter\n  data=[out:json]" in process.stdout


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_online_a_name_is_asked_once_and_its_answer_kept(root: Path, tmp_path: Path) -> None:
    given = b"In Syria, the towns of Idlib, Aleppo and Xyzzyville were evacuated on Monday, officials in Damascus said."
    with FakeServer() as server:
        for _ in range(2):
            command = ("places", "-", "--format", "jsonl", "--online", "--cache", tmp_path, "--geocoder-url")
            process = run(root, *command, server.url("ok"), given=given)
            assert process.returncode == 0
            (toponym,) = [one for one in json.loads(process.stdout)["toponyms"] if one["text"] == "Xyzzyville"]
            assert (toponym["text"], toponym["referent_id"], toponym["lat"]) == ("Xyzzyville", "nominatim:1", 48.85889)
        assert server.count("ok") == 1
        refused = run(
            root, "places", "-", "--online", "--cache", tmp_path, "--geocoder-url", server.url("r403"), given=given
        )
    assert refused.returncode == 0
    assert b"HTTP 403" in refused.stdout


def test_a_reader_that_leaves_is_no_error(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f'{{"id":{n},"text":"{"Paris. " * 500}"}}\n' for n in range(8)))
    command = [*COMMAND, "places", str(path), "--format", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(root)) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.wait(60) == 0
        assert process.stderr.read() == b""


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_at_once_and_in_order(root: Path, tmp_path: Path, sent: int, status: int) -> None:
    path, out = tmp_path / "a.jsonl", tmp_path / "out"
    path.write_text("".join(f'{{"id":{n},"text":"{"Rain fell on Paris. " * 2000}"}}\n' for n in range(200)))
    command = [*COMMAND, "map", str(path), "-o", str(out)]
    pipe, env = subprocess.PIPE, environment(root)
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, env=env, preexec_fn=heed_signals) as process:
        time.sleep(2)
        asked_at = time.monotonic()
        process.send_signal(sent)
        try:
            _, stderr = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == status
    assert time.monotonic() - asked_at < 5
    assert b"Traceback" not in stderr
    assert not out.exists()


def test_a_closed_standard_input_is_told(root: Path) -> None:
    command = ["sh", "-c", '"$0" -m maps places - <&-', sys.executable]
    process = subprocess.run(command, capture_output=True, env=environment(root), timeout=60, check=False)
    assert process.returncode == 3
    assert messages(process) == ["placelines: standard input: it is closed; give a file, or pipe the article in"]


@pytest.mark.parametrize("form", ["table", "jsonl", "geojson"])
def test_a_full_device_is_told(root: Path, form: str) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [*COMMAND, "places", "-", "--format", form]
        env = environment(root)
        process = subprocess.run(
            command, input=b"Paris.", stdout=full, stderr=subprocess.PIPE, env=env, timeout=60, check=False
        )
    assert process.returncode == 4
    assert process.stderr == b"placelines: standard output: writing failed (No space left on device)\n"


def test_a_terminal_without_unicode_and_a_name_without_utf8_work(root: Path, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/a b\xff\n\x1b[31m%#.txt"
    Path(os.fsdecode(name)).write_text("Quake shakes Jisr ash-Shughūr and Łódź.")
    env = environment(root, LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    process = run(root, "places", os.fsdecode(name), env=env)
    assert process.returncode == 0, process.stderr
    assert process.stdout.isascii()
    missing = run(root, "places", os.fsdecode(name) + "x", env=env)
    assert missing.returncode == 3
    assert len(missing.stderr.splitlines()) == 1
    assert b"\x1b" not in missing.stderr
    assert missing.stderr.endswith(b"a b\\xff \\x1b[31m%#.txtx: there is no such file\n")


def test_a_home_that_does_not_exist_is_no_obstacle(root: Path, tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root), "HOME": "/proc/nowhere", "TMPDIR": str(tmp_path)}
    process = run(root, "places", "-", given=b"Floods hit Paris.", env=env)
    assert process.returncode == 0, process.stderr
    assert b"Paris" in process.stdout
    assert all(line.startswith("placelines: ") for line in messages(process))
    assert list(tmp_path.iterdir()) == []


def test_starting_costs_little_and_loads_nothing_heavy(root: Path) -> None:
    code = "import sys, maps.cli; print(*sorted(sys.modules))"
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment(root), timeout=60, check=True
    )
    heavy = {"spacy", "folium", "branca", "shapely", "geopy", "numpy", "rich", "geographiclib"}
    assert heavy.isdisjoint(process.stdout.decode().split())
    assert run(root, "--version").stdout.decode() == f"placelines {__version__}\n"
    # What Python and click cost on the machine, as busy as it is.
    least = min(_cpu_seconds([sys.executable, "-c", "import click"], root) for _ in range(5))
    assert min(_cpu_seconds([*COMMAND, "--version"], root) for _ in range(5)) < 7 * least


def _cpu_seconds(command: list[str], root: Path) -> float:
    """Return the processor's time that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, capture_output=True, env=environment(root), timeout=60, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
