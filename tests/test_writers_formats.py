"""The formats by name and suffix, and the ways through them: what is asked for wrongly is told, and nothing is lost."""

from __future__ import annotations

import io
import json
import re
import resource
import sqlite3
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES
from pathlib import Path
from unittest.mock import patch

import pytest

from geo.atlas import Atlas
from geo.errors import InputError, OptionError, OutputError, ResourceError
from geo.writers import Format, formats
from geo.writers.folder import publish
from geo.writers.formats import (
    FORMATS,
    USUAL,
    check_installed,
    folder_contents,
    format_named,
    format_of,
    read_atlas,
    write,
)
from tests.world import ARTICLE, RUN, atlas_of

# Formats with little room warn of what they shorten.
pytestmark = pytest.mark.filterwarnings("ignore::geo.errors.PlacelinesWarning")

LOSSLESS = [form for form in FORMATS if form.read]
ATLAS = atlas_of(ARTICLE)


def named(form: Format) -> str:
    return form.name


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow beyond 100 bytes, that of pytest's own output included."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_names_and_suffixes_tell_formats_apart() -> None:
    assert len({form.name for form in FORMATS}) == len({form.suffix for form in FORMATS}) == len(FORMATS)
    names = [name for form in FORMATS for name in form.names]
    assert len({name.lower() for name in names}) == len(names), "no two formats write the same file into a folder"
    assert all(re.fullmatch(r"[a-z][a-z-]*", form.name) for form in FORMATS)
    assert all(re.fullmatch(r"(\.[a-z]+)+", form.suffix) for form in FORMATS)
    assert [format_named(form.name) for form in FORMATS] == list(FORMATS)
    assert [format_of(Path(f"a.b{form.suffix}")) for form in FORMATS] == list(FORMATS)
    assert [format_of(Path(f"A{form.suffix.upper()}")) for form in FORMATS] == list(FORMATS)
    assert {"geojson", "json"} <= set(USUAL) <= {form.name for form in FORMATS}


@pytest.mark.parametrize("form", FORMATS, ids=named)
def test_a_file_of_a_folder_is_told_to_be_of_its_format(form: Format) -> None:
    assert {format_of(Path(name)).name for name in form.names if name.endswith(form.suffix)} == {form.name}
    assert any(name.endswith(form.suffix) for name in form.names)


@pytest.mark.parametrize("name", ["story.docx", "story", "story.", ".geojson.txt", "geojson", "a.kml.gz"])
def test_an_unknown_suffix_lists_the_known_ones(name: str, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r": its format is not known by its name; names that are end in ") as caught:
        write(ATLAS, tmp_path / name)
    assert str(caught.value).startswith(f"{name}: ")
    assert all(form.suffix in str(caught.value) for form in FORMATS)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OptionError, match=r"^there is no format 'docx'; there are geojson, ") as caught:
        format_named("docx")
    assert all(form.name in str(caught.value) for form in FORMATS)


@pytest.mark.parametrize("form", FORMATS, ids=named)
def test_a_file_that_is_there_stays_where_that_is_said(form: Format, tmp_path: Path) -> None:
    path = tmp_path / "deep" / f"x{form.suffix}"
    written = write(ATLAS, path)
    assert sorted(path.parent.iterdir()) == sorted(written)
    before = [each.read_bytes() for each in written]
    with pytest.raises(OutputError, match=r": it is there already; overwrite it, or give another name$"):
        write(Atlas(), path, overwrite=False)
    assert [each.read_bytes() for each in written] == before
    assert write(Atlas(), path) == written
    assert [each.read_bytes() for each in written] != before


@pytest.mark.parametrize("form", FORMATS, ids=named)
def test_a_full_disk_leaves_what_was_there(form: Format, tmp_path: Path) -> None:
    path = tmp_path / f"x{form.suffix}"
    path.write_text("mine")
    with full_disk(), pytest.raises(OutputError, match=r": (writing failed|\w+ cannot write it) \(") as caught:
        write(ATLAS, path)
    assert len(str(caught.value).splitlines()) == 1
    assert (path.read_text(), [each.name for each in tmp_path.iterdir()]) == ("mine", [path.name])


@pytest.mark.parametrize("form", FORMATS, ids=named)
def test_a_name_that_is_taken_by_a_folder_and_a_folder_that_is_a_file_are_told(form: Format, tmp_path: Path) -> None:
    (tmp_path / next(iter(form.one_file(ATLAS, f"x{form.suffix}")))).mkdir()
    with pytest.raises(OutputError, match=r": it is a folder; move it away, or write into another folder$"):
        write(ATLAS, tmp_path / f"x{form.suffix}")
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"file: it is a file; give a folder to write into$"):
        write(ATLAS, tmp_path / "file" / f"x{form.suffix}")


