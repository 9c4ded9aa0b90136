"""What readers take away from a page: files, a picture, paper, a link, and the map in a frame of another page."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from geo.atlas import Atlas
from geo.model import Document
from geo.writers import geojson
from maps import page as page_module
from maps import takeaway
from maps.draw import draw
from tests.browser import Reader
from tests.story import TITLE, StoryGazetteer, mentions, story

DATED = "2020-03-05"
PAGES = re.compile(rb"/Type\s*/Page\b")
BOX = re.compile(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]")


def rendered(atlas: Atlas) -> str:
    return page_module.render(atlas, gazetteer=StoryGazetteer(), tool_version="9.9")


def titled(title: str) -> Atlas:
    (document,) = story().documents
    retitled = Document("story", document.text, title, "Example Wire")
    return Atlas([retitled], mentions(retitled))


@pytest.fixture(scope="module")
def html() -> str:
    return rendered(story())


@pytest.fixture
def taker(reader: Reader) -> Iterator[Reader]:
    """Return a reader who saves and embeds: blob addresses are the browser's own, and the page may be asked for so."""
    yield reader
    reader.requests[:] = [url for url in reader.requests if not re.match(r"blob:|file:.*/page\.html\?embed", url)]


def opener(page: Page) -> Locator:
    return page.get_by_role("button", name="Save or share")


def press(page: Page, name: str) -> None:
    opener(page).click()
    page.locator("#takeaway").get_by_role("button", name=re.compile(f"^{name}")).click()


def saved(page: Page, name: str) -> tuple[str, bytes]:
    """Press a button of the list, and return the name and the bytes of the file that comes."""
    with page.expect_download(timeout=20_000) as download:
        press(page, name)
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def told(page: Page) -> Locator:
    return page.locator("#tools [role=status]")


# The list


def test_the_list_unfolds_and_folds_by_keyboard(reader: Reader, html: str) -> None:
    page = reader.open(html)
    focused = "document.activeElement.textContent"
    opener(page).focus()
    assert opener(page).get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    assert opener(page).get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused).startswith("Places")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused).startswith("Embed")
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    assert page.evaluate(focused).startswith("Lines")
    page.keyboard.press("Escape")
    assert opener(page).get_attribute("aria-expanded") == "false"
    assert page.evaluate(focused) == "Save or share"
    page.keyboard.press("Space")
    assert page.locator("#takeaway").is_visible()
    page.mouse.click(900, 400)
    assert page.locator("#takeaway").is_hidden()


def test_escape_folds_the_list_and_leaves_the_popup(reader: Reader, html: str) -> None:
    page = reader.open(html)
    page.locator("#places button").first.click()
    opener(page).click()
    page.keyboard.press("Escape")
    assert page.locator(".leaflet-popup").count() == 1


def test_every_button_of_the_list_is_large_enough(reader: Reader, html: str) -> None:
    page = reader.open(html, size=(390, 844), touch=True)
    opener(page).click()
    heights = page.locator("#tools button:visible").evaluate_all("all => all.map(e => e.offsetHeight)")
    assert len(heights) == 9
    assert min(heights) >= 24
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


# Files


@pytest.mark.parametrize("name", geojson.NAMES)
def test_a_file_is_the_one_that_the_command_writes(taker: Reader, html: str, name: str) -> None:
    page = taker.open(html)
    written = b"".join(geojson.folder(story())[name])
    word = name.removesuffix(".geojson").capitalize()
    assert saved(page, word) == (name, written)
    assert told(page).text_content() == f"Saved {name}"


def test_a_file_that_is_too_large_is_named(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeaway, "ROOM_OF_ONE", 600)
    page = reader.open(rendered(story()))
    opener(page).click()
    (words,) = page.locator("#takeaway li.aside:has-text('mentions')").all_text_contents()
    assert words == "Mentions: beside this page as mentions.geojson, too large to carry"


def test_files_can_be_saved_from_the_frame_of_a_notebook(taker: Reader, html: str) -> None:
    page = taker.open(f"<html data-ready><body>{draw(story(), gazetteer=StoryGazetteer())._repr_html_()}</body></html>")
    frame = page.frame_locator("iframe")
    frame.locator("html[data-ready]").wait_for(state="attached")
    frame.get_by_role("button", name="Save or share").click()
    assert frame.get_by_role("button", name="Copy link").count() == 0, "it has no address"
    with page.expect_download() as download:
        frame.locator("#takeaway").get_by_role("button", name=re.compile("^Places")).click()
    assert download.value.suggested_filename == "places.geojson"
    assert b"Idlib" in Path(download.value.path()).read_bytes()


# Picture


PIXELS = """async ([bytes, points]) => {
  const image = await createImageBitmap(new Blob([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))]));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return points.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data].slice(0, 3));
}"""


