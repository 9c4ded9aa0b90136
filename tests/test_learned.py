"""The file of weights: what it promises, and what happens when it is damaged."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from geo.errors import ResourceError
from geo.learned import DATA_FILE, load_learned
from geo.recognizers.features import FIELDS, MODEL_FIELDS
from geo.resolvers.features import FIELDS as CANDIDATE_FIELDS
from geo.resolvers.joint import SECOND_FIELDS
from tests.timing import seconds


def test_the_weights_that_come_along_fit_the_features() -> None:
    learned = load_learned()
    assert learned.ranker.fields == CANDIDATE_FIELDS
    for has_model, fields in ((False, FIELDS), (True, FIELDS + MODEL_FIELDS)):
        reader = learned.reader(has_model=has_model)
        assert reader.first.fields == fields
        assert reader.judge.fields == (*fields, *SECOND_FIELDS)
        assert reader.assertion.fields == SECOND_FIELDS
        assert 0 < reader.place_at < reader.min_confidence < 1


def test_they_are_small_and_loaded_quickly(tmp_path: Path) -> None:
    assert DATA_FILE.stat().st_size < 400_000
    taken = []
    for number in range(5):
        copy = tmp_path / f"{number}.npz"
        copy.write_bytes(DATA_FILE.read_bytes())
        taken.append(seconds(partial(load_learned, copy)))
    assert min(taken) < 0.05


def test_the_same_weights_are_the_same_bytes(tmp_path: Path) -> None:
    content = load_learned().to_bytes()
    copy = tmp_path / "copy.npz"
    copy.write_bytes(content)
    assert load_learned(copy).to_bytes() == content == DATA_FILE.read_bytes()


def test_confidence_never_falls_as_the_score_rises() -> None:
    reader = load_learned().without_model
    confidences = reader.confidences(np.linspace(-9, 9, 400))
    assert (np.diff(confidences) >= 0).all()
    assert 0 <= confidences[0] < 0.5 < confidences[-1] <= 1


@pytest.mark.parametrize("content", [b"", b"no weights", b"PK\x05\x06" + bytes(18)])
def test_a_damaged_file_is_told_with_its_mend(tmp_path: Path, content: bytes) -> None:
    damaged = tmp_path / "weights.npz"
    damaged.write_bytes(content)
    with pytest.raises(ResourceError, match=r"weights\.npz.*damaged.*placelines train"):
        load_learned(damaged)


def test_a_missing_file_is_told() -> None:
    with pytest.raises(ResourceError, match="cannot be read"):
        load_learned(Path("nowhere.npz"))


def test_weights_learned_without_a_model_do_not_read_with_one() -> None:
    alone = replace(load_learned(), with_model=None)
    assert alone.reader(has_model=False) is alone.without_model
    with pytest.raises(ResourceError, match="learned without a model"):
        alone.reader(has_model=True)
