"""The GeoPackage: its layers as GDAL reads them, its tables, the atlas in it, and what becomes of a damaged one."""

from __future__ import annotations

import json
import sqlite3
import warnings
from contextlib import closing
from itertools import product
from pathlib import Path

import pyogrio
import pytest
import shapely

from geo.atlas import Atlas
from geo.errors import InputError, OutputError, PlacelinesWarning
from geo.model import LINE_KINDS, Course, Kind, Line
from geo.provenance import Run, Source
from geo.writers import geopackage, qgis_styles
from geo.writers.folder import publish
from geo.writers.palette import COLOURS
from geo.writers.qgis_symbols import Stroke, dashes
from maps import strokes
from tests.gis_story import seen_by_gdal
from tests.lines import EVERY_KIND, M4_ALL, line, told
from tests.story import story
from tests.world import ARTICLE

LAYERS = {
    "places": "Point",
    "lines": "MultiLineString",
    "areas": "MultiPolygon",
    "mentions": "Point",
    "unlocated": None,
}


def written(atlas: Atlas, folder: Path) -> Path:
    publish(folder, geopackage.FORMAT.one_file(atlas, "story.gpkg"))
    return folder / "story.gpkg"


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        # The triggers of the spatial index name functions that GDAL brings.
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            connection.create_function(name, 1, lambda _: 0)
        for statement in statements:
            connection.execute(statement)


def test_gdal_lists_the_layers_and_no_other_table_but_that_of_styles(ogrinfo: str, tmp_path: Path) -> None:
    path = written(story(), tmp_path)
    listed = [
        "1: places (Point)",
        "2: lines (Multi Line String)",
        "3: areas (Multi Polygon)",
        "4: mentions (Point)",
        "5: unlocated (None)",
        "6: layer_styles (None)",
    ]
    for options in ((), ("-oo", "LIST_ALL_TABLES=YES")):
        text = seen_by_gdal(ogrinfo, path, options)
        assert [line for line in text.splitlines() if line[:1].isdigit()] == listed


def test_gdal_reads_every_layer(ogrinfo: str, tmp_path: Path) -> None:
    path = written(story(), tmp_path)
    places = seen_by_gdal(ogrinfo, path)
    for text in ("Feature Count: 11", "Feature Count: 20", "Extent: (-77.036370, 33.510200) - ", 'ID["EPSG",4326]'):
        assert text in places
    for field in ("place_id: String", "asserted: Integer(Boolean)", "confidence: Real", "source_date: Date"):
        assert field in places


def test_layers_have_one_type_each_and_a_spatial_index(tmp_path: Path) -> None:
    path = written(story(), tmp_path)
    assert {name: kind for name, kind in pyogrio.list_layers(path) if name in LAYERS} == LAYERS
    for name in LAYERS:
        info = pyogrio.read_info(path, layer=name)
        assert info["crs"] == (None if LAYERS[name] is None else "EPSG:4326")
    indexed = rows(path, "SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'")
    assert sorted(indexed) == [("areas",), ("lines",), ("mentions",), ("places",)]
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "PRAGMA foreign_key_check") == []


def test_nothing_that_is_not_known_lies_at_0_0(tmp_path: Path) -> None:
    path = written(story(), tmp_path)
    assert rows(path, "SELECT text FROM unlocated") == [("Bab Qalandar",)]
    assert rows(path, "SELECT count(*) FROM rtree_places_geom WHERE minx = 0 AND miny = 0") == [(0,)]


def test_a_line_over_the_antimeridian_is_cut(tmp_path: Path) -> None:
    over = line(Kind.ROAD, "Date Line Road", [(179.0, -17.0), (181.0, -16.5)])
    path = written(told([over]), tmp_path)
    _, _, [geometry], _ = pyogrio.raw.read(path, layer="lines", columns=[])
    assert shapely.from_wkb(geometry).wkt == ("MULTILINESTRING ((179 -17, 180 -16.75), (-180 -16.75, -179 -16.5))")


def test_an_empty_atlas_is_a_valid_file(ogrinfo: str, tmp_path: Path) -> None:
    path = written(Atlas(), tmp_path)
    assert seen_by_gdal(ogrinfo, path).count("Feature Count: 0") == 5
    assert geopackage.read(path) == Atlas()


