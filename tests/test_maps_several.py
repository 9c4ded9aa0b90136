"""Several articles on one page, as readers meet them: sources, dates, playing through them, colours."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from geo.atlas import Atlas
from geo.model import Document
from maps import page as page_module
from maps import payload
from maps.style import DARK, LIGHT
from tests.browser import Reader
from tests.several import SOURCES, SeveralGazetteer, several
from tests.world import IDLIB, MIN_CONFIDENCE, mention


def rendered(atlas: Atlas) -> str:
    return page_module.render(atlas, gazetteer=SeveralGazetteer(), tool_version="9.9", min_confidence=MIN_CONFIDENCE)


@pytest.fixture(scope="module")
def html() -> str:
    return rendered(several())


def of(documents: Sequence[Document]) -> Atlas:
    """Return an atlas of documents that each begin with "Idlib"."""
    return Atlas(documents, [mention(document, "Idlib", IDLIB) for document in documents])


def dated(*days: str | None, sources: Sequence[str] = SOURCES) -> Atlas:
    """Return an atlas of documents of some days."""
    return of(
        [
            Document(
                f"{number}",
                "Idlib was quiet.",
                f"Day {number}",
                sources[number % len(sources)],
                date=datetime.date.fromisoformat(day) if day else None,
            )
            for number, day in enumerate(days)
        ]
    )


def shown_markers(page: Page) -> int:
    return page.locator("path.pl-marker:not(.is-filtered)").count()


def handles(page: Page) -> tuple[Locator, Locator]:
    return page.get_by_role("slider", name="First day"), page.get_by_role("slider", name="Last day")


def said(page: Page) -> str:
    return page.locator("#time .chosen").inner_text()


def counts(page: Page) -> list[str]:
    return page.locator("#sources .number").all_inner_texts()


def source(page: Page, name: str) -> Locator:
    return page.locator("#sources li").filter(has=page.locator(f"bdi:text-is('{name}')"))


def chosen_bars(page: Page) -> list[int]:
    found: list[int] = page.locator(".track rect").evaluate_all(
        "bars => bars.flatMap((bar, index) => bar.classList.contains('is-out') ? [] : [index])"
    )
    return found


def box(page: Page, selector: str) -> dict[str, float]:
    found: dict[str, float] = page.locator(selector).evaluate("e => e.getBoundingClientRect().toJSON()")
    return found


# The headline


def test_the_headline_says_how_many_articles_sources_and_which_days(reader: Reader, html: str) -> None:
    page = reader.open(html)
    assert page.title() == "30 articles, 4 sources, 2\u00a0March – 10\u00a0April 2020"
    assert page.locator("#title").inner_text() == "30 articles, 4 sources, 2\u00a0March – 10\u00a0April 2020"
    assert page.locator("#source").inner_text() == "14 places"


@pytest.mark.parametrize(
    ("atlas", "title"),
    [
        (dated("2020-03-02", "2020-03-31", sources=["Wire"]), "2 articles, 2–31 March 2020"),
        (dated("2019-12-30", "2020-01-05"), "2 articles, 2 sources, 30 December 2019 – 5 January 2020"),
        (dated("2020-03-02", None), "2 articles, 2 sources, 2 March 2020"),
        (dated(None, None, sources=[""]), "2 articles"),
    ],
)
def test_the_headline_leaves_out_what_is_not_known(atlas: Atlas, title: str) -> None:
    told = payload.build(atlas, gazetteer=SeveralGazetteer(), tool_version="9.9")
    assert str(told["title"]).replace("\u00a0", " ") == title


# Dates


def test_the_keyboard_on_the_handles_filters_what_is_on_the_map(reader: Reader, html: str) -> None:
    page = reader.open(html)
    first, last = handles(page)
    before = shown_markers(page)
    assert (said(page), first.get_attribute("aria-valuetext"), last.get_attribute("aria-valuetext")) == (
        "2 March – 10 April 2020: 27 articles",
        "from 2 March 2020",
        "to 10 April 2020",
    )
    first.focus()
    for key in ("PageUp", "PageUp", "ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    assert first.get_attribute("aria-valuetext") == "from 13 March 2020"
    page.keyboard.press("Tab")
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowDown")
    assert last.get_attribute("aria-valuetext") == "to 4 April 2020"
    assert said(page) == "13 March – 4 April 2020: 11 articles"
    assert page.locator("#source").inner_text().startswith("Showing 11 of 30 articles · ")
    assert 0 < shown_markers(page) < before
    expect(page.locator("#status")).to_have_text(page.locator("#source").inner_text())
    page.keyboard.press("Home")
    assert [each.get_attribute("aria-valuenow") for each in (first, last)] == ["11", "11"], "not beyond the other"
    page.keyboard.press("End")
    first.focus()
    page.keyboard.press("Home")
    assert (said(page), shown_markers(page)) == ("2 March – 10 April 2020: 27 articles", before)
    assert page.locator("#source").inner_text() == "14 places"


def test_dates_are_chosen_by_dragging_and_reset_by_a_double_click(reader: Reader, html: str) -> None:
    page = reader.open(html)
    track = box(page, ".track")
    width, y = track["width"] / 40, track["top"] + 20

    def drag(start: int, end: int) -> None:
        page.mouse.move(track["left"] + (start + 0.5) * width, y)
        page.mouse.down()
        page.mouse.move(track["left"] + (end + 0.5) * width, y, steps=4)
        page.mouse.up()

    drag(14, 10)
    assert chosen_bars(page) == [10, 11, 12, 13, 14]
    drag(12, 15)
    assert chosen_bars(page) == [13, 14, 15, 16, 17], "what is chosen is taken along"
    drag(15, 39)
    assert chosen_bars(page) == [35, 36, 37, 38, 39], "as far as there are bars"
    page.mouse.click(track["left"] + 3.5 * width, y)
    assert chosen_bars(page) == [3]
    page.mouse.move(track["left"] + 4 * width + 6, y)
    page.mouse.down()
    page.mouse.move(track["left"] + 8 * width, y)
    page.mouse.up()
    assert chosen_bars(page) == [3, 4, 5, 6, 7], "by a handle"
    page.mouse.dblclick(track["left"] + 20.5 * width, y)
    assert len(chosen_bars(page)) == 40
    drag(0, 3)
    page.get_by_role("button", name="All dates").click()
    assert len(chosen_bars(page)) == 40


def test_a_bar_that_is_looked_at_says_its_day_and_articles(reader: Reader, html: str) -> None:
    page = reader.open(html)
    track = box(page, ".track")
    page.mouse.move(track["left"] + 4, track["top"] + 30)
    assert said(page) == "2 March 2020: 3 articles"
    page.mouse.move(track["left"] + 4, track["top"] - 200)
    assert said(page) == "2 March – 10 April 2020: 27 articles"


def test_articles_without_a_date_are_told_and_left_out_while_dates_are_chosen(reader: Reader, html: str) -> None:
    page = reader.open(html)
    undated = page.locator("#time .aside")
    assert undated.inner_text() == "3 articles without a date are shown as well"
    handles(page)[0].press("ArrowRight")
    assert undated.inner_text() == "3 articles without a date are left out while dates are chosen"
    page.get_by_role("button", name="Show only Orontes Weekly").focus()
    page.keyboard.press("Enter")
    assert undated.inner_text() == "1 article without a date is left out while dates are chosen"


BARS = [
    (["2020-03-02", "2020-04-30"], 60, ["2020-03-02", "2020-03-02"], ["2020-04-30", "2020-04-30"]),
    (["2020-03-04", "2020-05-03"], 9, ["2020-03-02", "2020-03-08"], ["2020-04-27", "2020-05-03"]),
    (["2019-02-03", "2020-05-03"], 16, ["2019-02-01", "2019-02-28"], ["2020-05-01", "2020-05-31"]),
    (["1969-12-31", "2020-05-03"], 52, ["1969-01-01", "1969-12-31"], ["2020-01-01", "2020-12-31"]),
    (["0001-01-01", "9999-12-31"], 50, ["0001-01-01", "0199-12-31"], ["9800-01-01", "9999-12-31"]),
]


def test_days_become_at_most_sixty_bars_without_gaps(reader: Reader, html: str) -> None:
    page = reader.open(html)
    binned = "days => placelines.days.binned([...days, null]).map(({ from, to }) => [from, to])"
    for days, count, first, last in BARS:
        bins = page.evaluate(binned, days)
        assert (len(bins), bins[0], bins[-1]) == (count, first, last)
        ends, starts = [to for _, to in bins[:-1]], [start for start, _ in bins[1:]]
        assert [datetime.date.fromisoformat(to) + datetime.timedelta(days=1) for to in ends] == [
            datetime.date.fromisoformat(start) for start in starts
        ]
    assert page.evaluate(binned, ["2020-03-02", "2020-03-02"]) == page.evaluate(binned, []) == []


def test_days_are_told_as_short_as_they_can_be(reader: Reader, html: str) -> None:
    page = reader.open(html)
    spans = [
        ("2020-03-05", "2020-03-05", "5 March 2020"),
        ("2020-03-05", "2020-03-11", "5–11 March 2020"),
        ("2020-03-30", "2020-04-05", "30 March – 5 April 2020"),
        ("2019-12-30", "2020-01-05", "30 December 2019 – 5 January 2020"),
        ("2020-02-01", "2020-02-29", "February 2020"),
        ("2020-01-01", "2020-12-31", "2020"),
        ("2010-01-01", "2019-12-31", "2010–2019"),
        ("9999-12-01", "9999-12-31", "1–31 December 9999"),
    ]
    for start, end, words in spans:
        assert page.evaluate("([from, to]) => placelines.days.span(from, to)", [start, end]) == words


@pytest.mark.parametrize("atlas", [dated("2020-03-02"), dated("2020-03-02", "2020-03-02"), dated(None, None)])
def test_without_two_days_there_are_no_bars(reader: Reader, atlas: Atlas) -> None:
    page = reader.open(rendered(atlas))
    assert not page.locator("#time").is_visible()
    stage, whole = box(page, "#stage"), box(page, "#page")
    assert stage["bottom"] == whole["bottom"]


# Playing


def test_playing_moves_the_chosen_window_bar_by_bar_to_the_end(reader: Reader, html: str) -> None:
    page = reader.open(html)
    first, last = handles(page)
    for _ in range(7):
        first.press("PageUp")
    first.press("ArrowRight")
    last.press("ArrowLeft")
    last.press("ArrowLeft")
    assert chosen_bars(page) == [36, 37]
    page.get_by_role("button", name="Play through the dates").click()
    assert page.get_by_role("button", name="Pause").is_visible()
    expect(page.locator("#status")).to_have_text("Playing from 7–8 April 2020: 1 article")
    expect(last).to_have_attribute("aria-valuenow", "38", timeout=3000)
    assert chosen_bars(page) == [37, 38]
    assert page.locator("#status").inner_text().startswith("Playing"), "not every step is announced"
    expect(last).to_have_attribute("aria-valuenow", "39", timeout=3000)
    expect(page.locator("#status")).to_have_text("Paused at 9–10 April 2020: 1 article")
    page.get_by_role("button", name="Play through the dates").click()
    assert chosen_bars(page) == [0, 1], "from the end it starts again"
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="Play through the dates").is_visible()
    page.wait_for_timeout(1200)
    assert chosen_bars(page) == [0, 1]


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_playing_without_a_choice_takes_a_tenth_and_space_pauses_it(
    reader: Reader, html: str, motion: Literal["reduce", "no-preference"]
) -> None:
    page = reader.open(html, motion=motion)
    page.get_by_role("button", name="Play through the dates").click()
    assert chosen_bars(page) == [0, 1, 2, 3]
    expect(handles(page)[0]).to_have_attribute("aria-valuenow", "1", timeout=3000)
    handles(page)[0].focus()
    page.keyboard.press(" ")
    assert page.get_by_role("button", name="Play through the dates").is_visible()
    assert page.locator("#time .range").evaluate("e => getComputedStyle(e).transitionDuration") == "0s"


# Sources


def test_sources_are_left_out_one_by_one_or_all_but_one(reader: Reader, html: str) -> None:
    page = reader.open(html)
    assert page.locator("#sources li bdi").all_inner_texts() == list(SOURCES)
    assert counts(page) == ["13", "9", "4", "4"]
    group = page.get_by_role("group", name="Sources")
    before = shown_markers(page)
    group.get_by_role("checkbox", name="The Daily Post").uncheck()
    assert page.locator("#source").inner_text().startswith("Showing 17 of 30 articles · ")
    source(page, "Orontes Weekly").hover()
    page.get_by_role("button", name="Show only Orontes Weekly").click()
    assert [box.is_checked() for box in group.get_by_role("checkbox").all()] == [False, False, False, True]
    assert page.locator("#source").inner_text().startswith("Showing 4 of 30 articles · ")
    assert 0 < shown_markers(page) < before
    page.locator("#sources").get_by_role("button", name="None").click()
    assert (shown_markers(page), page.locator("#source").inner_text()) == (0, "Showing 0 of 30 articles · 0 places")
    page.locator("#sources").get_by_role("button", name="All").click()
    assert shown_markers(page) == before


def test_dates_and_sources_are_counted_together(reader: Reader, html: str) -> None:
    page = reader.open(html)
    first, _ = handles(page)
    first.press("PageUp")
    first.press("PageUp")
    assert counts(page) == ["6 of 13", "6 of 9", "2 of 4", "1 of 4"]
    page.get_by_role("checkbox", name="Coast Radio").uncheck()
    assert counts(page)[1] == "9", "of what is left out there is no part that is shown"
    assert said(page) == "12 March – 10 April 2020: 9 articles"
    heights = page.locator(".track rect").evaluate_all("bars => bars.map(bar => Number(bar.getAttribute('height')))")
    assert len([height for height in heights if height]) < 27


def test_articles_that_are_left_out_leave_the_list_of_articles(reader: Reader, html: str) -> None:
    page = reader.open(html)
    assert page.locator("#articles details").count() == 30
    page.get_by_role("button", name="Show only Orontes Weekly").focus()
    page.keyboard.press("Enter")
    assert page.locator("#articles details").count() == 4
    assert {text.partition(" · ")[0] for text in page.locator("#articles summary p").all_inner_texts()} == {
        "Orontes Weekly"
    }


def test_many_articles_come_fifty_at_a_time(reader: Reader) -> None:
    page = reader.open(rendered(several(120)))
    folds, more = page.locator("#articles details"), page.locator("#articles .more")
    assert (folds.count(), more.inner_text()) == (50, "Show 50 more of 70")
    more.click()
    assert (folds.count(), more.inner_text()) == (100, "Show 20 more of 20")
    assert page.evaluate("document.activeElement === document.querySelectorAll('#articles summary')[50]")
    more.click()
    assert (folds.count(), more.is_visible()) == (120, False)


def test_many_sources_fold_and_are_found_by_typing(reader: Reader) -> None:
    names = [f"Gazette de Séville {number}" for number in range(500)] + ["<b>Bold</b>", ""]
    days = ["2020-03-02"] * len(names)
    page = reader.open(rendered(dated(*days, sources=names)))
    assert page.locator("#sources li:visible").count() == 8
    assert page.locator("#sources li bdi").first.inner_text() == "<b>Bold</b>"
    page.locator("#sources summary").click()
    assert page.locator("#sources summary").inner_text() == "494 more"
    expect(page.locator("#sources details .aside")).to_have_text("394 more: type to find them")
    search = page.get_by_role("searchbox", name="Find a source")
    took = search.evaluate(
        """box => {
            const start = performance.now();
            box.value = "seville 49";
            box.dispatchEvent(new Event("input"));
            document.body.offsetHeight;
            return performance.now() - start;
        }"""
    )
    assert took < 100
    assert page.locator("#sources details li").count() == 11
    search.fill("no source")
    assert page.locator("#sources details li bdi").all_inner_texts() == ["No source named"]
    search.fill("zzz")
    expect(page.locator("#sources details .aside")).to_have_text("None found")


def test_one_source_needs_no_list(reader: Reader) -> None:
    page = reader.open(rendered(dated("2020-03-02", "2020-03-05", sources=["Wire"])))
    assert not page.locator("#sources").is_visible()
    assert page.get_by_label("Colour places by").locator("option").all_inner_texts() == ["one colour", "date"]


# Colours


def fills(page: Page) -> dict[str, str]:
    """Return the colours of the markers that are shown, by name."""
    found: dict[str, str] = page.locator("path.pl-circle:not(.is-filtered)").evaluate_all(
        "found => Object.fromEntries(found.map(e => [e.ariaLabel.split(',')[0], getComputedStyle(e).fill]))"
    )
    return found


def rgb(colour: str) -> str:
    return f"rgb({', '.join(map(str, bytes.fromhex(colour.removeprefix('#'))))})"


def test_places_are_coloured_by_source_and_the_key_and_the_names_say_which(reader: Reader, html: str) -> None:
    page = reader.open(html)
    assert set(fills(page).values()) == {rgb(LIGHT["place"])}
    page.get_by_label("Colour places by").select_option("source")
    key = page.locator(".colours li").all_inner_texts()
    assert key == ["Told of by", *SOURCES, "Several sources"]
    colours = fills(page)
    assert colours["Homs"] == rgb(LIGHT["series-several"])
    assert "several sources" in str(page.locator("path.pl-circle[aria-label^='Homs']").get_attribute("aria-label"))
    page.get_by_role("button", name="Show only Coast Radio").focus()
    page.keyboard.press("Enter")
    assert set(fills(page).values()) == {rgb(LIGHT["series-2"])}, "colours follow the filters"
    page.locator("#places ul button").first.click()
    assert "Coast Radio" in page.locator(".card .facts").first.inner_text()
    page.locator("#theme").click()
    assert set(fills(page).values()) == {rgb(DARK["series-2"])}
    page.get_by_label("Colour places by").select_option("one")
    assert set(fills(page).values()) == {rgb(DARK["place"])}
    assert page.locator(".colours li").count() == 0


def test_places_are_coloured_by_the_last_day_on_which_they_were_told_of(reader: Reader, html: str) -> None:
    page = reader.open(html)
    page.get_by_label("Colour places by").select_option("date")
    assert page.locator(".colours li").all_inner_texts() == [
        "Last told of",
        "2–9 March 2020",
        "10–17 March 2020",
        "18–25 March 2020",
        "26 March – 2 April 2020",
        "3–10 April 2020",
        "No date",
    ]
    assert (fills(page)["Homs"], fills(page)["Jableh"]) == (rgb(LIGHT["ramp-4"]), rgb(LIGHT["ramp-5"]))
    bars = page.locator(".track rect")
    assert bars.nth(0).evaluate("e => getComputedStyle(e).fill") == rgb(LIGHT["ramp-1"])
    assert bars.nth(39).evaluate("e => getComputedStyle(e).fill") == rgb(LIGHT["ramp-5"])
    for _ in range(7):
        handles(page)[1].press("PageDown")
    assert set(fills(page).values()) == {rgb(LIGHT["ramp-1"])}


def test_more_sources_than_colours_share_a_grey(reader: Reader) -> None:
    documents = [replace(document, source=f"Source {number}") for number, document in enumerate(several(12).documents)]
    found = [each for document in documents for each in several(12).mentions if each.document_id == document.id]
    page = reader.open(rendered(Atlas(documents, found)))
    page.get_by_label("Colour places by").select_option("source")
    key = page.locator(".colours li").all_inner_texts()
    assert (len(key), key[-2:]) == (9, ["Another source", "Several sources"])


# Room


def test_the_bars_have_a_row_of_their_own_below_the_map(reader: Reader, html: str) -> None:
    page = reader.open(html)
    time, stage = box(page, "#time"), box(page, "#stage")
    assert (time["top"], time["left"], time["bottom"]) == (stage["bottom"], stage["left"], 800)
    assert time["height"] < 120
    size = page.locator(".folium-map").evaluate("e => [e.clientHeight, e.getBoundingClientRect().bottom]")
    assert size == [stage["height"], time["top"]]
    for control in page.locator(".leaflet-control:visible").all():
        bounds = control.bounding_box()
        assert bounds is not None
        assert bounds["y"] + bounds["height"] <= time["top"] + 0.5
    page.locator("#places ul button").first.click()
    assert box(page, ".leaflet-popup")["bottom"] <= time["top"]


def test_on_a_phone_the_bars_stand_below_the_map_and_fit(reader: Reader, html: str) -> None:
    page = reader.open(html, size=(390, 844), touch=True)
    time, map_box, panel = box(page, "#time"), box(page, ".folium-map"), box(page, "#panel")
    assert map_box["bottom"] <= time["top"]
    assert time["bottom"] <= panel["top"]
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert (time["left"], time["right"]) == (0, 390)
    for handle in handles(page):
        bounds = handle.bounding_box()
        assert bounds is not None
        assert bounds["x"] >= 0
        assert bounds["x"] + bounds["width"] <= 390
        assert min(bounds["width"], bounds["height"]) >= 24
    page.get_by_role("button", name="Show only Coast Radio").tap()
    assert page.locator("#source").inner_text().startswith("Showing 9 of 30 articles · ")


def test_ten_thousand_articles_are_sifted_in_no_time(reader: Reader, html: str) -> None:
    page = reader.open(html)
    took = page.evaluate(
        """() => {
            const documents = Array.from({ length: 10_000 }, (_, i) => ({
                publisher: `p${i % 500}`,
                date: new Date(Date.UTC(2020, 0, 1 + (i % 400))).toISOString().slice(0, 10),
            }));
            const told = (i) => Array.from({ length: 20 }, (_, j) => (j % 2 ? 1 : (i * 7 + j * 131) % 10_000));
            const entries = Array.from({ length: 10_000 }, (_, i) => ({ layer: "circle", told: told(i) }));
            const page = { documents, entries, emit() {} };
            placelines.filters.setUp(page);
            const start = performance.now();
            placelines.filters.change(page, { from: "2020-03-01", to: "2020-12-01" });
            return performance.now() - start;
        }"""
    )
    assert took < 100
