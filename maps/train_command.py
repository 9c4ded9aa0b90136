"""``placelines train``: learn the weights of reading from annotated texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geo.errors import InputError
from geo.recognizers.model import WITHOUT_MODEL
from geo.writers.folder import check_writable, publish

from . import console
from .commands import (
    PATH,
    SOME_FAILED,
    AnyPath,
    Command,
    complain_of,
    open_gazetteer,
    with_common_options,
    with_gazetteer_option,
)

if TYPE_CHECKING:
    from geo.evaluation.gold import GoldDocument
    from geo.evaluation.report import Evaluation
    from geo.gazetteers import Gazetteer
    from geo.recognizers.model import NamedSpan
    from geo.training.learning import Lesson

LEAST_TOPONYMS, LEAST_SOURCES = 200, 5
"""With fewer toponyms, or from fewer sources, nothing is learned that holds elsewhere."""
_HEADINGS = {
    "without_model": "Without a model, out of fold by source",
    "with_model": "With the model, out of fold by source",
}


@click.command("train", cls=Command)
@click.argument("files", metavar="GOLD...", nargs=-1, required=True, type=AnyPath(readable=False))
@click.option("-o", "--output", metavar="FILE", required=True, type=PATH, help="File to write the weights to.")
@click.option(
    "--model",
    metavar="NAME",
    default=WITHOUT_MODEL,
    show_default=True,
    help="Installed spaCy model to learn to read with, too, such as en_core_web_sm.",
)
@click.option("--report", "is_full", is_flag=True, help="Print everything that 'placelines evaluate' prints.")
@with_gazetteer_option
@with_common_options
def train_command(
    files: tuple[str, ...],
    output: Path,
    model: str,
    is_full: bool,
    gazetteers: tuple[str, ...],
    quiet: bool,
    debug: bool,
) -> None:
    """Learn from annotated texts how to read texts like them.

    GOLD has one record {"id", "text", "source", "toponyms": [{"start", "end", "lat", "lon"}]} a line. The weights are
    for the option --weights of the other commands. Texts of one source are measured with what the others taught.
    """
    failures: list[InputError] = []

    def report(error: InputError) -> None:
        failures.append(error)
        complain_of(error, debug=debug)

    from geo.evaluation.gold import read_gold

    check_writable(output.parent, [output.name])
    corpora = {name: list(read_gold(name, on_error=report)) for name in dict.fromkeys(files)}
    _check_enough(corpora)
    from geo.gazetteers.known import KnownNames
    from geo.training.boosting import load_lightgbm
    from geo.training.learning import Teacher

    load_lightgbm()
    gazetteer = open_gazetteer(gazetteers, quiet=quiet)
    spans_of = None if model == WITHOUT_MODEL else _spans_of(model)
    with console.progress(quiet=quiet) as tell:
        learned, lessons = Teacher(KnownNames(gazetteer), tuple(corpora.values()), tell).learn(spans_of)
    publish(output.parent, {output.name: learned.to_bytes()})
    if not quiet:
        console.say("\n".join(_blocks(corpora, lessons, gazetteer, is_full=is_full)))
        console.say(f"\nwrote {console.printable(str(output))}\n")
    if failures:
        console.complain(f"{len(failures)} of the annotated texts or files could not be used; the others are learned")
        raise click.exceptions.Exit(SOME_FAILED)


def _check_enough(corpora: Mapping[str, Sequence[GoldDocument]]) -> None:
    """Refuse what is too little to learn from."""
    texts = [gold for corpus in corpora.values() for gold in corpus]
    toponyms = sum(toponym.lonlat is not None for gold in texts for toponym in gold.toponyms)
    sources = {gold.document.source or gold.document.id for gold in texts}
    if toponyms < LEAST_TOPONYMS or len(sources) < LEAST_SOURCES:
        raise InputError(
            f"too little to learn from: {toponyms} place names with a point from {len(sources)} sources; "
            f"give {LEAST_TOPONYMS} or more, from {LEAST_SOURCES} sources or more"
        )


def _spans_of(model: str) -> Callable[[str], Sequence[NamedSpan]]:
    from geo.recognizers.model import load_model, named_spans

    loaded = load_model(model)
    return lambda text: named_spans(loaded, text)


def _blocks(
    corpora: Mapping[str, Sequence[GoldDocument]],
    lessons: Mapping[str, Lesson],
    gazetteer: Gazetteer,
    *,
    is_full: bool,
) -> Iterator[str]:
    """Yield what is told of each lesson: a line for each file, or everything."""
    from . import scores

    for name, lesson in lessons.items():
        evaluations = dict(_evaluations(corpora, lesson, gazetteer))
        if is_full:
            for file, evaluation in evaluations.items():
                yield f"{console.printable(file)}: {_HEADINGS[name].lower()}\n\n{scores.report(evaluation)}"
        yield f"{_HEADINGS[name]}\n{scores.overall(evaluations)}"


def _evaluations(
    corpora: Mapping[str, Sequence[GoldDocument]], lesson: Lesson, gazetteer: Gazetteer
) -> Iterator[tuple[str, Evaluation]]:
    from geo.evaluation.report import evaluate

    first = 0
    for name, documents in corpora.items():
        if documents:
            found = lesson.predictions[first : first + len(documents)]
            first += len(documents)
            least = lesson.reader.min_confidence
            yield name, evaluate(documents, found, gazetteer=gazetteer, min_confidence=least)
