"""One request to one machine of the web, which was judged, and its reply, of which little is believed.

Importing this module imports geopy, so only code that is about to ask something online does it.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

from geopy.exc import GeocoderServiceError, GeocoderTimedOut

from .adapters import DamagedReplyError, read_body, refused, wire_errors, within
from .addresses import Address, is_public
from .headers import charset_of

MAX_FILE_BYTES = 8 << 30
"""Longest file of articles."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK_BYTES = 1 << 20
_LEAST_BYTES_PER_S = 16 << 10
"""A file that comes slower than this is given up."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the web gave for an address."""

    url: str
    """Where it was found in the end."""
    data: bytes
    """The body; empty where it went to a file."""
    content_type: str | None = None
    """Media type in small letters, without parameters; None when it did not say."""
    charset: str | None = None
    """Encoding that it claims, in small letters."""


class RefusedError(Exception):
    """The address is not to be asked."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: a body, or where to look instead."""

    fetched: Fetched
    location: str | None = None


Take = Callable[[http.client.HTTPResponse, float], bytes]
"""Takes the body of a reply until a deadline by the monotonic clock."""
Resolve = Callable[[str, int], Sequence[str]]
"""Looks up the numeric addresses of a host and port."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """How requests are sent."""

    user_agent: str
    """How we introduce ourselves."""
    allow_private: bool
    """Whether machines that are not on the internet may be asked."""
    resolve: Resolve
    """Looks up numeric addresses, once for each request."""

    def send(self, address: Address, take: Take, timeout_s: float) -> Reply:
        """Send one request, and have the body of the reply taken, if it is a good one.

        Raises
        ------
        RefusedError
            When the machine is not to be asked.
        GeopyError, AdapterHTTPError
            As `geo.adapters.CarefulAdapter` raises them.
        """
        deadline = time.monotonic() + timeout_s
        with self._opened(address, timeout_s) as response:
            if response.status in _REDIRECTS:
                return Reply(Fetched(address.url, b""), response.headers.get("Location", ""))
            if not 200 <= response.status < 300:
                raise refused(response)
            kind = response.headers.get_content_type() if response.headers.get("Content-Type") else None
            return Reply(Fetched(address.url, take(response, deadline), kind, charset_of(response.headers)))

    @contextmanager
    def _opened(self, address: Address, timeout_s: float) -> Iterator[http.client.HTTPResponse]:
        wires: list[socket.socket] = []
        try:
            response = within(timeout_s, lambda deadline: self._begun(address, deadline, wires))
        except BaseException:
            _hang_up(wires)
            raise
        try:
            yield response
        finally:
            _hang_up(wires)
            response.close()

    def _begun(self, address: Address, deadline: float, wires: list[socket.socket]) -> http.client.HTTPResponse:
        """Send a request to where it may go, and read the head of the reply."""
        with wire_errors():
            numbers = self.resolve(address.host, address.port)
        if not self.allow_private and not (numbers and all(map(is_public, numbers))):
            raise RefusedError(f"{address.host} is no public server; --allow-private reads it all the same")
        headers = {
            "Host": address.netloc,
            "User-Agent": self.user_agent,
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        with wire_errors():
            wires.append(_connected(numbers, address, deadline))
            connection = http.client.HTTPConnection(address.host, address.port)
            connection.sock = wires[-1]
            connection.request("GET", address.target, headers=headers)
            return connection.getresponse()


def whole(max_bytes: int) -> Take:
    """Return what keeps bodies in memory, up to a length as sent and as unpacked."""

    def take(response: http.client.HTTPResponse, deadline: float) -> bytes:
        left_s = max(deadline - time.monotonic(), 0.001)
        return within(left_s, lambda deadline: read_body(response, deadline, max_bytes))

    return take


def poured(stream: IO[bytes], stall_s: float) -> Take:
    """Return what writes bodies to a file, up to `MAX_FILE_BYTES`, as long as they keep coming."""

    def take(response: http.client.HTTPResponse, deadline: float) -> bytes:
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding != "identity":
            raise GeocoderServiceError(f"the reply is packed in an unknown way: {encoding!r:.60}")
        length, received = response.length, 0

        def next_chunk(_: float) -> bytes:
            with wire_errors():
                return response.read1(_CHUNK_BYTES)

        while chunk := within(stall_s, next_chunk) if length is None or received < length else b"":
            received += len(chunk)
            if max(received, length or 0) > MAX_FILE_BYTES:
                raise GeocoderServiceError(f"the reply is longer than {MAX_FILE_BYTES >> 30} GB")
            if time.monotonic() > deadline + received / _LEAST_BYTES_PER_S:
                raise GeocoderTimedOut("the reply came too slowly")
            stream.write(chunk)
        if length is not None and received < length:
            raise DamagedReplyError(f"the reply was cut short: {received} of {length} bytes")
        return b""

    return take


def _connected(numbers: Sequence[str], address: Address, deadline: float) -> socket.socket:
    """Connect to the first of some numeric addresses that answers, by TLS where the address says so."""
    errors: list[OSError] = []
    for number in numbers:
        try:
            wire = socket.create_connection((number, address.port), max(deadline - time.monotonic(), 0.001))
        except OSError as error:
            errors.append(error)
            continue
        if address.scheme == "http":
            return wire
        try:
            return ssl.create_default_context().wrap_socket(wire, server_hostname=address.host)
        except OSError:
            wire.close()
            raise
    raise errors[0] if errors else OSError("it has no address")


def _hang_up(wires: Sequence[socket.socket]) -> None:
    """End connections, also for a thread that was given up, which waits for the next byte and lets nobody close."""
    for wire in wires:
        with suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)
        wire.close()
