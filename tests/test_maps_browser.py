"""The page as its readers meet it: opened from a file, in a real browser."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Literal, TypedDict

import folium
import pytest
from playwright.sync_api import Locator, Page

from geo.atlas import Atlas
from geo.model import Candidate, Document, Kind, Place, Referent, Role
from maps import page as page_module
from maps.draw import draw
from maps.figure import Drawing
from maps.style import LIGHT
from tests.browser import Reader
from tests.lines import EVERY_KIND, M4_SECTION, OSM, line, m5, told
from tests.story import TURKEY, StoryGazetteer, mentions, settlement, story
from tests.world import ALEPPO, IDLIB, M4, MIN_CONFIDENCE, SYRIA, mention

PAYLOADS = json.loads((Path(__file__).parent / "data" / "markup_payloads.json").read_text(encoding="utf-8"))


class Box(TypedDict):
    """What DOMRect.toJSON gives."""

    left: float
    top: float
    right: float
    bottom: float


def rendered(atlas: Atlas, drawing: Drawing | None = None, min_confidence: float | None = MIN_CONFIDENCE) -> str:
    return page_module.render(
        atlas, gazetteer=StoryGazetteer(), tool_version="9.9", min_confidence=min_confidence, drawing=drawing
    )


@pytest.fixture(scope="module")
def html() -> str:
    return rendered(story())


def boxes(page: Page, selector: str) -> list[Box]:
    found: list[Box] = page.locator(selector).evaluate_all(
        "found => found.map(e => e.getBoundingClientRect().toJSON())"
    )
    return found


def set_zoom(page: Page, zoom: float) -> None:
    page.evaluate("zoom => { Object.entries(window).find(([n]) => n.startsWith('map_'))[1].setZoom(zoom); }", zoom)


def overlapping(found: list[Box], gap: float = 0) -> list[tuple[Box, Box]]:
    return [
        (a, b)
        for a, b in combinations(found, 2)
        if a["left"] < b["right"] - gap
        and b["left"] < a["right"] - gap
        and a["top"] < b["bottom"] - gap
        and b["top"] < a["bottom"] - gap
    ]


def placed(page: Page) -> dict[str, list[Box]]:
    """Return the boxes of signs and lettering, of other names, of symbols and of what lies around the map."""
    return {
        "signs": boxes(page, ".float:is(.is-line, .is-lettering).is-shown"),
        "names": boxes(page, ".float.is-shown:not(.is-line, .is-lettering, .dot)"),
        "symbols": boxes(page, "path.pl-marker[tabindex='0']"),
        "around": boxes(page, ".leaflet-control:visible, #edges .chip:visible"),
    }


def texts(page: Page, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_text_contents()]


def popup(page: Page) -> Locator:
    return page.locator(".leaflet-popup")


def classes(page: Page, selector: str) -> list[str]:
    found: list[str] = page.locator(selector).evaluate_all("found => found.map(e => e.getAttribute('class'))")
    return [" ".join(each.split()) for each in found]


def row(page: Page, name: str) -> Locator:
    return page.locator("#places button").filter(has=page.locator(f".name:text-is('{name}')"))


# What is there


def test_the_story_is_on_the_map(reader: Reader, html: str) -> None:
    page = reader.open(html)
    assert page.title().startswith("Syrian army says")
    in_view = page.locator("path.pl-marker[tabindex='0']")
    assert [label.split(",")[0] for label in in_view.evaluate_all("e => e.map(x => x.ariaLabel)")] == [
        "Idlib",
        "Aleppo",
        "Latakia",
        "Ariha",
    ]
    assert len(str(page.locator("path.pl-line").get_attribute("d"))) > 10
    assert page.locator("path.pl-line").get_attribute("stroke-dasharray") == "12 6"
    assert texts(page, ".float.is-line.is-shown") == ["M4"]
    assert {"Idlib", "Aleppo", "Latakia", "Ariha ?"} == set(texts(page, ".float.is-circle.is-shown"))
    assert texts(page, ".float.is-label.is-country.is-shown") == ["Syria"]


def test_markers_stand_where_the_places_are(reader: Reader, html: str) -> None:
    page = reader.open(html)
    left, top = (
        page.locator("path.pl-marker")
        .nth(1)
        .evaluate("e => { const b = e.getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]; }")
    )
    expected = page.evaluate(
        """([lat, lon]) => {
            const map = Object.entries(window).find(([name]) => name.startsWith("map_"))[1];
            const point = map.latLngToContainerPoint([lat, lon]);
            const box = map.getContainer().getBoundingClientRect();
            return [point.x + box.left, point.y + box.top];
        }""",
        [ALEPPO.lat, ALEPPO.lon],
    )
    assert [left, top] == pytest.approx(expected, abs=1.5)


def test_the_basemap_is_drawn(reader: Reader, html: str) -> None:
    page = reader.open(html)
    colours = page.locator(".leaflet-basemap-pane canvas").evaluate(
        """canvas => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const seen = new Set();
            for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 4).join());
            return [...seen];
        }"""
    )
    for name in ("sea", "land", "focus"):
        channels = bytes.fromhex(LIGHT[name].removeprefix("#"))
        assert ",".join(map(str, [*channels, 255])) in colours


def test_the_legend_explains_the_symbols_in_use_and_no_others(reader: Reader, html: str) -> None:
    page = reader.open(html)
    assert texts(page, ".key li") == [
        "Place (size = mentions)",
        "Country, region or natural feature",
        "Town standing for its government or team",
        "Only a word for its people or things",
        "Road (schematic course)",
        "Uncertain: a best guess, confidence below 75%",
        "Other town",
    ]
    assert classes(page, ".key li:nth-child(6) .symbol") == ["symbol is-circle is-unsure", "symbol is-square is-unsure"]
    document = Document("a", "Rain in Homs")
    homs = settlement(169577, "Homs", 36.7234, 34.7308, "SY", 775_404)
    page = reader.open(rendered(Atlas([document], [mention(document, "Homs", homs)])))
    assert texts(page, ".key li") == ["Place (size = mentions)", "Other town"]


def test_the_list_tells_kind_count_confidence_and_the_word_used(reader: Reader, html: str) -> None:
    page = reader.open(html)
    assert row(page, "Idlib").inner_text().split() == ["Idlib", "5×", "97%"]
    assert row(page, "Turkey").inner_text().replace("\n", " ") == "Turkey country, as “Turkish” 1× 95%"
    assert row(page, "Idlib").get_attribute("aria-label") == "Idlib, city, 5 mentions, confidence 97 percent"
    assert row(page, "Syria").get_attribute("aria-label") == "Syria, country, 1 mention, confidence 93 percent"
    assert page.locator("#unplaced").inner_text().split("\n\n") == ["Not placed", "Bab Qalandar"]


def test_source_licence_and_disclaimer_are_printed(reader: Reader, html: str) -> None:
    page = reader.open(html)
    assert (
        "Place data © GeoNames, CC BY 4.0 · Made with Natural Earth"
        in page.locator(".leaflet-control-attribution").inner_text()
    )
    notes = page.locator("#notes").inner_text()
    for words in ("do not imply endorsement", "placelines 9.9", "gazetteer GeoNames test"):
        assert words in notes
    assert page.locator("#source").inner_text() == "Example Wire (invented text) · story.txt"


def test_a_story_without_places_says_so_and_shows_the_world(reader: Reader) -> None:
    page = reader.open(rendered(Atlas([Document("a", "Bake at 180 degrees.\nServe.")])))
    assert page.locator("#places").inner_text() == "No place in this text could be put on the map."
    assert page.locator("path.pl-marker").count() == 0


def test_several_articles_stand_under_their_own_headings(reader: Reader) -> None:
    documents = [Document("a", "Idlib today.\nRain."), Document("b", "Again.\nRain in Idlib.", source="Wire")]
    atlas = Atlas(documents, [mention(document, "Idlib", IDLIB) for document in documents])
    page = reader.open(rendered(atlas))
    assert page.locator("#title").inner_text() == "2 articles"
    assert texts(page, "summary h3") == ["Idlib today.", "Again."]
    assert page.locator("#articles details").nth(0).get_attribute("open") is not None
    assert page.locator("#articles details").nth(1).get_attribute("open") is None
    row(page, "Idlib").click()
    assert texts(page, ".quotes cite") == ["Idlib today.", "Again."]


def test_a_country_is_named_only_where_it_is(reader: Reader) -> None:
    document = Document("a", "Larnaca")
    larnaca = settlement(146400, "Larnaca", 33.63, 34.92, "CY", 72_000)
    page = reader.open(rendered(Atlas([document], [mention(document, "Larnaca", larnaca)])))
    for zoom in (9, 7):
        set_zoom(page, zoom)
        named = texts(page, ".float.is-country.is-shown")
        assert "Cyprus" in named
        assert "Somaliland" not in named, "it has no code, like Northern Cyprus"


# Lines


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize(("size", "zooms"), [((1280, 800), (None, 7, 11)), ((390, 844), (None, 7))])
def test_signs_and_lettering_cover_no_name_symbol_or_control(
    reader: Reader, size: tuple[int, int], zooms: tuple[int | None, ...], colours: Literal["light", "dark"]
) -> None:
    page = reader.open(rendered(told([*EVERY_KIND, M4_SECTION, m5()])), size=size, colours=colours)
    for zoom in zooms:
        if zoom is not None:
            set_zoom(page, zoom)
        found = placed(page)
        assert found["signs"]
        assert overlapping([*found["signs"], *found["names"], *found["around"]], gap=0.5) == []
        covered = [overlapping([sign, symbol], gap=1) for sign in found["signs"] for symbol in found["symbols"]]
        assert covered == [[]] * len(covered)


def test_a_section_is_strong_and_the_rest_of_its_road_faint_beneath(reader: Reader) -> None:
    page = reader.open(rendered(told([M4_SECTION])))
    widths = page.locator(".leaflet-overlay-pane path:not(.pl-marker)").evaluate_all(
        "e => e.map(x => [getComputedStyle(x).strokeWidth, x.getAttribute('stroke-opacity')])"
    )
    assert widths == [["2.5px", "0.75"], ["7px", "1"], ["4.5px", "1"], ["4.5px", "1"]]
    assert texts(page, ".key li") == [
        "Place (size = mentions)",
        "Road (schematic course)",
        "Rest of the road",
        "Other town",
    ]
    assert texts(page, ".float.is-line.is-shown") == ["M4"]
    (rest,), (section,) = boxes(page, "path.pl-rest"), boxes(page, "path.pl-line")
    assert rest["right"] > section["right"] + 20


def test_the_popup_of_a_road_tells_course_length_way_and_source(reader: Reader) -> None:
    page = reader.open(rendered(told([m5()], towns=(IDLIB,))))
    page.locator("#places button:has-text('M5')").click()
    assert texts(page, ".card h3 .name") == ["M5, Hama – Homs"]
    assert texts(page, ".card .facts") == [
        "road · 45 km · 1 mention · confidence 90% (high)",
        "Surveyed course; section of the M5, 340 km in all",
    ]
    assert texts(page, ".card .id") == [f"Course: OpenStreetMap, syria-latest · {OSM}"]
    assert texts(page, ".rivals .name") == ["M4"]
    assert OSM in page.locator(".leaflet-control-attribution").inner_text()
    assert page.locator("#notes a:text-is('OpenStreetMap')").get_attribute("href") == (
        "https://www.openstreetmap.org/copyright"
    )


def test_any_stroke_of_a_road_opens_it_also_between_its_dashes(reader: Reader) -> None:
    page = reader.open(rendered(told([M4_SECTION])))
    page.locator("path.pl-casing").dispatch_event("click")
    assert popup(page).get_attribute("aria-label") == "M4, Aleppo – Latakia"
    assert page.locator("path[role='button']:not(.pl-marker)").count() == 1, "one tab stop a road"


def test_a_road_that_runs_through_the_view_is_not_off_the_map(reader: Reader) -> None:
    page = reader.open(rendered(told([M4_SECTION])))
    page.evaluate(
        """([lat, lon]) => {
            const map = Object.entries(window).find(([name]) => name.startsWith("map_"))[1];
            map.setView([lat, lon], 12);
        }""",
        [35.6742, 36.062],  # half-way between two of its points
    )
    assert not [chip for chip in texts(page, ".chip:visible") if "M4" in chip]
    assert texts(page, ".float.is-line.is-shown") == ["M4"]


def test_a_railway_has_its_name_beside_it_and_no_shield(reader: Reader) -> None:
    page = reader.open(rendered(told(EVERY_KIND)))
    assert page.locator(".float.is-line").count() == 0
    assert set(texts(page, ".float.is-lettering.is-shown")) == {line.name for line in EVERY_KIND}
    assert len(texts(page, ".key li")) == 2 + len(EVERY_KIND)


def test_signs_show_what_sort_of_road_it_is(reader: Reader) -> None:
    refs = (("I-95", "US", "#003f9e"), ("E 40", "UA", "#00693e"), ("B 96", "DE", "#ffd100"), ("N7", "FR", "#b3121d"))
    roads = [
        line(Kind.ROAD, ref, [(36.0, 35.2 + 0.2 * n), (37.0, 35.2 + 0.2 * n)], ref=ref, country_code=country)
        for n, (ref, country, _) in enumerate(refs)
    ]
    page = reader.open(rendered(told(roads)), colours="dark")
    signs = page.locator(".float.is-line.is-shown").evaluate_all(
        "e => Object.fromEntries(e.map(x => [x.textContent.trim(), getComputedStyle(x).getPropertyValue('--sign')]))"
    )
    assert signs == {ref: colour for ref, _, colour in refs}


def test_the_sign_of_an_uncertain_road_is_ink_on_paper(reader: Reader) -> None:
    page = reader.open(rendered(told([M4_SECTION], confidence=0.5)), colours="dark")
    sign = page.locator(".float.is-line.is-shown")
    assert texts(page, ".float.is-line.is-shown") == ["M4 ?"]
    assert sign.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]") == [
        "rgb(238, 242, 245)",
        "rgb(21, 29, 37)",
    ]
    assert sign.evaluate("e => getComputedStyle(e).borderStyle") == "dashed"
    assert page.locator("path.pl-rest").count() == 0


def test_markup_in_the_names_source_and_licence_of_a_road_is_text(reader: Reader) -> None:
    text = "<img src=x onerror=window.__x=1>"
    road = replace(m5(), name=f"N {text}", road_name=text, ref=text, gazetteer=f"G {text}", attribution=f"A {text}")
    page = reader.open(rendered(told([road])))
    page.locator("#places button:has-text('N <')").click()
    assert texts(page, ".card .id") == [f"Course: G {text} · A {text}"]
    assert f"A {text}" in page.locator(".leaflet-control-attribution").inner_text()
    assert page.locator("img").count() == 0
    assert page.evaluate("window.__x") is None


def test_a_road_of_many_vertices_is_laid_out_at_once(reader: Reader) -> None:
    html = rendered(told([m5(20_000)]))
    assert len(html) < 1_200_000
    page = reader.open(html)
    took = page.evaluate(
        """() => {
            const map = Object.entries(window).find(([name]) => name.startsWith("map_"))[1];
            const start = performance.now();
            map.fire("moveend");
            return performance.now() - start;
        }"""
    )
    assert took < 500


# What is uncertain


def test_an_uncertain_place_is_hollow_dashed_and_said_to_be_one(reader: Reader, html: str) -> None:
    page = reader.open(html)
    unsure = page.locator("path.pl-unsure")
    assert [label.split(",")[0] for label in unsure.evaluate_all("e => e.map(x => x.ariaLabel)")] == [
        "Ariha",
        "Washington",
    ]
    assert unsure.evaluate_all("e => e.map(x => x.getAttribute('stroke-dasharray'))") == ["3 3", "3 3"]
    assert texts(page, ".float.is-circle.is-unsure") == ["Ariha ?"]
    assert texts(page, ".chip.is-unsure") == ["Washington ? 9,270 km"]
    chip = page.locator(".chip.is-unsure")
    assert chip.get_attribute("aria-label") == "Go to Washington, uncertain, 9,270 km from Idlib"
    assert row(page, "Ariha").get_attribute("aria-label") == "Ariha, town, 1 mention, uncertain, confidence 62 percent"


def test_the_list_has_what_is_uncertain_after_the_rest_under_its_own_heading(reader: Reader, html: str) -> None:
    page = reader.open(html)
    assert texts(page, "#places h3") == ["Uncertain a best guess, confidence below 75%"]
    assert texts(page, "#places ul:last-child .name") == ["Ariha", "Washington"]
    assert "Ariha" not in texts(page, "#places ul:first-child .name")
    page = reader.open(rendered(story(), min_confidence=None))
    assert texts(page, "#places h3") == ["Uncertain a best guess"]
    assert "Uncertain: a best guess" in texts(page, ".key li")


def test_the_popup_of_a_guess_says_so_and_lists_its_rivals(reader: Reader) -> None:
    document = Document("a", "Hama")
    places = [settlement(number, "Hama", 36.7 + number, 35.1, "SY", 9, "PPL") for number in range(7)]
    rivals = [
        Candidate(place, share) for place, share in zip(places[1:], (0.2, 0.1, 0.05, 0.01, 0.004, 0), strict=True)
    ]
    page = reader.open(
        rendered(Atlas([document], [mention(document, "Hama", places[0], confidence=0.6, rivals=rivals)]))
    )
    row(page, "Hama").click()
    assert texts(page, ".card .facts") == ["village · 1 mention"]
    assert texts(page, ".card .doubt") == ["Uncertain: confidence 60%, below 75%"]
    assert texts(page, ".card .why") == ["Why this guess: exact name"]
    assert texts(page, ".card .rivals > p") == ["It may also be:"]
    assert texts(page, ".card .rivals li") == [
        f"Hama, village, Syria, geonames:{number}{share}"
        for number, share in ((1, "20%"), (2, "10%"), (3, "5%"), (4, "1%"), (5, "< 1%"))
    ]
    assert page.locator(".card .where").inner_text() == "Syria, geonames:0"


def test_marks_in_the_text_show_three_ways_in_more_than_colour(reader: Reader, html: str) -> None:
    page = reader.open(html)
    assert texts(page, "article mark.is-unsure") == ["Ariha", "Washington"]
    look = "e => [getComputedStyle(e).borderBottomStyle, getComputedStyle(e).backgroundColor]"
    found = [page.locator(f"article {each}").first for each in ("mark.is-sure", "mark.is-unsure", ".unplaced")]
    styles, grounds = zip(*(each.evaluate(look) for each in found), strict=True)
    assert styles == ("none", "dashed", "dotted")
    assert [ground == "rgba(0, 0, 0, 0)" for ground in grounds] == [False, True, True]
    assert found[1].get_attribute("aria-label") == "Ariha, uncertain"
    assert page.locator(".marks").inner_text() == "Names: placed · uncertain · not placed"
    document = Document("a", "Rain in Idlib")
    page = reader.open(rendered(Atlas([document], [mention(document, "Idlib", IDLIB)])))
    assert page.locator(".marks").count() == 0, "where all is sure there is nothing to explain"


def test_a_mention_may_be_uncertain_though_its_place_is_not(reader: Reader) -> None:
    document = Document("a", "Rain today\nIdlib said. Idlib again.")
    said = [mention(document, "Idlib", IDLIB), mention(document, "Idlib", IDLIB, after=15, confidence=0.5)]
    page = reader.open(rendered(Atlas([document], said)))
    assert classes(page, "article mark") == ["is-sure is-circle", "is-unsure is-circle"]
    row(page, "Idlib").click()
    assert classes(page, ".quotes li") == ["is-sure", "is-unsure"]
    assert page.locator(".card .doubt").count() == 0


def test_uncertain_areas_roads_and_people_are_explained_in_one_row(reader: Reader) -> None:
    document = Document("a", "Idlib, Syria, the M4 and a Turkish lorry")
    names: list[tuple[str, Referent, Role]] = [
        ("Idlib", IDLIB, Role.LITERAL),
        ("Syria", SYRIA, Role.LITERAL),
        ("M4", M4, Role.LITERAL),
        ("Turkish", TURKEY, Role.DEMONYM),
    ]
    said = [mention(document, name, place, role=role, confidence=0.5) for name, place, role in names]
    page = reader.open(rendered(Atlas([document], said)))
    assert texts(page, ".key li") == ["Uncertain: a best guess, confidence below 75%", "Other town"]
    shapes = ("circle", "label", "none", "line")
    symbols = classes(page, ".key li:first-child .symbol")
    assert [each.split()[1] for each in symbols] == [f"is-{shape}" for shape in shapes]
    assert classes(page, "path.leaflet-interactive") == [
        "pl-casing pl-unsure pl-uncertain leaflet-interactive",
        "pl-line pl-unsure pl-paper leaflet-interactive",
        "pl-marker pl-circle pl-unsure leaflet-interactive",
    ]
    assert texts(page, ".float.is-line") == ["M4 ?"]
    assert texts(page, ".float.is-label") == ["Syria ?"]
    assert str(page.locator(".float.is-label").get_attribute("aria-label")).startswith("Syria, country, 1 mention, unc")


def test_several_articles_count_what_is_uncertain_apart(reader: Reader) -> None:
    documents = [Document("a", "Idlib"), Document("b", "Aleppo")]
    said = [mention(documents[0], "Idlib", IDLIB), mention(documents[1], "Aleppo", ALEPPO, confidence=0.5)]
    page = reader.open(rendered(Atlas(documents, said)))
    assert page.locator("#source").inner_text() == "1 place, 1 more uncertain"


# Popups and links


def test_a_popup_quotes_the_atlas(reader: Reader, html: str) -> None:
    page = reader.open(html)
    page.locator("path.pl-marker").first.click()
    (idlib,) = [entry for entry in story().places if entry.referent == IDLIB]
    sentences = list(dict.fromkeys(said.excerpt.text for said in idlib.mentions))[:3]
    assert page.locator(".quotes blockquote").all_text_contents() == sentences
    assert texts(page, ".quotes mark") == ["IDLIB", "Idlib", "Idlib"]
    assert page.locator(".card h3").inner_text().split() == ["Idlib", "Idlib", "Governorate,", "Syria"]
    assert texts(page, ".card .facts") == ["city · 5 mentions · confidence 97% (high)"]
    assert texts(page, ".card .why") == ["Why here: exact name"]
    assert texts(page, ".card .rivals > p") == ["Less likely:"]
    assert texts(page, ".card .rivals li") == ["Idlib al Khirba, village, Syria2%"]
    assert page.locator(".card .doubt").count() == 0
    assert texts(page, ".card .id") == ["GeoNames 169389"]


def test_a_long_excerpt_is_cut_for_the_eye_only(reader: Reader) -> None:
    text = "word " * 40 + "Idlib " + "word " * 40
    document = Document("a", text, "T")
    page = reader.open(rendered(Atlas([document], [mention(document, "Idlib", IDLIB)])))
    page.locator("path.pl-marker").click()
    quote = page.locator(".quotes blockquote")
    excerpt = mention(document, "Idlib", IDLIB).excerpt.text
    assert quote.text_content() == excerpt
    for hidden in quote.locator(".cut").all():
        assert (hidden.evaluate("e => getComputedStyle(e).fontSize"), len(str(hidden.text_content())) > 20) == (
            "0px",
            True,
        )
    shown = quote.evaluate("e => [...e.childNodes].filter(n => n.className !== 'cut').map(n => n.textContent).join('')")
    assert 200 < len(shown) <= 300
    assert "Idlib" in shown
    assert shown.split() == [word for word in shown.split() if word in ("word", "Idlib")]


def test_list_text_and_marker_light_up_together(reader: Reader, html: str) -> None:
    page = reader.open(html)
    page.locator("article mark:text-is('Aleppo')").first.hover()
    assert texts(page, "article mark.is-lit") == ["Aleppo"] * 3
    assert page.locator("path.pl-marker.is-lit").get_attribute("aria-label") == (
        "Aleppo, city, 3 mentions, confidence 98 percent"
    )
    row(page, "Latakia").hover()
    assert texts(page, "article mark.is-lit") == ["Latakia"] * 3
    page.locator("path.pl-marker").first.hover()
    assert texts(page, "article mark.is-lit") == ["IDLIB", "Idlib", "Idlib", "Idlib", "Idlib"]


@pytest.mark.parametrize("selector", ["article mark:text-is('M4')", ".float.is-line", "#places button:has-text('M4')"])
def test_a_road_opens_from_the_text_its_sign_and_the_list(reader: Reader, html: str, selector: str) -> None:
    page = reader.open(html)
    page.locator(selector).click()
    assert texts(page, ".card .facts") == [
        "road · 150 km · 1 mention · confidence 80% (good)",
        "Schematic course, straight from town to town",
    ]
    assert texts(page, "article mark.is-open") == ["M4"]


def test_the_keyboard_opens_a_marker_and_gets_back_to_it(reader: Reader, html: str) -> None:
    page = reader.open(html)
    page.locator("path.pl-marker").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel").startswith("Aleppo, city")
    page.keyboard.press("Enter")
    assert popup(page).get_attribute("role") == "dialog"
    assert popup(page).get_attribute("aria-label") == "Aleppo"
    assert page.evaluate("document.activeElement.classList.contains('leaflet-popup')")
    assert page.locator("#status").text_content() == "Aleppo, city, 3 mentions, confidence 98 percent"
    page.keyboard.press("Escape")
    assert popup(page).count() == 0
    assert page.evaluate("document.activeElement.ariaLabel").startswith("Aleppo, city")


def test_the_keyboard_opens_a_name_in_the_text_and_gets_back_to_it(reader: Reader, html: str) -> None:
    page = reader.open(html)
    page.locator("article mark").nth(1).focus()
    page.keyboard.press(" ")
    assert popup(page).get_attribute("aria-label") == "Idlib"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Idlib"


def test_markers_out_of_view_are_no_tab_stops(reader: Reader, html: str) -> None:
    page = reader.open(html)
    labels = page.locator("path.pl-marker[tabindex='-1']").evaluate_all("e => e.map(x => x.ariaLabel.split(',')[0])")
    assert labels == ["Damascus", "Ankara", "Moscow", "Washington"]


def test_an_address_opens_its_place(reader: Reader, html: str) -> None:
    page = reader.open(html, anchor="#geonames%3A170063")
    assert popup(page).get_attribute("aria-label") == "Aleppo"
    row(page, "Latakia").click()
    assert page.evaluate("location.hash") == "#geonames%3A173576"
    assert set(texts(page, "article mark.is-open")) == {"Latakia"}, "one place is open at a time"
    assert popup(page).count() == 1


@pytest.mark.parametrize(
    "anchor", ["#%", "#<img src=x onerror=window.__x=1>", "#__proto__", "#geonames:0", "#constructor"]
)
def test_a_strange_address_is_ignored(reader: Reader, html: str, anchor: str) -> None:
    page = reader.open(html, anchor=anchor)
    assert popup(page).count() == 0
    assert page.evaluate("window.__x") is None


# Layout


def test_chips_lead_to_what_is_off_the_map(reader: Reader, html: str) -> None:
    page = reader.open(html)
    assert sorted(texts(page, ".chip")) == [
        "Ankara 550 km",
        "Damascus 270 km",
        "Moscow 2,210 km",
        "Washington ? 9,270 km",
    ]
    assert page.locator(".chip:has-text('Ankara')").get_attribute("aria-label") == "Go to Ankara, 550 km from Idlib"
    page.locator(".chip:has-text('Moscow')").click()
    assert popup(page).get_attribute("aria-label") == "Moscow"
    assert "Moscow" in texts(page, ".float.is-square.is-shown")
    assert texts(page, ".chip.is-back") == ["Story area"]
    assert not {"Aleppo 56 km", "Latakia 88 km"} & set(texts(page, ".chip"))
    page.locator(".chip.is-back").click()
    assert popup(page).count() == 0
    assert "Idlib" in texts(page, ".float.is-circle.is-shown")


def test_chips_of_many_places_in_one_direction_do_not_pile_up(reader: Reader) -> None:
    names = ["Oslo", "Bergen", "Turku", "Malmo", "Riga", "Tartu", "Pskov", "Narva", "Kotka", "Vyborg", "Tampere"]
    document = Document("a", "Idlib Idlib " + " ".join(names))
    places = [settlement(n, name, 24 + n * 0.01, 58 + n * 0.01, "EE", 9) for n, name in enumerate(names)]
    said = [mention(document, name, place) for name, place in zip(names, places, strict=True)]
    said += [mention(document, "Idlib", IDLIB, after=at, confidence=1.0) for at in (0, 6)]
    few = Atlas([document], [*said[:1], *said[-2:]])
    for atlas in (few, Atlas([document], [m for m in said if m.toponym.text != "Idlib"][:11] + said[-2:])):
        page = reader.open(rendered(atlas))
        found = boxes(page, ".chip:visible")
        assert overlapping(found + boxes(page, ".leaflet-control:visible")) == []


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080), (900, 600), (390, 844)])
def test_nothing_on_the_map_covers_anything_else(reader: Reader, html: str, size: tuple[int, int]) -> None:
    page = reader.open(html, size=size)
    for zoom in (None, 8, 6, 11, 4):
        if zoom is not None:
            set_zoom(page, zoom)
        names = boxes(page, ".float.is-shown:not(.dot)")
        assert names
        found = names + boxes(page, ".leaflet-control:visible") + boxes(page, "#edges .chip:visible")
        assert overlapping(found, gap=0.5) == []


def test_symbols_of_the_story_are_clear_of_controls_and_names(reader: Reader, html: str) -> None:
    page = reader.open(html)
    symbols = boxes(page, "path.pl-marker[tabindex='0']")
    others = boxes(page, ".leaflet-control:visible") + boxes(page, ".float.is-shown:not(.dot)") + boxes(page, ".chip")
    assert [pair for symbol in symbols for pair in overlapping([symbol, *others], gap=2) if symbol in pair] == []


def test_a_phone_shows_the_page_in_one_column(reader: Reader, html: str) -> None:
    page = reader.open(html, size=(390, 844), touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    tops = [boxes(page, each)[0]["top"] for each in ("#title", ".folium-map", "#edges", "#key", "#places", "article")]
    assert tops == sorted(tops)
    assert page.locator("#key li").count() == 7, "the legend stands below the map"
    page.locator("path.pl-marker").first.tap()
    (card,) = boxes(page, ".leaflet-popup-content-wrapper")
    assert 0 <= card["left"] <= card["right"] <= 390


def test_a_popup_covers_no_name_and_no_control_covers_it(reader: Reader, html: str) -> None:
    page = reader.open(html)
    row(page, "Aleppo").click()
    (card,) = boxes(page, ".leaflet-popup-content-wrapper")
    shown = boxes(page, ".leaflet-control:visible:not(.is-beneath), .chip:not(.is-beneath), .float.is-shown")
    assert [pair for pair in overlapping([card, *shown], gap=1) if card in pair] == []


# Colours, motion, direction


def test_dark_follows_the_reader_and_the_button(reader: Reader, html: str) -> None:
    page = reader.open(html, colours="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(21, 29, 37)"
    button = page.locator("#theme")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    assert button.get_attribute("aria-pressed") == "false"


def test_whoever_wants_no_motion_gets_none(reader: Reader, html: str) -> None:
    page = reader.open(html, motion="reduce")
    page.locator(".chip:has-text('Moscow')").click()
    assert popup(page).count() == 1, "at once"


def test_others_fly(reader: Reader, html: str) -> None:
    page = reader.open(html, motion="no-preference")
    page.locator(".chip:has-text('Moscow')").click()
    assert popup(page).count() == 0
    popup(page).wait_for()
    assert popup(page).get_attribute("aria-label") == "Moscow"


def test_text_from_right_to_left_is_set_so(reader: Reader) -> None:
    document = Document("a", "خرجت مظاهرة في إدلب.", "مظاهرة")
    idlib = Place("geonames:169389", "إدلب", Kind.SETTLEMENT, 36.6, 35.9, "PPLA", "SY")
    page = reader.open(rendered(Atlas([document], [mention(document, "إدلب", idlib)])))
    for selector in ("#title", "article p"):
        assert page.locator(selector).evaluate("e => getComputedStyle(e).direction") == "rtl"
    page.locator("path.pl-marker").click()
    assert page.locator("blockquote").evaluate("e => getComputedStyle(e).direction") == "rtl"


def test_places_across_the_antimeridian_are_neighbours(reader: Reader) -> None:
    document = Document("a", "From Suva to Apia")
    suva, apia = settlement(1, "Suva", 178.44, -18.14, "FJ", 9), settlement(2, "Apia", -171.77, -13.83, "WS", 9)
    page = reader.open(rendered(Atlas([document], [mention(document, "Suva", suva), mention(document, "Apia", apia)])))
    left, right = boxes(page, "path.pl-marker[tabindex='0']")
    assert 300 < right["left"] - left["left"] < 900


# Foreign text and layers


@pytest.mark.parametrize("payload", PAYLOADS, ids=[payload["id"] for payload in PAYLOADS])
def test_markup_in_text_title_source_and_names_is_text(reader: Reader, payload: dict[str, str]) -> None:
    text = payload["text"]
    document = Document(f"id {text}", f"Idlib and {text} here. {text} there.", f"T {text}", f"S {text}", f"f {text}")
    named = Place(f"x:{text}", f"N {text}", Kind.SETTLEMENT, 36.8, 36.0, population=9, gazetteer=f"G {text}")
    rivals = [Candidate(named, 0.1)]
    said = [
        mention(document, text, named, rivals=rivals),
        mention(document, "Idlib", IDLIB, rivals=rivals),
        mention(document, text, None, after=len("Idlib and ") + len(text)),
    ]
    atlas = Atlas([document], said)
    (name,) = [entry.display_name for entry in atlas.places if entry.referent == named]
    page = reader.open(rendered(atlas))
    assert page.locator("#title").text_content() == f"T {text}"
    assert page.locator("#source").text_content() == f"S {text} · f {text}"
    assert page.title().split() == f"T {text}".split()
    shown = "".join(page.locator("article p").all_text_contents())
    assert "".join(shown.split()) == "".join(document.text.split())
    assert name in texts(page, "#places .name")
    page.locator("article mark.is-circle >> nth=1").click()
    assert page.locator(".card .name").first.text_content() == name
    assert f"G {text}" in str(page.locator(".card").first.text_content())
    assert f"N {text}" in str(page.locator(".card").first.text_content())
    assert texts(page, ".quotes blockquote")[0] in document.text
    assert page.evaluate("window.__x") is None
    assert page.locator("img, article script, svg[onload]").count() == 0
    whole = str(page.locator("#page").text_content())
    assert "1337" not in whole
    assert "JINJ" not in whole


def test_half_a_character_breaks_nothing(reader: Reader) -> None:
    document = Document("a", "Rain \ud800 in Homs", "T \udfff")
    homs = settlement(169577, "Homs \ud800", 36.7234, 34.7308, "SY", 775_404)
    half = replace(homs, id="x:\ud800")
    page = reader.open(rendered(Atlas([document], [mention(document, "Homs", half)])))
    row_of_homs = page.locator("#places button")
    row_of_homs.click()
    assert page.evaluate("location.hash") == "#x%3A%3F"
    assert popup(page).count() == 1


def test_a_layer_of_ones_own_lies_above_the_basemap(reader: Reader) -> None:
    drawing = draw(story())
    folium.Marker((35.9, 36.4)).add_to(drawing)
    folium.Polygon([(35.7, 36.2), (35.9, 36.2), (35.9, 36.5)]).add_to(drawing)
    page = reader.open(rendered(story(), drawing))
    icon = page.locator(".leaflet-marker-icon")
    assert str(icon.get_attribute("src")).startswith("data:image/png")
    assert icon.evaluate("e => e.complete && e.naturalWidth") == 25


def test_two_hundred_places_stay_usable(reader: Reader) -> None:
    names = [f"Place{number:03d}" for number in range(200)]
    document = Document("a", " ".join(names))
    places = [settlement(n, name, 35 + (n % 20) * 0.15, 33 + (n // 20) * 0.25, "SY", 9) for n, name in enumerate(names)]
    said = [mention(document, name, place) for name, place in zip(names, places, strict=True)]
    page = reader.open(rendered(Atlas([document], said)))
    took = page.evaluate(
        """() => {
            const map = Object.entries(window).find(([name]) => name.startsWith("map_"))[1];
            const start = performance.now();
            map.fire("moveend");
            return performance.now() - start;
        }"""
    )
    assert took < 2000
    assert page.locator("path.pl-marker").count() == 200
    assert overlapping(boxes(page, ".float.is-shown:not(.dot)"), gap=0.5) == []


def test_the_story_is_read_by_mentions_of_any_document(reader: Reader) -> None:
    document = Document("a", "Idlib, Aleppo and Latakia", "Three towns")
    page = reader.open(rendered(Atlas([document], mentions(document))))
    assert texts(page, "article mark") == ["Idlib", "Aleppo", "Latakia"]
