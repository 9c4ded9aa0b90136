"""``--dry-run``: what would go out, to be read before it does."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from geo.services import INTERVAL_S

from . import console

if TYPE_CHECKING:
    from geo.adapters import Request

_NEVER = "Names, codes of countries and rounded boxes go out, each once; the text of an article never does."


class DryRun:
    """Prints requests instead of sending them; to be given to services as ``tell``."""

    def __init__(self) -> None:
        self._asked: Counter[str] = Counter()

    def __call__(self, request: Request) -> None:
        """Print a request: method and address, and below it the form that is posted."""
        self._asked[urlsplit(request.url).netloc] += 1
        lines = [f"{request.method} {request.url}"]
        for name, value in request.fields:
            first, *others = value.split("\n")
            lines += [f"  {name}={first}", *(f"    {line}" for line in others)]
        console.say("".join(f"{_shown(line)}\n" for line in lines))

    def finish(self) -> None:
        """Print how many requests there would be, and how long they would take."""
        count = self._asked.total()
        if not count:
            console.say("0 requests: everything is known here, or kept in the cache.\n")
            return
        each = ", ".join(f"{times} to {console.printable(host)}" for host, times in self._asked.items())
        noun = "request" if count == 1 else "requests"
        more = "and those that answers lead to"
        console.say(f"{count} {noun}, {each}, {more}: {count * INTERVAL_S:.0f} s or more. {_NEVER}\n")


def _shown(line: str) -> str:
    """Return a line as the terminal takes it, indented as it is."""
    text = line.lstrip(" ")
    return line[: len(line) - len(text)] + console.printable(text)
