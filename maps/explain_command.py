"""``placelines explain``: why a name in a text was given its place, or was not taken for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from geo import articles
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
from .console import Column
from .input_options import InputOptions, with_input_options

if TYPE_CHECKING:
    from geo.explanation import Argument, Explanation, Meaning, Option, Refused, Steps, Told
    from geo.gazetteers import Gazetteer
    from geo.model import Excerpt, Place

_MOST_OPTIONS = 12
_EXCERPT = 60
"""Code points of a sentence that are shown around a name."""
_FAR_AWAY_KM = 19_000
_MOST_TIMES = 1000

_TOLD = (
    Column("At", 5, is_number=True),
    Column("Text", 30, is_folded=True),
    Column("Role", 8, dispensable=2),
    Column("First score", 11, is_number=True, dispensable=1),
    Column("Judge", 5, is_number=True, dispensable=1),
    Column("Confidence", 10, is_number=True),
    Column("", 8),
)
_OPTIONS = (
    Column("Candidate", 16, is_folded=True),
    Column("Unit", 14, is_folded=True, dispensable=4),
    Column("Country", 7),
    Column("Kind", 10),
    Column("Population", 10, is_number=True),
    Column("Share", 5, is_number=True),
    Column("Placed there", 6, dispensable=3),
    Column("Kind word", 6, dispensable=3),
    Column("Known", 5, is_number=True, dispensable=2),
    Column("Country support", 7, is_number=True, dispensable=2),
    Column("Unit support", 7, is_number=True, dispensable=2),
    Column("Nearest km", 7, is_number=True, dispensable=2),
    Column("Gazetteer id", 15, is_folded=True, dispensable=1),
)
_REFUSED = (
    Column("At", 5, is_number=True),
    Column("Text", 30, is_folded=True),
    Column("First score", 11, is_number=True, dispensable=1),
    Column("Judge", 5, is_number=True, dispensable=1),
    Column("Why it is not taken for a place name", 30, is_folded=True),
)


@click.command("explain", cls=Command)
@click.argument("file", metavar="FILE", type=AnyPath(readable=False))
@click.argument("name", metavar="NAME")
@with_reading_options
@with_input_options()
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
@with_gazetteer_option
@with_common_options
def explain_command(
    file: str,
    name: str,
    model: str | None,
    language: str | None,
    as_json: bool,
    gazetteers: tuple[str, ...],
    inputs: InputOptions,
    quiet: bool,
    debug: bool,
    **reading: Any,  # noqa: ANN401 (click fills it)
) -> None:
    """Tell why a name in an article was given its place.

    Shows what NAME means there, what spoke for it, which other places it might be, and where it was not taken for the
    name of a place. A name of several words is one argument: "Jisr al-Shughur".
    """
    failures: list[InputError] = []

    def report(error: InputError) -> None:
        failures.append(error)
        complain_of(error, debug=debug)

    documents = list(articles.read([file], on_error=report, **inputs.arguments))
    if not documents:
        raise click.exceptions.Exit(InputError.exit_code)
    from geo.explanation import explain
    from geo.pipeline import Geoparser

    model = chosen_model(model, language)
    geoparser = Geoparser(model=model, gazetteer=open_gazetteer(gazetteers, quiet=quiet), **reading)
    found = [explain(geoparser, document, name) for document in documents]
    told = [explanation for explanation in found if explanation.meanings or explanation.refused]
    if as_json:
        record = {
            "tool_version": __version__,
            "gazetteer": geoparser.gazetteer.version,
            "model": model,
            "min_confidence": geoparser.min_confidence,
            "name": name,
            "documents": [_record(explanation, geoparser.gazetteer) for explanation in told],
        }
        console.emit([listing.as_json(record)])
    elif told:
        console.say("\n".join("".join(_blocks(one, geoparser.gazetteer, named=len(found) > 1)) for one in told))
    else:
        console.say(f"The text does not have '{console.printable(name, limit=console.LONGEST_NAME)}'.\n")
    if failures:
        raise click.exceptions.Exit(SOME_FAILED)


def _blocks(explanation: Explanation, gazetteer: Gazetteer, *, named: bool) -> Iterator[str]:
    if named:
        yield f"{console.printable(explanation.document.id, limit=console.LONGEST_NAME)}\n\n"
    for number, meaning in enumerate(explanation.meanings):
        yield "\n" * (number > 0) + _meaning(meaning, gazetteer)
    if explanation.refused:
        yield "\n" * bool(explanation.meanings) + console.table(_REFUSED, map(_refused_cells, explanation.refused))


def _meaning(meaning: Meaning, gazetteer: Gazetteer) -> str:
    text = _decision(meaning, gazetteer) + "\n" + console.table(_TOLD, map(_told_cells, meaning.told))
    if meaning.rival is not None:
        best, rival = (_called(meaning.options[at].match.place, gazetteer) for at in (0, meaning.rival))
        text += "\n" + _weighed(f"For {best}, against {rival}", meaning.pros)
        text += _weighed(f"For {rival}", meaning.cons)
    if meaning.options:
        text += "\n" + _options(meaning.options, gazetteer)
    return text


def _decision(meaning: Meaning, gazetteer: Gazetteer) -> str:
    resolutions = [told.mention.resolution for told in meaning.told]
    name = console.printable(resolutions[0].toponym.text, limit=console.LONGEST_NAME)
    one = max(resolutions, key=lambda resolution: resolution.confidence)
    referent = one.referent
    if referent is None:
        return f"{name}: not resolved ({console.printable(one.why)}).\n"
    what = f"{referent.kind}, {referent.id}"
    called = (
        console.printable(referent.name) if not meaning.options else _called(meaning.options[0].match.place, gazetteer)
    )
    return f"{name}: {called} ({console.printable(what)}).\nWhy: {console.printable(one.why)}.\n"


def _called(place: Place, gazetteer: Gazetteer) -> str:
    """Return a place's name with that of the unit and country that it lies in."""
    names = [place.name]
    if place.country_code is not None and place.kind != "country":
        unit = gazetteer.unit(place.country_code, place.admin1_code) if place.admin1_code else None
        country = gazetteer.unit(place.country_code)
        names += [other.name for other in (unit, country) if other is not None and other.id != place.id]
    return ", ".join(console.printable(name, limit=console.LONGEST_NAME) for name in names)


