"""The gazetteers that a user has installed beside the embedded one: one file each, in one folder.

A gazetteer is a stored one (`geo.gazetteers.schema`), ``NAME.sqlite``, with a note beside it, ``NAME.json``, on where
it came from. It is written under another name, and takes its own when it is whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ... import installed_files
from ...errors import OptionError, ResourceError
from ...installed_files import LOCK_TIMEOUT_S, changing
from ...installed_files import data_folder as data_folder
from .. import Gazetteer
from ..embedded import is_ready, open_embedded
from ..store import StoredGazetteer

if TYPE_CHECKING:
    from ..image import ImageWriter
    from .report import Tally

EMBEDDED = "embedded"
"""What the gazetteer that comes with placelines is called beside installed ones."""
GEONAMES = "geonames"
"""Name of the installed GeoNames; those of one country have its code behind a hyphen."""
PLACE_LIST = "place list"
"""Sort of the gazetteers that are not GeoNames."""

_LOCK_TIMEOUT_S = LOCK_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class Installed:
    """An installed gazetteer."""

    name: str
    """What it is called."""
    sort: str
    """`PLACE_LIST` or `GEONAMES`."""
    version: str
    """Version of its data."""
    places: int
    """Places in it."""
    names: int
    """Names under which these are found."""
    bytes: int
    """Size of its file."""
    path: Path
    """Its file."""
    countries: tuple[str, ...]
    """The one country that it covers; empty when it is not of one country."""


class InstalledGazetteer(StoredGazetteer):
    """A gazetteer of the library; one that cannot be read is to be installed again."""

    @property
    def advice(self) -> str:
        """What to do when the file cannot be read."""
        return f"install it again, or give it up: placelines gazetteer remove {self.path.stem}"

    @property
    def renewal(self) -> str:
        """What to do when the file is of another version."""
        return self.advice


class Library:
    """The installed gazetteers of a user.

    Parameters
    ----------
    folder
        Where they lie; None for `data_folder`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = data_folder() if folder is None else folder

    def names(self) -> tuple[str, ...]:
        """Return the names of the installed gazetteers in stacking order: place lists, then GeoNames.

        GeoNames of single countries comes before that of the world: it was installed later.
        """
        names = (path.stem for path in self.folder.glob("*.sqlite"))
        return tuple(sorted(names, key=lambda name: (_is_geonames(name), name == GEONAMES, name)))

    def installed(self) -> tuple[Installed, ...]:
        """Return what is installed, in stacking order.

        Raises
        ------
        ResourceError
            If one of the files is damaged or of another version.
        """
        return tuple(map(self._describe, self.names()))

    def open(self, names: Sequence[str] | None = None, *, on_expand: Callable[[], None] | None = None) -> Gazetteer:
        """Open the installed gazetteers, stacked upon the embedded one. No file but the embedded one is read yet.

        Parameters
        ----------
        names
            Only these, in this order; None for all.
        on_expand
            As for `geo.gazetteers.embedded.open_embedded`.

        Raises
        ------
        OptionError
            If there is none of that name.
        ResourceError
            As for `geo.gazetteers.embedded.open_embedded`.
        """
        chosen = self.names() if names is None else tuple(self._known(name) for name in names)
        embedded = open_embedded(on_expand)
        if not chosen:
            return embedded
        from ..stack import StackedGazetteer

        return StackedGazetteer([*(InstalledGazetteer(self._path(name)) for name in chosen), embedded])

    def remove(self, name: str) -> None:
        """Remove a gazetteer; ``geonames`` removes that of every single country when there is none of the world.

        Raises
        ------
        OptionError
            If there is none of that name.
        OutputError
            If the folder cannot be written to.
        """
        countries = [known for known in self.names() if known.startswith(f"{GEONAMES}-")]
        doomed = countries if name == GEONAMES and GEONAMES not in self.names() and countries else [self._known(name)]
        with self.changing() as changes:
            for one in doomed:
                changes.remove(one)

    def verify(self, name: str | None = None) -> list[str]:
        """Read gazetteers through, and return what is wrong with them, in words; nothing for sound ones.

        Parameters
        ----------
        name
            Only this one, or `EMBEDDED`; None for all.

        Raises
        ------
        OptionError
            If there is none of that name.
        """
        if name == EMBEDDED:
            return _embedded_faults()
        if name is not None:
            return self._faults(self._known(name))
        return [*_embedded_faults(), *(fault for known in self.names() for fault in self._faults(known))]

    @contextmanager
    def changing(self) -> Iterator[Changes]:
        """Let one process at a time install and remove gazetteers, see `geo.installed_files.changing`."""
        with changing(Changes(self.folder), "gazetteers", lock_timeout_s=_LOCK_TIMEOUT_S) as changes:
            yield changes

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.sqlite"

    def _known(self, name: str) -> str:
        """Return the name if it is one that was installed; only such names come near a path."""
        if name in self.names():
            return name
        known = ", ".join(self.names()) or "none"
        raise OptionError(f"no gazetteer {name!r:.60} is installed; installed: {known}")

    def _describe(self, name: str) -> Installed:
        with closing(InstalledGazetteer(self._path(name))) as gazetteer:
            return Installed(
                name=name,
                sort=GEONAMES if _is_geonames(name) else PLACE_LIST,
                version=gazetteer.version,
                places=sum(gazetteer.counts["places"].values()),
                names=gazetteer.counts["names"],
                bytes=gazetteer.path.stat().st_size,
                path=gazetteer.path,
                countries=tuple(filter(None, [name.partition("-")[2]])) if _is_geonames(name) else (),
            )

    def _faults(self, name: str) -> list[str]:
        from ...packages import file_sha256

        gazetteer = InstalledGazetteer(self._path(name))
        try:
            note = json.loads(gazetteer.path.with_suffix(".json").read_text(encoding="utf-8"))
            if file_sha256(gazetteer.path) != note["sha256"]:
                return [f"{name}: its file is not the one that was installed: {gazetteer.advice}"]
            with closing(gazetteer):
                return [f"{name}: {fault}: {gazetteer.advice}" for fault in gazetteer.faults()]
        except (OSError, ValueError, KeyError, TypeError) as error:
            return [f"{name}: the note on how it was installed cannot be read ({error}): {gazetteer.advice}"]
        except ResourceError as error:
            return [f"{name}: {error}"]


