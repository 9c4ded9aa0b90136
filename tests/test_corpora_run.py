from __future__ import annotations

import datetime
import errno
import gc
import json
import os
import re
import shutil
from collections import Counter
from dataclasses import replace
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import pytest

from geo.corpora import driver as driving
from geo.corpora import worker
from geo.corpora.identity import identity_of, state_of
from geo.corpora.manner import Listener, Manner, Summary
from geo.corpora.run import STATE, Job, run
from geo.corpora.worker import Plan
from geo.errors import InputError, OptionError, OutputError, ResourceError
from geo.model import Document
from geo.reading import Reading
from tests.corpus_runs import POISON, errors, in_parts_of, job, killing, positions, results, rows, serially, write_rows

BAD = '{"id": "broken", '


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles, one of them malformed and one a copy."""
    records: list[dict[str, object] | str] = [*rows(40)]
    records[7] = BAD
    records.append({**rows(1)[0], "id": "copy"})
    return write_rows(tmp_path_factory.mktemp("corpus") / "news.jsonl", records)


@pytest.fixture(scope="module")
def undisturbed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The results of a run in parts of 16 that nothing happens to."""
    output = tmp_path_factory.mktemp("undisturbed") / "out"
    with pytest.MonkeyPatch.context() as patch:
        in_parts_of(patch, 16)
        serially(job(output, corpus))
    return results(output)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    in_parts_of(monkeypatch, 16)


def interrupted(task: Job, *, after: int, batch_size: int = 3) -> None:
    """Run, and interrupt it as Ctrl-C does when so many articles are done."""

    def interrupt(done: int, _total: int | None, _failed: int) -> None:
        if done >= after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serially(task, Listener(on_progress=interrupt), batch_size=batch_size)


class TestResults:
    def test_every_article_is_in_them_once_and_faults_are_listed(self, corpus: Path, tmp_path: Path) -> None:
        summary = serially(job(tmp_path / "out", corpus))
        assert positions(tmp_path / "out") == [*range(7), *range(8, 41)]
        (error,) = errors(tmp_path / "out")
        assert (error["input"], error["line"], error["position"]) == (str(corpus), 8, 7)
        assert summary.totals[::3] == (40, 1)
        manifest = json.loads((tmp_path / "out/run.json").read_text())
        assert manifest["counts"]["documents"] == 40
        assert manifest["counts"]["duplicates"] == 1
        assert manifest["inputs"][0]["bytes"] == corpus.stat().st_size

    @pytest.mark.parametrize(
        ("batch_size", "engine", "workers"), [(1, "serial", 1), (64, "serial", 1), (5, "processes", 2)]
    )
    def test_they_are_the_same_for_every_engine_and_batch(
        self, corpus: Path, undisturbed: dict[str, str], tmp_path: Path, batch_size: int, engine: str, workers: int
    ) -> None:
        run(job(tmp_path / "out", corpus), Manner(engine, workers, batch_size=batch_size), Listener())
        assert results(tmp_path / "out") == undisturbed

    def test_a_limit_takes_the_first_ones(self, corpus: Path, tmp_path: Path) -> None:
        serially(job(tmp_path / "out", corpus, limit=10))
        assert positions(tmp_path / "out") == [0, 1, 2, 3, 4, 5, 6, 8, 9]

    def test_what_is_too_old_or_of_no_day_is_left_out(self, tmp_path: Path) -> None:
        source = write_rows(tmp_path / "news.jsonl", [*rows(4), {"id": "undated", "text": "Rain in Homs."}])
        day = datetime.date(2020, 3, 3)
        summary = serially(job(tmp_path / "out", source, plan=Plan(Reading(), since=day)))
        assert positions(tmp_path / "out") == [2, 3]
        assert summary.totals.left_out == 3

    def test_a_corpus_of_nothing_but_faults_has_empty_results(self, tmp_path: Path) -> None:
        summary = serially(job(tmp_path / "out", tmp_path / "nowhere.jsonl"))
        assert summary.totals[::3] == (0, 1)
        assert summary.first_failures[0].reason == "there is no such file"


