"""What words say of a name beside them, counted in annotated texts."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..recognizers.features import FIELDS
from ..recognizers.vocabulary import POSITIONS

Says = Mapping[str, tuple[float, ...]]
"""For each word what it says at each of `POSITIONS`, in log odds."""

_LEAST_TIMES = 4
_PRIOR_TIMES = 8.0
"""A word says what it was seen to say as if it had been seen so many times more without saying anything."""
_COLUMNS = tuple(
    FIELDS.index(f"{where}:says_at_{position}")
    for where, position in zip(("before_that", "before", "behind", "behind_that"), POSITIONS, strict=True)
)


def count(neighbours: Iterable[tuple[tuple[str | None, ...], bool, float]]) -> dict[str, tuple[float, ...]]:
    """Return what words say.

    Parameters
    ----------
    neighbours
        For each proposal the words at `POSITIONS`, whether it is a toponym, and its weight.
    """
    times: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    taught = toponyms = 0.0
    for words, is_toponym, weight in neighbours:
        if not weight:
            continue
        taught, toponyms = taught + 1, toponyms + is_toponym
        for at, word in enumerate(words):
            if word is not None:
                counted = times[word, at]
                counted[0] += 1
                counted[1] += is_toponym
    share = toponyms / max(1.0, taught)
    says: dict[str, list[float]] = {}
    for (word, at), (seen, right) in times.items():
        if seen >= _LEAST_TIMES:
            smoothed = (right + _PRIOR_TIMES * share) / (seen + _PRIOR_TIMES)
            says.setdefault(word, [0.0] * len(POSITIONS))[at] = _log_odds(smoothed) - _log_odds(share)
    return {word: tuple(np.array(row, dtype=np.float32).tolist()) for word, row in says.items()}


def fill(
    rows: NDArray[np.float32], neighbours: Sequence[tuple[str | None, ...]], chosen: NDArray[np.int64], says: Says
) -> None:
    """Write what the words beside some proposals say into their rows."""
    for at, column in enumerate(_COLUMNS):
        words = (neighbours[index][at] for index in chosen.tolist())
        rows[chosen, column] = [says[word][at] if word in says else 0.0 for word in words]


def _log_odds(share: float) -> float:
    return math.log(share / (1.0 - share))
