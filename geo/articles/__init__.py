"""Readers: files, folders, archives, addresses and standard input become documents.

One module a format. `find` says what there is, without reading articles; `document_of` reads one; `read` does both.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from ..errors import InputError
from ..model import Document
from .columns import USUAL, Columns
from .encoding import asked_encoding
from .finding import Finder, IsKnown, OnInput
from .formats import document_of
from .inputs import Input, is_address, list_inputs
from .kinds import KINDS, asked_kind
from .online import refuse_unless_readable
from .raw import Form, Found, Raw

if TYPE_CHECKING:
    from ..web import Web

__all__ = ["KINDS", "Columns", "Form", "Found", "Input", "Raw", "document_of", "find", "list_inputs", "read"]

OnError = Callable[[InputError], None]
"""What to do with an article or record that cannot be read."""


def find(
    inputs: Sequence[str | os.PathLike[str]],
    *,
    form: str | None = None,
    columns: Columns | None = None,
    encoding: str | None = None,
    web: Web | None = None,
    on_input: OnInput | None = None,
    is_known: IsKnown | None = None,
) -> Iterator[Found]:
    """Find every article of the inputs, in their order, one at a time.

    Parameters
    ----------
    inputs
        Files, folders, archives, addresses; ``-`` is standard input.
    form
        The format of all of them, one of `KINDS`; None to tell it from the suffix, else the first bytes. It is that of
        the files in folders and archives.
    columns
        Which column of rows holds what.
    encoding
        The encoding of all of them; None to find out.
    web
        Fetches addresses.
    on_input
        Is told of every file when it is begun, with the digest of its bytes.
    is_known
        Tells of a link in a feed whether the article behind it was read another day, and is not to be fetched again.

    Yields
    ------
    Found
        A document for a row of a table; for all else an article that `document_of` reads; an `InputError` in place of
        what cannot be read. Every id is used once.

    Raises
    ------
    OptionError
        If the format or encoding is none, a table has no column that was named, or an address is given without ``web``.
    ResourceError
        If a format needs a package that is not installed.

    Examples
    --------
    >>> [str(error) for error in find(["nowhere.txt"])]
    ['nowhere.txt: there is no such file']
    """
    finder = Finder(asked_kind(form), columns or USUAL, asked_encoding(encoding), web, on_input, is_known)
    for given in inputs:
        if is_address(name := os.fspath(given)):
            refuse_unless_readable(name, is_online=web is not None)
    return chain.from_iterable(map(finder.find, inputs))


def read(
    paths: Sequence[str | os.PathLike[str]],
    *,
    on_error: OnError | None = None,
    form: str | None = None,
    columns: Columns | None = None,
    encoding: str | None = None,
    web: Web | None = None,
) -> Iterator[Document]:
    """Read every article of the given files, in their order, one at a time.

    Parameters
    ----------
    paths
        Files, folders, archives; ``-`` is standard input.
    on_error
        Called with the error of each file or record that cannot be read, and reading goes on behind it. Without it the
        first such error is raised.
    form, columns, encoding, web
        As for `geo.articles.find`.

    Yields
    ------
    Document
        With an id that no other document of this call has: the record's own id, or the file's name without its suffix,
        with ``-2``, ``-3`` and so on behind it when the name comes again.

    Raises
    ------
    InputError
        If a file is missing, unreadable, empty or not text, or a record is malformed or repeats an id; only without
        ``on_error``.
    OptionError, ResourceError
        As for `geo.articles.find`.

    Warns
    -----
    TextWarning
        If part of a text had to be guessed or replaced.

    Examples
    --------
    >>> [document.id for document in read([])]
    []
    >>> next(read(["nowhere.txt"]))
    Traceback (most recent call last):
        ...
    geo.errors.InputError: nowhere.txt: there is no such file
    """
    return _read(find(paths, form=form, columns=columns, encoding=encoding, web=web), on_error)


def _read(found: Iterator[Found], on_error: OnError | None) -> Iterator[Document]:
    for one in found:
        try:
            if isinstance(one, InputError):
                raise one
            document = document_of(one) if isinstance(one, Raw) else one
        except InputError as error:
            if on_error is None:
                raise
            on_error(error)
        else:
            yield document
