"""A hostile imitation of Nominatim and Overpass on the loopback interface.

The first path segment of a request is the mode: ``http://127.0.0.1:PORT/MODE/search?q=Paris``. POST works as GET does.
``/_count`` tells what was really asked: ``{"hits": {mode: n}, "n": total, "log": [[time, mode, agent, path], ...]}``.
A second port is the "other host" of ``redir_port``: ``hits["PORT2"]`` has to stay 0.

Good: ok okslow empty gzip_ok redir_ok wrongct. Time: hang slowloris slowhead. Status: r400 r401 r403 r404 r414 r429
r429date r429none r429year flaky429 (two 429, then good) r500 r502html r503 r504 r509 flaky500 (one 500, then good)
rare (every fifth is good). Body: truncjson shortbody html200 emptybody jsonobj jsonobj2 jsonnull jsonnum jsonlist_nolat
badlat oor nan badutf8 nulname deepjson gzip_bad gzip_cut gzip_bomb (0.5 MB, 512 MB unpacked) brotli bigbody (300 MB)
endless (300 MB of unknown length). Redirects: redir_loop redir_file redir_port redir_login redir_bad redir_none.
Socket: reset noresp garbage. Overpass: remark (its own timeout answer); good: roads roadsslow roadsroute roads300
roadsnone roadsgzip roadsredir roadssee (303) roads504 (one 504, then good); bad: `tests.overpass_replies.BAD_REPLIES`.
Photon, Pelias and OpenCage: `tests.place_replies.BODIES`.

``python -m tests.fakeserver`` prints the port and serves until its input ends, as `tests.crowd.serving` wants it.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import socket
import socketserver
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlsplit

from tests.overpass_replies import BAD_REPLIES, GOOD_REPLIES, PACKED
from tests.place_replies import BODIES

PARIS = [
    {
        "place_id": 1,
        "lat": "48.8588897",
        "lon": "2.3200410",
        "display_name": "Paris, France",
        "class": "boundary",
        "type": "administrative",
        "importance": 0.88,
        "boundingbox": ["48.8", "48.9", "2.2", "2.4"],
    }
]
GOOD = json.dumps(PARIS).encode()
OTHER = b'[{"place_id":6,"lat":"6","lon":"6","display_name":"FROM OTHER PORT"}]'
MEGABYTE = 1 << 20


class Canned(NamedTuple):
    """A reply that is always the same."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = {}


