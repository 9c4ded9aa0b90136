from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from geo.errors import ResourceError
from maps import page, vendored

FOLDERS = sorted(path.parent.name for path in (Path(vendored.__file__).parent / "assets").glob("*/SHA256SUMS"))


@pytest.mark.parametrize("name", FOLDERS)
def test_a_vendored_library_is_the_published_one(name: str, root: Path) -> None:
    folder = root / "maps" / "assets" / name
    listed = {line[66:]: line[:64] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    assert {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in listed} == listed
    files = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert files == {*listed, "SHA256SUMS", "README.md"}
    assert "LICENSE" in listed


def test_the_notice_names_every_vendored_library(root: Path) -> None:
    notice = (root / "NOTICE.md").read_text(encoding="utf-8")
    assert [name for name in FOLDERS if f"`maps/assets/{name}/`" not in notice] == []


@pytest.mark.parametrize("name", sorted(vendored.LIBRARIES))
def test_a_library_can_stand_in_a_page(name: str) -> None:
    file = vendored.LIBRARIES[name]
    told = vendored.style_sheet(file) if file.endswith(".css") else vendored.text(file)
    assert not re.search(r"</(?:script|style)|<!--|sourceMappingURL", told, re.I)
    if file.endswith(".css"):
        assert not re.search(r"url\((?!data:|#)", told)


def test_a_missing_file_names_the_mend() -> None:
    with pytest.raises(ResourceError, match=r"a part of the page, no/where.js, is missing \(No such file.*: reinstall"):
        vendored.text("no/where.js")


def test_a_file_that_is_no_text_names_the_mend() -> None:
    with pytest.raises(ResourceError, match=r"a part of the page, leaflet/images/layers.png, is damaged: reinstall"):
        vendored.text("leaflet/images/layers.png")


def test_our_scripts_lose_their_comments_and_nothing_else() -> None:
    ours = sorted(path.name for path in (Path(page.__file__).parent / "assets").glob("*.js"))
    for name in ours:
        script = (Path(page.__file__).parent / "assets" / name).read_text(encoding="utf-8")
        assert all(line.count("`") % 2 == 0 for line in script.splitlines() if not line.lstrip().startswith("*")), (
            f"{name}: a text goes over the end of a line"
        )
        kept = [line.strip() for line in script.splitlines() if line.strip()]
        terse = vendored.text(name).splitlines()
        dropped = [line for line in kept if line not in terse]
        assert all(line.startswith(("/*", "*", "//")) or line.endswith("*/") for line in dropped), name
