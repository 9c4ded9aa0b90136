"""The tables of a corpus, and the graph of the places named together."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from geo.corpora.corpus import Corpus
from geo.corpora.tables import NEW_PLACES, PLACES, TABLES, contents
from geo.errors import OptionError
from geo.model import Kind, Place, Role
from geo.writers.folder import publish
from tests.staged_world import ANKARA, HOMS, IDLIB, M4, SYRIA, stage, story

EVIL = Place('t:<&">', '=1+1 </node>&\0"', Kind.SETTLEMENT, 1.0, 2.0)
ATLASES = [
    story("a", ("Idlib", IDLIB), ("Syria", SYRIA), ("Idlib", IDLIB), source="Post", day=2, title="=A"),
    story("b", ("Idlib", IDLIB), ("Syria", SYRIA), source="Times", day=1),
    story("c", ("Homs", HOMS), ("Syria", SYRIA), ("M4", M4), source="Post", day=2),
    story("d", ("Ankara", ANKARA), ("Nowhere", None)),
    None,
    story("f", ("Homs", HOMS), ("Syria", SYRIA), ("M4", M4), source="Wire", day=5),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of the run whose tables are those of a small corpus."""
    where = tmp_path_factory.mktemp("corpus")
    with Corpus(stage(where, ATLASES)) as corpus:
        publish(where / "tables", contents(corpus))
        publish(where / "again", contents(corpus))
    return where


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def told(folder: Path, name: str, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in rows(folder, name)]


def test_places_of_each_publisher(folder: Path) -> None:
    assert told(folder, "places_by_source", "source", "place_id", "mentions", "documents") == [
        ("", "t:ankara", "1", "1"),
        ("Post", "t:idlib", "2", "1"),
        ("Post", "t:sy", "2", "2"),
        ("Post", "road:M4", "1", "1"),
        ("Post", "t:homs", "1", "1"),
        ("Times", "t:idlib", "1", "1"),
        ("Times", "t:sy", "1", "1"),
        ("Wire", "road:M4", "1", "1"),
        ("Wire", "t:homs", "1", "1"),
        ("Wire", "t:sy", "1", "1"),
    ]


def test_places_of_each_day(folder: Path) -> None:
    days = told(folder, "places_by_date", "source_date", "name", "mentions")

    assert days[:3] == [("2024-01-01", "Idlib", "1"), ("2024-01-01", "Syria", "1"), ("2024-01-02", "Idlib", "2")]
    assert not any(name == "Ankara" for _, name, _ in days)


def test_countries_count_what_lies_in_them(folder: Path) -> None:
    assert told(folder, "countries", "country_code", "country", "mentions", "documents", "places") == [
        ("SY", "Syria", "9", "4", "3"),
        ("", "", "2", "2", "1"),
        ("TR", "", "1", "1", "1"),
    ]


def test_every_document_has_a_row_of_its_focus(folder: Path) -> None:
    assert told(folder, "focus", "article_id", "focus_name", "source_title") == [
        ("a", "Idlib", "'=A"),
        ("b", "Idlib", ""),
        ("c", "Homs", ""),
        ("d", "Ankara", ""),
        ("f", "Homs", ""),
    ]


def test_publishers(folder: Path) -> None:
    assert told(folder, "sources", "source", "documents", "first_date", "last_date", "mentions") == [
        ("", "1", "", "", "1"),
        ("Post", "2", "2024-01-02", "2024-01-02", "6"),
        ("Times", "1", "2024-01-01", "2024-01-01", "2"),
        ("Wire", "1", "2024-01-05", "2024-01-05", "3"),
    ]


def test_copies_and_names_without_a_place(folder: Path) -> None:
    assert told(folder, "duplicates", "article_id", "duplicate_of", "likeness") == [("f", "c", "1.0")]
    assert told(folder, "unlocated_names", "name", "mentions", "documents") == [("Nowhere", "1", "1")]


def test_places_named_together_weigh_more_than_what_is_named_everywhere(folder: Path) -> None:
    pairs = told(folder, "cooccurrence", "name_a", "name_b", "documents", "documents_a", "documents_b", "npmi")
    npmi = round(math.log(2 * 5 / (2 * 4)) / -math.log(2 / 5), 4)

    assert sorted(pairs) == [
        ("Homs", "Syria", "2", "2", "4", str(npmi)),
        ("Idlib", "Syria", "2", "2", "4", str(npmi)),
    ]


def test_only_what_is_told_as_a_fact_of_a_place_itself_is_paired(tmp_path: Path) -> None:
    atlases = [
        story("a", ("Idlib", IDLIB), ("Homs", HOMS), is_asserted=False),
        story("b", ("Idlib", IDLIB), ("Homs", HOMS), role=Role.DEMONYM),
    ]

    with Corpus(stage(tmp_path, atlases)) as corpus:
        publish(tmp_path / "tables", contents(corpus))

    assert rows(tmp_path, "cooccurrence") == []


