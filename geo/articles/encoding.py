"""Bytes of unknown encoding become text, and what is no text is refused by name.

Encodings are tried in this order: the one that is said, the byte order mark, UTF-8, and for what is not UTF-8 the one
that charset-normalizer finds; without it, and in texts that are UTF-8 elsewhere, the Windows code page 1252, in which
most Western text that is not UTF-8 was written.
"""

from __future__ import annotations

import codecs
import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from ..errors import InputError, OptionError, TextWarning
from .other_formats import NO_TEXT, control_share, refuse_other_formats
from .source import Source

_WINDOWS_1252 = "cp1252"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MOST_NOT_UTF8 = 0.3
"""A larger share of bytes that are not UTF-8 is not Western text: accented letters are under a tenth of it."""
_FEW_CONTROLS = 0.02
"""Text in an encoding that is not known has hardly any control bytes, compressed or random bytes have a tenth."""
# Those that the WHATWG Encoding Standard names: what news was written in. The code pages of DOS and the Macintosh,
# which charset-normalizer tries too, differ from them in so few letters that short texts are taken for them.
_DETECTABLE = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874", "cp866"),
    *("koi8_r", "koi8_u", "iso8859_2", "iso8859_5", "iso8859_6", "iso8859_7", "iso8859_8"),
    *("gb18030", "big5", "cp932", "euc_jp", "cp949"),
)
_DETECTED_IN = 1 << 16
"""Bytes from the line of the first one that is not UTF-8 that its encoding is told from."""
_CLEARLY_BETTER = 0.03
"""Difference in coherence (charset-normalizer's share of letters that are usual in a language) that is no chance."""

# Python marks a byte that is not UTF-8 as a lone surrogate (PEP 383); code page 1252 leaves five of them undefined.
_FROM_CP1252 = {0xDC00 + byte: bytes([byte]).decode(_WINDOWS_1252, "replace") for byte in range(0x80, 0x100)}
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_NOT_ASCII = re.compile("[^\x00-\x7f\udc80-\udcff]")


def decode(data: bytes, name: str, charset: str | None = None) -> str:
    r"""Turn the bytes of plain text into text, dropping a byte order mark.

    Parameters
    ----------
    data
        The whole article.
    name
        What messages call it.
    charset
        Its encoding, where that is said; None to find out.

    Raises
    ------
    InputError
        If the bytes are another kind of file, or text in an encoding that cannot be told.

    Warns
    -----
    TextWarning
        If an encoding was guessed, or some bytes do not belong to the one that was said.

    Examples
    --------
    >>> decode("\ufeffZürich".encode(), "a.txt"), decode(b"", "a.txt"), decode(b"Z\xfcrich", "a.txt", "latin-1")
    ('Zürich', '', 'Zürich')
    >>> decode(b"%PDF-1.7", "a.txt")
    Traceback (most recent call last):
        ...
    geo.errors.InputError: a.txt: it is a PDF document, not text; give --format pdf
    """
    if charset is None and marked_encoding(data) is None:
        refuse_other_formats(data.removeprefix(codecs.BOM_UTF8), name)
    return decode_text(data, name, charset)


def decode_text(data: bytes, name: str, charset: str | None = None) -> str:
    r"""Do what `decode` does, for bytes that are known to be text of some kind.

    Raises
    ------
    InputError
        If the encoding cannot be told.

    Warns
    -----
    TextWarning
        As for `decode`.

    Examples
    --------
    >>> decode_text(b"<html>", "a.html"), decode_text(b"<html>", "a.html", "no such encoding")
    ('<html>', '<html>')
    """
    said = None if charset is None else known_encoding(charset)
    if said is not None:
        return _decode_said(data, said, name)
    mark = marked_encoding(data)
    if mark is not None:
        return _decode_marked(data, mark, name)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_guessed(data, error.start, name)


def known_encoding(label: str) -> str | None:
    """Return what Python calls an encoding of text, None for what is none.

    Latin-1 is read as Windows-1252, which has letters where it has control characters (WHATWG Encoding Standard,
    section 4.2).

    Examples
    --------
    >>> known_encoding(" Latin1 "), known_encoding("x-klingon"), known_encoding("base64")
    ('cp1252', None, None)
    """
    try:
        info = codecs.lookup(label.strip())
        "".encode(info.name)
    except (LookupError, ValueError):
        return None
    return _WINDOWS_1252 if info.name in {"iso8859-1", "ascii"} else info.name


