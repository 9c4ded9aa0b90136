"""The command, with a geoparser that knows only the names of `tests.world`."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.atlas import Atlas
from geo.corrections import Corrections
from geo.errors import GeocodingError, PlacelinesWarning, ResourceError
from geo.model import Document
from geo.version import __version__
from geo.writers.formats import USUAL, format_named, read_atlas
from maps import cli
from maps.settings import Settings, cache_folder
from tests.world import ARTICLE, MIN_CONFIDENCE, RUN, SmallGazetteer, atlas_of


class FakeGeoparser:
    """Finds the names of the small world; `asked` keeps how it was asked."""

    def __init__(self) -> None:
        self.gazetteer = SmallGazetteer()
        self.min_confidence = MIN_CONFIDENCE
        self.settings: list[Settings] = []
        self.mentions: list[str] = []
        self.corrections = Corrections()

    def parse_each(self, documents: Iterable[Document], *, mentions: str = "found") -> Iterator[Atlas]:
        self.mentions.append(mentions)
        for document in documents:
            if "meteor" in document.text:
                raise ResourceError("the model is damaged: install it again")
            if "comet" in document.text:
                raise GeocodingError("nominatim.invalid: no answer")
            if "eclipse" in document.text:
                raise KeyboardInterrupt
            if "omen" in document.text:
                warnings.warn("the cache\nis \x1b[31mold", PlacelinesWarning, stacklevel=1)
            yield atlas_of(document)


@pytest.fixture(autouse=True)
def geoparser(monkeypatch: pytest.MonkeyPatch) -> FakeGeoparser:
    fake = FakeGeoparser()

    def make(settings: Settings, corrections: Corrections | None = None, **_: object) -> FakeGeoparser:
        fake.settings.append(settings)
        fake.corrections = corrections or Corrections()
        return fake

    monkeypatch.setattr(cli, "make_geoparser", make)
    monkeypatch.setattr("maps.page.render", lambda atlas, **_: f"<!doctype html><p>{len(atlas.places)}</p>")
    monkeypatch.delenv("PLACELINES_CACHE", raising=False)
    return fake


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "ceasefire.txt"
    path.write_text(ARTICLE.text)
    return path


def run(*arguments: object, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli.cli, [str(argument) for argument in arguments], input=given)


def test_map_writes_all_files_and_says_where(article: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("map", article, "-o", out)
    assert (result.exit_code, result.stderr) == (0, "")
    names = [cli.PAGE, *(name for form in USUAL for name in format_named(form).names)]
    assert {"places.geojson", "atlas.json"} < set(names)
    assert sorted(path.name for path in out.iterdir()) == sorted(names)
    assert result.stdout.splitlines()[-len(names) :] == [f"wrote {out / name}" for name in names]
    assert (out / "map.html").read_text() == "<!doctype html><p>4</p>"
    places = json.loads((out / "places.geojson").read_text())
    assert [feature["properties"]["name"] for feature in places["features"]] == ["Idlib", "Syria", "Aleppo", "Latakia"]
    assert {feature["properties"]["tool_version"] for feature in places["features"]} == {RUN.tool_version}
    assert json.loads((out / "lines.geojson").read_text())["features"][0]["properties"]["road_ref"] == "M4"
    assert len(json.loads((out / "mentions.geojson").read_text())["features"]) == 6
    assert read_atlas(out).places == atlas_of(ARTICLE).places


def test_map_again_replaces_its_files_whole(article: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("map", article, "-o", out)
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    run("map", article, "-o", out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first
    assert run("map", "-", "-o", out, given="Aleppo.").exit_code == 0
    assert len(json.loads((out / "mentions.geojson").read_text())["features"]) == 1


def test_table_shows_what_was_found(article: Path) -> None:
    result = run("places", article)
    head, _, idlib, syria, *rest = result.stdout.splitlines()
    assert head.split() == "Name Kind Country Role Mentions Confidence Gazetteer id".split()
    assert idlib.split() == "Idlib settlement SY literal 2 0.90 geonames:169389".split()
    assert syria.split() == "Syria (Syrian) country SY demonym 1 0.80 geonames:163843".split()
    assert rest[-1] == "Not resolved: Xyzzyville"
    assert rest[-2].split()[-4:] == "literal 1 0.90 highways:SY-M4".split()


def test_no_places_is_a_result(tmp_path: Path) -> None:
    result = run("map", "-", "-o", tmp_path, given="Stir the butter and sugar until smooth.")
    assert result.exit_code == 0
    assert result.stdout.startswith("No places found.\n")
    assert json.loads((tmp_path / "places.geojson").read_text())["features"] == []


def test_jsonl_prints_one_document_a_line(article: Path) -> None:
    result = run("places", article, "-", "--format", "jsonl", given="Aleppo.")
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(document["id"], len(document["toponyms"])) for document in documents] == [("ceasefire", 7), ("stdin", 1)]


def test_jsonl_prints_each_document_before_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id":1,"text":"Aleppo."}\n{"id":2,"text":"A meteor."}\n')
    result = run("places", path, "--format", "jsonl")
    assert json.loads(result.stdout)["id"] == "1"
    assert (result.exit_code, result.stderr) == (5, "placelines: the model is damaged: install it again\n")


def test_geojson_prints_places_and_lines_as_one_collection(article: Path) -> None:
    features = json.loads(run("places", article, "--format", "geojson").stdout)["features"]
    assert [feature["geometry"]["type"] for feature in features] == ["Point"] * 4 + ["LineString"]


def test_options_reach_the_geoparser(article: Path, geoparser: FakeGeoparser, tmp_path: Path) -> None:
    geocoder = ("--geocoder", "photon", "--geocoder-url", "http://127.0.0.1:9/", "--geocoders", "keys.toml")
    options = ("--online", *geocoder, "--cache", tmp_path, "--refresh", "--model", "xx", "--debug")
    assert run("places", article, *options).exit_code == 0
    expected = Settings(
        "xx",
        "found",
        online=True,
        quiet=False,
        debug=True,
        geocoder="photon",
        geocoder_url="http://127.0.0.1:9/",
        geocoders=Path("keys.toml"),
        cache=tmp_path,
        refresh=True,
    )
    assert (geoparser.settings, geoparser.mentions) == ([expected], ["found"])


def test_gazetteers_are_chosen_by_name(article: Path, geoparser: FakeGeoparser) -> None:
    run("places", article)
    run("places", article, "--gazetteer", "mission", "--gazetteer", "geonames")
    assert [settings.gazetteers for settings in geoparser.settings] == [(), ("mission", "geonames")]


def test_a_day_dates_the_articles_that_bring_none(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id":1,"text":"Aleppo.","date":"2019-01-02T23:00:00Z"}\n{"id":2,"text":"Idlib."}\n')
    days = {}
    for options in ((), ("--date", "2020-03-05")):
        result = run("places", path, "-", "--format", "jsonl", *options, given="Latakia.")
        days[options] = [json.loads(line)["date"] for line in result.stdout.splitlines()]
    assert days == {
        (): ["2019-01-02", None, None],
        ("--date", "2020-03-05"): ["2019-01-02", "2020-03-05", "2020-03-05"],
    }


@pytest.fixture
def corrections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("maps.settings.open_gazetteer", lambda *_, **__: SmallGazetteer())
    path = tmp_path / "corrections.csv"
    path.write_text("text,place\nIdlib,geonames:170063\nFoo,not a place\n")
    return path


def test_corrections_reach_the_geoparser_and_what_they_did_is_told(
    article: Path, corrections: Path, geoparser: FakeGeoparser
) -> None:
    result = run("places", article, "--corrections", corrections)
    assert [row.text for row in geoparser.corrections.rows] == ["Idlib", "Foo"]
    # The fake geoparser corrects nothing.
    assert (result.exit_code, result.stderr.splitlines()) == (
        0,
        [
            "placelines: warning: corrections.csv: row 2: 'Idlib' was found in no article",
            "placelines: warning: corrections.csv: row 3: 'Foo' was found in no article",
            "placelines: corrections.csv: 0 of the mentions corrected, 0 left out as not a place",
        ],
    )
    assert run("places", article, "--corrections", corrections, "--quiet").stderr == ""


def test_several_files_of_corrections_reach_the_geoparser(
    article: Path, corrections: Path, geoparser: FakeGeoparser, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text("text,place\nBar,not a place\n", encoding="utf-8")
    assert run("places", article, "--corrections", corrections, "--corrections", other).exit_code == 0
    assert [(row.file, row.text) for row in geoparser.corrections.rows] == [
        ("corrections.csv", "Idlib"),
        ("corrections.csv", "Foo"),
        ("other.csv", "Bar"),
    ]


def test_a_fault_in_the_corrections_is_found_before_any_article_is_read(
    corrections: Path, tmp_path: Path, geoparser: FakeGeoparser
) -> None:
    corrections.write_text("text,place\nIdlib,geonames:170063\nFoo,geonames:1\n")
    result = run("map", tmp_path / "nope.txt", "-o", tmp_path / "out", "--corrections", corrections)
    assert (result.exit_code, result.stdout, geoparser.settings) == (2, "", [])
    (line,) = result.stderr.splitlines()
    assert line.startswith("placelines: corrections.csv: row 3: no gazetteer knows the place 'geonames:1'; install ")
    assert not (tmp_path / "out").exists()


def test_the_cache_folder_may_come_from_the_environment(
    article: Path, geoparser: FakeGeoparser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACELINES_CACHE", "/somewhere")
    run("places", article)
    assert cache_folder(geoparser.settings[0]) == Path("/somewhere")


def test_given_mentions_need_toponyms_in_the_record(tmp_path: Path, geoparser: FakeGeoparser) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id":1,"text":"Aleppo.","toponyms":[{"start":0,"end":6}]}\n{"id":2,"text":"Idlib."}\n')
    result = run("places", path, "--mentions", "given", "--format", "jsonl")
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["1"]
    message = "placelines: a.jsonl: article '2' has no \"toponyms\", which --mentions given needs"
    assert result.stderr.splitlines()[0] == message
    assert (result.exit_code, geoparser.mentions) == (6, ["given"])


def test_records_without_toponyms_are_told_once_for_a_file(article: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f'{{"id":{n},"text":"Idlib."}}\n' for n in range(300)))
    result = run("places", path, article, "--mentions", "given")
    assert (result.exit_code, result.stderr.splitlines()) == (
        3,
        [
            "placelines: a.jsonl: 300 articles, first '0', have no \"toponyms\", which --mentions given needs",
            "placelines: ceasefire.txt: article 'ceasefire' has no \"toponyms\", which --mentions given needs",
        ],
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("mpa",), "No such command 'mpa'. Did you mean 'map'?"),
        (("places", "x", "--debugg"), "No such option '--debugg'. Did you mean '--debug'?"),
        (("places",), "Missing argument 'FILE...'."),
        (("map", "x"), "Missing option '-o' / '--output'."),
        (("map", "x", "-o", ""), "Invalid value for '-o' / '--output': it is empty"),
        (("places", ""), "Invalid value for 'FILE...': it is empty"),
        (("places", "x", "--format", "xml"), "'xml' is not one of 'table', 'jsonl', 'geojson'."),
        (("places", "x", "--date", "5.3.2020"), "'5.3.2020' is no day: give year, month and day, as in 2020-03-05"),
        (("places", "x", "--date", "2020-02-30"), "'2020-02-30' is no day"),
        (("places", "x", "--corrections", ""), "Invalid value for '--corrections': it is empty"),
        (("places", "x", "--online", "--geocoder-url", "file:///etc/passwd"), "is not an http or https address"),
        (("places", "x", "--online", "--geocoder-url", "http:///x"), "is not an http or https address"),
        (("places", "x", "--online", "--overpass-url", "http://[::1"), "is not an address: Invalid IPv6 URL"),
    ],
)
def test_wrong_usage_is_told_with_the_nearest_right_one(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--geocoder-url", "http://127.0.0.1"), "--geocoder-url needs --online, --dry-run or --replay"),
        (("--geocoder", "photon"), "--geocoder needs --online, --dry-run or --replay"),
        (("--geocoders", "keys.toml"), "--geocoders needs --online, --dry-run or --replay"),
        (("--overpass-url", "http://127.0.0.1"), "--overpass-url needs --online, --dry-run or --replay"),
        (("--no-cache",), "--no-cache needs --online or --dry-run"),
        (("--refresh", "--replay", "r.jsonl"), "--refresh needs --online or --dry-run"),
        (
            ("--online", "--no-cache", "--refresh"),
            "--no-cache keeps nothing that --refresh could replace: leave out one of them",
        ),
        (
            ("--replay", "r.jsonl", "--online"),
            "--replay answers from r.jsonl and asks nobody: leave out --online",
        ),
        (
            ("--replay", "r.jsonl", "--dry-run"),
            "--replay answers from r.jsonl and asks nobody: leave out --dry-run",
        ),
    ],
)
def test_options_that_make_no_sense_together_are_refused(
    options: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    for command in (("places", "x"), ("map", "x", "-o", tmp_path / "out")):
        result = run(*command, *options)
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"placelines: {message}\n")
    assert not (tmp_path / "out").exists()


def test_nothing_usable_ends_before_the_model_is_loaded(tmp_path: Path, geoparser: FakeGeoparser) -> None:
    (tmp_path / "empty.txt").touch()
    result = run("map", tmp_path / "nope.txt", tmp_path / "empty.txt", "-o", tmp_path / "out")
    assert (result.exit_code, result.stdout, geoparser.settings) == (3, "", [])
    assert result.stderr.splitlines() == [
        f"placelines: {tmp_path}/nope.txt: there is no such file",
        f"placelines: {tmp_path}/empty.txt: it is empty; give an article as text",
    ]
    assert not (tmp_path / "out").exists()


def test_a_file_that_click_thinks_unreadable_is_left_to_the_reader(
    article: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_, **__: False)
    assert run("places", article).exit_code == 0

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    result = run("places", article)
    assert (result.exit_code, result.stderr) == (3, f"placelines: {article}: there is no permission to read it\n")


def test_some_unusable_articles_do_not_stop_the_others(article: Path, tmp_path: Path) -> None:
    result = run("map", tmp_path / "nope.txt", article, "-o", tmp_path / "out")
    assert result.exit_code == 6
    assert result.stderr.splitlines() == [
        f"placelines: {tmp_path}/nope.txt: there is no such file",
        "placelines: 1 of the articles could not be read; the others are done",
    ]
    assert len(json.loads((tmp_path / "out" / "places.geojson").read_text())["features"]) == 4


def test_a_folder_that_cannot_be_written_is_found_before_the_work(article: Path, geoparser: FakeGeoparser) -> None:
    result = run("map", article, "-o", article / "out")
    assert (result.exit_code, result.stderr) == (
        4,
        f"placelines: {article}: it is a file; give a folder to write into\n",
    )
    assert geoparser.settings == []


def test_damaged_data_and_a_silent_server_have_their_exit_status() -> None:
    assert run("places", "-", given="A meteor.").exit_code == 5
    result = run("places", "-", given="A comet.")
    assert (result.exit_code, result.stderr) == (1, "placelines: nominatim.invalid: no answer\n")


def test_debug_shows_where_an_error_arose() -> None:
    result = run("places", "-", "--debug", given="A meteor.")
    assert result.exit_code == 5
    assert "Traceback" in result.stderr
    assert "Traceback" not in run("places", "-", given="A meteor.").stderr
    assert "Traceback" in run("places", "nope.txt", "--debug").stderr


def test_interruption_has_its_exit_status() -> None:
    result = run("places", "-", given="An eclipse.")
    assert (result.exit_code, result.stderr) == (130, "placelines: interrupted\n")


def test_warnings_are_single_lines_and_quiet_hides_them() -> None:
    result = run("places", "-", given=b"An omen in M\xe1laga.")
    assert result.stderr.splitlines() == [
        "placelines: warning: standard input: bytes that are not UTF-8 were read as Windows-1252 "
        "(count 1, first at 12)",
        "placelines: warning: the cache is \\x1b[31mold",
    ]
    quiet = run("places", "-", "--quiet", given=b"An omen in M\xe1laga.")
    assert (quiet.stderr, quiet.stdout) == ("", "No places found.\n")


def test_many_warnings_of_a_sort_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f'{{"id":{n},"text":"An omen."}}\n' for n in range(30)))
    told = run("places", path).stderr.splitlines()
    assert told[:20] == ["placelines: warning: the cache is \\x1b[31mold"] * 20
    assert told[20:] == ["placelines: warning: 10 more like these; --debug shows them"]
    assert len(run("places", path, "--debug").stderr.splitlines()) == 30


def test_quiet_map_prints_nothing(article: Path, tmp_path: Path) -> None:
    assert run("map", article, "-o", tmp_path / "out", "--quiet").output == ""


def test_version_is_printed() -> None:
    assert run("--version").stdout == f"placelines {__version__}\n"