class TestGoingOn:
    @pytest.mark.parametrize("after", [1, 9, 17, 30, 41])
    def test_a_run_that_was_interrupted_goes_on_to_the_same_results(
        self, corpus: Path, undisturbed: dict[str, str], tmp_path: Path, after: int
    ) -> None:
        task = job(tmp_path / "out", corpus)
        interrupted(task, after=after)
        again: list[int] = []
        serially(
            task, Listener(on_progress=lambda done, _total, _failed: again.append(done)), resume=True, batch_size=7
        )
        assert again[0] >= after
        assert results(tmp_path / "out") == undisturbed

    def test_a_finished_run_goes_on_to_the_same_results(
        self, corpus: Path, undisturbed: dict[str, str], tmp_path: Path
    ) -> None:
        task = job(tmp_path / "out", corpus)
        serially(task)
        assert serially(task, resume=True).items == 0
        assert results(tmp_path / "out") == undisturbed

    def test_a_part_that_was_written_but_not_entered_is_written_again(
        self, corpus: Path, undisturbed: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        task = job(tmp_path / "out", corpus)
        with monkeypatch.context() as patch:
            patch.setattr("geo.corpora.ledger.Ledger.close_part", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                serially(task)
        assert (tmp_path / "out" / STATE / "parts/00000").exists()
        serially(task, resume=True)
        assert results(tmp_path / "out") == undisturbed

    def test_changed_inputs_are_named(self, tmp_path: Path) -> None:
        folder = tmp_path / "news"
        folder.mkdir()
        for name in ("a", "b", "c"):
            write_rows(folder / f"{name}.jsonl", [{**row, "id": f"{name}-{row['id']}"} for row in rows(8)])
        task = job(tmp_path / "out", folder)
        interrupted(task, after=9)
        (folder / "b.jsonl").unlink()
        write_rows(folder / "c.jsonl", rows(9, first=50))
        write_rows(folder / "d.jsonl", rows(1, first=90))
        with pytest.raises(InputError) as caught:
            serially(task, resume=True)
        assert str(caught.value) == (
            f"the input is not that of the run to go on with: {folder}/b.jsonl was removed, {folder}/c.jsonl was "
            f"changed, {folder}/d.jsonl was added; start anew with --overwrite"
        )

    def test_a_file_that_was_written_anew_with_the_same_content_is_the_same(
        self, corpus: Path, undisturbed: dict[str, str], tmp_path: Path
    ) -> None:
        copy = tmp_path / "news.jsonl"
        copy.write_bytes(corpus.read_bytes())
        task = job(tmp_path / "out", copy)
        interrupted(task, after=9)
        copy.write_bytes(corpus.read_bytes())
        serially(task, resume=True)
        assert results(tmp_path / "out").keys() == undisturbed.keys()
        assert positions(tmp_path / "out") == [*range(7), *range(8, 41)]

    def test_content_that_changed_under_the_same_size_and_time_is_found_out(self, tmp_path: Path) -> None:
        source = write_rows(tmp_path / "news.jsonl", rows(40))
        task = job(tmp_path / "out", source)
        interrupted(task, after=20)
        was = source.stat()
        source.write_bytes(source.read_bytes().replace(b"Story 3", b"Story X"))
        os.utime(source, ns=(was.st_atime_ns, was.st_mtime_ns))
        with pytest.raises(InputError, match=r"the input has changed since it was read: articles? "):
            serially(task, resume=True)

    def test_fewer_articles_are_found_out_before_anything_is_forgotten(
        self, corpus: Path, undisturbed: dict[str, str], tmp_path: Path
    ) -> None:
        task = job(tmp_path / "out", corpus)
        interrupted(task, after=20)
        with pytest.raises(InputError, match=r"the input has changed since it was read: articles 19 to 22; start anew"):
            serially(replace(task, find=lambda *tell: islice(task.find(*tell), 18)), resume=True)
        serially(task, resume=True)
        assert results(tmp_path / "out") == undisturbed

    def test_an_upgrade_of_what_reads_is_refused_by_name(
        self, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        interrupted(job(tmp_path / "out", corpus), after=9)
        monkeypatch.setattr("geo.corpora.identity.version", lambda name: "99" if name == "lxml" else version(name))
        with pytest.raises(OptionError, match=f'another version of lxml: "{version("lxml")}", now "99"; give it as'):
            serially(job(tmp_path / "out", corpus), resume=True)

    def test_roads_in_a_folder_and_beside_a_shapefile_are_part_of_what_a_run_is(
        self, corpus: Path, tmp_path: Path
    ) -> None:
        roads = tmp_path / "roads"
        roads.mkdir()
        for name in ("a.shp", "a.dbf", "b.dbf"):
            (roads / name).write_bytes(b"")
        alone = job(tmp_path / "out", corpus, plan=Plan(Reading(roads=(roads / "a.shp",))))
        together = job(tmp_path / "out", corpus, plan=Plan(Reading(roads=(roads,))))
        geoparser = Reading().geoparser()
        assert [Path(file).name for file in identity_of(alone, geoparser)["files"]] == ["a.dbf", "a.shp"]
        assert [Path(file).name for file in identity_of(together, geoparser)["files"]] == ["a.dbf", "a.shp", "b.dbf"]
        before = state_of(alone.plan)
        (roads / "a.dbf").write_bytes(b"x")
        assert state_of(alone.plan) != before

    def test_another_option_is_refused_by_name(self, corpus: Path, tmp_path: Path) -> None:
        interrupted(job(tmp_path / "out", corpus), after=9)
        with pytest.raises(OptionError) as caught:
            serially(job(tmp_path / "out", corpus, limit=12), resume=True)
        assert str(caught.value) == (
            "--resume goes on with a run of another --limit: null, now 12; give it as before, or start anew with "
            "--overwrite"
        )
        with pytest.raises(OptionError, match='another --demonyms: "keep", now "drop"'):
            serially(job(tmp_path / "out", corpus, plan=Plan(Reading(demonyms="drop"))), resume=True)


class TestTheFolder:
    def test_another_run_in_it_is_refused_or_replaced(self, corpus: Path, tmp_path: Path) -> None:
        output = tmp_path / "out"
        serially(job(output, corpus, limit=3))
        (output / "own.txt").write_text("mine")
        with pytest.raises(OutputError) as caught:
            serially(job(output, corpus))
        assert str(caught.value) == (
            f"{output}: it has the results of another run; --resume goes on with it, --overwrite replaces them"
        )
        run(job(output, corpus, limit=20), Manner("serial", overwrite=True), Listener())
        assert len(positions(output)) == 19
        assert (output / "own.txt").read_text() == "mine"

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("news.jsonl", "a file is in the way; give a folder to write into"),
            ("/proc/no", "it cannot be written into"),
        ],
    )
    def test_a_folder_that_cannot_be_is_refused(self, corpus: Path, name: str, message: str) -> None:
        output = corpus.parent / name
        with pytest.raises(OutputError, match=f"^{re.escape(str(output))}: {message}"):
            serially(job(output, corpus))

    def test_what_no_run_made_is_left_alone(self, corpus: Path, tmp_path: Path) -> None:
        (tmp_path / "map.html").write_text("mine")
        for manner in (Manner("serial"), Manner("serial", overwrite=True)):
            with pytest.raises(OutputError, match=r"map\.html: it is there already, and no run of this kind made it"):
                run(job(tmp_path, corpus), manner, Listener())
        assert (tmp_path / "map.html").read_text() == "mine"

    def test_two_runs_at_once_are_refused(self, corpus: Path, tmp_path: Path) -> None:
        refused: list[str] = []

        def run_another(_done: int, _total: int | None, _failed: int) -> None:
            if not refused:
                with pytest.raises(OutputError) as caught:
                    serially(job(tmp_path / "out", corpus), resume=True)
                refused.append(str(caught.value))

        serially(job(tmp_path / "out", corpus), Listener(on_progress=run_another))
        assert refused == [f"{tmp_path / 'out'}: another run is writing into it; wait for its end"]

    def test_a_damaged_ledger_says_how_to_start_anew(self, corpus: Path, tmp_path: Path) -> None:
        task = job(tmp_path / "out", corpus)
        interrupted(task, after=9)
        ledger = tmp_path / "out" / STATE / "ledger.sqlite"
        ledger.write_bytes(b"garbage" * 1000)
        with pytest.raises(ResourceError, match=r"it is damaged \(.*\); start anew with --overwrite"):
            serially(task, resume=True)
        run(task, Manner("serial", overwrite=True), Listener())

    def test_a_full_disk_stops_the_run_which_goes_on_later(
        self, corpus: Path, undisturbed: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        task = job(tmp_path / "out", corpus)
        with monkeypatch.context() as patch:
            patch.setattr(driving, "write_part", full)
            with pytest.raises(OutputError) as caught:
                serially(task)
        folder = tmp_path / "out" / STATE / "parts"
        assert str(caught.value) == (
            f"{folder}: writing failed (No space left on device); make room, then go on with --resume"
        )
        serially(task, resume=True)
        assert results(tmp_path / "out") == undisturbed

    def test_the_folder_of_the_articles_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Rain fell in Homs.")
        with pytest.raises(OptionError) as caught:
            serially(job(tmp_path, tmp_path))
        assert str(caught.value) == (
            f"{tmp_path}: the articles are in it; give another folder to write into, or one inside it"
        )
        assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]

    def test_a_folder_in_that_of_the_articles_is_not_read(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Rain fell in Homs.")
        task = job(tmp_path / "out", tmp_path)
        assert serially(task).totals.items == 1
        assert serially(task, resume=True).totals.items == 1

    def test_a_part_that_is_gone_or_damaged_says_how_to_start_anew(self, corpus: Path, tmp_path: Path) -> None:
        task = job(tmp_path / "out", corpus)
        serially(task)
        part = tmp_path / "out" / STATE / "parts" / "00001"
        (part / "mentions.parquet").write_bytes(b"garbage")
        with pytest.raises(ResourceError, match=r"parts: a part is damaged \(.*\); start anew with --overwrite$"):
            serially(task, resume=True)
        shutil.rmtree(part)
        with pytest.raises(ResourceError, match=r"parts/00001: it is gone; start anew with --overwrite$"):
            serially(task, resume=True)


class TestPublication:
    def test_earlier_results_stay_until_there_are_new_ones(self, corpus: Path, tmp_path: Path) -> None:
        output = tmp_path / "out"
        serially(job(output, corpus, limit=3))
        before = results(output)

        def fails(*_: object) -> dict[str, object]:
            assert results(output) == before
            raise OSError(errno.ENOSPC, "No space left on device")

        task = replace(job(output, corpus), page=fails)
        with pytest.raises(OutputError) as caught:
            run(task, Manner("serial", overwrite=True), Listener())
        assert str(caught.value) == (
            f"{output}: writing failed (No space left on device); make room, then go on with --resume"
        )
        assert results(output) == before
        assert not (output / STATE / "new").exists()
        serially(replace(task, page=None), resume=True)
        assert len(positions(output)) == 40

    def test_a_manifest_is_there_only_when_all_is(
        self, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        output = tmp_path / "out"
        serially(job(output, corpus, limit=3))
        real, seen = Path.replace, []

        def replaced(self: Path, target: Path) -> Path:
            if target.parent == output:
                seen.append((target.name, (output / "run.json").exists()))
            return real(self, target)

        monkeypatch.setattr(Path, "replace", replaced)
        run(job(output, corpus), Manner("serial", overwrite=True), Listener())
        assert [name for name, _ in seen][-1] == "run.json"
        assert not any(is_there for _, is_there in seen)

    def test_times_tell_reading_from_finishing(self, corpus: Path, tmp_path: Path) -> None:
        ticks = iter(range(0, 1000, 10))
        manner = Manner("serial", clock=lambda: next(ticks))
        run(job(tmp_path / "out", corpus), manner, Listener())
        times = json.loads((tmp_path / "out/times.json").read_text())
        assert {name: times[name] for name in ("documents", "reading_s", "finishing_s")} == {
            "documents": 40,
            "reading_s": 10,
            "finishing_s": 10,
        }
        (sitting,) = times["sittings"]
        assert (sitting["reading_s"], sitting["articles"], sitting["articles_per_second"]) == (10, 41, 4.1)


class TestLosses:
    def read(self, source: Path, output: Path, monkeypatch: pytest.MonkeyPatch) -> Summary:
        """Run with other work in the worker processes."""
        monkeypatch.setattr("geo.corpora.run.read_batch", killing)
        return run(job(output, source), Manner("processes", 2, batch_size=4), Listener())

    def test_an_article_of_which_workers_die_is_a_failure_and_no_other(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        records = rows(20)
        records[11]["title"] = POISON
        self.read(write_rows(tmp_path / "news.jsonl", records), tmp_path / "out", monkeypatch)
        assert positions(tmp_path / "out") == [*range(11), *range(12, 20)]
        (error,) = errors(tmp_path / "out")
        assert (error["id"], error["position"]) == ("story-11", 11)
        assert str(error["reason"]).startswith("its worker died of it: killed by signal 9")

    def test_an_internal_error_is_a_failure_of_its_article(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = worker.BatchReader._staged

        def fails(self: worker.BatchReader, position: int, found: object) -> object:
            if isinstance(found, Document) and found.id == "story-2":
                raise RecursionError("too deep")
            return real(self, position, found)  # type: ignore[arg-type]

        monkeypatch.setattr(worker.BatchReader, "_staged", fails)
        serially(job(tmp_path / "out", write_rows(tmp_path / "news.jsonl", rows(5))))
        (error,) = errors(tmp_path / "out")
        assert error["id"] == "story-2"
        assert error["reason"] == "internal error, please report it with the article (RecursionError: too deep)"
        assert positions(tmp_path / "out") == [0, 1, 3, 4]

    @pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, OutputError), (errno.EMFILE, ResourceError)])
    def test_no_article_is_blamed_for_a_machine_that_lacks_something(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]
    ) -> None:
        def fails(*_: object) -> None:
            raise OSError(number, os.strerror(number))

        task = job(tmp_path / "out", write_rows(tmp_path / "news.jsonl", rows(5)))
        with monkeypatch.context() as patch:
            patch.setattr(worker.BatchReader, "_staged", fails)
            with pytest.raises(kind, match=rf"\({os.strerror(number)}\); .*go on with --resume$"):
                serially(task)
        assert serially(task, resume=True).totals.documents == 5

    def test_garbage_is_looked_for_behind_batches(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        within: list[bool] = []
        monkeypatch.setattr(worker.BatchReader, "_staged", lambda *_: within.append(gc.isenabled()))
        serially(job(tmp_path / "out", write_rows(tmp_path / "news.jsonl", rows(2))))
        assert within == [False, False]
        assert gc.isenabled()

    def test_nothing_is_blamed_where_workers_die_of_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("geo.corpora.run.read_batch", _out_of_memory)
        task = job(tmp_path / "out", write_rows(tmp_path / "news.jsonl", rows(3)))
        with pytest.raises(ResourceError) as caught:
            serially(task)
        assert str(caught.value) == (
            "workers die before they read anything: out of memory; go on with --resume when that is mended"
        )


def _out_of_memory(_plan: Plan, _batch: object) -> None:
    raise MemoryError


def test_ids_that_come_twice_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for folder in ("a", "b"):
        (tmp_path / folder / "story.txt").write_text(f"Rain fell in Homs, says {folder}.")
    serially(job(tmp_path / "out", tmp_path / "a", tmp_path / "b"))
    import pyarrow.parquet as pq

    (part,) = (tmp_path / "out/documents").iterdir()
    assert Counter(pq.read_table(part).column("article_id").to_pylist()) == {"story": 1, "story-2": 1}
