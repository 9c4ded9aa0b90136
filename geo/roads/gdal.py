"""GDAL, by way of pyogrio: kept to the one file that it is given, its complaints as errors of ours."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import OptionError, ResourceError
from .files import check_file

INSTALL = "python -m pip install 'placelines[roads]'"
"""What brings the libraries that read files of roads."""

_LEADING_ELSEWHERE = (
    "OGR_VRT,GDALG,GPSBabel,HTTP,WFS,OAPIF,OGCAPI,CSW,EEDA,Elasticsearch,Carto,AmigoCloud,PLSCENES,NGW,ADBC"
)
"""Drivers whose files only say where to read, on the network too, or which program to start."""
_OTHERWISE_READ = "OSM"
"""Drivers of what has a better reader here."""
_SETTINGS = {"OGR_SKIP": f"{_LEADING_ELSEWHERE},{_OTHERWISE_READ}", "GML_DOWNLOAD_SCHEMA": "NO"}
_MISREAD = ";!\n\r\t"
_LONGEST_REASON = 140


def checked(path: Path) -> Path:
    """Return the whole path of a file, or folder, that GDAL may be given; raises as `geo.roads.files.check_file`."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise OptionError(f"the name of {path.name} is not Unicode: rename it") from error
    check_file(path, may_be_folder=True)
    whole = path.absolute()
    # pyogrio 0.13 takes paths for addresses: it cuts or rewrites those with such characters.
    if any(character in str(whole) for character in _MISREAD):
        raise OptionError(f"{whole} has ';', '!', a tab or a line break in its name: rename it")
    return whole


@contextmanager
def reading(path: Path, told: list[str] | None = None) -> Iterator[Any]:
    """Give pyogrio, to read a file with.

    Meanwhile GDAL has no drivers for files that make it read something else: whoever sends a file of roads must not
    make this machine ask the network.

    Parameters
    ----------
    path
        The file, for messages.
    told
        Takes what GDAL warns of, each once.

    Raises
    ------
    ResourceError
        If pyogrio is not installed, or GDAL cannot read what it is asked for.
    """
    try:
        import pyogrio
        import pyogrio.raw
    except ImportError as error:
        raise ResourceError(f"reading {path.name} needs pyogrio: {INSTALL}") from error
    import numpy as np

    usual = {option: pyogrio.get_gdal_config_option(option) for option in _SETTINGS}
    pyogrio.set_gdal_config_options(_SETTINGS)
    # GDAL drops drivers when it registers them; pyogrio has no other function that does (0.9 to 0.13).
    pyogrio._ogr._register_drivers()
    try:
        # Numbers that are none are looked for later.
        with warnings.catch_warnings(record=True) as caught, np.errstate(invalid="ignore"):
            warnings.simplefilter("always")
            yield pyogrio
    except (RuntimeError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    finally:
        pyogrio.set_gdal_config_options(usual)
        pyogrio._ogr._register_drivers()
    if told is not None:
        told += dict.fromkeys(_brief(path, str(each.message)) for each in caught)


def _unreadable(path: Path, error: Exception) -> ResourceError:
    if isinstance(error, UnicodeDecodeError):
        return ResourceError(f"{path.name} holds text that is not Unicode: save it anew in UTF-8")
    advice = "repair it, or save it as GeoPackage or GeoJSON"
    if path.suffix.lower() == ".zip":
        advice = "it must have one at its top; or unpack it"
    return ResourceError(f"{path.name} cannot be read as a vector file ({_brief(path, str(error))}): {advice}")


def _brief(path: Path, text: str) -> str:
    """Return the first thing that GDAL says, without the path and without advice for users of pyogrio."""
    first = " ".join(text.split("; It might help")[0].split())
    for prefix in (f"'/vsizip/{path.absolute()}' ", f"'{path.absolute()}' "):
        first = first.removeprefix(prefix)
    first = first.replace(f"{path.absolute().parent}/", "").rstrip(".")
    return first if len(first) <= _LONGEST_REASON else f"{first[: _LONGEST_REASON - 3]}..."
