"""A drawing as folium's users meet it: layers of their own added to it, saved, and shown in a notebook."""

from __future__ import annotations

import doctest
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import folium
import folium.plugins
import pytest
from branca.colormap import LinearColormap
from branca.element import Element, Figure, MacroElement
from folium.template import Template
from playwright.sync_api import Frame, Page

from geo.atlas import Atlas
from geo.errors import OptionError
from geo.gazetteers.embedded import open_embedded
from geo.model import Document
from maps import draw, page
from maps.figure import Drawing, SelfContained
from tests.browser import Reader
from tests.story import StoryGazetteer, story
from tests.world import IDLIB, M4, mention

PAYLOADS: dict[str, str] = {
    payload["id"]: payload["text"]
    for payload in json.loads((Path(__file__).parent / "data" / "markup_payloads.json").read_text(encoding="utf-8"))
}
HERE = (35.9, 36.6)
"""Within the view of the story, (latitude, longitude)."""
AREA = {"type": "Polygon", "coordinates": [[[36.4, 35.7], [36.7, 35.7], [36.7, 35.9], [36.4, 35.7]]]}
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="(.*?)">')


def drawn(*, allow_cdn: bool = False) -> Drawing:
    return draw(story(), gazetteer=StoryGazetteer(), allow_cdn=allow_cdn)


def figure_of(drawing: Drawing) -> SelfContained:
    figure = drawing.get_root()
    assert isinstance(figure, SelfContained)
    return figure


def saved(drawing: Drawing) -> str:
    """Return the page that folium saves of a drawing."""
    return drawing.get_root().render()


def pin(**options: object) -> folium.Marker:
    return folium.Marker(HERE, **options)  # type: ignore[arg-type]


def policy(html: str) -> dict[str, list[str]]:
    (found,) = _POLICY.findall(html)
    return {directive.split()[0]: directive.split()[1:] for directive in found.split("; ")}


# The page is what folium saves


