from __future__ import annotations

import builtins
from collections.abc import Iterator

import fsspec
import pytest

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


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError("AccessDenied: key=AKIA"), "there is no permission to read it"),
        (OSError("signature 12345"), "it cannot be read (OSError)"),
    ],
)
def test_what_a_store_says_of_a_request_is_not_repeated(error: OSError, message: str) -> None:
    with pytest.raises(InputError) as raised, open_remote("memory://news/a.jsonl"):
        raise error
    assert str(raised.value) == f"memory://news/a.jsonl: {message}"


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
