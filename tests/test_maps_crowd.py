from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import folium
import pytest
from branca.element import Figure
from playwright.sync_api import Page

from maps import style
from maps.draw import draw
from maps.figure import Crowd
from maps.story import story_order
from tests.browser import Reader
from tests.crowd_world import crowd
from tests.story import story

_SCRIPTS = (
    "leaflet/leaflet.js",
    "supercluster/supercluster.min.js",
    "elements.js",
    "symbols.js",
    "entries.js",
    "basemap.js",
    "discs.js",
    "crowd.js",
)

Spot = tuple[float, float, int]
"""Latitude, longitude and weight."""


@pytest.fixture
def crowd_page(root: Path, reader: Reader) -> _CrowdPage:
    return _CrowdPage(root / "maps" / "assets", reader)


class _CrowdPage:
    """Opens a page that has nothing but a map and a crowd, and the list `heard` of what it reported."""

    def __init__(self, assets: Path, reader: Reader) -> None:
        self.assets = assets
        self.reader = reader

    def open(self, entries: Sequence[dict[str, Any]], *, zoom: float = 5, at: tuple[float, float] = (36, 36)) -> Page:
        scripts = [(self.assets / name).read_text(encoding="utf-8") for name in _SCRIPTS]
        started = f"""
            const entries = {json.dumps(entries)};
            for (const entry of entries) entry.point = L.latLng(entry.at);
            const map = L.map("map", {{ maxZoom: 13, zoomSnap: 0.25 }}).setView({list(at)}, {zoom});
            const heard = [];
            const crowd = new placelines.crowd.Crowd({{
              onPick: (entry) => heard.push(["pick", entry.name]),
              onPeek: (entry) => heard.push(["peek", entry && entry.name]),
              onMany: (entries) => heard.push(["many", ...entries.map(({{ name }}) => name)]),
            }}).addTo(map);
            crowd.show(entries);
            document.documentElement.dataset.ready = "";
        """
        css = style.css_variables() + (self.assets / "leaflet" / "leaflet.css").read_text(encoding="utf-8")
        css += "body { margin: 0 } #map { height: 600px }"
        return self.reader.open(
            f"<!doctype html><meta charset=utf-8><style>{css}</style><div id=map></div>"
            + "".join(f"<script>{script}</script>" for script in (*scripts, started))
        )


def entry(name: str, lat: float, lon: float, weight: int = 1, **more: object) -> dict[str, Any]:
    return {"name": name, "at": [lat, lon], "weight": weight, "sure": True, "shape": "circle", "tint": None, **more}


def singles(page: Page) -> list[str]:
    names: list[str] = page.evaluate("crowd.singles().map(({ entry }) => entry.name)")
    return names


def symbol(page: Page, index: int = 0) -> tuple[float, float]:
    """Return the pixels of a symbol, from the largest on."""
    box = page.evaluate("crowd.boxes()")[index]
    return (box["left"] + box["right"]) / 2, (box["top"] + box["bottom"]) / 2


def colour_at(page: Page, x: float, y: float) -> list[int]:
    """Return red, green and blue of a pixel of the crowd's canvas, in pixels of the map."""
    pixel: list[int] = page.evaluate(
        """([x, y]) => {
          const canvas = document.querySelector(".leaflet-crowd-pane canvas");
          const box = canvas.getBoundingClientRect();
          const probe = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
          probe.drawImage(canvas, box.left - x, box.top - y);
          return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)];
        }""",
        [x, y],
    )
    return pixel


PLACE = [0x00, 0x72, 0xB2]


def test_a_story_has_no_crowd() -> None:
    assert draw(story()).crowd is None


def test_more_places_than_markers_are_one_layer_of_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("maps.draw"), "MOST_MARKERS", 7)
    drawing = draw(story())
    assert not [child for child in drawing._children.values() if isinstance(child, folium.CircleMarker)]
    assert drawing.layers.keys() == {8}, "the road stays a layer of its own"
    assert isinstance(drawing.crowd, Crowd)
    entries = story_order(story())
    lat, lon, look = drawing.crowd.rows[0]
    assert (lat, lon) == (35.93062, 36.63393)
    assert drawing.crowd.looks[look]["radius"] == 12.4, "five mentions"
    looks = [drawing.crowd.looks[number] for _, _, number in drawing.crowd.rows]
    assert sum(each["dashArray"] is not None for each in looks) == sum(
        not each.is_asserted for each in entries if style.shape_of(each) in ("circle", "square")
    )