def test_what_folium_saves_is_the_page(tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    drawn().save(str(path))
    assert path.read_text(encoding="utf-8") == page.render(story(), gazetteer=StoryGazetteer())


def test_a_page_with_layers_is_the_same_each_time_it_is_made() -> None:
    drawing = drawn()
    group = folium.FeatureGroup("mine").add_to(drawing)
    pin(popup="x", tooltip="y", icon=folium.Icon()).add_to(group)
    folium.LayerControl().add_to(drawing)
    before = drawing.to_dict()
    first = saved(drawing)
    assert drawing.to_dict() == before
    assert saved(drawing) == first == page.render(story(), gazetteer=StoryGazetteer(), drawing=drawing)


def test_layers_that_are_added_later_are_on_the_next_page() -> None:
    drawing = drawn()
    first = saved(drawing)
    pin().add_to(drawing)
    assert saved(drawing).count("L.marker(") == first.count("L.marker(") + 1


def test_a_page_carries_only_the_libraries_that_its_layers_need() -> None:
    sizes = {}
    for name, icon in {"none": None, "own": folium.DivIcon("x"), "icon": folium.Icon()}.items():
        drawing = drawn()
        if icon:
            pin(icon=icon).add_to(drawing)
        sizes[name] = len(saved(drawing))
    assert sizes["own"] - sizes["none"] < 1_000
    assert 100_000 < sizes["icon"] - sizes["none"] < 400_000


def test_without_a_gazetteer_the_one_that_comes_along_is_asked() -> None:
    world = open_embedded()
    assert f"{world.name} {world.version}" in saved(draw(Atlas([Document("a", "Bake.")])))


def test_a_drawing_in_a_figure_of_another_is_refused() -> None:
    drawing = drawn()
    Figure().add_child(drawing)
    with pytest.raises(OptionError, match="put into a figure that is not its own"):
        page.render(story(), gazetteer=StoryGazetteer(), drawing=drawing)


@pytest.mark.usefixtures("unpacked")
def test_the_documented_example_is_true(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    failures, tries = doctest.testfile(str(root / "docs" / "folium.md"), module_relative=False)
    assert (failures, tries) == (0, 8)
    assert "Field hospital" in (tmp_path / "floods.html").read_text(encoding="utf-8")


# Layers of a user's own


def _popup(drawing: Drawing) -> None:
    pin(popup="Hello, world").add_to(drawing)


def _icon(drawing: Drawing) -> None:
    pin(icon=folium.Icon(color="red")).add_to(drawing)


def _cluster(drawing: Drawing) -> None:
    cluster = folium.plugins.MarkerCluster().add_to(drawing)  # type: ignore[no-untyped-call]
    for step in range(4):
        folium.Marker((35.9, 36.6 + step / 1000)).add_to(cluster)


def _fast_cluster(drawing: Drawing) -> None:
    cluster = folium.plugins.FastMarkerCluster([(35.9, 36.6 + step / 1000) for step in range(5)])  # type: ignore[no-untyped-call]
    cluster.add_to(drawing)


def _groups(drawing: Drawing) -> None:
    group = folium.FeatureGroup("My layer").add_to(drawing)
    pin().add_to(group)
    folium.LayerControl(collapsed=False).add_to(drawing)


def _geojson(drawing: Drawing) -> None:
    data = {"type": "Feature", "geometry": AREA, "properties": {"name": "Somewhere"}}
    folium.GeoJson(
        data,
        style_function=lambda _: {"className": "mine"},
        tooltip=folium.GeoJsonTooltip(["name"]),
        popup=folium.GeoJsonPopup(["name"]),
    ).add_to(drawing)


def _line(drawing: Drawing) -> None:
    folium.PolyLine([HERE, (36.0, 36.9)], class_name="mine", color="black").add_to(drawing)  # type: ignore[no-untyped-call]


def _tooltip(drawing: Drawing) -> None:
    pin(tooltip=folium.Tooltip("Told at once", permanent=True)).add_to(drawing)


def _fullscreen(drawing: Drawing) -> None:
    folium.plugins.Fullscreen().add_to(drawing)  # type: ignore[no-untyped-call]


def _heat(drawing: Drawing) -> None:
    folium.plugins.HeatMap([HERE]).add_to(drawing)  # type: ignore[no-untyped-call]


def _framed(drawing: Drawing) -> None:
    pin(popup=folium.Popup(folium.IFrame("<p>Within</p>", width="200px", height="60px"))).add_to(drawing)


LAYERS: dict[str, tuple[Callable[[Drawing], None], str]] = {
    "popup": (_popup, ".leaflet-popup-content:has-text('Hello, world')"),
    "icon": (_icon, ".awesome-marker-icon-red .glyphicon-info-sign"),
    "cluster": (_cluster, ".marker-cluster-small:has-text('4')"),
    "fast cluster": (_fast_cluster, ".marker-cluster-small:has-text('5')"),
    "groups": (_groups, ".leaflet-control-layers-overlays label:has-text('My layer')"),
    "geojson": (_geojson, "path.mine"),
    "line": (_line, "path.mine"),
    "tooltip": (_tooltip, ".leaflet-tooltip:has-text('Told at once')"),
    "full screen": (_fullscreen, ".fullscreen-icon"),
    "heat": (_heat, "canvas.leaflet-heatmap-layer"),
    "frame": (_framed, ".leaflet-popup-content iframe"),
}
"""Layers, and what shows that each is on the map."""


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_of_ones_own_works_offline(reader: Reader, name: str) -> None:
    add, selector = LAYERS[name]
    drawing = drawn()
    add(drawing)
    opened = reader.open(saved(drawing))
    if name in ("popup", "frame"):
        opened.locator(".leaflet-marker-icon").click()
    assert opened.locator(selector).first.is_visible()
    assert opened.locator("path.pl-marker").count() == 8, "the story is there too"
    # Chromium's advice to Leaflet.heat 0.2.0 on speed.
    reader.complaints[:] = [told for told in reader.complaints if "willReadFrequently" not in told]


def test_the_full_screen_button_has_its_sign(reader: Reader) -> None:
    drawing = drawn()
    _fullscreen(drawing)
    sign = reader.open(saved(drawing)).locator(".fullscreen-icon")
    assert sign.evaluate("e => getComputedStyle(e).backgroundImage").startswith('url("data:image/svg+xml;base64,')


def test_the_icons_font_and_pins_are_drawn(reader: Reader) -> None:
    drawing = drawn()
    _icon(drawing)
    opened = reader.open(saved(drawing))
    assert opened.evaluate("document.fonts.load('14px \"Glyphicons Halflings\"').then((faces) => faces.length)") == 1
    background = opened.locator(".awesome-marker-icon-red").evaluate("e => getComputedStyle(e).backgroundImage")
    assert background.startswith('url("data:image/png;base64,')


def test_the_users_part_of_a_figure_is_on_the_page(reader: Reader) -> None:
    drawing = drawn()
    figure_of(drawing).html.add_child(Element("<p id='mine'>Mine</p><script>document.title = 'Mine too';</script>"))
    opened = reader.open(saved(drawing))
    assert opened.locator("#mine").text_content() == "Mine"


def test_text_of_a_users_layer_is_not_run_as_a_template(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACELINES_CANARY", "it ran")
    name = "{{ cycler.__init__.__globals__.os.environ.PLACELINES_CANARY }}{# gone #}"
    drawing = drawn()
    pin().add_to(folium.FeatureGroup(name).add_to(drawing))
    folium.LayerControl(collapsed=False).add_to(drawing)
    html = saved(drawing)
    assert "it ran" not in html
    opened = reader.open(html)
    assert opened.locator(".leaflet-control-layers-overlays").text_content() == f" {name}"


def test_text_that_no_template_can_hold_is_refused() -> None:
    drawing = drawn()
    folium.FeatureGroup("{% nope %}").add_to(drawing)
    folium.LayerControl().add_to(drawing)
    with pytest.raises(OptionError, match=r"takes for a template .*nope.*leave '\{\{', '\{%' and '\{#' out"):
        saved(drawing)


REFUSED = {"jinja-block", "jinja-expression", "jinja-environ", "single-quote-attr", "img"}
"""Payloads that folium cannot write, or that look like a picture to fetch."""


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_names_of_layers_that_would_break_a_page_are_refused(name: str) -> None:
    drawing = drawn()
    folium.FeatureGroup(PAYLOADS[name]).add_to(drawing)
    folium.LayerControl().add_to(drawing)
    with pytest.raises(OptionError, match="a layer added to the map"):
        saved(drawing)


def test_markup_in_the_names_of_layers_runs_nothing(reader: Reader) -> None:
    drawing = drawn()
    for name in PAYLOADS.keys() - REFUSED:
        pin(popup=PAYLOADS["img"].replace("src=x", "")).add_to(folium.FeatureGroup(PAYLOADS[name]).add_to(drawing))
    folium.LayerControl(collapsed=False).add_to(drawing)
    opened = reader.open(saved(drawing))
    assert opened.locator(".leaflet-control-layers-overlays label").count() == len(PAYLOADS) - len(REFUSED)
    opened.wait_for_timeout(200)
    assert not opened.evaluate("'__x' in window")
    # folium sets the names as markup: what the policy then stops is told on the console.
    reader.complaints[:] = [told for told in reader.complaints if "Content Security Policy" not in told]


def test_nothing_of_an_atlas_reaches_folium(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY", "it ran")
    for payload in PAYLOADS.values():
        document = Document(payload, f"From {payload} to {payload}.", payload, payload, payload)
        place = replace(IDLIB, id=f"x:{payload}", name=payload)
        road = replace(M4, id=f"y:{payload}", name=payload, ref=payload, attribution=payload)
        told = [mention(document, payload, place), mention(document, payload, road, after=len(payload))]
        drawing = draw(Atlas([document], told), gazetteer=StoryGazetteer())
        html = saved(drawing)
        assert html.count("it ran") == 0
        parts = figure_of(drawing).parts()
        assert payload not in f"{parts.head}{parts.body}{parts.script}"


# What a page does not carry


def _turned(drawing: Drawing) -> None:
    pin(icon=folium.Icon(angle=45)).add_to(drawing)


def _choropleth(drawing: Drawing) -> None:
    LinearColormap(["white", "black"]).add_to(drawing)


def _tiles(drawing: Drawing) -> None:
    folium.TileLayer("OpenStreetMap").add_to(drawing)


def _wms(drawing: Drawing) -> None:
    folium.WmsTileLayer("https://wms.example/", layers="a").add_to(drawing)


def _awesome(drawing: Drawing) -> None:
    pin(icon=folium.Icon(prefix="fa", icon="car")).add_to(drawing)


def _awesome_by_hand(drawing: Drawing) -> None:
    pin(icon=folium.DivIcon('<i class="fa fa-car"></i>')).add_to(drawing)


def _picture(drawing: Drawing) -> None:
    pin(icon=folium.CustomIcon("https://pictures.example/pin.png")).add_to(drawing)


def _picture_in_popup(drawing: Drawing) -> None:
    pin(popup="<img src='https://pictures.example/a.png'>").add_to(drawing)


def _overlay(drawing: Drawing) -> None:
    folium.raster_layers.ImageOverlay("https://pictures.example/b.png", [[35, 36], [36, 37]]).add_to(drawing)


def _minimap(drawing: Drawing) -> None:
    folium.plugins.MiniMap().add_to(drawing)  # type: ignore[no-untyped-call]


class Asking(MacroElement):
    """A layer whose script asks for data."""

    _template = Template("{% macro script(this, kwargs) %}$.getJSON('https://data.example/a.json');{% endmacro %}")


def _data(drawing: Drawing) -> None:
    drawing.add_child(Asking())  # type: ignore[no-untyped-call]


class Embedded(MacroElement):
    """A layer whose markup holds another page."""

    _template = Template(
        '{% macro html(this, kwargs) %}<iframe title="x" src="https://frames.example/"></iframe>{% endmacro %}'
    )


def _embedded(drawing: Drawing) -> None:
    drawing.add_child(Embedded())  # type: ignore[no-untyped-call]


FOREIGN: dict[str, tuple[Callable[[Drawing], None], str, dict[str, str]]] = {
    "turned icon": (_turned, "awesome.rotate", {"style-src": "https://cdn.jsdelivr.net"}),
    "colour map": (
        _choropleth,
        "d3.min.js",
        {"script-src": "https://cdnjs.cloudflare.com/ajax/libs/d3/3.5.5/d3.min.js"},
    ),
    "tiles": (_tiles, "tile.openstreetmap.org", {"img-src": "https://tile.openstreetmap.org"}),
    "wms": (_wms, "https://wms.example/", {"img-src": "https://wms.example"}),
    "font awesome": (_awesome, "fontawesome-free", {"font-src": "https://cdn.jsdelivr.net"}),
    "font awesome by hand": (_awesome_by_hand, "fontawesome-free", {"style-src": "https://cdn.jsdelivr.net"}),
    "picture": (_picture, "pictures.example/pin.png", {"img-src": "https://pictures.example"}),
    "picture in a popup": (_picture_in_popup, "pictures.example/a.png", {"img-src": "https://pictures.example"}),
    "overlay": (_overlay, "pictures.example/b.png", {"img-src": "https://pictures.example"}),
    "minimap": (_minimap, "Control.MiniMap.js", {"img-src": "https://tile.openstreetmap.org"}),
    "data": (_data, "data.example/a.json", {"connect-src": "https://data.example"}),
    "frame": (_embedded, "https://frames.example/", {"frame-src": "https://frames.example"}),
}
"""Layers, what they need, and a source in the policy of a page that may fetch it."""


@pytest.mark.parametrize("name", FOREIGN)
def test_what_the_page_does_not_carry_is_refused_by_its_address(name: str) -> None:
    add, address, _ = FOREIGN[name]
    drawing = drawn()
    add(drawing)
    with pytest.raises(OptionError, match=rf"needs '[^']*{re.escape(address)}.*allow_cdn=True.*--tiles"):
        saved(drawing)


@pytest.mark.parametrize("name", FOREIGN)
def test_what_the_user_allows_is_let_through_and_nothing_else(name: str) -> None:
    add, _, allowed = FOREIGN[name]
    drawing = drawn(allow_cdn=True)
    add(drawing)
    found = policy(saved(drawing))
    for directive, source in allowed.items():
        assert source in found[directive]
    assert found["default-src"] == ["'none'"]
    assert "'unsafe-inline'" not in found["script-src"]


def test_a_page_that_may_fetch_asks_for_what_it_links(reader: Reader) -> None:
    drawing = drawn(allow_cdn=True)
    _tiles(drawing)
    _awesome(drawing)
    html = saved(drawing)
    assert '<link rel="stylesheet" href="https://cdn.jsdelivr.net/npm/@fortawesome/' in html
    reader.open(html)
    hosts = {address.split("/")[2] for address in reader.requests}
    assert hosts == {"cdn.jsdelivr.net", "tile.openstreetmap.org"}
    reader.requests.clear()
    assert all("ERR_" in told for told in reader.complaints), "only that there is no network"
    reader.complaints.clear()


def test_a_page_that_may_fetch_but_need_not_is_as_any_other() -> None:
    assert saved(drawn(allow_cdn=True)) == saved(drawn())


@pytest.mark.parametrize("address", ["http://old.example/a.png", "//bare.example/a.png", "beside.png"])
def test_other_addresses_than_https_are_refused_even_then(address: str) -> None:
    drawing = drawn(allow_cdn=True)
    pin(popup=f"<img src='{address}'>").add_to(drawing)
    with pytest.raises(OptionError, match=rf"needs '{address}': a page fetches from https addresses only"):
        saved(drawing)


def test_a_link_to_read_on_is_no_need() -> None:
    drawing = drawn()
    pin(popup="<a href='https://example.org/'>more</a>").add_to(drawing)
    assert policy(saved(drawing))["img-src"] == ["data:"]


# In a notebook


def shown(reader: Reader, drawing: Drawing) -> tuple[Page, Frame]:
    """Open what a notebook shows of a drawing, within a page around it."""
    head = "<!DOCTYPE html><html lang='en' data-ready><meta charset='windows-1252'><title>Notebook</title>"
    opened = reader.open(f"{head}<p>Before</p>{drawing._repr_html_()}<p>After</p>")
    opened.context.set_offline(True)
    opened.reload()
    frame = opened.frames[1]
    frame.wait_for_selector("html[data-ready]", state="attached")
    return opened, frame


def test_a_notebook_shows_the_page_in_a_frame(reader: Reader) -> None:
    opened, frame = shown(reader, drawn())
    box = opened.locator("iframe").bounding_box()
    assert box is not None
    assert (box["height"], box["width"] > 1200) == (560, True)
    assert opened.locator("iframe").get_attribute("title") == "Map of a story"
    assert frame.locator("path.pl-marker").count() == 8
    assert frame.evaluate("window.origin") == "null", "it can do nothing to the notebook"


def test_the_page_in_a_notebook_can_be_worked_with(reader: Reader) -> None:
    _, frame = shown(reader, drawn())
    frame.locator("#places button").first.click()
    frame.wait_for_selector(".leaflet-popup")
    frame.locator("#theme").click()
    assert frame.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_notebook_shows_layers_of_ones_own(reader: Reader) -> None:
    drawing = drawn()
    _popup(drawing)
    _, frame = shown(reader, drawing)
    frame.locator(".leaflet-marker-icon").click()
    assert frame.locator(".leaflet-popup-content").text_content() == "Hello, world"


def test_every_payload_survives_the_frame(reader: Reader) -> None:
    texts = [" ".join(payload.split()) for payload in PAYLOADS.values()]
    drawing = draw(Atlas([Document("a", "\n\n".join(texts), " ".join(texts))]), gazetteer=StoryGazetteer())
    _, frame = shown(reader, drawing)
    assert frame.locator("#title").text_content() == " ".join(texts)
    told = str(frame.locator("#articles").text_content())
    assert [text for text in texts if text not in told] == []
    assert not frame.evaluate("'__x' in window")


def test_a_frame_can_be_made_higher() -> None:
    drawing = drawn()
    figure_of(drawing).height = "800px"
    assert "height: 800px" in drawing._repr_html_()
