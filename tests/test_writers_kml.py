from __future__ import annotations

import datetime
import io
import re
import struct
import subprocess
import zlib
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.atlas import Atlas
from geo.errors import InputError, OutputError
from geo.model import Course, Document, Kind, Role
from geo.writers import Format, kml, kml_icons, kmz, palette
from geo.writers.folder import publish
from geo.writers.formats import folder_contents, read_atlas, write
from geo.writers.kml_placemarks import RENAMED
from geo.writers.layers import Layers
from tests.gis_story import everything, seen_by_qgis
from tests.lines import line, told
from tests.world import ARTICLE, IDLIB, atlas_of, mention

FOLDERS = ("Places", "Lines", "Areas", "Mentions", "Unlocated")
FEATURE = (
    "name visibility open author link address phoneNumber Snippet description LookAt TimeSpan TimeStamp styleUrl Style "
    "Region ExtendedData Schema Folder Placemark Point LineString Polygon MultiGeometry"
).split()
"""What a document, folder or placemark may have, in the order of OGC's schema."""
STYLE = ("IconStyle", "LabelStyle", "LineStyle", "PolyStyle", "BalloonStyle")
"""The same of a style."""
PIECES = st.sampled_from("\0\r\n\t\x85\u2028\u202e\ufffe\ud800<>&\"'$[]=ءé😀") | st.characters()
BOMB = b'<!DOCTYPE k [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><kml xmlns="http://www.opengis.net/kml/2.2">&b;</kml>'


def written(atlas: Atlas) -> str:
    return b"".join(kml.FORMAT.one_file(atlas, "x.kml")["x.kml"]).decode()  # type: ignore[arg-type]


def parsed(text: str) -> ElementTree.Element:
    """Return a file without its namespaces, so that paths are short."""
    root = ElementTree.fromstring(text.encode())
    for each in root.iter():
        each.tag = each.tag.rpartition("}")[2]
    return root


def every(root: ElementTree.Element, *tags: str) -> list[ElementTree.Element]:
    return [each for each in root.iter() if each.tag in tags]


def placemarks(atlas: Atlas, folder: str) -> list[ElementTree.Element]:
    return parsed(written(atlas)).findall(f".//Folder[name='{folder}']/Placemark")


def named(atlas: Atlas, folder: str, name: str) -> ElementTree.Element:
    (found,) = (each for each in placemarks(atlas, folder) if each.findtext("name") == name)
    return found


def fields_of(placemark: ElementTree.Element) -> dict[str, str]:
    return {data.attrib["name"]: data.text or "" for data in placemark.iter("SimpleData")}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kml")
    for suffix in (".kml", ".kmz"):
        write(everything(), folder / f"story{suffix}")
    return folder


@settings(max_examples=100)
@given(st.text(PIECES), st.text(PIECES), st.text(PIECES))
def test_any_text_gives_a_document_that_parses_and_holds_it(title: str, before: str, name: str) -> None:
    document = Document(title, f"{before}Idlib{title}", title, name)
    found = mention(document, "Idlib", replace(IDLIB, id=name or "x", name=name), after=len(before))
    atlas = Atlas([document], [found])
    (idlib,) = placemarks(atlas, "Places")
    ElementTree.fromstring(f"<div>{idlib.findtext('description')}</div>")
    assert kml.read_from(io.BytesIO(written(atlas).encode()), "x.kml") == atlas


@pytest.mark.parametrize("form", [kml.FORMAT, kmz.FORMAT], ids=["kml", "kmz"])
def test_the_file_of_a_folder_holds_the_whole_atlas_too(form: Format, tmp_path: Path) -> None:
    publish(tmp_path, folder_contents(atlas_of(ARTICLE), [form]))
    assert [path.name for path in tmp_path.iterdir()] == list(form.names)
    assert read_atlas(tmp_path) == atlas_of(ARTICLE)
    assert ARTICLE.sha256.encode() in (tmp_path / form.names[0]).read_bytes()


def test_every_element_stands_where_the_schema_has_it() -> None:
    root = parsed(written(everything()))
    for parent in every(root, "Document", "Folder", "Placemark"):
        order = [FEATURE.index(child.tag) for child in parent]
        assert order == sorted(order), [child.tag for child in parent]
    for each in root.iter("Style"):
        order = [STYLE.index(child.tag) for child in each]
        assert order == sorted(order)


