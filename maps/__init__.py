"""Draw an atlas: as a folium map (`draw`), as one HTML page (`render`), as a file of that (`write`).

`find_tiles` finds online map pictures that the readers of a page may ask for.

What is listed in ``__all__`` is the public surface; everything else may change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

# At once, because the function has its module's name: loaded later, the module would take its place.
from .draw import draw

if TYPE_CHECKING:
    from .page import render, write
    from .tiles import find_tiles
else:

    def __getattr__(name: str) -> object:
        """Load a public name when it is first used (PEP 562)."""
        if name in {"render", "write"}:
            from . import page

            return getattr(page, name)
        if name == "find_tiles":
            from .tiles import find_tiles

            return find_tiles
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["draw", "find_tiles", "render", "write"]


def __dir__() -> list[str]:
    """List the public names too, though they are not loaded yet."""
    return sorted({*globals(), *__all__})