def test_one_file_is_written_and_no_journal_beside_it(tmp_path: Path) -> None:
    written(story(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["story.gpkg"]
    assert set(geopackage.FORMAT.folder(Atlas())) == {"atlas.gpkg"} == set(geopackage.FORMAT.names)


def test_the_header_does_not_tell_which_sqlite_wrote_it(tmp_path: Path) -> None:
    header = written(story(), tmp_path).read_bytes()[:100]
    assert header[24:28] == header[92:96] == b"\0\0\0\1"
    assert int.from_bytes(header[96:], "big") == 3_040_000
    assert header[68:72] == b"GPKG"


def test_nothing_in_it_is_of_today(tmp_path: Path) -> None:
    path = written(told(EVERY_KIND), tmp_path)
    for query in (
        "SELECT DISTINCT last_change FROM gpkg_contents",
        "SELECT DISTINCT update_time FROM layer_styles",
        "SELECT DISTINCT timestamp FROM gpkg_metadata_reference",
    ):
        [(day,)] = rows(path, query)
        assert str(day).startswith("2000-01-01T00:00:00")


def test_sources_and_licences_are_in_the_metadata(ogrinfo: str, tmp_path: Path) -> None:
    run = Run("1.2", "none", "0" * 64, 0.79, (Source("GeoNames", "2026-07", "© GeoNames <&> \x01"),))
    path = written(Atlas([ARTICLE], runs=[run]), tmp_path)
    query = (
        "SELECT reference_scope, mime_type, metadata FROM gpkg_metadata JOIN gpkg_metadata_reference ON id = md_file_id"
    )
    texts = {(scope, mime_type): str(text) for scope, mime_type, text in rows(path, query)}
    assert texts["geopackage", "text/plain"] == "Made by placelines from news text.\n© GeoNames <&> \x01"
    about = json.loads(texts["geopackage", "application/json"])
    assert about["generator"] == "placelines"
    assert about["runs"][0]["gazetteers"][0]["version"] == "2026-07"
    assert "texts" not in about
    assert "<rights>© GeoNames &lt;&amp;&gt; \ufffd</rights>" in texts["table", "text/xml"]
    assert "© GeoNames" in seen_by_gdal(ogrinfo, path, ())


def test_it_is_read_without_touching_it_or_its_folder(tmp_path: Path) -> None:
    path = written(story(), tmp_path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    path.chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        assert geopackage.read(path) == story()
    finally:
        tmp_path.chmod(0o700)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [each.name for each in tmp_path.iterdir()] == ["story.gpkg"]


def test_a_name_that_means_something_in_an_address_is_read(tmp_path: Path) -> None:
    path = written(story(), tmp_path).rename(tmp_path / "50% ?mode=rw#1.gpkg")
    assert geopackage.read(path) == story()


def test_what_another_program_has_not_yet_moved_into_the_file_is_seen(tmp_path: Path) -> None:
    path = written(story(), tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("DELETE FROM unlocated")
        with pytest.warns(PlacelinesWarning, match="were changed"):
            assert geopackage.read(path) == story()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM unlocated",
        "UPDATE places SET name = 'Elsewhere' WHERE fid = 1",
        "UPDATE lines SET geom = NULL",
        "DELETE FROM mentions",
        "DROP TRIGGER placelines_atlas_areas_insert",
    ],
)
def test_changed_layers_are_told_in_one_line(statement: str, tmp_path: Path) -> None:
    path = written(story(), tmp_path)
    again = [] if statement.startswith("DROP") else [statement]
    change(path, statement, *again)
    with pytest.warns(PlacelinesWarning) as told_of:
        assert geopackage.read(path) == story()
    [message] = [str(each.message) for each in told_of]
    assert (
        message == "story.gpkg: its layers were changed after placelines wrote them; that is not read, only the atlas"
    )


def test_rows_that_gdal_adds_are_told_of(tmp_path: Path) -> None:
    path = written(story(), tmp_path)
    frame = pyogrio.read_dataframe(path, layer="places")
    pyogrio.write_dataframe(frame.head(1), path, layer="places", driver="GPKG", append=True)
    with pytest.warns(PlacelinesWarning, match="were changed"):
        assert geopackage.read(path) == story()


def test_a_layer_that_gdal_replaces_is_told_of(tmp_path: Path) -> None:
    path = written(story(), tmp_path)
    frame = pyogrio.read_dataframe(path, layer="places")
    pyogrio.write_dataframe(frame.head(3), path, layer="places", driver="GPKG")
    with pytest.warns(PlacelinesWarning, match="were changed"):
        assert geopackage.read(path) == story()


def test_tables_that_others_add_are_no_change(tmp_path: Path) -> None:
    path = written(story(), tmp_path)
    change(path, "CREATE TABLE qgis_projects (name TEXT)", "UPDATE layer_styles SET useAsDefault = 0")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert geopackage.read(path) == story()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("DROP TABLE placelines_atlas", "it holds no atlas; give a file that 'placelines map' wrote"),
        ("DELETE FROM placelines_atlas", "it holds no atlas; give a file that 'placelines map' wrote"),
        (
            "DELETE FROM placelines_atlas WHERE part = 'document'",
            "it is damaged (documents are missing); make it again",
        ),
        ("DELETE FROM placelines_atlas WHERE number = 1", "it is damaged ("),
        (
            "UPDATE placelines_atlas SET json = '{' WHERE number = 3",
            "it is damaged (a row of placelines_atlas is no JSON); make it again",
        ),
        ("UPDATE placelines_atlas SET json = CAST(x'ff' AS TEXT) WHERE number = 3", "it is damaged, or no GeoPackage"),
        (
            "UPDATE placelines_atlas SET json = x'00ff' WHERE number = 3",
            "it is damaged (a row of placelines_atlas is no",
        ),
        ("UPDATE placelines_atlas SET json = 7 WHERE number = 0", "it holds no atlas"),
        ("ALTER TABLE placelines_atlas RENAME COLUMN json TO text", "it is damaged, or no GeoPackage (no such column"),
    ],
)
def test_a_file_without_a_whole_atlas_is_refused(statement: str, message: str, tmp_path: Path) -> None:
    path = written(story(), tmp_path)
    if "DROP" in statement:
        triggers = rows(path, "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'placelines%'")
        change(path, *(f"DROP TRIGGER {name}" for (name,) in triggers))
    change(path, statement)
    with pytest.raises(InputError) as error:
        geopackage.read(path)
    assert str(error.value).startswith(f"story.gpkg: {message}")


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_what_is_no_database_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "story.gpkg"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"^story.gpkg: it (is damaged, or no GeoPackage|holds no atlas)"):
        geopackage.read(path)


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = written(story(), tmp_path)
    content = path.read_bytes()
    for share in (0.3, 0.9):
        path.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(InputError, match=r"^story.gpkg: it is damaged"):
            geopackage.read(path)


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"^story.gpkg: GDAL cannot write it"):
        geopackage.write(Atlas(), tmp_path / "missing" / "story.gpkg")