HTML = "text/html"
FAR_DATE = "Wed, 21 Oct 2099 07:28:00 GMT"
CANNED = {
    "ok": Canned(body=GOOD),
    "empty": Canned(body=b"[]"),
    "r400": Canned(400, b'{"error":{"code":400,"message":"bad"}}'),
    "r401": Canned(401, b"no"),
    "r403": Canned(403, b"<html>Access blocked: usage policy</html>", HTML),
    "r404": Canned(404, b"nope"),
    "r414": Canned(414, b"long"),
    "r429": Canned(429, b'{"error":"rate"}', headers={"Retry-After": "2"}),
    "r429date": Canned(429, headers={"Retry-After": FAR_DATE}),
    "r429none": Canned(429, b"Too many"),
    "r429year": Canned(429, headers={"Retry-After": "Wed, 21 Oct 99999 07:28:00 GMT"}),
    "r500": Canned(500, b"oops", "text/plain"),
    "r502html": Canned(502, b"<html>Bad gateway</html>", HTML),
    "r503": Canned(503, b"busy", headers={"Retry-After": "5"}),
    "r504": Canned(504),
    "r509": Canned(509, b"Bandwidth Limit Exceeded"),
    "truncjson": Canned(body=GOOD[:60]),
    "shortbody": Canned(body=GOOD[:60], headers={"Content-Length": str(len(GOOD))}),
    "html200": Canned(200, b"<html><body>Captive portal, please log in</body></html>", HTML),
    "emptybody": Canned(),
    "wrongct": Canned(200, GOOD, "text/plain; charset=latin-1"),
    "jsonobj": Canned(body=b'{"error":"Unable to geocode"}'),
    "jsonobj2": Canned(body=b'{"foo":1}'),
    "jsonnull": Canned(body=b"null"),
    "jsonnum": Canned(body=b"5"),
    "jsonlist_nolat": Canned(body=b'[{"display_name":"x"}]'),
    "badlat": Canned(body=b'[{"lat":"abc","lon":"1","display_name":"x"}]'),
    "oor": Canned(body=b'[{"lat":"999","lon":"-9999","display_name":"x"}]'),
    "nan": Canned(body=b'[{"lat":NaN,"lon":"nan","display_name":"x"}]'),
    "badutf8": Canned(body=b'[{"lat":"1","lon":"2","display_name":"\xff\xfe"}]'),
    "nulname": Canned(body=b'[{"lat":"1","lon":"2","display_name":"a\\u0000<script>alert(1)</script>"}]'),
    "deepjson": Canned(body=b"[" * 100_000 + b"]" * 100_000),
    "gzip_ok": Canned(body=gzip.compress(GOOD), headers={"Content-Encoding": "gzip"}),
    "gzip_bad": Canned(body=b"\x1f\x8b notgzip", headers={"Content-Encoding": "gzip"}),
    "gzip_cut": Canned(body=gzip.compress(GOOD)[:-9], headers={"Content-Encoding": "gzip"}),
    "brotli": Canned(body=GOOD, headers={"Content-Encoding": "br"}),
    "redir_ok": Canned(302, headers={"Location": "/ok/search"}),
    "redir_loop": Canned(302, headers={"Location": "/redir_loop/search"}),
    "redir_file": Canned(302, headers={"Location": "file:///etc/passwd"}),
    "redir_login": Canned(302, headers={"Location": "/html200/login"}),
    "redir_bad": Canned(302, headers={"Location": "http://[::1/search"}),
    "redir_none": Canned(302),
    "remark": Canned(body=b'{"version":0.6,"elements":[],"remark":"runtime error: Query timed out in \\"query\\"."}'),
    "secret": Canned(body=b"SECRET"),
    **{mode: Canned(body=body) for mode, body in {**GOOD_REPLIES, **BAD_REPLIES}.items()},
    **{mode: Canned(body=body) for mode, body in BODIES.items()},
    "roadsgzip": Canned(body=PACKED, headers={"Content-Encoding": "gzip"}),
    "roadsredir": Canned(307, headers={"Location": "/roads/interpreter"}),
    "roadssee": Canned(303, headers={"Location": "/roads/interpreter"}),
}


@functools.cache
def gzip_bomb(megabytes: int = 512) -> bytes:
    """Pack ``[``, megabytes of spaces and ``]``; every megabyte packs to the same bytes, so it is packed once."""
    spaces = b" " * MEGABYTE
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = pack.compress(b"[") + pack.flush(zlib.Z_FULL_FLUSH)
    block = pack.compress(spaces) + pack.flush(zlib.Z_FULL_FLUSH)
    end = pack.compress(b"]") + pack.flush()
    crc = zlib.crc32(b"[")
    for _ in range(megabytes):
        crc = zlib.crc32(spaces, crc)
    trailer = zlib.crc32(b"]", crc).to_bytes(4, "little") + (megabytes * MEGABYTE + 2).to_bytes(4, "little")
    return b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + start + block * megabytes + end + trailer


