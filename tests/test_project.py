"""What the project promises as a whole: order of imports, what a wheel holds, and documentation that is true."""

from __future__ import annotations

import ast
import doctest
import inspect
import os
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import click
import pytest

import geo
import maps
from geo.version import __version__
from maps import __main__, cli
from tests.shown_output import DOCUMENTS, renewed

ORDER = (
    "version errors faults points extent provenance model names dates geodesy network joining strokes carriageways "
    "lines vicinities excerpts checked contents records cache masking adapters failures gate standing services "
    "headers addresses robots exchange web seeds packages installed_files sealed articles gazetteers geocoders roads "
    "trees learned recognizers corrections resolvers entries selection atlas focus writers engines pipeline reading "
    "parsing corpora explanation component evaluation training"
).split()
"""Modules and folders of ``geo``: each may import those before it and itself; ``maps`` comes after them all."""
UPWARD = {"geo.atlas": "geo.writers."}
"""Who may import what from above: methods of `Atlas` that users look for there, each one call of a writer."""
NOT_FOR_GEO = {"maps", "folium", "branca", "click", "rich"}
LAST_IN_MAPS = ("maps.cli", "maps.__main__")


def modules(root: Path, package: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(module: str, path: Path) -> Iterator[str]:
    """Yield the absolute name of everything that a module imports, wherever in it."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*parents, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def part(module: str) -> str:
    """Return which module or folder of its package a module is, or lies in; "" for the package itself."""
    return module.split(".")[1] if "." in module else ""


def test_imports_in_geo_point_down_the_order(root: Path) -> None:
    upward = [
        f"{module} imports {imported}"
        for module, path in modules(root, "geo")
        for imported in imports(module, path)
        if imported.split(".")[0] == "geo" and part(module) and part(imported) not in ("", part(module))
        if ORDER.index(part(imported)) >= ORDER.index(part(module))
        if not imported.startswith(UPWARD.get(module, "nothing"))
    ]
    assert upward == []


def test_every_module_of_geo_has_its_place_in_the_order(root: Path) -> None:
    assert {part(module) for module, _ in modules(root, "geo")} - {""} <= set(ORDER)


def test_geo_never_imports_what_draws_or_talks_to_users(root: Path) -> None:
    found = [
        f"{module} imports {imported}"
        for module, path in modules(root, "geo")
        for imported in imports(module, path)
        if imported.split(".")[0] in NOT_FOR_GEO
    ]
    assert found == []


def test_nothing_but_the_entry_imports_the_command(root: Path) -> None:
    found = [
        f"{module} imports {imported}"
        for module, path in modules(root, "maps")
        if module not in LAST_IN_MAPS
        for imported in imports(module, path)
        if imported.startswith(LAST_IN_MAPS)
    ]
    assert found == []


def test_the_architecture_names_every_module_and_folder(root: Path) -> None:
    text = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)/?`", text)) | {"__init__", "__main__"}
    parts = {part(module) for package in ("geo", "maps") for module, _ in modules(root, package)}
    assert {name for name in parts - {""} if not name.startswith("basemap_")} <= named


@pytest.mark.parametrize("package", [geo, maps])
def test_every_public_name_is_sorted_described_and_documented(package: ModuleType, root: Path) -> None:
    documented = re.findall(r"`(\w+)`", (root / "docs" / "architecture.md").read_text(encoding="utf-8"))
    assert list(package.__all__) == sorted(package.__all__)
    assert set(package.__all__) <= set(dir(package))
    for name in package.__all__:
        value = getattr(package, name)
        assert value.__name__ == name
        assert value.__module__.startswith(f"{package.__name__}.")
        assert inspect.getdoc(value), name
        assert not str(value.__doc__).startswith(f"{name}("), name  # what a dataclass without docstring gets
    assert set(package.__all__) <= set(documented)
    with pytest.raises(AttributeError, match=f"module '{package.__name__}' has no attribute 'nothing'"):
        package.nothing  # noqa: B018


def test_importing_the_packages_loads_nothing_heavy(root: Path) -> None:
    heavy = "spacy folium branca shapely numpy geopy geographiclib rich click sqlite3 filelock platformdirs"
    code = f"import sys, geo, maps; print(*(set({heavy.split()}) & set(sys.modules)))"
    process = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert process.stdout == "\n"


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_geo_maps_and_metadata_only(wheel: Path, root: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    info = f"placelines-{__version__}.dist-info"
    assert wheel.name == f"placelines-{__version__}-py3-none-any.whl"
    assert {name.split("/")[0] for name in names} == {"geo", "maps", info}
    assert {name for name in names if "__pycache__" in name or name.endswith(".pyc")} == set()
    data = ("geo/data", "maps/data", "maps/assets")
    expected = {str(path.relative_to(root)) for folder in data for path in (root / folder).rglob("*") if path.is_file()}
    expected |= {str(path.relative_to(root)) for package in ("geo", "maps") for path in (root / package).rglob("*.py")}
    expected |= {f"geo/_seeds/{path.name}" for path in (root / "seeds").iterdir()}
    expected |= {"geo/py.typed", "maps/py.typed"}
    expected |= {f"{info}/licenses/{name}" for name in ("LICENSE", "NOTICE.md", "DATA-LICENSES.md")}
    assert expected <= names


def test_the_wheel_names_the_command(wheel: Path) -> None:
    text = zipfile.ZipFile(wheel).read(f"placelines-{__version__}.dist-info/entry_points.txt").decode()
    assert "[console_scripts]\nplacelines = maps.__main__:main\n" in text
    assert EntryPoint("placelines", "maps.__main__:main", "console_scripts").load() is __main__.main


@pytest.mark.usefixtures("unpacked")
def test_the_wheel_works_by_itself(wheel: Path, sample: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    process = subprocess.run(
        [sys.executable, "-m", "maps", "map", str(sample), "-o", str(tmp_path / "out")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, "")
    assert (tmp_path / "out" / "map.html").stat().st_size > 100_000


def documents(root: Path) -> list[Path]:
    return [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").rglob("*.md"))]


def shell_commands(path: Path) -> Iterator[list[str]]:
    """Yield the words of each command in the shell blocks of a document; a pipe holds several."""
    for block in re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            for command in line.split(" | "):
                yield shlex.split(command, comments=True)


def commands(group: click.Group) -> Iterator[tuple[list[str], click.Command]]:
    """Yield the words and the command of everything that can be run, those of groups inside the group too."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from (([name, *words], inner) for words, inner in commands(command))
        else:
            yield [name], command


def test_documented_commands_exist_with_their_options(root: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE))
    seen = set()
    for path in documents(root):
        for words in shell_commands(path):
            if words and words[0] == "make":
                assert {word for word in words[1:] if "=" not in word} <= targets, path
                seen.update(words[1:])
            elif words and Path(words[0]).name == "placelines":
                depth, command = next(
                    (len(names), command) for names, command in commands(cli.cli) if words[1 : 1 + len(names)] == names
                )
                command.make_context(words[depth], words[1 + depth :])
                seen.add(words[1])
    assert {"map", "test", "check", "places"} <= seen


