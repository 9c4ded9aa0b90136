"""The page of a corpus: counts and excerpts of very many articles, by the same scripts as every other page."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from geo.atlas import Atlas
from geo.corpora import Article
from geo.gazetteers import Gazetteer
from geo.model import Document, Role
from maps import cells, corpus_page, tally_entries
from maps import page as page_module
from maps.page import CANARY
from maps.theatre import theatre_of
from tests.access import barriers
from tests.browser import Reader
from tests.crowd_world import crowd
from tests.several import SOURCES, SeveralGazetteer, several
from tests.tallied import TalliedCorpus
from tests.world import IDLIB, LATAKIA, M4, MIN_CONFIDENCE, mention

HOSTILE = '</script><img src=x onerror="alert(1)">{{ 7*191 }}'
FIRST = datetime.date(2020, 3, 2)


def rendered(
    corpus: corpus_page.Corpus,
    gazetteer: Gazetteer | None = None,
    files: Mapping[str, Iterable[bytes]] | None = None,
) -> str:
    return corpus_page.render(
        corpus,
        gazetteer=gazetteer or SeveralGazetteer(),
        tool_version="9.9",
        min_confidence=MIN_CONFIDENCE,
        files=files,
    )


def addressed(atlas: Atlas) -> TalliedCorpus:
    """Return a corpus in which every second article has an address."""
    return TalliedCorpus(atlas, {each.id: f"https://example.org/{each.id}" for each in atlas.documents[::2]})


@pytest.fixture
def few_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages list no more than five articles each."""
    monkeypatch.setattr(cells, "MOST_ARTICLES", 5)


def shown(page: Page) -> list[str]:
    """Return the counts of the page: of articles, places, each source, and mentions of the first place."""
    counts = page.locator("#sources .number").all_inner_texts()
    first = page.locator("#places li .number").first.inner_text()
    return [page.locator("#time .chosen").inner_text(), page.locator("#source").inner_text(), *counts, first]


def choose_a_source_and_days(page: Page) -> None:
    page.locator("#sources input").first.uncheck()
    page.get_by_role("slider", name="First day").press("PageDown")


# --- cells ------------------------------------------------------------------------------------------------------------


def articles(*days: datetime.date | None, sources: Sequence[str | None] = SOURCES) -> list[Article]:
    return [
        Article(position, f"{position}", None, sources[position % len(sources)], day, None, 1, None)
        for position, day in enumerate(days)
    ]


def test_few_articles_are_documents_of_their_own_in_order_of_their_days() -> None:
    made = articles(FIRST, None, FIRST - datetime.timedelta(days=1))
    documents = cells.gather(lambda: iter(made), [(0, [(2, 3), (0, 1)]), (1, [(1, 4)])], 3)
    assert [each["id"] for each in documents.records] == ["2", "0", "1"]
    assert documents.told == [[0, 3, 1, 1], [2, 4], []]
    assert not documents.are_cells
    assert {each["title"] for each in documents.records} == {cells.UNTITLED}


@pytest.mark.usefixtures("few_articles")
def test_many_articles_are_counted_by_publisher_and_bar_of_the_timeline() -> None:
    days = [FIRST, FIRST, FIRST, FIRST + datetime.timedelta(days=59), None, None]
    made = articles(*days, sources=("a", "a", None))
    documents = cells.gather(lambda: iter(made), [(0, [(0, 3), (1, 1), (3, 1)])], 1)
    assert [(each["publisher"], each["date"], each["articles"]) for each in documents.records] == [
        ("a", "2020-03-02", 2),
        ("", "2020-03-02", 1),
        ("a", "2020-04-30", 1),
        ("a", None, 1),
        ("", None, 1),
    ]
    assert documents.told == [[0, 4, 2, 1]]
    assert documents.are_cells


@pytest.mark.usefixtures("few_articles")
def test_days_too_many_for_bars_are_weeks_that_begin_and_end_with_the_articles() -> None:
    last = FIRST + datetime.timedelta(days=74)
    days = [FIRST + datetime.timedelta(days=at) for at in (1, 2, 8, 9, 72, 74)]
    made = articles(*days, sources=("a",))
    documents = cells.gather(lambda: iter(made), [], 0)
    assert [(each["date"], each["articles"]) for each in documents.records] == [
        ("2020-03-03", 2),
        ("2020-03-10", 2),
        (last.isoformat(), 2),
    ]


