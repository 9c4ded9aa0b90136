"""GeoParquet as GeoPandas and pyarrow read it, by the rules of the specification, and back again."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import shapely

from geo.atlas import Atlas
from geo.errors import InputError, PlacelinesWarning, ResourceError
from geo.writers import carried, geoparquet
from geo.writers.folder import publish
from geo.writers.formats import format_named, read_atlas, write
from geo.writers.json_text import loads
from geo.writers.layers import Layers
from tests.gis_story import HOSTILE, everything
from tests.world import ARTICLE

LOCATED = ("places", "lines", "areas", "mentions")
TYPES = {"places": ["Point"], "lines": ["MultiLineString"], "areas": ["MultiPolygon"], "mentions": ["Point"]}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("parquet")
    publish(out, geoparquet.folder(everything()))
    write(everything(), out / "story.parquet")
    return out


def metadata(path: Path) -> dict[str, Any]:
    """Return the file's own metadata, as JSON by key."""
    import pyarrow.parquet as pq

    found = pq.read_metadata(path).metadata
    return {key.decode(): loads(text) for key, text in found.items() if key != b"ARROW:schema"}


def test_the_folder_holds_the_files_that_the_format_names(files: Path) -> None:
    assert {path.name for path in files.iterdir()} == {*geoparquet.NAMES, "story.parquet"}