@pytest.mark.usefixtures("unpacked")
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_documents_show_what_the_command_prints(document: Path, root: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert text == renewed(text, root), "write it anew with: make docs"


def test_the_help_of_every_command_is_shown() -> None:
    text = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    shown = set(re.findall(r"^\$ placelines (.*) --help$", text, re.MULTILINE))
    assert shown == {" ".join(words) for words, _ in commands(cli.cli)}


def test_links_between_documents_lead_somewhere(root: Path) -> None:
    dead = [
        f"{path.relative_to(root)}: {target}"
        for path in [*documents(root), root / "CHANGELOG.md", root / "NOTICE.md", root / "DATA-LICENSES.md"]
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert dead == []


def test_the_library_example_is_true(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    failures, tries = doctest.testfile(str(root / "README.md"), module_relative=False)
    assert tries > 3
    assert failures == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"floods.html", "floods.geojson"}


@pytest.mark.usefixtures("unpacked")
def test_the_spacy_examples_are_true(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    failures, tries = doctest.testfile(str(root / "docs" / "spacy.md"), module_relative=False)
    assert tries > 15
    assert failures == 0
    assert {path.name for path in tmp_path.iterdir()} == {"floods.geojson"}


def test_nobody_is_told_to_install_from_an_index(root: Path) -> None:
    for path in documents(root):
        assert not re.search(r"pip install (-U )?['\"]?placelines\b", path.read_text(encoding="utf-8")), path


def test_every_exit_status_is_documented(root: Path) -> None:
    text = (root / "docs" / "formats.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| (\d+) \|", text, re.MULTILINE)) == set("0 1 2 3 4 5 6 130 143".split())


def test_make_lists_every_target(root: Path) -> None:
    command = ["make", "--no-print-directory", "help"]  # the tests may run under make themselves
    process = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    listed = {line.split()[1] for line in process.stdout.splitlines()}
    assert listed == set("map test check bench data docs hostile kill faults clean help".split())
