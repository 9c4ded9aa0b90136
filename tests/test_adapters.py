from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn
from urllib.parse import parse_qs

import pytest
from geopy.adapters import AdapterHTTPError
from geopy.exc import (
    GeocoderParseError,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
    GeopyError,
)
from geopy.geocoders import Nominatim
from hypothesis import given
from hypothesis import strategies as st

from geo import adapters
from geo.adapters import (
    MAX_BODY_BYTES,
    CarefulAdapter,
    DamagedReplyError,
    NotSentError,
    Request,
    TellingAdapter,
)
from tests.fakeserver import GOOD, PARIS, FakeServer, gzip_bomb
from tests.overpass_replies import GOOD_REPLIES
from tests.timing import assert_within

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

TIMEOUT_S = 5.0
SHORT_S = 0.4
"""For servers that are slow on purpose; elsewhere a busy machine must not make them seem so."""
SLOW = {"hang", "slowloris", "slowhead"}
HEADERS = {"User-Agent": "placelines-test/1"}


def get_json(url: str, *, timeout: float | None = TIMEOUT_S) -> object:
    return CarefulAdapter(proxies=None).get_json(f"{url}/search?q=Paris", timeout=timeout, headers=HEADERS)


@pytest.mark.parametrize("mode", ["ok", "okslow", "gzip_ok", "redir_ok", "wrongct"])
def test_a_good_reply_is_parsed_json(server: FakeServer, mode: str) -> None:
    assert get_json(server.url(mode)) == PARIS


def test_without_a_timeout_the_reply_is_waited_for(server: FakeServer) -> None:
    assert get_json(server.url("okslow"), timeout=None) == PARIS


def test_text_is_returned_as_it_came(server: FakeServer) -> None:
    adapter = CarefulAdapter(proxies=None)
    assert adapter.get_text(server.url("ok"), timeout=TIMEOUT_S, headers=HEADERS) == GOOD.decode()


@pytest.mark.parametrize(("mode", "times_posted"), [("roads", 1), ("roadsredir", 2), ("roadssee", 1)])
def test_a_form_is_posted_and_sent_again_only_where_a_redirect_wants_it(
    server: FakeServer, mode: str, times_posted: int
) -> None:
    adapter = CarefulAdapter(proxies=None)
    fields = {"data": '[out:json];way["name"="Rue d\'Été & Cie"];'}
    reply = adapter.post_json(f"{server.url(mode)}/interpreter", fields, timeout=TIMEOUT_S, headers=HEADERS)
    assert reply == json.loads(GOOD_REPLIES["roads"])
    assert [parse_qs(form) for form in server.posted] == [{"data": [fields["data"]]}] * times_posted


@pytest.mark.parametrize("mode", ["bigbody", "endless", "gzip_bomb"])
def test_how_long_a_reply_may_be_can_be_told(server: FakeServer, mode: str) -> None:
    gzip_bomb()
    adapter = CarefulAdapter(proxies=None, max_body_bytes=2 << 20)
    with pytest.raises(GeocoderServiceError, match="longer than 2 MB"):
        adapter.post_json(server.url(mode), {}, timeout=TIMEOUT_S, headers=HEADERS)


FAULTS: dict[str, tuple[type[Exception], str]] = {
    "hang": (GeocoderTimedOut, "no (whole )?reply (within 0.4 s|in time)"),
    "slowloris": (GeocoderTimedOut, "no whole reply within 0.4 s|too slowly"),
    "slowhead": (GeocoderTimedOut, "no whole reply within 0.4 s"),
    "truncjson": (DamagedReplyError, "the reply is not JSON"),
    "shortbody": (DamagedReplyError, "cut short: 60 of"),
    "html200": (DamagedReplyError, "the reply is not JSON: '<html>"),
    "emptybody": (DamagedReplyError, "the reply is not JSON: ''"),
    "nan": (DamagedReplyError, "the reply is not JSON"),
    "badutf8": (DamagedReplyError, "the reply is not UTF-8"),
    "deepjson": (DamagedReplyError, "the reply is not JSON"),
    "gzip_bad": (DamagedReplyError, "the reply is not gzip"),
    "gzip_cut": (DamagedReplyError, "the packed reply was cut short"),
    "brotli": (GeocoderServiceError, "packed in an unknown way: 'br'"),
    "redir_loop": (GeocoderServiceError, "more than 3 redirects"),
    "redir_file": (GeocoderServiceError, "redirects to another server: 'file:///etc/passwd'"),
    "redir_port": (GeocoderServiceError, "redirects to another server: 'http://127"),
    "redir_login": (DamagedReplyError, "the reply is not JSON: '<html>"),
    "redir_bad": (GeocoderServiceError, "redirects to no address"),
    "redir_none": (GeocoderServiceError, "redirects to another server: None"),
    "reset": (GeocoderUnavailable, "the connection failed"),
    "noresp": (GeocoderUnavailable, "the connection failed"),
    "garbage": (GeocoderUnavailable, "the connection failed"),
}


