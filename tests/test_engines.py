from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from geo.engines import Done, Engine, machine, open_engine
from geo.engines.machine import number_of_workers
from geo.engines.worker import WorkerTraceback
from geo.errors import InputError, OptionError, ResourceError
from tests.engine_work import act, by_process, die_once, double, everything, length, sleep_told, told
from tests.processes import children, wait_until

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
ENGINES = ("serial", "processes", "dask")
PARALLEL = ("processes", "dask")


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Return one engine for many tests: they start with nothing in flight, and leave nothing."""
    with open_engine(request.param, act, workers=None if request.param == "serial" else 2) as opened:
        yield opened


def test_tasks_come_back_under_their_numbers(engine: Engine) -> None:
    done = []
    for number in range(20):
        while not engine.has_room:
            done.append(engine.wait())
        engine.submit(number, f"task {number}")
    while engine.in_flight:
        done.append(engine.wait())
    assert sorted(done, key=lambda each: each.number) == [Done(number, f"task {number}") for number in range(20)]


def test_an_engine_has_room_for_a_few_tasks_only(engine: Engine) -> None:
    held = 0
    while engine.has_room:
        engine.submit(held, "x")
        held += 1
    assert engine.workers <= held <= 3 * engine.workers
    assert engine.in_flight == held
    for left in reversed(range(held)):
        assert engine.wait().result == "x"
        assert engine.in_flight == left


def test_an_error_of_the_work_is_raised_as_it_is_and_the_engine_goes_on(engine: Engine) -> None:
    engine.submit(1, "input")
    with pytest.raises(InputError, match=r"^row 3 has no text$") as caught:
        engine.wait()
    assert (caught.value.source, caught.value.line) == ("news.csv", 3)
    assert engine.in_flight == 0
    engine.submit(2, "on")
    assert engine.wait() == Done(2, "on")


def test_a_task_without_enough_memory_comes_back_as_lost(engine: Engine) -> None:
    engine.submit(7, "memory")
    assert engine.wait() == Done(7, loss="out of memory")


def test_waiting_without_a_task_is_refused(engine: Engine) -> None:
    with pytest.raises(IndexError):
        engine.wait()


def test_a_worker_that_dies_loses_the_task_that_it_was_at(engine: Engine) -> None:
    if engine.workers == 1:
        pytest.skip("serial is this process")
    for number, task in enumerate(("die", "a", "b", "c")):
        engine.submit(number, task)
    losses = {done.number: done.loss for done in (engine.wait() for _ in range(4))}
    assert losses[0] is not None
    assert "killed" in losses[0]
    assert "out of memory?" in losses[0]
    assert [losses[number] for number in (1, 2, 3)] == [None, None, None]


def test_an_error_that_does_not_pickle_is_told_in_words_with_where_it_was_raised() -> None:
    with open_engine("processes", act, workers=1) as engine:
        engine.submit(0, "local")
        with pytest.raises(RuntimeError, match=r"^LocalError: bad, worse$") as caught:
            engine.wait()
        assert isinstance(caught.value.__cause__, WorkerTraceback)
        assert "engine_work.py" in str(caught.value.__cause__)


def test_a_worker_that_leaves_is_told_by_its_status() -> None:
    with open_engine("processes", act, workers=1) as engine:
        engine.submit(0, "leave")
        engine.submit(1, "next")
        assert [engine.wait(), engine.wait()] == [Done(0, loss="ended with status 3"), Done(1, "next")]


def test_workers_print_nothing_read_nothing_and_calculate_in_one_thread(capfd: pytest.CaptureFixture[str]) -> None:
    with open_engine("processes", act, workers=1) as engine:
        engine.submit(0, "print")
        engine.submit(1, "threads")
        assert [engine.wait().result, engine.wait().result] == ["", "1"]
    assert capfd.readouterr() == ("", "")


def test_large_tasks_and_results_pass_both_ways_at_once() -> None:
    size = 50_000_000
    with open_engine("processes", length, workers=2) as engine:
        for number in range(4):
            engine.submit(number, bytes(size))
        assert {(done.number, len(done.result)) for done in (engine.wait() for _ in range(4))} == {
            (number, size) for number in range(4)
        }


@pytest.mark.parametrize("name", PARALLEL)
@pytest.mark.kill
def test_workers_that_die_all_the_time_change_nothing(name: str, tmp_path: Path) -> None:
    before = children()
    tasks = list(range(30 if name == "processes" else 9))
    assert everything(name, partial(die_once, tmp_path), tasks, workers=2) == tasks
    assert children() <= before


@pytest.mark.kill
def test_workers_killed_at_any_time_even_as_they_start_change_nothing() -> None:
    before = children()
    tasks = list(range(200))
    with open_engine("processes", double, workers=2) as engine:
        results: dict[int, int] = {}
        left = list(tasks)
        while left or engine.in_flight:
            while left and engine.has_room:
                engine.submit(left[-1], left.pop())
            if len(results) % 20 == 0:
                for process in list(children() - before)[:1]:
                    os.kill(process, signal.SIGKILL)
            done = engine.wait()
            if done.loss:
                left.append(done.number)
            else:
                results[done.number] = done.result
    assert results == {task: 2 * task for task in tasks}


def test_workers_that_die_as_they_start_stop_nobody_who_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.engines.processes._MOST_FAILED_STARTS", 2)
    with open_engine("processes", act, workers=2) as engine:
        engine.submit(0, "first")
        assert engine.wait() == Done(0, "first")
        before = children()
        for number in range(1, 4):
            engine.submit(2 * number, "a")
            engine.submit(2 * number + 1, "b")
            for starting in children() - before:
                os.kill(starting, signal.SIGKILL)
            assert {engine.wait().result, engine.wait().result} == {"a", "b"}


def test_workers_that_all_die_as_they_start_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.engines.processes._PROGRAM", "raise SystemExit(9)")
    with open_engine("processes", act, workers=2) as engine:
        engine.submit(0, "a")
        with pytest.raises(ResourceError, match=r"^worker processes cannot start: 20 in a row: ended with status 9$"):
            engine.wait()


def test_why_workers_cannot_start_is_told_in_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.engines.processes._PROGRAM", "import nothing_of_that_name")
    with open_engine("processes", act, workers=1) as engine:
        engine.submit(0, "a")
        with pytest.raises(ResourceError) as caught:
            engine.wait()
    assert str(caught.value) == (
        "worker processes cannot start: 20 in a row: ended with status 1 "
        "(ModuleNotFoundError: No module named 'nothing_of_that_name')"
    )


def test_closing_ends_workers_at_their_work_and_may_be_repeated(tmp_path: Path) -> None:
    before = children()
    with open_engine("processes", partial(sleep_told, tmp_path), workers=2) as engine:
        engine.submit(0, 0)
        engine.submit(1, 1)
        wait_until(lambda: len(list(tmp_path.glob("*.begun"))) == 2)
        assert len(children() - before) == 2
        engine.close()
        assert children() <= before
        assert engine.in_flight == 0


@pytest.mark.kill
@pytest.mark.parametrize("name", PARALLEL)
@pytest.mark.parametrize(("sent", "to_group"), [(signal.SIGKILL, False), (signal.SIGKILL, True), (signal.SIGINT, True)])
def test_busy_workers_end_with_their_driver(
    name: str, sent: signal.Signals, to_group: bool, tmp_path: Path, root: Path
) -> None:
    code = (
        "import sys; from functools import partial; from pathlib import Path; from tests.engine_work import *; "
        "everything(sys.argv[1], partial(sleep_told, Path(sys.argv[2])), [0, 1], workers=2)"
    )
    command = [sys.executable, "-c", code, name, str(tmp_path)]
    restore = partial(signal.signal, signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    driver = subprocess.Popen(
        command, cwd=root, start_new_session=True, stderr=subprocess.PIPE, preexec_fn=restore, text=True
    )
    wait_until(lambda: len([*tmp_path.glob("*.begun")]) == 2 and all(map(os.path.getsize, tmp_path.glob("*.begun"))))
    workers = [int((tmp_path / f"{number}.begun").read_text()) for number in (0, 1)]
    (os.killpg if to_group else os.kill)(driver.pid, sent)
    stderr = driver.communicate(timeout=60)[1]
    wait_until(lambda: not any(Path(f"/proc/{worker}/cmdline").exists() for worker in workers))
    assert stderr.count("Traceback") == (1 if sent == signal.SIGINT else 0)


def test_a_script_without_a_guard_works(tmp_path: Path, root: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from geo.engines import open_engine\nfrom tests.engine_work import double\nprint('once')\n"
        "with open_engine('processes', double, workers=2) as engine:\n"
        "    engine.submit(0, 21)\n    print(engine.wait().result)\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(root)}
    told = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=True)
    assert (told.stdout, told.stderr) == ("once\n42\n", "")


def test_work_of_a_script_is_refused(root: Path) -> None:
    code = (
        "from geo.engines import open_engine\ndef work(task): return task\n"
        "with open_engine('processes', work, workers=1) as engine:\n    engine.submit(0, 0)\n    engine.wait()\n"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert told.stderr.splitlines()[-1].startswith(
        "geo.errors.ResourceError: a worker process cannot load its work: Can't get attribute 'work' on <module"
    )


def test_a_machine_without_room_for_a_process_says_so(root: Path) -> None:
    code = (
        "import sys\nfrom geo.engines import open_engine\nfrom tests.engine_work import double\n"
        "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (5, 5))\n"
        "with open_engine('processes', double, workers=9) as engine:\n"
        "    for number in range(9):\n        engine.submit(number, number)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert told.stderr.splitlines()[-1].startswith(
        "geo.errors.ResourceError: no further worker process can be started: [Errno 24] Too many open files"
    )


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("spark", {}, "there is no engine 'spark': take one of serial, processes, dask"),
        ("serial", {"workers": 2}, "the engine serial is one worker, not 2: take the engine processes"),
        ("processes", {"workers": 0}, "there is no way to work with 0 workers: take 1 to 4,096"),
        ("processes", {"scheduler": "tcp://a:1"}, "a scheduler is for the engine dask, not for processes"),
        ("dask", {"scheduler": "tcp://a:1", "workers": 2}, "a scheduler has workers of its own: leave out"),
        ("dask", {"scheduler": "none.json"}, "there is no file 'none.json'; an address of a Dask scheduler is like"),
    ],
)
def test_options_that_make_no_sense_are_refused(name: str, options: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError) as caught, open_engine(name, double, **options):  # type: ignore[arg-type]
        pass
    assert str(caught.value).startswith(message)


def test_dask_asks_every_worker_whether_it_has_the_same() -> None:
    with open_engine("dask", double, workers=1, check=partial(told, gazetteer="a")) as engine:
        engine.submit(0, 4)
        assert engine.wait().result == 8
    with open_engine("dask", double, workers=1, check=partial(by_process, os.getpid())) as engine:
        engine.submit(0, 4)
        with pytest.raises(
            ResourceError, match=r"worker tcp://127\.0\.0\.1:\d+ differs from here in gazetteer: worker's, not "
        ):
            engine.wait()


def test_a_scheduler_that_goes_away_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.engines.dask._COUNT_S", 0.0)
    from distributed import LocalCluster

    cluster = LocalCluster(
        n_workers=1, processes=False, threads_per_worker=1, host="127.0.0.1", protocol="tcp", dashboard_address=None
    )
    heard: list[str] = []
    try:
        with open_engine("dask", double, scheduler=cluster.scheduler_address, tell=heard.append) as engine:
            engine.submit(0, 1)
            assert engine.wait() == Done(0, 2)
            cluster.close()
            engine.submit(1, 1)
            with pytest.raises(ResourceError, match=r"^the Dask scheduler tcp://127.0.0.1:\d+ is gone"):
                _ = engine.has_room
            with pytest.raises(ResourceError, match=r"^the Dask scheduler tcp://127.0.0.1:\d+ is gone"):
                engine.wait()
    finally:
        cluster.close()


def test_a_scheduler_without_workers_is_waited_for_and_forgets_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.engines.dask._COUNT_S", 0.0)
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=0, processes=False, threads_per_worker=1, host="127.0.0.1", protocol="tcp", dashboard_address=None
    ) as cluster:
        heard: list[str] = []

        def hear(message: str) -> None:
            heard.append(message)
            if message.endswith("has no workers: waiting for some"):
                cluster.scale(1)

        known = set(cluster.scheduler.worker_plugins)
        with open_engine("dask", double, scheduler=cluster.scheduler_address, tell=hear) as engine:
            engine.submit(0, 1)
            assert engine.wait() == Done(0, 2)
        assert len(heard) == 2
        assert set(cluster.scheduler.worker_plugins) == known


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.engines.dask._ANSWER_S", 0.5)
    with (
        pytest.raises(ResourceError, match=r"^no Dask scheduler answers at tcp://127\.0\.0\.1:9: "),
        open_engine("dask", double, scheduler="tcp://127.0.0.1:9"),
    ):
        pass


def test_without_dask_the_command_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("distributed.utils", "geo.engines.dask_worker"):
        monkeypatch.setitem(sys.modules, name, None)
    with (
        pytest.raises(ResourceError, match=r'run "python -m pip install placelines\[dask\]"'),
        open_engine("dask", double),
    ):
        pass


def test_workers_are_as_many_as_processors_quota_and_memory_allow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = tmp_path / "a" / "b"
    group.mkdir(parents=True)
    (tmp_path / "own").write_text("1:cpu:/old\n0::/a/b\n", encoding="ascii")
    (tmp_path / "meminfo").write_text("MemTotal: 64000000 kB\nMemAvailable: 32000000 kB\n", encoding="ascii")
    monkeypatch.setattr(machine, "_CGROUPS", tmp_path)
    monkeypatch.setattr(machine, "_OWN_CGROUP", tmp_path / "own")
    monkeypatch.setattr(machine, "_MEMORY", tmp_path / "meminfo")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)), raising=False)
    assert number_of_workers() == 16
    (tmp_path / "a" / "cpu.max").write_text("600000 100000\n", encoding="ascii")
    (group / "cpu.max").write_text("max 100000\n", encoding="ascii")
    assert number_of_workers() == 6
    (group / "memory.max").write_text("3000000000\n", encoding="ascii")
    (group / "memory.current").write_text("1000000000\n", encoding="ascii")
    assert number_of_workers() == 4
    (group / "memory.current").write_text("2999999999\n", encoding="ascii")
    assert number_of_workers() == 1
    (group / "memory.stat").write_text("anon 900000000\ninactive_file 2000000000\n", encoding="ascii")
    assert number_of_workers() == 4
    assert number_of_workers(40) == 40
