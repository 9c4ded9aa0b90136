"""Pages, feeds and files of the web, fetched with care: of whoever gave the address, of whoever answers, and of both.

A stranger's address may lead into the reader's own network, so each machine on the way is looked up once, judged, and
asked at the very address that was judged. Proxies are not used: what they connect to cannot be judged. Importing this
module imports geopy, so only code that is about to ask something online does it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

from geopy.adapters import AdapterHTTPError
from geopy.exc import GeocoderTimedOut, GeocoderUnavailable, GeopyError

from .addresses import Address, resolved, shown_url
from .errors import InputError
from .exchange import Exchange, Fetched, RefusedError, Reply, Resolve, Take, poured, whole
from .failures import Failure, failure_of
from .gate import MAX_WAIT_S, Gate
from .robots import Robots
from .services import INTERVAL_S, own_user_agent
from .standing import Standing

__all__ = ["MAX_BYTES", "MAX_REDIRECTS", "Fetched", "Web", "is_large"]

MAX_BYTES = 10 << 20
"""Longest page or feed, as sent and as unpacked."""

MAX_REDIRECTS = 5
"""Redirects followed for one address; RFC 9309 section 2.3.1.2 wants as many for robots.txt."""

_ROBOT = "placelines"
_LARGE = tuple(".jsonl .ndjson .csv .tsv .parquet .warc .wacz .zip .tar .tgz .gz .bz2 .xz .zst".split())


class Web:
    """Fetches what public servers offer to everybody.

    At most `MAX_REDIRECTS` redirects, each judged like the first address, none from https to http; one deadline and at
    most so many bytes; robots.txt obeyed; one request at a time for each server, over all processes; no cookies, no
    login; certificates are verified.

    Parameters
    ----------
    folder
        Where the processes meet that share the pace.
    allow_private
        Let addresses of one's own network, and ports other than 80 and 443, be asked.
    full_articles
        Whether a reader of feeds is to fetch the articles that the entries link to.
    user_agent
        How to introduce ourselves; None as services do.
    timeout_s
        Seconds for everything that one address costs, the wait for one's turn left out.
    interval_s
        Seconds between two requests to a server.
    max_bytes
        Longest body.
    resolve
        Looks up the numeric addresses of a host and port.
    """

    def __init__(
        self,
        folder: Path,
        *,
        allow_private: bool = False,
        full_articles: bool = False,
        user_agent: str | None = None,
        timeout_s: float = 30.0,
        interval_s: float = INTERVAL_S,
        max_bytes: int = MAX_BYTES,
        resolve: Resolve = resolved,
    ) -> None:
        self.full_articles = full_articles
        self._folder = folder
        self._allow_private = allow_private
        self._exchange = Exchange(own_user_agent() if user_agent is None else user_agent, allow_private, resolve)
        self._timeout_s = timeout_s
        self._interval_s = interval_s
        self._max_bytes = max_bytes
        self._robots: dict[str, Robots | str] = {}
        self._standings: dict[str, Standing] = {}

    def fetch(self, url: str) -> Fetched:
        """Return what is at an address.

        Raises
        ------
        InputError
            When there is nothing, or it is not to be asked, in one line.
        """
        with _told(url):
            return self._followed(_address(url), whole(self._max_bytes))

    @contextmanager
    def saved(self, url: str) -> Iterator[tuple[Fetched, Path]]:
        """Keep what is at an address in a temporary file while the context is open, up to `MAX_FILE_BYTES`.

        Raises
        ------
        InputError
            As for `fetch`.
        """
        with tempfile.TemporaryDirectory(prefix="placelines-") as folder:
            path = Path(folder) / "download"
            with _told(url), path.open("wb") as stream:
                fetched = self._followed(_address(url), poured(stream, self._timeout_s))
            yield fetched, path

    def _followed(self, address: Address, take: Take, *, heed: bool = True) -> Fetched:
        """Follow redirects, as far as the servers' robots.txt allow where they are to be heeded."""
        left_s = self._timeout_s
        for _ in range(MAX_REDIRECTS + 1):
            robots = self._rules(address) if heed else Robots()
            if not robots.allows(address.target):
                raise RefusedError("its robots.txt asks to leave it alone")
            reply, took_s = self._asked(address, take, left_s, robots.delay_s)
            if reply.location is None:
                return reply.fetched
            left_s = max(left_s - took_s, 0.001)
            address = _redirected(address, reply.location)
        raise RefusedError(f"more than {MAX_REDIRECTS} redirects")

    def _rules(self, address: Address) -> Robots:
        """Return what the robots.txt of a server allows, which is asked for once."""
        origin = address.origin
        if origin not in self._robots:
            self._robots[origin] = self._read_rules(replace(address, target="/robots.txt"))
        known = self._robots[origin]
        if isinstance(known, str):
            raise RefusedError(known)
        return known

    def _read_rules(self, address: Address) -> Robots | str:
        """Return the rules, or why nothing is to be asked for without them (RFC 9309 section 2.3.1)."""
        try:
            fetched = self._followed(address, whole(self._max_bytes), heed=False)
        except AdapterHTTPError as error:
            if 400 <= error.status_code < 500 and error.status_code != 429:
                return Robots()
            return f"its robots.txt cannot be read ({error})"
        except GeopyError as error:
            return f"its robots.txt cannot be read ({error})"
        except RefusedError as error:
            return str(error)
        return Robots.of(fetched.data.decode("utf-8", "replace"), _ROBOT)

    def _asked(self, address: Address, take: Take, timeout_s: float, delay_s: float) -> tuple[Reply, float]:
        """Send one request in its turn, and once more where the server names a time for it.

        Returns
        -------
        Reply
            What came.
        float
            The seconds that it took.
        """
        if address.port not in {80, 443} and not self._allow_private:
            raise RefusedError(f"port {address.port} is none of the web's; --allow-private reads it all the same")
        standing = self._standings.setdefault(address.host, Standing(None))
        gate = Gate(self._folder, address.host, interval_s=self._interval_s)
        repeats_left = 1
        while standing.ended is None:
            with gate.turn() as turn:
                turn.pause_s = max(turn.pause_s, min(delay_s, MAX_WAIT_S))
                turn.wait()
                start = time.monotonic()
                try:
                    reply = self._exchange.send(address, take, timeout_s)
                except (GeopyError, AdapterHTTPError) as error:
                    failure = _failure(error, repeats_left)
                    turn.pause_s = max(turn.pause_s, failure.rest_s)
                    if not (failure.is_passing and failure.rest_s):
                        if _is_of_server(error):
                            standing.fail(failure)
                        raise
                    repeats_left -= 1
                else:
                    standing.succeed()
                    return reply, time.monotonic() - start
        raise RefusedError(f"the server is not asked, after {standing.ended}")


