"""What the robots.txt of a server allows (RFC 9309).

Not ``urllib.robotparser``: up to Python 3.14 it takes the first rule that fits instead of the longest, and ``*`` and
``$`` for letters, so that much of what publishers forbid would be allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

MAX_LENGTH = 512 << 10
"""Characters that are read; section 2.5 wants at least 500 KiB understood."""

_LONGEST_PATTERN = 2_000


@dataclass(frozen=True, slots=True)
class Robots:
    """Rules for one robot."""

    rules: tuple[tuple[str, bool], ...] = ()
    """Patterns of paths, and whether what fits is allowed; that of the most letters first, allowed before not."""
    delay_s: float = 0.0
    """Seconds that are wished for between two requests; never negative."""

    @classmethod
    def of(cls, text: str, robot: str) -> Robots:
        r"""Read the rules for a robot, by its name in small letters; for any robot, where no group names it.

        Examples
        --------
        >>> robots = Robots.of("User-agent: *\nDisallow: /*.pdf$\nDisallow: /a\nAllow: /a/b\nCrawl-delay: 3", "us")
        >>> [robots.allows(path) for path in ("/", "/x.pdf", "/x.pdf?a", "/a/c", "/a/b/c")], robots.delay_s
        ([True, False, True, False, True], 3.0)
        >>> Robots.of("User-agent: us\nDisallow:\n\nUser-agent: *\nDisallow: /", "us").allows("/a")
        True
        """
        groups = list(_groups(_lines(text[:MAX_LENGTH])))
        ours = [rows for robots, rows in groups if robot in robots] or [
            rows for robots, rows in groups if "*" in robots
        ]
        rows = [row for rows in ours for row in rows]
        rules = {(_normal(value), key == "allow") for key, value in rows if value and key in {"allow", "disallow"}}
        delays = [_seconds(value) for key, value in rows if key == "crawl-delay"]
        return cls(tuple(sorted(rules, key=lambda rule: (-len(rule[0]), not rule[1], rule[0]))), max(delays, default=0))

    def allows(self, target: str) -> bool:
        """Whether path and query of an address may be asked for."""
        path = _normal(target)
        return next((allowed for pattern, allowed in self.rules if _fits(pattern, path)), True)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.removeprefix("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if colon and len(value) <= _LONGEST_PATTERN:
            yield key.strip().lower(), value.strip()


def _groups(lines: Iterable[tuple[str, str]]) -> Iterator[tuple[set[str], list[tuple[str, str]]]]:
    """Yield the names of robots, and the rows that follow them."""
    robots: set[str] = set()
    rows: list[tuple[str, str]] = []
    for key, value in lines:
        if key == "user-agent":
            if rows:
                yield robots, rows
                robots, rows = set(), []
            # Section 2.2.1: the name ends where a version or a remark begins.
            robots.add(value.lower().replace("/", " ").partition(" ")[0])
        elif key in {"allow", "disallow", "crawl-delay"}:
            rows.append((key, value))
    yield robots, rows


def _normal(path: str) -> str:
    """Write a path one way, whatever of it was escaped."""
    return quote(unquote(path), safe="!$&'()*+,-./:;=?@_~%")


def _fits(pattern: str, path: str) -> bool:
    """Whether a path begins as a pattern says. No regular expression: ``*a*a*a*b`` would keep one busy for ever."""
    is_whole = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    last = others.pop() if others and is_whole else None
    at = len(first)
    for part in others:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if last is not None:
        return path.endswith(last) and len(path) - len(last) >= at
    return not is_whole or at == len(path)


def _seconds(value: str) -> float:
    whole, _, rest = value.partition(".")
    return float(f"{whole}.{rest or 0}") if whole.isdecimal() and (not rest or rest.isdecimal()) else 0.0
