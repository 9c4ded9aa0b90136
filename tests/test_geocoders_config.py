"""The file of geocoders, and what is opened by name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from geo.adapters import Request
from geo.cache import Question, ReplyCache
from geo.cache.file import Row
from geo.cache.recording import Recording
from geo.errors import GeocodingError, OptionError
from geo.extent import Extent
from geo.geocoders import NominatimGeocoder, PeliasGeocoder, PhotonGeocoder, open_geocoder
from geo.geocoders.any_geopy import AnyGeocoder
from geo.geocoders.config import MAX_BYTES, read_settings
from geo.geocoders.hints import Answer, Hints
from geo.geocoders.keys import Key, Keys
from tests.asking import online
from tests.fakeserver import FakeServer

OPENCAGE = """
[Mine]
class = "OpenCage"
api_key = { env = "OPENCAGE_KEY" }
interval_s = 0
timeout_s = 7.5
attribution = "© OpenCage"
[Mine.ask]
language = "fr"
annotations = false
"""


@pytest.fixture(autouse=True)
def nobody_s_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("PLACELINES_GEOCODERS", raising=False)
    monkeypatch.setenv("OPENCAGE_KEY", "s3cret")


@pytest.fixture
def cache(tmp_path: Path) -> ReplyCache:
    return ReplyCache(tmp_path / "cache")


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "my.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


# --- what is opened ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sort", "url"),
    [
        ("nominatim", NominatimGeocoder, "https://nominatim.openstreetmap.org"),
        ("Photon", PhotonGeocoder, "https://photon.komoot.io"),
        ("arcgis", AnyGeocoder, "https://geocode.arcgis.com"),
    ],
)
def test_without_a_file_geocoders_are_opened_by_name(cache: ReplyCache, name: str, sort: type, url: str) -> None:
    geocoder = open_geocoder(name, cache)
    assert isinstance(geocoder, sort)
    assert vars(geocoder)["url"] == url


@pytest.mark.parametrize("name", ["nominatim", "photon", "pelias", "opencage"])
def test_an_address_of_the_command_is_put_over_that_of_the_file(cache: ReplyCache, tmp_path: Path, name: str) -> None:
    key = '\napi_key = { env = "OPENCAGE_KEY" }' if name in ("pelias", "opencage") else ""
    config = written(tmp_path, f'[{name}]\nurl = "http://127.0.0.1:1/a"{key}')
    for url, expected in ((None, "http://127.0.0.1:1/a"), ("http://127.0.0.1:2/b", "http://127.0.0.1:2/b")):
        assert vars(open_geocoder(name, cache, url=url, config=config))["url"] == expected


@online
def test_a_table_tells_how_a_service_is_asked(server: FakeServer, cache: ReplyCache, tmp_path: Path) -> None:
    geocoder = open_geocoder("mine", cache, url=server.url("opencagenone"), config=written(tmp_path, OPENCAGE))
    assert geocoder.search("Alep") == Answer()
    cache.close()
    assert isinstance(geocoder, AnyGeocoder)
    assert (geocoder.interval_s, geocoder.timeout_s) == (0, 7.5)
    assert geocoder.described.attribution == "© OpenCage"
    asked = parse_qs(urlsplit(server.log[0][3]).query)
    assert asked == {"q": ["Alep"], "key": ["s3cret"], "language": ["fr"], "no_annotations": ["1"]}


@online
@pytest.mark.parametrize(("name", "field"), [("nominatim", "accept-language"), ("photon", "lang"), ("pelias", "lang")])
def test_the_language_of_our_own_can_be_chosen(
    server: FakeServer, cache: ReplyCache, tmp_path: Path, name: str, field: str
) -> None:
    mode = {"nominatim": "empty"}.get(name, f"{name}none")
    config = written(tmp_path, f'[{name}]\nurl = "{server.url(mode)}"\nask = {{ language = "uk" }}')
    open_geocoder(name, cache, config=config).search("Харків")
    cache.close()
    assert parse_qs(urlsplit(server.log[0][3]).query)[field] == ["uk"]


def test_what_would_be_asked_is_told_without_keys(cache: ReplyCache, tmp_path: Path) -> None:
    told: list[Request] = []
    geocoder = open_geocoder("mine", cache, config=written(tmp_path, OPENCAGE), tell=told.append)
    with pytest.raises(GeocodingError, match="was not asked for 'Alep'"):
        geocoder.search("Alep")
    url = "https://api.opencagedata.com/geocode/v1/json?key=***&q=Alep&no_annotations=1&language=fr"
    assert told == [Request("GET", url)]


@online
def test_every_request_is_announced(server: FakeServer, cache: ReplyCache) -> None:
    announced: list[tuple[str, str]] = []
    url = server.url("photonnone")
    geocoder = open_geocoder("photon", cache, url=url, on_request=lambda *told: announced.append(told))
    geocoder.search("Alep")
    geocoder.search("Alep")
    cache.close()
    assert announced == [(f"127.0.0.1:{server.port}", "Alep")]


def test_geocode_earth_is_a_pelias_server(cache: ReplyCache, tmp_path: Path) -> None:
    config = written(tmp_path, '[geocodeearth]\napi_key = { env = "OPENCAGE_KEY" }')
    geocoder = open_geocoder("geocodeearth", cache, config=config)
    assert isinstance(geocoder, PeliasGeocoder)
    assert geocoder.url == "https://api.geocode.earth"


def test_a_recording_is_read_without_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENCAGE_KEY")
    question = Question("opencage https://api.opencagedata.com", "Alep", (("annotations", "false"), ("language", "fr")))
    recording = Recording(tmp_path / "story.jsonl", {question.key: Row.answering(question, 0, None)})
    geocoder = open_geocoder("mine", recording, config=written(tmp_path, OPENCAGE))
    assert geocoder.search("Alep") == Answer()
    with pytest.raises(GeocodingError, match="'Idlib' is not in the recording"):
        geocoder.search("Idlib")


def test_opening_imports_geopy_only_for_its_other_geocoders(root: Path, tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from geo.cache import ReplyCache
from geo.geocoders import open_geocoder
for name in ("nominatim", "photon"):
    open_geocoder(name, ReplyCache(Path(sys.argv[1])))
open_geocoder("pelias", ReplyCache(Path(sys.argv[1])), url="http://127.0.0.1:4000")
assert not {"geopy", "requests"} & {name.split(".")[0] for name in sys.modules}
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code, str(tmp_path)], cwd=root, check=True, timeout=60)


# --- which file -------------------------------------------------------------------------------------------------------


def test_the_file_is_the_one_given_else_the_named_else_the_user_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_settings("photon").url is None
    usual = tmp_path / "config" / "placelines" / "geocoders.toml"
    usual.parent.mkdir(parents=True)
    usual.write_text('[photon]\nurl = "http://usual"', encoding="utf-8")
    assert read_settings("photon").url == "http://usual"
    named = tmp_path / "named.toml"
    named.write_text('[photon]\nurl = "http://named"', encoding="utf-8")
    monkeypatch.setenv("PLACELINES_GEOCODERS", str(named))
    assert read_settings("photon").url == "http://named"
    given = written(tmp_path, '[PHOTON]\nurl = "http://given"')
    assert read_settings("photon", given).url == "http://given"


def test_a_file_that_was_named_has_to_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = rf"^file of geocoders {tmp_path}/no\.toml: it cannot be read \(No such file or directory\)$"
    with pytest.raises(OptionError, match=missing):
        read_settings("photon", tmp_path / "no.toml")
    monkeypatch.setenv("PLACELINES_GEOCODERS", str(tmp_path / "no.toml"))
    with pytest.raises(OptionError, match=missing):
        read_settings("photon")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[photon", r"my\.toml: the file of geocoders is not TOML: Expected"),
        (b'\xff\xfe[\0photon"', r"my\.toml: the file of geocoders is not in UTF-8"),
        (b"a = " + b"1" * 5000, r"my\.toml: the file of geocoders is not TOML"),
        (b"a = " + b"[" * 5000, r"my\.toml: the file of geocoders is not TOML"),
        (b"#" * (MAX_BYTES + 1), r"file of geocoders .*my\.toml: it is larger than 1 MiB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        read_settings("photon", written(tmp_path, data))


@pytest.mark.parametrize("path", ["folder", "pipe"])
def test_a_folder_or_a_pipe_is_no_file(tmp_path: Path, path: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")  # which would never open: nobody writes to it
    told = f"{tmp_path / path}: it is (a folder|no file but a pipe)"
    with pytest.raises(OptionError, match=f"^file of geocoders {told}"):
        read_settings("photon", tmp_path / path)
    with pytest.raises(OptionError, match=f"^api_key: file {told}"):
        Keys({"api_key": Key(file=str(tmp_path / path))})


def test_tables_of_one_name_are_refused_and_others_are_not(tmp_path: Path) -> None:
    path = written(tmp_path, '[Photon]\nurl = "http://a"\n[photon]\nurl = "http://b"\n[pelias]\nurl = "http://c"')
    with pytest.raises(OptionError) as raised:
        read_settings("PHOTON", path)
    assert str(raised.value) == f"{path}: [Photon] and [photon] are one name here; give one of them another"
    assert read_settings("pelias", path).url == "http://c"


# --- what stands in it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mine = 5", "has to be a table"),
        ("[mine]\ninterval_s = -1", "interval_s: give a number of seconds from 0 to 3600"),
        ("[mine]\ninterval_s = true", "interval_s: give a number of seconds"),
        ("[mine]\ninterval_s = nan", "interval_s: give a number of seconds"),
        ('[mine]\ntimeout_s = "5"', "timeout_s: give a number of seconds from 0.1 to 3600"),
        ("[mine]\ntimeout_s = 0", "timeout_s: give a number of seconds"),
        ("[mine]\nclass = 5", "class: give a text of one line"),
        ('[mine]\nattribution = "a\\nb"', "attribution: give a text of one line"),
        ("[mine]\nask = 5", "ask has to be a table"),
        ("[mine]\nask = { language = { a = 1 } }", "ask.language: give a text"),
        ('[mine]\nask = { api_key = "s3cret" }', "ask.api_key: keys stand beside 'ask', not in it"),
        ('[mine]\napi_key = "s3cret"', 'api_key: keep secrets elsewhere, and write { env = "VARIABLE" }'),
        ('[mine]\nauth-token = "s3cret"', "auth-token: keep secrets elsewhere"),
        ("[mine]\ncolour = [1]", "colour: give a text, a number, true, false or a list of texts"),
        ("[mine]\ncolour = 1979-05-27", "colour: give a text"),
        ("[mine]\napi_key = {}", 'api_key: give { env = "VARIABLE" } or { file = "PATH" }'),
        ('[mine]\napi_key = { value = "s3cret" }', 'api_key: give { env = "VARIABLE" } or'),
        ('[mine]\napi_key = { env = "A", file = "B" }', 'api_key: give { env = "VARIABLE" } or'),
        ("[mine]\napi_key = { env = 5 }", 'api_key: give { env = "VARIABLE" } or'),
    ],
)
def test_what_makes_no_sense_is_refused_by_file_table_and_key(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(OptionError) as raised:
        read_settings("mine", path)
    assert str(raised.value).startswith(f"{path}: [mine] ")
    assert message in str(raised.value)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("photon", '[photon]\napi_key = { env = "OPENCAGE_KEY" }', "photon takes no 'api_key', but class, url"),
        ("photon", "[photon]\ncolour = 1", "photon takes no 'colour', but class, url"),
        ("photon", "[photon]\nask = { limit = 50 }", "photon takes no 'ask.limit', but 'ask.language'"),
        ("photon", '[photon]\nurl = "ftp://example.org"', "give http:// or https://"),
        ("photon", "[photon]\ninterval_s = 0.5", "once a second at most"),
        ("photon", "[photon]\nask = { language = 5 }", "'ask.language': give codes of languages in one text"),
        ("pelias", "[pelias]", "there is no Pelias server for everybody: give the address of one (--geocoder-url)"),
        ("geocodeearth", "[geocodeearth]", "geocodeearth needs 'api_key'"),
        ("mine", '[mine]\nclass = "opencage"', "opencage needs 'api_key'"),
        ("mine", "[mine]", "geocoder 'mine' is unknown; there are arcgis, "),
        ("mine", '[mine]\nclass = "opencage"\napi_key = { env = "NOT_SET" }', "variable NOT_SET: there is no API key"),
        (
            "mine",
            '[mine]\nclass = "opencage"\napi_key = { file = "/no/key" }',
            "api_key: file /no/key: it cannot be read (No such file or directory)",
        ),
        ("mine", '[mine]\nclass = "arcgis"\npassword = { env = "OPENCAGE_KEY" }', "arcgis takes no 'password'"),
    ],
)
def test_what_a_service_does_not_take_is_refused_by_file_and_table(
    cache: ReplyCache, tmp_path: Path, name: str, text: str, message: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(OptionError) as raised:
        open_geocoder(name, cache, config=path)
    assert str(raised.value).startswith(f"{path}: [{name}]")
    assert message in str(raised.value)


# --- keys -------------------------------------------------------------------------------------------------------------


def test_a_key_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("s3cret\n", encoding="ascii")
    keys = Keys({"api_key": Key(file=str(path))})
    assert (list(keys), len(keys), "s3cret" in keys) == (["s3cret"], 1, True)
    assert keys.put_into("https://example.org/a?q=x&key=++api_key++&b") == "https://example.org/a?q=x&key=s3cret&b"


@pytest.mark.parametrize("data", [b"", b" \n", b"two\nlines", "schlüssel".encode(), b"a\0b"])
def test_a_file_without_a_key_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(data)
    with pytest.raises(OptionError, match=r"^api_key: file .*key: there is no API key in it; it has to be one line"):
        Keys({"api_key": Key(file=str(path))})


def test_a_file_is_no_key_that_is_longer_than_one(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"x" * 4097)
    with pytest.raises(OptionError, match=rf"^api_key: file {path}: it is larger than 4 KiB; "):
        Keys({"api_key": Key(file=str(path))})


def test_keys_are_no_part_of_a_question(cache: ReplyCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Question] = []
    monkeypatch.setattr(ReplyCache, "get", lambda _, question, **__: asked.append(question))
    geocoder = open_geocoder("mine", cache, config=written(tmp_path, OPENCAGE), tell=lambda _: None)
    with pytest.raises(GeocodingError):
        geocoder.search("Alep")
    params = (("language", "fr"), ("annotations", "false"))
    assert set(asked) == {Question("opencage https://api.opencagedata.com", "Alep", params)}


# --- docs/geocoding.md ------------------------------------------------------------------------------------------------


def test_the_requests_of_the_guide_are_those_that_go_out(cache: ReplyCache, tmp_path: Path, root: Path) -> None:
    told: list[Request] = []
    config = written(
        tmp_path,
        """
        pelias = { url = "http://127.0.0.1:4000" }
        opencage = { api_key = { env = "OPENCAGE_KEY" }, ask = { language = "en" } }
        """,
    )
    for name in ("nominatim", "photon", "pelias", "opencage"):
        geocoder = open_geocoder(name, cache, config=config, tell=told.append)
        with pytest.raises(GeocodingError, match="was not asked"):
            geocoder.search("Tal Mardikh", Hints(("SY", "TR"), Extent(35, 34, 42, 38)))
    guide = (root / "docs" / "geocoding.md").read_text(encoding="utf-8")
    assert re.findall(r"`(GET .*?)`", guide) == [f"{request.method} {request.url}" for request in told]


def test_the_file_of_the_guide_opens(cache: ReplyCache, tmp_path: Path, root: Path) -> None:
    guide = (root / "docs" / "geocoding.md").read_text(encoding="utf-8")
    config = written(tmp_path, guide.split("```toml\n")[1].split("```")[0])
    described = [open_geocoder(name, cache, config=config).described.name for name in ("nominatim", "desk", "opencage")]
    assert described == [
        "Nominatim (nominatim.example.org)",
        "Pelias (127.0.0.1:4000)",
        "OpenCage (api.opencagedata.com)",
    ]