class Changes(installed_files.Changes):
    """What one process changes in the library's folder; see `Library.changing`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, (".sqlite", ".json"))

    def write(self, name: str) -> ImageWriter:
        """Return a writer of the gazetteer of this name, not yet entered."""
        from ..image import ImageWriter

        return ImageWriter(self.part(name))

    def keep(self, name: str, sources: Sequence[str], tallies: Sequence[Tally]) -> None:
        """Keep a gazetteer that was written, with a note on where it came from and which rows were refused."""
        from ...packages import file_sha256
        from .report import MOST_LISTED

        note = {
            "sources": list(sources),
            "sha256": file_sha256(self.part(name)),
            "rejected_count": sum(tally.rejected_count for tally in tallies),
            "rejected": [str(rejected) for tally in tallies for rejected in tally.rejected][:MOST_LISTED],
        }
        self.part(name, ".json").write_text(json.dumps(note, ensure_ascii=False, indent=1), encoding="utf-8")
        self.put(name)


def _is_geonames(name: str) -> bool:
    return name.partition("-")[0] == GEONAMES


def _embedded_faults() -> list[str]:
    try:
        gazetteer = open_embedded()
        faults = gazetteer.faults()
        return faults if is_ready(read_through=True) else [*faults, "its file is not the one that was shipped"]
    except ResourceError as error:
        return [f"{EMBEDDED}: {error}"]
