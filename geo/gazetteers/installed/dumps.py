"""Downloads GeoNames' dumps; the only gazetteer code that uses the network.

A file arrives beside its place and moves there when it is whole: as long as the server said, and, if it is a zip, sound
in every member. What a broken connection leaves is gone on with next time, provided the server still has the same file
(RFC 9110 sections 13 and 14: ``Range`` with ``If-Range``). A file that is there already is fetched again only if it
changed on the server.
"""

from __future__ import annotations

import http.client
import json
import time
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from ...errors import OptionError, OutputError, ResourceError
from ...version import __version__
from ..embedded import cache_folder
from .geonames import country_codes
from .geonames_files import ADMIN1, ADMIN2, ALL, ALTERNATES, ALTERNATES_FOLDER, COUNTRIES
from .report import OnProgress

BASE_URL = "https://download.geonames.org/export/dump/"
"""Where GeoNames publishes its dumps every night."""
MAX_ZIP_BYTES = 2 << 30
"""Longest zip that is taken; ``allCountries.zip`` has about 400 MB."""
MAX_TEXT_BYTES = 64 << 20
"""Longest plain file that is taken; ``admin2Codes.txt`` has about 2 MB."""

_TIMEOUT_S = 30.0
_TRIES = 5
_PAUSE_S = 1.0
_MAX_REDIRECTS = 3
_CHUNK_BYTES = 256 << 10
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LOCK_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file to download."""

    name: str
    """Its address below the base, which is also its place in the folder."""
    country: str | None = None
    """The country that does not exist when the server has no such file."""
    is_optional: bool = False
    """Whether it may be missing."""

    @property
    def is_zip(self) -> bool:
        return self.name.endswith(".zip")

    @property
    def max_bytes(self) -> int:
        return MAX_ZIP_BYTES if self.is_zip else MAX_TEXT_BYTES


@dataclass(frozen=True, slots=True)
class _Note:
    """What the server said of the file that we have, or have a part of."""

    url: str
    size: int
    etag: str
    last_modified: str

    @property
    def validator(self) -> str:
        """What ``If-Range`` may carry: a strong entity tag, or a date; "" for neither."""
        return self.etag if self.etag.startswith('"') else self.last_modified


class _BrokenError(Exception):
    """The connection broke or was refused; trying again may help."""


def download(
    folder: Path, *, countries: Sequence[str] = (), base_url: str = BASE_URL, on_progress: OnProgress | None = None
) -> Path:
    """Download the dumps of some countries, or of the world, with the tables that go with them.

    Parameters
    ----------
    folder
        Where to put them, made when missing; what is there and still current is not downloaded again.
    countries
        ISO 3166-1 alpha-2 codes, in any case; none for the world, about 600 MB.
    base_url
        Folder on a server that has the files under GeoNames' names; https, unless it is on this machine.
    on_progress
        Told the name of the file, how many bytes of it are there, and how many it has.

    Returns
    -------
    path
        The folder, to give to `geo.gazetteers.installed.geonames.install`.

    Raises
    ------
    OptionError
        If a code or the address makes no sense, or GeoNames has no such country.
    ResourceError
        If a file cannot be had; what is there of it is kept, so that another try goes on from there.
    OutputError
        If the folder cannot be written to, or another process is downloading into it.
    """
    from filelock import FileLock, Timeout

    address = urlsplit(base_url)
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        raise OptionError(f"{base_url!r:.100} is no https address")
    wanted = _wanted(country_codes(countries))
    base = base_url if base_url.endswith("/") else f"{base_url}/"
    try:
        (folder / ALTERNATES_FOLDER).mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=_LOCK_TIMEOUT_S):
            for file in wanted:
                _Download(base, file, folder, on_progress).run()
    except Timeout as error:
        raise OutputError(f"another process is downloading into {folder}: try again when it has finished") from error
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(f"{folder} cannot be written ({error.strerror or error}): make room there") from error
    return folder


def dumps_folder() -> Path:
    """Return the folder for downloaded dumps in the user's cache."""
    return cache_folder() / "geonames"


def _wanted(countries: Sequence[str]) -> list[_Wanted]:
    tables = [_Wanted(f"{name}.txt") for name in (COUNTRIES, ADMIN1, ADMIN2)]
    if not countries:
        return [*tables, _Wanted(f"{ALL}.zip"), _Wanted(f"{ALTERNATES}.zip")]
    dumps = [_Wanted(f"{code}.zip", country=code) for code in countries]
    return [*tables, *dumps, *(_Wanted(f"{ALTERNATES_FOLDER}/{code}.zip", is_optional=True) for code in countries)]


