"""API keys: where they are kept, and how they stay out of everything but the request."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote_plus

from ..contents import content_of
from ..errors import OptionError

MAX_BYTES = 4096
"""Longest text that is taken for a key."""


@dataclass(frozen=True, slots=True)
class Key:
    """Where an API key is kept: in an environment variable or a file, exactly one of them."""

    env: str | None = None
    """Name of the variable."""
    file: str | None = None
    """Path of the file, whose whole text is the key; ``~`` is the user's folder."""

    def read(self) -> str:
        """Return the key; OptionError when there is none."""
        if self.env is not None:
            where = f"environment variable {self.env}"
            text = os.environ.get(self.env, "")
        else:
            where = f"file {self.file}"
            content = content_of(Path(self.file or "").expanduser(), where, most_bytes=MAX_BYTES)
            text = content.decode("ascii", "replace")
        key = text.strip()
        if not (key and key.isascii() and key.isprintable() and len(text) <= MAX_BYTES):
            raise OptionError(f"{where}: there is no API key in it; it has to be one line of ASCII text")
        return key


class Keys(Collection[str]):
    """The API keys of a service.

    geopy writes the addresses that it asks for into its debug log and some of its errors. So it gets a placeholder for
    every key, and the key itself comes in when the request goes out. Pickles as where the keys are kept.

    Parameters
    ----------
    kept
        Where each is kept, by the name of geopy's argument.
    are_needed
        Whether anything will be sent. A recording is read without the keys of those who made it.

    Raises
    ------
    OptionError
        When a key is not there.
    """

    def __init__(self, kept: Mapping[str, Key], *, are_needed: bool = True) -> None:
        self._kept = dict(kept)
        self._values: dict[str, str] = {}
        for name, key in kept.items() if are_needed else ():
            try:
                self._values[name] = key.read()
            except OptionError as error:
                raise OptionError(f"{name}: {error}") from error

    def __reduce__(self) -> tuple[Callable[[], Keys], tuple[()]]:
        return partial(Keys, self._kept, are_needed=bool(self._values)), ()

    def __repr__(self) -> str:
        return f"Keys({self._kept!r})"

    def __iter__(self) -> Iterator[str]:
        return iter(self._values.values())

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, value: object) -> bool:
        return value in self._values.values()

    @property
    def placeholders(self) -> dict[str, str]:
        """What geopy gets instead, by the name of its argument."""
        return placeholders_of(self._kept)

    def put_into(self, url: str) -> str:
        """Return an address with the keys in place of their placeholders."""
        address, mark, query = url.partition("?")
        placeholders = self.placeholders
        by_placeholder = {quote_plus(placeholders[name]): quote_plus(value) for name, value in self._values.items()}
        pairs = (pair.partition("=") for pair in query.split("&"))
        return address + mark + "&".join(name + sign + by_placeholder.get(value, value) for name, sign, value in pairs)


def placeholders_of(names: Iterable[str]) -> dict[str, str]:
    """Return what geopy gets for arguments that are keys."""
    # No name of a place can be one: names go out with single spaces.
    return {name: f"  {name}  " for name in names}
