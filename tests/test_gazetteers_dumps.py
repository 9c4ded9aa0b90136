from __future__ import annotations

import http.server
import io
import threading
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from geo.errors import OptionError, OutputError, ResourceError
from geo.gazetteers.installed import dumps
from geo.gazetteers.installed.dumps import download
from geo.gazetteers.installed.geonames import install
from geo.gazetteers.installed.library import Library
from tests.geonames_dump import place_row, write_rows

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

SYRIA = "SY\tSYR\t760\tSY\tSyria\tDamascus\t185180\t16906283\tAS\t.sy\tSYP\tPound\t963\t\t\tar-SY\t163843\tIQ\t\n"


def zipped(name: str, text: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr(name, text)
    return body.getvalue()


@dataclass
class Mirror:
    """A server of files that breaks off, changes and lies as told."""

    files: dict[str, bytes]
    url: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Path and ``Range`` of every request."""
    cuts: dict[str, list[int]] = field(default_factory=dict)
    """After how many bytes the next replies for a path break off."""
    statuses: dict[str, list[int]] = field(default_factory=dict)
    """What the next requests for a path are answered with, instead."""
    ranges: list[str] = field(default_factory=list)
    """What the next partial replies say for ``Content-Range``, instead."""
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    """Headers that a reply for a path has instead of its own; "" for none."""

    def etag(self, path: str) -> str:
        return f'"{zlib.crc32(self.files[path]):x}"'

    def requests(self, path: str) -> list[str | None]:
        return [asked for name, asked in self.asked if name == path]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    mirror: Mirror

    def log_message(self, *_: object) -> None:
        """Keep the test output clean."""

    def do_GET(self) -> None:
        mirror, path = self.mirror, self.path.removeprefix("/export/")
        mirror.asked.append((path, self.headers.get("Range")))
        self.close_connection = True
        status = (mirror.statuses.get(path) or [0]).pop(0) if mirror.statuses.get(path) else 0
        if status or path not in mirror.files:
            self.answer(status or 404, mirror.headers.get(path, {}), b"no")
            return
        body, etag = mirror.files[path], mirror.etag(path)
        headers = {"ETag": etag, "Content-Type": "application/octet-stream"}
        if self.headers.get("If-None-Match") == etag:
            self.answer(304, headers, b"")
            return
        asked = self.headers.get("Range", "")
        if asked and self.headers.get("If-Range") == etag:
            begin = int(asked.removeprefix("bytes=").removesuffix("-"))
            truth = f"bytes {begin}-{len(body) - 1}/{len(body)}"
            headers["Content-Range"] = mirror.ranges.pop(0) if mirror.ranges else truth
            self.answer(206, headers | mirror.headers.get(path, {}), body[begin:])
        else:
            self.answer(200, headers | mirror.headers.get(path, {}), body)

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        path = self.path.removeprefix("/export/")
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        cuts = self.mirror.cuts.get(path, [])
        self.wfile.write(body[: cuts.pop(0)] if cuts and status < 300 else body)


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    for variable in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.upper(), raising=False)
    monkeypatch.setattr(dumps, "_PAUSE_S", 0.0)
    rows = "".join(f"{place_row(number, f'Village {number}')}\n" for number in range(1, 500))
    mirror = Mirror(
        {
            "countryInfo.txt": SYRIA.encode(),
            "admin1CodesASCII.txt": b"SY.12\tIdlib\tIdlib\t169387\n",
            "admin2Codes.txt": b"SY.12.1\tHarim\tHarim\t1\n",
            "SY.zip": zipped("SY.txt", rows),
            "alternatenames/SY.zip": zipped("SY.txt", "10\t1\tde\tDorf Eins\t\t\t\t\t\t\n"),
            "allCountries.zip": zipped("allCountries.txt", rows),
            "alternateNamesV2.zip": zipped("alternateNamesV2.txt", "10\t1\tde\tDorf Eins\t\t\t\t\t\t\n"),
        }
    )
    handler = type("Handler", (_Handler,), {"mirror": mirror})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        mirror.url = f"http://127.0.0.1:{server.server_address[1]}/export"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield mirror
        server.shutdown()


def test_a_country_is_downloaded_with_its_tables_and_installs(mirror: Mirror, tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    folder = download(tmp_path, countries=["sy"], base_url=mirror.url, on_progress=lambda *what: told.append(what))
    wanted = ["countryInfo.txt", "admin1CodesASCII.txt", "admin2Codes.txt", "SY.zip", "alternatenames/SY.zip"]
    assert [path for path, _ in mirror.asked] == wanted
    assert all((folder / name).read_bytes() == mirror.files[name] for name in wanted)
    assert [what for what, done, size in told if done == size] == wanted
    library = Library(tmp_path / "library")
    assert install(library, folder, countries=["SY"]).places == 499
    assert [named.place.id for named in library.open().lookup("dorf eins")] == ["geonames:1"]


def test_the_world_comes_as_two_archives(mirror: Mirror, tmp_path: Path) -> None:
    download(tmp_path, base_url=f"{mirror.url}/")
    assert [path for path, _ in mirror.asked][3:] == ["allCountries.zip", "alternateNamesV2.zip"]


def test_what_is_there_and_unchanged_is_not_sent_again(mirror: Mirror, tmp_path: Path) -> None:
    download(tmp_path, countries=["SY"], base_url=mirror.url)
    mirror.cuts = {path: [0] for path in mirror.files}
    download(tmp_path, countries=["SY"], base_url=mirror.url)
    mirror.cuts = {}
    mirror.files["SY.zip"] = zipped("SY.txt", f"{place_row(7, 'New')}\n")
    download(tmp_path, countries=["SY"], base_url=mirror.url)
    assert (tmp_path / "SY.zip").read_bytes() == mirror.files["SY.zip"]


def test_a_broken_connection_is_gone_on_with_where_it_broke(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cuts = {"SY.zip": [1000, 500]}
    download(tmp_path, countries=["SY"], base_url=mirror.url)
    assert mirror.requests("SY.zip") == [None, "bytes=1000-", "bytes=1500-"]
    assert (tmp_path / "SY.zip").read_bytes() == mirror.files["SY.zip"]


def test_a_download_given_up_is_gone_on_with_by_the_next_one(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cuts = {"SY.zip": [100] * 5}
    with pytest.raises(
        ResourceError, match=r"SY\.zip could not be downloaded \(the connection broke\): try again, it goes"
    ):
        download(tmp_path, countries=["SY"], base_url=mirror.url)
    assert not (tmp_path / "SY.zip").exists()
    download(tmp_path, countries=["SY"], base_url=mirror.url)
    assert mirror.requests("SY.zip")[5:] == ["bytes=500-"]
    assert (tmp_path / "SY.zip").read_bytes() == mirror.files["SY.zip"]


def test_a_file_that_changed_meanwhile_is_fetched_from_its_start(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cuts = {"SY.zip": [1000, 0, 0, 0, 0]}
    with pytest.raises(ResourceError, match="try again"):
        download(tmp_path, countries=["SY"], base_url=mirror.url)
    mirror.files["SY.zip"] = zipped("SY.txt", f"{place_row(7, 'New')}\n" * 20)
    download(tmp_path, countries=["SY"], base_url=mirror.url)
    assert mirror.requests("SY.zip")[-1] == "bytes=1000-"
    assert (tmp_path / "SY.zip").read_bytes() == mirror.files["SY.zip"]


@pytest.mark.parametrize("lie", ["bytes 5-9/10", "bytes 1000-/99", "bytes 1000-2000/many", "nonsense"])
def test_a_rest_that_does_not_fit_is_never_put_behind_the_part(mirror: Mirror, tmp_path: Path, lie: str) -> None:
    mirror.cuts = {"SY.zip": [1000, 0, 0, 0, 0]}
    with pytest.raises(ResourceError, match="try again"):
        download(tmp_path, countries=["SY"], base_url=mirror.url)
    mirror.ranges = [lie]
    download(tmp_path, countries=["SY"], base_url=mirror.url)
    assert mirror.requests("SY.zip")[-2:] == ["bytes=1000-", None]
    assert (tmp_path / "SY.zip").read_bytes() == mirror.files["SY.zip"]


def test_an_unknown_country_is_named_and_missing_alternates_are_not_missed(mirror: Mirror, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="GeoNames has no country QQ"):
        download(tmp_path, countries=["QQ"], base_url=mirror.url)
    del mirror.files["alternatenames/SY.zip"]
    assert download(tmp_path, countries=["SY"], base_url=mirror.url) == tmp_path
    del mirror.files["admin2Codes.txt"]
    with pytest.raises(ResourceError, match=r"admin2Codes\.txt cannot be had: the server answers 404"):
        download(tmp_path, countries=["SY"], base_url=mirror.url)


def test_a_busy_server_is_asked_again_but_not_for_ever(mirror: Mirror, tmp_path: Path) -> None:
    mirror.statuses = {"SY.zip": [503, 429]}
    download(tmp_path, countries=["SY"], base_url=mirror.url)
    assert len(mirror.requests("SY.zip")) == 3
    mirror.statuses = {"SY.zip": [500] * 9}
    with pytest.raises(ResourceError, match=r"SY\.zip could not be downloaded \(the server answers 500\): try again"):
        download(tmp_path, countries=["SY"], base_url=mirror.url)
    assert len(mirror.requests("SY.zip")) == 8


REFUSED = {
    "web page": ({"Content-Type": "text/html; charset=utf-8"}, "gives a web page: does your network ask for a login"),
    "no length": ({"Content-Length": ""}, "does not say how long it is"),
    "nonsense length": ({"Content-Length": "many"}, "does not say how long it is"),
    "too long": (
        {"Content-Length": str(3 << 30)},
        r"SY\.zip has 3,221,225,472 bytes, more than the 2,147,483,648 that",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_reply_that_cannot_be_the_file_is_refused(mirror: Mirror, tmp_path: Path, case: str) -> None:
    headers, message = REFUSED[case]
    mirror.headers = {"SY.zip": headers}
    with pytest.raises(ResourceError, match=message):
        download(tmp_path, countries=["SY"], base_url=mirror.url)
    assert list(tmp_path.glob("SY.zip*")) == []


@pytest.mark.parametrize("damage", ["html", "cut", "flipped", "empty"])
def test_a_zip_that_is_none_or_damaged_never_takes_its_place(mirror: Mirror, tmp_path: Path, damage: str) -> None:
    download(tmp_path, countries=["SY"], base_url=mirror.url)
    whole = mirror.files["SY.zip"]
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    bodies = {"html": b"<html>Welcome</html>", "cut": whole[:-400], "flipped": bytes(flipped), "empty": b""}
    mirror.files["SY.zip"] = bodies[damage]
    with pytest.raises(ResourceError, match=r"SY\.zip is no sound zip file \(.+\): try again later"):
        download(tmp_path, countries=["SY"], base_url=mirror.url)
    assert (tmp_path / "SY.zip").read_bytes() == whole
    mirror.files["SY.zip"] = whole
    download(tmp_path, countries=["SY"], base_url=mirror.url)


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:9/SY.zip", "https://127.0.0.1/x", "file:///etc/passwd", "", "http://[::1"]
)
def test_a_redirect_to_another_server_is_not_followed(mirror: Mirror, tmp_path: Path, target: str) -> None:
    mirror.statuses = {"SY.zip": [302]}
    mirror.headers = {"SY.zip": {"Location": target}}
    with pytest.raises(ResourceError, match=r"SY\.zip redirects to another server \(.*\), which is not followed"):
        download(tmp_path, countries=["SY"], base_url=mirror.url)


def test_a_redirect_on_the_server_is_followed_a_few_times(mirror: Mirror, tmp_path: Path) -> None:
    mirror.statuses = {"SY.zip": [301]}
    mirror.headers = {"SY.zip": {"Location": "/export/allCountries.zip"}}
    download(tmp_path, countries=["SY"], base_url=mirror.url)
    assert (tmp_path / "SY.zip").read_bytes() == mirror.files["allCountries.zip"]
    mirror.statuses = {"admin2Codes.txt": [302] * 9}
    mirror.headers = {"admin2Codes.txt": {"Location": "/export/admin2Codes.txt"}}
    (tmp_path / "admin2Codes.txt").unlink()
    with pytest.raises(ResourceError, match=r"admin2Codes\.txt redirects more than 3 times"):
        download(tmp_path, countries=["SY"], base_url=mirror.url)


def test_only_https_is_spoken_to_other_machines(tmp_path: Path) -> None:
    for url in ("http://download.geonames.org/export/dump/", "ftp://example.org", "dumps"):
        with pytest.raises(OptionError, match="is no https address"):
            download(tmp_path, base_url=url)
    with pytest.raises(OptionError, match="'Syria' is no country code"):
        download(tmp_path, countries=["Syria"])


def test_a_server_that_is_not_there_and_a_folder_that_cannot_be(
    mirror: Mirror, tmp_path: Path, unused_port: int
) -> None:
    with pytest.raises(
        ResourceError, match=r"countryInfo\.txt could not be downloaded \(Connection refused\): try again"
    ):
        download(tmp_path, base_url=f"http://127.0.0.1:{unused_port}/")
    write_rows(tmp_path / "file", ["in the way"])
    with pytest.raises(OutputError, match=r"cannot be written \(Not a directory\): make room there"):
        download(tmp_path / "file" / "dumps", base_url=mirror.url)


@pytest.fixture
def unused_port(mirror: Mirror) -> int:
    with http.server.HTTPServer(("127.0.0.1", 0), _Handler) as server:
        port: int = server.server_address[1]
    return port
