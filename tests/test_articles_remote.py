from __future__ import annotations

import builtins
import gzip
import io
import zipfile
from collections.abc import Iterator
from functools import partial

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFile

from geo.articles import find
from geo.articles.remote import list_remote, open_remote
from geo.errors import InputError, OptionError, PlacelinesError, ResourceError


@pytest.fixture
def store() -> Iterator[None]:
    """Keep three files in an object store in memory."""
    files = fsspec.filesystem("memory")
    for name in ("news/b.jsonl", "news/a.jsonl", "news/2020/c.txt", "news/[x]"):
        files.pipe_file(f"/{name}", name.encode())
    yield
    files.rm("/news", recursive=True)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("memory://news/a.jsonl", "a.jsonl"),
        ("memory://news/*.jsonl", "a.jsonl b.jsonl"),
        ("memory://news/**/*.t?t", "2020/c.txt"),
        ("memory://news/", "2020/c.txt [x] a.jsonl b.jsonl"),
        ("MEMORY://news/2020/", "2020/c.txt"),
    ],
)
def test_a_file_a_folder_and_a_pattern_are_files_in_order(url: str, names: str) -> None:
    assert list(list_remote(url)) == [f"memory://news/{name}" for name in names.split()]


@pytest.mark.usefixtures("store")
def test_a_file_is_read_as_any_other() -> None:
    with open_remote("memory://news/2020/c.txt") as stream:
        assert (stream.read(4), stream.seek(0), stream.read()) == (b"news", 0, b"news/2020/c.txt")


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("url", ["memory://nowhere/", "memory://news/*.pdf"])
def test_where_there_is_nothing_it_is_told(url: str) -> None:
    with pytest.raises(InputError, match="there are no files") as raised:
        list_remote(url)
    assert raised.value.source == url


def test_a_file_that_is_missing_is_told() -> None:
    with pytest.raises(InputError, match="memory://news/z: there is no such file"), open_remote("memory://news/z"):
        pytest.fail("it was opened")


class HttpResponseError(Exception):
    """What drivers raise of their own, as that of Azure does."""


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError("AccessDenied: key=AKIA"), "there is no permission to read it"),
        (OSError("signature 12345"), "it cannot be read (OSError)"),
        (HttpResponseError("signature 12345"), "it cannot be read (HttpResponseError)"),
    ],
)
def test_what_a_store_says_of_a_request_is_not_repeated(
    error: Exception, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> bytes:
        raise error

    with open_remote("memory://news/a.jsonl") as stream:
        monkeypatch.setattr(MemoryFile, "read", refuse)
        monkeypatch.setattr(MemoryFile, "seek", refuse)
        for work in (stream.read, partial(stream.seek, 4)):
            with pytest.raises(InputError) as raised:
                work()
            assert str(raised.value) == f"memory://news/a.jsonl: {message}"


@pytest.mark.parametrize("name", ["a.zip", "a.zip.gz"])
def test_an_archive_in_a_store_is_read(name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("b.txt", "Rome.")
    files = fsspec.filesystem("memory")
    data = buffer.getvalue()
    files.pipe_file(f"/news/{name}", gzip.compress(data) if name.endswith("gz") else data)
    files.pipe_file("/news/short.zip", b"PK")
    told = [str(one) if isinstance(one, InputError) else one.id for one in find(["memory://news/"])]
    files.rm("/news", recursive=True)
    assert told[0].endswith("b")
    assert "it is no ZIP archive, or damaged (File is not a zip file)" in told[1]


def test_a_file_that_cannot_be_read_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    files = fsspec.filesystem("memory")
    for name in "abc":
        files.pipe_file(f"/news/{name}", b"Rome.")

    def read(stream: MemoryFile, *size: int) -> bytes:
        if stream.path == "/news/b":
            raise HttpResponseError
        return io.BytesIO.read(stream, *size)

    monkeypatch.setattr(MemoryFile, "read", read)
    told = [str(one) if isinstance(one, InputError) else one.id for one in find(["memory://news/*"])]
    files.rm("/news", recursive=True)
    assert told == ["a", "memory://news/b: it cannot be read (HttpResponseError)", "c"]


def test_faults_of_a_driver_are_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoCredentialsError(Exception):
        pass

    def refuse(*_: object, **__: object) -> None:
        raise NoCredentialsError("AKIA")

    monkeypatch.setattr(fsspec.get_filesystem_class("memory"), "open", refuse)
    monkeypatch.setattr(fsspec.get_filesystem_class("memory"), "find", refuse)
    with pytest.raises(InputError, match=r"^memory://a: it cannot be read \(NoCredentialsError\)$"):
        open_remote("memory://a").__enter__()
    with pytest.raises(InputError, match=r"^memory://a/: it cannot be read \(NoCredentialsError\)$"):
        list_remote("memory://a/")


@pytest.mark.usefixtures("store")
def test_an_error_of_the_reader_is_left_as_it_is() -> None:
    with pytest.raises(InputError, match=r"^its own$"), open_remote("memory://news/a.jsonl"):
        raise InputError("its own")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("file:///etc/passwd", "give the path without file://"),
        ("ftp://example.org/a", "addresses of this sort are not read"),
        ("simplecache::s3://news/a", "addresses of this sort are not read"),
        ("s3://key:secret@news/a", "leave out user and password"),
    ],
)
def test_an_address_that_is_not_read_is_refused(url: str, message: str) -> None:
    for work in (list_remote, lambda url: open_remote(url).__enter__()):
        with pytest.raises(OptionError, match=message) as raised:
            work(url)
        assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "package"), [("s3://news/*", "s3fs"), ("gs://news/", "gcsfs"), ("abfs://news@account/x/", "adlfs")]
)
def test_a_driver_that_is_missing_is_named(url: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    importing = builtins.__import__

    def without(name: str, *args: object) -> object:
        if name.partition(".")[0] == package:
            raise ImportError(name)
        return importing(name, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ResourceError) as raised:
        list_remote(url)
    assert isinstance(raised.value, PlacelinesError)
    assert str(raised.value).endswith(f"needs more: run 'python -m pip install fsspec {package}'")
