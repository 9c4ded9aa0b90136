"""``placelines convert`` and ``--formats``, as a person types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.writers import Format, formats
from geo.writers.formats import FORMATS, read_atlas, write
from maps import cli
from tests.world import ARTICLE, atlas_of

LOSSLESS = [form for form in FORMATS if form.read]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.cli, [str(argument) for argument in arguments])


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.json"
    write(atlas_of(ARTICLE), path)
    return path


@pytest.mark.parametrize("form", LOSSLESS, ids=lambda form: form.name)
def test_any_format_that_holds_everything_becomes_any_other_and_back(form: Format, story: Path) -> None:
    there, back = story.with_name(f"there{form.suffix}"), story.with_name("back.json")
    result = run("convert", story, "-o", there)
    assert (result.exit_code, result.stderr, result.stdout) == (0, "", f"wrote {there}\n")
    assert run("convert", there, "-o", back).exit_code == 0
    assert back.read_bytes() == story.read_bytes()


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_every_format_is_written_into_a_folder_under_its_names(form: Format, story: Path) -> None:
    out = story.parent / "a folder"
    result = run("convert", story, "-o", out, "--formats", form.name)
    assert result.exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == sorted(form.names)
    assert result.stdout == "".join(f"wrote {out / name}\n" for name in form.names)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_every_format_is_written_as_one_file(form: Format, story: Path) -> None:
    before = set(story.parent.iterdir())
    result = run("convert", story, "-o", story.parent / f"there{form.suffix}")
    assert result.exit_code == 0
    written = set(story.parent.iterdir()) - before
    assert written
    assert sorted(result.stdout.splitlines()) == [f"wrote {path}" for path in sorted(written)]


def test_a_folder_of_all_formats_is_read_back(story: Path) -> None:
    out = story.parent / "out"
    assert run("convert", story, "-o", out, "--formats", "all").exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == sorted(name for form in FORMATS for name in form.names)
    assert read_atlas(out) == atlas_of(ARTICLE)


def test_formats_are_named_as_people_type_them(story: Path) -> None:
    out = story.parent / "out"
    assert run("convert", story, "-o", out, "--formats", " JSON , geojson,json").exit_code == 0
    assert sorted(path.name for path in out.iterdir())[:2] == ["areas.geojson", "atlas.json"]


@pytest.mark.usefixtures("unpacked")
def test_the_page_made_of_a_file_is_the_page_made_of_the_article(sample: Path, tmp_path: Path) -> None:
    assert run("map", sample, "-o", tmp_path / "out", "--formats", "json").exit_code == 0
    page = tmp_path / "story.html"
    assert run("convert", tmp_path / "out", "-o", page, "--quiet").stdout == ""
    assert page.read_bytes() == (tmp_path / "out" / "map.html").read_bytes()


def test_what_is_there_stays_without_overwrite(story: Path) -> None:
    there = story.with_name("there.geojson")
    there.write_text("mine")
    result = run("convert", story, "-o", there)
    assert (result.exit_code, there.read_text()) == (4, "mine")
    assert result.stderr == f"placelines: {there}: it is there already; overwrite it, or give another name\n"
    assert run("convert", story, "-o", there, "--overwrite").exit_code == 0
    assert read_atlas(there) == atlas_of(ARTICLE)


def test_a_file_is_converted_onto_itself_when_that_is_said(story: Path) -> None:
    before = story.read_bytes()
    assert run("convert", story, "-o", story).exit_code == 4
    assert run("convert", story, "-o", story, "--overwrite").exit_code == 0
    assert story.read_bytes() == before


@pytest.mark.parametrize(
    ("source", "output", "options", "status", "message"),
    [
        (
            "story.json",
            "x.docx",
            [],
            2,
            "x.docx: its format is not known by its name; names that are end in .geojson, ",
        ),
        (
            "story.json",
            "plain",
            [],
            2,
            "plain: its name tells no format; end it as in .kml or .html, or give --formats",
        ),
        ("story.json", ".", [], 2, ": it is a folder; name a file in it, or say which --formats to write into it"),
        ("nowhere.json", "x.geojson", [], 3, "nowhere.json: there is no such file"),
        ("empty", "x.geojson", [], 3, "empty: no file in it holds the whole atlas; make it again with --formats json"),
        ("article.txt", "x.geojson", [], 2, "article.txt: its format is not known by its name"),
        ("other.geojson", "x.json", [], 3, "other.geojson: it holds no atlas; give a file that 'placelines map' wrote"),
        ("broken.json", "x.geojson", [], 3, "broken.json: it is no JSON ("),
        (
            "layer.geojson",
            "x.json",
            [],
            3,
            "layer.geojson: it holds one layer, not the whole atlas; give the atlas.json",
        ),
        ("story.json", "story.json/x.geojson", [], 4, "story.json: it is a file; give a folder to write into"),
        ("story.json", "out", ["--formats", "docx"], 2, "there is no format 'docx'; there are "),
        ("story.json", "out", ["--formats", " , "], 2, "it names no format"),
    ],
)
def test_what_cannot_be_converted_is_told_in_one_line(
    source: str, output: str, options: list[str], status: int, message: str, story: Path
) -> None:
    folder = story.parent
    (folder / "empty").mkdir()
    (folder / "article.txt").write_text("Idlib was quiet.")
    (folder / "other.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    (folder / "broken.json").write_text('{"generator": "placeli')
    run("convert", story, "-o", folder / "files", "--formats", "geojson")
    (folder / "files" / "places.geojson").rename(folder / "layer.geojson")
    result = run("convert", folder / source, "-o", folder / output, *options)
    assert result.exit_code == status
    assert message in result.stderr
    assert len([line for line in result.stderr.splitlines() if line and not line.startswith(("Usage:", "Try "))]) == 1
    assert not (folder / "out").exists()


def test_a_missing_extra_names_the_command_that_installs_it(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "is_installed", lambda form: form.extra is None)
    result = run("convert", story, "-o", story.with_suffix(".gpkg"))
    assert result.exit_code == 5
    assert result.stderr == "placelines: GeoPackage needs more: run \"python -m pip install 'placelines[gis]'\"\n"


def test_without_the_extra_the_usual_files_are_those_that_need_none(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maps.format_option.is_installed", lambda form: form.extra is None)
    result = run("map", sample, "-o", tmp_path)
    assert result.exit_code == 0
    assert not (tmp_path / "atlas.gpkg").exists()
    assert (tmp_path / "places.geojson").exists()
    left_out = "placelines: atlas.gpkg is left out: GeoPackage needs python -m pip install 'placelines[gis]'\n"
    assert left_out in result.stderr
    assert run("map", sample, "-o", tmp_path, "--quiet").stderr == ""
