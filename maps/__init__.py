"""Draw an atlas: as a folium map (`draw`), as one HTML page (`render`), as a file of that (`write`).

What is listed in ``__all__`` is the public surface; everything else may change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

# At once, because the function has its module's name: loaded later, the module would take its place.
from .draw import draw

if TYPE_CHECKING:
    from .page import render, write
else:

    def __getattr__(name: str) -> object:
        """Load a public name when it is first used (PEP 562)."""
        if name in {"render", "write"}:
            from . import page

            return getattr(page, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["draw", "render", "write"]


def __dir__() -> list[str]:
    """List the public names too, though they are not loaded yet."""
    return sorted({*globals(), *__all__})
