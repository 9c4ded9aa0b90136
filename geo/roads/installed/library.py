"""The roads that a user has imported: one file for each import, in a folder beside the installed gazetteers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...errors import OptionError, ResourceError
from ...installed_files import DATA_VARIABLE, Changes, changing, data_folder
from .schema import Provenance
from .store import StoredRoads

FOLDER = "roads"
"""Name of the folder in that of the installed gazetteers."""

_ENDING = ".sqlite"


@dataclass(frozen=True, slots=True)
class Imported:
    """What was imported from one file."""

    name: str
    """What it is called."""
    provenance: Provenance
    """Where it comes from."""
    kinds: Mapping[str, int]
    """Pieces of lines by kind."""
    countries: tuple[str, ...]
    """ISO 3166-1 alpha-2 codes of the countries it has lines in, the one with most first."""
    bytes: int
    """Size of its file."""
    path: Path
    """Its file."""


class Library:
    """The imported roads of a user.

    Parameters
    ----------
    folder
        Where they lie; None for `FOLDER` in `geo.installed_files.data_folder`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = data_folder() / FOLDER if folder is None else folder

    def names(self) -> tuple[str, ...]:
        """Return the names of the imports, in order; ResourceError if the folder may not be read."""
        try:
            files = list(self.folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise ResourceError(
                f"the imported roads in {self.folder} cannot be read ({error.strerror or error}): "
                f"make the folder readable, or set {DATA_VARIABLE} to another"
            ) from error
        return tuple(sorted(file.stem for file in files if file.suffix == _ENDING))

    def imported(self) -> tuple[Imported, ...]:
        """Return what was imported, in order of name; ResourceError if a file is damaged or of another version."""
        return tuple(map(self._describe, self.names()))

    def open(self, names: Sequence[str] | None = None) -> tuple[StoredRoads, ...]:
        """Return the imports as sources of roads, in order of name; no file is read yet.

        Parameters
        ----------
        names
            Only these, in this order; None for all.

        Raises
        ------
        OptionError
            If there is none of that name.
        """
        chosen = self.names() if names is None else tuple(self._known(name) for name in names)
        return tuple(StoredRoads(self._path(name)) for name in chosen)

    def remove(self, name: str) -> None:
        """Remove an import.

        Raises
        ------
        OptionError
            If there is none of that name.
        OutputError
            If the folder cannot be written to.
        """
        known = self._known(name)
        with self.changing() as changes:
            changes.remove(known)

    @contextmanager
    def changing(self) -> Iterator[Changes]:
        """Let one process at a time import and remove roads, see `geo.installed_files.changing`."""
        with changing(Changes(self.folder), "imported roads") as changes:
            yield changes

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{_ENDING}"

    def _known(self, name: str) -> str:
        """Return the name if it is that of an import; only such names come near a path."""
        if name in self.names():
            return name
        known = ", ".join(self.names()) or "none"
        raise OptionError(f"no roads were imported under the name {name!r:.60}; imported: {known}")

    def _describe(self, name: str) -> Imported:
        with closing(StoredRoads(self._path(name))) as store:
            countries = store.counts["countries"]
            return Imported(
                name=name,
                provenance=store.provenance,
                kinds=store.counts["kinds"],
                countries=tuple(sorted(filter(None, countries), key=lambda code: (-countries[code], code))),
                bytes=store.path.stat().st_size,
                path=store.path,
            )
