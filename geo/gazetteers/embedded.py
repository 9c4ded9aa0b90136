"""The world gazetteer that comes with placelines.

It ships compressed. The first use expands it into the user's cache folder, where every later process opens it in place;
the file carries the digest of its content in its name, so versions live side by side.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import lzma
import os
import shutil
import sqlite3
import tempfile
import warnings
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..errors import PlacelinesWarning, ResourceError
from .store import StoredGazetteer

DATA_FOLDER = Path(__file__).parent.parent / "data"
"""Where the compressed gazetteer and its manifest lie."""
IMAGE_NAME = "gazetteer.sqlite.xz"
"""File name of the compressed gazetteer."""
MANIFEST_NAME = "manifest.json"
"""File name of the manifest."""
CACHE_VARIABLE = "PLACELINES_CACHE"
"""Environment variable that names another cache folder."""

_MEND = "reinstall placelines, or run 'make data' in a checkout"
_VERIFIED_AT = 1_000_000_000
"""Time of change given to a verified file, in seconds since 1970: a file that has another is verified again."""
_LOCK_TIMEOUT_S = 120.0
"""Expanding takes a second; a lock held longer than this belongs to a process that hangs."""


@dataclass(frozen=True, slots=True)
class _Image:
    """The expanded gazetteer as the manifest promises it."""

    compressed: Path
    """The file that it is expanded from."""
    sha256: str
    """Hex digest of its content."""
    size: int
    """Its length in bytes."""

    def path_in(self, folder: Path) -> Path:
        return folder / f"gazetteer-{self.sha256[:16]}.sqlite"

    def is_whole(self, path: Path, *, read_through: bool = False) -> bool:
        """Whether a file is this image; read through if asked, or if written to since it was last verified."""
        try:
            status = path.stat()
            if status.st_size != self.size:
                return False
            if int(status.st_mtime) == _VERIFIED_AT and not read_through:
                return True
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            return False
        if digest == self.sha256:
            with contextlib.suppress(OSError):
                os.utime(path, (_VERIFIED_AT, _VERIFIED_AT))
            return True
        return False


class EmbeddedGazetteer(StoredGazetteer):
    """The expanded world gazetteer; one that turns out damaged is expanded again, once."""

    _was_mended = False
    _discard: weakref.finalize[[Path, int], EmbeddedGazetteer] | None = None

    def close(self) -> None:
        """Close the file, and remove it when it lies in a temporary folder."""
        super().close()
        if self._discard is not None:
            self._discard()

    def discard_with_me(self, folder: Path) -> None:
        """Remove a folder when this object goes, in this process."""
        self._discard = weakref.finalize(self, _remove, folder, os.getpid())

    def _mend(self, error: sqlite3.DatabaseError) -> None:
        if self._was_mended:
            raise ResourceError(f"the gazetteer {self.path} is damaged again ({error}): {_MEND}") from error
        self._was_mended = True
        image = _image()
        if image.path_in(self.path.parent) != self.path:
            super()._mend(error)
        try:
            _make_whole(image, self.path.parent, read_through=True)
        except OSError as reason:
            message = f"the gazetteer {self.path} is damaged ({error}) and cannot be made again ({reason})"
            raise ResourceError(f"{message}: set {CACHE_VARIABLE} to a folder that can be written to") from error


def open_embedded(on_expand: Callable[[], None] | None = None) -> EmbeddedGazetteer:
    """Open the world gazetteer, expanding it into the cache folder if that has not been done.

    Parameters
    ----------
    on_expand
        Called before the gazetteer is expanded, which takes about a second; not called when it is ready.

    Raises
    ------
    ResourceError
        If the shipped gazetteer is missing or damaged, or there is no folder with room for it.

    Warns
    -----
    PlacelinesWarning
        If the cache folder cannot be written to: the gazetteer then lives in a temporary folder until the process ends.

    Examples
    --------
    >>> gazetteer = open_embedded()
    >>> [str(named.place.kind) for named in gazetteer.lookup("idlib")]
    ['admin1', 'settlement']
    >>> gazetteer.lookup("no such place")
    ()
    """
    image = _image()
    folder = cache_folder()
    path = image.path_in(folder)
    if is_ready():
        return EmbeddedGazetteer(path)
    if on_expand is not None:
        on_expand()
    try:
        _make_whole(image, folder)
    except OSError as error:
        reason = error.strerror or error
        warnings.warn(
            f"the cache folder {folder} cannot be used ({reason}), so the gazetteer is expanded anew in every run: "
            f"set {CACHE_VARIABLE} to a folder that can be written to",
            PlacelinesWarning,
            stacklevel=2,
        )
        return _open_in_temporary_folder(image)
    return EmbeddedGazetteer(path)


def is_ready(*, read_through: bool = False) -> bool:
    """Whether the world gazetteer is expanded already, read through if asked; ResourceError as for `open_embedded`."""
    image = _image()
    return image.is_whole(image.path_in(cache_folder()), read_through=read_through)


def cache_folder() -> Path:
    """Return the folder of expanded gazetteers: ``PLACELINES_CACHE``, else the user's cache folder."""
    if folder := os.environ.get(CACHE_VARIABLE, "").strip():
        return Path(folder)
    import platformdirs

    return Path(platformdirs.user_cache_dir("placelines"))