def test_ids_are_unique_names_and_every_reference_finds_one() -> None:
    root = parsed(written(everything()))
    ids = [each.attrib["id"] for each in root.iter() if "id" in each.attrib]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch("[A-Za-z_][A-Za-z0-9._-]*", each) for each in ids)
    assert {each.text for each in root.iter("styleUrl")} <= {f"#{each}" for each in ids}
    assert {each.get("schemaUrl") for each in root.iter("SchemaData")} <= {f"#{each}" for each in ids}


def test_ids_of_different_places_differ() -> None:
    places = [replace(IDLIB, id=key) for key in ("a:1", "a_1", "a_3a_1", "a:1_2", "A:1", "é", "a 1", "\0", "\ud800")]
    document = Document("d", "Idlib " * len(places))
    found = [mention(document, "Idlib", place, after=6 * at) for at, place in enumerate(places)]
    ids = [each.get("id") for each in parsed(written(Atlas([document], found))).iter("Placemark")]
    assert len(set(ids)) == 2 * len(places)
    assert "places-a_3a_1" in ids


def test_a_place_has_its_name_balloon_style_fields_and_point() -> None:
    idlib = named(atlas_of(ARTICLE), "Places", "Idlib")
    assert idlib.get("id") == "places-geonames_3a_169389"
    assert idlib.findtext("Snippet") == "settlement, Idlib Governorate, Syria · 2 mentions · confidence 0.90"
    assert idlib.findtext("styleUrl") == "#place-2"
    assert idlib.findtext("Point/coordinates") == "36.633931,35.93062"
    assert idlib.findtext("description") == (
        "<h3>Idlib</h3><p>settlement, Idlib Governorate, Syria</p><p>2 mentions · confidence 0.90</p>"
        '<blockquote><p dir="auto">Idlib was quiet.</p><small dir="auto">The Daily · Ceasefire holds</small>'
        '</blockquote><blockquote><p dir="auto">Nobody has left Idlib for Xyzzyville.</p>'
        '<small dir="auto">The Daily · Ceasefire holds</small></blockquote>'
    )
    fields = fields_of(idlib)
    assert (fields["place_id"], fields["mentions"], fields["asserted"]) == ("geonames:169389", "2", "1")
    assert (fields["confidence"], fields["sha256"]) == ("0.9", ARTICLE.sha256)
    assert "claimed_by" not in fields


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_row_of_a_layer_is_a_placemark_with_all_that_it_says(folder: str) -> None:
    layer = next(each for each in Layers(everything()).all if each.name == folder.lower())
    found = placemarks(everything(), folder)
    rows = [
        {RENAMED.get(field.name, field.name): value for field, value in zip(layer.fields, row.values, strict=True)}
        for row in layer.rows()
    ]
    assert len(found) == layer.count > 0
    for placemark, row in zip(found, rows, strict=True):
        said = fields_of(placemark)
        assert said.keys() == {name for name, value in row.items() if value is not None}
        for name in said.keys() - {"excerpt", "excerpts", "source_title", "article_id", "name_as_written"}:
            value = row[name]
            expected = str(int(value)) if isinstance(value, bool) else str(value)
            assert said[name] == expected.replace("\0", "\ufffd").replace("\ud800", "\ufffd")


def test_names_without_a_place_have_no_geometry() -> None:
    unlocated = named(atlas_of(ARTICLE), "Unlocated", "Xyzzyville")
    assert unlocated.find(".//coordinates") is None
    assert unlocated.findtext("styleUrl") == "#text"
    assert "0,0" not in {each.text for each in parsed(written(everything())).iter("coordinates")}


def test_a_line_over_longitude_180_comes_in_parts_that_lie_on_the_ground() -> None:
    (ferry,) = (each for each in placemarks(everything(), "Lines") if fields_of(each)["place_id"] == "x:ferry")
    parts = [(part.findtext("tessellate"), part.findtext("coordinates")) for part in ferry.iter("LineString")]
    assert parts == [("1", "179,-17 180,-16.5"), ("1", "-180,-16.5 -179,-16")]
    assert ferry.find("MultiGeometry/LineString") is not None


def test_an_area_has_its_words_outline_and_hole() -> None:
    (area,) = placemarks(everything(), "Areas")
    assert area.findtext("name") == "200 km from Suva"
    assert area.findtext("Snippet") == "Suva · settlement, Fiji · 1 mention · confidence 0.90"
    assert area.findtext("styleUrl") == "#area"
    assert area.find(".//outerBoundaryIs/LinearRing") is not None
    for ring in area.iter("coordinates"):
        points = (ring.text or "").split()
        assert points[0] == points[-1]
        assert len(points) > 3


