"""The disk: files of one run that appear together and whole, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ..errors import OutputError
from . import Content

_STAGING = ".placelines-"
_ABANDONED_AFTER_S = 3600
"""A staging folder lives for seconds; one older than this was left behind by a run that was killed."""


def check_writable(folder: Path, names: Iterable[str], *, overwrite: bool = True) -> None:
    """Find out, before any work is done, whether files can be written into a folder. Nothing is left behind.

    Parameters
    ----------
    folder
        Need not exist, nor its parents.
    names
        The files that will be written.
    overwrite
        Whether those that are there already may be replaced.

    Raises
    ------
    OutputError
        If the folder cannot be made or written into, a file's name is taken by a folder, or a file is there that must
        stay.
    """
    try:
        nearest = _check_free(folder, names, overwrite=overwrite)
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(f"{folder}: it cannot be written into ({error.strerror}); choose another folder") from error


def publish(
    folder: Path,
    files: Mapping[str, Content | Iterable[str] | bytes],
    *,
    on_file: Callable[[str], None] | None = None,
) -> None:
    r"""Write files into a folder, which is made where missing, replacing those of the same names.

    Everything is written to a hidden folder beside them and flushed to the disk first; only when all of that succeeded
    are the files moved to their names, each of which is one step of the file system (POSIX rename).

    Parameters
    ----------
    folder
        Where to.
    files
        By name: the bytes of each file, at once or in pieces; its text in pieces, written as UTF-8 with ``\n``; or what
        writes it, and perhaps others beside it.

    on_file
        Told the name of each file before it is written.

    Raises
    ------
    OutputError
        If the disk is full or refuses; what was there before is untouched.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(folder)
        with tempfile.TemporaryDirectory(prefix=_STAGING, dir=folder) as staging:
            for name, pieces in files.items():
                if on_file is not None:
                    on_file(name)
                _write(Path(staging, name), pieces)
            for path in sorted(Path(staging).iterdir()):
                path.replace(folder / path.name)
        flush_folder(folder)
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(f"{folder}: writing failed ({error.strerror or error})") from error


def _check_free(folder: Path, names: Iterable[str], *, overwrite: bool) -> Path:
    """Return the folder, or the nearest above it that exists, when nothing stands where the files will be."""
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not nearest.is_dir():
        raise OutputError(f"{nearest}: it is a file; give a folder to write into")
    for name in names:
        if (folder / name).is_dir():
            raise OutputError(f"{folder / name}: it is a folder; move it away, or write into another folder")
        if not overwrite and (folder / name).exists():
            raise OutputError(f"{folder / name}: it is there already; overwrite it, or give another name")
    return nearest


def _write(path: Path, content: Content | Iterable[str] | bytes) -> None:
    if callable(content):
        content(path)
        for written in path.parent.iterdir():
            with written.open("rb") as stream:
                os.fsync(stream.fileno())
        return
    with path.open("wb") as stream:
        if isinstance(content, bytes):
            stream.write(content)
        else:
            stream.writelines(piece if isinstance(piece, bytes) else utf_8(piece) for piece in content)
        stream.flush()
        os.fsync(stream.fileno())


def utf_8(text: str) -> bytes:
    r"""Return text in UTF-8; a lone surrogate, which that cannot hold, becomes \udXXX, the escape that JSON has too."""
    return text.encode("utf-8", "backslashreplace")


def flush_folder(folder: Path) -> None:
    """Make the new names durable; Windows, which has no such call, does it by itself."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove_abandoned(folder: Path) -> None:
    for staging in sorted(folder.glob(f"{_STAGING}*")):
        if staging.stat().st_mtime < time.time() - _ABANDONED_AFTER_S:
            shutil.rmtree(staging, ignore_errors=True)
