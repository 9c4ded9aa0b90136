"""One run over inputs: each is told by its format, and its articles get their ids."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from ..errors import InputError
from .archive import members
from .columns import Columns
from .delimited import table_rows
from .ids import Ids
from .inputs import Input, input_of, is_address, sources
from .jsonl import json_rows, line_rows
from .kinds import (
    ARCHIVES,
    WARC_SUFFIXES,
    Container,
    Kind,
    form_by_magic,
    kind_by_content_type,
    kind_by_magic,
    kind_by_suffix,
)
from .packed import is_packed, shows_packed, unpacked
from .parquet import parquet_rows
from .raw import Form, Found, Raw
from .rows import Row, RowReader
from .source import Source

if TYPE_CHECKING:
    from ..exchange import Fetched
    from ..web import Web

OnInput: TypeAlias = Callable[[Input], None]
"""Is told of every file when it is begun."""

IsKnown: TypeAlias = Callable[[str], bool]
"""Tells of a link in a feed whether the article behind it was read another day."""

_TABLES: dict[Kind, Callable[[Source, RowReader, str | None], Iterator[Row]]] = {
    Container.JSONL: line_rows,
    Container.JSON: json_rows,
    Container.CSV: table_rows,
    Container.PARQUET: parquet_rows,
}
"""What yields the rows of tables."""


class Finder:
    """Finds the articles in inputs.

    Parameters
    ----------
    kind
        The format of all of them; None to tell it from each.
    columns
        Which column of rows holds what.
    encoding
        The encoding of all of them; None to find out.
    web
        Fetches addresses; None to refuse them.
    on_input
        Is told of every file.
    is_known
        Tells which links of feeds are not to be followed; None to follow all.
    """

    def __init__(
        self,
        kind: Kind | None,
        columns: Columns,
        encoding: str | None,
        web: Web | None,
        on_input: OnInput | None,
        is_known: IsKnown | None = None,
    ) -> None:
        self._kind, self._encoding, self._web, self._on_input = kind, encoding, web, on_input
        self._is_known = is_known
        self._ids = Ids()
        self._rows = RowReader(self._ids, columns)

    def find(self, given: str | os.PathLike[str]) -> Iterator[Found]:
        """Yield what an input holds; see `geo.articles.find`."""
        name = os.fspath(given)
        if is_address(name):
            yield from self._address(name)
            return
        for source in sources(name):
            if isinstance(source, InputError):
                yield source
                continue
            try:
                if self._on_input is not None:
                    self._on_input(input_of(source, with_digest=True))
                kind, told = self._told(source)
            except InputError as error:
                yield error
            else:
                yield from self._read(told, kind)

    def _address(self, url: str) -> Iterator[Found]:
        from .online import address_sources

        try:
            for source, told, fetched in address_sources(url, self._web):
                if self._on_input is not None:
                    self._on_input(told)
                yield from self._of_address(source, fetched)
        except InputError as error:
            yield error

    def _of_address(self, source: Source, fetched: Fetched | None) -> Iterator[Found]:
        said = None if fetched is None else kind_by_content_type(fetched.content_type)
        try:
            kind, told = self._told(source, said)
        except InputError as error:
            yield error
        else:
            yield from self._read(told, kind, fetched)

    def _told(self, source: Source, said: Kind | None = None) -> tuple[Kind, Source]:
        """Return the format of a source, and the source to read it from: `said` goes before its suffix."""
        name = source.file_name or ""
        if name.lower().endswith(WARC_SUFFIXES) and self._kind is None:
            return Container.WARC, source
        if is_packed(name):
            source = unpacked(source)
        by_suffix = kind_by_suffix(name)
        if self._kind is not None and (by_suffix not in ARCHIVES or self._kind in ARCHIVES):
            return self._kind, source
        if kind := said or by_suffix:
            return kind, source
        head, source = source.looked_into()
        if shows_packed(head):
            source = unpacked(source)
            head, source = source.looked_into()
        return kind_by_magic(head) or Form.TEXT, source

    def _read(self, source: Source, kind: Kind, fetched: Fetched | None = None) -> Iterator[Found]:
        match kind:
            case Form():
                yield self._article(source, kind, fetched)
            case _ if kind in _TABLES:
                yield from self._rows.documents(source, _TABLES[kind](source, self._rows, self._encoding))
            case Container.ZIP:
                yield from self._archive(source)
            case _:
                yield from self._records(source, kind, fetched)

    def _article(self, source: Source, form: Form, fetched: Fetched | None) -> Raw | InputError:
        try:
            data = source.article()
        except InputError as error:
            return error
        return Raw(
            id=self._ids.unused(source.stem if fetched is None else fetched.url),
            name=source.name,
            data=data,
            form=form if form is self._kind else form_by_magic(data, form),
            file_name=source.file_name if fetched is None else None,
            charset=self._encoding or (None if fetched is None else fetched.charset),
            url=None if fetched is None else fetched.url,
        )

    def _archive(self, archive: Source) -> Iterator[Found]:
        for member in members(archive):
            if isinstance(member, InputError):
                yield member
                continue
            try:
                kind, told = self._told(member)
            except InputError as error:
                yield error
                continue
            if kind in ARCHIVES:
                message = f"{member.name}: it is an archive in an archive, which is not opened; unpack it first"
                yield InputError(message, source=member.name)
            else:
                yield from self._read(told, kind)

    def _records(self, source: Source, kind: Container, fetched: Fetched | None) -> Iterator[Found]:
        """Yield the articles of feeds and web archives, which propose ids."""
        from .feed import read_feed
        from .warc import read_wacz, read_warc

        found: Iterator[Raw | InputError]
        if kind is Container.FEED:
            said = self._encoding or (None if fetched is None else fetched.charset)
            found = read_feed(source, web=self._web, is_known=self._is_known, charset=said)
        else:
            found = read_wacz(source) if kind is Container.WACZ else read_warc(source)
        for one in found:
            if isinstance(one, InputError):
                yield one
            else:
                # What a feed holds was decoded with it, or is a page elsewhere.
                charset = one.charset if kind is Container.FEED else self._encoding or one.charset
                yield replace(one, id=self._ids.unused(one.id), charset=charset)