@pytest.mark.parametrize("form", [form for form in FORMATS if form.extra], ids=named)
def test_what_is_not_installed_names_the_command_that_brings_it(
    form: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"x{form.suffix}"
    path, *_ = write(ATLAS, path)
    before = path.read_bytes()
    monkeypatch.setattr(formats, "find_spec", lambda _: None)
    hint = rf"^{re.escape(form.title)} needs more: run \"python -m pip install 'placelines\[{form.extra}\]'\"$"
    with pytest.raises(ResourceError, match=hint):
        check_installed(form)
    with pytest.raises(ResourceError, match=hint):
        write(Atlas(), path)
    assert path.read_bytes() == before
    if form.read:
        with pytest.raises(ResourceError, match=hint):
            read_atlas(path)


# Reading


def test_a_folder_is_read_by_the_file_that_holds_the_whole_atlas(tmp_path: Path) -> None:
    publish(tmp_path, folder_contents(ATLAS, FORMATS))
    assert read_atlas(tmp_path) == ATLAS
    (tmp_path / "atlas.json").write_text(json.dumps({"generator": "placelines", "schema_version": "0.1"}))
    with pytest.raises(InputError, match=r"^atlas\.json: it is of version '0\.1', not 1\.1; make it again$"):
        read_atlas(tmp_path)
    (tmp_path / "atlas.json").unlink()
    assert read_atlas(str(tmp_path)) == ATLAS, "the GeoPackage"


def test_a_folder_without_such_a_file_is_told(tmp_path: Path) -> None:
    publish(tmp_path, folder_contents(ATLAS, [format_named("geojson")]))
    with pytest.raises(InputError, match=r": no file in it holds the whole atlas; make it again with --formats json$"):
        read_atlas(tmp_path)
    (tmp_path / "atlas.json").mkdir()
    with pytest.raises(InputError, match=r": no file in it holds the whole atlas"):
        read_atlas(tmp_path)


@pytest.mark.parametrize("form", FORMATS, ids=named)
def test_a_file_that_is_not_there_is_told(form: Format, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"x{re.escape(form.suffix)}: there is no such file$"):
        read_atlas(tmp_path / f"x{form.suffix}")


@pytest.mark.parametrize("form", [form for form in FORMATS if not form.read], ids=named)
def test_a_format_that_does_not_hold_everything_names_those_that_do(form: Format, tmp_path: Path) -> None:
    path = tmp_path / f"x{form.suffix}"
    path.touch()
    with pytest.raises(OptionError, match=r" does not hold the whole atlas; files that do end in ") as caught:
        read_atlas(path)
    assert all(each.suffix in str(caught.value) for each in LOSSLESS)


@pytest.mark.parametrize("form", LOSSLESS, ids=named)
@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 100, b"not at all", b"PK\x03\x04", b"SQLite format 3\0", b"fgb\x03fgb\x00", b"PAR1", b"<a/>", b"{}"],
)
def test_a_file_that_is_none_of_ours_is_an_input_error(form: Format, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"x{form.suffix}"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_atlas(path)
    message = str(caught.value)
    assert (path.name in message, len(message.splitlines()), len(message) < 400) == (True, 1, True)
    assert path.read_bytes() == content, "nothing is mended"


@pytest.mark.parametrize("form", LOSSLESS, ids=named)
def test_a_file_that_was_cut_or_overwritten_anywhere_is_the_atlas_or_an_input_error(
    form: Format, tmp_path: Path
) -> None:
    path = tmp_path / f"x{form.suffix}"
    write(ATLAS, path)
    whole = path.read_bytes()
    size = len(whole)
    for at in {0, 5, 99, *(size * step // 23 for step in range(1, 23)), size - 9, size - 1}:
        for damaged in (whole[:at], whole[:at] + b"\xff\0<" + whole[at + 3 :], whole[:at] + whole[at + 7 :]):
            path.write_bytes(damaged)
            try:
                assert isinstance(read_atlas(path), Atlas)
            except InputError as error:
                assert len(str(error).splitlines()) == 1  # noqa: PT017 (either is right)


# Provenance


def _unpacked(name: str, content: bytes) -> bytes:
    """Return all that a file says: of archives and databases what is in them, with packed parts unpacked."""
    if content.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        content = b"".join(_unpacked(each, archive.read(each)) for each in archive.namelist())
    elif content.startswith(b"SQLite format 3"):
        database = sqlite3.connect(":memory:")
        database.deserialize(content)
        content = "\n".join(database.iterdump()).encode("utf-8", "surrogateescape")
        database.close()
    for packed in re.findall(rb"H4sI[A-Za-z0-9+/]+={0,2}", content):
        # What stands behind it in the file may look like more of it.
        content += zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(b64decode(packed[: len(packed) // 4 * 4]))
    return content


@pytest.mark.parametrize("is_folder", [False, True], ids=["one file", "folder"])
@pytest.mark.parametrize("form", FORMATS, ids=named)
def test_files_name_with_what_and_of_which_texts_they_were_made(form: Format, is_folder: bool, tmp_path: Path) -> None:
    if is_folder:
        publish(tmp_path, folder_contents(ATLAS, [form]))
    else:
        write(ATLAS, tmp_path / f"x{form.suffix}")
    told = b"\n".join(_unpacked(path.name, path.read_bytes()) for path in sorted(tmp_path.iterdir()))
    # JSON inside JSON, or inside XML, has its quotes and letters escaped in one of these ways.
    text = told.decode("utf-8", "replace").replace("\\u00a9", "©").replace("&quot;", '"')
    (gazetteer,) = RUN.gazetteers
    for known in (RUN.tool_version, gazetteer.name, gazetteer.version, gazetteer.attribution, ARTICLE.sha256):
        assert known is not None
        assert known in text, f"{known} is missing"


@pytest.mark.parametrize("form", LOSSLESS, ids=named)
def test_what_the_system_refuses_to_read_is_told_alike(form: Format, tmp_path: Path) -> None:
    path = tmp_path / f"{'x' * 300}{form.suffix}"
    with pytest.raises(InputError, match=rf"{re.escape(form.suffix)}: it cannot be read \(File name too long\)$"):
        read_atlas(path)
    shut = tmp_path / f"shut{form.suffix}"
    shut.write_bytes(b"{}")
    refusal = PermissionError(EACCES, "Permission denied")
    with (
        patch.object(Path, "open", side_effect=refusal),
        pytest.raises(InputError, match=rf"shut{re.escape(form.suffix)}: it cannot be read \(Permission denied\)$"),
    ):
        read_atlas(shut)
