"""Hostile articles: the file, and how the command must end.

::

    python -m tests.hostile.make_hostile FOLDER [--big]

The bytes are the same in every run. Ids and texts are data only: some try path traversal, shell, SQL and markup.
Groups: E bytes and encodings, S size and shape, N names and scripts, H markup, B records, C containers.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

STORM = "The storm hit Paris on Monday before moving on to Lyon and Marseille.\n"
MARKUP = (
    "Fire in Paris</script><script>alert(1)</script> and <img src=x onerror=alert(2)> Rome \" ' ` ${7*7} {{ 7*7 }} "
    "{% raw %} <%= 1 %> ]]> <!-- \\u2028\u2028"
)


@dataclass(frozen=True, slots=True)
class Case:
    """A hostile file and how the command must end when it is given."""

    file_name: str
    """Its suffix decides how it is read."""
    what: str
    """What is hostile about it."""
    content: bytes | Callable[[], bytes]
    """The file; a function where it is large."""
    exit_code: int = 0
    """Exit status."""
    says: str = ""
    """Part of what must stand on standard error."""

    @property
    def is_big(self) -> bool:
        """Whether it has several megabytes."""
        return callable(self.content)

    def write(self, folder: Path) -> Path:
        """Write the file."""
        path = folder / self.file_name
        path.write_bytes(self.content() if callable(self.content) else self.content)
        return path


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _records(records: Iterable[object]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def _articles(ids: Iterable[object], text: str = STORM) -> bytes:
    return _records({"id": key, "text": text} for key in ids)


def _zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _random(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


def _invented_names() -> str:
    """Make 10,000 different names that look like places."""
    starts = "Ba Ce Di Fo Gu Ka Le Mi No Pu".split()
    middles = "bra cle dri fro gum kal len mir nop pul".split()
    return " ".join(
        f"He left {start}{middle}{a}{b}ville."
        for start in starts
        for middle in middles
        for a in "abcdefghij"
        for b in "klmnopqrst"
    )


_ROW = json.dumps({"id": "1", "text": STORM})
_NOT_READ = "1 of the articles could not be read; the others are done"

CASES = (
    Case("E01.txt", "empty file", b"", 3, "it is empty"),
    Case("E02.txt", "only white space", _utf8(" \t\u00a0\u2003\r\n" * 50), 3, "it is empty"),
    Case("E03.txt", "random bytes", _random(1, 4096), 3, "it is binary data, not text"),
    Case("E04.txt", "PNG named .txt", b"\x89PNG\r\n\x1a\n" + _random(2, 500), 3, "it is a PNG image"),
    Case("E05.txt", "half a PDF named .txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", 3, "it is a damaged PDF"),
    Case("E06.txt", "gzip named .txt", gzip.compress(STORM.encode(), mtime=0), 3, "it is a gzip file"),
    Case("E07.txt", "UTF-16 with byte order mark", STORM.encode("utf-16")),
    Case("E08.txt", "UTF-16 without byte order mark", STORM.encode("utf-16-be"), 3, "it looks like UTF-16"),
    Case(
        "E09.txt",
        "Windows-1252",
        "He flew from São Paulo to Málaga and Zürich – “quietly”.".encode("cp1252"),
        says="count 6, first at 14",
    ),
    Case(
        "E10.txt",
        "UTF-8, then Latin-1",
        "From Zürich ".encode() + "to Málaga and Córdoba.".encode("latin-1"),
        says="count 2, first at 17",
    ),
    Case("E11.txt", "UTF-8 byte order mark", STORM.encode("utf-8-sig")),
    Case("E12.txt", "NUL inside words", b"Riots in Par\0is and Ber\0lin.\0\0", says="replaced (count 4)"),
    Case(
        "E13.txt",
        "control characters",
        _utf8("Fire in Rome\x01\x02\x08\x0b\x0c\x1b[31m and Oslo\ufffe\uffff\x7f."),
        says="replaced (count 9)",
    ),
    Case(
        "E14.jsonl",
        "lone surrogate",
        b'{"id":"a","text":"Flood in \\ud800Paris and Lima"}\n',
        says="E14.jsonl: unprintable characters were replaced (count 1, first in line 1)",
    ),
    Case("E15.txt", "every kind of line end", _utf8("Paris.\rLyon.\r\nNice.\nLille.\u2028Brest.\u2029Metz.")),
    Case("E16.txt", "decomposed accents", _utf8(unicodedata.normalize("NFD", "São Paulo, Córdoba and Łódź shook."))),
    Case(
        "E17.txt", "GB 18030", "北京和上海发生洪水。".encode("gb18030"), says="read as gb18030 (count 16, first at 0)"
    ),
    Case(
        "E18.txt",
        "overlong and invalid UTF-8",
        b"The trip went to Rome \xc0\xaf..\xc0\xaf etc \xed\xa0\x80 \xf5\x90\x80\x80 and on to Oslo",
        says="bytes that are not UTF-8 were read as",
    ),
    Case("S01.txt", "100 MB of text", lambda: STORM.encode() * (100 * 2**20 // len(STORM)), 3, "larger than 16 MiB"),
    Case("S02.txt", "one word of 10 MB", lambda: b"a" * 10**7),
    Case("S03.txt", "one word of 200 kB", b"aB1" * 66_667),
    Case("S04.txt", "just over a million characters", lambda: (STORM * 20_000).encode()[:999_990] + b" Oslo fell."),
    Case("S05.txt", "a place far into the text", _utf8("word " * 19_999 + "New York fell silent. " + "word " * 2000)),
    Case("S06.txt", "10,000 invented names", _utf8(_invented_names())),
    Case("S07.txt", "one name 10,000 times", b"Paris. " * 10_000),
    Case("S08.txt", "one sentence of 50,000 words", b"and the men of Paris went to Rome " * 6250),
    Case("S09.txt", "a million empty lines", b"\n" * 1_000_000, 3, "it is empty"),
    Case("S10.txt", "tower of combining marks", _utf8("Trip to P" + "\u0301" * 5000 + "aris and Rome.")),
    Case("S11.txt", "address of 100 kB", b"See http://" + b"a.b/" * 25_000 + b" in Paris"),
    Case(
        "S12.txt", "regular expression bait", b"a." * 20_000 + b" " + b"-" * 20_000 + b" " + b"'" * 20_000 + b" Paris"
    ),
    Case("N01.txt", "no names at all", b"Stir the butter and sugar until smooth, then add two eggs.\n"),
    Case("N02.txt", "capitals only", b"FLOODS HIT PARIS, LYON AND NEW YORK; US SENDS AID IN MAY\n"),
    Case("N03.txt", "small letters only", b"floods hit paris and lyon and new york\n"),
    Case("N04.txt", "Cyrillic and Greek letters in Latin names", _utf8("He lives in P\u0430ris and L\u03bfndon.\n")),
    Case("N05.txt", "zero-width characters", _utf8("Fire in Pa\u200bris, Lon\u200ddon and \ufeffRome\u2060.\n")),
    Case("N06.txt", "marks that reorder text", _utf8("Report from \u202esiraP\u202c and \u2066Rome\u2069.\n")),
    Case("N07.txt", "emoji and flags", _utf8("🇫🇷🇩🇪 Paris 🗼 👨‍👩‍👧‍👦 Berlin 🏴󠁧󠁢󠁳󠁣󠁴󠁿\n")),
    Case("N08.txt", "Arabic", _utf8("اندلعت حرائق في القاهرة ودمشق وبغداد.\n")),
    Case("N09.txt", "Cyrillic", _utf8("Взрывы прогремели в Киеве, Москве и Харькове.\n")),
    Case("N10.txt", "Chinese", _utf8("北京和上海发生洪水，广州和深圳降雨。\n" * 20)),
    Case("N11.txt", "ambiguous names", b"Paris, Texas, and Georgia (the country), not Georgia, USA. Springfield.\n"),
    Case("N12.txt", "people called like places", b"Paris Hilton met Jack London's fan Michael Jordan.\n"),
    Case("N13.txt", "names that nobody knows", b"The town of Xyzzyville and Qwrtpshire were evacuated.\n"),
    Case(
        "N14.txt", "name of 300 letters", b"Near Taumatawhakatangihangakoauauotamateapokai and " + b"Llan" * 75 + b".\n"
    ),
    Case("N15.txt", "names of one letter, and numbers", _utf8("He walked from Y to Å past 100 Mile House and 1770.\n")),
    Case("N16.txt", "bait for a search service", b'In [amenity=pub] Berlin, "New; York" & Rome?format=xml#x.\n'),
    Case("N17.txt", "bait for a query language", b'X"];out;rel(1);// and Y\\"](area:1);>; burned in Rome.\n'),
    Case("N18.txt", "bait for SQL", b"Fire in Rome'); DROP TABLE entry;-- and O'Fallon.\n"),
    Case("H01.txt", "markup of all sorts", _utf8(MARKUP)),
    Case("H02.jsonl", "markup in every field", _records([{"id": 'a"><b>', "title": MARKUP, "text": MARKUP}])),
    Case("H03.txt", "spreadsheet formulas", b'=HYPERLINK("http://x","Paris") +cmd|\' /C calc\'!A0 in Rome @SUM(1)\n'),
    Case("H04.html", "20,000 elements, one in another", b"<html><body>" + b"<div>" * 20_000 + b"<p>Rome burns</p>"),
    Case("H05.html", "a web page", b"<html><script>var c='Tokyo'</script><p>Rome burns</p>"),
    Case(
        "H06.txt", "a web page named .txt, of marks that are not closed", b"<html><p><b><i>Rome</b> burns<p>Oslo, too"
    ),
    Case(
        "H07.html",
        "XML entities",
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "Paris"><!ENTITY b "&a;&a;">]><html>&b;',
        3,
        "no article text found",
    ),
    Case(
        "H08.html",
        "a file in an entity",
        b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><html>&a;',
        3,
        "no article",
    ),
    Case(
        "H09.html",
        "an encoding that lies",
        "<meta charset=utf-8><p>Бои под Киевом и Харьковом шли весь день, и дорога закрыта.".encode("cp1251"),
        says="cp1251",
    ),
    Case(
        "H10.html", "a page of JavaScript", b"<div id=root></div><script>Tokyo</script>", 3, "(page needs JavaScript?)"
    ),
    Case("H11.html", "10,000 links", b"<a href=/x>Paris</a> <a href=/y>Lima</a> " * 5_000, 3, "most of it is links"),
    Case("H12.html", "an attribute of 300 kB", b"<p>Rome burns<img src='data:" + b"A" * 300_000 + b"'>"),
    Case("H13.html", "10,000 times <", b"<" * 10_000, 3, "no article text found"),
    Case(
        "B01.jsonl",
        "bad rows among good ones",
        "\n".join([_ROW, '{"id":"2","text":"Rom', "", "[1,2]", "null", '{"id":"3"}', _ROW.replace("1", "7")]).encode(),
        6,
        'B01.jsonl:6: "text" is missing',
    ),
    Case(
        "B02.csv",
        "bad rows among good ones, and a quote that is not closed",
        f'id,text\n1,{STORM}2\n3,Rome,Oslo\n4,"Lima\n5,Par\0is\n'.encode() + f"6,{STORM}".encode() * 20_000,
        6,
        'B02.csv:5: a quote (") is not closed within 1 MiB',
    ),
    Case(
        "B03.jsonl",
        "repeated ids",
        _articles(["a", "b", "a"]) + _articles(["a"], "Oslo fell."),
        6,
        "B03.jsonl:4: the id 'a' was used before with another text",
    ),
    Case(
        "B04.jsonl",
        "ids that are paths, commands and device names",
        _articles(["../../../pwn", "/etc/cron.d/x", "C:\\x", "NUL", ".", "x" * 300, "\u202egpj.exe", "$(id)", "a\nb"]),
    ),
    Case("B05.jsonl", "ids that differ in case or normal form", _articles(["A", "a", "\u00e9", "e\u0301"])),
    Case("B06.jsonl", "ids of every type", _articles([1, 1.5, True]), 6, 'B06.jsonl:3: "id" is not a text or number'),
    Case("B07.jsonl", "last row cut", f"{_ROW}\n{_ROW[:-9]}".encode(), 6, _NOT_READ),
    Case("B08.jsonl", "100,000 brackets", f"{_ROW}\n{'[' * 100_000}\n".encode(), 6, "B08.jsonl:2: the row is nested"),
    Case(
        "B09.jsonl",
        "a row of 60 MB",
        lambda: f"{_ROW}\n".encode() + b'{"id":"2","text":"' + b"Paris is big. " * (60 * 2**20 // 14) + b'"}\n',
        6,
        "B09.jsonl:2: the row is longer than 16 MiB",
    ),
    Case(
        "B11.jsonl",
        "huge numbers and repeated keys",
        b'{"id":"1","text":"Paris","n":' + b"9" * 5000 + b'}\n{"id":"2","id":"3","text":"Rome"}\n'
        b'{"id":"4","text":"Oslo","x":1e999}\n',
        6,
        "2 of the articles could not be read",
    ),
    Case(
        "C01.zip",
        "paths, devices and escapes in the names of members",
        _zipped(
            dict.fromkeys(["../../x.txt", "/etc/cron.d/x.txt", "C:\\x.txt", "\x1b[31m.txt", "NUL"], STORM.encode())
        ),
    ),
    Case(
        "C02.zip",
        "archive in an archive",
        _zipped({"a.zip": _zipped({"a.txt": STORM.encode()}), "b.txt": STORM.encode()}),
        6,
        "C02.zip/a.zip: it is an archive in an archive, which is not opened",
    ),
    Case("C03.zip", "bomb", lambda: _zipped({"a.txt": bytes(1 << 30)}), 3, "C03.zip/a.txt: it is larger than 16 MiB"),
    Case(
        "C04.jsonl.gz",
        "bomb behind a row",
        lambda: gzip.compress(f"{_ROW}\n".encode() + b" " * (300 << 20), mtime=0),
        6,
        "more than 250 times its size, and 256 MiB, come out of it",
    ),
    Case("B12.jsonl", "byte order mark and Windows line ends", b"\xef\xbb\xbf" + _ROW.encode() + b"\r\n"),
    Case(
        "R01.txt",
        "2,000 roads between two towns",
        _utf8(" ".join(f"The M{n} highway, which links Aleppo and Latakia, is shut." for n in range(2000))),
    ),
    Case("R02.txt", "20,000 roads in a list", _utf8(f"In Syria: {', '.join(f'M{n} highway' for n in range(20_000))}.")),
    Case(
        "R03.txt",
        "bait in the numbers and names of roads",
        _utf8(
            'In Syria the M4"];out;rel(1);// highway, the M4\x1b[31m highway, the {{7*7}} Highway, the <b>M5</b> '
            "motorway, the M4'); DROP TABLE segments;-- road and the ../../M4 highway are shut near Aleppo.\n"
        ),
    ),
)
"""All cases, by file name."""


def main() -> None:
    """Write the files into a folder."""
    parser = argparse.ArgumentParser(description="Write hostile articles into a folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--big", action="store_true", help="also those of several megabytes")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for case in CASES:
        if options.big or not case.is_big:
            case.write(options.folder)


if __name__ == "__main__":
    main()
