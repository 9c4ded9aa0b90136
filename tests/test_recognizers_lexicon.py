from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from geo.errors import ResourceError
from geo.recognizers import lexicon as module
from geo.recognizers.lexicon import DATA_FILE, NO_FACTS, Lexicon, WordFacts, level, load_lexicon, packed
from tests.timing import seconds

CONTENT = packed({"reading": WordFacts(177, 0, 137, 239), "muller": WordFacts(0, 0, 170, 24)})


@pytest.mark.parametrize("word", ["reading", "march", "mobile", "nice", "bath", "of", "police", "university", "colour"])
def test_words_that_dictionaries_list_in_lower_case_are_ordinary(word: str) -> None:
    assert load_lexicon().facts(word).ordinary > 100


@pytest.mark.parametrize("word", ["London", "Aleppo", "Homs", "Brussels", "Ukraine", "Lincoln", "Xqzzt"])
def test_names_of_places_and_unknown_words_are_not_ordinary(word: str) -> None:
    assert load_lexicon().facts(word).ordinary == 0


def test_levels_follow_how_frequent_a_word_or_name_is() -> None:
    facts = load_lexicon().facts
    assert facts("the").ordinary > facts("house").ordinary > facts("march").ordinary > facts("ait").ordinary > 0
    assert facts("Smith").surname > facts("Jackson").surname > facts("London").surname > 0
    assert facts("James").given > facts("Jordan").given > facts("Paris").given > 0
    assert facts("Aleppo")[:3] == (0, 0, 0)


def test_the_most_frequent_surname_has_the_level_of_its_share() -> None:
    assert load_lexicon().facts("Smith").surname == level(2_442_977 / 294_979_229)


def test_how_a_word_is_written_tells_china_from_a_house() -> None:
    facts = load_lexicon().facts
    assert facts("house").lower > 200
    assert facts("turkey").lower in range(100, 180)
    assert max(facts(word).lower for word in ("China", "London", "Aleppo", "Russia")) < 50
    assert facts("Xqzzt").lower == 0


@pytest.mark.parametrize(
    "word", ["Nguyen", "Mohammed", "Adekunle", "Wanjiku", "Sharma", "Tanaka", "Kowalski", "Yılmaz"]
)
def test_names_of_many_countries_are_known(word: str) -> None:
    assert max(load_lexicon().facts(word)[1:3]) > 0


def test_case_diacritics_and_apostrophes_make_no_difference() -> None:
    facts = load_lexicon().facts
    assert facts("MÜLLER") == facts("Muller") == facts("mu\u0308ller")
    assert facts("O’Brien") == facts("OBrien") != NO_FACTS


@pytest.mark.parametrize("word", ["", " ", "...", "Jack London", "42", "حلب", "\ud800"])
def test_what_is_no_single_latin_word_has_no_facts(word: str) -> None:
    assert load_lexicon().facts(word) == NO_FACTS


def test_a_packed_lexicon_gives_back_its_facts_and_nothing_else() -> None:
    words = {f"word{number}": WordFacts(number % 256, 1, 255, number // 256) for number in range(3000)}
    lexicon = Lexicon(packed(words))
    assert len(lexicon) == 3000
    assert {word: lexicon.facts(word) for word in words} == words
    assert {lexicon.facts(f"other{number}") for number in range(3000)} == {NO_FACTS}


def test_the_order_of_words_does_not_change_the_file() -> None:
    words = {"b": WordFacts(1, 2, 3, 4), "a": WordFacts(5, 6, 7, 8)}
    assert packed(words) == packed(dict(sorted(words.items())))


def test_an_empty_lexicon_knows_nothing() -> None:
    assert Lexicon(packed({})).facts("word") == NO_FACTS


def test_two_words_of_one_hash_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_hashed", lambda key: (0, 7))
    with pytest.raises(ResourceError, match="'first' and 'second' have the same hash"):
        packed({"first": NO_FACTS, "second": NO_FACTS})


def test_a_lexicon_travels_to_other_processes() -> None:
    assert pickle.loads(pickle.dumps(Lexicon(CONTENT))).facts("Reading") == WordFacts(177, 0, 137, 239)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", CONTENT[:-1], CONTENT + b"x", b"x" + CONTENT[1:]])
def test_a_damaged_file_is_refused_with_the_mend(content: bytes) -> None:
    with pytest.raises(
        ResourceError, match=r"^the embedded lexicon is damaged: reinstall placelines, or run 'make data'"
    ):
        Lexicon(content)


def test_every_changed_byte_is_noticed() -> None:
    for at in (*range(24), *range(24, len(CONTENT), 97)):
        changed = bytearray(CONTENT)
        changed[at] ^= 1
        with pytest.raises(ResourceError):
            Lexicon(bytes(changed))


def test_a_missing_file_is_named_with_the_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DATA_FILE", tmp_path / "lexicon.bin")
    with pytest.raises(
        ResourceError, match=r"^the embedded lexicon cannot be read \(No such file or directory\): reins"
    ):
        load_lexicon.__wrapped__()


def test_the_shipped_file_is_small_and_loads_fast() -> None:
    content = DATA_FILE.read_bytes()
    assert len(content) < 2_000_000
    assert min(seconds(lambda: Lexicon(DATA_FILE.read_bytes())) for _ in range(5)) < 0.02


def test_importing_and_asking_loads_nothing_heavy(root: Path) -> None:
    code = (
        "import sys; from geo.recognizers.lexicon import load_lexicon; load_lexicon().facts('a'); "
        "print(*({'numpy', 'spacy', 'zipfile'} & set(sys.modules)))"
    )
    process = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert process.stdout == "\n"
