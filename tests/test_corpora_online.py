"""Services asked in a run over a corpus: by the driver alone, each question once, whoever reads the articles."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from geo.adapters import CarefulAdapter
from geo.cache.upkeep import exported
from geo.corpora.manner import Listener, Manner
from geo.corpora.run import run
from geo.corpora.worker import Plan
from geo.reading import Reading, Services
from maps import cli
from tests.corpus_runs import job, results, rows, write_rows
from tests.fakeserver import FakeServer

pytestmark = [pytest.mark.usefixtures("unpacked"), pytest.mark.allow_hosts(["127.0.0.1"])]

UNKNOWN = ("Xyzzyaville", "Xyzzybville", "Xyzzycville")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Sixteen articles with three names that nobody knows, and a road."""
    texts = (
        f"The M4 highway from Hama to Homs in Syria was closed near the town of {UNKNOWN[n % 3]}." for n in range(16)
    )
    return write_rows(
        tmp_path / "news.jsonl", [{**row, "text": text} for row, text in zip(rows(16), texts, strict=True)]
    )


def geocoders(folder: Path, url: str, interval_s: float = 0) -> Path:
    """Write the options of a geocoder that may be asked as often as one likes."""
    path = folder / "geocoders.toml"
    path.write_text(f'[near]\nclass = "nominatim"\nurl = "{url}"\ninterval_s = {interval_s}\n', encoding="utf-8")
    return path


def services(folder: Path, server: FakeServer) -> Services:
    return Services(
        geocoder="near",
        geocoders=geocoders(folder, server.url("ok")),
        overpass_url=server.url("roads"),
        cache=folder / "cache",
    )


def without_manifest(output: Path) -> dict[str, str]:
    """Return the digests of all results but the one that tells with which options they were made."""
    return {name: digest for name, digest in results(output).items() if name != "run.json"}


def asked(server: FakeServer) -> Counter[str]:
    """Return how often each question came; those about roads are told apart by what was posted."""
    return Counter([path for _, mode, _, path in server.log if mode != "roads"] + server.posted)


def test_the_driver_alone_asks_and_each_question_once_whatever_becomes_of_the_replies(
    corpus: Path, tmp_path: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    real = CarefulAdapter._fetch

    def noted(self: CarefulAdapter, url: str, *others: Any) -> bytes:  # noqa: ANN401
        sent.append(url)
        return real(self, url, *others)

    monkeypatch.setattr(CarefulAdapter, "_fetch", noted)  # here, not in the processes of workers

    def read(name: str, manner: Manner, chosen: Services) -> list[str]:
        """Run, and return what was sent from here."""
        sent.clear()
        server.log.clear()
        server.posted.clear()
        warned: list[str] = []
        reading = Reading(services=chosen)
        run(job(tmp_path / name, corpus, plan=Plan(reading)), manner, Listener(warn=warned.append))
        assert warned == []
        assert len(sent) == len(server.log)
        assert set(asked(server).values()) <= {1}
        return sorted(sent)

    two = Manner("processes", 2, batch_size=2)
    online = services(tmp_path, server)
    questions = read("online", two, online)
    assert len(questions) >= 4
    assert {name for name in UNKNOWN for url in questions if name in url} == set(UNKNOWN)
    expected = without_manifest(tmp_path / "online")

    assert read("kept", two, online) == []
    assert results(tmp_path / "kept") == results(tmp_path / "online")
    assert read("anew", two, replace(online, use="refresh")) == questions
    assert without_manifest(tmp_path / "anew") == expected
    assert read("forgotten", two, replace(online, use="nothing", cache=tmp_path / "none")) == questions
    assert without_manifest(tmp_path / "forgotten") == expected
    assert not list((tmp_path / "none").glob("*.sqlite"))

    recording = tmp_path / "replies.jsonl"
    recording.write_text("".join(exported(tmp_path / "cache")), encoding="utf-8")
    assert read("replayed", two, replace(online, replay=recording, cache=None)) == []
    assert without_manifest(tmp_path / "replayed") == expected


def test_a_server_that_refuses_is_left_alone_and_names_stay_unresolved(
    corpus: Path, tmp_path: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACELINES_CONTACT", "desk@example.org")
    options = ("--online", "--geocoder", "near", "--geocoders", geocoders(tmp_path, server.url("r403")))
    others = ("--overpass-url", "http://127.0.0.1:9", "--cache", tmp_path / "cache", "--workers", 2, "--batch-size", 2)
    text = corpus.read_text(encoding="utf-8").replace("The M4 highway", "A road")
    corpus.write_text(text, encoding="utf-8")
    words = map(str, ("batch", corpus, "-o", tmp_path / "out", *options, *others))
    result = CliRunner().invoke(cli.cli, [*words])
    assert result.exit_code == 0
    assert len(server.log) == 1
    notice, warning = result.stderr.splitlines()
    assert notice.startswith(f"placelines: asking 127.0.0.1:{server.port} online: it gets names")
    assert warning.startswith(f"placelines: warning: 127.0.0.1:{server.port}/r403 did not answer for 'Xyzzy")
    assert warning.endswith("HTTP 403 (access denied); such names stay unresolved")
    assert result.stdout.startswith("16 articles read")
    assert ", 16 names without a place\n" in result.stdout


@pytest.mark.kill
def test_a_run_that_was_killed_asks_nothing_again(corpus: Path, tmp_path: Path, server: FakeServer, root: Path) -> None:
    options = ["--online", "--geocoder", "near", "--geocoders", str(geocoders(tmp_path, server.url("ok"), 0.5))]
    command = [sys.executable, "-m", "maps", "batch", str(corpus), "-o", str(tmp_path / "out"), *options]
    command += [
        "--overpass-url",
        server.url("roads"),
        "--cache",
        str(tmp_path / "cache"),
        "--batch-size",
        "1",
        "--quiet",
    ]
    command += ["--workers", "2"]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    while len(server.log) < 2 or len(_lines(exported(tmp_path / "cache"))) < len(server.log):
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)  # right after a reply was kept: half a second before the next question
    process.wait()
    first = len(server.log)
    subprocess.run([*command, "--resume"], env=environment, check=True)
    assert len(server.log) > first
    assert set(asked(server).values()) == {1}
    pace = [moment for moment, mode, *_ in server.log if mode == "ok"]
    assert all(later - earlier > 0.45 for earlier, later in itertools.pairwise(pace))


def _lines(pieces: Iterable[str]) -> list[str]:
    return "".join(pieces).splitlines()
