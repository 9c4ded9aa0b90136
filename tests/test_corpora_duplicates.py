"""Articles that are printed more than once."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from geo.atlas import Atlas
from geo.corpora import duplicates
from geo.corpora.corpus import Corpus
from geo.corpora.duplicates import signature
from geo.corpora.schema import MINHASH_LENGTH
from tests.staged_world import stage, story

WORDS = [f"word{at}" for at in range(4_000)]


def article(seed: int, size: int = 300) -> list[str]:
    return random.Random(seed).choices(WORDS, k=size)


def changed(words: Sequence[str], count: int) -> list[str]:
    """Return the words with some of them changed, far apart."""
    step = len(words) // (count + 1)
    return [f"x{at}" if at and at % step == 0 and at // step <= count else word for at, word in enumerate(words)]


def copies(folder: Path, texts: Sequence[str], *, with_signatures: bool = True) -> dict[int, str]:
    atlases: list[Atlas | None] = [story(f"d{at}", text=text) for at, text in enumerate(texts)]
    with Corpus(stage(folder, atlases, with_signatures=with_signatures)) as corpus:
        return corpus.duplicates()


def test_a_signature_is_the_same_every_time() -> None:
    assert signature("Shells fell on the town of Idlib.")[:3].tolist() == [946340075, 2772019206, 996989748]


def test_a_signature_does_not_look_at_case_white_space_or_punctuation() -> None:
    one, other = (
        signature("Shells fell on  Idlib,\nin Syria, today."),
        signature("SHELLS fell on Idlib in Syria - today"),
    )

    assert (one == other).all()


@pytest.mark.parametrize("text", ["", "Rain.", "\ud800 \0", "他说走", "a b c d e"])
def test_every_text_has_a_signature(text: str) -> None:
    assert signature(text).shape == (64,)
    assert str(signature(text).dtype) == "uint32"


def test_texts_without_spaces_are_told_apart_by_characters() -> None:
    text = "国际机场附近的公路因为暴雨关闭了三个小时警方说司机需要绕行前往市中心的方向"
    one, near, other = signature(text * 2), signature(text * 2 + "好"), signature(text[::-1])

    assert (one == near).mean() > 0.9
    assert (one == other).mean() < 0.2


def test_likeness_is_estimated_within_a_tenth() -> None:
    words = article(1)
    runs = [{tuple(each[at : at + 5]) for at in range(len(each) - 4)} for each in (words, changed(words, 5))]
    truth = len(runs[0] & runs[1]) / len(runs[0] | runs[1])
    estimate = (signature(" ".join(words)) == signature(" ".join(changed(words, 5)))).mean()

    assert abs(float(estimate) - truth) < 0.1


def test_the_same_text_is_a_copy_though_nobody_asked_for_near_ones(tmp_path: Path) -> None:
    assert copies(tmp_path, ["a b", "c d", "a b", "a b"], with_signatures=False) == {2: "d0", 3: "d0"}


def test_a_text_with_a_few_other_words_is_a_copy(tmp_path: Path) -> None:
    words = article(1)
    texts = [" ".join(each) for each in (words, article(2), changed(words, 2), changed(words, 60))]

    assert copies(tmp_path, texts) == {2: "d0"}
    assert copies(tmp_path / "plain", texts, with_signatures=False) == {}


def test_a_copy_of_a_copy_is_a_copy_of_the_first(tmp_path: Path) -> None:
    words = article(1)
    steps = [words]
    for at in range(6):
        steps.append([f"y{at}" if number == 20 + at * 40 else word for number, word in enumerate(steps[-1])])

    assert copies(tmp_path, [" ".join(each) for each in steps]) == dict.fromkeys(range(1, 7), "d0")


def test_two_groups_that_a_later_text_joins_are_one(tmp_path: Path) -> None:
    words = article(1)
    front, back = [*(f"p{at}" for at in range(22)), *words[22:]], [*words[:278], *(f"q{at}" for at in range(22))]

    assert copies(tmp_path, [" ".join(each) for each in (front, back, words)]) == {1: "d0", 2: "d0"}


def test_copies_are_read_bit_by_bit() -> None:
    count = 60_000
    numbers = pa.array(range(count), pa.int64())
    minhash = pa.nulls(count, pa.list_(pa.uint32(), MINHASH_LENGTH))
    documents = pa.table({"position": numbers, "sha256": pa.array(["same"] * count), "minhash": minhash})
    with duckdb.connect() as connection:
        connection.register("documents", documents)
        tracemalloc.start()
        try:
            read = sum(share == 1.0 for _, _, share in duplicates._pairs(connection))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert read == count - 1
    assert peak < 3_000_000, "a list of all took 6 MB"


def test_a_text_printed_very_often_is_found_each_time(tmp_path: Path) -> None:
    words = article(1)
    texts = [" ".join([*words, f"edition {at}"]) for at in range(40)]

    assert copies(tmp_path, texts) == dict.fromkeys(range(1, 40), "d0")
