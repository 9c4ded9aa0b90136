"""The files under ``maps/assets`` that a page carries inside it: our own, and the libraries of others."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import PurePosixPath

from geo.errors import ResourceError

LIBRARIES: Mapping[str, str] = {
    "leaflet": "leaflet/leaflet.js",
    "leaflet_css": "leaflet/leaflet.css",
    "jquery": "jquery/jquery.min.js",
    "awesome_markers": "leaflet.awesome-markers/leaflet.awesome-markers.min.js",
    "awesome_markers_css": "leaflet.awesome-markers/leaflet.awesome-markers.css",
    "glyphicons_css": "glyphicons/glyphicons.css",
    "markerclusterjs": "leaflet.markercluster/leaflet.markercluster.js",
    "markerclustercss": "leaflet.markercluster/MarkerCluster.css",
    "markerclusterdefaultcss": "leaflet.markercluster/MarkerCluster.Default.css",
    "Control.Fullscreen.js": "leaflet.fullscreen/Control.FullScreen.js",
    "Control.FullScreen.css": "leaflet.fullscreen/Control.FullScreen.css",
    "leaflet-heat.js": "leaflet.heat/leaflet-heat.js",
}
"""What a page can carry for layers of folium, by the names that folium gives to what it loads."""

_MEND = "reinstall placelines"
_TYPES = {".png": "image/png", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_URL = re.compile(r"url\(([\"']?)([\w./@-]+)\1\)")
_COMMENT = re.compile(r"^ *(?:/\*\*.*?\*/|//[^\n]*)\n", re.DOTALL | re.MULTILINE)
_INDENT = re.compile(r"^ +", re.MULTILINE)
_SOURCE_MAP = re.compile(r"//# sourceMappingURL=[\w.-]+")


def text(name: str) -> str:
    """Return a text file, fit to stand inside a script or style element.

    Raises
    ------
    ResourceError
        If it is missing or damaged.
    """
    try:
        found = _content(name).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ResourceError(f"a part of the page, {name}, is damaged: {_MEND}") from error
    found = _SOURCE_MAP.sub("", found.replace("\r\n", "\n"))
    return _terse(found) if _is_own(name) else found


def style_sheet(name: str) -> str:
    """Return a style sheet with its images and fonts as data URIs.

    Raises
    ------
    ResourceError
        If it, or a file that it names, is missing or damaged.
    """
    folder = PurePosixPath(name).parent

    def embedded(match: re.Match[str]) -> str:
        part = folder / match[2]
        return f"url(data:{_TYPES[part.suffix]};base64,{base64.b64encode(_content(str(part))).decode()})"

    return _URL.sub(embedded, text(name))


def _is_own(name: str) -> bool:
    """Whether it is a script of ours, which are written as `_terse` needs them."""
    return name.endswith(".js") and "/" not in name


def _terse(script: str) -> str:
    """Drop comments that stand alone, and what sets lines in: a fifth. No text of a script may go over a line's end."""
    return _INDENT.sub("", _COMMENT.sub("", script))


def _content(name: str) -> bytes:
    try:
        return files(__package__).joinpath("assets", *name.split("/")).read_bytes()
    except OSError as error:
        raise ResourceError(f"a part of the page, {name}, is missing ({error.strerror}): {_MEND}") from error
