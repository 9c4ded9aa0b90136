from __future__ import annotations

import contextlib
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from geo import exchange, gate, web
from geo.addresses import Address, is_public, resolved, shown_url
from geo.errors import InputError
from geo.robots import Robots
from geo.version import __version__
from geo.web import Fetched, Web, is_large
from tests import fakeserver
from tests.fakeserver import GOOD, MEGABYTE, Canned, FakeServer, gzip_bomb
from tests.timing import assert_within

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

PUBLIC = "93.184.216.34"
SLOW = {"hang", "slowloris", "slowhead"}

Say = Callable[..., None]


@pytest.fixture
def own(tmp_path: Path) -> Web:
    """Return what reads one's own servers."""
    return Web(tmp_path, allow_private=True, interval_s=0)


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Say:
    """Return what sets a reply of the fake server."""

    def set_reply(mode: str, status: int = 200, body: bytes = b"", kind: str = "text/html", **headers: str) -> None:
        monkeypatch.setitem(fakeserver.CANNED, mode, Canned(status, body, kind, headers))

    return set_reply


class Internet:
    """Names that are public, every machine of which is the fake server."""

    def __init__(self, port: int) -> None:
        self.names: dict[str, list[str]] = {"example.org": [PUBLIC]}
        self.asked: list[str] = []
        self.connected: list[tuple[str, int]] = []
        self.port = port

    def resolve(self, host: str, _: int) -> Sequence[str]:
        self.asked.append(host)
        return self.names[host].pop(0).split() if len(self.names[host]) > 1 else self.names[host][0].split()

    def connect(self, at: tuple[str, int], timeout: float) -> socket.socket:
        self.connected.append(at)
        return socket.create_connection(("127.0.0.1", self.port), timeout)


@pytest.fixture
def internet(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> Internet:
    net = Internet(server.port)
    wires = SimpleNamespace(create_connection=net.connect, SHUT_RDWR=socket.SHUT_RDWR)
    monkeypatch.setattr(exchange, "socket", wires)
    return net


def public(internet: Internet, folder: Path) -> Web:
    return Web(folder, interval_s=0, resolve=internet.resolve)


def refusal(web: Web, url: str) -> str:
    with pytest.raises(InputError) as raised:
        web.fetch(url)
    assert "\n" not in str(raised.value)
    assert raised.value.source is not None
    assert str(raised.value).startswith(raised.value.source + ": ")
    return str(raised.value).removeprefix(raised.value.source + ": ")


# --- What is fetched --------------------------------------------------------------------------------------------------


def test_a_page_comes_with_its_type_encoding_and_last_address(own: Web, server: FakeServer, say: Say) -> None:
    say("page", body=b"<p>Idlib</p>", kind="Text/HTML; charset=ISO-8859-1")
    say("moved", 301, Location="/page?id=7#top")
    fetched = own.fetch(server.url("moved"))
    assert fetched == Fetched(f"{server.url('page')}?id=7", b"<p>Idlib</p>", "text/html", "iso-8859-1")
    assert {agent for _, _, agent, _ in server.log} == {f"placelines/{__version__}"}


@pytest.mark.parametrize(
    "said", ["charset*" + "1" * 5_000 + "=x", "charset*=a\0b''x", "charset=" + "x" * 5_000, ";" * 200]
)
def test_an_encoding_that_nobody_can_read_is_none(own: Web, server: FakeServer, say: Say, said: str) -> None:
    say("page", body=b"<p>Idlib</p>", kind=f"text/html; {said}")
    fetched = own.fetch(server.url("page"))
    assert (fetched.data, fetched.content_type, fetched.charset) == (b"<p>Idlib</p>", "text/html", None)


def test_gzip_is_undone(own: Web, server: FakeServer) -> None:
    assert own.fetch(server.url("gzip_ok")).data == GOOD


def test_a_large_file_goes_to_disk_and_is_gone_afterwards(own: Web, server: FakeServer) -> None:
    with own.saved(server.url("endless")) as (fetched, path):
        assert path.stat().st_size == 300 * MEGABYTE
        assert (fetched.url, fetched.data) == (server.url("endless"), b"")
    assert not path.exists()


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("shortbody", "the reply was cut short: 60 of"),
        ("gzip_ok", "the reply is packed in an unknown way: 'gzip'"),
        ("r404", "HTTP 404 (no page there)"),
    ],
)
def test_a_file_that_does_not_come_whole_is_an_error(own: Web, server: FakeServer, mode: str, reason: str) -> None:
    with pytest.raises(InputError) as raised, own.saved(server.url(mode)):
        pytest.fail("it was read")
    assert str(raised.value).startswith(f"{server.url(mode)}: {reason}")


