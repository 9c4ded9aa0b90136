"""The file of geocoders: TOML with a table for each service, which tells how to ask it and where its keys are kept.

``docs/geocoding.md`` says what may stand in it.
"""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..contents import content_of
from ..errors import OptionError
from ..masking import is_secret
from .keys import Key

FILE_NAME = "geocoders.toml"
"""Name of the file in the user's configuration folder."""

VARIABLE = "PLACELINES_GEOCODERS"
"""Environment variable that names another file."""

MAX_BYTES = 1 << 20
"""Largest file."""

_NUMBERS = {"interval_s": 0.0, "timeout_s": 0.1}
_MOST_S = 3600.0


@dataclass(frozen=True, slots=True)
class Settings:
    """How to ask one service."""

    service: str
    """Which geocoder it is, in lower case: "nominatim", "photon", "pelias" or geopy's name of one."""
    where: str
    """File and table, for messages; the name alone where no file says anything."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    """``interval_s`` and ``timeout_s``, where they are given."""
    url: str | None = None
    """Address of the server."""
    attribution: str | None = None
    """What the licence of its data asks to be shown with them."""
    options: Mapping[str, object] = field(default_factory=dict)
    """What else it is made with."""
    keys: Mapping[str, Key] = field(default_factory=dict)
    """Where its keys are kept, by the name of the option."""
    ask: Mapping[str, object] = field(default_factory=dict)
    """What to ask with every name."""


def read_settings(name: str, path: Path | None = None) -> Settings:
    """Return how to ask a service.

    Parameters
    ----------
    name
        Of a table of the file, in any case; where there is none, of the geocoder.
    path
        The file; None for that which PLACELINES_GEOCODERS names, else the user's own, which need not be there.

    Raises
    ------
    OptionError
        When the file cannot be read, or something in that table makes no sense: with file and key, never with a value
        that may be secret.
    """
    named = path or _named_by_environment()
    path = named or _usual_path()
    tables = _tables(path, must_exist=named is not None)
    titles = [title for title in tables if title.casefold() == name.casefold()]
    if not titles:
        return Settings(name.casefold(), name)
    if len(titles) > 1:
        raise OptionError(f"{path}: [{titles[0]}] and [{titles[1]}] are one name here; give one of them another")
    return _settings(titles[0], tables[titles[0]], f"{path}: [{titles[0]}]")


def _named_by_environment() -> Path | None:
    named = os.environ.get(VARIABLE, "").strip()
    return Path(named).expanduser() if named else None


def _usual_path() -> Path:
    from platformdirs import user_config_path

    return user_config_path("placelines", appauthor=False) / FILE_NAME


def _tables(path: Path, *, must_exist: bool) -> dict[str, object]:
    try:
        data = content_of(path, f"file of geocoders {path}", most_bytes=MAX_BYTES)
    except OptionError as error:
        if not must_exist and isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
            return {}
        raise
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise OptionError(f"{path}: the file of geocoders is not in UTF-8") from error
    except (ValueError, RecursionError) as error:
        # The message tells what was expected and where, and quotes one character at most.
        raise OptionError(f"{path}: the file of geocoders is not TOML: {error}") from error


def _settings(title: str, table: object, where: str) -> Settings:
    if not isinstance(table, dict):
        raise OptionError(f"{where} has to be a table")
    left = dict(table)
    numbers = {key: _number(left.pop(key), f"{where} {key}", least) for key, least in _NUMBERS.items() if key in left}
    texts = {key: _text(left.pop(key), f"{where} {key}") for key in ("class", "url", "attribution") if key in left}
    ask = left.pop("ask", {})
    if not isinstance(ask, dict):
        raise OptionError(f"{where} ask has to be a table")
    for key, value in ask.items():
        if is_secret(key):
            raise OptionError(f"{where} ask.{key}: keys stand beside 'ask', not in it")
        if not _is_plain(value):
            raise OptionError(f"{where} ask.{key}: give a text, a number, true, false or a list of texts")
    return Settings(
        service=texts.get("class", title).casefold(),
        where=where,
        numbers=numbers,
        url=texts.get("url"),
        attribution=texts.get("attribution"),
        options={key: _option(value, f"{where} {key}", key) for key, value in left.items() if not _is_key(value)},
        keys={key: _key(value, f"{where} {key}") for key, value in left.items() if _is_key(value)},
        ask=ask,
    )


def _number(value: object, where: str, least: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= _MOST_S:
        raise OptionError(f"{where}: give a number of seconds from {least:g} to {_MOST_S:g}")
    return float(value)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise OptionError(f"{where}: give a text of one line")
    return value.strip()


def _option(value: object, where: str, key: str) -> object:
    if is_secret(key):
        raise OptionError(
            f'{where}: keep secrets elsewhere, and write {{ env = "VARIABLE" }} or {{ file = "PATH" }} here'
        )
    if not _is_plain(value):
        raise OptionError(f"{where}: give a text, a number, true, false or a list of texts")
    return value


def _is_plain(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, (str, int)) or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _is_key(value: object) -> bool:
    return isinstance(value, dict)


def _key(value: Any, where: str) -> Key:  # noqa: ANN401  # a table of TOML
    ((kind, name), *more) = value.items() or [("", "")]
    if more or kind not in ("env", "file") or not isinstance(name, str) or not name.strip():
        raise OptionError(f'{where}: give {{ env = "VARIABLE" }} or {{ file = "PATH" }}')
    return Key(**{kind: name.strip()})
