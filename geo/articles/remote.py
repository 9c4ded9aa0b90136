"""Object stores and distributed file systems: ``s3://``, ``gs://``, ``abfs://``, ``hdfs://`` and others of fsspec.

They are read with the reader's own credentials, as the driver of each finds them; none of them is ever shown.
"""

from __future__ import annotations

import errno
import io
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, BinaryIO

from ..addresses import shown_url
from ..errors import InputError, OptionError, PlacelinesError, ResourceError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

DRIVERS = {
    "abfs": "adlfs",
    "abfss": "adlfs",
    "az": "adlfs",
    "gcs": "gcsfs",
    "gs": "gcsfs",
    "hdfs": "pyarrow",
    "s3": "s3fs",
    "s3a": "s3fs",
    "memory": "fsspec",
}
"""Schemes that are read, and the package that does it."""

_BUFFER = 1 << 16
_GLOB = re.compile(r"[*?\[]")


def list_remote(url: str) -> Sequence[str]:
    """Return the addresses of the files that an address means: a folder (with ``/`` at its end), a pattern, or a file.

    Parameters
    ----------
    url
        The address; ``*``, ``?`` and ``[...]`` in it stand for letters of one name, ``**`` for folders too.

    Returns
    -------
    Sequence[str]
        In the order of their letters.

    Raises
    ------
    OptionError
        When nothing can read such addresses.
    ResourceError
        When the driver is not installed.
    InputError
        When there is nothing, or it cannot be listed.
    """
    scheme = checked_scheme(url)
    is_folder, is_pattern = url.endswith("/"), bool(_GLOB.search(url))
    if not (is_folder or is_pattern):
        return (url,)
    try:
        files, path = _opened(url)
        found = files.find(path) if is_folder else [name for name in files.glob(path) if files.isfile(name)]
    except PlacelinesError:
        raise
    except Exception as error:  # drivers have their own
        raise _told(url, error) from error
    if not found:
        raise InputError(f"{shown_url(url)}: there are no files", source=shown_url(url))
    return tuple(f"{scheme}://{name.lstrip('/')}" for name in sorted(found))


@contextmanager
def open_remote(url: str) -> Iterator[BinaryIO]:
    """Open a file for reading bytes, here and there in it as the reader likes.

    Raises
    ------
    OptionError, ResourceError
        As for `list_remote`.
    InputError
        When it cannot be opened or read, here or inside the ``with`` block.
    """
    try:
        files, path = _opened(url)
        stream = files.open(path, "rb")
    except PlacelinesError:
        raise
    except Exception as error:  # drivers have their own
        raise _told(url, error) from error
    with io.BufferedReader(_Driven(stream, url), _BUFFER) as buffered:
        yield buffered


class _Driven(io.RawIOBase):
    """Reads what a driver opened; whatever goes wrong in the driver is an `InputError`."""

    def __init__(self, stream: IO[bytes], url: str) -> None:
        self._stream, self._url = stream, url

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: any buffer
        try:
            data = self._stream.read(len(buffer))
        except Exception as error:  # drivers have their own
            raise _told(self._url, error) from error
        buffer[: len(data)] = data
        return len(data)

    def seekable(self) -> bool:
        return self._stream.seekable()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        try:
            return self._stream.seek(offset, whence)
        except ValueError as error:  # files say it so, and readers of archives count on that
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from error
        except Exception as error:  # drivers have their own
            raise _told(self._url, error) from error

    def tell(self) -> int:
        return self._stream.tell()

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def checked_scheme(url: str) -> str:
    """Return the scheme of an address in small letters; OptionError if it is none that is read."""
    scheme = url.partition("://")[0].lower()
    if scheme == "file":
        raise OptionError(f"{shown_url(url)}: give the path without file://")
    if scheme not in DRIVERS:
        known = ", ".join(f"{name}://" for name in sorted({"http", "https", *DRIVERS} - {"memory"}))
        raise OptionError(f"{shown_url(url)}: addresses of this sort are not read, only {known}")
    if "@" in url.partition("://")[2].partition("/")[0] and not scheme.startswith("abfs"):
        raise OptionError(f"{shown_url(url)}: leave out user and password; they belong in the settings of the store")
    return scheme


def _opened(url: str) -> tuple[AbstractFileSystem, str]:
    """Return the file system of an address, and the path in it."""
    scheme = checked_scheme(url)
    packages = " ".join(dict.fromkeys(("fsspec", DRIVERS[scheme])))
    try:
        from fsspec.core import url_to_fs

        files, path = url_to_fs(scheme + url[len(scheme) :])
    except ImportError as error:
        raise ResourceError(f"{shown_url(url)} needs more: run 'python -m pip install {packages}'") from error
    return files, path


def _told(url: str, error: Exception) -> InputError:
    """Tell what a store complains of, but not in its own words: they may quote the request, which was signed."""
    shown = shown_url(url)
    match error:
        case FileNotFoundError() | IsADirectoryError():
            reason = "there is no such file"
        case PermissionError():
            reason = "there is no permission to read it"
        case _:
            reason = f"it cannot be read ({type(error).__name__})"
    return InputError(f"{shown}: {reason}", source=shown)
