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
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from geo.atlas import Atlas
from geo.errors import OutputError, ResourceError
from geo.gazetteers import Gazetteer
from geo.writers.folder import publish

from . import payload, style
from .draw import draw

if TYPE_CHECKING:
    from .figure import Drawing

CANARY = "{{ 7*191 }}"
"""Travels with the data. A template engine that got hold of it would turn it into a number, and give itself away."""

SCRIPTS = ("basemap.js", "labels.js", "panel.js", "layout.js", "view.js", "page.js")
"""Our scripts, in the order in which they build on each other."""

_MEND = "reinstall placelines"
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_CSS_IMAGE = re.compile(r"url\(images/([\w-]+\.png)\)")


def render(
    atlas: Atlas,
    *,
    gazetteer: Gazetteer,
    tool_version: str,
    min_confidence: float | None = None,
    drawing: Drawing | None = None,
) -> str:
    """Return the page of an atlas.

    Parameters
    ----------
    atlas
        What was found; any number of documents.
    gazetteer
        Names the countries and provinces of places, and the towns around them.
    tool_version
        Printed on the page.
    min_confidence
        Confidence from which places of the atlas are asserted, as `geo.Geoparser.min_confidence` has it: printed beside
        those that are not. None to leave it out.
    drawing
        What `maps.draw.draw` returned for the same atlas, with layers of your own; drawn afresh when None.

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
    from .figure import SelfContained

    parts = SelfContained().parts(drawing or draw(atlas))
    told = payload.build(atlas, gazetteer=gazetteer, tool_version=tool_version, min_confidence=min_confidence)
    data = payload.to_json({**told, "canary": CANARY})
    scripts = [_asset("leaflet/leaflet.js"), *map(_asset, SCRIPTS), parts.script]
    styles = [_leaflet_css(), style.css_variables(), _asset("page.css")]
    page = _fill(
        _asset("page.html"),
        {
            "policy": _policy([*scripts, *_INLINE_SCRIPT.findall(parts.head)]),
            "styles": "\n".join(f"<style>{css}</style>" for css in styles) + parts.head,
            "map": parts.body,
            "data": data,
            "scripts": "\n".join(f"<script>{script}</script>" for script in scripts),
        },
    )
    if page.count(data) != 1:
        raise OutputError("the page was not made: a template changed its data; please report this with the article")
    return page


def write(
    atlas: Atlas,
    path: Path,
    *,
    gazetteer: Gazetteer,
    tool_version: str,
    min_confidence: float | None = None,
    drawing: Drawing | None = None,
) -> None:
    """Write the page of an atlas to a file, whole or not at all. The arguments are those of `render`.

    Raises
    ------
    OutputError
        If the file cannot be written; what was there before is untouched.
    """
    page = render(atlas, gazetteer=gazetteer, tool_version=tool_version, min_confidence=min_confidence, drawing=drawing)
    publish(path.parent, {path.name: [page]})


def _policy(scripts: list[str]) -> str:
    """Return a content security policy under which these scripts run and nothing is fetched."""
    hashes = " ".join(f"'sha256-{_sha256_base64(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; font-src data:; "
        "connect-src 'none'; form-action 'none'; base-uri 'none'"
    )


def _sha256_base64(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _fill(template: str, holes: dict[str, str]) -> str:
    """Fill the holes of a template in one pass, so that what is filled in is never looked at again."""
    return re.sub(r"<!--(\w+)-->", lambda hole: holes[hole.group(1)], template)


def _asset(name: str) -> str:
    """Return the text of a file under ``maps/assets``, fit to stand inside a script or style element."""
    try:
        text = _asset_bytes(name).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ResourceError(f"a part of the page, {name}, is damaged: {_MEND}") from error
    return text.replace("\r\n", "\n").replace("//# sourceMappingURL=leaflet.js.map", "")


def _asset_bytes(name: str) -> bytes:
    try:
        return files(__package__).joinpath("assets", *name.split("/")).read_bytes()
    except OSError as error:
        raise ResourceError(f"a part of the page, {name}, is missing ({error.strerror}): {_MEND}") from error


def _leaflet_css() -> str:
    """Return Leaflet's style sheet with its images as data URIs."""

    def embedded(match: re.Match[str]) -> str:
        image = _asset_bytes(f"leaflet/images/{match.group(1)}")
        return f"url(data:image/png;base64,{base64.b64encode(image).decode()})"

    return _CSS_IMAGE.sub(embedded, _asset("leaflet/leaflet.css"))