def asked_encoding(label: str | None) -> str | None:
    """Return what Python calls an encoding that a user names; OptionError if there is none of that name."""
    found = None if label is None else known_encoding(label)
    if label is not None and found is None:
        raise OptionError(f"{label!r:.80} is no encoding; give one as in utf-8, windows-1252 or gb18030")
    return found


def marked_encoding(data: bytes) -> str | None:
    """Return the encoding that a byte order mark of UTF-16 or UTF-32 names, None without one.

    Examples
    --------
    >>> marked_encoding("Rome".encode("utf-16")[:6]), marked_encoding(b"Rome")
    ('utf-16-le', None)
    """
    return next((encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)), None)


@contextmanager
def opened_as_utf8(source: Source, encoding: str | None = None) -> Iterator[io.BufferedReader]:
    """Open for reading rows in UTF-8.

    Parameters
    ----------
    source
        What to open.
    encoding
        Its encoding; None for what a byte order mark says, else UTF-8. UTF-8 is not checked; bytes that do not belong
        to another one become U+FFFD.

    Raises
    ------
    InputError
        As for `Source.open`.

    Warns
    -----
    TextWarning
        At the end, if there were bytes that do not belong to another encoding.
    """
    with source.open() as opened:
        stream = _buffered(opened)
        wanted = encoding or marked_encoding(stream.peek(4))
        if wanted is None or wanted == "utf-8":
            yield stream
        else:
            recoded = _Recoded(stream, wanted)
            yield _buffered(recoded)
            if recoded.count:
                warnings.warn(_replaced(source.name, wanted, recoded.count, recoded.first), TextWarning, stacklevel=3)


def detect(data: bytes) -> str | None:
    """Return the encoding of text that is not UTF-8, None where charset-normalizer is missing or cannot tell.

    For text that is ASCII for the most part Windows-1252 is taken, unless another one is clearly better.

    Parameters
    ----------
    data
        A part of the text.
    """
    try:
        from charset_normalizer import from_bytes
    except ImportError:  # it comes with the extra "articles"
        return None
    matches = [match for match in from_bytes(data, cp_isolation=list(_DETECTABLE)) if match.encoding in _DETECTABLE]
    if not matches:
        return None
    best = matches[0]
    usual = [match for match in matches if _WINDOWS_1252 in (match.encoding, *match.could_be_from_charset)]
    is_western = sum(byte > 0x7F for byte in data) <= _MOST_NOT_UTF8 * len(data)
    is_better = best.coherence > max((match.coherence for match in usual), default=0) + _CLEARLY_BETTER
    return _WINDOWS_1252 if is_western and not is_better else best.encoding


class LineDecoder:
    """Decodes the lines of a file one at a time, as UTF-8 where they are and else as what their neighbours show.

    Parameters
    ----------
    name
        What messages call the file.
    is_said
        Whether somebody said that it is UTF-8: bytes that are not become U+FFFD then.
    """

    def __init__(self, name: str, *, is_said: bool) -> None:
        self._name, self._is_said = name, is_said
        self._encoding: str | None = None
        self._count = self._first = self._read = 0

    def __call__(self, line: bytes, stream: io.BufferedReader) -> str:
        """Decode a line; the stream is at its end, and is looked at for more of the same."""
        self._read += len(line)
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError as error:
            if not self._count:
                self._first = self._read - len(line) + error.start
            return self._as_said(line) if self._is_said else self._as_guessed(line, stream)

    def tell(self) -> None:
        """Warn, if something was guessed or replaced."""
        if self._count:
            message = (
                _replaced(self._name, "utf-8", self._count, self._first)
                if self._encoding is None
                else _guessed(self._name, self._encoding, self._count, self._first)
            )
            warnings.warn(message, TextWarning, stacklevel=2)

    def _as_said(self, line: bytes) -> str:
        text = line.decode("utf-8", "replace")
        self._count += text.count("\ufffd")
        return text

    def _as_guessed(self, line: bytes, stream: io.BufferedReader) -> str:
        text = line.decode("utf-8", "surrogateescape")
        if self._encoding is None:
            more = stream.peek(_DETECTED_IN)
            self._encoding = detect(line + more[: more.rfind(b"\n") + 1]) or _WINDOWS_1252
        self._count += len(_NOT_UTF8.findall(text))
        is_western = self._encoding == _WINDOWS_1252
        return text.translate(_FROM_CP1252) if is_western else line.decode(self._encoding, "replace")


