"""Readers and texts at their worst: other directions of writing, two windows, windows that change, the end of time."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from geo.atlas import Atlas
from geo.model import Document
from maps import page as page_module
from tests.browser import Reader
from tests.crowd_world import crowd
from tests.several import several
from tests.story import StoryGazetteer, settlement, story
from tests.test_maps_browser import boxes
from tests.test_maps_corrections import decide, open_form
from tests.world import IDLIB, MIN_CONFIDENCE, mention

WORDS_OF_JAVASCRIPT = ("__proto__", "constructor", "toString", "hasOwnProperty", "valueOf")
RIGHT_TO_LEFT = "\u202e"


def rendered(atlas: Atlas) -> str:
    return page_module.render(atlas, gazetteer=StoryGazetteer(), tool_version="9.9", min_confidence=MIN_CONFIDENCE)


def texts(page: Page, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_text_contents()]


def same_page_again(page: Page) -> Page:
    """Open the page in another window of the same browser."""
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("html[data-ready]", state="attached")
    return other


def days_of(*days: datetime.date) -> Atlas:
    """Return an atlas of an article about Idlib for each day."""
    documents = [Document(f"{number}", "Idlib was quiet.", "Quiet", date=day) for number, day in enumerate(days)]
    return Atlas(documents, [mention(document, "Idlib", IDLIB) for document in documents])


def test_words_that_every_object_knows_are_names_like_others(reader: Reader) -> None:
    documents, said = [], []
    for number, word in enumerate(WORDS_OF_JAVASCRIPT):
        day = datetime.date(2020, 3, 1 + number)
        document = Document(word, f"{word} and not{word}", f"On {word}", word, word, date=day)
        place = replace(settlement(number, word, 36 + number * 0.3, 35.5, "SY", 9), id=word)
        documents.append(document)
        said += [mention(document, word, place), mention(document, f"not{word}", None)]
    page = reader.open(rendered(Atlas(documents, said)))
    assert sorted(texts(page, "#places .name")) == sorted(WORDS_OF_JAVASCRIPT)
    assert sorted(texts(page, "#unplaced bdi")) == sorted(f"not{word}" for word in WORDS_OF_JAVASCRIPT)
    assert sorted(texts(page, "#sources .name")) == sorted(WORDS_OF_JAVASCRIPT)
    page.locator("#colouring select").select_option(index=1)
    page.locator("#find").fill("__proto__")
    page.locator("#find").press("Enter")
    page.wait_for_selector(".leaflet-popup")
    assert page.evaluate("location.hash") == "#__proto__"
    page.get_by_role("button", name="Show only __proto__").click()
    assert texts(page, "#places .name") == ["__proto__"]
    page.locator("#unplaced bdi").first.click()
    decide(page.locator(".correcting"), "Not a place")
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.locator("#corrections strong").text_content() == "1 correction"


def test_a_sign_of_direction_in_a_source_does_not_turn_the_day_around(reader: Reader) -> None:
    day = datetime.date(2020, 3, 5)
    first = Document("a", "Idlib was quiet.", "Quiet", f"Daily {RIGHT_TO_LEFT}Post", date=day)
    several_of_it = Atlas([first, replace(first, id="b")], [mention(first, "Idlib", IDLIB)])
    for atlas, where in ((Atlas([first]), "#source"), (several_of_it, "#articles summary .aside >> nth=0")):
        page = reader.open(rendered(atlas))
        line = page.locator(where)
        assert line.text_content() == f"Daily {RIGHT_TO_LEFT}Post · 5 March 2020"
        edges = line.evaluate(
            """line => {
                const day = line.lastChild;
                return [0, day.length - 1].map((at) => {
                    const range = new Range();
                    range.setStart(day, at);
                    range.setEnd(day, at + 1);
                    return range.getBoundingClientRect().left;
                });
            }"""
        )
        assert edges[0] < edges[1]


def test_windows_with_the_same_page_keep_each_others_corrections(reader: Reader) -> None:
    first = reader.open(rendered(story()))
    second = same_page_again(first)
    decide(open_form(first, "Idlib"), "Not a place")
    second.wait_for_selector("#corrections:has-text('1 correction')")
    decide(open_form(second, "Aleppo"), "Not a place")
    first.wait_for_selector("#corrections:has-text('2 corrections')")
    first.reload()
    first.wait_for_selector("html[data-ready]", state="attached")
    assert first.locator("#corrections strong").text_content() == "2 corrections"
    first.get_by_role("button", name="Discard").click()
    second.wait_for_selector("#corrections", state="hidden")


def test_a_popup_fits_the_map_whatever_becomes_of_the_window(reader: Reader) -> None:
    page = reader.open(rendered(story()), size=(1920, 1080))
    page.locator("#places button").first.click()
    page.wait_for_selector(".leaflet-popup")
    for width, height in ((800, 600), (320, 568), (640, 400), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(250)
        (card,) = boxes(page, ".leaflet-popup")
        (stage,) = boxes(page, "#stage")
        assert card["left"] >= stage["left"], width
        assert card["top"] >= stage["top"], width
        assert card["right"] <= stage["right"], width
        assert card["bottom"] <= stage["bottom"], width


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((datetime.date(9999, 10, 1), datetime.date(9999, 12, 31)), "27 September – 31 December 9999"),
        ((datetime.date(9999, 12, 30), datetime.date(9999, 12, 31)), "30–31 December 9999"),
        ((datetime.date.min, datetime.date(1, 3, 20)), "1 January – 25 March 1"),
        ((datetime.date.min, datetime.date.max), "1–9999"),
    ],
    ids=["last weeks", "last days", "first weeks", "all of time"],
)
def test_time_ends_with_the_last_day_that_there_is(
    reader: Reader, days: tuple[datetime.date, datetime.date], told: str
) -> None:
    page = reader.open(rendered(days_of(*days)))
    assert page.locator("#time .chosen").text_content() == f"{told}: 2 articles"
    page.locator("#colouring select").select_option("date")
    page.get_by_role("slider", name="First day").press("End")
    assert str(page.locator("#time .chosen").text_content()).endswith(": 1 article")


def test_only_articles_that_are_unfolded_are_printed(reader: Reader) -> None:
    page = reader.open(rendered(several()))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#articles summary:visible").count() == 1
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.locator("#articles summary").first.click()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not page.locator("#articles").is_visible()


def test_an_article_whose_text_was_left_out_says_so_where_one_steps(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maps.payload._TEXTS_ROOM", 0)
    atlas, gazetteer = crowd(40, 2_100, 30)
    page = reader.open(page_module.render(atlas, gazetteer=gazetteer, tool_version="9.9"))
    assert page.locator("#reading .where").text_content() == "Article 1: text left out"