def test_a_degree_is_never_written_with_an_exponent() -> None:
    near_null = replace(IDLIB, lon=0.000001, lat=-0.000002)
    document = Document("d", "Idlib")
    assert named(Atlas([document], [mention(document, "Idlib", near_null)]), "Places", "Idlib").findtext(
        "Point/coordinates"
    ) == ("0.000001,-0.000002")


def days_of(*days: datetime.date | None) -> list[tuple[str, str | None]]:
    documents = [Document(str(at), "Idlib", date=day) for at, day in enumerate(days)]
    atlas = Atlas(documents, [mention(document, "Idlib", IDLIB) for document in documents])
    (idlib,) = placemarks(atlas, "Places")
    return [(each.tag, each.text) for each in idlib.iter() if each.tag in ("when", "begin", "end")]


def test_days_are_those_of_the_articles_that_name_it() -> None:
    first, last = datetime.date(2020, 3, 5), datetime.date(2021, 1, 2)
    assert days_of(last, None, first) == [("begin", "2020-03-05"), ("end", "2021-01-02")]
    assert days_of(first, first) == [("when", "2020-03-05")]
    assert days_of(None) == []


def test_mentions_are_switched_off() -> None:
    root = parsed(written(atlas_of(ARTICLE)))
    assert [each.findtext("name") for each in root.findall(".//Folder[visibility='0']")] == ["Mentions"]
    assert {each.findtext("visibility") for each in root.findall(".//Folder[name='Mentions']/Placemark")} == {"0"}
    assert [each.findtext("name") for each in root.findall(".//Folder[name='Places']/Placemark[visibility='0']")] == [
        "Syria"
    ]


def test_very_many_mentions_get_no_placemarks_but_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kml, "MAX_SINGLE", 3)
    root = parsed(written(atlas_of(ARTICLE)))
    assert root.findall(".//Folder[name='Mentions']/Placemark") == []
    assert "6, more than a viewer of KML takes" in root.findtext(".//Folder[name='Mentions']/description", "")
    assert len(root.findall(".//Folder[name='Places']/Placemark")) == 4


@pytest.mark.parametrize(
    ("kind", "role", "confidence", "expected"),
    [
        (Kind.SETTLEMENT, Role.LITERAL, 0.9, "place-1"),
        (Kind.SETTLEMENT, Role.METONYM, 0.9, "seat"),
        (Kind.FACILITY, Role.LITERAL, 0.3, "place-unsure-1"),
        (Kind.COUNTRY, Role.METONYM, 0.9, "region"),
        (Kind.PHYSICAL, Role.LITERAL, 0.3, "region-unsure"),
    ],
)
def test_styles_tell_kinds_and_doubt(kind: Kind, role: Role, confidence: float, expected: str) -> None:
    document = Document("d", "Idlib")
    found = mention(document, "Idlib", replace(IDLIB, kind=kind), role=role, confidence=confidence)
    (idlib,) = placemarks(Atlas([document], [found]), "Places")
    assert idlib.findtext("styleUrl") == f"#{expected}"


@pytest.mark.parametrize("kind", ["road", "railway", "pipeline", "river", "border", "front"])
def test_a_line_of_approximate_course_is_see_through(kind: str) -> None:
    lonlats = [(36.0, 35.0), (36.5, 35.5)]
    sure, about = line(Kind(kind), "sure", lonlats), line(Kind(kind), "about", lonlats, Course.INFERRED)
    root = parsed(written(told([sure, about])))
    urls = [each.findtext("styleUrl", "") for each in root.findall(".//Folder[name='Lines']/Placemark")]
    colours = [root.findtext(f".//Style[@id='{url[1:]}']/LineStyle/color") for url in sorted(urls)]
    red, green, blue = kml_icons.rgb(palette.LINES[kind])
    assert colours == [f"ff{blue:02x}{green:02x}{red:02x}", f"99{blue:02x}{green:02x}{red:02x}"]


def test_nothing_is_fetched_from_the_network(files: Path) -> None:
    hrefs = re.findall("<href>[^<]*|<link[^>]*|<NetworkLink", (files / "story.kml").read_text("utf-8"))
    assert hrefs == []
    with ZipFile(files / "story.kmz") as archive:
        names = set(re.findall("<href>([^<]*)", archive.read("doc.kml").decode()))
        assert names == set(archive.namelist()) - {"doc.kml"}