class _Download:
    """The download of one file."""

    def __init__(self, base: str, wanted: _Wanted, folder: Path, on_progress: OnProgress | None) -> None:
        self._wanted = wanted
        self._url = base + wanted.name
        self._path = folder / wanted.name
        self._part = self._path.with_name(f"{self._path.name}.part")
        self._on_progress = on_progress
        # Without urllib's own handlers for redirects, to any host, and for file:, ftp: and data:.
        self._opener = OpenerDirector()
        for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler()):
            self._opener.add_handler(handler)

    def run(self) -> None:
        """Have the file whole in its place, or raise."""
        for attempt in range(_TRIES):
            try:
                if self._fetch():
                    self._finish()
            except _BrokenError as error:
                if attempt == _TRIES - 1:
                    raise ResourceError(
                        f"{self._wanted.name} could not be downloaded ({error}): try again, it goes on from there"
                    ) from error
                time.sleep(_PAUSE_S * 2**attempt)
            else:
                return

    def _fetch(self) -> bool:
        """Ask for what is missing; False when nothing is, or the file may be missing and is."""
        have = self._have()
        with self._ask(self._headers(have)) as response:
            if response.status == 304:
                return False
            if response.status == 404 and self._wanted.is_optional:
                return False
            note = self._check(response)
            begin = have if response.status == 206 else 0
            self._note_path(self._part).write_text(json.dumps(asdict(note)), encoding="utf-8")
            with self._part.open("r+b" if begin else "wb") as stream:
                stream.seek(begin)
                stream.truncate()
                while begin < note.size:
                    chunk = _chunk(response, note.size - begin)
                    stream.write(chunk)
                    begin += len(chunk)
                    if self._on_progress is not None:
                        self._on_progress(self._wanted.name, begin, note.size)
        return True

    def _have(self) -> int:
        return self._part.stat().st_size if self._part.is_file() else 0

    def _headers(self, have: int) -> dict[str, str]:
        headers = {"User-Agent": f"placelines/{__version__}", "Accept-Encoding": "identity"}
        part, whole = self._read_note(self._part), self._read_note(self._path)
        if part is not None and part.validator and 0 < have < part.size:
            return {**headers, "Range": f"bytes={have}-", "If-Range": part.validator}
        if whole is not None and self._path.is_file() and self._path.stat().st_size == whole.size:
            asked = {"If-None-Match": whole.etag, "If-Modified-Since": whole.last_modified}
            return headers | {name: value for name, value in asked.items() if value}
        return headers

    def _ask(self, headers: dict[str, str]) -> http.client.HTTPResponse:
        url = self._url
        for _ in range(_MAX_REDIRECTS + 1):
            try:
                response: http.client.HTTPResponse = self._opener.open(
                    Request(url, headers=headers), timeout=_TIMEOUT_S
                )
            except (http.client.HTTPException, OSError) as error:
                raise _BrokenError(_reason(error)) from error
            if response.status not in {301, 302, 303, 307, 308}:
                return response
            with response:
                url = self._redirected(url, response.headers.get("Location", ""))
        raise ResourceError(f"{self._url} redirects more than {_MAX_REDIRECTS} times")

    def _redirected(self, url: str, location: str) -> str:
        with suppress(ValueError):
            target = urljoin(url, location)
            if location and urlsplit(target)[:2] == urlsplit(url)[:2]:
                return target
        raise ResourceError(f"{self._url} redirects to another server ({location!r:.100}), which is not followed")

    def _check(self, response: http.client.HTTPResponse) -> _Note:
        """Return what is to be noted of a reply that has the file or the rest of it; raise for every other."""
        name, status = self._wanted.name, response.status
        if status == 404 and self._wanted.country:
            raise OptionError(f"GeoNames has no country {self._wanted.country}")
        if status == 429 or status >= 500:
            raise _BrokenError(f"the server answers {status}")
        if status == 416:
            self._part.unlink(missing_ok=True)
            raise _BrokenError("what was there of it is not of this file")
        if status not in (200, 206):
            raise ResourceError(f"{self._url} cannot be had: the server answers {status}")
        headers = response.headers
        if headers.get_content_type() == "text/html":
            raise ResourceError(f"{self._url} gives a web page: does your network ask for a login first?")
        size, begin = _size(response), headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
        known = self._read_note(self._part)
        if status == 206 and (known is None or known.size != size or begin != str(self._have())):
            self._part.unlink(missing_ok=True)
            raise _BrokenError("the rest is not that of the part that is there")
        if size is None:
            raise ResourceError(f"{self._url} does not say how long it is")
        if size > self._wanted.max_bytes:
            raise ResourceError(f"{name} has {size:,} bytes, more than the {self._wanted.max_bytes:,} that are taken")
        return _Note(self._url, size, headers.get("ETag", ""), headers.get("Last-Modified", ""))

    def _finish(self) -> None:
        """Move the whole file into its place, if it is sound."""
        fault = _zip_fault(self._part) if self._wanted.is_zip else None
        if fault is not None:
            self._part.unlink()
            raise ResourceError(f"{self._url} is no sound zip file ({fault}): try again later")
        self._note_path(self._path).unlink(missing_ok=True)
        self._part.replace(self._path)
        self._note_path(self._part).replace(self._note_path(self._path))

    def _read_note(self, file: Path) -> _Note | None:
        try:
            note = _Note(**json.loads(self._note_path(file).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return note if note.url == self._url else None

    def _note_path(self, file: Path) -> Path:
        return file.with_name(f"{file.name}.note.json")


def _chunk(response: http.client.HTTPResponse, most: int) -> bytes:
    """Return the next bytes of a reply, at most so many; _BrokenError when none come."""
    try:
        chunk = response.read1(min(_CHUNK_BYTES, most))
    except (http.client.HTTPException, OSError) as error:
        raise _BrokenError(_reason(error)) from error
    if not chunk:
        raise _BrokenError("the connection broke")
    return chunk


def _size(response: http.client.HTTPResponse) -> int | None:
    """Return the length of the whole file, of which a reply may have the rest."""
    if response.status == 206:
        size = response.headers.get("Content-Range", "").rpartition("/")[2]
    else:
        size = response.headers.get("Content-Length", "")
    return int(size) if size.isascii() and size.isdigit() and len(size) < 16 else None


def _zip_fault(path: Path) -> str | None:
    """Return what is wrong with a zip file, read through; None for a sound one."""
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        return str(error)
    return None if damaged is None else f"{damaged} is damaged"


def _reason(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    return str(getattr(reason, "strerror", None) or reason or type(reason).__name__)[:100]
