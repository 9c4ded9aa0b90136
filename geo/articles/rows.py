"""Rows of any table become documents: which column holds what, whose id is whose, and what is told once for a file."""

from __future__ import annotations

import datetime
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from ..dates import day_of
from ..errors import InputError, OptionError, TextWarning
from ..model import Document
from .columns import USUAL, Columns
from .ids import Ids, MadeUp
from .source import MAX_BYTES, Source
from .text import REPLACED, clean, count_replaced, mend_surrogates

NO_DAY = 'a "date" that is no ISO 8601 date, as in 2020-03-05, was left out'
"""What a warning says of dates that cannot be read."""

REPEATED = "rows that repeat the id and text of an earlier one were left out"
"""What a warning says of rows that tell nothing new."""

MOST_UNUSABLE = 20
"""A file whose first so many rows are all unusable is another kind of file, and refused as a whole."""

_MOST_COLUMNS = 40
"""Columns that a message lists."""
_LANGUAGE = re.compile("[a-z]{2,3}")
_NO_NAME = re.compile(r"[-+.\d]+$|https?://")
"""What no column is called."""

Row: TypeAlias = tuple[int, int, object]
"""The line of a row, for messages, 0 for the whole file; its number, for its id; and the record, or its error."""


class Told:
    """Something that happens to rows of a file, and is told once for all of them."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.count = self._first = 0

    def note(self, line: int) -> None:
        """Remember the first line, as soon as there is something to tell."""
        if self.count and not self._first:
            self._first = line

    def tell(self, name: str) -> None:
        """Warn of it, if it happened."""
        if self.count:
            message = f"{name}: {self.what} (count {self.count}, first in line {self._first})"
            warnings.warn(message, TextWarning, stacklevel=2)


class _Cleaner(Told):
    """Cleans texts, counting the characters that it replaced."""

    def __call__(self, text: str) -> str:
        cleaned = clean(text)
        if cleaned is not text:
            self.count += count_replaced(text, cleaned)
        return cleaned


class _DayReader(Told):
    """Reads days, counting what is none."""

    def __call__(self, value: object) -> datetime.date | None:
        day = day_of(value)
        self.count += day is None and value is not None
        return day


class RowReader:
    """Turns the rows of files into documents.

    Parameters
    ----------
    ids
        The ids of the run.
    columns
        Which column holds what.
    """

    def __init__(self, ids: Ids, columns: Columns) -> None:
        self.ids = ids
        self.columns = columns
        self._has_fitted = False

    def check_header(self, name: str, header: Iterable[str]) -> None:
        """Refuse a table that lacks a column that is needed, or was named.

        Raises
        ------
        InputError
            If it is only this table that does.
        OptionError
            If no table before had the columns that the user named.
        """
        there = list(header)
        if twice := sorted(name for name in self.columns.all if there.count(name) > 1):
            raise InputError(f"{name}: there are two columns {twice[0]!r:.80}; rename one", source=name)
        missing = sorted((self.columns.given | {self.columns.text}) - set(there))
        if missing:
            raise self._misfit(name, missing[0], there)

    def documents(self, source: Source, rows: Iterable[Row]) -> Iterator[Document | InputError]:
        """Yield the document of each row, or the error in its place; an error that ends the rows is the last.

        Warns
        -----
        TextWarning
            At the end of the file, if characters had to be replaced in it, or dates or rows left out.

        Raises
        ------
        OptionError
            If the first rows have no column that the user named for the text.
        """
        return self._unless_all_unusable(source.name, self._documents(source, _ended(rows)))

    def _documents(self, source: Source, rows: Iterable[Row]) -> Iterator[Document | InputError]:
        cleaner, day_reader, repeated = _Cleaner(REPLACED), _DayReader(NO_DAY), Told(REPEATED)
        name, file_name, columns = source.name, source.file_name, self.columns
        unseen, seen = set(columns.given | {columns.text}), dict[str, None]()
        prefix: str | None = None
        for line, number, record in rows:
            if isinstance(record, InputError):
                if line:
                    record.source, record.line = name, line
                yield record
                continue
            if unseen and isinstance(record, Mapping):
                unseen.difference_update(record)
                if len(seen) < _MOST_COLUMNS:
                    seen.update(dict.fromkeys(record))
                if columns.text in unseen and number >= MOST_UNUSABLE:
                    break
            where = f"{name}:{line}"
            try:
                is_nameless = isinstance(record, Mapping) and record.get(columns.id) is None
                if is_nameless and prefix is None:
                    prefix = self.ids.unused(source.stem)
                document = from_record(
                    record,
                    where=where,
                    file_name=file_name,
                    clean=cleaner,
                    day=day_reader,
                    columns=columns,
                    default_id=f"{prefix}-{number}" if is_nameless else None,
                )
                if is_nameless:
                    yield replace(document, id=MadeUp(self.ids.unused(document.id)))
                elif self._is_new(document, where):
                    yield document
                else:
                    repeated.count += 1
            except InputError as error:
                error.source, error.line = name, line
                yield error
            for told in (cleaner, day_reader, repeated):
                told.note(line)
        for told in (cleaner, day_reader, repeated):
            told.tell(name)
        if columns.text in unseen and seen:
            yield self._misfit(name, columns.text, seen)
        elif unseen and seen:
            message = f"{name}: no row has {_listed(sorted(unseen))}, but {_listed(seen)}"
            warnings.warn(message, TextWarning, stacklevel=2)

    def _is_new(self, document: Document, where: str) -> bool:
        """Take the id that a record brings, and return whether it is no repetition of an earlier one."""
        fate = self.ids.take(document.id, f"{document.title}\0{document.text}")
        if fate == "used":
            what = f"the id {document.id!r:.80} was used before with another text"
            raise InputError(f"{where}: {what}; give every record its own", document_id=document.id)
        return fate == "new"

    def _misfit(self, name: str, missing: str, there: Iterable[str]) -> InputError:
        """Return the error of a table without a column; raise it as OptionError if no table before had it."""
        there = list(there)
        message = f"{name}: there is no column {missing!r:.80}, but {_listed(there)}"
        if missing not in self.columns.given:
            if any(map(_NO_NAME.match, there)):
                message = f"{message}; its first line seems to be a row: put a header above it"
            return InputError(f"{message}; --{missing}-column says which one holds the {missing}", source=name)
        if not self._has_fitted:
            raise OptionError(message)
        return InputError(message, source=name)

    def _unless_all_unusable(self, name: str, rows: Iterator[Document | InputError]) -> Iterator[Document | InputError]:
        """Pass rows on, but one error instead of them when none of the first `MOST_UNUSABLE` can be used."""
        held: list[InputError] = []
        for row in rows:
            if isinstance(row, Document):
                self._has_fitted = True
                yield from held
                yield row
                yield from rows
                return
            if row.line is None:  # it is of the file, and says more than its rows do
                held = [row]
                break
            held.append(row)
            if len(held) == MOST_UNUSABLE:
                reason = str(held[0]).removeprefix(f"{name}:").partition(": ")[2]
                message = f"{name}: none of its first {len(held)} rows is a record ({reason}); give one a line"
                yield InputError(message, source=name)
                return
        yield from held


def from_record(
    record: object,
    *,
    where: str,
    file_name: str | None = None,
    clean: Callable[[str], str] = clean,
    day: Callable[[object], datetime.date | None] = day_of,
    columns: Columns = USUAL,
    default_id: str | None = None,
) -> Document:
    """Turn one parsed record into a document.

    Parameters
    ----------
    record
        Anything that JSON can hold. The text is needed; title, source, author and address may be missing or null, and
        so may the date; ``toponyms``, where there, become `Document.given_spans`, sorted and without repetition.
    where
        What messages call it: ``file:line``.
    file_name
        For `Document.file_name`.
    clean
        Applied to each text: makes it printable without moving an offset.
    day
        Applied to the date: the day that it names, None when it is none, which is no error.
    columns
        Under which keys they stand.
    default_id
        What the document is called when the record does not say it; None to refuse it then.

    Raises
    ------
    InputError
        If something needed is missing, or of another type or range, or its texts are longer than `MAX_BYTES`.

    Examples
    --------
    >>> from_record({"id": 7, "text": "Rome fell.", "toponyms": [{"start": 0, "end": 4}]}, where="a:1").given_spans
    ((0, 4),)
    >>> from_record({"id": 7}, where="a:1")
    Traceback (most recent call last):
        ...
    geo.errors.InputError: a:1: "text" is missing
    """
    record = _fitting(record, where)
    text = _text(record, columns.text, where, clean)
    if text is None or not text.strip():
        raise InputError(f'{where}: "{columns.text}" is {"missing" if text is None else "empty"}')
    return Document(
        id=_id(record, columns.id, where, default_id),
        text=text,
        title=_text(record, columns.title, where, clean),
        source=_text(record, columns.source, where, clean),
        file_name=file_name,
        given_spans=_spans(record, len(text), where),
        date=day(record.get(columns.date)),
        author=_words(record.get(columns.author), clean),
        url=_words(record.get(columns.url), clean),
        language=_language(record.get("language")),
    )


def _fitting(record: object, where: str) -> Mapping[str, object]:
    if not isinstance(record, Mapping):
        raise InputError(f"{where}: the row is not a JSON object")
    if sum(map(_size, record.values())) > MAX_BYTES:
        raise too_long(where)
    return record


def too_long(where: str) -> InputError:
    """Return the error of a row of more than `MAX_BYTES`."""
    return InputError(f"{where}: the row is longer than {MAX_BYTES >> 20} MiB; give one article a row")


def _size(value: object) -> int:
    """Return the bytes of a text in UTF-8; 0 for anything else."""
    if not isinstance(value, str):
        return 0
    return len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass"))


def _id(record: Mapping[str, object], key: str, where: str, default: str | None) -> str:
    value = record.get(key)
    if value is None and default is not None:
        return default
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        raise InputError(f'{where}: "{key}" is {"missing" if value is None else "not a text or number"}')
    return mend_surrogates(str(value))


def _text(record: Mapping[str, object], key: str, where: str, clean: Callable[[str], str]) -> str | None:
    value = record.get(key)
    if value is None:
        return None
    if isinstance(value, str):
        return clean(value)
    raise InputError(f'{where}: "{key}" is not a text')


def _words(value: object, clean: Callable[[str], str]) -> str | None:
    """Return a text, or texts behind commas: exports write several authors as a list; None for anything else."""
    if isinstance(value, list):
        value = ", ".join(word for word in value if isinstance(word, str))
    return clean(value).strip() or None if isinstance(value, str) else None


def _language(value: object) -> str | None:
    return value if isinstance(value, str) and _LANGUAGE.fullmatch(value) else None


def _spans(record: Mapping[str, object], length: int, where: str) -> tuple[tuple[int, int], ...] | None:
    toponyms = record.get("toponyms")
    if toponyms is None:
        return None
    if not isinstance(toponyms, list):
        raise InputError(f'{where}: "toponyms" is not a list')
    return tuple(sorted({_span(toponym, length, where) for toponym in toponyms}))


def _span(toponym: object, length: int, where: str) -> tuple[int, int]:
    match toponym:
        case {"start": int(start), "end": int(end)} if 0 <= start < end <= length:
            return int(start), int(end)
        case _:
            raise InputError(f"{where}: a toponym needs 0 <= start < end <= {length}, not {toponym!r:.80}")


def _ended(rows: Iterable[Row]) -> Iterator[Row]:
    try:
        yield from rows
    except InputError as error:
        yield 0, 0, error


def _listed(names: Iterable[str]) -> str:
    shown = [repr(name)[:80] for name in names]
    more = f" and {len(shown) - _MOST_COLUMNS} more" if len(shown) > _MOST_COLUMNS else ""
    return ", ".join(shown[:_MOST_COLUMNS]) + more
