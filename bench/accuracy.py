"""Measure accuracy: out of fold on what is learned from, and with the shipped weights on what was never learned from.

``bench/run.py accuracy`` runs it. Near: within 161 km of the annotated point. Right: near, or the very place that is
meant, see `geo.evaluation.meaning`. Asserted: with the confidence from which a place is asserted, as it was learned.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from geo.evaluation.gold import GoldDocument, read_gold
from geo.evaluation.judging import Prediction, predictions_of
from geo.evaluation.report import Evaluation, evaluate
from geo.gazetteers import Gazetteer
from geo.gazetteers.embedded import open_embedded
from geo.gazetteers.known import KnownNames
from geo.learned import DATA_FILE
from geo.model import Role
from geo.pipeline import Geoparser
from geo.recognizers.languages import model_for
from geo.recognizers.model import ENGLISH_MODEL, WITHOUT_MODEL, load_model, named_spans
from geo.training.learning import Lesson, Teacher

GOLD = Path(__file__).resolve().parent.parent / "tests" / "gold"
WITHOUT_DEMONYMS = frozenset({"geovirus"})
"""Corpora that mark none: what is found there is dropped before anything is counted."""
LANGUAGES = ("fr", "es", "de", "pt", "ru", "uk", "ar", "he", "zh", "ja")
WAYS = {"without_model": "without a model", "with_model": "with en_core_web_sm"}
DRAWS = 1000
"""Draws of texts for the 95 % intervals."""

_Predictions = Sequence[Sequence[Prediction]]


def measure(corpora: Path) -> None:
    """Print every table."""
    gazetteer = open_embedded()
    paths = [corpora / "lgl.jsonl", corpora / "geovirus.jsonl"]
    if all(path.exists() for path in paths):
        own = [GOLD / "news" / "train.jsonl", GOLD / "noplace" / "train.jsonl"]
        measure_out_of_fold(gazetteer, {_name(path): list(read_gold(path)) for path in (*paths, *own)})
    else:
        print(
            f"accuracy: no lgl.jsonl and geovirus.jsonl in {corpora}: name their folder with --corpora", file=sys.stderr
        )
        if os.environ.get("CI"):
            raise SystemExit(1)
    measure_kept(gazetteer)
    measure_languages(gazetteer)


def measure_out_of_fold(gazetteer: Gazetteer, corpora: Mapping[str, Sequence[GoldDocument]]) -> None:
    """Learn anew as the shipped weights were learned, and print what was said of each text without having seen it."""
    teacher = Teacher(KnownNames(gazetteer), tuple(corpora.values()))
    model = load_model(ENGLISH_MODEL)
    learned, lessons = teacher.learn(lambda text: named_spans(model, text))
    is_shipped = learned.to_bytes() == DATA_FILE.read_bytes()
    print(f"\nOut of fold; the weights learned here are {'' if is_shipped else 'NOT '}those that are shipped.")
    evaluations = {name: _out_of_fold(gazetteer, corpora, name, lessons) for name in corpora}
    for name, by_way in evaluations.items():
        _print_table(name, len(corpora[name]), by_way)
    _print_calibration({name: by_way["without_model"] for name, by_way in evaluations.items()})
    _print_given(gazetteer, corpora, teacher.resolve_given())


def measure_kept(gazetteer: Gazetteer) -> None:
    """Print what the shipped weights make of the texts that nothing was learned from."""
    models = {"without_model": WITHOUT_MODEL, "with_model": ENGLISH_MODEL}
    parsers = {way: Geoparser(model=name, gazetteer=gazetteer) for way, name in models.items()}
    for path in (GOLD / "news" / "kept.jsonl", GOLD / "noplace" / "kept.jsonl"):
        documents = list(read_gold(path))
        by_way = {way: _read(parser, documents) for way, parser in parsers.items()}
        _print_table(_name(path), len(documents), by_way)
        if any(toponym.role for document in documents for toponym in document.toponyms):
            _print_roles(by_way["without_model"])


def measure_languages(gazetteer: Gazetteer) -> None:
    """Print what is found in texts of other languages, without a model and with that of the language, if installed."""
    print(
        "\n| language | texts, names | without a model: right (P/R) | names exact | model | right (P/R) | names exact |"
    )
    print("|---|---|---|---|---|---|---|")
    without = Geoparser(gazetteer=gazetteer)
    for language in LANGUAGES:
        documents = list(read_gold(GOLD / "languages" / f"{language}.jsonl"))
        evaluation = _read(without, documents)
        cells = [language, f"{len(documents)}, {evaluation.counts.toponyms}", *_language_cells(evaluation)]
        model = model_for(language)
        if model is None:
            cells += ["-", "-", "-"]
        else:
            cells += [model, *_language_cells(_read(Geoparser(model=model, gazetteer=gazetteer), documents))]
        print(f"| {' | '.join(cells)} |")


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}" if path.is_relative_to(GOLD) else path.stem


def _read(parser: Geoparser, documents: Sequence[GoldDocument]) -> Evaluation:
    found = [predictions_of(atlas) for atlas in parser.parse_each(gold.document for gold in documents)]
    return evaluate(
        documents, found, gazetteer=parser.gazetteer, min_confidence=parser.min_confidence, replicates=DRAWS
    )


def _out_of_fold(
    gazetteer: Gazetteer, corpora: Mapping[str, Sequence[GoldDocument]], name: str, lessons: Mapping[str, Lesson]
) -> dict[str, Evaluation]:
    by_way = {}
    for way, lesson in lessons.items():
        found = _of_corpus(lesson.predictions, corpora, name)
        if name in WITHOUT_DEMONYMS:
            found = [[one for one in predictions if one.role != Role.DEMONYM] for predictions in found]
        least = lesson.reader.min_confidence
        by_way[way] = evaluate(corpora[name], found, gazetteer=gazetteer, min_confidence=least, replicates=DRAWS)
    return by_way


def _of_corpus(found: _Predictions, corpora: Mapping[str, Sequence[GoldDocument]], name: str) -> _Predictions:
    """Return the predictions of one corpus from those of all, which are in the order of the corpora."""
    names = list(corpora)
    first = sum(len(corpora[before]) for before in names[: names.index(name)])
    return found[first : first + len(corpora[name])]


def _print_table(name: str, texts: int, by_way: Mapping[str, Evaluation]) -> None:
    dropped = ", demonyms dropped" if name in WITHOUT_DEMONYMS else ""
    has_places = all(evaluation.counts.located for evaluation in by_way.values())
    print(f"\n| {name}, {texts:,} texts{dropped} | {' | '.join(WAYS[way] for way in by_way)} |")
    print("|---|" + "---|" * len(by_way))
    for heading, cell in (_FIGURES if has_places else _FIGURES_OF_PLACELESS).items():
        print(f"| {heading} | {' | '.join(cell(evaluation) for evaluation in by_way.values())} |")


def _f1(group: str) -> Callable[[Evaluation], str]:
    def cell(evaluation: Evaluation) -> str:
        f1, precision, recall = (_share(evaluation.figures[f"{group}.{key}"]) for key in ("f1", "precision", "recall"))
        return f"{f1} ({precision}/{recall})"

    return cell


def _interval(evaluation: Evaluation) -> str:
    low, high = evaluation.intervals["end_to_end.f1"] or (None, None)
    return f"{_share(low)} to {_share(high)}"


def _asserted(evaluation: Evaluation) -> str:
    figures = evaluation.figures
    near, right = _share(figures["asserted.precision"]), _share(figures["asserted_right.precision"])
    return f"{near}, {right}; {_share(figures['asserted_right.recall'])}"


def _sure(evaluation: Evaluation) -> str:
    sure = evaluation.sure
    return f"{_share(sure.near)}, {_share(sure.right)} of {sure.count:,}"


def _false(evaluation: Evaluation) -> str:
    return (
        f"{evaluation.false_places / evaluation.documents:.2f}, {evaluation.false_asserted / evaluation.documents:.2f}"
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


_FIGURES_OF_PLACELESS: Mapping[str, Callable[[Evaluation], str]] = {
    "places a text: all, asserted": _false,
    "asserted from confidence": lambda evaluation: f"{evaluation.min_confidence:.2f}",
}
_FIGURES: Mapping[str, Callable[[Evaluation], str]] = {
    "**end to end, near**: F1 (P/R)": _f1("end_to_end"),
    "95 % interval of that F1": _interval,
    "end to end, right: F1 (P/R)": _f1("end_to_end_right"),
    "names, exact span: F1 (P/R)": _f1("recognition_exact"),
    "names, any overlap: F1 (P/R)": _f1("recognition_overlap"),
    "asserted: precision near, right; recall right": _asserted,
    "calibration error: near, right": lambda evaluation: (
        f"{_share(evaluation.calibration_error)}, {_share(evaluation.calibration_error_right)}"
    ),
    "confidence .9 or more: near, right": _sure,
    "false places a text: all, asserted": _false,
    "asserted from confidence": lambda evaluation: f"{evaluation.min_confidence:.2f}",
}


def _print_calibration(evaluations: Mapping[str, Evaluation]) -> None:
    """Print the share that is right, by tenth of confidence."""
    print("\n| without a model | " + " | ".join(f".{tenth}" for tenth in range(10)) + " |")
    print("|---|" + "---|" * 10)
    for name, evaluation in evaluations.items():
        cells = (
            f"{tenth.right:.2f} ({tenth.count})" if tenth.right is not None else "-" for tenth in evaluation.tenths
        )
        print(f"| {name} | {' | '.join(cells)} |")


def _print_given(gazetteer: Gazetteer, corpora: Mapping[str, Sequence[GoldDocument]], found: _Predictions) -> None:
    """Print the resolution of the annotated names, out of fold; no answer is a wrong answer."""
    print("\n| gold mentions, out of fold | with a point | Acc@161 | Acc@20 | right |")
    print("|---|---|---|---|---|")
    for name, documents in corpora.items():
        predictions = _of_corpus(found, corpora, name)
        evaluation = evaluate(documents, predictions, gazetteer=gazetteer, mentions="given")
        if evaluation.counts.located:
            shares = [_share(evaluation.figures[f"gold_mentions.{key}"]) for key in ("acc161", "acc20", "acc_right")]
            print(f"| {name} | {evaluation.counts.located:,} | {' | '.join(shares)} |")


def _print_roles(evaluation: Evaluation) -> None:
    """Print which role was given to the names that were found, by the annotated one."""
    agreement = evaluation.role_agreement
    print(f"\nRoles of the names found, without a model: {_share(agreement.accuracy)} right.\n")
    print(f"| annotated | {' | '.join(f'found {given}' for given in agreement.given)} | recall |")
    print("|---|" + "---|" * (len(agreement.given) + 1))
    for role in evaluation.roles:
        row = agreement.row(role)
        found = sum(row.values())
        print(
            f"| {role} | {' | '.join(map(str, row.values()))} | {_share(row.get(role, 0) / found if found else None)} |"
        )


def _language_cells(evaluation: Evaluation) -> Iterator[str]:
    yield _f1("end_to_end_right")(evaluation)
    yield _share(evaluation.figures["recognition_exact.f1"])
