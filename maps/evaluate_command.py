"""``placelines evaluate``: how good the map of annotated texts is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from geo.errors import InputError
from geo.version import __version__

from . import console, listing
from .commands import (
    SOME_FAILED,
    AnyPath,
    Command,
    chosen_model,
    complain_of,
    open_gazetteer,
    with_common_options,
    with_gazetteer_option,
    with_reading_options,
)

if TYPE_CHECKING:
    from geo.evaluation.gold import GoldDocument
    from geo.evaluation.judging import Prediction
    from geo.evaluation.report import Evaluation
    from geo.pipeline import Geoparser

ALL = "all"
"""What the evaluation of several files together is called."""
_MOST_DRAWS = 100_000
_MOST_ERRORS = 1000


@dataclass(frozen=True, slots=True)
class Corpus:
    """An annotated file with what was found in it."""

    name: str
    """The file as given."""
    documents: Sequence[GoldDocument]
    """Its texts."""
    predictions: list[Sequence[Prediction]] = field(default_factory=list)
    """What was found in each."""


@click.command("evaluate", cls=Command)
@click.argument("files", metavar="GOLD...", nargs=-1, required=True, type=AnyPath(readable=False))
@with_reading_options
@click.option(
    "--mentions",
    type=click.Choice(["found", "given"]),
    default="found",
    show_default=True,
    help="Find the place names, or take the annotated ones and only resolve them.",
)
@click.option(
    "--bootstrap",
    type=click.IntRange(0, _MOST_DRAWS),
    metavar="N",
    default=1000,
    show_default=True,
    help="Draws of texts for the 95 % intervals; 0 for none.",
)
@click.option(
    "--errors",
    type=click.IntRange(0, _MOST_ERRORS),
    metavar="N",
    default=10,
    show_default=True,
    help="Most errors of a sort to list.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
@with_gazetteer_option
@with_common_options
def evaluate_command(
    files: tuple[str, ...],
    model: str | None,
    language: str | None,
    min_confidence: float | None,
    demonyms: Literal["keep", "drop"],
    weights: Path | None,
    mentions: Literal["found", "given"],
    bootstrap: int,
    errors: int,
    as_json: bool,
    gazetteers: tuple[str, ...],
    quiet: bool,
    debug: bool,
) -> None:
    """Tell how good the map of annotated texts is.

    GOLD has one record {"id", "text", "toponyms": [{"start", "end", "lat", "lon"}]} a line; - is standard input.
    """
    from geo.evaluation.report import as_record, evaluate

    failures: list[InputError] = []

    def report(error: InputError) -> None:
        failures.append(error)
        complain_of(error, debug=debug)

    corpora = _read(files, report)
    if not corpora:
        raise click.exceptions.Exit(InputError.exit_code)
    from geo.pipeline import Geoparser

    geoparser = Geoparser(
        model=chosen_model(model, language),
        gazetteer=open_gazetteer(gazetteers, quiet=quiet),
        weights=weights,
        min_confidence=min_confidence,
        demonyms=demonyms,
    )
    for corpus in corpora:
        _find(geoparser, corpus, mentions=mentions, quiet=quiet)

    def evaluated(some: Sequence[Corpus]) -> Evaluation:
        return evaluate(
            [document for corpus in some for document in corpus.documents],
            [found for corpus in some for found in corpus.predictions],
            gazetteer=geoparser.gazetteer,
            mentions=mentions,
            min_confidence=geoparser.min_confidence,
            replicates=bootstrap,
            errors=errors,
        )

    evaluations = {corpus.name: evaluated([corpus]) for corpus in corpora}
    together = evaluated(corpora) if len(corpora) > 1 else None
    if as_json:
        record = {
            "tool_version": __version__,
            "gazetteer": geoparser.gazetteer.version,
            "model": geoparser.model,
            "demonyms": demonyms,
            "files": {name: as_record(one) for name, one in evaluations.items()},
            ALL: None if together is None else as_record(together),
        }
        console.emit([listing.as_json(record)])
    else:
        _say(evaluations, together)
    if failures:
        console.complain(f"{len(failures)} of the annotated texts or files could not be used; the others are done")
        raise click.exceptions.Exit(SOME_FAILED)


def _read(files: Sequence[str], report: Callable[[InputError], None]) -> list[Corpus]:
    """Read every file before the model is loaded; each is named as given, once."""
    from geo.evaluation.gold import read_gold

    corpora = [Corpus(name, list(read_gold(name, on_error=report))) for name in dict.fromkeys(files)]
    return [corpus for corpus in corpora if corpus.documents]


def _find(
    geoparser: Geoparser,
    corpus: Corpus,
    *,
    mentions: Literal["found", "given"],
    quiet: bool,
) -> None:
    """Fill in what is found in each text, showing progress."""
    from geo.evaluation.judging import predictions_of

    texts = [gold.document for gold in corpus.documents]
    with console.progress(quiet=quiet) as tell:
        for number, atlas in enumerate(geoparser.parse_each(texts, mentions=mentions), start=1):
            corpus.predictions.append(predictions_of(atlas))
            tell(corpus.name, number, len(texts))


def _say(evaluations: Mapping[str, Evaluation], together: Evaluation | None) -> None:
    from . import scores

    blocks = [f"{console.printable(name)}\n{scores.report(evaluation)}" for name, evaluation in evaluations.items()]
    if together is not None:
        blocks.append(scores.overall({**evaluations, ALL: together}))
    console.say("\n".join(blocks))