class _Recoded(io.RawIOBase):
    """Reads a stream in another encoding as UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ahead = b""
        self._read = 0
        self.count = self.first = 0
        """How many characters stand for bytes that do not belong to the encoding, and where the first of those is."""
        self._is_at_end = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: any buffer
        while not (self._ahead or self._is_at_end):
            data = self._stream.read(1 << 15)
            self._is_at_end = not data
            self._ahead = self._decoded(data).encode("utf-8", "replace")
            self._read += len(data)
        count = min(len(buffer), len(self._ahead))
        buffer[:count], self._ahead = self._ahead[:count], self._ahead[count:]
        return count

    def _decoded(self, data: bytes) -> str:
        before = self._decoder.getstate()
        try:
            return self._decoder.decode(data, self._is_at_end)
        except UnicodeDecodeError as error:
            if not self.count:
                self.first = self._read - len(before[0]) + error.start
        self._decoder.setstate(before)
        self._decoder.errors = "replace"
        text = self._decoder.decode(data, self._is_at_end)
        self._decoder.errors = "strict"
        self.count += text.count("\ufffd")
        return text


def _decode_said(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        text = data.decode(encoding, "replace")
        warnings.warn(_replaced(name, encoding, text.count("\ufffd"), error.start), TextWarning, stacklevel=4)
        return text.removeprefix("\ufeff")


def _decode_marked(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        message = (
            f"{name}: it starts as {encoding[:6].upper()} text but is damaged at byte {error.start}; save it as UTF-8"
        )
        raise InputError(message, source=name) from error


def _decode_guessed(data: bytes, first: int, name: str) -> str:
    text = data.decode("utf-8", "surrogateescape")
    count = len(_NOT_UTF8.findall(text))
    is_western = count <= _MOST_NOT_UTF8 * len(data)
    if not is_western and control_share(data) > _FEW_CONTROLS:
        raise InputError(f"{name}: it is binary data, not text; {NO_TEXT}", source=name)
    # Where other letters are UTF-8, a piece of another text was pasted in, and only its bytes are in question.
    found = None if is_western and _NOT_ASCII.search(text) else detect(_sample(data, first))
    if found is None and not is_western:
        raise InputError(f"{name}: its encoding cannot be told; {_how_to_tell()}", source=name)
    encoding = found or _WINDOWS_1252
    warnings.warn(_guessed(name, encoding, count, first), TextWarning, stacklevel=4)
    return text.translate(_FROM_CP1252) if encoding == _WINDOWS_1252 else data.decode(encoding, "replace")


def _how_to_tell() -> str:
    try:
        import charset_normalizer  # noqa: F401
    except ImportError:
        return "say it (--encoding NAME), or run \"python -m pip install 'placelines[articles]'\", which finds it out"
    return "say it (--encoding NAME), or convert it to UTF-8 first (iconv -f NAME -t UTF-8)"


def _guessed(name: str, encoding: str, count: int, first: int) -> str:
    called = "Windows-1252" if encoding == _WINDOWS_1252 else encoding
    return f"{name}: bytes that are not UTF-8 were read as {called} (count {count}, first at {first})"


def _replaced(name: str, encoding: str, count: int, first: int) -> str:
    return f"{name}: bytes that are not {encoding} were replaced (count {count}, first at {first})"


def _buffered(stream: BinaryIO | io.RawIOBase) -> io.BufferedReader:
    if isinstance(stream, io.BufferedReader):
        return stream
    return io.BufferedReader(stream, _DETECTED_IN)  # type: ignore[arg-type]  # all that it needs is readinto


def _sample(data: bytes, first: int) -> bytes:
    """Return the part of a text around its first byte in question, from the start of a line where one is near."""
    start = max(data.rfind(b"\n", 0, first) + 1, first - _DETECTED_IN // 2)
    return data[start : start + _DETECTED_IN]
