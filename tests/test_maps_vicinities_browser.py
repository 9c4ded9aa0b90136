"""Stated areas in a real browser: soft, below everything, and tied to their places."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page

from geo.atlas import Atlas
from geo.model import Document, Vicinity, VicinitySort
from maps import page
from tests.browser import Reader
from tests.story import StoryGazetteer
from tests.world import ALEPPO, IDLIB, mention

NEWS = Document("news", "Shells fell 20 km north of Idlib, and south of Aleppo.", "Shells fall")
OFFSET = Vicinity(VicinitySort.OFFSET, 12, 26, "20 km north of", 10_700, 20_000.0, 0.0)
SECTOR = Vicinity(VicinitySort.SECTOR, 38, 46, "south of", 40_000, None, 180.0)


@pytest.fixture
def opened(reader: Reader) -> Page:
    idlib = replace(mention(NEWS, "Idlib", IDLIB, confidence=0.9), vicinity=OFFSET)
    aleppo = replace(mention(NEWS, "Aleppo", ALEPPO, confidence=0.2), vicinity=SECTOR)
    atlas = Atlas([NEWS], [idlib, aleppo])
    opened = reader.open(page.render(atlas, gazetteer=StoryGazetteer(), tool_version="test"))
    assert (reader.complaints, reader.requests) == ([], [])
    return opened


def test_areas_are_buttons_that_say_what_they_are(opened: Page) -> None:
    areas = opened.locator(".leaflet-areas-pane [role=button]")
    assert [area.get_attribute("aria-label") for area in areas.all()] == [
        "south of Aleppo, stated area, approximate, uncertain",
        "20 km north of Idlib, stated area, approximate",
    ]
    assert all(area.get_attribute("tabindex") == "0" for area in areas.all())
    assert "20 km north of Idlib (approximate)" in (areas.last.locator("title").text_content() or "")


def test_areas_have_a_soft_edge_that_grows_with_the_view_and_lie_below_symbols(opened: Page) -> None:
    area = opened.locator(".leaflet-areas-pane .pl-area").last
    blur = "(element) => parseFloat(getComputedStyle(element).filter.slice('blur('.length))"
    before = area.evaluate(blur)
    assert 2 <= before <= 14
    assert area.evaluate("(element) => getComputedStyle(element).stroke") == "none"
    opened.locator(".leaflet-container").focus()
    opened.keyboard.press("-")
    opened.wait_for_timeout(300)
    opened.keyboard.press("-")
    opened.wait_for_timeout(300)
    assert 2 <= area.evaluate(blur) < before
    order = "(name) => Number(getComputedStyle(document.querySelector(`.leaflet-${name}-pane`)).zIndex)"
    assert opened.evaluate(order, "areas") < opened.evaluate(order, "overlay")


def test_only_what_is_uncertain_is_dashed(opened: Page) -> None:
    assert opened.locator(".leaflet-areas-pane .pl-area-edge").count() == 1
    assert opened.locator(".leaflet-areas-pane .pl-area-edge").get_attribute("stroke-dasharray") == "5 5"
    assert opened.locator(".pl-area.pl-unsure").count() == 1


@pytest.mark.parametrize("how", ["click", "Enter"])
def test_an_area_opens_its_place_and_lights_up_with_it(opened: Page, how: str) -> None:
    area = opened.locator(".leaflet-areas-pane .pl-area").last
    if how == "click":
        area.dispatch_event("click")
    else:
        area.focus()
        opened.keyboard.press("Enter")
    opened.wait_for_selector(".popup")
    assert opened.locator(".popup .name").first.text_content() == "Idlib"
    assert "is-open" in (area.get_attribute("class") or "")


def test_the_row_of_the_legend_hides_areas(opened: Page) -> None:
    area = opened.locator(".leaflet-areas-pane .pl-area").last
    row = opened.get_by_role("button", name="Stated area, approximate", exact=True)
    row.dispatch_event("click")
    assert not area.is_visible()
    row.dispatch_event("click")
    assert area.is_visible()