def test_a_file_that_comes_too_slowly_is_given_up(
    server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = Web(tmp_path, allow_private=True, interval_s=0, timeout_s=0.6)
    web.fetch(server.url("ok"))
    with pytest.raises(InputError, match="too slowly"), web.saved(server.url("slowloris")):
        pytest.fail("it was read")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a.jsonl", True),
        ("https://example.org/a.WARC.gz?sig=1#x", True),
        ("https://example.org/feed.xml", False),
        ("https://example.org/?file=a.zip", False),
    ],
)
def test_files_of_many_articles_are_told_by_their_path(url: str, expected: bool) -> None:
    assert is_large(url) is expected


# --- Which addresses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "only http and https are read"),
        ("gopher://example.org/", "only http and https are read"),
        ("data:text/html,x", "only http and https are read"),
        ("ftp://example.org/a", "only http and https are read"),
        ("http://a@example.org/", "leave out user and password"),
        ("http://a:secret@example.org/", "leave out user and password"),
        ("http://example.org/a b", "it is no address"),
        ("http://example.org/\r\nX: y", "it is no address"),
        ("http://example.org\\@127.0.0.1/", "it is no address"),
        ("http://example.org/" + "a" * 8_000, "it is no address"),
        ("http:///a", "its host is no name"),
        ("http://exa%0d%0ample.org/", "its host is no name"),
        ("http://[::1/", "Invalid IPv6 URL"),
        ("http://example.org:99999/", "Port out of range"),
    ],
)
def test_an_address_that_can_never_be_read_is_refused(tmp_path: Path, url: str, reason: str) -> None:
    assert refusal(Web(tmp_path), url).startswith(reason)


def test_escaped_line_ends_stay_escaped(internet: Internet, server: FakeServer, tmp_path: Path) -> None:
    public(internet, tmp_path).fetch("http://example.org/ok/%0d%0aX:%20y?q=%0d%0a")
    assert server.log[-1][3] == "/ok/%0d%0aX:%20y?q=%0d%0a"


def test_names_of_other_scripts_are_asked_for_and_shown_in_punycode(internet: Internet, tmp_path: Path) -> None:
    internet.names["xn--strae-oqa.example"] = [PUBLIC]
    web = public(internet, tmp_path)
    assert web.fetch("http://Straße.example/ok/ü").url == "http://xn--strae-oqa.example/ok/%C3%BC"
    with pytest.raises(InputError, match=r"^http://xn--strae-oqa\.example/r404: HTTP 404"):
        web.fetch("http://straße.example/r404")


DISGUISED = (
    "localhost 127.0.0.1 127.1 0x7f000001 2130706433 0177.0.0.1 0.0.0.0 [::1] [::] [::ffff:127.0.0.1] 169.254.169.254"
)


@pytest.mark.parametrize("host", DISGUISED.split())
def test_machines_of_ones_own_are_refused_whatever_they_are_called(tmp_path: Path, host: str) -> None:
    # Of the numeric ones the C library knows as many as it likes; the name of this machine is in its own files.
    assert "no public server" in refusal(Web(tmp_path), f"http://{host}/latest/meta-data")


@pytest.mark.parametrize(
    "address",
    "10.0.0.1 172.16.3.4 192.168.1.1 100.64.0.1 127.0.0.53 169.254.169.254 0.0.0.0 224.0.0.1 240.0.0.1 255.255.255.255 "
    "192.0.2.1 198.18.0.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 fec0::1 ff02::1 2001:db8::1 "
    "::ffff:10.0.0.1 ::127.0.0.1 2002:7f00:1:: 2002:c0a8:101::1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 "
    "2001:0:102:304::1 192.0.0.9 192.0.0.192 192.88.99.1 168.63.129.16 ::ffff:168.63.129.16 "
    "64:ff9b::a83f:8110 nonsense".split(),
)
def test_no_address_but_those_of_the_internet_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "64:ff9b::5db8:d822"])
def test_those_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_one_private_address_among_public_ones_is_enough_to_refuse(internet: Internet, tmp_path: Path) -> None:
    internet.names["example.org"] = [f"{PUBLIC} 10.0.0.1"]
    assert "no public server" in refusal(public(internet, tmp_path), "http://example.org/ok")
    assert internet.connected == []


