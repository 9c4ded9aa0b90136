"""The formats, by name and by suffix, and the two ways through them: an atlas to files, and a file to its atlas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from os import PathLike
from pathlib import Path

from ..atlas import Atlas
from ..errors import InputError, OptionError, ResourceError
from . import (
    Content,
    Format,
    delimited,
    flatgeobuf,
    geojson,
    geojson_sequence,
    geopackage,
    geoparquet,
    kml,
    kmz,
    shapefile,
    tei,
    web,
    web_annotations,
    whole,
)
from .folder import check_writable, publish

FORMATS: tuple[Format, ...] = (
    geojson.FORMAT,
    geopackage.FORMAT,
    whole.FORMAT,
    geojson_sequence.TEXT_SEQUENCE,
    geojson_sequence.NEWLINE_DELIMITED,
    web.FORMAT,
    flatgeobuf.FORMAT,
    geoparquet.FORMAT,
    shapefile.FORMAT,
    delimited.FORMAT,
    delimited.EXCEL,
    kml.FORMAT,
    kmz.FORMAT,
    tei.FORMAT,
    web_annotations.FORMAT,
)
"""Every format."""

USUAL = ("geojson", "gpkg", "json")
"""Names of those that are written where nobody says which."""


def format_named(name: str) -> Format:
    """Return a format by its name; OptionError, which lists them all, for an unknown one."""
    for form in FORMATS:
        if form.name == name:
            return form
    raise OptionError(f"there is no format {name[:40]!r}; there are {', '.join(form.name for form in FORMATS)}")


def format_of(path: Path) -> Format:
    """Return the format of a file by how its name ends; OptionError, which lists the known ones, for none."""
    # ".web.geojson" before ".geojson".
    for form in sorted(FORMATS, key=lambda form: -len(form.suffix)):
        if path.name.lower().endswith(form.suffix):
            return form
    known = ", ".join(form.suffix for form in FORMATS)
    raise OptionError(f"{path.name}: its format is not known by its name; names that are end in {known}")


def is_installed(form: Format) -> bool:
    """Whether all is installed that a format needs."""
    return all(find_spec(module) for module in form.modules)


def check_installed(form: Format) -> None:
    """Find out whether all is installed that a format needs.

    Raises
    ------
    ResourceError
        If not, with the command that installs it.
    """
    if not is_installed(form):
        raise ResourceError(f'{form.title} needs more: run "{form.installation}"')


def write(atlas: Atlas, path: str | PathLike[str], *, overwrite: bool = True) -> tuple[Path, ...]:
    """Write an atlas to one file, whole or not at all, in the format that its name tells.

    Parameters
    ----------
    atlas
        What to write.
    path
        Where to. Its folder is made where missing.
    overwrite
        Whether a file that is there already is replaced.

    Returns
    -------
    tuple
        What was written, the files that belong beside it included.

    Raises
    ------
    OptionError
        If no known format ends like that.
    ResourceError
        If the format needs something that is not installed.
    OutputError
        If a file is there already, or the disk refuses.
    """
    path = Path(path)
    form = format_of(path)
    check_installed(form)
    contents = form.one_file(atlas, path.name)
    check_writable(path.parent, contents, overwrite=overwrite)
    publish(path.parent, contents)
    return tuple(path.parent / name for name in contents)


def folder_contents(atlas: Atlas, formats: Iterable[Format]) -> dict[str, Content]:
    """Return the files that some formats are in a folder, by name."""
    return {name: content for form in formats for name, content in form.folder(atlas).items()}


def read_atlas(path: str | PathLike[str]) -> Atlas:
    """Read an atlas back from a file that placelines wrote, or from a folder of such files.

    Parameters
    ----------
    path
        A file in a format that holds all of an atlas, or a folder with one in it.

    Raises
    ------
    InputError
        If there is no such file, or it is damaged.
    OptionError
        If its format does not hold all of an atlas, or is not known.
    ResourceError
        If reading needs something that is not installed.
    """
    path = Path(path)
    try:
        file = _file_in(path) if path.is_dir() else path
        # The libraries that read it would take what may not be read for damaged.
        with file.open("rb"):
            pass
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file") from error
    except OSError as error:
        raise InputError(f"{path}: it cannot be read ({error.strerror or error})") from error
    form = format_of(file)
    if form.read is None:
        lossless = ", ".join(form.suffix for form in FORMATS if form.read)
        raise OptionError(f"{file.name}: {form.title} does not hold the whole atlas; files that do end in {lossless}")
    check_installed(form)
    return form.read(file)


def _file_in(folder: Path) -> Path:
    """Return the file of a folder that holds the whole atlas, the quickest to read first."""
    names: Sequence[str] = [name for form in _ways_back() for name in form.names]
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise InputError(f"{folder}: no file in it holds the whole atlas; make it again with --formats json")


def _ways_back() -> list[Format]:
    """List the formats of which one file in a folder is the whole atlas, that of nothing else first."""
    one_each = [form for form in FORMATS if form.read and len(form.names) == 1]
    return sorted(one_each, key=lambda form: form.name != whole.FORMAT.name)