@pytest.mark.parametrize("mode", FAULTS)
def test_a_faulty_reply_is_a_geopy_error_in_time_after_one_request(server: FakeServer, mode: str) -> None:
    error, message = FAULTS[mode]
    timeout_s = SHORT_S if mode in SLOW else TIMEOUT_S

    def fail() -> None:
        with pytest.raises(error, match=message) as raised:
            get_json(server.url(mode), timeout=timeout_s)
        assert isinstance(raised.value, GeopyError)

    times = assert_within(timeout_s + 0.5, fail)
    assert server.count(mode) == times * (4 if mode == "redir_loop" else 1)
    assert server.count("PORT2") == 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 414, 500, 503, 504, 509])
def test_a_refusal_carries_its_status_and_nothing_of_the_body(server: FakeServer, status: int) -> None:
    with pytest.raises(AdapterHTTPError, match=f"HTTP {status}") as raised:
        get_json(server.url(f"r{status}"))
    assert (raised.value.status_code, raised.value.text) == (status, None)


@pytest.mark.parametrize(
    ("mode", "least", "most"),
    [("r429", 2, 2), ("r429date", 2e9, 4e9), ("r429none", None, None), ("r429year", None, None)],
)
def test_geopy_learns_how_long_to_wait(server: FakeServer, mode: str, least: float | None, most: float | None) -> None:
    client = Nominatim(
        domain=server.url(mode).removeprefix("http://"), scheme="http", user_agent="x", adapter_factory=CarefulAdapter
    )
    with pytest.raises(GeocoderRateLimited) as raised:
        client.geocode("Paris", timeout=TIMEOUT_S)
    if least is None or most is None:
        assert raised.value.retry_after is None
    else:
        # The date is in 2099: seconds from today to then.
        assert min(least, 2.2e9) <= raised.value.retry_after <= most


@pytest.mark.parametrize("mode", ["bigbody", "endless", "gzip_bomb"])
def test_an_enormous_reply_is_cut_off_early(server: FakeServer, mode: str) -> None:
    gzip_bomb()  # made here, so that neither its time nor its memory counts
    tracemalloc.start()
    try:
        with pytest.raises(GeocoderServiceError, match="longer than 4 MB"):
            get_json(server.url(mode))
        assert tracemalloc.get_traced_memory()[1] < 8 * MAX_BODY_BYTES
    finally:
        tracemalloc.stop()


def test_a_host_name_that_is_unknown_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> NoReturn:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(GeocoderUnavailable, match="Name or service not known"):
        get_json("http://nominatim.invalid")


def test_a_name_lookup_that_hangs_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    leave = threading.Event()

    def hang(*_: object, **__: object) -> NoReturn:
        leave.wait()
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with pytest.raises(GeocoderTimedOut, match=r"within 0\.4 s"):
        get_json("http://nominatim.invalid", timeout=SHORT_S)
    leave.set()