def _weighed(heading: str, arguments: Sequence[Argument]) -> str:
    if not arguments:
        return ""
    return f"{heading}:\n" + "".join(f"{_times(one.odds):>12}  {console.printable(one.words)}\n" for one in arguments)


def _times(odds: float) -> str:
    if odds > _MOST_TIMES:
        return f"> {_MOST_TIMES:,} times"
    return f"{odds:.0f} times" if odds >= 9.5 else f"{odds:.1f} times"


def _options(options: Sequence[Option], gazetteer: Gazetteer) -> str:
    rows = [_option_cells(option, gazetteer) for option in options[:_MOST_OPTIONS]]
    columns = [column for at, column in enumerate(_OPTIONS) if any(row[at] for row in rows)]
    kept = [_OPTIONS.index(column) for column in columns]
    text = console.table(columns, ([row[at] for at in kept] for row in rows))
    return text + (f"... and {len(options) - len(rows)} more\n" if len(options) > len(rows) else "")


def _option_cells(option: Option, gazetteer: Gazetteer) -> tuple[str, ...]:
    place, numbers = option.match.place, option.features
    unit = gazetteer.unit(place.country_code, place.admin1_code) if place.country_code and place.admin1_code else None
    kilometres = _kilometres(numbers)
    return (
        console.printable(place.name, limit=console.LONGEST_NAME),
        "" if unit is None else console.printable(unit.name, limit=console.LONGEST_NAME),
        place.country_code or "",
        place.kind,
        "" if place.population is None else f"{place.population:,}",
        _percent(option.share),
        "yes" if numbers["in_container"] else "",
        "fits" if numbers["fits_kind_word"] > 0 else "no" if numbers["fits_kind_word"] < 0 else "",
        _percent(numbers["prior_share"]),
        _percent(numbers["country"]) if numbers["country"] else "",
        _percent(numbers["admin1"]) if numbers["admin1"] else "",
        "" if kilometres is None else f"{kilometres:,.0f}",
        place.id,
    )


def _kilometres(numbers: Any) -> float | None:  # noqa: ANN401 (features by name)
    """Return how far the nearest other place of the text is; None where there is none that tells."""
    from math import expm1

    kilometres = expm1(numbers["nearest_km"])
    return kilometres if kilometres < _FAR_AWAY_KM else None


def _told_cells(told: Told) -> tuple[str, ...]:
    mention, resolution = told.mention, told.mention.resolution
    state = "unresolved" if resolution.referent is None else "asserted" if resolution.is_asserted else "uncertain"
    return (
        str(mention.toponym.start),
        _short(mention.excerpt, mention.toponym.start, mention.toponym.end),
        resolution.role,
        *_step_cells(told.steps),
        "" if resolution.referent is None else f"{resolution.confidence:.2f}",
        state,
    )


def _refused_cells(refused: Refused) -> tuple[str, ...]:
    shown = _short(refused.excerpt, refused.start, refused.end)
    return str(refused.start), shown, *_step_cells(refused.steps), refused.reason


def _step_cells(steps: Steps) -> tuple[str, str]:
    return tuple("" if share is None else f"{share:.2f}" for share in (steps.first, steps.judge))  # type: ignore[return-value]


def _short(excerpt: Excerpt, start: int, end: int) -> str:
    """Return what stands around a name in its sentence."""
    first, last = max(0, start - excerpt.start - _EXCERPT // 2), end - excerpt.start + _EXCERPT // 2
    before, after = "..." if first else "", "..." if last < len(excerpt.text) else ""
    return before + console.printable(excerpt.text[first:last]) + after


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 or share == 0 else "< 1 %"


def _record(explanation: Explanation, gazetteer: Gazetteer) -> dict[str, object]:
    return {
        "id": explanation.document.id,
        "meanings": [_meaning_record(meaning, gazetteer) for meaning in explanation.meanings],
        "refused": [asdict(refused) for refused in explanation.refused],
    }


def _meaning_record(meaning: Meaning, gazetteer: Gazetteer) -> dict[str, object]:
    candidates = [
        {
            **listing.record({**asdict(option.match.place), "match": option.match.form}, gazetteer),
            "share": round(option.share, 4),
            "features": {field: round(value, 6) for field, value in option.features.items()},
        }
        for option in meaning.options
    ]
    return {
        "mentions": [_told_record(told) for told in meaning.told],
        "candidates": candidates,
        "rival": None if meaning.rival is None else meaning.options[meaning.rival].match.place.id,
        "for": [asdict(argument) for argument in meaning.pros],
        "against": [asdict(argument) for argument in meaning.cons],
    }


def _told_record(told: Told) -> dict[str, object]:
    toponym, resolution = told.mention.toponym, told.mention.resolution
    return {
        "start": toponym.start,
        "end": toponym.end,
        "text": toponym.text,
        "excerpt": asdict(told.mention.excerpt),
        "place": None if resolution.referent is None else resolution.referent.id,
        "role": resolution.role,
        "confidence": resolution.confidence,
        "is_asserted": resolution.referent is not None and resolution.is_asserted,
        "evidence": list(resolution.evidence),
        "steps": asdict(told.steps),
    }