def test_folium_alone_shows_the_crowd(reader: Reader, root: Path) -> None:
    layer = draw(crowd(10, 700, 650)[0]).crowd
    assert layer
    plain = folium.Map(location=(20, 10), zoom_start=2, tiles=None)
    plain.add_child(layer)
    figure = plain.get_root()
    assert isinstance(figure, Figure)
    figure.render()
    script = figure.script.render()
    leaflet = (root / "maps" / "assets" / "leaflet" / "leaflet.js").read_text(encoding="utf-8")
    page = reader.open(
        f"<!doctype html><style>#{plain.get_name()} {{ width: 900px; height: 500px }}</style>"
        f"<div id={plain.get_name()}></div><script>{leaflet}</script><script>{script}</script>"
        "<script>document.documentElement.dataset.ready = ''</script>"
    )
    page.wait_for_timeout(100)
    painted = page.evaluate(
        """() => {
          const canvas = document.querySelector("canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.filter((value, index) => index % 4 === 3 && value > 0).length;
        }"""
    )
    assert painted > 20_000
    assert not reader.complaints


def test_far_places_stand_alone_heaviest_first_and_near_ones_together(crowd_page: _CrowdPage) -> None:
    page = crowd_page.open(
        [entry("A", 36, 36), entry("B", 36.01, 36.01), entry("C", 34, 30, 3), entry("D", 38, 31, 200)]
    )
    assert singles(page) == ["D", "C"]
    boxes = page.evaluate("crowd.boxes()")
    assert len(boxes) == 3
    assert boxes[0]["right"] - boxes[0]["left"] == pytest.approx(36), "17 pixels of radius and the casing"
    assert not crowd_page.reader.complaints


def test_a_place_looks_like_its_marker(crowd_page: _CrowdPage) -> None:
    page = crowd_page.open(
        [
            entry("sure", 36, 33, 4),
            entry("unsure", 36, 36, 4, sure=False),
            entry("capital", 36, 39, shape="square"),
            entry("tinted", 36, 30, 4, tint="#cc79a7"),
        ]
    )
    at = {each["entry"]["name"]: each["at"] for each in page.evaluate("crowd.singles()")}
    assert colour_at(page, *at["sure"]) == PLACE
    assert colour_at(page, *at["tinted"]) == [0xCC, 0x79, 0xA7]
    assert colour_at(page, *at["capital"]) == [255, 255, 255]
    corner = colour_at(page, at["capital"][0] - 5, at["capital"][1] + 4)
    assert corner == pytest.approx([0x46, 0x53, 0x5F], abs=12), "it is a square"
    dash = colour_at(page, at["unsure"][0] + 11.5, at["unsure"][1] + 1)
    assert dash == pytest.approx([0xC2, 0x4E, 0x00], abs=12)
    casing = colour_at(page, at["sure"][0] + 11.5, at["sure"][1])
    assert casing == pytest.approx([255, 255, 255], abs=16)
    page.evaluate("document.documentElement.dataset.theme = 'dark'; crowd.redraw()")
    assert colour_at(page, *at["sure"]) == [0x4A, 0xA8, 0xE0]


def test_a_click_on_a_place_picks_it_and_one_on_a_cluster_takes_it_apart(crowd_page: _CrowdPage) -> None:
    page = crowd_page.open([entry("A", 36, 36), entry("B", 36.3, 36.3), entry("C", 36, 30)])
    assert singles(page) == ["C"]
    page.mouse.click(*symbol(page))
    page.wait_for_function("crowd.singles().length === 2")
    assert page.evaluate("map.getZoom()") > 5
    assert set(singles(page)) == {"A", "B"}
    x, y = page.evaluate("crowd.singles().find(({ entry }) => entry.name === 'A').at")
    page.mouse.click(x, y)
    assert page.evaluate("heard.filter(([what]) => what === 'pick')") == [["pick", "A"]]