ATTACK = Document(
    "evil",
    'Idlib <script>alert(1)</script> ]]> $[name] &amp; $[placelines] <img src="http://x/y"> was hit.',
    "<script>$[description]</script>",
    "$[id] & <b>",
)


def test_hostile_text_is_inert_in_balloons() -> None:
    place = replace(IDLIB, name="<i>$[description]</i>")
    text = written(Atlas([ATTACK], [mention(ATTACK, "Idlib", place)]))
    root = parsed(text)
    balloons = [each.findtext("description", "") for each in every(root, "Document", "Placemark")]
    assert len(balloons) == 3
    for each in balloons:
        html = ElementTree.fromstring(f"<div>{each}</div>")
        assert {tag.tag for tag in html.iter()} <= {"div", "h3", "p", "blockquote", "small"}
        assert "$" not in each
    for each in balloons[1:]:
        assert ATTACK.text in "".join(ElementTree.fromstring(f"<div>{each}</div>").itertext())
    assert "<script" not in text
    assert "<![CDATA[" not in text


def test_every_style_shows_the_description_alone() -> None:
    root = parsed(written(Atlas()))
    assert {each.findtext("BalloonStyle/text") for each in root.iter("Style")} == {"$[description]"}
    shown = every(parsed(written(everything())), "Document", "Placemark")
    assert all(each.find("styleUrl") is not None for each in shown)


def test_the_attributions_are_shown(tmp_path: Path) -> None:
    about = parsed(written(told([line(Kind.ROAD, "A1", [(1, 2), (3, 4)], attribution="© OpenStreetMap <x>")])))
    assert "© OpenStreetMap &lt;x&gt;" in about.findtext("Document/description", "")