def test_a_port_where_nobody_listens_is_unavailable(server: FakeServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(GeocoderUnavailable, match=r"the connection failed: .*refused"):
        get_json(f"http://127.0.0.1:{port}")


def test_an_address_that_cannot_be_sent_is_unavailable() -> None:
    with pytest.raises(GeocoderUnavailable, match="the connection failed"):
        get_json("http://127.0.0.1:1/Köln\x00")


def test_a_reply_that_was_given_up_is_not_read_to_its_end() -> None:
    response = SimpleNamespace(length=None, headers={}, read1=lambda _: b" ")
    with pytest.raises(GeocoderTimedOut, match="too slowly"):
        adapters.read_body(response, time.monotonic() + 0.05)  # type: ignore[arg-type]


def test_a_check_refuses_a_reply_before_geopy_reads_it(server: FakeServer) -> None:
    def refuse(reply: object) -> None:
        raise ValueError(f"no sound reply: {reply}")

    adapter = CarefulAdapter(proxies=None, check=refuse)
    with pytest.raises(GeocoderParseError, match="no sound reply: None"):
        adapter.get_json(server.url("jsonnull"), timeout=TIMEOUT_S, headers=HEADERS)


def test_a_proxy_is_used(server: FakeServer) -> None:
    adapter = CarefulAdapter(proxies={"http": f"http://127.0.0.1:{server.port}"})
    assert adapter.get_json("http://nominatim.invalid/ok/search", timeout=TIMEOUT_S, headers=HEADERS) == PARIS
    assert [path for *_, path in server.log] == ["http://nominatim.invalid/ok/search"]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("9" * 5000, None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 99999 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_nothing(header: str, seconds: int | None) -> None:
    assert adapters._retry_after_s(header) == seconds


def test_retry_after_as_a_date_is_seconds_from_now() -> None:
    header = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    seconds = adapters._retry_after_s(header)
    assert seconds is not None
    assert 88 <= seconds <= 91


@given(st.text(st.characters(max_codepoint=255)) | st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ [+-]?\w+"))
def test_retry_after_of_any_text_is_no_error(header: str) -> None:
    seconds = adapters._retry_after_s(header)
    assert seconds is None or seconds >= 0


# --- telling ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def told() -> list[Request]:
    return []


@pytest.fixture
def telling(told: list[Request], monkeypatch: pytest.MonkeyPatch) -> TellingAdapter:
    """Return an adapter that fails the test when it opens a socket or starts a thread."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("something was to be sent")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    return TellingAdapter(tell=told.append, secrets=["s3cret/1"], proxies=None, check=len, max_body_bytes=1)


def test_what_geopy_would_send_is_told_to_the_letter(telling: TellingAdapter, told: list[Request]) -> None:
    client = Nominatim(user_agent="placelines-test/1", adapter_factory=lambda **_: telling)
    with pytest.raises(NotSentError, match="shown, not sent"):
        client.geocode("Jisr al-Shughūr & Cie", exactly_one=False, limit=5, language="en", country_codes=["sy"])
    query = "q=Jisr+al-Shugh%C5%ABr+%26+Cie&format=json&limit=5&countrycodes=sy&accept-language=en"
    (request,) = told
    assert (request.method, request.fields) == ("GET", ())
    assert sorted(request.url.partition("?")[2].split("&")) == sorted(query.split("&"))
    assert request.url.startswith("https://nominatim.openstreetmap.org/search?")


def test_a_request_that_is_told_is_the_one_that_is_sent(
    server: FakeServer, told: list[Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    for adapter in (partial(TellingAdapter, tell=told.append), CarefulAdapter):
        client = Nominatim(
            domain=server.url("ok").removeprefix("http://"), scheme="http", user_agent="x", adapter_factory=adapter
        )
        with contextlib.suppress(NotSentError):
            client.geocode("Rue d'Été", limit=5, viewbox=[(35, 36), (37, 38)])
    assert [request.url for request in told] == [f"http://127.0.0.1:{server.port}{path}" for *_, path in server.log]


def test_a_form_that_would_be_posted_is_told(telling: TellingAdapter, told: list[Request]) -> None:
    fields = {"data": 'way["key"="M4"];\nout;', "api_key": "s3cret/1", "note": "by s3cret/1"}
    with pytest.raises(NotSentError):
        telling.post_json("https://example.org/api", fields, timeout=1, headers={"Authorization": "s3cret/1"})
    shown = (("data", 'way["key"="M4"];\nout;'), ("api_key", "***"), ("note", "by ***"))
    assert told == [Request("POST", "https://example.org/api", shown)]


@pytest.mark.parametrize("method", ["get_text", "get_json", "post_json"])
def test_keys_come_into_the_address_that_goes_out_and_are_not_told(
    server: FakeServer, told: list[Request], method: str
) -> None:
    def with_key(url: str) -> str:
        return url.replace("KEY", "s3cret%2F1")

    url = f"{server.url('ok')}/search?q=Paris&id=KEY"
    fields: list[dict[str, str]] = [{}] if method == "post_json" else []
    options: dict[str, Any] = {"proxies": None, "address": with_key, "secrets": ["s3cret/1"]}
    assert getattr(CarefulAdapter(**options), method)(url, *fields, timeout=5, headers=HEADERS)
    assert [path for *_, path in server.log] == ["/ok/search?q=Paris&id=s3cret%2F1"]
    with pytest.raises(NotSentError):
        getattr(TellingAdapter(tell=told.append, **options), method)(url, *fields, timeout=5, headers=HEADERS)
    assert [request.url for request in told] == [f"{server.url('ok')}/search?q=Paris&id=***"]


def test_keys_and_headers_are_not_told(telling: TellingAdapter, told: list[Request]) -> None:
    url = "https://example.org/s3cret%2F1/search?q=Paris&access_token=abc&limit=1"
    with pytest.raises(NotSentError):
        telling.get_json(url, timeout=1, headers={"Authorization": "Bearer abc"})
    assert told == [Request("GET", "https://example.org/***/search?q=Paris&access_token=***&limit=1")]


def test_importing_the_cache_and_the_geocoders_leaves_geopy_alone(root: Path) -> None:
    code = "import sys, json, geo.cache, geo.geocoders; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert "geo.geocoders.nominatim" in loaded
    assert not {"geopy", "requests", "filelock", "platformdirs", "geo.adapters"} & loaded
