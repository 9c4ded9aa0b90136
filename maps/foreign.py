"""What layers of a user's own need that a page does not have: carried along, let through or refused.

A page fetches nothing. Of what folium would load, it carries the libraries of `maps.vendored` where a layer needs them;
anything else is refused when the page is made, by its address, unless the user lets the page fetch it. What is not
found out here, the page's policy stops in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from geo.errors import OptionError

from .vendored import LIBRARIES

_ALWAYS_ASKED_FOR = {
    "leaflet": None,
    "leaflet_css": None,
    "bootstrap": None,
    "bootstrap_css": None,
    "jquery": re.compile(r"\$[(.]|\bjQuery\b"),
    "awesome_markers": re.compile(r"\bL\.AwesomeMarkers\b"),
    "awesome_markers_css": re.compile(r"\bL\.AwesomeMarkers\b"),
    "glyphicons_css": re.compile(r"\bglyphicon\b"),
    "awesome_markers_font_css": re.compile(r"\"prefix\":\s*\"fa|class=[^>]*\bfa-(?!rotate-)"),
    "awesome_rotate_css": re.compile(r"\bfa-rotate-0*[1-9]"),
}
"""What folium asks for with every map, and what in its script or markup shows that a layer has use for it.

None is for what the page has anyway, and for Bootstrap, which would dress our page and which no layer of folium calls.
"""
_IN_QUOTES = r"\\?[\"'`]?([^\"'`\\\s>]+)"
_FETCHES = (
    ("img-src", re.compile(r"\bL\.(?:tileLayer(?:\.wms)?|imageOverlay)\(\s*" + _IN_QUOTES)),
    ("img-src", re.compile(r"\"(?:iconUrl|iconRetinaUrl|shadowUrl)\":\s*" + _IN_QUOTES)),
    ("img-src", re.compile(r"<(?:img|image)\b[^>]*?\b(?:src|href)\s*=\s*" + _IN_QUOTES, re.I)),
    ("img-src", re.compile(r"\burl\(\s*" + _IN_QUOTES.replace("\\s", "\\s)"))),
    ("media-src", re.compile(r"\bL\.videoOverlay\(\s*" + _IN_QUOTES)),
    ("media-src", re.compile(r"<(?:video|audio|source)\b[^>]*?\bsrc\s*=\s*" + _IN_QUOTES, re.I)),
    ("connect-src", re.compile(r"(?:\$\.(?:ajax|get|getJSON)|\bfetch)\(\s*(?=\\?[\"'`])" + _IN_QUOTES)),
    ("frame-src", re.compile(r"<(?:iframe|object|embed)\b[^>]*?\b(?:src|data)\s*=\s*" + _IN_QUOTES, re.I)),
    ("script-src", re.compile(r"<script\b[^>]*?\bsrc\s*=\s*" + _IN_QUOTES, re.I)),
    ("style-src", re.compile(r"<link\b[^>]*?\bhref\s*=\s*" + _IN_QUOTES, re.I)),
)
"""Directives of the policy, and what in a layer's script or markup falls under them."""
_ESCAPED = re.compile(r"\\u00(26|27|3[ce])", re.I)
"""How Jinja writes the characters of markup into JSON."""
_FETCHED_BY_STYLES = ("img-src", "font-src")


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be on a page, or let through by its policy, for the layers that are on its map."""

    scripts: tuple[str, ...]
    """Files of `maps.vendored` and https addresses, in the order in which they build on each other."""
    styles: tuple[str, ...]
    """The same of style sheets."""
    sources: Mapping[str, Sequence[str]]
    """What the page's policy lets through besides: sources by directive."""


def is_linked(name: str) -> bool:
    """Whether a script or style of `Needs` is an address, not a file of ours."""
    return name.startswith("https:")


def find_needs(
    scripts: Mapping[str, str], styles: Mapping[str, str], markup: str, script: str, *, allow_cdn: bool
) -> Needs:
    """Find what a page needs besides what every page has.

    Parameters
    ----------
    scripts, styles
        Addresses of what folium would load, by the names that it gives them, in its order.
    markup, script
        What folium wrote for the map and its layers.
    allow_cdn
        Whether what the page cannot carry may be fetched when it is opened.

    Raises
    ------
    OptionError
        If something would have to be fetched that must not.
    """
    evidence = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), f"{markup}\n{script}")
    sources: dict[str, dict[str, None]] = {}

    def let_through(directive: str, address: str) -> None:
        if address.startswith("data:"):
            source = "data:"
        else:
            _check(address, allow_cdn=allow_cdn)
            source = _source(address, whole=directive == "script-src")
        sources.setdefault(directive, {})[source] = None

    def located(assets: Mapping[str, str], directive: str) -> Iterator[str]:
        for name, address in assets.items():
            if not _is_used(name, evidence):
                continue
            if name not in LIBRARIES:
                let_through(directive, address)
            yield LIBRARIES.get(name, address)

    needs = tuple(located(scripts, "script-src")), tuple(located(styles, "style-src"))
    for directive, pattern in _FETCHES:
        for match in pattern.finditer(evidence):
            let_through(directive, match[1])
    for source in sources.get("style-src", ()):
        for directive in _FETCHED_BY_STYLES:
            sources.setdefault(directive, {})[source] = None
    return Needs(*needs, {directive: tuple(found) for directive, found in sorted(sources.items())})


def _is_used(name: str, evidence: str) -> bool:
    if name not in _ALWAYS_ASKED_FOR:
        return True
    pattern = _ALWAYS_ASKED_FOR[name]
    return pattern is not None and pattern.search(evidence) is not None


def _check(address: str, *, allow_cdn: bool) -> None:
    """Refuse an address that a page must not fetch, or could not."""
    if not allow_cdn:
        raise OptionError(
            f"a layer added to the map needs {address[:200]!r}, which the page does not carry: leave the layer out, or "
            "let the page fetch it when it is opened, with maps.draw(atlas, allow_cdn=True); map pictures behind a "
            "button are the command's --tiles"
        )
    if not re.match(r"https://[a-z0-9.{}-]+(?::\d+)?(?:/|$)", address, re.I):
        raise OptionError(f"a layer added to the map needs {address[:200]!r}: a page fetches from https addresses only")


def _source(address: str, *, whole: bool) -> str:
    """Return what lets an address through a policy: its host, or itself if ``whole``.

    https://www.w3.org/TR/CSP3/#source-lists
    """
    host = re.sub(r"^\{\w+\}(?=\.)", "*", urlsplit(address).netloc)
    path = quote(urlsplit(address).path, safe="/%@+=~") if whole else ""
    return f"https://{host}{path}"