def test_a_full_disk_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = sqlite3.connect

    def small(*arguments: object, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*arguments, **options)  # type: ignore[call-overload]
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(OutputError, match=r"^story.gpkg: SQLite cannot write it \(database or disk is full\)$"):
        geopackage.write(story(), tmp_path / "story.gpkg")


def test_a_style_for_every_layer_that_has_a_geometry(tmp_path: Path) -> None:
    path = written(story(), tmp_path)
    query = "SELECT f_table_name, f_geometry_column, useAsDefault FROM layer_styles ORDER BY id"
    assert rows(path, query) == [(name, "geom", 1) for name, kind in LAYERS.items() if kind]


def strokes_of(kind: Kind, course: Course) -> list[tuple[str, float, tuple[float, ...] | None, float, bool]]:
    """Return what the style of QGIS draws a line with: colours, widths, dashes, opacities and ends."""
    symbols = {title: symbol for title, _, symbol in qgis_styles.lines()}
    title = "Road" if kind is Kind.ROAD else qgis_styles.BUILDS[kind][0]
    drawn = []
    for stroke in symbols[title]:
        assert isinstance(stroke, Stroke)
        if (kind, stroke.colour) != (Kind.ROAD, "road") and kind is Kind.ROAD:
            if course is Course.INFERRED or (stroke.colour == "road-bed" and course is Course.SURVEYED):
                continue
            pattern: tuple[float, ...] = ()
        elif course is Course.SURVEYED:
            pattern = stroke.pattern
        else:
            period = 0.0 if kind is Kind.ROAD else qgis_styles.BUILDS[kind][1]
            pattern = qgis_styles.patterns(kind, stroke, period)[course]
            assert stroke.dashes is not None
            assert f"WHEN \"course\" = '{course}' THEN '{dashes(pattern)}'" in stroke.dashes
        is_round = stroke.is_round or (kind is Kind.ROAD and bool(pattern) and course is Course.ROUTED)
        drawn.append((COLOURS[stroke.colour], stroke.width_px, tuple(pattern) or None, stroke.opacity, is_round))
    return drawn


@pytest.mark.parametrize(("kind", "course"), list(product(sorted(LINE_KINDS), Course)))
def test_lines_have_the_strokes_of_the_page(kind: Kind, course: Course) -> None:
    page = strokes.line_styles(Line("test:1", "line", kind, M4_ALL.geometry, course))
    assert [
        (
            each["color"],
            each["weight"],
            tuple(map(float, str(each["dash_array"]).split())) if each["dash_array"] else None,
            each["opacity"],
            each["line_cap"] == "round" and bool(each["dash_array"]),
        )
        for each in page
    ] == strokes_of(kind, course)
