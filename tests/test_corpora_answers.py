"""How a corpus is asked: of the first document in full, row by row, and never twice for the same answer."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from geo.atlas import Atlas
from geo.corpora import corpus as asking
from geo.corpora.corpus import Corpus, UnlocatedName
from geo.corpora.parts import write_part
from geo.corpora.schema import TABLES
from geo.corpora.staging import staged, tables_of
from geo.errors import ResourceError
from geo.model import Document, Kind, Mention, Place
from tests.staged_world import HOMS, IDLIB, M4, mention, stage, story


def without_a_place(name: str, text: str, kind: Kind | None, *evidence: str) -> Atlas:
    """Return what a document says that is only a name of which nobody knows where it is."""
    document = Document(name, text)
    said = mention(document, 0, len(text), None)
    toponym = replace(said.resolution.toponym, kind=kind)
    resolution = replace(said.resolution, toponym=toponym, evidence=evidence)
    return Atlas([document], [Mention(document.id, resolution, said.excerpt)])


def repeated(folder: Path, atlas: Atlas, count: int) -> Path:
    """Write a folder of parts with one document so many times."""
    once = tables_of([staged(0, atlas)])
    numbers = pa.array(range(count), pa.int64())
    tables = {}
    for name in TABLES:
        rows = once[name].num_rows
        every = once[name].take(pa.array([row for _ in range(count) for row in range(rows)], pa.int64()))
        of_each = numbers.take(pa.array([at for at in range(count) for _ in range(rows)], pa.int64()))
        tables[name] = every.set_column(0, "position", of_each)
    first = {name: once[name] if name in {"referents", "areas"} else tables[name] for name in TABLES}
    write_part(folder / "parts", 0, first)
    return folder / "parts"


def peak_bytes(rows: Iterator[object]) -> int:
    """Return how much memory Python takes at most while rows are read and forgotten."""
    tracemalloc.start()
    try:
        for _ in rows:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class TestTheFirstDocument:
    def test_speaks_for_a_place_with_what_it_leaves_open_too(self, tmp_path: Path) -> None:
        bare = Place(IDLIB.id, "Idlib", Kind.PHYSICAL, IDLIB.lon, IDLIB.lat)
        atlases = [story("a", ("Idlib", bare)), None, story("b", ("Idlib", IDLIB))]
        with Corpus(stage(tmp_path, atlases)) as corpus:
            assert corpus.about[Place, IDLIB.id][:6] == (IDLIB.id, "Idlib", "physical", None, None, None)

    def test_tells_sort_and_reason_of_a_name_without_a_place(self, tmp_path: Path) -> None:
        atlases = [
            without_a_place("a", "Long Road", None),
            without_a_place("b", "Long Road", Kind.ROAD, "no such road"),
        ]
        with Corpus(stage(tmp_path, atlases)) as corpus:
            assert corpus.unlocated_names() == (UnlocatedName("Long Road", None, 2, 2, None),)


def test_a_name_that_only_calls_a_line_by_its_sort_says_nothing_to_a_reader(tmp_path: Path) -> None:
    said = [("border", Kind.BORDER), ("Line of Contact", Kind.FRONT), ("m6", Kind.ROAD), ("atlantis", None)]
    atlases = [without_a_place(f"{at}", text, kind) for at, (text, kind) in enumerate(said)]
    with Corpus(stage(tmp_path, atlases)) as corpus:
        assert [each.name for each in corpus.unlocated_names()] == ["Line of Contact", "atlantis", "m6"]
        assert len(corpus.unlocated_names(2)) == 2
        assert corpus.counts.unlocated == 4


class TestMemory:
    @pytest.mark.parametrize(
        ("free", "taken"), [(None, 512), (0, 512), (4_000_000_000, 1000), (1_000_000_000_000, 4096)]
    )
    def test_is_a_quarter_of_what_is_free_within_bounds(
        self, free: int | None, taken: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(asking, "available_bytes", lambda: free)
        with Corpus(stage(tmp_path, [])) as corpus, Corpus(stage(tmp_path / "b", []), memory_mb=taken) as other:
            limit = "SELECT current_setting('memory_limit')"
            assert list(corpus.rows(limit)) == list(other.rows(limit))

    def test_does_not_grow_with_the_documents_of_a_place(self, tmp_path: Path) -> None:
        count = 80_000
        with Corpus(repeated(tmp_path, story("a", ("Idlib", IDLIB), ("M4", M4)), count)) as corpus:
            assert (
                [tally.documents for tally in corpus.places] == [tally.documents for tally in corpus.lines] == [count]
            )
            assert [sum(times for _, times in pairs) for _, pairs in corpus.told()] == [count, count]
            assert peak_bytes(pair for _, pairs in corpus.told() for pair in pairs) < 4_500_000


class TestKeptAnswers:
    def test_are_made_once_and_not_before_they_are_asked_for(self, tmp_path: Path) -> None:
        with Corpus(stage(tmp_path, [story("a", ("Idlib", IDLIB), ("Homs", HOMS))])) as corpus:
            answer = corpus.kept(
                "SELECT place_id, random() FROM told JOIN met USING (key) WHERE place_id <> $no ORDER BY place_id DESC",
                {"no": "t:homs"},
            )
            other = corpus.kept("SELECT count(*) FROM told")
            first = list(answer())
            corpus.connection.execute("DELETE FROM told")
            assert list(answer()) == first
            assert [name for name, _ in first] == ["t:idlib"]
            assert list(other()) == [(0,)]

    def test_keep_their_order(self, tmp_path: Path) -> None:
        with Corpus(stage(tmp_path, []), memory_mb=64) as corpus:
            answer = corpus.kept("SELECT i, i FROM range(50_000) AS numbers(i) ORDER BY hash(i), i")
            rows = list(answer())
            assert rows == list(corpus.rows("SELECT i, i FROM range(50_000) AS numbers(i) ORDER BY hash(i), i"))
            assert rows == list(answer())


class TestACorpusThatCannotBeMade:
    def test_leaves_nothing_behind(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        parts = stage(tmp_path, [story("a", ("Idlib", IDLIB))])
        opened: list[duckdb.DuckDBPyConnection] = []
        connected = asking._connected

        def kept(*given: object) -> duckdb.DuckDBPyConnection:
            opened.append(connected(*given))  # type: ignore[arg-type]
            (tmp_path / "scratch").mkdir()
            return opened[-1]

        monkeypatch.setattr(asking, "_connected", kept)
        monkeypatch.setattr(asking, "_TABLES", "SELECT nothing FROM nowhere")
        with pytest.raises(duckdb.CatalogException):
            Corpus(parts)
        with pytest.raises(duckdb.ConnectionException):
            opened[0].execute("SELECT 1")
        assert [path.name for path in tmp_path.iterdir()] == ["parts"]

    @pytest.mark.parametrize("table", TABLES)
    def test_says_which_file_is_gone(self, table: str, tmp_path: Path) -> None:
        parts = stage(tmp_path, [story("a", ("Idlib", IDLIB))])
        gone = parts / "00000" / f"{table}.parquet"
        gone.unlink()
        with pytest.raises(ResourceError) as caught:
            Corpus(parts)
        assert str(caught.value) == f"{gone}: it is gone; start anew with --overwrite"


def test_what_is_no_part_is_passed_over(tmp_path: Path) -> None:
    parts = stage(tmp_path, [story("a", ("Idlib", IDLIB))])
    (parts / "00001.new").mkdir()
    (parts / "²").mkdir()
    with Corpus(parts) as corpus:
        assert corpus.counts.documents == 1