def colours_at(browser: Browser, png: bytes, points: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Return the colours of pixels of a picture."""
    import base64

    page = browser.new_page()
    found = page.evaluate(PIXELS, [base64.b64encode(png).decode(), points])
    page.close()
    return [tuple(colour) for colour in found]


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize(
    ("colours", "paper", "blue"),
    [("light", (255, 255, 255), (0, 114, 178)), ("dark", (21, 29, 37), (74, 168, 224))],
)
def test_the_picture_shows_the_map_as_it_is(
    taker: Reader, html: str, colours: str, paper: tuple[int, int, int], blue: tuple[int, int, int]
) -> None:
    page = taker.open(html, colours="dark" if colours == "dark" else "light")
    box = page.locator("#stage").bounding_box()
    idlib = page.locator("path.pl-marker[aria-label^='Idlib']").bounding_box()
    assert box is not None
    assert idlib is not None
    name, png = saved(page, "Picture")
    assert name == "Syrian-army-says-M4-motorway-reopened-as-Ankara-and-Moscow-trade-accusations.png"
    assert len(png) > 100_000
    width, height = size_of(png)
    head = height - 2 * box["height"]
    assert width == 2 * round(box["width"])
    assert 100 < head < 250
    x = round(2 * (idlib["x"] - box["x"] + idlib["width"] / 2))
    y = round(2 * (idlib["y"] + idlib["height"] / 2) + head)
    zoom_button = (40, round(head) + 40)
    assert colours_at(taker.browser, png, [(8, 8), (x, y)]) == [paper, blue]
    assert colours_at(taker.browser, png, [zoom_button]) != [paper], "no button stands there"
    assert told(page).text_content() == "Picture saved"
    assert page.evaluate("document.documentElement.className") == ""


def test_a_picture_leaves_the_open_popup_alone(taker: Reader, html: str) -> None:
    page = taker.open(html)
    page.locator("#places button").first.click()
    before = page.url
    saved(page, "Picture")
    assert page.locator(".leaflet-popup").get_attribute("aria-label") == "Idlib"
    assert page.url == before


def test_on_a_phone_the_legend_stands_below_the_picture(taker: Reader, html: str) -> None:
    page = taker.open(html, size=(390, 844))
    (stage,) = page.locator(".folium-map").evaluate_all("all => all.map(e => e.offsetHeight)")
    (key,) = page.locator("#key").evaluate_all("all => all.map(e => e.offsetHeight)")
    _, png = saved(page, "Picture")
    assert key > 60
    assert size_of(png)[1] > 2 * (stage + key + 40)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd <b>\x01 ok", "etc-passwd-b-ok.png"),
        ("مظاهرة في إدلب", "map.png"),
        ("x" * 300, "x" * 80 + ".png"),
    ],
)
def test_the_picture_is_named_after_the_title(taker: Reader, title: str, name: str) -> None:
    page = taker.open(rendered(titled(title)))
    found, png = saved(page, "Picture")
    assert found == name
    assert len(png) > 100_000


# Link and frame


def test_the_link_names_the_place_that_is_open(taker: Reader, html: str) -> None:
    page = taker.open(html)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#places button").first.click()
    press(page, "Copy link")
    told(page).filter(has_text="Link copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert page.url.endswith("#geonames%3A169389")


def test_a_link_that_may_not_be_copied_is_shown_to_be_copied(reader: Reader, html: str) -> None:
    page = reader.open(html)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    press(page, "Copy link")
    field = page.get_by_role("textbox", name="Link")
    assert field.input_value() == page.url
    assert page.evaluate("String(getSelection())") == page.url
    assert told(page).text_content() == "Press Ctrl+C to copy"
    page.keyboard.press("Escape")
    assert field.count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Save or share"


def test_the_code_to_embed_is_safe_to_paste(taker: Reader) -> None:
    title = "\"><script>alert(1)</script> & 'x'"
    page = taker.open(rendered(titled(title)))
    press(page, "Embed")
    code = page.get_by_role("textbox", name="Code to embed the map").input_value()
    assert "<script" not in code
    found = re.fullmatch(
        r'<iframe src="(.*?)" title="(.*?)" width="800" height="600" style="border: 0"></iframe>', code
    )
    assert found is not None
    assert [unescape(part) for part in found.groups()] == ["page.html?embed", title]


@pytest.mark.parametrize("size", [(480, 320), (800, 600)])
def test_an_embedded_page_is_the_map_only(taker: Reader, html: str, size: tuple[int, int]) -> None:
    page = taker.open(html, size=size, anchor="?embed#geonames%3A169389")
    for selector in ("#masthead", "#panel"):
        assert page.locator(selector).is_hidden()
    stage = page.locator(".folium-map").bounding_box()
    assert stage is not None
    assert (stage["x"], stage["width"], stage["y"] + stage["height"]) == (0, size[0], size[1])
    assert stage["height"] > size[1] - 45
    assert page.evaluate("document.documentElement.scrollHeight") == size[1]
    assert page.get_by_role("heading", level=1).text_content() == TITLE
    assert page.locator(".leaflet-popup").get_attribute("aria-label") == "Idlib"
    page.keyboard.press("Escape")
    key = page.locator(".leaflet-control.key")
    assert key.get_by_role("listitem").first.is_hidden()
    key.get_by_role("button", name="Legend").click()
    assert key.get_by_role("listitem").first.is_visible()
    inside = key.bounding_box()
    assert inside is not None
    assert inside["y"] >= stage["y"]


def test_the_line_above_an_embedded_map_leads_to_the_whole_page(taker: Reader, html: str) -> None:
    page = taker.open(html, size=(800, 600), anchor="?embed")
    link = page.get_by_role("link", name="Open the full page")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener")
    page.locator("path.pl-marker[aria-label^='Idlib']").click()
    with page.context.expect_page() as opened:
        link.click()
    opened.value.wait_for_load_state()
    assert opened.value.url == page.url.replace("?embed", "")
    assert opened.value.url.endswith("page.html#geonames%3A169389")


# Paper


@pytest.fixture
def on_paper(reader: Reader) -> Callable[..., Page]:
    def open_for_paper(html: str, size: tuple[int, int] = (1280, 800)) -> Page:
        page = reader.open(html, size=size, colours="dark")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        return page

    return open_for_paper


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_on_paper_the_map_fills_the_first_page(on_paper: Callable[..., Page], html: str, size: tuple[int, int]) -> None:
    page = on_paper(html, size)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    stage, imprint = page.locator("#stage").bounding_box(), page.locator("#imprint").bounding_box()
    assert stage is not None
    assert imprint is not None
    assert stage["width"] == 1046
    assert stage["height"] > 560
    assert 690 < imprint["y"] + imprint["height"] <= 718
    assert "do not imply endorsement" in str(page.locator("#imprint").text_content())
    for selector in (".leaflet-control.key li", ".leaflet-control-scale", ".leaflet-control-attribution"):
        assert page.locator(selector).first.is_visible(), selector
    for selector in ("#tools", "#theme", ".leaflet-bar"):
        assert page.locator(selector).first.is_hidden(), selector
    assert page.locator("#panel").evaluate("e => getComputedStyle(e).breakBefore") == "page"


@pytest.mark.parametrize("width", [1046, 980])
def test_nothing_is_wider_than_paper(reader: Reader, html: str, width: int) -> None:
    page = reader.open(html, size=(width, 718 if width == 1046 else 740))
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    right = "all => Math.max(...all.map(e => e.getBoundingClientRect().right))"
    assert page.locator("#stage, #panel :visible").evaluate_all(right) <= width


def test_on_paper_every_symbol_of_the_story_is_clear_of_the_legend(on_paper: Callable[..., Page], html: str) -> None:
    page = on_paper(html)
    boxes = "all => all.map(e => e.getBoundingClientRect().toJSON())"
    symbols = page.locator("path.pl-marker[tabindex='0']").evaluate_all(boxes)
    covers = page.locator(".leaflet-control:visible").evaluate_all(boxes)
    assert len(symbols) == 4
    for one in symbols:
        for other in covers:
            is_apart = one["left"] > other["right"] or other["left"] > one["right"]
            assert is_apart or one["top"] > other["bottom"] or other["top"] > one["bottom"]


def test_after_printing_the_screen_is_as_it_was(on_paper: Callable[..., Page], html: str) -> None:
    page = on_paper(html)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#imprint").count() == 0
    assert page.evaluate("document.documentElement.dataset.theme ?? 'own'") == "own"
    stage = page.locator("#stage").bounding_box()
    assert stage is not None
    assert stage["height"] == 800


@pytest.mark.parametrize(("paper", "size"), [("A4", (842, 595)), ("Letter", (792, 612))])
def test_paper_lies_on_its_side(reader: Reader, html: str, paper: str, size: tuple[int, int]) -> None:
    page = reader.open(html)
    printed = page.pdf(format=paper, prefer_css_page_size=True)
    assert len(PAGES.findall(printed)) == 2, "the map, then the list with a short text"
    width, height = (round(float(each)) for each in BOX.findall(printed)[0])
    assert (width, height) == pytest.approx(size, abs=2)


def test_a_very_long_title_still_leaves_one_page_to_the_map(reader: Reader) -> None:
    page = reader.open(rendered(titled("A very long headline about roads " * 9)))
    printed = page.pdf(format="A4", landscape=True, prefer_css_page_size=True)
    assert len(PAGES.findall(printed)) == 2


def test_the_source_and_day_are_on_paper(on_paper: Callable[..., Page]) -> None:
    from datetime import date

    (document,) = story().documents
    dated = replace(document, date=date.fromisoformat(DATED))
    page = on_paper(rendered(Atlas([dated], mentions(dated))))
    assert "5 March 2020" in str(page.locator("#source").text_content())
    assert page.locator("#source").is_visible()
