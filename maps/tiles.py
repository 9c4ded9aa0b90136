"""Online map pictures that the reader of a page may ask for: whose they are, and on what terms.

A page asks nobody for anything until its button is pressed. What it may ask then is decided here, when it is made: the
page's policy allows the hosts of these pictures and no others.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, urlsplit

from geo.errors import OptionError

if TYPE_CHECKING:
    from xyzservices import TileProvider

EXAMPLE = "Esri.WorldTopoMap"
"""A provider that wants no key, named where another is refused."""
LONGEST_ATTRIBUTION = 300

_LEAFLET_SUBDOMAINS = "abc"
_MAX_ZOOM = 18
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PLACE = frozenset({"x", "y", "z"})
_LEFT_TO_THE_PAGE = _PLACE | {"s", "r"}
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::[0-9]{1,5})?")
"""What the page's policy may hold: https://www.w3.org/TR/CSP3/#grammardef-host-source has no IPv6 addresses."""
_MERCATOR_GRIDS = ("PM", "GoogleMapsCompatible")
"""How the WMTS services begin the names of the grid that web maps share."""
_MAPNIK = frozenset({"osm", "openstreetmap", "open street map"})
"""What the tiles of openstreetmap.org are called, of which xyzservices only knows the longer name."""
_NEEDS_REFERER = ("openstreetmap.org", "osm.org")
"""https://operations.osmfoundation.org/policies/tiles/ asks for a Referer; without one the pictures say 'blocked'."""
_NEEDS_SITE_OR_KEY = "stadiamaps.com"
"""https://docs.stadiamaps.com/authentication: knows a page by its Referer, or by a key."""
_KEY_SHOWS = "everybody who has the page can read the key in it"


@dataclass(frozen=True, slots=True)
class Tiles:
    """A source of map pictures in the grid that web maps share."""

    url: str
    """Address of a picture with ``{z}``, ``{x}``, ``{y}``; ``{s}`` is a subdomain, ``{r}`` is "@2x" on fine screens."""
    attribution: str
    """What the page shows with the pictures; plain text."""
    subdomains: tuple[str, ...] = ()
    """What ``{s}`` stands for; empty without it."""
    min_zoom: int = 0
    """Zoom from which there are pictures."""
    max_zoom: int = _MAX_ZOOM
    """Zoom up to which there are."""

    def __post_init__(self) -> None:
        _check_placeholders(self.url)
        for address in self._addresses():
            _check_address(address, self.url)
        if not self.attribution.strip():
            raise OptionError("map tiles from an address need --tiles-attribution: whom their pictures are credited to")
        if len(self.attribution) > LONGEST_ATTRIBUTION:
            raise OptionError(f"the attribution of map tiles is longer than {LONGEST_ATTRIBUTION} characters")

    @property
    def origins(self) -> tuple[str, ...]:
        """Scheme and host of every server that may be asked."""
        return tuple(dict.fromkeys(f"{each.scheme}://{each.netloc}" for each in map(urlsplit, self._addresses())))

    @property
    def server(self) -> str:
        """The server, as the page names it to its reader."""
        return urlsplit(self.origins[0]).netloc

    def to_record(self) -> dict[str, object]:
        """Return what the page's script needs to know."""
        return {
            "url": self.url,
            "server": self.server,
            "attribution": self.attribution,
            "subdomains": self.subdomains,
            "minZoom": self.min_zoom,
            "maxZoom": self.max_zoom,
        }

    def _addresses(self) -> Iterator[str]:
        for subdomain in self.subdomains or ("",):
            yield self.url.replace("{s}", subdomain)


def find_tiles(asked: str, attribution: str | None = None) -> Tiles:
    """Find a source of map pictures.

    Parameters
    ----------
    asked
        A provider of the package xyzservices by its name, in any spelling; or the address of a picture with ``{z}``,
        ``{x}`` and ``{y}``.
    attribution
        Plain text to show with the pictures of an address; None takes what xyzservices knows of that address.

    Raises
    ------
    OptionError
        If there is no such provider, it cannot serve a page that is opened from a file, it needs a key, the address
        makes no sense, or nothing is known to show with it.

    Examples
    --------
    >>> find_tiles("open topo map").origins
    ('https://a.tile.opentopomap.org', 'https://b.tile.opentopomap.org', 'https://c.tile.opentopomap.org')
    >>> find_tiles("https://tiles.example/{z}/{x}/{y}.png", "© Example").server
    'tiles.example'
    """
    if "://" in asked or "{" in asked:
        return _at_address(asked, attribution)
    provider = _named(asked)
    if attribution is not None:
        raise OptionError(f"--tiles-attribution goes with an address; {provider.name} has its own")
    _refuse_unfit(provider)
    return _tiles_of(provider)


def _named(asked: str) -> TileProvider:
    from rapidfuzz import fuzz, process, utils
    from xyzservices import providers

    if asked.strip().casefold() in _MAPNIK:
        return providers.OpenStreetMap.Mapnik
    try:
        return providers.query_name(asked)
    except ValueError as error:
        names = sorted(providers.flatten())
        near = process.extract(
            asked, names, scorer=fuzz.WRatio, processor=utils.default_process, limit=3, score_cutoff=80
        )
        hint = f"; did you mean {' or '.join(name for name, *_ in near)}?" if near else f"; try {EXAMPLE}"
        raise OptionError(f"no provider of map tiles is called {asked[:60]!r}{hint}") from error


