"""How the page draws the basemap: what is water, what shows at which zoom, which lines are in a frame."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page

from geo.extent import Extent
from maps import basemap, style
from tests.browser import Reader

VICTORIA = Extent(31.0, -3.0, 35.0, 1.0)
GOLAN = Extent(35.0, 32.0, 36.5, 33.5)

SETUP = """
async ({detail, world}) => {
  const blocks = await Promise.all([world, detail].map(placelines.basemap.decode));
  window.blocks = blocks;
  window.frameAt = (lon, lat, zoom) => {
    const { x, y } = L.CRS.EPSG3857.latLngToPoint(L.latLng(lat, lon), zoom);
    return { scale: 256 * 2 ** zoom, left: x - 320, top: y - 200, width: 640, height: 400 };
  };
  window.map = L.map("map", { zoomControl: false, attributionControl: false, zoomSnap: 0, center: [0, 0], zoom: 5 });
  window.layer = new placelines.basemap.Layer(blocks, null).addTo(map);
  window.pixelsAt = (lon, lat, zoom) => {
    map.setView([lat, lon], zoom, { animate: false });
    layer.redraw();
    const at = map.latLngToLayerPoint([lat, lon]).subtract(L.DomUtil.getPosition(layer._container));
    const colours = new Set();
    const copy = new OffscreenCanvas(16, 16).getContext("2d", { willReadFrequently: true });
    copy.drawImage(layer._container, at.x - 8, at.y - 8, 16, 16, 0, 0, 16, 16);
    const seen = copy.getImageData(0, 0, 16, 16).data;
    for (let i = 0; i < seen.length; i += 4) {
      colours.add("#" + [...seen.slice(i, i + 3)].map((part) => part.toString(16).padStart(2, "0")).join(""));
    }
    return [...colours];
  };
}
"""


def drawn(reader: Reader, theatre: Extent) -> Page:
    """Open a page that has nothing but a basemap."""
    folder = files("maps") / "assets"
    leaflet, *scripts = (
        (folder / name).read_text(encoding="utf-8") for name in ("leaflet/leaflet.js", "data.js", "basemap.js")
    )
    colours = ";".join(f"--{name}:{colour}" for name, colour in style.LIGHT.items())
    parts = "".join(f"<script>{script}</script>" for script in [leaflet, "window.placelines = {}", *scripts])
    html = f"<!doctype html><html data-ready><style>:root{{{colours}}}#map{{width:640px;height:400px}}</style>"
    page = reader.open(f"{html}<div id=map></div>{parts}")
    page.evaluate(SETUP, basemap.blocks(theatre))
    return page


def colours_at(page: Page, lon: float, lat: float, zoom: float) -> set[str]:
    found: list[str] = page.evaluate("([lon, lat, zoom]) => pixelsAt(lon, lat, zoom)", [lon, lat, zoom])
    return set(found)


def test_a_lake_has_the_colour_of_the_sea_and_no_seams(reader: Reader) -> None:
    page = drawn(reader, VICTORIA)
    assert colours_at(page, 33.0, -1.7, 7.3) == {style.LIGHT["sea"]}
    for zoom in (10, 11.4, 13):
        assert colours_at(page, 33.0, 0.0, zoom) == {style.LIGHT["sea"]}  # two tiles meet at the equator
    assert style.LIGHT["land"] in colours_at(page, 33.0, -2.05, 8)  # the island of Ukerewe


def test_provinces_are_drawn_from_close_by_only(reader: Reader) -> None:
    page = drawn(reader, Extent(-99.0, 32.0, -97.0, 35.0))
    assert style.LIGHT["land"] in colours_at(page, -100.0, 35.5, 5)
    assert len(colours_at(page, -100.0, 35.5, 5)) == 1  # the straight border of Texas and Oklahoma
    assert len(colours_at(page, -100.0, 35.5, 7)) > 1


@pytest.mark.parametrize(
    ("lon", "lat", "zoom", "shown"), [(35.85, 33.0, 8, True), (36.6, 32.2, 10, False), (36.6, 32.2, 5, True)]
)
def test_whether_a_disputed_line_is_in_the_frame(
    reader: Reader, lon: float, lat: float, zoom: int, shown: bool
) -> None:
    page = drawn(reader, GOLAN)
    question = "([lon, lat, zoom]) => placelines.basemap.shows(blocks, 'disputed', frameAt(lon, lat, zoom))"
    answer: Any = page.evaluate(question, [lon, lat, zoom])
    assert answer is shown


def test_the_name_of_a_country_keeps_out_of_its_lakes(reader: Reader) -> None:
    page = drawn(reader, VICTORIA)
    spots: list[tuple[float, float]] = page.evaluate(
        "() => { const frame = frameAt(33, -0.4, 7); return placelines.basemap.roomiest(blocks, 'UG', frame)"
        ".map(([x, y]) => L.CRS.EPSG3857.pointToLatLng(L.point(x + frame.left, y + frame.top), 7))"
        ".map(({ lat, lng }) => [lng, lat]); }"
    )
    assert spots
    assert all(style.LIGHT["land"] in colours_at(page, lon, lat, 9) for lon, lat in spots[:12])


def test_where_only_a_lake_of_a_country_is_seen_its_name_may_stand_there(reader: Reader) -> None:
    page = drawn(reader, VICTORIA)
    found: int = page.evaluate("() => placelines.basemap.roomiest(blocks, 'UG', frameAt(33, -0.4, 11)).length")
    assert found > 100
