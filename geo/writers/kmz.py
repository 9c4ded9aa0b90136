"""KMZ: a KML document and its icons in one ZIP archive (OGC 07-147r2, annex C).

Nothing in it is compressed: each build of zlib compresses to other bytes, and the same atlas gives the same file.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ..atlas import Atlas
from ..errors import InputError, OutputError
from . import Content, Format
from .kml import document, read_from
from .kml_icons import ICONS, png
from .kml_styles import ICON_FOLDER
from .whole import opened

NAME: Final = "atlas.kmz"
"""The file of a folder."""

_DOCUMENT: Final = "doc.kml"
"""What viewers open first."""
_DAY: Final = (2000, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_ENCRYPTED: Final = 1
_ROOM: Final = 64 << 20
_MOST_TIMES: Final = 100
"""A document may be that much larger than its archive, and `_ROOM` in any case: a small file must not fill the memory
of who reads it."""


def archive(atlas: Atlas) -> Content:
    """Return what writes a KMZ file."""

    def write(path: Path) -> None:
        with ZipFile(path, "w", ZIP_STORED) as files:
            try:
                with files.open(_member(_DOCUMENT), "w") as stream:
                    stream.writelines(document(atlas, in_archive=True))
            except RuntimeError as error:
                message = f"{path.name}: it would be larger than KMZ can be, 2 GiB; choose another format"
                raise OutputError(message) from error
            for icon in ICONS:
                files.writestr(_member(f"{ICON_FOLDER}/{icon.name}.png"), png(icon))

    return write


def read(path: Path) -> Atlas:
    """Return the atlas of a KMZ file; InputError if it carries none, or is made to do harm."""
    try:
        with opened(path) as archived, ZipFile(archived) as files, files.open(_document_in(files, path)) as stream:
            return read_from(stream, path.name)
    except (BadZipFile, zlib.error, EOFError) as error:
        raise InputError(f"{path.name}: it is no KMZ, or damaged ({error}); make it again") from error


def _document_in(files: ZipFile, path: Path) -> ZipInfo:
    """Return the document of an archive: the first KML in it."""
    member = next((each for each in files.infolist() if each.filename.lower().endswith(".kml")), None)
    if member is None:
        raise InputError(f"{path.name}: no KML is in it; give a file that placelines wrote")
    if member.flag_bits & _ENCRYPTED or member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise InputError(f"{path.name}: it is encrypted, or packed in a way that KMZ does not have; make it again")
    if member.file_size > max(_ROOM, _MOST_TIMES * path.stat().st_size):
        raise InputError(f"{path.name}: it unpacks to {member.file_size:,} bytes, which no map does; make it again")
    return member


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name, _DAY)
    # Else it tells on which system it was made.
    member.create_system = _UNIX
    member.external_attr = 0o644 << 16
    return member


FORMAT = Format(
    name="kmz",
    title="KMZ, KML with its icons",
    suffix=".kmz",
    one_file=lambda atlas, name: {name: archive(atlas)},
    folder=lambda atlas: {NAME: archive(atlas)},
    names=(NAME,),
    read=read,
)
