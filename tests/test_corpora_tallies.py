"""What all documents of a corpus say together: the same as the atlas of these documents."""

from __future__ import annotations

import datetime
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.atlas import Atlas
from geo.corpora import Tally
from geo.corpora.corpus import Corpus, UnlocatedName
from geo.entries import Entry
from geo.model import Document, Line, Mention, Place, Role, Vicinity, VicinitySort
from tests.staged_world import ANKARA, HOMS, IDLIB, M4, REFERENTS, SECTION, SYRIA, UNITS, mention, stage, story

DAYS = [None, datetime.date(2024, 1, 1), datetime.date(2024, 2, 3)]


@st.composite
def corpora(draw: Callable[..., Any]) -> list[Atlas | None]:
    """Return up to five documents, some of which could not be read, with names that mean this and that."""
    atlases: list[Atlas | None] = []
    for number in range(draw(st.integers(0, 5))):
        if draw(st.integers(0, 5)) == 0:
            atlases.append(None)
            continue
        words = draw(st.lists(st.sampled_from(("Idlib", "IDLIB", "Homs", "M4")), max_size=5))
        text = " ".join(words)
        source, date = draw(st.sampled_from((None, "Post", "Times"))), draw(st.sampled_from(DAYS))
        document = Document(f"{number:03}", text, source=source, date=date)
        mentions, at = [], 0
        for word in words:
            mentions.append(draw(_mentions(document, at, at + len(word))))
            at += len(word) + 1
        atlases.append(Atlas([document], mentions, units=UNITS))
    return atlases


@st.composite
def _mentions(draw: Callable[..., Any], document: Document, start: int, end: int) -> Mention:
    referent = draw(st.sampled_from((None, *REFERENTS)))
    area = None
    if referent is not None and draw(st.integers(0, 2)) == 0:
        radius, words = draw(st.sampled_from(((5_000.0, "near"), (20_000.0, "around"), (20_000.0, "about"))))
        area = Vicinity(VicinitySort.WITHIN, start, start + len(words), words, radius)
    return mention(
        document,
        start,
        end,
        referent,
        role=draw(st.sampled_from(Role)),
        confidence=draw(st.sampled_from((0.25, 0.5, 0.75))),
        is_asserted=draw(st.booleans()),
        sentence=draw(st.sampled_from((document.text, f"{document.text} again", f"{document.text} and again"))),
        vicinity=area,
    )


def told(entry: Entry[Any] | Tally[Any], positions: dict[str, int], documents: dict[str, Document]) -> dict[str, Any]:
    """Return what an entry of an atlas or a tally of a corpus says."""
    if isinstance(entry, Tally):
        best = entry.quotes[0]
        return {
            "referent": entry.referent,
            "mentions": entry.mentions,
            "documents": entry.documents,
            "sources": entry.sources,
            "first": entry.first_date,
            "last": entry.last_date,
            "asserted": entry.asserted,
            "confidence": entry.confidence,
            "role": entry.role,
            "name": entry.name_as_written,
            "spellings": entry.spellings,
            "best": (best.position, best.first_char, best.text),
        }
    within = [documents[each.document_id] for each in entry.mentions]
    days = [document.date for document in within if document.date]
    names = Counter(each.toponym.text for each in entry.mentions if each.resolution.role is not Role.DEMONYM)
    return {
        "referent": entry.referent,
        "mentions": len(entry.mentions),
        "documents": len({document.id for document in within}),
        "sources": len({document.source for document in within if document.source}),
        "first": min(days, default=None),
        "last": max(days, default=None),
        "asserted": sum(each.resolution.is_asserted for each in entry.mentions),
        "confidence": entry.confidence,
        "role": entry.role,
        "name": entry.name_as_written,
        "spellings": tuple(names.most_common()),
        "best": (positions[entry.best.document_id], entry.best.toponym.start, entry.best.excerpt.text),
    }


