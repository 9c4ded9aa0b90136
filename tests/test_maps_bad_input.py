"""Pages of stories that nobody would wish for: without places, without end, at the ends of the earth."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from geo.atlas import Atlas
from geo.model import Document, Mention, Place
from maps import page as page_module
from tests.browser import Reader
from tests.lines import EVERY_KIND, M4_SECTION, told
from tests.story import StoryGazetteer, settlement, story
from tests.test_maps_browser import boxes, overlapping, set_zoom
from tests.world import IDLIB, MIN_CONFIDENCE, mention

MOST_CHARS = 1_200_000
"""Of the page of one article."""


def rendered(atlas: Atlas) -> str:
    return page_module.render(atlas, gazetteer=StoryGazetteer(), tool_version="9.9", min_confidence=MIN_CONFIDENCE)


def told_of(*places: Place) -> Atlas:
    """Return the atlas of a text that is a list of names."""
    document = Document("a", ", ".join(place.name for place in places))
    said: list[Mention] = []
    at = 0
    for place in places:
        said.append(mention(document, place.name, place, after=at))
        at = said[-1].toponym.end
    return Atlas([document], said)


def in_view(page: Page) -> list[str]:
    labels: list[str] = page.locator("path.pl-marker[tabindex='0']").evaluate_all("e => e.map(x => x.ariaLabel)")
    return [label.split(",")[0] for label in labels]


def test_a_text_without_places_says_so_kindly(reader: Reader) -> None:
    page = reader.open(rendered(Atlas([Document("a", "Bake at 180 degrees.\nServe.")])))
    assert "No place in this text could be put on the map." in page.locator("#places").inner_text()
    assert "Bake at 180 degrees." in page.locator("#title").inner_text()
    assert "Serve." in page.locator("article").inner_text()


def test_no_article_at_all_is_a_page_too(reader: Reader) -> None:
    page = reader.open(rendered(Atlas()))
    assert page.locator(".leaflet-basemap-pane canvas").count() == 1


def test_one_place_is_shown_with_what_lies_around_it(reader: Reader) -> None:
    page = reader.open(rendered(told_of(IDLIB)))
    assert in_view(page) == ["Idlib"]
    assert page.locator(".float.is-town.is-shown").count() > 2


@pytest.mark.parametrize(
    "places",
    [
        (settlement(1, "Alert", -62.34, 82.5, "CA", 62), settlement(2, "Longyearbyen", 15.63, 78.22, "NO", 2368)),
        (settlement(3, "Amundsen-Scott", 0.0, -90.0, "AQ", 150),),
        (settlement(4, "Pole", 0.0, 90.0, "", 0),),
        (settlement(5, "Suva", 178.44, -18.14, "FJ", 77366), settlement(6, "Apia", -171.77, -13.83, "WS", 40407)),
        (settlement(7, "West", -180.0, 0.0, "KI", 1), settlement(8, "East", 180.0, 0.0, "KI", 1)),
    ],
    ids=["arctic", "south pole", "north pole", "antimeridian", "on the antimeridian"],
)
def test_the_ends_of_the_earth_are_in_view(reader: Reader, places: tuple[Place, ...]) -> None:
    page = reader.open(rendered(told_of(*places)))
    outside = [place.name for place in places if abs(place.lat) > 85.06]
    assert set(in_view(page)) | set(outside) == {place.name for place in places}


def test_five_thousand_toponyms_in_one_text(reader: Reader) -> None:
    places = [
        settlement(n, f"Place{n:04d}", -120 + (n % 100) * 2.4, -50 + (n // 100) * 2.2, "SY", 9) for n in range(5000)
    ]
    html = rendered(told_of(*places))
    assert len(html) < 2 * MOST_CHARS
    page = reader.open(html)
    assert page.locator("article mark").count() == 5000
    page.locator("#places li button").nth(3).click()
    page.wait_for_selector(".leaflet-popup")
    assert overlapping(boxes(page, ".float.is-shown:not(.dot)"), gap=0.5) == []


def test_a_name_of_three_hundred_characters_is_told_whole_and_widens_nothing(reader: Reader) -> None:
    name = "Llanfair" * 37 + "goch"
    place = settlement(9, name, 36.6, 35.9, "SY", 5)
    for size in ((1280, 800), (390, 844)):
        page = reader.open(rendered(told_of(place)), size=size)
        assert page.locator("#places .name").inner_text() == name
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
        page.locator("#places li button").first.click()
        page.wait_for_selector(".leaflet-popup")
        card = boxes(page, ".leaflet-popup")[0]
        assert card["left"] >= 0
        assert card["right"] <= size[0]


def test_a_text_of_two_megabytes_comes_through(reader: Reader) -> None:
    text = "\n\n".join(f"Paragraph {n}. " + "Nobody left Idlib on that day. " * 20 for n in range(3200))
    assert len(text) > 2_000_000
    document = Document("a", text, "Long")
    said = [mention(document, "Idlib", IDLIB, after=at * 600) for at in range(20)]
    page = reader.open(rendered(Atlas([document], said)))
    assert "Paragraph 3199." in page.locator("article").inner_text()
    assert page.locator("article mark").count() == 20


def test_an_article_without_a_title_goes_by_its_first_line_and_an_empty_one_by_none(reader: Reader) -> None:
    page = reader.open(rendered(Atlas([Document("a", "Idlib was quiet.\nRain.")])))
    assert page.locator("#title").inner_text() == "Idlib was quiet."
    page = reader.open(rendered(Atlas([Document("a", "")])))
    assert page.locator("#title").count() == 1


def test_markup_in_a_title_is_a_title(reader: Reader) -> None:
    title = "</title><script>window.__x=1</script><b>Idlib</b> {{ 7*7 }}"
    (document,) = story().documents
    page = reader.open(rendered(Atlas([replace(document, title=title)], story().mentions)))
    assert page.locator("#title").inner_text() == title
    assert page.title() == title
    assert page.evaluate("() => window.__x") is None


@pytest.mark.parametrize("anchor", ["#nowhere", "#%E0%A4%A", "#<img src=x onerror=alert(1)>", "#" + "a" * 5000, "#"])
def test_a_link_to_no_place_opens_the_page(reader: Reader, anchor: str) -> None:
    page = reader.open(rendered(story()), anchor=anchor)
    assert page.locator(".leaflet-popup").count() == 0
    assert "Idlib" in in_view(page)


_OLD = "delete window.DecompressionStream;"


def test_an_old_browser_shows_one_article_without_a_basemap_and_says_why(reader: Reader) -> None:
    page = reader.open(rendered(story()), script=_OLD)
    assert "Idlib" in in_view(page)
    assert "too old to unpack the basemap" in page.locator(".leaflet-control-attribution").inner_text()
    page.locator("#places li button").first.click()
    page.wait_for_selector(".leaflet-popup")


def test_an_old_browser_says_that_it_cannot_show_a_large_page(reader: Reader) -> None:
    document = Document("a", "Idlib " * 3000)
    said = [mention(document, "Idlib", IDLIB, after=6 * turn) for turn in range(3000)]
    page = reader.open(rendered(Atlas([document], said)), script=_OLD)
    assert "too old to unpack this page" in page.locator("#source").inner_text()
    assert any("too old" in words for words in reader.complaints)
    reader.complaints.clear()


STORIES: dict[str, Callable[[], Atlas]] = {
    "story": story,
    "lines": lambda: told([*EVERY_KIND, M4_SECTION]),
    "crowded": lambda: told_of(
        *(settlement(n, f"Village {n}", 36 + (n % 8) * 0.11, 35 + (n // 8) * 0.09, "SY", 9) for n in range(64))
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_names_cover_no_other_at_any_zoom(reader: Reader, name: str) -> None:
    page = reader.open(rendered(STORIES[name]()))
    for zoom in range(4, 13):
        set_zoom(page, zoom)
        shown = boxes(page, ".float.is-shown:not(.dot)")
        assert shown, f"no name at zoom {zoom}"
        assert overlapping(shown, gap=0.5) == [], f"at zoom {zoom}"


def test_the_page_is_shown_within_a_second(reader: Reader) -> None:
    page = reader.open(rendered(story()))
    paint = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert paint < 3000, "three times what the benchmark asks, for machines that are busy"


def test_half_a_surrogate_in_any_name_is_harmless(reader: Reader) -> None:
    place = replace(IDLIB, id="x:\ud800", name="Half \ud83d")
    document = Document("a\udfff", "Half \ud83d today", "T\ud800", "S\udc00")
    page = reader.open(rendered(Atlas([document], [mention(document, "Half \ud83d", place)])))
    assert re.match("Half", page.locator("#places .name").inner_text())
