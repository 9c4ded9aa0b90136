"""Ids of documents: unique within a run."""

from __future__ import annotations

from hashlib import blake2b
from typing import Literal

_NO_TEXT = 0


class MadeUp(str):
    """An id that follows from a file's name and the number of a row, because its record brings none."""

    __slots__ = ()


class Ids:
    """The ids that are in use.

    Of each, eight bytes of two digests are kept, in some 120 bytes of memory. Two of a million ids share one with a
    probability of 3e-8, and are taken for the same then.
    """

    def __init__(self) -> None:
        self._taken: dict[int, int] = {}
        self._numbers: dict[str, int] = {}

    def unused(self, name: str) -> str:
        """Return the name, numbered when it is taken already, and take it."""
        unused, key = name, _digest(name)
        while key in self._taken:
            self._numbers[name] = self._numbers.get(name, 1) + 1
            unused = f"{name}-{self._numbers[name]}"
            key = _digest(unused)
        self._taken[key] = _NO_TEXT
        return unused

    def take(self, name: str, text: str) -> Literal["new", "repeated", "used"]:
        """Take the id that a record brings.

        Parameters
        ----------
        name
            The id.
        text
            What the record holds.

        Returns
        -------
        Literal["new", "repeated", "used"]
            "repeated" when the same text had this id before, "used" when something else has it.

        Examples
        --------
        >>> ids = Ids()
        >>> ids.take("a", "Rome fell."), ids.take("a", "Rome fell."), ids.take("a", "Oslo."), ids.unused("a")
        ('new', 'repeated', 'used', 'a-2')
        """
        key, content = _digest(name), _digest(text)
        if key not in self._taken:
            self._taken[key] = content
            return "new"
        return "repeated" if self._taken[key] == content else "used"


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
