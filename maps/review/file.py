"""The file of corrections on the disk, while somebody decides: whole after each decision, whoever else writes to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from geo.contents import content_of
from geo.corrections import Corrections, Key
from geo.corrections.editing import Sheet, SheetRow, key_of
from geo.corrections.reading import corrections_in
from geo.errors import OptionError, OutputError
from geo.gazetteers import Gazetteer
from geo.writers.folder import check_writable, publish

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Change:
    """What a decision did to the file, so that it can be undone."""

    keys: frozenset[Key]
    """What the rows are about that it took away or put there."""
    before: tuple[SheetRow, ...]
    """Those that were there before."""
    header: tuple[str, ...]
    """The columns that these have."""


class _ChangedMeanwhileError(Exception):
    """Another program wrote to the file after it was read."""


class ReviewFile:
    """A file of corrections that is written anew after each decision.

    What other programs write to it meanwhile is kept, and so are the decisions that they drop.

    Parameters
    ----------
    path
        Need not exist.
    gazetteer
        Knows the places.

    Raises
    ------
    OptionError
        If something is there that is no file of corrections, or one with a fault.
    OutputError
        If it cannot be written.
    """

    def __init__(self, path: Path, gazetteer: Gazetteer) -> None:
        self.path = path
        """Where it is."""
        # Through links, which stay links.
        self._target = Path(os.path.realpath(path))
        self._gazetteer = gazetteer
        self._ours: dict[Key, Mapping[str, str]] = {}
        self.corrections = Corrections()
        """What stands in it."""
        self._content: bytes | None = None
        self._sheet = Sheet()
        self._take(self._read())
        check_writable(self._target.parent, [self._target.name])
        if self._content is not None and not os.access(self._target, os.W_OK):
            raise OutputError(f"{path}: it is read-only; give another file with --corrections")

    @property
    def exists(self) -> bool:
        """Whether there was or is a file."""
        return self._content is not None

    def put(self, cells: Mapping[str, str], *, instead_of: Collection[Key] = ()) -> Change:
        """Write a row, in the place of others.

        Parameters
        ----------
        cells
            By column.
        instead_of
            What others are about that it makes void.

        Raises
        ------
        OptionError
            If another program has put a fault into the file, or another row about the same.
        OutputError
            If it cannot be written.
        """
        keys = frozenset({key_of(cells), *instead_of})
        change = Change(keys, self._sheet.of(keys), self._sheet.header.cells)
        self._write(keys, lambda sheet: sheet.put(cells, instead_of=instead_of))
        self._ours = {key: row for key, row in self._ours.items() if key not in keys} | {key_of(cells): cells}
        return change

    def undo(self, change: Change) -> None:
        """Put back what was there before a change; raises as `put`."""

        def put_back(sheet: Sheet) -> Sheet:
            if sheet.header.cells[: len(change.header)] == change.header:
                return sheet.restore(change.keys, change.before)
            raise OptionError(f"{self.path.name}: another program has changed its columns; edit the row there")

        self._write(change.keys, put_back)
        self._ours = {key: row for key, row in self._ours.items() if key not in change.keys}

    def _write(self, keys: Collection[Key], edit: Callable[[Sheet], Sheet]) -> None:
        for _ in range(_TRIES):
            content = self._read()
            if content != self._content:
                self._merge(content, keys)
            edited = edit(self._with_ours(keys))
            try:
                self._publish(edited.content)
            except _ChangedMeanwhileError:
                continue
            try:
                self._take(edited.content)
            except OptionError:
                self._put_back(content)
                raise
            return
        raise OutputError(f"{self.path}: another program keeps writing to it; end that, and decide again")

    def _merge(self, content: bytes | None, keys: Collection[Key]) -> None:
        """Take what another program wrote, unless it is about what is decided now."""
        known = [row.cells for row in self._sheet.of(keys)]
        self._take(content)
        found = [row.cells for row in self._sheet.of(keys)]
        if found and found != known:
            raise OptionError(f"{self.path.name}: another program wrote a row about it meanwhile, which stays")

    def _with_ours(self, keys: Collection[Key]) -> Sheet:
        """Return the rows with those decided here that another program dropped, but for what is decided now."""
        sheet = self._sheet
        for key, cells in self._ours.items():
            if key not in keys and not sheet.of({key}):
                sheet = sheet.put(cells)
        return sheet

    def _publish(self, content: bytes) -> None:
        def write(path: Path) -> None:
            path.write_bytes(content)
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
            # As late as can be: what follows is the renaming.
            if self._read() != self._content:
                raise _ChangedMeanwhileError

        publish(self._target.parent, {self._target.name: write})

    def _put_back(self, content: bytes | None) -> None:
        """Write what was there before a row that cannot be read, such as one with the id of a place that is gone."""
        if content is None:
            self._target.unlink()
        else:
            publish(self._target.parent, {self._target.name: content})

    def _read(self) -> bytes | None:
        return content_of(self._target, self.path.name) if self._target.exists() else None

    def _take(self, content: bytes | None) -> None:
        """Take what the file holds for known."""
        self.corrections = Corrections() if content is None else corrections_in(content, self.path, self._gazetteer)
        self._sheet = Sheet() if content is None else Sheet.read(content)
        self._content = content
