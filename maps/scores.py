"""How good a map is, as tables to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from geo.evaluation.breakdown import Part
from geo.evaluation.calibration import SURE, TENTHS
from geo.evaluation.report import Evaluation
from geo.evaluation.worst import FalsePlace, Misplaced

from . import console
from .console import Column

_AGREEMENTS = {
    "recognition_exact": "names found, exact span",
    "recognition_overlap": "names found, any overlap",
    "end_to_end": "found and near",
    "end_to_end_strict": "found and near, strict",
    "end_to_end_right": "found and right",
    "asserted": "asserted and near",
    "asserted_right": "asserted and right",
}
_NAME = Column("", 16, is_folded=True)


def report(evaluation: Evaluation) -> str:
    """Return everything about some annotated texts."""
    return "\n".join(section for section in _sections(evaluation) if section)


def overall(evaluations: Mapping[str, Evaluation]) -> str:
    """Return the main figures of several evaluations, one in a line.

    Parameters
    ----------
    evaluations
        By name; at least one, all with the same mentions.
    """
    is_found = next(iter(evaluations.values())).mentions == "found"
    main = "end_to_end.f1" if is_found else "gold_mentions.acc161"
    same = "end_to_end_right.f1" if is_found else "gold_mentions.acc_right"
    columns = [
        _NAME,
        Column("Texts", 5, is_number=True),
        Column("F1, near" if is_found else "Near", 8, is_number=True),
        Column("95 %", 11, dispensable=4),
        Column("F1, right" if is_found else "Right", 9, is_number=True),
        Column("Asserted, precision", 19, is_number=True, dispensable=3),
        Column("False a text", 12, is_number=True, dispensable=2),
        Column("Calibration error", 17, is_number=True, dispensable=1),
    ]
    rows = []
    for name, one in evaluations.items():
        # Where no place is named there is nothing to find; what is found all the same is told by the false places.
        has_places = one.counts.located > 0
        near, right, asserted = (
            _share(one.figures[key]) if has_places else "-" for key in (main, same, "asserted.precision")
        )
        interval = _interval(one, main) if has_places else "-"
        false = f"{one.false_asserted / one.documents:.2f}"
        rows.append((name, str(one.documents), near, interval, right, asserted, false, _share(one.calibration_error)))
    return console.table(columns, rows)


def _sections(evaluation: Evaluation) -> Iterator[str]:
    counts = evaluation.counts
    located = "all" if counts.located == counts.toponyms else f"{counts.located:,}"
    yield f"{evaluation.documents:,} texts, {counts.toponyms:,} place names, {located} of them with a point.\n"
    yield _agreements(evaluation) + _false_places(evaluation)
    yield _distances(evaluation)
    yield _calibration(evaluation)
    yield _parts("Kind of place", evaluation.kinds)
    yield _parts("Role", evaluation.roles)
    yield _roles_given(evaluation)
    yield from _errors(evaluation)


def _agreements(evaluation: Evaluation) -> str:
    columns = [
        _NAME,
        Column("Precision", 9, is_number=True),
        Column("95 % of P", 11, dispensable=2),
        Column("Recall", 6, is_number=True),
        Column("95 % of R", 11, dispensable=1),
        Column("F1", 5, is_number=True),
        Column("95 % of F1", 11, dispensable=3),
    ]
    rows = []
    for group, name in _AGREEMENTS.items():
        if f"{group}.f1" in evaluation.figures:
            keys = [f"{group}.{key}" for key in ("precision", "recall", "f1")]
            cells = [cell for key in keys for cell in (_share(evaluation.figures[key]), _interval(evaluation, key))]
            rows.append((name, *cells))
    note = "Near: within 161 km. Right: near, or the very place that is meant, however far its point.\n"
    return f"{console.table(columns, rows)}{note}Asserted: with confidence {evaluation.min_confidence:g} or more.\n"


def _false_places(evaluation: Evaluation) -> str:
    if evaluation.mentions == "given" or not evaluation.documents:
        return ""
    shown = [
        f"{count:,} ({count / evaluation.documents:.2f} a text)"
        for count in (evaluation.false_places, evaluation.false_asserted)
    ]
    return f"False places: {shown[0]}; asserted: {shown[1]}.\n"


def _distances(evaluation: Evaluation) -> str:
    group = "resolution" if evaluation.mentions == "found" else "gold_mentions"
    counts, far = evaluation.counts, evaluation.distances
    columns = [
        _NAME,
        Column("Names", 6, is_number=True),
        Column("Acc@161 km", 10, is_number=True),
        Column("95 %", 11, dispensable=1),
        Column("Acc@20 km", 9, is_number=True),
        Column("Right", 5, is_number=True, dispensable=4),
        Column("Mean km", 7, is_number=True, dispensable=3),
        Column("Median km", 9, is_number=True, dispensable=2),
        Column("AUC", 5, is_number=True),
    ]
    row = (
        "resolved names" if evaluation.mentions == "found" else "given names",
        f"{counts.compared if evaluation.mentions == 'found' else counts.located:,}",
        _share(evaluation.figures[f"{group}.acc161"]),
        _interval(evaluation, f"{group}.acc161"),
        _share(evaluation.figures[f"{group}.acc20"]),
        _share(evaluation.figures[f"{group}.acc_right"]),
        _km(far.mean_km),
        _km(far.median_km),
        _share(far.auc),
    )
    answered = f"{counts.compared:,} of them have an answer.\n" if evaluation.mentions == "given" else ""
    return console.table(columns, [row]) + answered


def _calibration(evaluation: Evaluation) -> str:
    columns = [
        Column("Confidence", 10),
        Column("Places", 6, is_number=True),
        Column("Mean", 5, is_number=True, dispensable=1),
        Column("Near", 5, is_number=True),
        Column("Right", 5, is_number=True, dispensable=2),
        Column("Precision from here", 19, is_number=True),
        Column("Recall", 6, is_number=True, dispensable=4),
        Column("F1", 5, is_number=True, dispensable=3),
    ]
    rows = []
    for tenth, (level, here) in zip(evaluation.tenths, evaluation.thresholds, strict=True):
        judged = (_share(tenth.confidence), _share(tenth.near), _share(tenth.right))
        band = f"{level:.1f} to {level + 1 / TENTHS:.1f}"
        rows.append((band, f"{tenth.count:,}", *judged, *map(_share, here.values())))
    sure = evaluation.sure
    return console.table(columns, rows) + (
        f"Expected calibration error: {_share(evaluation.calibration_error)} by what is near, "
        f"{_share(evaluation.calibration_error_right)} by what is right.\n"
        f"Of {sure.count:,} places with confidence {SURE:g} or more, {_share(sure.near)} are near, "
        f"{_share(sure.right)} right.\n"
    )


def _parts(heading: str, parts: Mapping[str, Part]) -> str:
    if not parts:
        return ""
    columns = [
        Column(heading, 13),
        Column("Names", 6, is_number=True),
        Column("Found", 6, is_number=True),
        Column("Recall", 6, is_number=True),
        Column("With a point", 12, is_number=True, dispensable=1),
        Column("Near", 5, is_number=True),
        Column("Right", 5, is_number=True),
    ]
    rows = [
        (
            name,
            f"{part.toponyms:,}",
            f"{part.found:,}",
            _share(part.found / part.toponyms),
            f"{part.located:,}",
            f"{part.near:,}",
            f"{part.right:,}",
        )
        for name, part in parts.items()
    ]
    return console.table(columns, rows)


def _roles_given(evaluation: Evaluation) -> str:
    agreement = evaluation.role_agreement
    if not agreement.given:
        return ""
    columns = [
        Column("Role, annotated", 15),
        *(Column(f"found {given}", 8, is_number=True) for given in agreement.given),
    ]
    rows = [(role, *map(str, agreement.row(role).values())) for role in evaluation.roles]
    return console.table(columns, rows) + f"Roles right: {_share(agreement.accuracy)}.\n"


def _errors(evaluation: Evaluation) -> Iterator[str]:
    times, sure = Column("Times", 5, is_number=True), Column("Confidence", 10, is_number=True, dispensable=1)
    name, place, text = (Column(heading, 12, is_folded=True) for heading in ("Name", "Taken for", "Text"))
    if evaluation.misplaced:
        columns = [name, place, sure, times, Column("Off by km", 9, is_number=True), text]
        rows = [(*_placed(one)[:-1], f"{one.km:,.0f}", one.document_id) for one in evaluation.misplaced]
        yield "Farthest off\n\n" + console.table(columns, rows)
    if evaluation.false:
        yield "False places, surest first\n\n" + console.table(
            [name, place, sure, times, text], map(_placed, evaluation.false)
        )
    if evaluation.missed:
        yield "Missed most often\n\n" + console.table(
            [name, times, Column("Texts", 5, is_number=True), Column("First text", 12, is_folded=True)],
            [(_short(one.text), str(one.count), str(one.documents), one.document_id) for one in evaluation.missed],
        )


def _placed(error: Misplaced | FalsePlace) -> tuple[str, str, str, str, str]:
    place = f"{_short(error.place.name)} ({error.place.id})"
    return _short(error.text), place, f"{error.confidence:.2f}", str(error.count), error.document_id


def _short(text: str) -> str:
    return console.printable(text, limit=console.LONGEST_NAME)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _km(value: float | None) -> str:
    return "-" if value is None else f"{value:,.1f}"


def _interval(evaluation: Evaluation, name: str) -> str:
    interval = evaluation.intervals.get(name)
    return "-" if interval is None else f"{interval[0]:.3f}-{interval[1]:.3f}"