@settings(max_examples=25, deadline=None)
@given(corpora())
def test_a_corpus_says_what_the_atlas_of_its_documents_says(atlases: list[Atlas | None]) -> None:
    read = {at: atlas for at, atlas in enumerate(atlases) if atlas is not None}
    atlas = Atlas().merge(*read.values())
    documents = {document.id: document for document in atlas.documents}
    positions = {each.documents[0].id: at for at, each in read.items()}
    sections = [entry for entry in atlas.lines if entry.referent.is_section]

    with TemporaryDirectory() as folder, Corpus(stage(Path(folder), atlases)) as corpus:
        pairs: list[tuple[Any, Any]] = [
            (corpus.places, atlas.places),
            (corpus.lines, [*atlas.whole_lines, *sections]),
            ([area.tally for area in corpus.areas], [area.entry for area in atlas.areas]),
        ]
        for tallies, entries in pairs:
            assert [told(each, positions, documents) for each in tallies] == [
                told(each, positions, documents) for each in entries
            ]
        assert [(area.id, area.vicinity) for area in corpus.areas] == [(area.id, area.vicinity) for area in atlas.areas]
        assert [article.id for article in corpus.articles()] == sorted(documents)
        counts = corpus.counts
        assert (counts.documents, counts.unlocated) == (len(documents), len(atlas.unresolved))
        assert counts.mentions == len(atlas.mentions) - len(atlas.unresolved)
        told_of = {id(tally): dict(pairs) for tally, pairs in corpus.told()}
        for tally, entry in zip(corpus.places, atlas.places, strict=True):
            assert told_of[id(tally)] == Counter(positions[each.document_id] for each in entry.mentions)
        assert {name.name for name in corpus.unlocated_names()} == set(atlas.unresolved_names)


def test_quotes_are_of_different_publishers_and_documents_where_there_are_such(tmp_path: Path) -> None:
    atlases = [
        story("a", ("Idlib", IDLIB), source="Post", text="Idlib one.", confidence=0.9),
        story("b", ("Idlib", IDLIB), source="Post", text="Idlib two.", confidence=0.8),
        story("c", ("Idlib", IDLIB), source="Times", text="Idlib three.", confidence=0.5),
        story("d", ("Idlib", IDLIB), source="Times", text="Idlib one.", confidence=0.7),
        story("e", ("Idlib", IDLIB), text="Idlib four.", is_asserted=False),
    ]

    with Corpus(stage(tmp_path, atlases)) as corpus:
        (tally,) = corpus.places

    assert [quote.text for quote in tally.quotes] == ["Idlib one.", "Idlib three.", "Idlib four.", "Idlib two."]
    assert [quote.position for quote in tally.quotes] == [0, 2, 4, 1]


def test_a_quote_says_where_the_name_stands(tmp_path: Path) -> None:
    with Corpus(stage(tmp_path, [story("a", ("Homs", HOMS), text="From 𝕏 to Homs.")])) as corpus:
        (quote,) = corpus.places[0].quotes

    assert quote.text[quote.start : quote.end] == "Homs"
    assert (quote.first_char, quote.is_asserted, quote.confidence, quote.role) == (10, True, 0.9, Role.LITERAL)


def test_at_most_five_quotes(tmp_path: Path) -> None:
    atlases = [story(f"{at}", ("Idlib", IDLIB), text=f"Idlib {at}.", source="Post") for at in range(9)]

    with Corpus(stage(tmp_path, atlases)) as corpus:
        assert [quote.position for quote in corpus.places[0].quotes] == [0, 1, 2, 3, 4]


def test_whole_lines_come_with_the_mentions_of_their_sections_before_these(tmp_path: Path) -> None:
    with Corpus(stage(tmp_path, [story("a", ("M4", SECTION), ("road M4", M4))])) as corpus:
        assert [(tally.referent, tally.mentions) for tally in corpus.lines] == [(M4, 2), (SECTION, 1)]
        assert [(tally.referent.id, list(pairs)) for tally, pairs in corpus.told()] == [
            (M4.id, [(0, 2)]),
            (SECTION.id, [(0, 1)]),
        ]


def test_a_place_and_a_line_of_one_id_stay_apart(tmp_path: Path) -> None:
    river = Place(M4.id, "M4 the place", IDLIB.kind, 1.0, 2.0)

    with Corpus(stage(tmp_path, [story("a", ("M4", M4)), story("b", ("M4", river))])) as corpus:
        assert [tally.referent for tally in corpus.places] == [river]
        assert [tally.referent for tally in corpus.lines] == [M4]
        assert corpus.about[Place, M4.id][1] == "M4 the place"
        assert corpus.about[Line, M4.id][1] == "M4"