def _at_address(url: str, attribution: str | None) -> Tiles:
    known = _known_by(url)
    credit = _one_line(attribution) if attribution is not None else ""
    if known is None:
        return Tiles(url, credit, tuple(_LEAFLET_SUBDOMAINS) if "{s}" in url else ())
    _refuse_unfit(known, url)
    return _tiles_of(known, url=url, attribution=None if attribution is None else credit)


def _tiles_of(provider: TileProvider, *, url: str | None = None, attribution: str | None = None) -> Tiles:
    url = _filled(provider) if url is None else url
    return Tiles(
        url,
        _plain(provider) if attribution is None else attribution,
        tuple(provider.get("subdomains", _LEAFLET_SUBDOMAINS)) if "{s}" in url else (),
        provider.get("min_zoom", 0),
        provider.get("max_zoom", _MAX_ZOOM),
    )


def _known_by(url: str) -> TileProvider | None:
    """Return the provider whose address this is, with whatever key in it or after it."""
    from xyzservices import providers

    for _, provider in sorted(providers.flatten().items()):
        template = re.escape(_filled(provider, key="\0")).replace(re.escape("\0"), r"[^/?&#]+")
        if re.fullmatch(rf"{template}(?:\?[^#]*)?", url):
            return provider
    return None


def _filled(provider: TileProvider, *, key: str = "YOUR-KEY") -> str:
    """Return the address of a provider with all that is not left to the page filled in."""
    keys = _keys(provider)

    def fill(hole: re.Match[str]) -> str:
        name = hole.group(1)
        if name in _LEFT_TO_THE_PAGE:
            return hole.group()
        return key if name in keys else quote(str(provider.get(name, hole.group())), safe="/:@%,")

    return _PLACEHOLDER.sub(fill, provider.url)


def _keys(provider: TileProvider) -> list[str]:
    """Return the names of the keys that a provider wants; xyzservices writes '<insert your ... here>' for them."""
    wanted = _PLACEHOLDER.findall(provider.url)
    return [name for name in wanted if "<insert your" in str(provider.get(name, ""))]


def _refuse_unfit(provider: TileProvider, url: str | None = None) -> None:
    """Refuse a provider whose pictures would not show: OptionError. An address may bring the key that it wants."""
    name, filled = provider.name, _filled(provider)
    _refuse_referer(urlsplit(url or filled), name)
    grid = provider.get("TileMatrixSet", "PM")
    if provider.get("crs", "EPSG:3857") != "EPSG:3857" or provider.get("tms") or not grid.startswith(_MERCATOR_GRIDS):
        raise OptionError(f"{name} is drawn in another grid than this map: try {EXAMPLE}")
    if provider.get("status") == "broken":
        raise OptionError(f"{name} is out of order, as xyzservices has it: try {EXAMPLE}")
    keys = _keys(provider)
    if url is None and keys:
        raise OptionError(
            f"{name} wants a key ({', '.join(keys)}): give its address with yours, as in --tiles '{filled}'; "
            f"{_KEY_SHOWS}"
        )
    if url is None and filled.startswith("http:"):
        raise OptionError(f"{name} is served without encryption (http), which pages must not ask for: try {EXAMPLE}")


def _plain(provider: TileProvider) -> str:
    """Return the attribution of a provider as plain text; some have markup in it all the same."""
    text = html.unescape(re.sub(r"<[^>]*>|\*\*|!\[[^\]]*\]\([^)]*\)", "", provider.attribution))
    return _one_line(text.replace("(C)", "©"))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _check_placeholders(url: str) -> None:
    found = _PLACEHOLDER.findall(url)
    missing = sorted(_PLACE.difference(found))
    if missing:
        raise OptionError(
            f"the address of map tiles lacks {{{missing[0]}}}, as in https://tiles.example/{{z}}/{{x}}/{{y}}.png"
        )
    strange = [name for name in found if name not in _LEFT_TO_THE_PAGE]
    if strange or re.search(r"[{}]", _PLACEHOLDER.sub("", url)):
        what = f"{{{strange[0][:40]}}}" if strange else "a lone brace"
        raise OptionError(f"the address of map tiles has {what}; it may have {{z}}, {{x}}, {{y}}, {{s}} and {{r}}")


def _check_address(address: str, url: str) -> None:
    """Refuse an address that a page could not ask, or that its policy could not name: OptionError."""
    shown = repr(url[:80])
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises only when it is read
    except ValueError as error:
        raise OptionError(f"{shown} is not an address: {error}") from error
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise OptionError(f"{shown}: map tiles need an https address (http only on this machine, 127.0.0.1)")
    if re.search(r"[^!-~]", address) or not _HOST.fullmatch(parts.netloc.lower()):
        raise OptionError(
            f"{shown}: write the address of map tiles in plain ASCII, without spaces, user name or placeholders in "
            "the host but {s}"
        )
    _refuse_referer(parts, host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse_referer(parts: SplitResult, name: str) -> None:
    """Refuse servers that want to know which site a page belongs to: OptionError."""
    if _is_of(parts, *_NEEDS_REFERER):
        raise OptionError(
            f"{name}: OpenStreetMap's own tile servers want to know which site asks (their usage policy wants a "
            f"Referer), and a page opened from a file or a mail cannot say; they would answer with an error: "
            f"try {EXAMPLE}"
        )
    if _is_of(parts, _NEEDS_SITE_OR_KEY) and "api_key=" not in parts.query:
        raise OptionError(
            f"{name}: Stadia Maps wants a site that it knows, which a page opened from a file is not, or a key: give "
            f"the address with ?api_key=YOUR-KEY after it; {_KEY_SHOWS}"
        )


def _is_of(parts: SplitResult, *domains: str) -> bool:
    host = parts.hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
