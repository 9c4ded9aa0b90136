"""The files of GeoNames' dumps in a folder: which are there, and their rows, out of a zip, a gz or a plain file."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from ...errors import OptionError, ResourceError
from .report import OnProgress

ALL = "allCountries"
"""Name of the dump of all countries, without ending."""
ALTERNATES = "alternateNamesV2"
"""Name of the table of alternate names of all places."""
ALTERNATES_FOLDER = "alternatenames"
"""Name of the folder that has this table country by country."""
ADMIN1 = "admin1CodesASCII"
"""Name of the table of first-level units."""
ADMIN2 = "admin2Codes"
"""Name of the table of second-level units."""
COUNTRIES = "countryInfo"
"""Name of the table of countries."""

LONGEST_ROW = 256 << 10
"""Bytes; GeoNames keeps the longest column to 10,000 characters."""
_ENDINGS = (".zip", ".txt", ".txt.gz")
_BLOCK_BYTES = 512 << 10
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump of places to read."""

    path: Path
    """The file."""
    country: str | None
    """Only rows of this country are wanted; None for all."""

    @property
    def holds_other_countries(self) -> bool:
        """Whether rows of other countries are to be expected."""
        return self.country is not None and not self.path.name.startswith(f"{self.country}.")


def find_dumps(folder: Path, countries: Sequence[str]) -> list[Dump]:
    """Return the dump of each country, or the one of all countries for none.

    Raises
    ------
    OptionError
        If a dump is not there.
    """
    everything = find(folder, ALL)
    if not countries:
        if everything is None:
            single = ", ".join(sorted({path.name[:2] for path in _country_files(folder)}))
            hint = f"it has those of {single}: name the countries" if single else "download it, or name another folder"
            raise OptionError(f"{folder} has no {ALL}.zip: {hint}")
        return [Dump(everything, None)]
    dumps = []
    for country in countries:
        path = find(folder, country) or everything
        if path is None:
            raise OptionError(f"{folder} has neither {country}.zip, {country}.txt nor {ALL}.zip")
        dumps.append(Dump(path, country))
    return dumps


def find_alternates(folder: Path, country: str | None) -> Path | None:
    """Return the table of alternate names of a country, or of all countries; None when there is none."""
    own = find(folder / ALTERNATES_FOLDER, country) if country else None
    return own or find(folder, ALTERNATES)


def find(folder: Path, name: str) -> Path | None:
    """Return the file of that name, zipped, plain or gzipped, in this order of preference; None when there is none."""
    return next((path for ending in _ENDINGS if (path := folder / f"{name}{ending}").is_file()), None)


class Block(NamedTuple):
    """Whole rows of a file."""

    first: int
    """Number of the first row; the first of the file is 1."""
    lines: bytes
    """The rows."""

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """Yield the number and the bytes of each row, without its end; empty rows are passed over."""
        for number, line in enumerate(self.lines.split(b"\n"), self.first):
            if line := line.removesuffix(b"\r"):
                yield number, line


def blocks(path: Path, on_progress: OnProgress | None = None) -> Iterator[Block]:
    """Yield a file in blocks of whole rows. Memory does not grow with the file; a row too long is cut.

    Raises
    ------
    ResourceError
        If the file cannot be read to its end: cut short, damaged, or none of its sort.
    """
    with _reading(path), _opened(path) as (stream, size):
        first, done = 1, 0
        while lines := stream.read(_BLOCK_BYTES):
            if not lines.endswith(b"\n"):
                rest, has_end = _rest_of_row(stream)
                if not has_end:
                    # GeoNames ends every row. A plain file has no other mark of being whole.
                    row = first + lines.count(b"\n")
                    raise EOFError(f"row {row} has no end of line")
                lines += rest
            done += len(lines)
            yield Block(first, lines.removeprefix(_BOM) if first == 1 else lines)
            first += lines.count(b"\n")
            if on_progress is not None:
                on_progress(path.name, done, size)


def rows(path: Path, on_progress: OnProgress | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the bytes of each row of a file but empty ones; ResourceError as for `blocks`."""
    for block in blocks(path, on_progress):
        yield from block.rows()


def _rest_of_row(stream: IO[bytes]) -> tuple[bytes, bool]:
    """Return the rest of a row, cut where it is too long and ended there, and whether the row has an end itself."""
    rest = stream.readline(LONGEST_ROW)
    skipped = rest
    while len(skipped) == LONGEST_ROW and not skipped.endswith(b"\n"):
        skipped = stream.readline(LONGEST_ROW)
    return rest.removesuffix(b"\n") + b"\n", skipped.endswith(b"\n")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], int | None]]:
    """Open what is inside a file; give its unpacked size where the file tells that."""
    if path.suffix == ".gz":
        with gzip.open(path) as stream:
            yield io.BufferedReader(stream, 1 << 20), None
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            member = f"{path.stem}.txt"
            if member not in archive.namelist():
                raise ResourceError(f"{path.name} is not GeoNames': there is no {member} in it")
            with archive.open(member) as packed:
                # zipfile reads lines in Python, io.BufferedReader in C.
                yield io.BufferedReader(packed, 1 << 20), archive.getinfo(member).file_size  # type: ignore[type-var]
    else:
        with path.open("rb", buffering=1 << 20) as stream:
            yield stream, path.stat().st_size


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise ResourceError(f"{path.name} is cut short or damaged ({error}): download it again") from error
    except (NotImplementedError, RuntimeError) as error:
        if isinstance(error, ResourceError):
            raise
        # zipfile's own words for encryption and for packings that it does not know.
        raise ResourceError(f"{path.name} is not GeoNames': {error}") from error
    except OSError as error:
        raise ResourceError(f"{path.name} cannot be read ({error.strerror or error})") from error


def _country_files(folder: Path) -> list[Path]:
    return [path for path in folder.glob("[A-Z][A-Z].*") if path.name[2:] in _ENDINGS]