def test_the_address_that_was_judged_is_the_one_that_is_asked(
    internet: Internet, server: FakeServer, tmp_path: Path
) -> None:
    internet.names["example.org"] = [PUBLIC, PUBLIC, "127.0.0.1"]
    web = public(internet, tmp_path)
    assert web.fetch("http://example.org/ok").data == GOOD
    # robots.txt and the page, each looked up once and asked where that said; then the name is bound anew.
    assert (internet.asked, internet.connected) == (["example.org"] * 2, [(PUBLIC, 80)] * 2)
    assert "no public server" in refusal(web, "http://example.org/ok")
    assert internet.connected == [(PUBLIC, 80)] * 2
    assert server.count("ok") == 1


def test_other_ports_are_refused_before_anything_is_asked(internet: Internet, tmp_path: Path) -> None:
    assert "port 22 is none of the web's" in refusal(public(internet, tmp_path), "http://example.org:22/")
    assert internet.asked == []


def test_a_server_of_ones_own_is_read_only_where_that_is_allowed(own: Web, server: FakeServer, tmp_path: Path) -> None:
    assert own.fetch(server.url("ok")).data == GOOD
    assert "port" in refusal(Web(tmp_path, interval_s=0), server.url("ok"))


def test_a_name_that_is_nobodys_is_told_as_such(tmp_path: Path) -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    told = refusal(Web(tmp_path, resolve=unknown), "http://no.example/")
    assert told == "its robots.txt cannot be read (the connection failed: Name or service not known)"


def test_numbers_are_looked_up_without_repetition() -> None:
    assert list(resolved("127.0.0.1", 80)) == ["127.0.0.1"]


# --- Redirects --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://127.0.0.1/secret", "127.0.0.1 is no public server"),
        ("http://169.254.169.254/latest", "169.254.169.254 is no public server"),
        ("//[::1]/secret", "::1 is no public server"),
        ("file:///etc/passwd", "it redirects to 'file:///etc/passwd': only http and https are read"),
        ("http://me:secret@example.org/", "it redirects to 'http://***@example.org/': leave out user and password"),
        ("http://example.org:8080/", "port 8080 is none of the web's"),
        ("http://[::1/", "it redirects to 'http://[::1/': Invalid IPv6 URL"),
        ("", "it redirects nowhere"),
        ("/redirecting", "more than 5 redirects"),
    ],
)
def test_every_step_of_a_redirect_is_judged(
    internet: Internet, server: FakeServer, say: Say, tmp_path: Path, location: str, reason: str
) -> None:
    for name in ("127.0.0.1", "169.254.169.254", "::1"):
        internet.names[name] = [name]
    say("redirecting", 302, Location=location)
    assert refusal(public(internet, tmp_path), "http://example.org/redirecting").startswith(reason)
    assert server.count("redirecting") == (6 if location == "/redirecting" else 1)
    assert {number for number, _ in internet.connected} == {PUBLIC}


def test_another_public_server_is_followed_and_its_robots_are_asked(
    internet: Internet, server: FakeServer, say: Say, tmp_path: Path
) -> None:
    internet.names["other.example"] = [PUBLIC]
    say("away", 308, Location="http://other.example/ok")
    assert public(internet, tmp_path).fetch("http://example.org/away").url == "http://other.example/ok"
    assert internet.asked == ["example.org"] * 2 + ["other.example"] * 2
    assert server.count("robots.txt") == 2


# --- Too much, too long, broken ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["bigbody", "endless", "gzip_bomb"])
def test_ten_megabytes_are_enough(own: Web, server: FakeServer, mode: str) -> None:
    gzip_bomb()
    assert refusal(own, server.url(mode)) == "the reply is longer than 10 MB"


