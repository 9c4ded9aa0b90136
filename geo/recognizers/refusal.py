"""Say in words why something in a text was not taken for a toponym.

Each reason stands for some features. What a reason did to the score is what the score gains when those features have
the values that they have for a name of which nothing of the sort is known (occlusion, Zeiler and Fergus 2014).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..trees import Trees

LEAST_GAIN = 0.15
"""Least log odds that a reason must have cost."""
_MOST_REASONS = 3

_NO_PERSON = {
    "before": {"given": 0, "surname": 0, "is_title": 0},
    "before_that": {"given": 0, "is_title": 0},
    "first": {"given": 0, "surname": 0},
    "last": {"given": 0, "surname": 0},
    "behind": {"surname": 0},
    "behind_that": {"surname": 0},
    "": {"person_elsewhere": 0, "person_here": 0},
}
_NO_LONGER_NAME = {
    "behind": {"is_body_word": 0, "is_street_word": 0, "is_people_word": 0},
    "behind_that": {"is_body_word": 0},
    "": {"run_before": 0, "run_behind": 0, "inside_fame": -4, "inside_words": 0},
}
_NO_ORDINARY_WORD = {
    "first": {"ordinary": 0, "lower": 0},
    "last": {"ordinary": 0, "lower": 0},
    "": {"most_ordinary": 0, "least_ordinary": 0, "lower_elsewhere": 0},
}
_KNOWN = {
    "name": {
        "candidates": 2.0,
        "fame": 2.0,
        "most_people": 6.0,
        "prior": 2.5,
        "prior_share": 0.6,
        "kind": 1.0,
        "people": 6.0,
        "name_kind": 4.0,
        "has_own_name": 2.0,
        "form": 0.0,
        "countries": 3.0,
    }
}
_NO_WORDS_BESIDE = {
    "before": {"says_at_-1": 0, "is_before_place": 0, "is_never_name": 0},
    "before_that": {"says_at_-2": 0, "is_before_of": 0},
    "behind": {"says_at_1": 0, "is_speech_word": 0},
    "behind_that": {"says_at_2": 0},
}
_NO_MODEL = {
    "model": {
        "label": 6,
        "label_around": -1,
        "label_across": -1,
        "person_label_elsewhere": 0,
        "organisation_elsewhere": 0,
        "person_word": 0,
    }
}
_PERSON, _LONGER = "it looks like a person's name", "it looks like part of a longer name"
_REASONS: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    _PERSON: _NO_PERSON,
    _LONGER: _NO_LONGER_NAME,
    "it is an ordinary word": _NO_ORDINARY_WORD,
    "the gazetteer knows no well known place of that name": _KNOWN,
    "the words beside it do not speak of a place": _NO_WORDS_BESIDE,
    "the model does not take it for a place": _NO_MODEL,
}


def refusals(trees: Trees, row: NDArray[np.float32]) -> list[str]:
    """Return what kept a proposal from a higher score, in words, the gravest first; empty when no single thing did.

    Parameters
    ----------
    trees
        What scored it.
    row
        Its features.
    """
    at = {field: number for number, field in enumerate(trees.fields)}
    reasons = {reason: _flat(values) for reason, values in _REASONS.items()}
    if row[at["person_here"]] > 0:
        # The longer name is the person's.
        reasons[_PERSON] += reasons.pop(_LONGER)
    changed = np.repeat(row[None, :], len(reasons) + 1, axis=0)
    for number, values in enumerate(reasons.values(), start=1):
        for field, value in values:
            if field in at:
                changed[number, at[field]] = value
    scores = trees.scores(changed)
    gains: Sequence[float] = (scores[1:] - scores[0]).tolist()
    found = sorted(zip(gains, reasons, strict=True), key=lambda item: -item[0])
    return [reason for gain, reason in found if gain >= LEAST_GAIN][:_MOST_REASONS]


def _flat(values: Mapping[str, Mapping[str, float]]) -> list[tuple[str, float]]:
    return [
        (f"{where}:{field}" if where else field, value)
        for where, fields in values.items()
        for field, value in fields.items()
    ]
