"""Names looked up once: what a text repeats, and one text after another, is found again in no time."""

from __future__ import annotations

from collections.abc import Sequence

from ..model import Kind
from . import Gazetteer
from .matching import Match, matches
from .priors import prior

MOST_REMEMBERED = 50_000
"""Names kept; then all are forgotten, which bounds memory in a process that reads for days."""
_MOST_WEIGHED = 100
"""Places of one name, the largest first, that are weighed whatever they are."""


class KnownNames:
    """What every name as written may mean, by a gazetteer, remembered.

    Parameters
    ----------
    gazetteer
        Asked for each name once.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._found: dict[str, tuple[Match, ...]] = {}

    def __call__(self, written: str) -> tuple[Match, ...]:
        """Return every place that a name as written may mean, likeliest first, in no other romanisation.

        See `matches` for the forms that are tried, and `prior` for what makes a place likely.
        """
        found = self._found.get(written)
        if found is None:
            if len(self._found) >= MOST_REMEMBERED:
                self._found.clear()
            found = self._found[written] = likeliest_first(matches(self.gazetteer, written))
        return found

    def __reduce__(self) -> tuple[type[KnownNames], tuple[Gazetteer]]:
        return KnownNames, (self.gazetteer,)


def likeliest_first(found: Sequence[Match]) -> tuple[Match, ...]:
    """Sort what a name may mean by how often news means it, then by id.

    Of a name with very many bearers the small towns behind the hundred largest places stay as they come, by population:
    nothing but what the text says of them can tell them apart.
    """
    worth = [*found[:_MOST_WEIGHED], *(m for m in found[_MOST_WEIGHED:] if m.place.kind is not Kind.SETTLEMENT)]
    small = [match for match in found[_MOST_WEIGHED:] if match.place.kind is Kind.SETTLEMENT]
    return (*sorted(worth, key=lambda match: (-prior(match), match.place.id)), *small)