@pytest.mark.parametrize("mode", sorted(SLOW))
def test_a_server_that_never_ends_is_left_in_time(own: Web, server: FakeServer, tmp_path: Path, mode: str) -> None:
    web = Web(tmp_path, allow_private=True, interval_s=0, timeout_s=0.5)

    def fail() -> None:
        assert re.search("no (whole )?reply|the reply came too slowly", refusal(web, server.url(mode)))

    assert_within(1.2, fail)
    assert own.fetch(server.url("ok")).data == GOOD


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("r401", "HTTP 401 (access denied)"),
        ("r403", "HTTP 403 (access denied)"),
        ("r404", "HTTP 404 (no page there)"),
        ("r500", "HTTP 500"),
        ("shortbody", "the reply was cut short"),
        ("gzip_bad", "the reply is not gzip"),
        ("gzip_cut", "the packed reply was cut short"),
        ("brotli", "the reply is packed in an unknown way: 'br'"),
        ("reset", "the connection failed"),
        ("noresp", "the connection failed"),
        ("garbage", "the connection failed"),
    ],
)
def test_a_broken_reply_is_told_in_one_line(own: Web, server: FakeServer, mode: str, reason: str) -> None:
    assert refusal(own, server.url(mode)).startswith(reason)
    assert server.count(mode) == 1