def test_places_at_one_point_are_named_together_at_any_zoom(crowd_page: _CrowdPage) -> None:
    page = crowd_page.open([entry("A", 36, 36), entry("B", 36, 36, 7)])
    page.mouse.click(*symbol(page))
    assert page.evaluate("heard.at(-1)") == ["many", "B", "A"]
    page.evaluate("void map.setView([36, 36], 13, { animate: false })")
    page.mouse.click(*symbol(page))
    assert page.evaluate("heard.at(-1)") == ["many", "B", "A"]


def test_the_pointer_peeks_at_places_but_not_through_controls(crowd_page: _CrowdPage) -> None:
    page = crowd_page.open([entry("A", 36, 36)])
    canvas = page.locator(".leaflet-crowd-pane canvas")
    assert canvas.evaluate("element => getComputedStyle(element).pointerEvents") == "none"
    x, y = symbol(page)
    page.mouse.move(x + 10, y)
    assert page.evaluate("heard") == [["peek", "A"]], "a small symbol is easy to hit"
    assert canvas.evaluate("element => getComputedStyle(element).cursor") == "pointer"
    page.mouse.move(x + 40, y)
    assert page.evaluate("heard") == [["peek", "A"], ["peek", None]]
    page.evaluate(
        "void map.setView(map.containerPointToLatLng([map.getSize().x / 2 + 608, 315]), 5, { animate: false })"
    )
    page.evaluate("map.panBy([0, 0], { animate: false })")
    zoom_in = page.locator(".leaflet-control-zoom-in").bounding_box()
    assert zoom_in
    page.mouse.move(zoom_in["x"] + 10, zoom_in["y"] + 10)
    assert page.evaluate("heard.length") == 2


def test_a_ring_marks_the_open_place_also_inside_its_cluster(crowd_page: _CrowdPage) -> None:
    page = crowd_page.open([entry("A", 36, 36), entry("B", 36.01, 36.01), entry("C", 36, 30)])
    lit = [0xFF, 0xC9, 0x4D]
    (x, y), reach = symbol(page), page.evaluate("crowd.boxes()[0].right") - symbol(page)[0]
    assert colour_at(page, x + reach, y) != lit
    page.evaluate("crowd.mark(entries[1])")
    page.wait_for_timeout(50)
    assert colour_at(page, x + reach, y) == lit
    page.evaluate("crowd.mark(null)")
    page.wait_for_timeout(50)
    assert colour_at(page, x + reach, y) != lit


def test_what_is_shown_changes_with_the_filter(crowd_page: _CrowdPage) -> None:
    page = crowd_page.open([entry("A", 36, 36), entry("B", 36.01, 36.01, 2000)])
    assert singles(page) == []
    page.evaluate("crowd.show([entries[0]])")
    assert singles(page) == ["A"]
    page.evaluate("crowd.show([])")
    assert page.evaluate("crowd.boxes()") == []


def test_the_world_repeats_and_its_edge_splits_nothing(crowd_page: _CrowdPage) -> None:
    page = crowd_page.open([entry("Fiji", -18, 178.4), entry("Samoa", -13.8, 188.2)], zoom=1, at=(0, 180))
    assert len(page.evaluate("crowd.boxes()")) == 6, "the map is wide enough for both of them thrice"
    assert sorted(singles(page)) == ["Fiji", "Samoa"], "each is named once"
    page.evaluate("void map.setView([-16, 183], 6, { animate: false })")
    assert len(page.evaluate("crowd.boxes()")) == 2


def test_ten_thousand_places_zoom_within_the_blink_of_an_eye(crowd_page: _CrowdPage) -> None:
    entries = [
        entry(e.display_name, e.referent.lat, e.referent.lon, len(e.mentions), sure=e.is_asserted)
        for e in crowd(100, 12_000, 10_000)[0].places
    ]
    page = crowd_page.open(entries, zoom=2, at=(25, 10))
    steps = page.evaluate(
        """() => [3, 4, 5, 6, 7, 8].map((zoom) => {
          const start = performance.now();
          map.setView(crowd._symbols[0].latlng, zoom, { animate: false });
          return performance.now() - start;
        })"""
    )
    assert max(steps) < 300
    weights = "crowd._symbols.map(({ entry, cluster }) => (entry ?? cluster).weight)"
    assert page.evaluate(f"map.setView([20, 0], 1.5, {{ animate: false }}); Math.max(...{weights})") > 100
