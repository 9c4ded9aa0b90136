"""An atlas as one HTML file that opens anywhere, without network: map, list of places, and the article beside it.

How the file is put together, and why it is safe to open:

- `maps.draw` makes a folium map of numbers only; branca's templates never see a word of the article.
- Every word travels in one block of JSON (`maps.payload`), in which nothing can end the script element around it, and
  reaches the document through ``textContent``.
- Scripts are constants, inlined. The content security policy names each by its SHA-256 and forbids everything else:
  https://www.w3.org/TR/CSP3/#framework-directive-source-list
- The same atlas gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from geo.atlas import Atlas
from geo.errors import OptionError, OutputError
from geo.gazetteers import Gazetteer
from geo.gazetteers.embedded import open_embedded
from geo.version import __version__
from geo.writers.folder import publish

from . import payload, style, vendored
from .draw import draw
from .foreign import is_linked

if TYPE_CHECKING:
    from .figure import Drawing, Parts, SelfContained
    from .packing import Record
    from .tiles import Tiles

CANARY = "{{ 7*191 }}"
"""Travels with the data. A template engine that got hold of it would turn it into a number, and give itself away."""

SCRIPTS = (
    "elements.js",
    "symbols.js",
    "data.js",
    "days.js",
    "basemap.js",
    "labels.js",
    "layout.js",
    "entries.js",
    "filters.js",
    "search.js",
    "brush.js",
    "timeline.js",
    "sources.js",
    "colouring.js",
    "shelf.js",
    "list.js",
    "legend.js",
    "articles.js",
    "reader.js",
    "panel.js",
    "view.js",
    "vicinities.js",
    "tiles.js",
    "rivals.js",
    "card.js",
    "popups.js",
    "address.js",
    "theme.js",
    "picture.js",
    "print.js",
    "embed.js",
    "takeaway.js",
    "decisions.js",
    "pick.js",
    "correcting.js",
    "corrections.js",
    "page.js",
)
"""Our scripts, in the order in which they build on each other."""

CROWD_SCRIPTS = ("supercluster/supercluster.min.js", "discs.js", "crowd.js")
"""Those that a page with very many places has besides, before the last."""

_NONE = ("'none'",)
_INLINE_SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def render(
    atlas: Atlas,
    *,
    gazetteer: Gazetteer | None = None,
    tool_version: str = __version__,
    min_confidence: float | None = None,
    drawing: Drawing | None = None,
    tiles: Tiles | None = None,
) -> str:
    """Return the page of an atlas.

    Parameters
    ----------
    atlas
        What was found; any number of documents.
    gazetteer
        Names the countries and provinces of places, and the towns around them; None for the one that comes along.
    tool_version
        Printed on the page.
    min_confidence
        Confidence from which places of the atlas are asserted, as `geo.Geoparser.min_confidence` has it: printed beside
        those that are not. None to leave it out.
    drawing
        What `maps.draw.draw` returned for the same atlas, with layers of your own; drawn afresh when None. Its own
        ``save()`` makes this same page.
    tiles
        Online map pictures that the page's reader may ask for (`maps.tiles.find_tiles`); None for a page without such a
        button.

    Returns
    -------
    str
        A whole HTML document.

    Raises
    ------
    OptionError
        If a layer that was added to the drawing needs something that the page does not carry.
    OutputError
        If the data did not come through unchanged; such a page must not be opened.
    ResourceError
        If a script, style or basemap of this installation is missing or damaged.
    """
    parts = _figure_of(drawing or draw(atlas)).parts()
    if gazetteer is None:
        gazetteer = open_embedded()
    told = payload.build(atlas, gazetteer=gazetteer, tool_version=tool_version, min_confidence=min_confidence)
    return assemble(parts, told, tiles)


def assemble(parts: Parts, told: Record, tiles: Tiles | None = None) -> str:
    """Put a page together from what folium made and what it says (`maps.payload`); raises what `render` raises."""
    data = payload.to_json({**told, "tiles": tiles.to_record() if tiles else None, "canary": CANARY})
    *ours, last = SCRIPTS
    crowd = CROWD_SCRIPTS if parts.has_crowd else ()
    scripts = ["leaflet/leaflet.js", *parts.needs.scripts, *ours, *crowd, last]
    inline = [*(vendored.text(name) for name in scripts if not is_linked(name)), parts.script]
    allowed = {**parts.needs.sources}
    if tiles:
        allowed["img-src"] = (*allowed.get("img-src", ()), *tiles.origins)
    page = _fill(
        vendored.text("page.html"),
        {
            "policy": _policy([*inline, *_INLINE_SCRIPT.findall(parts.head + parts.body)], allowed),
            "styles": "\n".join(map(_style, ["leaflet/leaflet.css", *parts.needs.styles]))
            + f"\n<style>{style.css_variables()}</style>\n{_style('page.css')}{parts.head}",
            "map": parts.body,
            "data": data,
            "scripts": "\n".join([*map(_script, scripts), f"<script>{parts.script}</script>"]),
        },
    )
    if page.count(data) != 1:
        raise OutputError("the page was not made: a template changed its data; please report this with the article")
    return page


def write(
    atlas: Atlas,
    path: Path,
    *,
    gazetteer: Gazetteer | None = None,
    tool_version: str = __version__,
    min_confidence: float | None = None,
    drawing: Drawing | None = None,
    tiles: Tiles | None = None,
) -> None:
    """Write the page of an atlas to a file, whole or not at all. The arguments are those of `render`.

    Raises
    ------
    OutputError
        If the file cannot be written; what was there before is untouched.
    """
    page = render(
        atlas,
        gazetteer=gazetteer,
        tool_version=tool_version,
        min_confidence=min_confidence,
        drawing=drawing,
        tiles=tiles,
    )
    publish(path.parent, {path.name: [page]})


def _figure_of(drawing: Drawing) -> SelfContained:
    from .figure import SelfContained

    figure = drawing.get_root()
    if not isinstance(figure, SelfContained):
        raise OptionError(
            "the drawing was put into a figure that is not its own: draw the atlas again, and leave it where it is"
        )
    return figure


def _script(name: str) -> str:
    """Return the element of a script: a file of ours within it, or a link."""
    return f'<script src="{escape(name)}"></script>' if is_linked(name) else f"<script>{vendored.text(name)}</script>"


def _style(name: str) -> str:
    """Return the element of a style sheet: a file of ours within it, or a link."""
    if is_linked(name):
        return f'<link rel="stylesheet" href="{escape(name)}">'
    return f"<style>{vendored.style_sheet(name)}</style>"


def _policy(scripts: Iterable[str], allowed: Mapping[str, Sequence[str]]) -> str:
    """Return a content security policy under which these scripts run, and nothing is fetched but what is allowed."""
    directives: dict[str, list[str]] = {
        "default-src": [],
        "script-src": [f"'sha256-{_sha256_base64(script)}'" for script in scripts],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["data:"],
        "font-src": ["data:"],
        "connect-src": [],
        "form-action": [],
        "base-uri": [],
    }
    for directive, sources in allowed.items():
        known = directives.setdefault(directive, [])
        known.extend(source for source in sources if source not in known)
    return "; ".join(f"{directive} {' '.join(sources or _NONE)}" for directive, sources in directives.items())


def _sha256_base64(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _fill(template: str, holes: dict[str, str]) -> str:
    """Fill the holes of a template in one pass, so that what is filled in is never looked at again."""
    return re.sub(r"<!--(\w+)-->", lambda hole: holes[hole.group(1)], template)
