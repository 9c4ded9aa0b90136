"""Manners on the wire: one careful request at a time, seldom enough, for any geopy geocoder and for other services.

geopy's own adapters repeat requests unseen, follow redirects to any host, and read whatever comes as long as it comes.
Importing this module imports geopy, so only code that is about to ask something online does it.
"""

from __future__ import annotations

import http.client
import math
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from reprlib import repr as shortened
from typing import Any, NoReturn, TypeVar
from urllib.error import URLError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler
from urllib.request import Request as _Outgoing

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import GeocoderParseError, GeocoderServiceError, GeocoderTimedOut, GeocoderUnavailable

from .checked import parsed
from .masking import masked, masked_field, masked_url

MAX_BODY_BYTES = 4 << 20
"""Longest reply that is read unless told otherwise, as sent and as unpacked. Five places of Nominatim take 5 kB."""

MAX_REDIRECTS = 3
"""Redirects followed for one request, all within the same scheme, host and port."""

ResultT = TypeVar("ResultT")

_CHUNK_BYTES = 64 << 10
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was not sent. What a server should know alone, keys and tokens, is masked."""

    method: str
    """"GET" or "POST"."""
    url: str
    """The address, with the query."""
    fields: tuple[tuple[str, str], ...] = ()
    """The form that is posted, as (name, value)."""


class NotSentError(GeocoderServiceError):  # type: ignore[misc]  # geopy has no type hints
    """The request was told, not sent."""


class DamagedReplyError(GeocoderParseError):  # type: ignore[misc]  # geopy has no type hints
    """The reply did not come as anybody would send it: cut short, not text, not JSON. The next may be whole."""


class CarefulAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no type hints
    """Send one request and believe little of the reply.

    One try; one deadline for everything from the name lookup to the last byte; at most so many bytes; at most
    `MAX_REDIRECTS` to the same host; strict UTF-8 and strict JSON. Proxies as geopy sets them.

    Parameters
    ----------
    proxies, ssl_context
        As for every geopy adapter.
    check
        Looks at the parsed JSON before geopy does and raises ValueError when it is no sound reply.
    address
        Gives the address that a request goes to, with the keys, for the one that geopy knows, without them.
    max_body_bytes
        Longest reply that is read, as sent and as unpacked.
    secrets
        Keys and tokens, masked in messages, should the server repeat them.

    Notes
    -----
    `get_json`, `get_text` and `post_json` raise nothing but ``geopy.adapters.AdapterHTTPError`` (a status other than
    2xx; it keeps a sane ``retry-after`` of the headers and nothing of the body) and, from ``geopy.exc``,
    ``GeocoderTimedOut`` (the deadline), ``GeocoderUnavailable`` (no such host, no connection, connection lost, TLS),
    ``GeocoderParseError`` (refused by ``check``; `DamagedReplyError`: cut short, not UTF-8, not JSON) and
    ``GeocoderServiceError`` (too long, packed in an unknown way, a redirect not followed).
    """

    def __init__(
        self,
        *,
        proxies: Mapping[str, str] | None,
        ssl_context: Any = None,  # noqa: ANN401  # geopy's signature
        check: Callable[[object], object] | None = None,
        address: Callable[[str], str] = str,
        max_body_bytes: int = MAX_BODY_BYTES,
        secrets: Collection[str] = (),
    ) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._check = check
        self._address = address
        self._secrets = secrets
        self._max_body_bytes = max_body_bytes
        # Without urllib's own handlers for redirects (they read a body of any length) and for file:, ftp: and data:.
        self._opener = OpenerDirector()
        for handler in (ProxyHandler(proxies), HTTPHandler(), HTTPSHandler(context=ssl_context)):  # type: ignore[arg-type]
            self._opener.add_handler(handler)

    def get_text(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> str:
        """Return the body of the reply to a GET request."""
        return _decoded(within(timeout, lambda deadline: self._fetch(self._address(url), None, deadline, headers)))

    def get_json(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> object:
        """Return the parsed body of the reply to a GET request."""
        return self._parsed(self.get_text(url, timeout=timeout, headers=headers))

    def post_json(
        self, url: str, fields: Mapping[str, str], *, timeout: float | None, headers: Mapping[str, str]
    ) -> object:
        """Return the parsed body of the reply to a POST request with the fields of a form."""
        data = urlencode(fields).encode("ascii")
        address = self._address(url)
        return self._parsed(_decoded(within(timeout, lambda deadline: self._fetch(address, data, deadline, headers))))

    def _parsed(self, text: str) -> object:
        try:
            reply = parsed(text)
        except (ValueError, RecursionError) as error:
            raise DamagedReplyError(f"the reply is not JSON: {shortened(masked(text, self._secrets))}") from error
        try:
            if self._check is not None:
                self._check(reply)
        except ValueError as error:
            raise GeocoderParseError(str(error)) from error
        return reply

    def _fetch(self, url: str, data: bytes | None, deadline: float, headers: Mapping[str, str]) -> bytes:
        for _ in range(MAX_REDIRECTS + 1):
            request = _Outgoing(url, data, dict(headers))
            with wire_errors():
                # The socket's own timeout matters to a thread that was given up (see `within`).
                left_s = None if deadline == math.inf else max(deadline - time.monotonic(), 0.001)
                response: http.client.HTTPResponse = self._opener.open(request, timeout=left_s)
            with response:
                if response.status in {301, 302, 303, 307, 308}:
                    # RFC 9110 section 15.4: a form may be sent again, but after 303 "See Other" the answer is fetched.
                    url = self._redirected(url, response.headers.get("Location"))
                    data = None if response.status == 303 else data
                elif 200 <= response.status < 300:
                    return read_body(response, deadline, self._max_body_bytes)
                else:
                    raise refused(response)
        raise GeocoderServiceError(f"more than {MAX_REDIRECTS} redirects")

    def _redirected(self, url: str, location: str | None) -> str:
        """Return where a redirect leads, if that is a place on the same server."""
        here = urlsplit(url)
        shown = shortened(location and masked(location, self._secrets))
        try:
            target = urljoin(url, location)
            there = urlsplit(target)
        except ValueError as error:
            raise GeocoderServiceError(f"it redirects to no address: {shown}") from error
        if not location or (there.scheme, there.netloc) != (here.scheme, here.netloc):
            raise GeocoderServiceError(f"it redirects to another server: {shown}")
        return target


class TellingAdapter(CarefulAdapter):
    """Tell what would be sent, and send nothing; opens no socket.

    Parameters
    ----------
    tell
        Takes each request.
    options
        As for `CarefulAdapter`.

    Notes
    -----
    Every method ends in `NotSentError`.
    """

    def __init__(self, *, tell: Callable[[Request], None], **options: Any) -> None:  # noqa: ANN401  # geopy's signature
        super().__init__(**options)
        self._tell = tell

    def get_text(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> NoReturn:
        """Tell of a GET request."""
        self._refuse_to_send(Request("GET", masked_url(self._address(url), self._secrets)))

    def post_json(
        self, url: str, fields: Mapping[str, str], *, timeout: float | None, headers: Mapping[str, str]
    ) -> NoReturn:
        """Tell of a POST request."""
        form = tuple((name, masked_field(name, value, self._secrets)) for name, value in fields.items())
        self._refuse_to_send(Request("POST", masked_url(self._address(url), self._secrets), form))

    def _refuse_to_send(self, request: Request) -> NoReturn:
        self._tell(request)
        raise NotSentError("the request was shown, not sent")


def within(timeout: float | None, work: Callable[[float], ResultT]) -> ResultT:
    """Do work in a thread, which is told the deadline, and give up when the time is over.

    Socket timeouts start anew with every byte and do not hold for the name lookup, so only leaving the whole exchange
    behind keeps a deadline. The thread ends by itself at its next byte or socket timeout, and with the process.
    """
    deadline = math.inf if timeout is None else time.monotonic() + timeout
    future: Future[ResultT] = Future()

    def hand_over() -> None:
        try:
            future.set_result(work(deadline))
        except BaseException as error:  # nothing is swallowed: `future.result` raises it in the caller
            future.set_exception(error)

    threading.Thread(target=hand_over, name="placelines-request", daemon=True).start()
    wait([future], timeout)
    if not future.done():
        raise GeocoderTimedOut(f"no whole reply within {timeout:g} s")
    return future.result()


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DamagedReplyError("the reply is not UTF-8") from error


def read_body(response: http.client.HTTPResponse, deadline: float, max_bytes: int = MAX_BODY_BYTES) -> bytes:
    """Read the body of a reply until a deadline by the monotonic clock, and undo gzip."""
    length = response.length
    received = bytearray()
    while length is None or len(received) < length:
        if max(len(received), length or 0) > max_bytes:
            raise _too_long(max_bytes)
        if time.monotonic() > deadline:
            raise GeocoderTimedOut("the reply came too slowly")
        with wire_errors():
            # Never `read`: it waits for all that was asked for. CPython 3.11: `read1` does not count `length` down.
            chunk = response.read1(_CHUNK_BYTES)
        if not chunk:
            break
        received += chunk
    if length is not None and len(received) < length:
        raise DamagedReplyError(f"the reply was cut short: {len(received)} of {length} bytes")
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    return _unpacked(bytes(received), encoding, max_bytes)


def _unpacked(body: bytes, encoding: str, max_bytes: int) -> bytes:
    """Undo gzip, which some servers send unasked."""
    if encoding == "identity":
        return body
    if encoding != "gzip":
        raise GeocoderServiceError(f"the reply is packed in an unknown way: {shortened(encoding)}")
    inflater = zlib.decompressobj(_GZIP)
    try:
        unpacked = inflater.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise DamagedReplyError(f"the reply is not gzip: {error}") from error
    if len(unpacked) > max_bytes:
        raise _too_long(max_bytes)
    if not inflater.eof:
        raise DamagedReplyError("the packed reply was cut short")
    return unpacked


def _too_long(max_bytes: int) -> GeocoderServiceError:
    return GeocoderServiceError(f"the reply is longer than {max_bytes >> 20} MB")


def refused(response: http.client.HTTPResponse) -> AdapterHTTPError:
    """Make the error that geopy translates to one of its own; of the headers it wants ``retry-after`` only."""
    retry_after_s = _retry_after_s(response.headers.get("Retry-After", ""))
    headers = {} if retry_after_s is None else {"retry-after": str(retry_after_s)}
    return AdapterHTTPError(f"HTTP {response.status}", status_code=response.status, headers=headers, text=None)


def _retry_after_s(header: str) -> int | None:
    """Read a Retry-After header (RFC 9110 section 10.2.3) as seconds from now; None when it is missing or nonsense.

    geopy 2.5.0 reads it too, but lets a date in the year 99999 out as ValueError and logs the header as it came.
    """
    try:
        seconds = int(header) if header.isdecimal() else parsedate_to_datetime(header).timestamp() - time.time()
    except ValueError:
        return None
    return max(0, math.ceil(seconds))


@contextmanager
def wire_errors() -> Iterator[None]:
    """Turn what urllib, http.client, ssl and socket raise into geopy's errors."""
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, TimeoutError):
            raise GeocoderTimedOut("no reply in time") from error
        raise GeocoderUnavailable(
            f"the connection failed: {getattr(reason, 'strerror', None) or reason!s:.100}"
        ) from error