@pytest.mark.usefixtures("few_articles")
def test_of_very_many_publishers_the_less_frequent_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "PUBLISHERS", (3, 1, 0))
    monkeypatch.setattr(cells, "MOST_TOLD", 2)
    made = articles(*[FIRST] * 10, sources=("a", "b", "a", "c", "d"))
    told = [(0, [(position, 1) for position in range(10)])]
    documents = cells.gather(lambda: iter(made), told, 1)
    assert [(each["publisher"], each["articles"]) for each in documents.records] == [("a", 4), (None, 6)]
    assert documents.told == [[0, 4, 1, 6]]


def test_a_corpus_without_articles_has_no_documents() -> None:
    assert cells.gather(lambda: iter([]), [], 0).records == []


# --- entries ----------------------------------------------------------------------------------------------------------


def test_rivals_are_read_from_the_field_of_files_and_nothing_else_is() -> None:
    field = "Paris, Texas, US (geonames:4717560) 0.12 | Nowhere (x:1) 0.5 | <b>no rival</b>"
    assert [(each["name"], each["what"], each["share"]) for each in tally_entries.rivals(field)] == [
        ("Paris", "Texas, US", 12),
        ("Nowhere", "", 50),
    ]


def test_an_entry_is_called_as_the_entry_of_an_atlas_is() -> None:
    atlas = several()
    named = {tally.referent.id: tally_entries.TallyEntry(tally).display_name for tally in TalliedCorpus(atlas).places}
    assert named == {entry.referent.id: entry.display_name for entry in atlas.places}


def test_a_place_says_how_widely_it_is_told_of() -> None:
    (tally,) = [each for each in TalliedCorpus(several()).places if each.referent == LATAKIA]
    days = "5\u00a0March – 1\u00a0April 2020"
    told = replace(tally, first_date=datetime.date(2020, 3, 5), last_date=datetime.date(2020, 4, 1))
    assert tally_entries.spread(told) == f"5 mentions in 5 articles of 3 sources, {days}"
    bare = replace(told, mentions=1, documents=1, sources=0, first_date=None, last_date=None)
    assert tally_entries.spread(bare) == "1 mention in 1 article"


def test_a_crowd_is_fitted_without_its_outliers_and_a_few_places_as_a_story_is() -> None:
    (idlib,) = [tally for tally in TalliedCorpus(several()).places if tally.referent == IDLIB]

    def told(number: int, degrees: float, mentions: int) -> tally_entries.TallyEntry:
        angle = math.tau * number / 20
        lon, lat = IDLIB.lon + degrees * math.cos(angle), IDLIB.lat + degrees * math.sin(angle)
        place = replace(IDLIB, id=f"x:{number}", lon=lon, lat=lat)
        return tally_entries.TallyEntry(replace(idlib, referent=place, mentions=mentions))

    near = [told(number, 2 * number / 400, 10) for number in range(400)]
    outliers = [told(400 + number, 3.5, 1) for number in range(20)]
    assert theatre_of([*near, *outliers]).extent.width > 6
    assert theatre_of([*near, *outliers], is_corpus=True).extent.width < 4
    few = several().places
    assert theatre_of(few, is_corpus=True) == theatre_of(few)


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_same_corpus_gives_the_same_page() -> None:
    assert rendered(addressed(several())) == rendered(addressed(several()))


def test_the_page_shows_what_the_page_of_the_atlas_shows(reader: Reader) -> None:
    page = reader.open(rendered(addressed(several())))
    expect(page.locator("#title")).to_have_text("30 articles, 4 sources, 2\u00a0March – 10\u00a0April 2020")
    assert page.locator("#places li").count() == 14
    assert page.locator("path.pl-marker").count() == 14
    assert page.locator("#sources .number").all_inner_texts() == ["13", "9", "4", "4"]
    assert page.locator("#sort option").all_inner_texts() == ["By mentions", "By confidence", "By name"]
    assert not reader.complaints
    assert not reader.requests


