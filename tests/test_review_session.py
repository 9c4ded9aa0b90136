"""What a review asks, in which order, and what its decisions do."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from geo.corrections.reading import read_corrections
from geo.errors import OptionError, OutputError
from geo.gazetteers.embedded import open_embedded
from geo.model import Place
from maps.review.session import Point, Session
from tests.reviewing import KINGSTON, READING, session_of

pytestmark = pytest.mark.usefixtures("unpacked")


def asked(session: Session) -> list[str]:
    """Skip all that is left, and return the names in their order."""
    names = []
    while session.item is not None:
        names.append(session.item.text)
        session.skip()
    return names


def name(session: Session) -> str | None:
    """Return the name that is asked."""
    return None if session.item is None else session.item.text


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [{key: cell for key, cell in row.items() if cell} for row in csv.DictReader(stream)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "corrections.csv"


def test_doubtful_names_are_asked_in_order_of_the_text_and_all_on_demand(path: Path) -> None:
    assert asked(session_of(path, READING)) == ["Reading", "A1(M)"]
    assert asked(session_of(path, READING, every=True)) == ["Britain", "M4", "Reading", "A1(M)", "County Durham"]
    assert session_of(path, "Rain in Paris, France.").item is None
    assert not path.exists()


def test_a_decision_stands_in_the_file_at_once_and_is_not_asked_again(path: Path) -> None:
    session = session_of(path, READING, author="N. N.")
    assert session.item is not None
    session.decide(session.item.resolution.referent, note="by the M4")
    assert rows(path) == [
        {
            "text": "Reading",
            "place": "geonames:2639577",
            "name": "Reading",
            "note": "by the M4",
            "author": "N. N.",
            "date": "2026-11-23",
        }
    ]
    assert asked(session_of(path, READING)) == ["A1(M)"]


def test_other_names_profit_from_a_decision_and_undoing_brings_them_back(path: Path) -> None:
    session = session_of(path, READING)
    ohio = open_embedded().get("geonames:4522228")
    assert isinstance(ohio, Place)
    assert session.decide(ohio) == "1 other name became doubtful: M4."
    assert (name(session), session.progress) == ("M4", (2, 3))
    assert session.undo() == "Decision undone: Reading."
    assert (name(session), session.progress) == ("Reading", (1, 2))
    assert rows(path) == []
    assert asked(session) == ["Reading", "A1(M)"]


def test_names_that_became_sure_leave_the_queue(path: Path) -> None:
    session = session_of(path, KINGSTON)
    assert session.progress == (1, 3)
    ontario = open_embedded().get("geonames:5992500")
    assert session.decide(ontario) == "2 other names became sure: Hamilton, Perth."
    assert session.item is None
    session.undo()
    assert asked(session) == ["Kingston", "Hamilton", "Perth"]


def test_any_number_of_steps_is_undone_over_articles(path: Path) -> None:
    session = session_of(path, READING, "Sunny in Paris, France.", "Rain at Reading near Kirotshe.")
    start = path.exists()
    assert session.item is not None
    session.decide(None, everywhere=True)
    session.skip()
    assert (session.article, name(session)) == (3, "Kirotshe")
    session.decide(Point((28.95, -1.61), "Kirotshe"))
    assert session.item is None
    assert (session.decided, session.skipped) == (2, 1)
    assert [session.undo() for _ in range(4)] == [
        "Decision undone: Kirotshe.",
        "Skipping undone: A1(M).",
        "Decision undone: Reading.",
        "There is nothing to undo.",
    ]
    assert (start, rows(path), session.article, name(session)) == (False, [], 1, "Reading")


def test_of_several_articles_a_decision_holds_in_its_own_unless_it_is_said_otherwise(path: Path) -> None:
    session = session_of(path, READING, "Rain at Reading near Kirotshe.")
    session.decide(None)
    session.decide(None, everywhere=True)
    assert [(row["text"], row.get("article")) for row in rows(path)] == [("Reading", "a"), ("A1(M)", None)]
    assert session.article == 2


def test_a_decision_for_every_article_replaces_the_one_for_this(path: Path) -> None:
    path.write_text("text,article,place\nReading,a,road:XX-1\n")
    session = session_of(path, READING)
    session.decide(None)
    assert rows(path) == [{"text": "Reading", "place": "not a place", "date": "2026-11-23"}]
    session.undo()
    assert path.read_text() == "text,article,place,date\r\nReading,a,road:XX-1,\r\n".replace("\r\n", "\n")


def test_a_common_word_is_decided_in_its_article_alone(path: Path) -> None:
    session = session_of(path, "The army retook the road linking Kosti and El Obeid in Sudan.", every=True)
    while session.item is not None and session.item.text != "road":
        session.skip()
    assert session.item is not None
    session.decide(None)
    assert rows(path)[0]["article"] == "a"


def test_skipped_names_are_asked_again_on_demand(path: Path) -> None:
    session = session_of(path, READING)
    assert asked(session) == ["Reading", "A1(M)"]
    session.ask_skipped()
    assert asked(session) == ["Reading", "A1(M)"]


def test_what_cannot_be_written_is_asked_still(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_of(path, READING)

    def full(*_: object, **__: object) -> None:
        raise OutputError("there: writing failed (No space left on device)")

    with monkeypatch.context() as patch:
        patch.setattr("maps.review.file.publish", full)
        with pytest.raises(OutputError, match="No space left"):
            session.decide(None)
    assert session.unsaved == "there: writing failed (No space left on device)"
    assert (name(session), session.decided, path.exists()) == ("Reading", 0, False)
    session.decide(None)
    assert session.unsaved is None
    assert len(rows(path)) == 1


def test_a_point_is_read_back_as_it_was_given(path: Path) -> None:
    session = session_of(path, READING)
    session.decide(Point((-0.5, 51.4000001), "Reading camp"))
    (row,) = read_corrections(path, open_embedded()).rows
    assert isinstance(row.meaning, Place)
    assert (row.meaning.name, row.meaning.lonlat) == ("Reading camp", (-0.5, 51.4))


def test_a_row_of_another_program_about_the_same_name_stays(path: Path) -> None:
    session = session_of(path, READING)
    path.write_text("text,place\nReading,not a place\n")
    with pytest.raises(OptionError, match="another program wrote a row about it meanwhile, which stays"):
        session.decide(open_embedded().get("geonames:4522228"))
    assert rows(path) == [{"text": "Reading", "place": "not a place"}]
    assert session.item is not None
    assert session.item.text == "A1(M)"


def test_one_mention_is_decided_by_words_that_tell_it_from_the_others_which_are_asked_still(path: Path) -> None:
    text = "The mayor of Paris, Texas, left. In Paris the Seine rose. Snow in Paris and in Paris."
    session = session_of(path, text, every=True)
    assert session.item is not None
    first = session.item.told_apart(behind=-1)
    assert first is not None
    assert (len(first.mentions), first.context, first.start) == (1, "Paris, Texas", 13)
    second = session.item.told_apart(behind=first.start)
    assert second is not None
    assert (second.context, session.is_everywhere_for(second)) == ("Paris the", False)
    session.decide(second.resolution.candidates[0].referent, everywhere=False, context=second.context)
    assert (name(session), session.progress[0]) == ("Paris", 1)
    assert session.item is not None
    assert [mention.toponym.start for mention in session.item.mentions] == [13, 66, 79]
    assert [(row["text"], row["article"], row["context"]) for row in rows(path)] == [("Paris", "a", "Paris the")]
    (row,) = read_corrections(path, open_embedded()).rows
    assert row.context == "Paris the"
    session.decide(None)
    assert name(session) != "Paris"
    assert session.undo() == "Decision undone: Paris."
    assert session.undo() == "Decision undone: Paris."
    assert session.item is not None
    assert (len(session.item.mentions), rows(path)) == (4, [])


def test_mentions_in_sentences_of_the_same_words_are_not_told_apart(path: Path) -> None:
    session = session_of(path, "Rain in Paris.\nRain in Paris.\nNobody left Hama.", every=True)
    assert session.item is not None
    alike = session.item.told_apart(behind=-1)
    assert alike is not None
    assert alike.context == "in Paris"
    session.skip()
    assert name(session) == "Hama"
    assert session.item.told_apart(behind=-1) is None
