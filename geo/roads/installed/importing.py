"""Imports roads and other lines from a file: an extract of OpenStreetMap, or any vector format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ...errors import ResourceError
from ...gazetteers import Gazetteer
from ...gazetteers.embedded import open_embedded
from ...installed_files import Changes, checked_name, name_from
from ...model import Course, Origin
from ..countries import CountryFinder, CountryOf
from ..files import check_file
from ..segments import Segment
from ..vectors import VectorFile
from .index import IndexWriter
from .library import Library
from .osm import OsmReader, format_of, stem_of
from .schema import Provenance

OnProgress: TypeAlias = Callable[[str, int, int | None], None]
"""Told what is being done, how many steps of it are done, and how many there are if that is known."""

_FILING = "filing roads"
_NATURAL_EARTH = re.compile(r"ne_\d{2,3}m_")


@dataclass(frozen=True, slots=True)
class Report:
    """What was imported."""

    name: str
    """What the import is called."""
    kinds: Mapping[str, int]
    """Pieces of lines by kind."""
    notes: tuple[str, ...]
    """What was left out or mended, a line each."""


def import_file(
    library: Library,
    file: Path,
    *,
    name: str | None = None,
    world: Gazetteer | None = None,
    on_progress: OnProgress | None = None,
) -> Report:
    """Import the lines of a file; an import of the same name is replaced, unless something goes wrong.

    Parameters
    ----------
    library
        Where to.
    file
        An extract of OpenStreetMap by the ending of its name (`geo.roads.installed.osm.FORMATS`), else a vector file.
    name
        What to call the import: small letters, digits and hyphens; None to make that of the name of the file.
    world
        Knows which country a point is in; None for the embedded gazetteer.
    on_progress
        Told how far it is.

    Raises
    ------
    OptionError
        If there is no such file, or the import cannot be called so.
    ResourceError
        If the file is damaged or of another sort, has no lines that could be found by anything, or a library that reads
        it is not installed.
    OutputError
        If the library cannot be written to.
    """
    called = name_of(file) if name is None else checked_name(name, "an import")
    country_of = CountryFinder(open_embedded() if world is None else world)
    tell = on_progress or (lambda _what, _done, _total: None)
    if format_of(file) is None:
        vectors = VectorFile(file)
        with library.changing() as changes:
            pieces = vectors.segments(tell)
            return _filed(changes, called, file, pieces, _provenance(file), country_of, tell, lambda: vectors.notes)
    check_file(file)
    with library.changing() as changes:
        reader = OsmReader(file, changes.part(called, ".nodes"), on_read=lambda done: tell(file.name, done, None))
        return _filed(changes, called, file, reader, reader.provenance, country_of, tell, lambda: reader.notes)


def name_of(file: Path) -> str:
    """Return what the import of a file is called when it is given no name; OptionError for none that could be."""
    return name_from(file.stem if format_of(file) is None else stem_of(file), "an import")


def _filed(
    changes: Changes,
    name: str,
    file: Path,
    pieces: Iterable[Segment],
    provenance: Provenance,
    country_of: CountryOf,
    tell: OnProgress,
    notes_on_reading: Callable[[], Sequence[str]],
) -> Report:
    """Write the pieces of lines that a reader yields."""
    with IndexWriter(changes.part(name), country_of) as writer:
        writer.add_all(pieces)
        total = sum(writer.kinds.values())
        if not total:
            left_out = "; ".join((*notes_on_reading(), *writer.notes))
            raise ResourceError(
                f"{file.name} has no roads, railways, rivers or pipelines with numbers or names; nothing was imported"
                + (f" ({left_out})" if left_out else "")
            )
        writer.finish(provenance, on_filed=lambda done: tell(_FILING, done, total))
    changes.put(name)
    return Report(name, dict(writer.kinds), (*notes_on_reading(), *writer.notes))


def _provenance(file: Path) -> Provenance:
    """Return what is known of where the lines of a vector file come from."""
    stem = file.stem.encode("utf-8", "replace").decode()
    if _NATURAL_EARTH.match(stem.lower()):
        return Provenance(f"Natural Earth, {stem}", Origin.NATURAL_EARTH, Course.GENERALISED)
    return Provenance(stem, Origin.USER_FILE, Course.SURVEYED)