def test_the_first_document_speaks_for_an_id(tmp_path: Path) -> None:
    other = Place(IDLIB.id, "Edlib", IDLIB.kind, 1.0, 2.0)
    atlases = [None, None, None, story("b", ("Idlib", IDLIB)), story("a", ("Idlib", other))]

    with Corpus(stage(tmp_path, atlases)) as corpus:
        assert [tally.referent for tally in corpus.places] == [IDLIB]


def test_copies_count_for_nothing_when_asked(tmp_path: Path) -> None:
    same = {"text": "Idlib burned."}
    atlases = [
        story("a", ("Idlib", IDLIB), source="Post", **same),  # type: ignore[arg-type]
        story("b", ("Homs", HOMS)),
        story("c", ("Idlib", IDLIB), source="Times", **same),  # type: ignore[arg-type]
    ]
    parts = stage(tmp_path, atlases)

    with Corpus(parts) as corpus:
        assert [(tally.mentions, tally.sources) for tally in corpus.places] == [(2, 2), (1, 0)]
        assert (corpus.counts.documents, corpus.counts.duplicates) == (3, 1)
    with Corpus(parts, count_once=True) as corpus:
        assert [(tally.referent.id, tally.mentions) for tally in corpus.places] == [("t:homs", 1), ("t:idlib", 1)]
        assert (corpus.counts.documents, corpus.counts.mentions, corpus.counts.duplicates) == (2, 2, 1)
        assert [article.duplicate_of for article in corpus.articles()] == [None, None, "a"]


def test_names_without_a_place_are_counted(tmp_path: Path) -> None:
    atlases = [story("a", ("Nowhere", None), ("Nowhere", None)), story("b", ("Nowhere", None), ("Lost", None))]

    with Corpus(stage(tmp_path, atlases)) as corpus:
        assert corpus.unlocated_names() == (
            UnlocatedName("Nowhere", None, 3, 2, None),
            UnlocatedName("Lost", None, 1, 1, None),
        )
        assert len(corpus.unlocated_names(1)) == 1


def test_an_empty_corpus_says_nothing(tmp_path: Path) -> None:
    with Corpus(stage(tmp_path, [])) as corpus:
        assert (corpus.places, corpus.lines, corpus.areas, corpus.unlocated_names()) == ((), (), (), ())
        assert (corpus.counts.documents, corpus.counts.first_date) == (0, None)
        assert (list(corpus.articles()), list(corpus.told())) == ([], [])


def test_paths_that_look_like_patterns_are_read(tmp_path: Path) -> None:
    with Corpus(stage(tmp_path / "[ab] *'?", [story("a", ("Ankara", ANKARA))])) as corpus:
        assert len(corpus.places) == 1


def test_the_data_base_reaches_nothing_outside(tmp_path: Path) -> None:
    import duckdb

    (tmp_path / "secret.csv").write_text("a\n1\n")

    with Corpus(stage(tmp_path, [story("a", ("Syria", SYRIA))])) as corpus:
        with pytest.raises(duckdb.PermissionException):
            list(corpus.rows("SELECT * FROM read_csv($path)", {"path": str(tmp_path / "secret.csv")}))
        with pytest.raises(duckdb.Error):
            list(corpus.rows("SET enable_external_access = true"))


def test_what_memory_cannot_hold_goes_to_the_disk_and_is_gone_at_the_end(tmp_path: Path) -> None:
    parts = stage(tmp_path, [story("a", ("Syria", SYRIA))])

    with Corpus(parts, memory_mb=64, threads=1) as corpus:
        query = "SELECT sum(a) FROM (SELECT i AS a, md5(i::VARCHAR) AS b FROM range(3_000_000) t(i) ORDER BY b, a)"
        assert list(corpus.rows(query)) == [(4_499_998_500_000,)]

    assert sorted(path.name for path in tmp_path.iterdir()) == ["parts"]
    shutil.rmtree(parts)