def test_a_server_that_names_a_time_is_asked_once_more_then(
    own: Web, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps: list[float] = []
    monkeypatch.setattr(gate, "time", SimpleNamespace(sleep=naps.append))
    assert refusal(own, server.url("flaky429")) == "HTTP 429 (too many requests)"
    assert server.count("flaky429") == 2
    assert max(naps) == pytest.approx(1, abs=0.2)
    assert refusal(own, server.url("ok")) == "the server is not asked, after HTTP 429 (too many requests)"
    assert server.count("ok") == 0


def test_pages_that_are_not_there_do_not_speak_against_the_server(own: Web, server: FakeServer) -> None:
    for _ in range(6):
        refusal(own, server.url("r404"))
    assert own.fetch(server.url("ok")).data == GOOD


def test_a_server_that_is_down_is_left_alone(own: Web, server: FakeServer) -> None:
    for _ in range(5):
        assert refusal(own, server.url("r500")) == "HTTP 500"
    assert refusal(own, server.url("r500")) == "the server is not asked, after 5 failures in a row, the last: HTTP 500"
    assert server.count("r500") == 5


# --- Manners ----------------------------------------------------------------------------------------------------------


def test_robots_txt_is_asked_for_once_and_obeyed(own: Web, server: FakeServer, say: Say) -> None:
    say("robots.txt", body=b"User-agent: *\nDisallow: /ok/private\nDisallow: /*?print", kind="text/plain")
    assert own.fetch(server.url("ok/public")).data == GOOD
    for path in ("ok/private/a", "ok/a?print=1", "%6Fk/private"):
        assert refusal(own, server.url(path)) == "its robots.txt asks to leave it alone"
    assert (server.count("robots.txt"), server.count("ok")) == (1, 1)


def test_where_a_redirect_leads_robots_txt_is_obeyed_too(own: Web, server: FakeServer, say: Say) -> None:
    say("robots.txt", body=b"User-agent: placelines\nDisallow: /ok", kind="text/plain")
    assert refusal(own, server.url("redir_ok")) == "its robots.txt asks to leave it alone"
    assert server.count("ok") == 0


@pytest.mark.parametrize(("status", "is_read"), [(404, True), (403, True), (410, True), (503, False), (429, False)])
def test_without_robots_txt_all_is_allowed_and_while_it_is_broken_nothing(
    own: Web, server: FakeServer, say: Say, status: int, is_read: bool
) -> None:
    say("robots.txt", status)
    if is_read:
        assert own.fetch(server.url("ok")).data == GOOD
    else:
        assert refusal(own, server.url("ok")) == f"its robots.txt cannot be read (HTTP {status})"
    assert server.count("ok") == is_read


def test_the_pace_is_the_servers_wish_within_reason(
    server: FakeServer, say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps: list[float] = []
    monkeypatch.setattr(gate, "time", SimpleNamespace(sleep=naps.append))
    say("robots.txt", body=b"User-agent: *\nCrawl-delay: 7", kind="text/plain")
    web = Web(tmp_path, allow_private=True, interval_s=2)
    for _ in range(3):
        web.fetch(server.url("ok"))
    assert naps == [0.0, pytest.approx(2, abs=0.5), pytest.approx(7, abs=0.5), pytest.approx(7, abs=0.5)]


@pytest.mark.parametrize(
    ("text", "allowed", "refused"),
    [
        ("", "/ /a", ""),
        ("User-agent: *\nDisallow: /", "", "/ /a"),
        ("Disallow: /", "/a", ""),
        ("User-agent: other\nDisallow: /", "/a", ""),
        ("User-agent: other\nUser-agent: Placelines/2.0\nDisallow: /a", "/ /b", "/a /ab"),
        ("User-agent: *\nDisallow: /\nUser-agent: placelines\nDisallow: /x", "/ /a", "/x"),
        ("user-agent: *\nallow: /a/b\ndisallow: /a", "/a/b /a/bc", "/a /a/c"),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", ""),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdfx /a.pdf?x", "/a.pdf /b/c.pdf"),
        ("User-agent: *\nDisallow: /a$", "/ab /", "/a"),
        ("User-agent: *\nDisallow: /%7Eme/\nDisallow: /é", "/~you/", "/~me/x /%C3%A9"),
        ("\ufeffUser-agent: * # all\nDisallow: /a # not this", "/b", "/a"),
        ("User-agent: placelines\nDisallow: /a\n\nUser-agent: placelines\nDisallow: /b", "/c", "/a /b"),
    ],
)
def test_robots_txt_is_read_as_its_standard_says(text: str, allowed: str, refused: str) -> None:
    robots = Robots.of(text, "placelines")
    assert [path for path in allowed.split() if not robots.allows(path)] == []
    assert [path for path in refused.split() if robots.allows(path)] == []


@pytest.mark.parametrize(
    ("delay", "seconds"), [("2", 2), ("0.5", 0.5), ("-1", 0), ("nan", 0), ("1e9", 0), ("soon", 0), ("1.x", 0)]
)
def test_a_wish_for_a_pause_is_a_number_or_none(delay: str, seconds: float) -> None:
    assert Robots.of(f"User-agent: *\nCrawl-delay: {delay}", "placelines").delay_s == seconds


def test_a_pattern_made_to_keep_one_busy_does_not() -> None:
    robots = Robots.of("User-agent: *\nDisallow: /" + "*a" * 900 + "b$", "placelines")
    assert_within(0.5, lambda: robots.allows("/" + "a" * 8_000))


# --- TLS --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate for example.org that nobody signed, with its key."""
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=example.org -keyout key.pem -out cert.pem"
    names = ["-addext", "subjectAltName=DNS:example.org"]
    subprocess.run([*command.split(), *names], cwd=folder, check=True, capture_output=True)
    (folder / "both.pem").write_text((folder / "key.pem").read_text() + (folder / "cert.pem").read_text())
    return folder / "both.pem"


@pytest.fixture
def tls(internet: Internet, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """Let every machine of the internet speak TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:  # the test is over
                return
            with plain, contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as wire:
                asked = wire.recv(65_536)
                body = asked.split(b"\r\n")[1]
                wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        threading.Thread(target=serve, args=[listener], daemon=True).start()
        monkeypatch.setattr(internet, "port", port)
        yield internet
        listener.shutdown(socket.SHUT_RDWR)


def test_a_certificate_that_nobody_signed_is_refused(tls: Internet, tmp_path: Path) -> None:
    assert "certificate verify failed" in refusal(public(tls, tmp_path), "https://example.org/")


def test_a_known_certificate_is_good_for_its_own_name_alone(
    tls: Internet, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls.names["other.example"] = [PUBLIC]
    web = public(tls, tmp_path)
    assert web.fetch("https://example.org/").data == b"Host: example.org"
    assert tls.connected == [(PUBLIC, 443)] * 2
    assert "certificate verify failed" in refusal(web, "https://other.example/")


def test_https_does_not_lead_to_http() -> None:
    there = web._redirected(Address.of("http://example.org/"), "https://example.org/a")
    assert there.url == "https://example.org/a"
    with pytest.raises(exchange.RefusedError, match="it redirects from https to http"):
        web._redirected(there, "http://example.org/a")


def test_what_is_shown_of_an_address_is_no_secret() -> None:
    shown = "http://***@[::1]:80/a?api_key=***&q=@b#c"
    assert shown_url("http://me:pass@word@[::1]:80/a?api_key=1&q=@b#c") == shown
    assert shown_url("no address") == "no address"