@pytest.mark.parametrize("name", LOCATED)
def test_the_metadata_follows_the_specification(files: Path, name: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    geo = metadata(files / f"{name}.parquet")["geo"]
    assert geo.keys() == {"version", "primary_column", "columns"}
    assert (geo["version"], geo["primary_column"], list(geo["columns"])) == ("1.1.0", "geometry", ["geometry"])
    column = geo["columns"]["geometry"]
    assert (column["encoding"], column["edges"], column["orientation"]) == ("WKB", "planar", "counterclockwise")
    assert column["geometry_types"] == TYPES[name]
    # Without "crs" it is OGC:CRS84, longitude first.
    assert "crs" not in column
    schema = pq.read_schema(files / f"{name}.parquet")
    assert schema.field("geometry").type == pa.binary()
    for side, (box, member) in column["covering"]["bbox"].items():
        assert (box, member) == ("bbox", side)
        assert schema.field("bbox").type.field(side).type == pa.float64()
    assert [field.name for field in schema.field("bbox").type] == ["xmin", "ymin", "xmax", "ymax"]
    assert len(column["bbox"]) == 4


@pytest.mark.parametrize("name", LOCATED)
def test_geometries_are_those_of_the_layer_in_its_order_with_their_boxes(files: Path, name: str) -> None:
    import geopandas
    import pyarrow.parquet as pq

    layer = getattr(Layers(everything()), name)
    frame = geopandas.read_parquet(files / f"{name}.parquet")
    assert str(frame.crs) == "OGC:CRS84"
    parts = frame.geometry.explode(index_parts=False)
    drawn = [shapely.geometry.shape({**row.geometry}) for row in layer.rows()]
    assert all(shapely.equals(made, kept) for made, kept in zip(drawn, frame.geometry, strict=True))
    if name == "areas":
        assert all(polygon.exterior.is_ccw for polygon in parts)
        assert all(not hole.is_ccw for polygon in parts for hole in polygon.interiors)
    boxes = pq.read_table(files / f"{name}.parquet")["bbox"].to_pylist()
    assert [tuple(box.values()) for box in boxes] == [tuple(bounds) for bounds in frame.bounds.to_numpy().tolist()]


def test_the_box_of_a_file_crosses_longitude_180_and_those_of_rows_do_not(files: Path) -> None:
    geo = metadata(files / "areas.parquet")["geo"]
    west, _, east, _ = geo["columns"]["geometry"]["bbox"]
    assert (round(west), round(east)) == (176, -180)


def test_geopandas_reads_values_and_skips_what_lies_elsewhere(files: Path) -> None:
    import geopandas

    frame = geopandas.read_parquet(files / "mentions.parquet", bbox=(178, -19, 179, -18))
    (suva,) = frame.to_dict("records")
    assert (suva["text"], suva["start"], suva["asserted"], suva["country"]) == ("Suva", 24, True, "Fiji")
    assert suva["source_date"].isoformat() == "2020-03-05"
    assert suva["source"] == HOSTILE.replace("\0", "\ufffd").replace("\ud800", "\ufffd")
    assert frame[["admin1", "rivals"]].isna().all(axis=None)


def test_the_one_table_tells_which_layer_a_row_is_of(files: Path) -> None:
    import geopandas

    frame = geopandas.read_parquet(files / "story.parquet")
    assert frame["layer"].value_counts().to_dict() == {"places": 5, "lines": 4, "areas": 1}
    assert metadata(files / "story.parquet")["geo"]["columns"]["geometry"]["geometry_types"] == sorted(
        frame.geometry.geom_type.unique()
    )
    assert frame.loc[frame["layer"] == "places", "approximate"].isna().all()


def test_what_is_nowhere_is_a_plain_table(files: Path) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(files / "unlocated.parquet")
    assert table["text"].to_pylist() == ["Xyzzyville", "Xyzzyville"]
    assert {"geometry", "bbox"}.isdisjoint(table.column_names)
    assert metadata(files / "unlocated.parquet").keys() == {"placelines"}


def test_every_file_says_where_it_comes_from(files: Path) -> None:
    for name in geoparquet.NAMES:
        told = metadata(files / name)["placelines"]
        assert {"generator", "schema_version", "attributions", "runs", "texts"} <= told.keys()
        assert "packed" not in told


def test_nothing_found_is_an_empty_table(tmp_path: Path) -> None:
    import geopandas

    publish(tmp_path, geoparquet.folder(Atlas([ARTICLE])))
    for name in LOCATED:
        assert geopandas.read_parquet(tmp_path / f"{name}.parquet").shape[0] == 0
        column = metadata(tmp_path / f"{name}.parquet")["geo"]["columns"]["geometry"]
        assert (column["geometry_types"], "bbox" in column) == ([], False)


def test_many_rows_are_written_in_groups_that_can_be_skipped(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    with patch("geo.writers.arrow._ROWS", 2):
        publish(tmp_path, geoparquet.folder(everything()))
    found = pq.read_metadata(tmp_path / "mentions.parquet")
    assert [found.row_group(at).num_rows for at in range(found.num_row_groups)] == [8, 6]
    assert found.row_group(0).column(found.num_columns - 1).statistics.has_min_max


def test_an_atlas_too_large_for_the_metadata_lies_beside_the_file(tmp_path: Path) -> None:
    with patch.object(carried, "_MOST_CHARACTERS", 2_000), pytest.warns(PlacelinesWarning, match=r"in story\.json"):
        written = write(everything(), tmp_path / "story.parquet")
    assert [path.name for path in written] == ["story.parquet", "story.json"]
    assert read_atlas(tmp_path / "story.json") == everything()


@pytest.mark.parametrize("keep", [0, 5, 3_000])
def test_a_damaged_file_is_told_in_one_line(keep: int, files: Path, tmp_path: Path) -> None:
    path = tmp_path / "story.parquet"
    path.write_bytes((files / "story.parquet").read_bytes()[:keep])
    with pytest.raises(InputError, match=r"^story\.parquet: it is no Parquet") as caught:
        read_atlas(path)
    assert "\n" not in str(caught.value)


def test_a_damaged_name_of_a_column_is_told(files: Path, tmp_path: Path) -> None:
    path = tmp_path / "story.parquet"
    path.write_bytes((files / "story.parquet").read_bytes().replace(b"place_id", b"place\xff\xff\xff"))
    with pytest.raises(InputError, match=r"^story\.parquet: it is no Parquet .*can't decode byte 0xff"):
        read_atlas(path)


def test_a_table_of_somebody_else_is_told_in_one_line(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": [1]}), tmp_path / "other.parquet")
    with pytest.raises(InputError, match=r"^other\.parquet: it holds no atlas"):
        read_atlas(tmp_path / "other.parquet")


def test_a_layer_of_a_folder_is_no_atlas(files: Path) -> None:
    with pytest.raises(InputError, match="holds one layer, not the whole atlas"):
        read_atlas(files / "places.parquet")


def test_a_missing_library_is_told_with_the_command_that_installs_it(tmp_path: Path) -> None:
    assert format_named("parquet").modules == ("pyarrow",)
    with (
        patch("geo.writers.formats.find_spec", lambda _: None),
        pytest.raises(ResourceError, match=r"GeoParquet needs more: run \"python -m pip install 'placelines\[gis\]'\""),
    ):
        write(Atlas(), tmp_path / "story.parquet")
    assert list(tmp_path.iterdir()) == []