def test_a_pair_that_is_in_every_document_has_the_most(tmp_path: Path) -> None:
    with Corpus(stage(tmp_path, [story("a", ("Idlib", IDLIB), ("Homs", HOMS))])) as corpus:
        publish(tmp_path / "tables", contents(corpus))

    assert told(tmp_path, "cooccurrence", "npmi", "weight") == [("1.0", "1.0")]


def test_networkx_reads_the_graph_whatever_places_are_called(tmp_path: Path) -> None:
    networkx = pytest.importorskip("networkx")
    atlases = [story("a", ("Idlib", IDLIB), ("x", EVIL)), story("b", ("Idlib", IDLIB), ("x", EVIL)), ATLASES[3]]
    with Corpus(stage(tmp_path, atlases)) as corpus:
        publish(tmp_path / "tables", contents(corpus))

    graph = networkx.read_graphml(tmp_path / "tables" / "cooccurrence.graphml")

    assert dict(graph.nodes[EVIL.id])["name"] == '=1+1 </node>&\ufffd"'
    assert dict(graph.nodes[IDLIB.id]) == {
        "name": "Idlib",
        "kind": "settlement",
        "country": "SY",
        "lon": 36.6,
        "lat": 35.9,
        "mentions": 2,
    }
    assert graph.edges[IDLIB.id, EVIL.id] == {"documents": 2, "npmi": 1.0, "weight": 2.0} | {"id": "e0"}
    assert not graph.is_directed()


def test_parquet_has_the_columns_and_rows_of_csv(folder: Path) -> None:
    import pyarrow.parquet as pq

    for name, table in TABLES.items():
        read = pq.read_table(folder / "tables" / f"{name}.parquet")
        assert read.column_names == [field.name for field in table.fields]
        assert read.num_rows == len(rows(folder, name))
    assert pq.read_table(folder / "tables" / f"{PLACES}.parquet").column("place_id").to_pylist() == [
        row["place_id"] for row in rows(folder, PLACES)
    ]


def test_what_a_spreadsheet_would_run_has_an_apostrophe(folder: Path) -> None:
    assert told(folder, "duplicates", "article_id") == [("f",)]
    assert rows(folder, "focus")[0]["source_title"] == "'=A"


def test_the_same_corpus_gives_the_same_bytes(folder: Path) -> None:
    for path in sorted((folder / "tables").iterdir()):
        assert path.read_bytes() == (folder / "again" / path.name).read_bytes()


def test_csv_parquet_and_graph_are_of_one_answer(folder: Path, tmp_path: Path) -> None:
    with Corpus(stage(tmp_path, ATLASES)) as corpus:
        files = contents(corpus, since=folder)
        publish(tmp_path / "tables", {name: content for name, content in files.items() if name.endswith(".csv")})
        for name in ("told", "articles", "copies", "unlocated_told"):
            corpus.connection.execute(f"DELETE FROM {name}")
        publish(tmp_path / "tables", {name: content for name, content in files.items() if not name.endswith(".csv")})

    for path in sorted((folder / "tables").iterdir()):
        assert (tmp_path / "tables" / path.name).read_bytes() == path.read_bytes()


def test_new_places_are_those_that_an_earlier_run_had_not(folder: Path, tmp_path: Path) -> None:
    tirana = Place("t:tirana", "Tirana", Kind.SETTLEMENT, 19.8, 41.3, country_code="AL")
    with Corpus(stage(tmp_path, [story("x", ("Idlib", IDLIB), ("Tirana", tirana))])) as corpus:
        publish(tmp_path / "tables", contents(corpus, since=folder))

    assert told(tmp_path, "new_places", "place_id", "mentions") == [("t:tirana", "1")]
    assert list(rows(tmp_path, "new_places")[0]) == [field.name for field in NEW_PLACES.fields]
    assert not (folder / "tables" / "new_places.csv").exists()


def test_a_folder_that_is_no_earlier_run_is_refused(tmp_path: Path) -> None:
    with Corpus(stage(tmp_path, [])) as corpus:
        with pytest.raises(OptionError, match=r"has no tables/places.parquet; give the folder that an earlier batch"):
            contents(corpus, since=tmp_path / "nothing")
        (tmp_path / "tables").mkdir()
        (tmp_path / "tables" / "places.parquet").write_text("no")
        with pytest.raises(OptionError, match=r"tables/places.parquet cannot be read"):
            contents(corpus, since=tmp_path)