@pytest.mark.parametrize("driver", ["LIBKML", "KML"])
def test_gdal_reads_layers_and_fields(files: Path, ogrinfo: str, driver: str) -> None:
    run = subprocess.run(
        [ogrinfo, "-ro", "-so", "-al", "--config", "OGR_SKIP", {"LIBKML": "KML", "KML": "LIBKML"}[driver],
         str(files / "story.kml")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stderr == ""
    counts = dict(re.findall(r"Layer name: (\w+)\n(?:.*\n)*?Feature Count: (\d+)", run.stdout))
    expected = {layer.name.title(): str(layer.count) for layer in Layers(everything()).all}
    assert counts.items() <= expected.items()
    assert {"Places", "Lines", "Areas", "Mentions"} <= counts.keys()
    if driver == "LIBKML":
        assert counts == expected
        for field in ("place_id: String", "confidence: Real", "mentions: Integer", "end_char: Integer"):
            assert field in run.stdout


@pytest.mark.parametrize("suffix", [".kml", ".kmz"])
def test_gdal_reads_values_and_geometries(files: Path, suffix: str) -> None:
    import geopandas

    places = geopandas.read_file(files / f"story{suffix}", layer="Places").set_index("place_id")
    suva = places.loc["x:suva"]
    assert (suva.geometry.wkt, suva["Name"], suva["place_name"]) == ("POINT (178.42 -18.14)", "Suva", "Suva")
    assert (float(suva["confidence"]), int(suva["mentions"])) == (0.9, 1)
    assert suva["timestamp"].date() == datetime.date(2020, 3, 5)
    lines = geopandas.read_file(files / f"story{suffix}", layer="Lines").set_index("place_id")
    assert lines.loc["x:ferry"].geometry.geom_type == "MultiLineString"
    assert geopandas.read_file(files / f"story{suffix}", layer="Areas").geometry.is_valid.all()


def test_qgis_opens_every_layer_in_our_colours(files: Path, qgis: str) -> None:
    seen = seen_by_qgis(qgis, files / "story.kml")
    assert {name: (layer["is_valid"], layer["count"]) for name, layer in seen.items()} == {
        layer.name.title(): (True, layer.count) for layer in Layers(everything()).all
    }
    assert set(seen["Places"]["own_colours"]) == {palette.PLACE, palette.INK}
    assert seen["Lines"]["own_colours"] == [palette.LINES["road"]]
    assert seen["Areas"]["own_colours"] == [palette.AREA]


def test_kmz_is_an_archive_without_a_clock_or_compression(files: Path) -> None:
    with ZipFile(files / "story.kmz") as archive:
        members = archive.infolist()
        assert members[0].filename == "doc.kml"
        assert archive.testzip() is None
    assert {member.compress_type for member in members} == {ZIP_STORED}
    assert {member.date_time for member in members} == {(2000, 1, 1, 0, 0, 0)}
    assert {member.create_system for member in members} == {3}
    assert not any(member.flag_bits for member in members)


@pytest.mark.parametrize("icon", kml_icons.ICONS, ids=[icon.name for icon in kml_icons.ICONS])
def test_an_icon_is_an_image_of_its_colours(icon: kml_icons.Icon) -> None:
    image = kml_icons.png(icon)
    at, chunks = 8, {}
    while at < len(image):
        (length,) = struct.unpack(">I", image[at : at + 4])
        sort, data = image[at + 4 : at + 8], image[at + 8 : at + 8 + length]
        assert struct.unpack(">I", image[at + 8 + length : at + 12 + length]) == (zlib.crc32(sort + data),)
        chunks[sort] = data
        at += 12 + length
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (48, 48, 8, 6, 0, 0, 0)
    rows = zlib.decompress(chunks[b"IDAT"])
    pixels = [[rows[y * 193 + 1 + 4 * x : y * 193 + 5 + 4 * x] for x in range(48)] for y in range(48)]
    assert pixels[24][24] == bytes((*kml_icons.rgb(icon.fill), round(255 * icon.opacity)))
    assert pixels[3][24] == bytes((*kml_icons.rgb(icon.stroke), 255))
    # The corner of a square within its edge, where a circle has nothing; and just beside the dash at the top.
    assert pixels[3][3][3] == (0 if icon.is_round else 255)
    assert pixels[3][31][3] == (0 if icon.is_dashed else 255)
    assert pixels[0][0] == bytes(4)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "x.kml: it is no KML of placelines"),
        (b"\x89PNG\r\n", "x.kml: it is no KML of placelines"),
        (BOMB, "declares types"),
        (b'<!DOCTYPE k SYSTEM "file:///etc/passwd"><kml/>', "declares types"),
        (b'<kml xmlns="http://www.opengis.net/kml/2.2"/>', "x.kml: it holds no atlas"),
        (
            b'<kml xmlns="http://www.opengis.net/kml/2.2"><Data name="placelines"><value>{"a":</value></Data></kml>',
            "x.kml: it is no JSON",
        ),
    ],
)
def test_what_is_no_kml_of_ours_is_one_clear_line(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "x.kml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        read_atlas(path)
    assert "\n" not in str(caught.value)


def zipped(path: Path, name: str, content: bytes, compression: int = ZIP_STORED) -> Path:
    with ZipFile(path, "w", compression) as archive:
        archive.writestr(name, content)
    return path


def test_a_kmz_that_another_program_packed_again_is_read(files: Path, tmp_path: Path) -> None:
    with ZipFile(files / "story.kmz") as archive:
        again = zipped(tmp_path / "x.kmz", "inner/Story.KML", archive.read("doc.kml"), ZIP_DEFLATED)
    assert read_atlas(again) == everything()


def test_what_is_no_kmz_of_ours_is_one_clear_line(files: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.kmz"
    path.write_bytes(b"no archive")
    with pytest.raises(InputError, match=r"x\.kmz: it is no KMZ, or damaged"):
        read_atlas(path)
    with pytest.raises(InputError, match=r"x\.kmz: no KML is in it"):
        read_atlas(zipped(path, "doc.txt", b""))
    with pytest.raises(InputError, match=r"x\.kmz: it is encrypted, or packed in a way"):
        read_atlas(zipped(path, "doc.kml", b"<kml/>", ZIP_BZIP2))
    with pytest.raises(InputError, match=r"x\.kmz: it is no KML of placelines \(.*declares types"):
        read_atlas(zipped(path, "doc.kml", BOMB))


def test_a_damaged_kmz_is_one_clear_line(files: Path, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.kmz", "doc.kml", b"<kml>" + b" " * 9999, ZIP_DEFLATED)
    content = bytearray(path.read_bytes())
    content[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"x\.kmz: it is no KMZ, or damaged"):
        read_atlas(path)


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kmz, "_ROOM", 1 << 16)
    path = zipped(tmp_path / "x.kmz", "doc.kml", b"<kml>" + b" " * (1 << 20), ZIP_DEFLATED)
    with pytest.raises(InputError, match=r"x\.kmz: it unpacks to 1,048,581 bytes"):
        read_atlas(path)


def test_a_kmz_of_more_than_two_gibibytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zipfile.ZIP64_LIMIT", 1000)
    with pytest.raises(OutputError, match=r"x\.kmz: it would be larger than KMZ can be"):
        write(atlas_of(ARTICLE), tmp_path / "x.kmz")
    assert list(tmp_path.iterdir()) == []