def is_large(url: str) -> bool:
    """Whether an address ends like a file of many articles, which is kept in a file while it is read.

    Examples
    --------
    >>> is_large("https://example.org/news.jsonl.gz?v=2"), is_large("https://example.org/news/")
    (True, False)
    """
    return url.partition("#")[0].partition("?")[0].lower().endswith(_LARGE)


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Tell in one line what was wrong with an address."""
    try:
        yield
    except (RefusedError, GeopyError, AdapterHTTPError, OSError) as error:
        reason = _failure(error, 0).reason if isinstance(error, GeopyError | AdapterHTTPError) else str(error)
        with suppress(ValueError):
            url = Address.of(url).url
        shown = shown_url(url)
        # What a server says instead of a status line has line ends in it.
        raise InputError(f"{shown}: {' '.join(reason.split())}", source=shown) from error


def _address(url: str) -> Address:
    try:
        return Address.of(url)
    except ValueError as error:
        raise RefusedError(str(error)) from error


def _redirected(address: Address, location: str) -> Address:
    """Return where a redirect leads."""
    if not location:
        raise RefusedError("it redirects nowhere")
    # http.client reads headers as Latin-1; what is not ASCII in them was meant as UTF-8.
    where = location.encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        target = Address.of(urljoin(address.url, where))
    except ValueError as error:
        raise RefusedError(f"it redirects to {shown_url(where)[:200]!r}: {error}") from error
    if (address.scheme, target.scheme) == ("https", "http"):
        raise RefusedError("it redirects from https to http, where anybody could change the page")
    return target


def _failure(error: GeopyError | AdapterHTTPError, repeats_left: int) -> Failure:
    failure = failure_of(
        error, software="page", repeats_left=repeats_left, has_repeated=repeats_left == 0, max_rest_s=MAX_WAIT_S
    )
    # A page that is not there, or not for everybody, says nothing of the server's other pages.
    return replace(failure, is_final=getattr(error, "status_code", 0) == 429)


def _is_of_server(error: GeopyError | AdapterHTTPError) -> bool:
    """Whether a failure speaks against the server, and not only against one page of it."""
    status: int = getattr(error, "status_code", 0)
    return status == 429 or status >= 500 or isinstance(error, GeocoderTimedOut | GeocoderUnavailable)
