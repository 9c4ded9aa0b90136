"""Addresses on the web: what a URL asks of whom, and which machines may be asked for a stranger's sake.

A URL in a feed, or in somebody's list, may name a machine of the reader's own network, which trusts the reader.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from .masking import masked_url

MAX_URL = 8_000
"""Longest address in characters: RFC 9110 section 4.1 wants 8,000 octets understood, and nothing longer is."""

_LONGEST_SHOWN = 500
_LONGEST_LINK = 2_000
"""Characters of an address in a page; longer ones are data in disguise, which browsers differ in."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,126}")
_SAFE = "!$&'()*+,-./:;=@_~%"
"""Kept as they are in paths and queries: what RFC 3986 allows there, and escapes that were made already."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",  # for protocols (RFC 6890), where one cloud keeps its credentials
            "168.63.129.16/32",  # of another cloud, where its machines ask for theirs
            "192.88.99.0/24",  # relays of 6to4, given up (RFC 7526)
            "64:ff9b:1::/48",  # NAT64 of one's own network (RFC 8215)
        ),
    )
)
"""What is not on the internet, although `ipaddress` of Python 3.11 says so."""

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Address:
    """A URL of http or https, in parts."""

    scheme: str
    """``http`` or ``https``."""
    host: str
    """Name in ASCII (punycode) and small letters, or a numeric address without brackets."""
    port: int
    """1 to 65535."""
    target: str
    """Path and query in ASCII, as they are sent."""

    @classmethod
    def of(cls, url: str) -> Address:
        """Take an address apart; its fragment is left out.

        Raises
        ------
        ValueError
            With what is wrong with it, in words.

        Examples
        --------
        >>> Address.of("https://Zürich.example/straße?q=a b#x".replace(" ", "+")).url
        'https://xn--zrich-kva.example/stra%C3%9Fe?q=a+b'
        >>> Address.of("file:///etc/passwd")
        Traceback (most recent call last):
            ...
        ValueError: only http and https are read
        """
        # urlsplit drops line ends unseen, and browsers read a backslash as a slash: neither belongs in an address.
        if len(url) > MAX_URL or "\\" in url or any(char <= " " or "\x7f" <= char <= "\xa0" for char in url):
            raise ValueError("it is no address: it is too long, or has spaces or control characters in it")
        parts = urlsplit(url)
        if parts.scheme not in _DEFAULT_PORTS:
            raise ValueError("only http and https are read")
        if "@" in parts.netloc:
            raise ValueError("leave out user and password")
        target = quote(parts.path or "/", safe=_SAFE)
        if parts.query:
            target += "?" + quote(parts.query, safe=_SAFE + "?")
        default = _DEFAULT_PORTS[parts.scheme]
        return cls(parts.scheme, _ascii_host(parts.hostname or ""), parts.port or default, target)

    @property
    def netloc(self) -> str:
        """Host, and the port where it is not the usual one, as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """The address without path and query."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def url(self) -> str:
        """The address as text."""
        return self.origin + self.target


def web_address(value: object) -> str | None:
    """Return an address of http or https that a page may link to, as it is written; None for anything else.

    It names a host, and nothing in it hides where it leads.

    Examples
    --------
    >>> web_address(" https://example.org/news?id=1 ")
    'https://example.org/news?id=1'
    >>> web_address("javascript:alert(1)") is web_address("https://bank.example@evil.example/") is None
    True
    """
    url = value.strip() if isinstance(value, str) else ""
    if len(url) > _LONGEST_LINK or not url.isprintable() or any(char in url for char in ' \\"<>'):
        return None
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return None
    return url if is_web else None


def shown_url(url: str) -> str:
    """Return an address for messages: in one line, without password, and values of fields that are called like secrets.

    Examples
    --------
    >>> shown_url("https://me:secret@example.org/a?page=2&token=xyz")
    'https://***@example.org/a?page=2&token=***'
    """
    printable = "".join(char if char.isprintable() else "\ufffd" for char in url[:_LONGEST_SHOWN])
    scheme, mark, rest = printable.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    user, at, host = authority.rpartition("@")
    return masked_url(f"{scheme}{mark}{'***@' if user or at else ''}{host}{rest[len(authority) :]}")


def is_public(address: str) -> bool:
    """Whether a numeric address is one of a machine on the internet, which anybody may ask.

    Not so are private, loopback, link-local (where clouds keep their credentials), reserved, multicast and unspecified
    addresses, nor those of IPv6 that carry one of IPv4 that is none (RFC 4291, 3056, 4380, 6052).

    Examples
    --------
    >>> [is_public(address) for address in ("93.184.216.34", "169.254.169.254", "::ffff:127.0.0.1", "2002:7f00:1::")]
    [True, False, False, False]
    """
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return False
    if number in _NAT64:
        return _is_public(ipaddress.IPv4Address(int(number) & 0xFFFFFFFF))
    return all(map(_is_public, (number, *_embedded(number))))


def resolved(host: str, port: int) -> Sequence[str]:
    """Look up the numeric addresses of a host, in the order in which to try them.

    Raises
    ------
    OSError
        If there is none, or nobody to ask.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def _ascii_host(name: str) -> str:
    """Return a host's name as DNS knows it."""
    host = name.removesuffix(".")
    if ":" in host:
        return str(ipaddress.IPv6Address(host))
    if not host.isascii():
        # Not Python's own codec: it knows the names of 2003, where "straße" was another house.
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise ValueError(f"its host is no name ({error})") from error
    if not _HOST.fullmatch(host) or len(host) > 253:
        raise ValueError("its host is no name")
    return host


def _is_public(number: IPAddress) -> bool:
    if any(number in network for network in _SPECIAL):
        return False
    is_site_local = isinstance(number, ipaddress.IPv6Address) and number.is_site_local
    return number.is_global and not (number.is_multicast or number.is_reserved or is_site_local)


def _embedded(number: IPAddress) -> Sequence[ipaddress.IPv4Address]:
    """Return the addresses of IPv4 that one of IPv6 stands for."""
    if isinstance(number, ipaddress.IPv4Address):
        return ()
    return tuple(filter(None, (number.ipv4_mapped, number.sixtofour, *(number.teredo or ()))))