def _image() -> _Image:
    manifest = DATA_FOLDER / MANIFEST_NAME
    try:
        promised = json.loads(manifest.read_text(encoding="utf-8"))["image"]
        return _Image(DATA_FOLDER / IMAGE_NAME, str(promised["sha256"]), int(promised["bytes"]))
    except OSError as error:
        raise ResourceError(f"the gazetteer's {MANIFEST_NAME} cannot be read ({error.strerror}): {_MEND}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ResourceError(f"the gazetteer's {MANIFEST_NAME} is damaged: {_MEND}") from error


def _make_whole(image: _Image, folder: Path, *, read_through: bool = False) -> None:
    """Put a verified image into a folder unless it has one; one process does the work, the others wait for it."""
    from filelock import FileLock

    folder.mkdir(parents=True, exist_ok=True)
    path = image.path_in(folder)
    with FileLock(path.with_suffix(".lock"), timeout=_LOCK_TIMEOUT_S):
        if not image.is_whole(path, read_through=read_through):
            _set_aside(path)
            _expand(image, path)


def _open_in_temporary_folder(image: _Image) -> EmbeddedGazetteer:
    try:
        folder = Path(tempfile.mkdtemp(prefix="placelines-"))
        gazetteer = EmbeddedGazetteer(image.path_in(folder))
        gazetteer.discard_with_me(folder)
        _make_whole(image, folder)
    except OSError as error:
        raise ResourceError(
            f"there is no room for the gazetteer ({image.size // 1_000_000} MB, {error.strerror or error}): "
            f"set {CACHE_VARIABLE} to a folder that can be written to"
        ) from error
    return gazetteer


def _remove(folder: Path, process: int) -> None:
    # A forked child inherits the object, but the folder stays its parent's.
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


def _set_aside(path: Path) -> None:
    """Keep a damaged file for whoever wants to know why, out of the way of its successor."""
    if path.exists():
        path.replace(path.with_suffix(".damaged"))


def _expand(image: _Image, path: Path) -> None:
    """Decompress into a file beside the final one, verify it, and move it into place whole."""
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as stream:
            _write_verified(image, stream)
        os.utime(part, (_VERIFIED_AT, _VERIFIED_AT))
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _write_verified(image: _Image, stream: BinaryIO) -> None:
    digest = hashlib.sha256()
    for block in _blocks(image.compressed):
        digest.update(block)
        stream.write(block)
    if digest.hexdigest() != image.sha256:
        raise ResourceError(f"the embedded gazetteer is damaged (checksum differs): {_MEND}")
    stream.flush()
    os.fsync(stream.fileno())


def _blocks(compressed: Path) -> Iterator[bytes]:
    try:
        with lzma.open(compressed) as stream:
            while block := stream.read(1 << 20):
                yield block
    except FileNotFoundError as error:
        raise ResourceError(f"the embedded gazetteer {compressed.name} is missing: {_MEND}") from error
    except (lzma.LZMAError, EOFError) as error:
        raise ResourceError(f"the embedded gazetteer is damaged ({error}): {_MEND}") from error
