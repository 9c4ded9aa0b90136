"""The page for everybody: keyboard, screen reader, poor sight, little room, reading from the right."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Literal

import pytest

from geo.atlas import Atlas
from geo.model import Document
from maps import page as page_module
from maps.style import DARK, LIGHT
from tests.access import barriers
from tests.browser import Reader
from tests.lines import EVERY_KIND, M4_SECTION, told
from tests.several import several
from tests.story import StoryGazetteer, story
from tests.world import ALEPPO, IDLIB, LATAKIA, MIN_CONFIDENCE, mention

ARABIC = "إدلب — قال سكان إن القصف تجدد حول إدلب يوم الخميس.\n\nأعيد فتح الطريق بين حلب واللاذقية أمام القوافل."


def rendered(atlas: Atlas) -> str:
    return page_module.render(atlas, gazetteer=StoryGazetteer(), tool_version="9.9", min_confidence=MIN_CONFIDENCE)


def arabic() -> Atlas:
    document = Document("ar", ARABIC, "إعادة فتح الطريق قرب إدلب", "وكالة")
    names = (("إدلب", IDLIB), ("حلب", ALEPPO), ("اللاذقية", LATAKIA))
    return Atlas([document], [mention(document, name, place) for name, place in names])


ATLASES: dict[str, Callable[[], Atlas]] = {
    "story": story,
    "lines": lambda: told([*EVERY_KIND, M4_SECTION]),
    "arabic": arabic,
    "several": several,
    "nothing": lambda: Atlas([Document("a", "Bake at 180 degrees.\nServe.")]),
}


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: rendered(atlas()) for name, atlas in ATLASES.items()}


@pytest.mark.parametrize("name", ATLASES)
@pytest.mark.parametrize(
    ("size", "colours"), [((1280, 800), "light"), ((1280, 800), "dark"), ((390, 844), "light"), ((640, 400), "light")]
)
def test_nothing_keeps_anybody_out(
    reader: Reader, pages: dict[str, str], name: str, size: tuple[int, int], colours: Literal["light", "dark"]
) -> None:
    page = reader.open(pages[name], size=size, colours=colours, touch=size[0] == 390)
    assert barriers(page) == []
    for row in page.locator("#places li button").all()[:1]:
        row.click()
        assert barriers(page) == []


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


WORDS = (
    ("ink", "paper"),
    ("ink", "sunken"),
    ("ink", "mark"),
    ("ink", "mark-lit"),
    ("muted", "paper"),
    ("muted", "sunken"),
    ("area-label", "land"),
    ("country-label", "land"),
    ("country-label", "focus"),
    ("town-label", "land"),
    ("town-label", "focus"),
    ("sea-label", "sea"),
)
SYMBOLS = (
    ("place", "land"),
    ("uncertain", "land"),
    ("capital", "land"),
    ("road-edge", "land"),
    ("place", "paper"),
    ("uncertain", "paper"),
)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_and_symbols_stand_out(theme: dict[str, str]) -> None:
    """WCAG 2.2: 4.5 to 1 for text (1.4.3), 3 to 1 for what is drawn (1.4.11)."""
    assert [(pair, contrast(theme[pair[0]], theme[pair[1]])) for pair in WORDS if _is_weak(theme, pair, 4.5)] == []
    weak = [pair for pair in SYMBOLS if _is_weak(theme, pair, 3.0)]
    # A road is seen by its casing or by its core.
    assert [pair for pair in weak if pair[0] != "road-edge" or _is_weak(theme, ("road", "land"), 3.0)] == []


def _is_weak(theme: dict[str, str], pair: tuple[str, str], least: float) -> bool:
    return contrast(theme[pair[0]], theme[pair[1]]) < least


def test_the_keyboard_reaches_everything_in_the_order_of_reading(reader: Reader, pages: dict[str, str]) -> None:
    page = reader.open(pages["story"])
    seen: list[str] = []
    for _ in range(80):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("() => document.activeElement.closest('[id]')?.id ?? ''"))
        assert page.evaluate(
            """() => {
                const element = document.activeElement;
                if (element === document.body) return true;
                const { outlineStyle, strokeWidth, boxShadow } = getComputedStyle(element);
                return outlineStyle !== "none" || parseFloat(strokeWidth) >= 3 || boxShadow !== "none";
            }"""
        ), f"no visible focus on {page.evaluate('() => document.activeElement.outerHTML.slice(0, 200)')}"
        if page.evaluate("() => document.activeElement === document.body"):
            break
    assert {"places", "articles"} <= set(seen)
    first = {name: seen.index(name) for name in ("places", "articles")}
    assert first["places"] < first["articles"]


def test_the_popup_takes_the_keyboard_and_gives_it_back(reader: Reader, pages: dict[str, str]) -> None:
    page = reader.open(pages["story"])
    row = page.locator("#places li button").first
    row.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaflet-popup")
    assert page.evaluate("() => document.activeElement.closest('.leaflet-popup') !== null")
    page.keyboard.press("Escape")
    assert page.locator(".leaflet-popup").count() == 0
    assert row.evaluate("e => e === document.activeElement")


SIZES = ((390, 844), (320, 640), (640, 400), (768, 1024))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["story", "arabic", "several"])
def test_little_room_is_enough(reader: Reader, pages: dict[str, str], name: str, size: tuple[int, int]) -> None:
    """640 by 400 is a window of 1280 by 800 at a zoom of 200 %."""
    page = reader.open(pages[name], size=size, touch=size[0] < 500)
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    boxes = page.locator(".leaflet-control:visible").evaluate_all(
        """e => e.map(x => x.getBoundingClientRect()).filter(b => b.width * b.height)
            .map(b => [b.left, b.top, b.right, b.bottom])"""
    )
    clashes = [
        (a, b)
        for number, a in enumerate(boxes)
        for b in boxes[number + 1 :]
        if a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1
    ]
    assert clashes == []


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_what_can_be_pressed_is_large_enough(reader: Reader, pages: dict[str, str], size: tuple[int, int]) -> None:
    """WCAG 2.2, 2.5.8: 24 by 24 pixels, but for words in a text."""
    page = reader.open(pages["several"], size=size, touch=size[0] == 390)
    small = page.locator(
        "button:visible, [role=slider]:visible, select:visible, summary:visible, input:visible"
    ).evaluate_all(
        """found => found.map(e => [e, e.getBoundingClientRect()])
            .filter(([e, b]) => b.width && b.height && (b.width < 23.5 || b.height < 23.5))
            .filter(([e]) => !e.closest("label, .float, mark"))
            .map(([e, b]) => [e.outerHTML.slice(0, 120), b.width, b.height])"""
    )
    assert small == []


def test_headings_make_a_tree(reader: Reader, pages: dict[str, str]) -> None:
    for name in ("story", "several"):
        page = reader.open(pages[name])
        levels = page.locator("h1, h2, h3, h4").evaluate_all("e => e.map(x => Number(x.tagName[1]))")
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_right_to_left_text_is_set_so(reader: Reader, pages: dict[str, str]) -> None:
    page = reader.open(pages["arabic"])
    sides = page.locator("article p, #title").evaluate_all("e => e.map(x => getComputedStyle(x).direction)")
    assert set(sides) == {"rtl"}


def test_nothing_moves_for_those_who_asked_for_calm(reader: Reader, pages: dict[str, str]) -> None:
    page = reader.open(pages["story"], motion="reduce")
    moving = page.locator("*").evaluate_all(
        """e => e.map(x => getComputedStyle(x))
            .filter(s => parseFloat(s.transitionDuration) > 0 || s.animationName !== "none").length"""
    )
    assert moving == 0