@pytest.mark.usefixtures("few_articles")
def test_cells_count_as_the_articles_themselves_do(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    page = reader.open(rendered(addressed(several())))
    assert "too many to be listed" in page.locator("#articles").inner_text()
    monkeypatch.undo()
    other = reader.open(rendered(addressed(several())))
    assert other.locator("#articles .headline").count() == 30
    assert shown(page) == shown(other)
    for each in (page, other):
        choose_a_source_and_days(each)
    assert shown(page) == shown(other)
    assert "of 30 articles" in page.locator("#source").inner_text()
    assert not reader.complaints


@pytest.mark.usefixtures("few_articles")
def test_a_popup_quotes_articles_that_the_page_counts_only_by_cell(reader: Reader) -> None:
    page = reader.open(rendered(addressed(several())))
    page.locator("#places button").filter(has=page.locator("bdi:text-is('Idlib')")).click()
    card = page.locator(".card")
    expect(card).to_contain_text("In all: 3 mentions in 3 articles of 2 sources, 2\u00a0March 2020")
    link = card.get_by_role("link", name="Trucks with flour reached Idlib after a night on the road from Aleppo")
    expect(link).to_have_attribute("href", "https://example.org/article-00")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    assert card.locator("h4").all_inner_texts() == ["The Daily Post", "Coast Radio"]
    assert card.get_by_role("button", name="In the text").count() == 0
    assert card.get_by_role("button", name="Wrong place?").count() == 0
    page.locator("#sources input").first.uncheck()
    page.locator("#places button").filter(has=page.locator("bdi:text-is('Idlib')")).click()
    assert card.locator("h4").all_inner_texts() == ["Coast Radio"], "the excerpts follow the filters"


def test_headlines_link_to_their_articles(reader: Reader) -> None:
    page = reader.open(rendered(addressed(several())))
    first, second = (page.locator(".headline").nth(at) for at in (0, 1))
    expect(first.get_by_role("link")).to_have_attribute("href", "https://example.org/article-00")
    assert second.get_by_role("link").count() == 0
    page.locator("#sources input").first.uncheck()
    expect(page.locator(".headline")).to_have_count(17)


@pytest.mark.usefixtures("few_articles")
def test_sources_that_are_not_told_apart_are_one_row(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "PUBLISHERS", (1,))
    page = reader.open(rendered(TalliedCorpus(several())))
    assert page.locator("#sources bdi").all_inner_texts() == ["The Daily Post", "Other sources"]
    assert page.locator("#sources .number").all_inner_texts() == ["13", "17"]
    page.locator("#colouring select").select_option("source")
    page.locator("#sources input").first.uncheck()
    expect(page.locator("#source")).to_contain_text("Showing 17 of 30 articles")
    assert not reader.complaints


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_nothing_keeps_people_from_using_it(
    reader: Reader, colours: Literal["light", "dark"], size: tuple[int, int]
) -> None:
    page = reader.open(rendered(addressed(several())), colours=colours, size=size)
    assert barriers(page) == []
    page.locator("#places button").first.click()
    expect(page.locator(".card")).to_be_visible()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_hostile_words_and_addresses_stay_words(reader: Reader) -> None:
    document = Document(HOSTILE, f"Idlib {HOSTILE}", HOSTILE, HOSTILE, date=FIRST)
    other = Document("b", "Idlib was quiet.", "Second", "Wire", date=FIRST + datetime.timedelta(days=2))
    atlas = Atlas([document, other], [mention(each, "Idlib", IDLIB) for each in (document, other)])
    html = rendered(TalliedCorpus(atlas, {HOSTILE: "javascript:alert(1)", "b": f"https://example.org/{HOSTILE}"}))
    assert CANARY in html
    page = reader.open(html)
    assert page.locator(".headline h3").all_inner_texts() == [HOSTILE, "Second"]
    assert page.locator(".headline a").count() == 0
    page.locator("#places button").click()
    expect(page.locator(".card blockquote").first).to_have_text(f"Idlib {HOSTILE}")
    assert page.locator("img[src=x]").count() == 0
    assert not reader.complaints
    assert not reader.requests


def test_one_article_and_none_make_a_page_too(reader: Reader) -> None:
    page = reader.open(rendered(addressed(several(1))))
    expect(page.locator("#title")).to_have_text("1 article, 2\u00a0March 2020")
    expect(page.locator(".headline")).to_have_count(1)
    page = reader.open(rendered(TalliedCorpus(Atlas())))
    expect(page.locator("#title")).to_have_text("0 articles")
    assert not reader.complaints


def test_copies_that_do_not_count_are_not_listed(reader: Reader) -> None:
    atlas = several(4)
    copy = atlas.documents[3].id
    said = [each for each in atlas.mentions if each.document_id != copy]
    page = reader.open(rendered(TalliedCorpus(Atlas(atlas.documents, said), copies=[copy])))
    expect(page.locator(".headline")).to_have_count(3)
    expect(page.locator("#title")).to_contain_text("3 articles")


def test_what_is_named_least_is_left_out_and_said_so(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_page, "MOST_PLACES", 10)
    page = reader.open(rendered(TalliedCorpus(several())))
    assert page.locator("#places li").count() == 10
    expect(page.locator("#unplaced")).to_contain_text("4 places, those named least, would make this page too large")


def test_a_section_counts_as_its_whole_road() -> None:
    whole = replace(M4, id="x:whole", ends=None, whole=None)
    section = replace(M4, whole=whole)
    document = Document("a", "The M4 and Idlib.", date=FIRST)
    said = [mention(document, "M4", whole), mention(document, "Idlib", IDLIB, role=Role.LITERAL)]
    corpus = TalliedCorpus(Atlas([document], said))
    (tally,) = corpus.lines

    class Sectioned(TalliedCorpus):
        @property
        def lines(self) -> tuple[Any, ...]:
            return (tally, replace(tally, referent=section))

    assert rendered(Sectioned(corpus.atlas)) == rendered(corpus)


def test_files_that_are_small_enough_travel_in_the_page(reader: Reader) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 1_000_000

    files = {"places.geojson": [b'{"type": ', b'"FeatureCollection"}'], "areas.geojson": endless()}
    page = reader.open(rendered(TalliedCorpus(several()), files=files))
    page.get_by_role("button", name="Save or share").click()
    expect(page.locator("#takeaway")).to_contain_text("Areas: beside this page as areas.geojson")
    with page.expect_download() as download:
        page.get_by_role("button", name="Places one point each").click()
    assert json.loads(download.value.path().read_bytes()) == {"type": "FeatureCollection"}


def test_places_by_the_thousand_gather_and_follow_the_filters(reader: Reader) -> None:
    atlas, gazetteer = crowd(60, 1_400, 1_200)
    page = reader.open(rendered(TalliedCorpus(atlas), gazetteer=gazetteer))
    expect(page.locator("#places-count")).to_have_text("1,200")
    page.get_by_role("button", name="None", exact=True).click()
    expect(page.locator("#places-count")).to_have_text("0")
    assert not reader.complaints


@pytest.mark.parametrize("count", [1, 2])
def test_articles_on_other_pages_link_to_where_they_were_published(reader: Reader, count: int) -> None:
    addresses = ("https://example.org/a", "javascript:alert(1)")
    documents = [
        Document(f"{number}", "Idlib was quiet.", f"Day {number}", "Wire", url=address, date=FIRST)
        for number, address in enumerate(addresses[:count])
    ]
    atlas = Atlas(documents, [mention(each, "Idlib", IDLIB) for each in documents])
    page = reader.open(page_module.render(atlas, gazetteer=SeveralGazetteer(), tool_version="9.9"))
    for heading in page.locator("#articles summary").all()[1:]:
        heading.click()
    link = page.get_by_role("link", name="Read where it was published")
    expect(link).to_have_count(1)
    expect(link).to_have_attribute("href", "https://example.org/a")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    assert barriers(page) == []
    page.locator("#places button").first.click()
    expect(page.locator(".card cite a")).to_have_count(0 if count == 1 else 1)
    assert not reader.complaints
