from __future__ import annotations

import json
import sqlite3
import struct
from pathlib import Path

import pytest
from shapely import to_wkb
from shapely.geometry import Point, Polygon

from geo.errors import OptionError, PlacelinesError, ResourceError
from geo.gazetteers import NameKind
from geo.gazetteers.embedded import open_embedded
from geo.gazetteers.installed.library import InstalledGazetteer, Library
from geo.gazetteers.installed.place_list import add
from geo.model import Kind, Place

VILLAGES = """\
Name,Lat,Lon,Type,Aliases,Country,Pcode,Population
An Nayrab,35.9081,36.7111,village,Nayrab|النيرب|Neirab,SY,C4201,"12,300"
Atma Camp,36.3105,36.6901,IDP camp,,Syria,C4301,
Harim,36.2075,36.5188,town,,,C4302,
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def places(library: Library, name: str, *ids: str) -> list[Place | None]:
    return [InstalledGazetteer(library.folder / f"{name}.sqlite").get(f"{name}:{id_}") for id_ in ids]


def test_a_csv_of_villages_is_found_by_name_and_alias(library: Library, tmp_path: Path) -> None:
    report = add(library, written(tmp_path, "Mission villages.csv", VILLAGES))
    assert (report.name, report.places, report.names, report.rejected, report.notes) == (
        "mission-villages",
        3,
        6,
        (),
        (),
    )
    gazetteer = InstalledGazetteer(library.folder / "mission-villages.sqlite")
    assert gazetteer.get("mission-villages:C4201") == Place(
        id="mission-villages:C4201",
        name="An Nayrab",
        kind=Kind.SETTLEMENT,
        lon=36.7111,
        lat=35.9081,
        country_code="SY",
        admin1_code="12",
        population=12_300,
        gazetteer="mission-villages",
    )
    assert [(n.place.id, n.name_kind) for n in gazetteer.lookup("النيرب")] == [
        ("mission-villages:C4201", NameKind.CURATED)
    ]
    camp, harim = places(library, "mission-villages", "C4301", "C4302")
    assert camp is not None
    assert harim is not None
    assert (camp.kind, camp.country_code, camp.population) == (Kind.FACILITY, "SY", None)
    assert (harim.kind, harim.country_code) == (Kind.SETTLEMENT, "SY")


def test_a_list_stands_before_the_world(library: Library, tmp_path: Path) -> None:
    add(library, written(tmp_path, "villages.csv", VILLAGES))
    stack = library.open()
    assert stack.lookup("nayrab")[0].place.id == "villages:C4201"
    assert "geonames:169389" in [named.place.id for named in stack.lookup("idlib")]
    (installed,) = library.installed()
    assert (installed.sort, installed.name, installed.places, len(installed.version)) == (
        "place list",
        "villages",
        3,
        12,
    )


@pytest.mark.parametrize(
    ("text", "lonlat"),
    [
        ("name;lat;lon\nSarmin;35,9040;36,7250\n", (36.725, 35.904)),
        ("place\tlatitude\tlongitude\nSarmin\t35.904\t36.725\n", (36.725, 35.904)),
        ("\ufeffX,Y,Title\r\n36.725,35.904,Sarmin\r\n", (36.725, 35.904)),
        ('"NAME_","Lat (DD)","LNG"\n"Sarmin",35.904,36.725\n\n', (36.725, 35.904)),
    ],
)
def test_columns_are_known_by_their_usual_names_and_commas_by_what_parts_them(
    library: Library, tmp_path: Path, text: str, lonlat: tuple[float, float]
) -> None:
    report = add(library, written(tmp_path, "list.csv", text))
    (place,) = [named.place for named in InstalledGazetteer(library.folder / "list.sqlite").lookup("sarmin")]
    assert (place.lonlat, place.id, report.places) == (lonlat, "list:2", 1)


def test_columns_of_other_names_can_be_told(library: Library, tmp_path: Path) -> None:
    file = written(tmp_path, "orte.csv", "Ortsname,Breite,Laenge\nSarmin,35.904,36.725\n")
    with pytest.raises(
        OptionError, match=r"orte\.csv has no column 'name' nor 'lat' nor 'lon': say .* it has Ortsname, Bre"
    ):
        add(library, file)
    with pytest.raises(OptionError, match=r"orte\.csv has no column 'Nord'; it has Ortsname, Breite, Laenge"):
        add(library, file, columns={"lat": "Nord"})
    with pytest.raises(OptionError, match="a list has no field 'breite'; it may have name, lat, lon, kind"):
        add(library, file, columns={"breite": "Breite"})
    columns = {"name": "Ortsname", "lat": "breite", "lon": "Laenge"}
    assert add(library, file, columns=columns, country="sy", name="orte-2").name == "orte-2"
    (place,) = places(library, "orte-2", "2")
    assert place is not None
    assert (place.lonlat, place.country_code) == ((36.725, 35.904), "SY")


BAD_ROWS = [
    ("Sarmin,,36.7", "there is no latitude"),
    ("Sarmin,35° 54',36.7", 'latitude "35° 54\'" is not in decimal degrees'),
    ("Sarmin,95.9,36.7", "longitude 36.7, latitude 95.9 is not on the globe"),
    ("Sarmin,nan,36.7", "latitude 'nan' is not in decimal degrees"),
    ("Sarmin,0,0.0", "longitude 0, latitude 0 stands for an unknown place"),
    ("Sarmin,35.9", "2 cells under 3 columns"),
    ("Sarmin,35.9,36.7,x", "4 cells under 3 columns"),
    (" ,35.9,36.7", "there is no name"),
    ("?!,35.9,36.7", "'?!' is no name"),
]


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS, ids=[reason for _, reason in BAD_ROWS])
def test_a_row_that_cannot_be_read_is_named(library: Library, tmp_path: Path, row: str, reason: str) -> None:
    text = f"name,lat,lon\nIdlib,35.93,36.63\n{row}\nAriha,35.81,36.60\n"
    report = add(library, written(tmp_path, "list.csv", text), country="SY")
    assert [str(rejected) for rejected in report.rejected] == [f"list.csv, row 3: {reason}"]
    assert (report.places, report.rejected_count) == (2, 1)


def test_countries_ids_kinds_and_populations_that_make_no_sense_are_told(library: Library, tmp_path: Path) -> None:
    rows = [
        "A One,35.9,36.6,Atlantis,1,,",
        "B Two,35.9,36.6,XX,2,,",
        "C Three,35.9,36.6,SY,3,unicorn,about 300",
        "D Four,35.9,36.6,SY,3,,",
        "E Five,51.5,-0.1,UK,5,PPLA,",
        "F Six,35.9,36.6,Türkiye,6,,0",
        "G Seven,35.9,36.6,,,,",
    ]
    text = "\n".join(["name,lat,lon,country,id,kind,population", *rows])
    report = add(library, written(tmp_path, "list.csv", text))
    assert [str(rejected) for rejected in report.rejected] == [
        "list.csv, row 2: there is no country 'Atlantis': give its code of two letters",
        "list.csv, row 3: there is no country 'XX': give its code of two letters",
        "list.csv, row 5: the id '3' came before",
    ]
    assert report.notes == (
        "kind 'unicorn' is unknown, taken for a settlement (1 row)",
        "population 'about 300' is not a number, taken for unknown (1 row)",
    )
    found = [place and (place.country_code, place.feature_code) for place in places(library, "list", "5", "6", "8")]
    assert found == [("GB", "PPLA"), ("TR", None), ("SY", None)]


@pytest.mark.parametrize(
    ("name", "text", "error", "message"),
    [
        ("x.csv", "", ResourceError, r"x\.csv is empty"),
        ("x.csv", "name,lat,lon\n", ResourceError, r"x\.csv is no list of places: there is no row in it"),
        (
            "x.csv",
            "name,lat,lon\nA,B,C\nIdlib,35,36\nD,E,F\n",
            ResourceError,
            r"x\.csv, row 2: .*; 2 of 3 rows cannot be",
        ),
        (
            "x.csv",
            "name,lat,lon\nMünster,1,2\n".encode("latin-1"),
            ResourceError,
            r"row 2: this is not in UTF-8: save the",
        ),
        ("x.csv", "name,lat,lon\nA,1,2\n".encode("utf-16"), ResourceError, r"x\.csv is not in UTF-8: save it as UTF-8"),
        ("x.csv", b"\x00\x01\x02\x03", ResourceError, r"x\.csv is not in UTF-8"),
        ("x.csv", 'name,lat,lon\n"Idlib,35,36\nAriha,35,36\n', ResourceError, r"x\.csv, row 3: unexpected end of data"),
        ("x.csv", "name,lat,lat,lon\nA,1,2,3\n", OptionError, r"x\.csv has more than one column 'lat'"),
        ("x.xlsx", "PK", OptionError, r"x\.xlsx is neither CSV \(\.csv, \.tsv, \.txt\), GeoJSON"),
        ("x.geojson", '{"type": "FeatureColl', ResourceError, r"x\.geojson is not JSON, or cut short"),
        ("x.geojson", "[" * 100_000, ResourceError, r"x\.geojson is not JSON, or cut short"),
        ("x.geojson", '{"a": 1}', ResourceError, r"x\.geojson is no GeoJSON: there is no list of features in it"),
        ("x.geojson", '{"features": []}', ResourceError, r"x\.geojson is empty: there is no feature in it"),
        ("x.geojson", '{"features": [{}], "crs": "EPSG:3857"}', ResourceError, "is in an unnamed coordinate system"),
        ("x.geojson", '{"features": [NaN]}', ResourceError, r"NaN is not JSON"),
        ("x.gpkg", "not a database, not at all", ResourceError, r"x\.gpkg is no GeoPackage"),
        ("???.csv", "name,lat,lon\nA,1,2\n", OptionError, "gives no name for a list: give it one with --name"),
        ("iata.csv", "name,lat,lon\nA,1,2\n", OptionError, "a list cannot be called 'iata', which means another"),
        (
            "geonames.csv",
            "name,lat,lon\nA,1,2\n",
            OptionError,
            "a list cannot be called 'geonames', which means another",
        ),
        ("geonames-sy.csv", "name,lat,lon\nA,1,2\n", OptionError, "a list cannot be called 'geonames-sy', which means"),
    ],
)
def test_a_file_that_is_no_list_is_refused_and_nothing_changes(
    library: Library, tmp_path: Path, name: str, text: str | bytes, error: type[PlacelinesError], message: str
) -> None:
    add(library, written(tmp_path, "villages.csv", VILLAGES), name="x")
    before = (library.folder / "x.sqlite").read_bytes()
    with pytest.raises(error, match=message):
        add(library, written(tmp_path, name, text))
    assert (library.folder / "x.sqlite").read_bytes() == before
    assert sorted(path.name for path in library.folder.iterdir()) == [".lock", "x.json", "x.sqlite"]


@pytest.mark.parametrize(
    "name", ["embedded", "placelines", "osm", "Villages", "a/b", "..", "a" * 41, "a-", "-", "a b", "%s"]
)
def test_a_list_is_called_only_what_is_safe_as_a_file_name(library: Library, tmp_path: Path, name: str) -> None:
    with pytest.raises(OptionError, match="a list cannot be called"):
        add(library, written(tmp_path, "villages.csv", VILLAGES), name=name)
    with pytest.raises(OptionError, match="there is no file"):
        add(library, tmp_path / "nowhere.csv")
    with pytest.raises(OptionError, match="'Syria' is no country code"):
        add(library, tmp_path / "villages.csv", country="Syria")


def test_geojson_gives_points_and_a_point_inside_of_everything_else(library: Library, tmp_path: Path) -> None:
    def feature(geometry: object, **properties: object) -> dict[str, object]:
        return {"type": "Feature", "geometry": geometry, "properties": properties}

    square = {"type": "Polygon", "coordinates": [[[36, 35], [37, 35], [37, 36], [36, 36], [36, 35]]]}
    features = [
        {**feature({"type": "Point", "coordinates": [36.7111, 35.9081, 300]}, name="An Nayrab"), "id": 4201},
        {**feature(square, Name="no such column", name="Zone", kind="area", aliases=["Z1 zone", "المنطقة"]), "id": "z"},
        feature(None, name="Nowhere"),
        feature({"type": "Point", "coordinates": ["a", "b"]}, name="Bad"),
        feature({"type": "Point", "coordinates": [36.7, 95.0]}, name="Off"),
        feature({"type": "Point", "coordinates": [36.63, 35.93]}, name="Idlib"),
        feature({"type": "Point", "coordinates": [36.60, 35.81]}, name="Ariha"),
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    report = add(library, written(tmp_path, "zones.geojson", text))
    assert [str(rejected) for rejected in report.rejected] == [
        "zones.geojson, row 3: there is no readable geometry",
        "zones.geojson, row 4: there is no readable geometry",
        "zones.geojson, row 5: longitude 36.7, latitude 95 is not on the globe",
    ]
    nayrab, zone = places(library, "zones", "4201", "z")
    assert nayrab is not None
    assert zone is not None
    assert (nayrab.lonlat, zone.lonlat, zone.kind) == ((36.7111, 35.9081), (36.5, 35.5), Kind.REGION)
    gazetteer = InstalledGazetteer(library.folder / "zones.sqlite")
    assert [named.place.id for named in gazetteer.lookup("z1 zone")] == ["zones:z"]


def test_geojson_in_another_coordinate_system_is_refused(library: Library, tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    text = json.dumps({"type": "FeatureCollection", "crs": crs, "features": []})
    with pytest.raises(ResourceError, match=r"x\.geojson is in urn:ogc:def:crs:EPSG::3857: save it in WGS 84"):
        add(library, written(tmp_path, "x.geojson", text))


def test_features_that_make_no_sense_are_named(library: Library, tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [36.7, 35.9]}
    features = [
        {"geometry": point, "properties": {"name": "Sarmin"}},
        {"geometry": point, "properties": {"name": "Sarmin\ud800"}},
        {"geometry": {"type": "Circle", "coordinates": [36.7, 35.9]}, "properties": {"name": "Sarmin"}},
        {"geometry": point, "properties": {"name": "Binnish"}},
    ]
    report = add(library, written(tmp_path, "x.geojson", json.dumps({"features": features})))
    assert [str(rejected) for rejected in report.rejected] == [
        "x.geojson, row 2: there is something in it that is not Unicode",
        "x.geojson, row 3: there is no readable geometry",
    ]


def test_a_country_that_is_none_is_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="there is no country 'XX'"):
        add(library, written(tmp_path, "x.csv", VILLAGES), country="XX")
    assert library.names() == ()


def geopackage(path: Path, *, code: int = 4326, layers: int = 1, envelope: bool = False) -> Path:
    """Write a GeoPackage with a layer named to make trouble in SQL; OGC 12-128r18."""
    connection = sqlite3.connect(path)
    connection.executescript(
        "PRAGMA application_id = 1196444487;"
        "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER);"
        "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);"
        "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);"
    )
    connection.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (1, 'EPSG', ?)", (code,))
    for number in range(layers):
        table = f'vil"lages {number}'
        quoted = '"' + table.replace('"', '""') + '"'
        connection.execute("INSERT INTO gpkg_contents VALUES (?, 'features')", (table,))
        connection.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'the geom', 1)", (table,))
        connection.execute(
            f'CREATE TABLE {quoted} (fid INTEGER PRIMARY KEY, "the geom" BLOB, NAME TEXT, pop REAL, id TEXT)'
        )
        shapes = [Point(36.7111, 35.9081), Polygon([(36, 35), (37, 35), (37, 36), (36, 36)]), None, Point()]
        for shape, name in zip(shapes, ("An Nayrab", "Zone", "Nowhere", "Empty"), strict=True):
            flags, box = (0b11, struct.pack("<4d", *shape.bounds)) if envelope and shape else (1, b"")
            blob = None if shape is None else b"GP\0" + bytes([flags]) + struct.pack("<i", 4326) + box + to_wkb(shape)
            row = (blob, name, 1200.0, name.upper()[:2])
            connection.execute(f'INSERT INTO {quoted} ("the geom", NAME, pop, id) VALUES (?,?,?,?)', row)
    connection.commit()
    connection.close()
    return path


@pytest.mark.parametrize("envelope", [False, True])
def test_a_geopackage_is_read(library: Library, tmp_path: Path, envelope: bool) -> None:
    report = add(library, geopackage(tmp_path / "villages.gpkg", envelope=envelope))
    assert [str(rejected) for rejected in report.rejected] == [
        "villages.gpkg, row 3: there is no readable geometry",
        "villages.gpkg, row 4: there is no readable geometry",
    ]
    nayrab, zone = places(library, "villages", "AN", "ZO")
    assert nayrab is not None
    assert zone is not None
    assert (nayrab.lonlat, nayrab.population, nayrab.country_code) == ((36.7111, 35.9081), 1200, "SY")
    assert zone.lonlat == (36.5, 35.5)


def test_a_geopackage_in_metres_with_many_layers_or_of_other_tables_is_refused(
    library: Library, tmp_path: Path
) -> None:
    with pytest.raises(ResourceError, match=r"a\.gpkg is in EPSG:3857: save it in WGS 84 \(EPSG:4326\)"):
        add(library, geopackage(tmp_path / "a.gpkg", code=3857))
    with pytest.raises(
        ResourceError, match=r'b\.gpkg should have one layer of features, it has vil"lages 0, vil"lages 1'
    ):
        add(library, geopackage(tmp_path / "b.gpkg", layers=2))
    sqlite3.connect(tmp_path / "c.gpkg").execute("CREATE TABLE cities (name)").connection.close()
    with pytest.raises(ResourceError, match=r"c\.gpkg is no GeoPackage"):
        add(library, tmp_path / "c.gpkg")
    whole = geopackage(tmp_path / "d.gpkg").read_bytes()
    (tmp_path / "d.gpkg").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ResourceError, match=r"d\.gpkg is (no GeoPackage, or a damaged one|damaged) \(.*malformed"):
        add(library, tmp_path / "d.gpkg")
    assert library.names() == ()


def test_the_same_list_gives_the_same_bytes_and_tells_its_progress(library: Library, tmp_path: Path) -> None:
    rows = [f"Village {n},{n / 100},36.6,SY" for n in range(1, 2501)]
    file = written(tmp_path, "long.csv", "\n".join(["name,lat,lon,country", *rows]))
    told: list[tuple[str, int, int | None]] = []
    add(library, file, world=open_embedded(), on_progress=lambda *what: told.append(what))
    before = (library.folder / "long.sqlite").read_bytes()
    add(library, file)
    assert (library.folder / "long.sqlite").read_bytes() == before
    assert told == [("long.csv", 1000, None), ("long.csv", 2000, None)]
