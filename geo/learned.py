"""What was learned from annotated texts: the weights that recognition and resolution load, and nothing else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import ResourceError
from .trees import Trees

DATA_FILE = Path(__file__).parent / "data" / "learned.npz"
"""The weights that come along."""
VERSION = 1
"""Raised whenever a feature changes its meaning; weights of another version are refused."""

_MEND = "reinstall placelines, or run 'placelines train'"


@dataclass(frozen=True, slots=True)
class Reader:
    """The weights of one way of reading: with a statistical model or without."""

    first: Trees
    """Tells whether a proposal is a toponym, from the text and the gazetteer."""
    judge: Trees
    """Tells it again, knowing what the name would mean and what the other names are."""
    assertion: Trees
    """Tells whether the place is the right one."""
    confidence: tuple[tuple[float, ...], tuple[float, ...]]
    """Calibration: the assertion's log odds, rising, and the shares that are right at them."""
    accept_at: float
    """Least probability of a toponym."""
    place_at: float
    """Least confidence at which a name is given its place, and not left unresolved."""
    min_confidence: float
    """Least confidence of a place that is asserted, unless somebody wants another."""

    def confidences(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the calibrated probability for the assertion's log odds."""
        return np.asarray(np.interp(scores, *self.confidence), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Learned:
    """All weights."""

    context: Mapping[str, tuple[float, ...]]
    """What words say of a name beside them, see `geo.recognizers.vocabulary.Vocabulary`."""
    ranker: Trees
    """Tells how likely a candidate is the right one."""
    without_model: Reader
    """Reads text alone."""
    with_model: Reader | None
    """Reads text and the spans of a statistical model; None where that was not learned."""

    def reader(self, *, has_model: bool) -> Reader:
        """Return the weights to read with; ResourceError when there are none for a model."""
        if not has_model:
            return self.without_model
        if self.with_model is None:
            raise ResourceError("the weights were learned without a model: give --model to 'placelines train'")
        return self.with_model

    def to_bytes(self) -> bytes:
        """Return the content of a weights file, the same for the same weights."""
        arrays: dict[str, Any] = {
            "version": np.array(VERSION),
            "context.words": np.array(sorted(self.context)),
            "context.says": np.array([self.context[word] for word in sorted(self.context)], dtype=np.float32),
            **self.ranker.to_arrays("ranker"),
        }
        for name, reader in self._readers():
            for part in _PARTS:
                arrays |= getattr(reader, part).to_arrays(f"{name}.{part}")
            arrays[f"{name}.confidence"] = np.array(reader.confidence)
            arrays[f"{name}.thresholds"] = np.array([reader.accept_at, reader.place_at, reader.min_confidence])
        content = io.BytesIO()
        np.savez_compressed(content, **arrays)
        return content.getvalue()

    def _readers(self) -> tuple[tuple[str, Reader], ...]:
        taught = {"without_model": self.without_model, "with_model": self.with_model}
        return tuple((name, reader) for name, reader in taught.items() if reader is not None)


_PARTS = ("first", "judge", "assertion")


def load_learned(path: Path = DATA_FILE) -> Learned:
    """Read weights, once in a process.

    Raises
    ------
    ResourceError
        If the file is missing, damaged or of another version; it names the mend.
    """
    return _load(path)


@cache
def _load(path: Path) -> Learned:
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        if int(arrays["version"]) != VERSION:
            raise ResourceError(f"the weights {path} are of version {arrays['version']}, not {VERSION}: {_MEND}")
        words, says = arrays["context.words"].tolist(), arrays["context.says"].tolist()
        return Learned(
            {word: tuple(row) for word, row in zip(words, says, strict=True)},
            Trees.from_arrays(arrays, "ranker"),
            _reader(arrays, "without_model"),
            _reader(arrays, "with_model") if "with_model.thresholds" in arrays else None,
        )
    except OSError as error:
        raise ResourceError(f"the weights {path} cannot be read ({error.strerror or error}): {_MEND}") from error
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ResourceError(f"the weights {path} are damaged: {_MEND}") from error


def _reader(arrays: Mapping[str, NDArray[Any]], name: str) -> Reader:
    low, high = arrays[f"{name}.confidence"].tolist()
    accept_at, place_at, min_confidence = arrays[f"{name}.thresholds"].tolist()
    first, judge, assertion = (Trees.from_arrays(arrays, f"{name}.{part}") for part in _PARTS)
    confidence = (tuple(low), tuple(high))
    return Reader(first, judge, assertion, confidence, accept_at, place_at, min_confidence)
