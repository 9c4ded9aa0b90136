"""Reading with the map: finding, sorting, switching layers, stepping through the text, and links to a place."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from playwright.sync_api import Locator, Page, expect

from geo.atlas import Atlas
from geo.model import Candidate, Correction, Document, Kind, Place, Vicinity, VicinitySort
from geo.names import name_key
from maps import page as page_module
from maps import payload
from tests.browser import Reader
from tests.lines import M4_SECTION, told
from tests.story import RIVAL, TEXT, StoryGazetteer, mentions, settlement, story
from tests.world import ALEPPO, IDLIB, LATAKIA, MIN_CONFIDENCE, mention

PHONE = (390, 844)
DOUBLED = (640, 400)  # a screen of 1280 by 800 at a zoom of 200 %


def rendered(atlas: Atlas) -> str:
    return page_module.render(atlas, gazetteer=StoryGazetteer(), tool_version="9.9", min_confidence=MIN_CONFIDENCE)


@pytest.fixture(scope="module")
def html() -> str:
    return rendered(story())


@pytest.fixture(scope="module")
def several() -> str:
    """Return the page of three articles of two publishers, the first without a name that is known."""
    documents = [
        Document("a", "Nothing to tell.\n\nIt was quiet in Bab Qalandar.", source="Wire", date=date(2020, 3, 1)),
        Document("b", TEXT, "The road", source="Wire", date=date(2020, 3, 5)),
        Document("c", "Aleppo again.\n\nTrucks came to Aleppo from Idlib.", source="Post", date=date(2020, 3, 6)),
    ]
    return rendered(Atlas(documents, [found for document in documents for found in mentions(document)]))


def names(page: Page) -> list[str]:
    return page.locator("#places .name").all_text_contents()


def row(page: Page, name: str) -> Locator:
    return page.locator("#places button").filter(has=page.locator(f".name:text-is('{name}')"))


def popup(page: Page) -> Locator:
    return page.locator(".leaflet-popup")


def switch(page: Page, words: str) -> Locator:
    return page.locator(".rows button").filter(has_text=re.compile(words))


def where(page: Page) -> str:
    return page.locator("#reading .where").inner_text()


def current(page: Page) -> list[str]:
    return page.locator("mark.is-current").all_text_contents()


def said(page: Page) -> str:
    return page.locator("#status").inner_text()


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.id || document.activeElement.getAttribute('aria-label') || ''")
    return found


def set_history(page: Page, steps: int) -> None:
    page.evaluate(f"history.go({steps})")


# The list


def test_the_list_is_sorted_by_mentions_at_first_and_sets_guesses_apart(reader: Reader, html: str) -> None:
    page = reader.open(html)
    assert names(page)[:3] == ["Idlib", "Aleppo", "Latakia"]
    assert names(page)[-2:] == ["Ariha", "Washington"]
    assert page.locator("#places h3").inner_text().startswith("Uncertain")
    assert page.locator("#places-title").inner_text().split() == ["PLACES", "IN", "THIS", "STORY", "12"]


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("reading", ["Idlib", "M4 Aleppo – Latakia", "Latakia", "Aleppo", "Ariha", "Damascus"]),
        ("confidence", ["Aleppo", "Idlib", "Latakia", "Turkey", "Syria", "Damascus"]),
        ("name", ["Aleppo", "Ankara", "Ariha", "Damascus", "Idlib", "Idlib Governorate"]),
    ],
)
def test_the_list_sorts(reader: Reader, html: str, order: str, first: list[str]) -> None:
    page = reader.open(html)
    page.get_by_label("Sort places").select_option(order)
    assert names(page)[:6] == first
    assert page.locator("#places h3").count() == 0
    assert row(page, "Ariha").locator(".symbol.is-unsure").count() == 1


@pytest.mark.parametrize("typed", ["idl", "IDL", "اد", "إدلب", "Идлиб", "  idlib "])
def test_a_place_is_found_in_any_script(reader: Reader, html: str, typed: str) -> None:
    page = reader.open(html)
    page.get_by_label("Find a place").fill(typed)
    assert names(page)[0] == "Idlib"
    assert "Aleppo" not in names(page)


def test_a_place_is_found_by_how_the_text_writes_it_and_by_its_kind(reader: Reader, html: str) -> None:
    page = reader.open(html)
    box = page.get_by_label("Find a place")
    box.fill("turkish")
    assert names(page) == ["Turkey"]
    box.fill("country")
    assert names(page) == ["Syria", "Turkey"]


def test_what_somebody_corrected_has_a_mark(reader: Reader) -> None:
    (document,) = story().documents
    corrected = [
        replace(each, resolution=replace(each.resolution, correction=Correction(author="A <b>reader</b>")))
        if each.toponym.text == "Ariha"
        else each
        for each in story().mentions
    ]
    page = reader.open(rendered(Atlas([document], corrected)))
    assert page.locator("#places button:has(.is-corrected) .name").all_text_contents() == ["Ariha"]
    assert str(row(page, "Ariha").get_attribute("aria-label")).endswith(", corrected")


def test_beginnings_of_words_come_before_what_stands_anywhere(reader: Reader, html: str) -> None:
    page = reader.open(html)
    page.get_by_label("Find a place").fill("ri")
    assert names(page) == ["Syria", "Ariha"]
    page.get_by_label("Find a place").fill("a")
    assert names(page)[:3] == ["Aleppo", "Ankara", "M4 Aleppo – Latakia"]


def test_names_are_folded_as_the_gazetteer_folds_them(reader: Reader, html: str) -> None:
    page = reader.open(html)
    written = [
        "Jisr ash-Shughūr", "The U.S.", "The U.S.A. Today", "إدلب", "حَلَب‎", "Łódź", "Ærø", "Þórshöfn", "İzmir",
        "’Azāz", "Straße", "ٱلْحَسَكَة", "کابل", "Nyíregyháza – Ⅷ", "the the", "!?", "St.A", "O'Brien_x", "ΣΊΦΝΟΣ",
    ]  # fmt: skip
    assert page.evaluate("names => names.map(placelines.search.fold)", written) == [name_key(name) for name in written]


def test_the_keyboard_goes_from_the_box_into_the_list_and_back(reader: Reader, html: str) -> None:
    page = reader.open(html)
    page.get_by_label("Find a place").fill("a")
    page.keyboard.press("ArrowDown")
    assert focused(page).startswith("Aleppo, city")
    page.keyboard.press("ArrowDown")
    assert focused(page).startswith("Ankara")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert focused(page) == "find"
    page.keyboard.press("Enter")
    expect(popup(page)).to_contain_text("Aleppo")
    page.keyboard.press("Escape")
    expect(popup(page)).to_have_count(0)
    assert focused(page) == "find"


def test_escape_clears_the_box_and_leaves_the_popup(reader: Reader, html: str) -> None:
    page = reader.open(html)
    row(page, "Idlib").click()
    page.get_by_label("Find a place").fill("lat")
    page.keyboard.press("Escape")
    assert page.get_by_label("Find a place").input_value() == ""
    assert len(names(page)) == 12
    expect(popup(page)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(popup(page)).to_have_count(0)


def test_the_number_of_matches_is_said(reader: Reader, html: str) -> None:
    page = reader.open(html)
    box = page.get_by_label("Find a place")
    box.fill("idlib")
    assert said(page) == "2 places match"
    box.fill("idlib g")
    assert said(page) == "1 place matches"
    box.fill("<b>zzz")
    assert said(page) == "No place matches"
    assert page.locator("#places").inner_text() == "No place matches."
    box.fill("...")
    assert names(page) == []


def test_ten_thousand_places_come_by_the_page(reader: Reader) -> None:
    places = [
        Place(f"x:{number}", f"Town {number:05}", Kind.SETTLEMENT, (number % 100) / 10, number / 500, "PPL", "FR")
        for number in range(10_000)
    ]
    text = " ".join(place.name for place in places)
    document = Document("many", text, "Many", "Wire")
    base = mention(document, places[0].name, places[0])
    found = [
        replace(
            base,
            resolution=replace(
                base.resolution,
                toponym=replace(base.resolution.toponym, start=11 * n, end=11 * n + 10, text=place.name),
                referent=place,
                candidates=(Candidate(place, 0.9),),
            ),
            excerpt=replace(base.excerpt, start=11 * n, end=11 * n + 10, text=place.name),
        )
        for n, place in enumerate(places)
    ]
    page = reader.open(rendered(Atlas([document], found)))
    assert page.locator("#places button").count() == 200
    assert page.locator("#places-count").inner_text() == "10,000"
    page.get_by_role("button", name="Show 200 more").click()
    assert page.locator("#places button").count() == 400
    expect(page.locator("#places button").nth(200)).to_be_focused()
    page.get_by_label("Find a place").fill("town 0999")
    assert names(page) == [f"Town 0999{digit}" for digit in range(10)]
    spent = page.evaluate(
        """() => {
            const box = document.getElementById("find");
            const times = ["t", "to", "tow", "09", ""].map((value) => {
              box.value = value;
              const start = performance.now();
              box.dispatchEvent(new Event("input"));
              return performance.now() - start;
            });
            return times.sort((a, b) => a - b)[2];
        }"""
    )
    assert spent < 100  # milliseconds: a quarter of that on a machine with nothing else to do


# The legend


def test_a_row_of_the_legend_switches_its_places(reader: Reader, html: str) -> None:
    page = reader.open(html)
    button = switch(page, "^Place ")
    assert button.get_attribute("aria-pressed") == "true"
    button.focus()
    page.keyboard.press("Space")
    assert button.get_attribute("aria-pressed") == "false"
    assert not {"Idlib", "Aleppo", "Latakia"} & set(names(page))
    assert page.locator("#places-count").inner_text() == "9"
    expect(page.locator("path.pl-circle:not(.pl-unsure):visible")).to_have_count(0)
    assert page.locator(".float.is-circle.is-shown").all_text_contents() == ["Ariha ?"]
    assert page.locator("mark.is-off", has_text="Idlib").count() == 5
    page.locator("mark.is-off", has_text="Idlib").first.click()
    expect(popup(page)).to_have_count(0)
    assert said(page) == "Idlib is left out just now: see the legend and the filters"
    button.click()
    assert "Idlib" in names(page)
    assert page.locator("mark.is-off").count() == 0


@pytest.mark.parametrize(
    ("words", "gone", "left"),
    [
        ("^Country, region", ["Syria", "Idlib Governorate"], ".float.is-label.is-shown"),
        ("^Town standing", ["Damascus", "Ankara", "Moscow"], "path.pl-square:not(.pl-unsure):visible"),
        ("^Only a word", ["Turkey"], ".symbol.is-none:visible >> nth=1"),
        ("^Road", ["M4 Aleppo – Latakia"], "path.pl-line:visible, .float.is-line.is-shown"),
        ("^Uncertain", ["Ariha", "Washington"], "path.pl-unsure:visible, .float.is-unsure.is-shown, .chip.is-unsure"),
        ("^Other town", [], ".float.is-town.is-shown, .float.dot.is-shown"),
    ],
)  # fmt: skip
def test_every_row_hides_what_it_names(reader: Reader, html: str, words: str, gone: list[str], left: str) -> None:
    page = reader.open(html)
    before = names(page)
    switch(page, words).click()
    assert set(before) - set(names(page)) == set(gone)
    expect(page.locator(left)).to_have_count(0)


def test_the_faint_rest_of_a_road_is_a_layer_of_its_own(reader: Reader) -> None:
    page = reader.open(rendered(told([M4_SECTION])))
    expect(page.locator("path.pl-rest:visible")).to_have_count(1)
    switch(page, "^Rest of the road").click()
    expect(page.locator("path.pl-rest:visible")).to_have_count(0)
    expect(page.locator("path.pl-line:visible")).to_have_count(1)
    switch(page, "^Rest of the road").click()
    expect(page.locator("path.pl-rest:visible")).to_have_count(1)


def test_stated_areas_are_a_layer(reader: Reader) -> None:
    document = Document("areas", "Shells fell 10 km north of Idlib and in Aleppo.", "Areas", "Wire")
    north = Vicinity(VicinitySort.OFFSET, 12, 26, "10 km north of", 4_000, 10_000, bearing_deg=0.0)
    near = replace(mention(document, "Idlib", IDLIB), vicinity=north)
    page = reader.open(rendered(Atlas([document], [near, mention(document, "Aleppo", ALEPPO)])))
    expect(page.locator(".pl-area:visible")).to_have_count(1)
    switch(page, "^Stated area, approximate").click()
    expect(page.locator(".pl-area:visible")).to_have_count(0)
    assert "Idlib" in names(page)


def test_the_legend_tells_of_disputed_boundaries_where_the_map_shows_one(reader: Reader, html: str) -> None:
    assert reader.open(html).get_by_text("Disputed boundary").count() == 0
    document = Document("kashmir", "Srinagar and Muzaffarabad.", "Kashmir", "Wire")
    towns = [settlement(1, "Srinagar", 74.80, 34.09, "IN", 1), settlement(2, "Muzaffarabad", 73.47, 34.37, "PK", 1)]
    page = reader.open(rendered(Atlas([document], [mention(document, town.name, town) for town in towns])))
    expect(page.get_by_text("Disputed boundary")).to_be_visible()
    assert page.get_by_text("Disputed boundary").evaluate("e => e.closest('button')") is None


def test_with_every_row_off_the_list_says_so(reader: Reader, html: str) -> None:
    page = reader.open(html)
    for button in page.locator(".rows li button").all():
        button.click()
    assert page.locator("#places").inner_text() == ("Every place is left out just now: see the legend and the filters.")
    assert where(page) == "0 mentions"


def test_rows_of_the_legend_are_large_enough_to_press(reader: Reader, html: str) -> None:
    page = reader.open(html)
    boxes = [button.bounding_box() for button in page.locator(".rows li button").all()]
    assert all(box and box["height"] >= 24 and box["width"] > 120 for box in boxes)


def test_the_legend_starts_folded_on_a_small_map_and_open_on_a_large_one(reader: Reader, html: str) -> None:
    page = reader.open(html, size=(1000, 420))
    button, rows = page.get_by_role("button", name="Legend", exact=True), page.locator(".rows ul")
    expect(rows).to_be_hidden()
    button.click()
    expect(rows).to_be_visible()
    button.click()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(rows).to_be_visible()
    button.click()
    expect(rows).to_be_hidden()
    assert button.get_attribute("aria-expanded") == "false"


# Reading step by step


def test_the_reader_steps_from_mention_to_mention(reader: Reader, html: str) -> None:
    page = reader.open(html)
    assert where(page) == "20 mentions"
    page.get_by_role("button", name="Next mention").click()
    expect(page.locator("#reading .where")).to_have_text("Mention 1 of 20")
    assert current(page) == ["IDLIB"]
    expect(popup(page)).to_contain_text("Idlib")
    for expected in ["Idlib", "M4", "Latakia"]:
        page.get_by_role("button", name="Next mention").click()
        expect(page.locator("mark.is-current")).to_have_text(expected)
    expect(popup(page).locator("h3")).to_contain_text("Latakia")
    assert page.locator("mark.is-open").all_text_contents() == ["Latakia"] * 3
    page.get_by_role("button", name="Previous mention").click()
    expect(page.locator("mark.is-current")).to_have_text("M4")


def test_keys_step_and_leave_the_focus_where_it_is(reader: Reader, html: str) -> None:
    page = reader.open(html)
    page.locator("#theme").focus()
    for _ in range(3):
        page.keyboard.press(".")
    expect(page.locator("#reading .where")).to_have_text("Mention 3 of 20")
    assert focused(page) == "theme"
    page.keyboard.press(",")
    expect(page.locator("#reading .where")).to_have_text("Mention 2 of 20")
    page.get_by_label("Find a place").press("Period")
    assert where(page) == "Mention 2 of 20"
    assert page.get_by_label("Find a place").input_value() == "."


def test_the_current_mention_is_in_view(reader: Reader, html: str) -> None:
    page = reader.open(html, size=(1280, 500))
    for number in range(20):
        page.keyboard.press(".")
        expect(page.locator("#reading .where")).to_have_text(f"Mention {number + 1} of 20")
    box = page.locator("mark.is-current").bounding_box()
    bar = page.locator("#reading").bounding_box()
    assert box
    assert bar
    assert bar["y"] + bar["height"] <= box["y"] <= 500 - box["height"]
    assert page.get_by_role("button", name="Next mention").get_attribute("aria-disabled") == "true"
    page.keyboard.press(".")
    expect(page.locator("#status")).to_have_text("This is the last mention")
    assert where(page) == "Mention 20 of 20"


def test_steps_skip_what_is_left_out(reader: Reader, html: str) -> None:
    page = reader.open(html)
    switch(page, "^Place ").click()
    expect(page.locator("#reading .where")).to_have_text("9 mentions")
    seen = []
    for number in range(3):
        page.keyboard.press(".")
        expect(page.locator("#reading .where")).to_have_text(f"Mention {number + 1} of 9")
        seen += current(page)
    assert seen == ["M4", "Ariha", "Damascus"]


def test_what_is_opened_elsewhere_is_where_reading_goes_on(reader: Reader, html: str) -> None:
    page = reader.open(html)
    row(page, "Damascus").click()
    expect(page.locator("mark.is-current")).to_have_text("Damascus")
    page.keyboard.press(".")
    expect(page.locator("mark.is-current")).to_have_text("Aleppo")
    page.locator("article mark", has_text="Latakia").last.click()
    expect(page.locator("#reading .where")).to_have_text("Mention 13 of 20")


def test_steps_go_on_into_the_next_article(reader: Reader, several: str) -> None:
    page = reader.open(several)
    assert where(page) == "Article 1: 0 mentions"
    page.keyboard.press(".")
    expect(page.locator("#reading .where")).to_have_text("Article 2: mention 1 of 20")
    row(page, "Washington").click()
    page.keyboard.press(".")
    page.keyboard.press(".")
    expect(page.locator("#reading .where")).to_have_text("Article 3: mention 1 of 3")
    assert page.locator("details[open] h3").all_text_contents()[-1] == "Aleppo again."
    assert current(page) == ["Aleppo"]
    page.keyboard.press(",")
    expect(page.locator("#reading .where")).to_have_text("Article 2: mention 20 of 20")


# The card


def test_an_excerpt_leads_to_its_sentence(reader: Reader, html: str) -> None:
    page = reader.open(html)
    row(page, "Idlib").click()
    assert popup(page).locator("blockquote mark").all_text_contents() == ["IDLIB", "Idlib", "Idlib"]
    popup(page).get_by_role("button", name="In the text").nth(2).click()
    expect(page.locator("#reading .where")).to_have_text("Mention 15 of 20")
    sentence = page.locator("article p", has=page.locator("mark.is-current"))
    expect(sentence).to_contain_text("Now nobody in Idlib knows.")
    expect(page.locator("mark.is-current")).to_be_in_viewport()
    expect(popup(page)).to_have_count(1)
    popup(page).get_by_role("button", name="In the text").nth(1).press("Enter")
    expect(page.locator("mark.is-current")).to_be_focused()


def test_excerpts_stand_under_their_publisher(reader: Reader, several: str) -> None:
    page = reader.open(several)
    row(page, "Aleppo").click()
    assert popup(page).locator("h4").all_text_contents() == ["Wire", "Post"]
    cites = popup(page).locator("cite").all_text_contents()
    assert set(cites) == {"The road · 5 March 2020", "Aleppo again. · 6 March 2020"}
    page.keyboard.press("Escape")
    row(page, "Aleppo").click()
    popup(page).get_by_role("button", name="In the text").last.click()
    expect(page.locator("#reading .where")).to_contain_text("Article 3")
    expect(page.locator("mark.is-current")).to_be_in_viewport()


def test_many_excerpts_are_folded(reader: Reader) -> None:
    documents = [
        Document(f"d{n}", f"Report {n}.\n\nThe road to Aleppo was open on day {n}.", source="Wire") for n in range(9)
    ]
    page = reader.open(rendered(Atlas(documents, [found for each in documents for found in mentions(each)])))
    row(page, "Aleppo").click()
    assert popup(page).locator("blockquote").count() == 5
    popup(page).get_by_role("button", name="4 more").press("Enter")
    assert popup(page).locator("blockquote").count() == 9
    expect(popup(page).get_by_role("button", name="In the text").nth(5)).to_be_focused()


def test_a_rival_shows_where_it_lies(reader: Reader, html: str) -> None:
    page = reader.open(html)
    row(page, "Idlib").click()
    rival = popup(page).locator(".rivals button")
    assert rival.inner_text() == f"{RIVAL.name}, village, Syria"
    assert popup(page).locator(".rivals .number").inner_text() == "2%"
    rival.hover()
    expect(page.locator(".pl-ghost")).to_have_count(1)
    assert page.locator(".ghost-name").inner_text() == RIVAL.name
    page.mouse.move(0, 0)
    expect(page.locator(".pl-ghost, .ghost-name")).to_have_count(0)
    rival.focus()
    rival.press("Enter")
    expect(page.locator(".pl-ghost")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator(".pl-ghost")).to_have_count(0)


def test_the_card_tells_confidence_in_words_and_leaves_room_for_actions(reader: Reader, html: str) -> None:
    page = reader.open(html)
    row(page, "Idlib").click()
    assert popup(page).locator(".facts").inner_text() == "city · 5 mentions · confidence 97% (high)"
    assert popup(page).locator(".card > :last-child").get_attribute("class") == "actions"


# Links to a place


def test_back_and_forward_go_through_what_was_opened(reader: Reader, html: str) -> None:
    page = reader.open(html)
    row(page, "Idlib").click()
    row(page, "Aleppo").click()
    expect(popup(page).locator("h3")).to_contain_text("Aleppo")
    assert page.url.endswith("#geonames%3A170063")
    set_history(page, -1)
    expect(popup(page).locator("h3")).to_contain_text("Idlib")
    set_history(page, -1)
    expect(popup(page)).to_have_count(0)
    assert page.evaluate("location.hash") == ""
    set_history(page, 2)
    expect(popup(page).locator("h3")).to_contain_text("Aleppo")
    page.keyboard.press("Escape")
    assert page.evaluate("location.hash") == ""
    set_history(page, -1)
    expect(popup(page).locator("h3")).to_contain_text("Aleppo")


@pytest.mark.parametrize("anchor", ["#geonames:170063", "#geonames%3A170063", "#geonames%3a170063"])
def test_an_address_opens_its_place(reader: Reader, html: str, anchor: str) -> None:
    page = reader.open(html, anchor=anchor)
    expect(popup(page).locator("h3")).to_contain_text("Aleppo")
    expect(page.locator("mark.is-current")).to_have_text("Aleppo")
    assert page.url.endswith(anchor)  # the reader came there, so that this is no step


@pytest.mark.parametrize("anchor", ["#nowhere", "#%E0%A4%A", "#<img src=x onerror=alert(1)>", "#__proto__", "#%00"])
def test_a_hostile_or_unknown_address_is_ignored(reader: Reader, html: str, anchor: str) -> None:
    page = reader.open(html, anchor=anchor)
    assert said(page) == "The address names no place of this page."
    expect(popup(page)).to_have_count(0)
    row(page, "Idlib").click()
    expect(popup(page)).to_have_count(1)
    assert reader.complaints == []


def test_a_place_that_is_left_out_is_not_opened_by_going_back(reader: Reader, html: str) -> None:
    page = reader.open(html)
    row(page, "Idlib").click()
    page.keyboard.press("Escape")
    switch(page, "^Place ").click()
    set_history(page, -1)
    expect(page.locator("#status")).to_have_text("Idlib is left out just now: see the legend and the filters")
    expect(popup(page)).to_have_count(0)


def test_a_frame_without_history_opens_places_too(reader: Reader, html: str) -> None:
    page = reader.open(html)
    page.evaluate(
        """html => {
            const frame = document.createElement("iframe");
            Object.assign(frame, { srcdoc: html, width: 1200, height: 700, id: "inner" });
            frame.setAttribute("sandbox", "allow-scripts");
            document.body.replaceChildren(frame);
        }""",
        html,
    )
    inner = page.frame_locator("#inner")
    inner.locator("#places button").first.click()
    expect(inner.locator(".leaflet-popup h3")).to_contain_text("Idlib")
    inner.locator("#places button").nth(1).click()
    expect(inner.locator(".leaflet-popup h3").last).to_contain_text("Aleppo")
    page.keyboard.press("Escape")
    expect(inner.locator(".leaflet-popup")).to_have_count(0)


# Room for everybody


def arabic() -> Atlas:
    text = (
        "قصف يتجدد حول إدلب\n\nقال سكان إن القصف تجدد يوم الخميس حول إدلب، آخر عاصمة محافظة.\n\n"
        "Trucks left Latakia.\n\nوقال سائقون إن الطريق إلى حلب مفتوح."
    )
    document = Document("ar", text, source="وكالة")
    found = [
        mention(document, "إدلب", IDLIB, confidence=0.95, rivals=[Candidate(RIVAL, 0.03)]),
        mention(document, "إدلب", IDLIB, after=text.index("الخميس"), confidence=0.95),
        mention(document, "Latakia", LATAKIA),
        mention(document, "حلب", ALEPPO),
    ]
    return Atlas([document], found)


def test_an_arabic_article_reads_from_the_right_and_its_latin_lines_from_the_left(reader: Reader) -> None:
    page = reader.open(rendered(arabic()))
    directions = page.locator("article p").evaluate_all("found => found.map(e => getComputedStyle(e).direction)")
    assert directions == ["rtl", "ltr", "rtl"]
    page.locator("#places button").first.click()
    quote = popup(page).locator("blockquote").first
    assert quote.evaluate("e => getComputedStyle(e).direction") == "rtl"
    page.keyboard.press(".")
    expect(page.locator("mark.is-current")).to_have_text("إدلب")
    page.get_by_label("Find a place").fill("حَلب")
    assert page.get_by_label("Find a place").evaluate("e => getComputedStyle(e).direction") == "rtl"


@pytest.mark.parametrize("size", [PHONE, DOUBLED, (320, 640), (800, 400)])
def test_nothing_overlaps_and_nothing_is_wider_than_the_screen(
    reader: Reader, html: str, size: tuple[int, int]
) -> None:
    page = reader.open(html, size=size)
    for _ in range(2):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        boxes = page.locator("#places-tools > *, #places button, #reading > *, .rows li button:visible").evaluate_all(
            "found => found.map(e => e.getBoundingClientRect().toJSON())"
        )
        for a, b in combinations(boxes, 2):
            apart = a["right"] <= b["left"] + 1 or b["right"] <= a["left"] + 1
            assert apart or a["bottom"] <= b["top"] + 1 or b["bottom"] <= a["top"] + 1
        controls = page.locator(".leaflet-control:visible:not(.is-beneath)").evaluate_all(
            "found => found.map(e => e.getBoundingClientRect().toJSON())"
        )
        for a, b in combinations(controls, 2):
            apart = a["right"] <= b["left"] + 1 or b["right"] <= a["left"] + 1
            assert apart or a["bottom"] <= b["top"] + 1 or b["bottom"] <= a["top"] + 1
        page.keyboard.press(".")
        expect(popup(page)).to_have_count(1)


def test_on_a_phone_the_map_stays_above_the_text_while_reading(reader: Reader, html: str) -> None:
    page = reader.open(html, size=PHONE, touch=True)
    page.locator("#reading").scroll_into_view_if_needed()
    for number in range(12):
        page.get_by_role("button", name="Next mention").click()
        expect(page.locator("#reading .where")).to_have_text(f"Mention {number + 1} of 20")
    expect(popup(page)).to_be_in_viewport()
    expect(page.locator("mark.is-current")).to_be_in_viewport()
    mark = page.locator("mark.is-current").bounding_box()
    bar = page.locator("#reading").bounding_box()
    stage = page.locator("#stage").bounding_box()
    assert mark
    assert bar
    assert stage
    assert stage["y"] == pytest.approx(0, abs=1)
    assert stage["y"] + stage["height"] <= bar["y"] + 1
    assert bar["y"] + bar["height"] <= mark["y"]
    page.locator(".leaflet-popup-close-button").click()
    expect(page.locator("html.is-reading")).to_have_count(0)


# What the page is told


def test_an_entry_tells_where_it_is_first_and_an_excerpt_which_mention_it_is() -> None:
    built = payload.build(story(), gazetteer=StoryGazetteer(), tool_version="9.9")
    entries, details = built["entries"], built["details"]
    assert isinstance(entries, list)
    assert isinstance(details, dict)
    idlib = next(at for at, entry in enumerate(entries) if entry["name"] == "Idlib")
    assert entries[idlib]["first"] == [0, 0]
    latakia = next(entry for entry in entries if entry["name"] == "Latakia")
    assert latakia["first"] == [0, TEXT.index("Latakia")]
    assert [excerpt[5] for excerpt in details["blocks"][0][idlib]["excerpts"]] == [0, 2, 3]