class FakeServer:
    """The two ports, serving from threads of this process while the context is open."""

    def __init__(self) -> None:
        self.hits: Counter[str] = Counter()
        self.log: list[tuple[float, str, str, str]] = []
        self.posted: list[str] = []
        self.lock = threading.Lock()
        self._servers = [_Server(self, handler) for handler in (_Handler, _OtherHandler)]
        self.port, self.other_port = (server.server_address[1] for server in self._servers)

    def url(self, mode: str) -> str:
        """Return the address of a mode, as a Nominatim address."""
        return f"http://127.0.0.1:{self.port}/{mode}"

    def count(self, mode: str) -> int:
        """Return how often a mode was asked for."""
        with self.lock:
            return self.hits[mode]

    def times(self, mode: str) -> list[float]:
        """Return when a mode was asked for, seconds since 1970 UTC."""
        with self.lock:
            return [moment for moment, asked, *_ in self.log if asked == mode]

    def note(self, mode: str, user_agent: str, path: str) -> int:
        """Count a request and return how many of this mode there were."""
        with self.lock:
            self.hits[mode] += 1
            self.log.append((time.time(), mode, user_agent, path))
            return self.hits[mode]

    def __enter__(self) -> FakeServer:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, fake: FakeServer, handler: type[socketserver.BaseRequestHandler]) -> None:
        self.fake = fake
        super().__init__(("127.0.0.1", 0), handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients hang up on most of these replies."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: object) -> None:
        """Keep the test output clean."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.fake.lock:
            self.server.fake.posted.append(body.decode())
        self.do_GET()

    def do_GET(self) -> None:
        mode = urlsplit(self.path).path.split("/")[1]
        fake = self.server.fake
        if mode == "_count":
            with fake.lock:
                summary = {"hits": fake.hits, "n": len(fake.log), "log": fake.log[-2000:]}
                self.reply(Canned(body=json.dumps(summary).encode()))
            return
        number = fake.note(mode, self.headers.get("User-Agent", ""), self.path)
        if mode in CANNED:
            self.reply(CANNED[mode])
        elif mode in self.MODES:
            self.MODES[mode](self, number)
        else:
            self.reply(Canned(404))

    def reply(self, canned: Canned) -> None:
        headers = {"Content-Type": canned.content_type, "Content-Length": str(len(canned.body)), **canned.headers}
        self.send_response(canned.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(canned.body)
        self.close_connection = True

    def okslow(self, _: int) -> None:
        time.sleep(0.05)
        self.reply(CANNED["ok"])

    def roadsslow(self, _: int) -> None:
        time.sleep(0.05)
        self.reply(CANNED["roads"])

    def roads504(self, number: int) -> None:
        self.reply(CANNED["r504" if number < 2 else "roads"])

    def flaky429(self, number: int) -> None:
        self.reply(Canned(429, headers={"Retry-After": "1"}) if number < 3 else CANNED["ok"])

    def flaky500(self, number: int) -> None:
        self.reply(CANNED["r500" if number < 2 else "ok"])

    def rare(self, number: int) -> None:
        self.reply(CANNED["r500" if number % 5 else "ok"])

    def hang(self, _: int) -> None:
        time.sleep(8)
        self.close_connection = True

    def slowloris(self, _: int) -> None:
        self.reply(Canned(body=b"", headers={"Content-Length": str(len(GOOD))}))
        self._drip(GOOD)

    def slowhead(self, _: int) -> None:
        self._drip(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")

    def _drip(self, data: bytes) -> None:
        for position in range(min(60, len(data))):
            self.wfile.write(data[position : position + 1])
            self.wfile.flush()
            time.sleep(0.25)
        self.wfile.write(data[60:])
        self.close_connection = True

    def bigbody(self, _: int) -> None:
        self.reply(Canned(headers={"Content-Length": str(300 * MEGABYTE)}))
        self._spaces(300)

    def endless(self, _: int) -> None:
        self.send_response(200)
        self.end_headers()
        self._spaces(300)
        self.close_connection = True

    def _spaces(self, megabytes: int) -> None:
        for _ in range(megabytes):
            self.wfile.write(b" " * MEGABYTE)

    def gzip_bomb(self, _: int) -> None:
        self.reply(Canned(body=gzip_bomb(), headers={"Content-Encoding": "gzip"}))

    def redir_port(self, _: int) -> None:
        self.reply(Canned(302, headers={"Location": f"http://127.0.0.1:{self.server.fake.other_port}/secret"}))

    def reset(self, _: int) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.noresp(_)

    def noresp(self, _: int) -> None:
        self.close_connection = True
        self.connection.close()

    def garbage(self, _: int) -> None:
        self.wfile.write(b"\0\1\2 not http\r\n\r\n")
        self.close_connection = True

    MODES: ClassVar[dict[str, Callable[[Any, int], None]]] = {
        handler.__name__: handler
        for handler in (
            *(okslow, flaky429, flaky500, rare, hang, slowloris, slowhead, bigbody, endless, gzip_bomb, redir_port),
            *(reset, noresp, garbage, roadsslow, roads504),
        )
    }


class _OtherHandler(_Handler):
    def do_GET(self) -> None:
        self.server.fake.note("PORT2", "", self.path)
        self.reply(Canned(body=OTHER))


def main() -> None:
    """Serve from a process of its own, so that neither its memory nor its threads are those of who asks."""
    gzip_bomb()
    with FakeServer() as server:
        print(server.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
