"""What publishing the results says of the machine when it cannot go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from geo.corpora.run import STATE, Job
from geo.errors import OutputError, ResourceError
from tests.corpus_runs import job, rows, serially, write_rows

if TYPE_CHECKING:
    from geo.corpora.run import Further

SORTED = "SELECT max(b) FROM (SELECT md5(i::VARCHAR) AS b FROM range(600_000) AS numbers(i) ORDER BY b LIMIT 500_000)"


@pytest.fixture
def task(tmp_path: Path) -> Job:
    """Return a run over an article."""
    return job(tmp_path / "out", write_rows(tmp_path / "news.jsonl", rows(1)))


def sorting(folder: Path, memory: str, disk: str | None = None) -> Further:
    """Return what makes further files by sorting more than there is room for."""

    def sort(*_: object) -> Mapping[str, Any]:
        settings: dict[str, Any] = {"memory_limit": memory, "temp_directory": str(folder), "threads": 1}
        with duckdb.connect(config=settings) as connection:
            if disk is not None:
                connection.execute(f"SET max_temp_directory_size = '{disk}'")
            connection.execute(SORTED)
        return {}

    return sort


def test_too_little_memory_is_not_taken_for_a_full_disk(task: Job, tmp_path: Path) -> None:
    with pytest.raises(ResourceError) as caught:
        serially(replace(task, page=sorting(tmp_path / "aside", "2MB")))
    message = str(caught.value)
    assert message.startswith(f"{task.output}: memory does not suffice to count all articles together (Out of Memory")
    assert message.endswith("; end other programs, then go on with --resume")
    assert "make room" not in message
    assert serially(task, resume=True).counts["documents"] == 1


def test_no_room_for_what_memory_cannot_hold_is_a_full_disk(task: Job, tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        serially(replace(task, page=sorting(tmp_path / "aside", "16MB", disk="1MB")))
    assert str(caught.value).startswith(f"{task.output}: writing failed (Out of Memory Error: failed to offload")
    assert str(caught.value).endswith("; make room, then go on with --resume")


def test_a_table_that_is_gone_is_not_taken_for_a_full_disk(task: Job) -> None:
    serially(task)
    gone = task.output / STATE / "parts" / "00000" / "areas.parquet"
    gone.unlink()
    with pytest.raises(ResourceError) as caught:
        serially(task, resume=True)
    assert str(caught.value) == f"{gone}: it is gone; start anew with --overwrite"
