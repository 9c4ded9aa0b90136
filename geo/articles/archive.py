"""ZIP archives: their members are read one at a time, without writing any of them to disk.

Names of members are data: a path in one leads nowhere. What an archive says of the size of its members is not believed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath

from ..errors import InputError
from .folder import is_hidden
from .kinds import NO_ARTICLES
from .packed import Budget, opened_zip, seekable, unzipped
from .source import Source


def members(archive: Source) -> Iterator[Source | InputError]:
    """Yield the members of a ZIP archive in its order, each to be read before the next; hidden ones are left out.

    Yields
    ------
    Source | InputError
        The error as the last one if the archive is damaged or empty.
    """
    try:
        with seekable(archive) as stream, opened_zip(stream, archive.name) as opened:
            budget = Budget(archive.name, stream.seek(0, 2), around=archive.budget)
            entries = [entry for entry in opened.infolist() if not entry.is_dir() and _is_article(entry.filename)]
            if not entries:
                yield InputError(f"{archive.name}: there are no articles in it", source=archive.name)
            for entry in entries:
                name = f"{archive.name}/{entry.filename}"
                # Of archives in a folder each may have a member of this name.
                inside = entry.filename if archive.inside is None else f"{archive.stem}/{entry.filename}"
                yield Source(None, name, inside, partial(unzipped, opened, entry, name, budget), budget)
    except InputError as error:
        yield error


def _is_article(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() not in NO_ARTICLES and not any(map(is_hidden, path.parts))
