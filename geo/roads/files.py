"""Files of roads that users give: what is wrong with one as a file, told before a library reads it, which says less."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

from ..errors import OptionError, ResourceError

MAX_UNPACKED_BYTES = 1 << 30
"""Archives of more are refused when they pack it tighter than `MAX_PACKING`: libraries cannot be stopped inside one."""
MAX_PACKING = 200
"""How many times larger than the archive its content may be; GeoJSON packs 10 to 20 times, tables of blanks 100."""


def check_file(path: Path, *, may_be_folder: bool = False) -> None:
    """Refuse what is no file that can be read.

    Parameters
    ----------
    path
        The file.
    may_be_folder
        Whether a folder is as good: some formats are one.

    Raises
    ------
    OptionError
        If there is nothing of that name, or something else than a file.
    ResourceError
        If it is empty, may not be read, or is an archive that unpacks to more than a file of roads can hold.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            if may_be_folder:
                return
            raise OptionError(f"{path} is a folder: give a file")
        if not stat.S_ISREG(mode):
            raise OptionError(f"{path} is no file but a pipe or device: save what comes from it, and give that file")
        with path.open("rb") as stream:
            is_empty = not stream.read(1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise OptionError(f"there is no file {path}") from error
    except OSError as error:
        raise ResourceError(f"{path.name:.100} cannot be read ({error.strerror or error})") from error
    if is_empty:
        raise ResourceError(f"{path.name} is empty: download or copy it again")
    _check_packing(path)


def _check_packing(path: Path) -> None:
    """Refuse an archive that is there to fill a machine; what is no sound archive is for others to tell."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return
    if unpacked > max(MAX_UNPACKED_BYTES, MAX_PACKING * path.stat().st_size):
        raise ResourceError(
            f"{path.name} unpacks to {unpacked >> 20:,} MB, as no file of roads does: unpack it first if it is one"
        )
