"""Everything that is told about some annotated texts, and as a record for machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from ..gazetteers import Gazetteer
from ..model import Place
from . import breakdown, worst
from .bootstrap import Interval, intervals
from .calibration import SURE, TENTHS, Claims, by_tenth, claims_of, expected_error, together
from .gold import GoldDocument
from .judging import Judged, Prediction, judge
from .meaning import meaning_by
from .metrics import Distances, Figures, Tally, agreement, distances, figures, figures_of_asserted, nested, tally, total

DEFAULT_THRESHOLD = 0.5
"""Confidence from which a place is asserted, when nobody says another."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good the map of some annotated texts is."""

    mentions: Literal["found", "given"]
    """Whether the place names were found, or given and only resolved."""
    min_confidence: float
    """Confidence from which a place is asserted."""
    documents: int
    """Number of texts."""
    counts: Tally
    """Counts of them all."""
    figures: Figures
    """Figures by name, see `geo.evaluation.metrics`."""
    intervals: dict[str, Interval]
    """Their 95 % intervals; empty when nobody wanted them."""
    distances: Distances
    """How far off the places are."""
    false_places: int
    """Places at names that are no toponyms."""
    false_asserted: int
    """Those of them that are asserted."""
    tenths: tuple[Claims, ...]
    """The places of each tenth of confidence, from the lowest."""
    sure: Claims
    """The places with confidence of `SURE` or more."""
    calibration_error: float | None
    """Expected calibration error; None without a place."""
    calibration_error_right: float | None
    """The same, the very place that is meant being right however far its point."""
    thresholds: tuple[tuple[float, dict[str, float]], ...]
    """Precision, recall and F1 of the places at or above each tenth of confidence."""
    kinds: dict[str, breakdown.Part]
    """Toponyms by the kind of place that they mean."""
    roles: dict[str, breakdown.Part]
    """Toponyms by their annotated role."""
    role_agreement: breakdown.RoleAgreement
    """Which roles were given."""
    misplaced: tuple[worst.Misplaced, ...]
    """The farthest places."""
    false: tuple[worst.FalsePlace, ...]
    """The most confident false places."""
    missed: tuple[worst.Missed, ...]
    """The most frequent names that were missed."""


def evaluate(
    documents: Sequence[GoldDocument],
    predictions: Sequence[Sequence[Prediction]],
    *,
    gazetteer: Gazetteer,
    mentions: Literal["found", "given"] = "found",
    min_confidence: float = DEFAULT_THRESHOLD,
    replicates: int = 0,
    seed: int = 1,
    errors: int = 10,
) -> Evaluation:
    """Judge what was found in annotated texts.

    Parameters
    ----------
    documents
        The texts.
    predictions
        What was found in each of them, see `geo.evaluation.judging.predictions_of`.
    gazetteer
        Tells which places the annotations mean.
    mentions
        Whether the place names were found, or given and only resolved.
    min_confidence
        Confidence from which a place is asserted, 0 to 1.
    replicates
        Draws for the intervals; 0 for none.
    seed
        Of the draws.
    errors
        Most errors of a sort that are listed.
    """
    meant = meaning_by(gazetteer)

    def judged_from(threshold: float) -> list[Judged]:
        return [
            judge(document, [one for one in found if one.confidence >= threshold], meant, mentions=mentions)
            for document, found in zip(documents, predictions, strict=True)
        ]

    judged, asserted = judged_from(0), judged_from(min_confidence)
    rows = [(tally(one), tally(sure)) for one, sure in zip(judged, asserted, strict=True)]
    counts, counts_asserted = total(row[0] for row in rows), total(row[1] for row in rows)

    def statistic(of_all: Tally, of_asserted: Tally) -> Figures:
        return {**figures(of_all, mentions=mentions), **figures_of_asserted(of_asserted)}

    claims = [claim for one in judged for claim in claims_of(one)]
    unanswered = counts.located - counts.compared if mentions == "given" else 0
    levels = [tenth / TENTHS for tenth in range(TENTHS)]
    return Evaluation(
        mentions=mentions,
        min_confidence=min_confidence,
        documents=len(documents),
        counts=counts,
        figures=statistic(counts, counts_asserted),
        intervals=intervals(rows, statistic, replicates=replicates, seed=seed),
        distances=distances(judged, unanswered=unanswered),
        false_places=counts.placed - counts.compared - counts.unjudged,
        false_asserted=counts_asserted.placed - counts_asserted.compared - counts_asserted.unjudged,
        tenths=by_tenth(claims),
        sure=together([claim for claim in claims if claim.confidence >= SURE]),
        calibration_error=expected_error(claims),
        calibration_error_right=expected_error(claims, of="right"),
        thresholds=tuple((level, _at_or_above(judged_from(level))) for level in levels),
        kinds=breakdown.by_kind(judged, meant),
        roles=breakdown.by_role(judged),
        role_agreement=breakdown.role_agreement(judged),
        misplaced=worst.misplaced(judged, errors),
        false=worst.false_places(judged, errors),
        missed=worst.missed(judged, errors, with_point=mentions == "given"),
    )


def as_record(evaluation: Evaluation) -> dict[str, object]:
    """Return an evaluation as JSON can hold it, None for what cannot be told."""
    record = {name: getattr(evaluation, name) for name in ("mentions", "min_confidence", "documents")}
    measured = {
        name: {"value": value, "ci95": evaluation.intervals.get(name)} for name, value in evaluation.figures.items()
    }
    return {
        **record,
        "counts": evaluation.counts._asdict(),
        "figures": nested(measured),
        "distances": asdict(evaluation.distances),
        "false_places": {"all": evaluation.false_places, "asserted": evaluation.false_asserted},
        "calibration": {
            "tenths": [{"from": n / TENTHS, **asdict(tenth)} for n, tenth in enumerate(evaluation.tenths)],
            "sure": {"from": SURE, **asdict(evaluation.sure)},
            "error": evaluation.calibration_error,
            "error_right": evaluation.calibration_error_right,
            "at_or_above": [{"from": level, **shown} for level, shown in evaluation.thresholds],
        },
        "kinds": {kind: asdict(part) for kind, part in evaluation.kinds.items()},
        "roles": {role: asdict(part) for role, part in evaluation.roles.items()},
        "role_accuracy": evaluation.role_agreement.accuracy,
        "roles_given": {role: evaluation.role_agreement.row(role) for role in evaluation.roles},
        "misplaced": [_error(one) for one in evaluation.misplaced],
        "false": [_error(one) for one in evaluation.false],
        "missed": [asdict(one) for one in evaluation.missed],
    }


def _at_or_above(judged: Sequence[Judged]) -> dict[str, float]:
    counts = total(map(tally, judged))
    return agreement(counts.near, counts.placed - counts.unjudged, counts.located)


def _error(error: worst.Misplaced | worst.FalsePlace) -> dict[str, object]:
    place: Place = error.place
    return {**asdict(error), "place": {"id": place.id, "name": place.name, "kind": str(place.kind)}}
