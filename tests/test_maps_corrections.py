"""Corrections from the page: what a reader decides there is a file that the next map is made with."""

from __future__ import annotations

import csv
import datetime
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Locator, Page

from geo.atlas import Atlas
from geo.corrections import Corrections
from geo.corrections.amendments import Amendments
from geo.corrections.reading import COLUMNS, read_corrections
from geo.model import Candidate, Document, Mention, Place
from maps import cli
from maps import page as page_module
from tests.browser import Reader
from tests.story import ANKARA, ARIHA, RIVAL, TURKEY, StoryGazetteer, story
from tests.world import ALEPPO, IDLIB, IDLIB_PROVINCE, LATAKIA, M4, MIN_CONFIDENCE, SYRIA, mention

PAYLOADS = json.loads((Path(__file__).parent / "data" / "markup_payloads.json").read_text(encoding="utf-8"))
PLACES = (IDLIB, IDLIB_PROVINCE, ALEPPO, LATAKIA, SYRIA, ARIHA, ANKARA, TURKEY, RIVAL)


def rendered(atlas: Atlas) -> str:
    return page_module.render(
        atlas, gazetteer=StoryGazetteer(), tool_version="9.9", min_confidence=MIN_CONFIDENCE, drawing=None
    )


@pytest.fixture(scope="module")
def html() -> str:
    return rendered(story())


def row_of(page: Page, name: str) -> Locator:
    return page.locator("#places button", has=page.get_by_text(name, exact=True))


def open_form(page: Page, name: str) -> Locator:
    """Open the form for a place of the list; return it."""
    row_of(page, name).click()
    page.locator(".popup").get_by_role("button", name="Wrong place?").click()
    return page.locator(".correcting")


def decide(form: Locator, choice: str, **fields: str) -> None:
    """Choose what a name means, fill in fields by their labels' first words, and keep it."""
    form.get_by_label(choice).check()
    for label, text in fields.items():
        form.get_by_label(label.replace("_", " ")).fill(text)
    form.get_by_role("button", name="Keep").click()


def is_within(element: Locator, width: int, height: int) -> bool:
    box = element.bounding_box()
    assert box
    return box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= width and box["y"] + box["height"] <= height


def download(page: Page) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("button", name="Download CSV").click()
    assert started.value.suggested_filename == "corrections.csv"
    return Path(started.value.path()).read_bytes()


def cells(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True))


def read(folder: Path, content: bytes) -> Corrections:
    path = folder / "corrections.csv"
    path.write_bytes(content)
    return read_corrections(path, StoryGazetteer(places=PLACES))


def applied(atlas: Atlas, corrections: Corrections) -> Atlas:
    """Return an atlas as a geoparser with these corrections makes it."""
    kept: list[Mention] = []
    for document in atlas.documents:
        amendments = Amendments(corrections, document)
        own = [each for each in atlas.mentions if each.document_id == document.id]
        for each in amendments.kept(own, lambda mention: mention.toponym):
            (resolution,) = amendments.apply([each.resolution])
            kept.append(Mention(document.id, resolution, each.excerpt))
    return Atlas(atlas.documents, kept)


def two_articles() -> Atlas:
    """Return an atlas in which Idlib means one place in both articles, and Tripoli and Bab Qalandar differ."""
    first = Document("a,1", "Idlib was quiet. Tripoli was not. Idlib again. Where is Bab Qalandar?", "Quiet")
    second = Document("b 2", "IDLIB - Nobody went to Tripoli or Idlib. Bab Qalandar is here.", "Nobody")
    rival = [Candidate(RIVAL, 0.1)]
    return Atlas(
        [first, second],
        [
            mention(first, "Idlib", IDLIB, rivals=rival),
            mention(first, "Idlib", IDLIB, after=10, rivals=rival),
            mention(first, "Tripoli", LATAKIA),
            mention(first, "Bab Qalandar", None),
            mention(second, "IDLIB", IDLIB, rivals=rival),
            mention(second, "Idlib", IDLIB, rivals=rival),
            mention(second, "Tripoli", ALEPPO),
            mention(second, "Bab Qalandar", ARIHA),
        ],
    )


def test_what_a_reader_decides_makes_the_next_map(reader: Reader, html: str, tmp_path: Path) -> None:
    page = reader.open(html)
    decide(open_form(page, "Idlib"), "Idlib al Khirba", Why='the "village",\nnot the city', Who="N. N.")
    decide(open_form(page, "Turkey"), "Not a place")
    form = open_form(page, "Ariha")
    decide(form, "Somewhere else", Latitude="35.9", Longitude="-36.5", Name_of_the_point="Ariha camp")
    page.locator("#unplaced").get_by_role("button", name="Bab Qalandar").click()
    decide(page.get_by_role("dialog", name="Correct Bab Qalandar"), "A point", Latitude="36.1", Longitude="36.7")

    content = download(page)
    assert content.startswith(f"{','.join(COLUMNS)}\r\n".encode())
    today = datetime.date.today().isoformat()
    told = [(row["text"], row["article"], row["place"], row["lat"], row["lon"]) for row in cells(content)]
    assert told == [
        ("Idlib", "", "geonames:169390", "", ""),
        ("Turkish", "", "not a place", "", ""),
        ("Ariha", "", "", "35.9", "-36.5"),
        ("Bab Qalandar", "", "", "36.1", "36.7"),
    ]
    assert {row["date"] for row in cells(content)} <= {today, page.evaluate("new Date().toISOString().slice(0, 10)")}
    assert [row["author"] for row in cells(content)] == ["N. N."] * 4

    corrections = read(tmp_path, content)
    atlas = applied(story(), corrections)
    assert corrections.report().unused == ()
    page = reader.open(rendered(atlas))
    row_of(page, "Idlib").click()
    assert page.locator(".popup .id").inner_text() == "GeoNames 169390, Idlib al Khirba"
    words = f'Corrected by N. N. on {today}: the "village",\nnot the city'
    assert page.locator(".popup .corrected").text_content() == words
    assert row_of(page, "Turkey").count() == 0
    assert row_of(page, "Ariha camp").count() == row_of(page, "Bab Qalandar").count() == 1
    assert page.locator("#unplaced").text_content() == ""


def test_a_correction_shows_at_once_as_not_yet_applied(reader: Reader, html: str) -> None:
    page = reader.open(html)
    strip = page.get_by_role("region", name="Corrections")
    assert strip.count() == 0
    decide(open_form(page, "Idlib"), "Idlib al Khirba")
    assert page.locator(".popup .pending").inner_text() == "Corrected, not yet applied: Idlib al Khirba Undo"
    assert page.locator("#status").text_content() == "Kept: Idlib. 1 correction"
    label = "Idlib, city, 5 mentions, confidence 97 percent, corrected, not yet applied"
    assert row_of(page, "Idlib").get_attribute("aria-label") == label
    assert page.locator("path.is-pending").get_attribute("aria-label") == label
    assert page.locator("article mark.is-pending").all_inner_texts() == ["IDLIB"] + ["Idlib"] * 4
    assert page.locator(".pending-ring").count() == 1
    assert strip.locator("strong").inner_text() == "1 correction"

    page.locator(".popup").get_by_role("button", name="Undo the correction of Idlib").click()
    assert page.locator(".is-pending, .pending-ring, .pending").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Wrong place?"


def test_decisions_can_be_undone_discarded_and_brought_back(reader: Reader, html: str) -> None:
    page = reader.open(html)
    decide(open_form(page, "Idlib"), "Not a place")
    decide(open_form(page, "Aleppo"), "Not a place")
    strip = page.get_by_role("region", name="Corrections")
    count = strip.locator("strong")
    strip.get_by_text("What was corrected").click()
    assert strip.locator("li span").all_inner_texts() == ["Idlib: not a place", "Aleppo: not a place"]
    strip.get_by_role("button", name="Undo the correction of Idlib").click()
    assert strip.locator("li span").all_inner_texts() == ["Aleppo: not a place"]
    undo = strip.get_by_role("button", name="Undo", exact=True)
    undo.click()
    assert count.inner_text() == "2 corrections"
    strip.get_by_role("button", name="Discard").click()
    assert count.inner_text() == "0 corrections"
    assert page.locator(".is-pending").count() == 0
    undo.click()
    assert count.inner_text() == "2 corrections"
    for _ in range(2):
        undo.click()
    assert strip.count() == 0
    assert page.evaluate("localStorage.length") == 0


def test_decisions_outlast_the_page_but_not_its_data(reader: Reader, html: str) -> None:
    page = reader.open(html)
    decide(open_form(page, "Idlib"), "Not a place", Who="N. N.")
    assert "kept in this browser" in page.locator("#corrections").inner_text()
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.locator("#corrections strong").inner_text() == "1 correction"
    assert row_of(page, "Idlib").evaluate("row => row.classList.contains('is-pending')")
    assert open_form(page, "Aleppo").get_by_label("Who").input_value() == "N. N."
    path = reader.folder / "page.html"
    path.write_text(rendered(two_articles()), encoding="utf-8")
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert not page.locator("#corrections").is_visible()


@pytest.mark.parametrize("kept", ["null", "[]", '{"author": 1, "decisions": [null]}', "<b>", '{"decisions": {}}'])
def test_what_others_left_in_the_browser_is_ignored(reader: Reader, html: str, kept: str) -> None:
    page = reader.open(html)
    decide(open_form(page, "Idlib"), "Not a place")
    page.evaluate("kept => localStorage.setItem(localStorage.key(0), kept)", kept)
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert not page.locator("#corrections").is_visible()
    assert page.locator("#title").inner_text().startswith("Syrian army")


def test_without_storage_leaving_is_warned_of_until_the_file_is_saved(reader: Reader, html: str) -> None:
    page = reader.open(html)
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('no', 'SecurityError'); }; }")
    decide(open_form(page, "Idlib"), "Not a place")
    assert "kept until this page is closed" in page.locator("#corrections").inner_text()
    reader.complaints.clear()
    page.evaluate("location.reload()")
    page.wait_for_timeout(500)
    assert [each.partition(":")[0] for each in reader.complaints] == ["dialog"]
    reader.complaints.clear()
    download(page)
    page.reload()


def test_a_name_that_differs_is_corrected_in_its_articles_only(reader: Reader, tmp_path: Path) -> None:
    page = reader.open(rendered(two_articles()))
    decide(open_form(page, "Idlib"), "Idlib al Khirba")
    page.locator("article mark", has_text="Tripoli").first.click()
    page.get_by_role("button", name="Wrong place?").click()
    decide(page.locator(".correcting"), "Not a place")
    page.locator("#unplaced").get_by_role("button").click()
    decide(page.locator(".sheet"), "Not a place")
    content = download(page)
    assert [(row["text"], row["article"]) for row in cells(content)] == [
        ("Idlib", ""),
        ("Tripoli", "a,1"),
        ("Bab Qalandar", "a,1"),
    ]
    corrections = read(tmp_path, content)
    atlas = applied(two_articles(), corrections)
    assert corrections.report().unused == ()
    assert [(each.toponym.text, each.resolution.referent) for each in atlas.mentions] == [
        *[("Idlib", RIVAL)] * 2,
        ("IDLIB", RIVAL),
        ("Tripoli", ALEPPO),
        ("Idlib", RIVAL),
        ("Bab Qalandar", ARIHA),
    ]


def test_a_reader_may_mean_one_article_only(reader: Reader, tmp_path: Path) -> None:
    page = reader.open(rendered(two_articles()))
    page.locator("article mark", has_text="Idlib").first.click()
    page.get_by_role("button", name="Wrong place?").click()
    form = page.locator(".correcting")
    assert form.get_by_role("group", name="Where is it so?").locator("label").all_inner_texts() == [
        "Wherever it was read so",
        "Only in this article: Quiet",
    ]
    form.get_by_label("Only in this article").check()
    decide(form, "Not a place")
    decide(open_form(page, "Idlib"), "Idlib al Khirba")
    content = download(page)
    assert [(row["text"], row["article"], row["place"]) for row in cells(content)] == [("Idlib", "", RIVAL.id)]
    page.locator("#corrections").get_by_role("button", name="Undo", exact=True).click()
    assert [(row["text"], row["article"], row["place"]) for row in cells(download(page))] == [
        ("Idlib", "a,1", "not a place")
    ]


def test_spellings_of_one_name_never_make_two_rows(reader: Reader, tmp_path: Path) -> None:
    sharp = ["Großau", "GROSSAU", "GRO\u1e9eAU", "gro\N{LATIN SMALL LETTER LONG S}\u017fau", "Ｇroßau"]
    spellings = [f"Qal{apostrophe}at {name}" for apostrophe, name in zip("'’‘ʻʼ", sharp, strict=True)]
    document = Document("a", ". ".join(spellings))
    placed = [mention(document, name, IDLIB if number < 3 else ALEPPO) for number, name in enumerate(spellings)]
    page = reader.open(rendered(Atlas([document], placed)))
    decide(open_form(page, spellings[0]), "Not a place")
    decide(open_form(page, spellings[3]), "as it is")
    content = download(page)
    ((text, place),) = [(row["text"], row["place"]) for row in cells(content)]
    assert (text in spellings[3:], place) == (True, ALEPPO.id)
    assert len(read(tmp_path, content).rows) == 1


def test_rows_that_an_older_page_kept_twice_are_saved_once(reader: Reader, html: str, tmp_path: Path) -> None:
    page = reader.open(html)
    decide(open_form(page, "Idlib"), "Not a place")
    twice = """() => {
      const name = localStorage.key(0);
      const kept = JSON.parse(localStorage.getItem(name));
      const [first] = kept.decisions;
      const later = { ...first, rows: first.rows.map((row) => ({ ...row, text: "IDLIB", place: "geonames:170063" })) };
      localStorage.setItem(name, JSON.stringify({ ...kept, decisions: [first, later] }));
    }"""
    page.evaluate(twice)
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    content = download(page)
    assert [(row["text"], row["place"]) for row in cells(content)] == [("IDLIB", ALEPPO.id)]
    assert len(read(tmp_path, content).rows) == 1


def test_a_line_of_a_correction_stays_that_line(reader: Reader, tmp_path: Path) -> None:
    own = replace(M4, id="correction:0123456789ab", gazetteer="correction")
    document = Document("a", "The M4 and Idlib")
    rival = [Candidate(own, 0.1)]
    atlas = Atlas([document], [mention(document, "M4", own), mention(document, "Idlib", IDLIB, rivals=rival)])
    page = reader.open(rendered(atlas))
    decide(open_form(page, own.name), "as it is")
    decide(open_form(page, "Idlib"), own.name)
    content = download(page)
    assert [(row["text"], row["place"], row["lat"]) for row in cells(content)] == [
        ("M4", own.id, ""),
        ("Idlib", own.id, ""),
    ]
    assert [row.meaning for row in read(tmp_path, content).rows] == [own.id, own.id]


def test_a_point_is_set_by_a_click(reader: Reader, html: str) -> None:
    page = reader.open(html)
    form = open_form(page, "Idlib")
    form.get_by_label("Somewhere else").check()
    form.get_by_role("button", name="Choose on the map").click()
    assert not page.locator(".popup").is_visible()
    aleppo = page.locator("path.pl-circle[aria-label^=Aleppo]").bounding_box()
    assert aleppo
    page.mouse.click(aleppo["x"] + aleppo["width"] / 2, aleppo["y"] + aleppo["height"] / 2)
    assert page.locator(".popup h3").inner_text().startswith("Idlib")
    lat, lon = (float(form.get_by_label(axis).input_value()) for axis in ("Latitude", "Longitude"))
    assert (lat, lon) == pytest.approx(ALEPPO.lonlat[::-1], abs=0.01)
    page.mouse.move(2, 2)  # away from the form, of which a choice that is pointed at shows its own ghost
    assert page.locator(".pl-ghost").count() == 1


def test_all_of_it_can_be_done_by_keyboard(reader: Reader, html: str) -> None:
    page = reader.open(html)
    keys = page.keyboard
    row_of(page, "Idlib").focus()
    keys.press("Enter")
    page.wait_for_selector(".popup")
    page.get_by_role("button", name="Wrong place?").focus()
    keys.press("Enter")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    assert page.get_by_label("Somewhere else").is_checked()
    keys.press("Tab")
    keys.press("Enter")
    keys.press("Escape")
    assert page.get_by_label("Latitude").input_value() == ""
    assert page.evaluate("document.activeElement.textContent") == "Choose on the map"
    keys.press("Enter")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Choose on the map"
    lat, lon = (float(page.get_by_label(axis).input_value()) for axis in ("Latitude", "Longitude"))
    assert 34 < lat < 38
    assert 34 < lon < 40
    keys.press("Tab")
    keys.press("Enter")
    assert page.locator(".popup .pending").is_visible()
    assert page.evaluate("document.activeElement.textContent") == "Wrong place?"
    keys.press("Enter")
    keys.press("Escape")
    assert page.locator(".popup").count() == 0
    page.locator("article .unplaced[role=button]").focus()
    keys.press("Enter")
    assert page.get_by_role("dialog", name="Correct Bab Qalandar").is_visible()
    keys.press("Escape")
    assert page.locator(".sheet").count() == 0
    assert page.evaluate("document.activeElement.className") == "unplaced"


@pytest.mark.parametrize(
    ("lat", "lon", "field", "words"),
    [
        ("", "", "Latitude", "Give the latitude in degrees, as in -33.9."),
        ("35,9", "36.5", "Latitude", "Give the latitude in degrees, as in -33.9."),
        ("35.9", "east", "Longitude", "Give the longitude in degrees, as in 18.42."),
        ("90.5", "36", "Latitude", "The latitude must lie between -90 and 90."),
        ("35", "-181", "Longitude", "The longitude must lie between -180 and 180."),
        ("0", "-0.0", "Latitude", "0, 0 stands for an unknown place."),
    ],
)
def test_a_point_that_is_none_is_not_kept(
    reader: Reader, html: str, lat: str, lon: str, field: str, words: str
) -> None:
    page = reader.open(html)
    form = open_form(page, "Idlib")
    decide(form, "Somewhere else", Latitude=lat, Longitude=lon)
    assert form.get_by_role("alert").inner_text() == words
    assert form.get_by_label(field).get_attribute("aria-invalid") == "true"
    assert form.get_by_label(field).evaluate("each => each === document.activeElement")
    assert not page.locator("#corrections").is_visible()


@pytest.mark.parametrize("pair", ["35.9306, -36.6339", "35.9306 \u221236.6339", " 35.9306;-36.6339 "])
def test_degrees_copied_as_one_fill_both_fields(reader: Reader, html: str, pair: str) -> None:
    page = reader.open(html)
    decide(open_form(page, "Idlib"), "Somewhere else", Latitude=pair)
    assert [(row["lat"], row["lon"]) for row in cells(download(page))] == [("35.9306", "-36.6339")]


def test_a_guess_may_be_confirmed_also_where_it_is_an_own_point(reader: Reader, html: str, tmp_path: Path) -> None:
    page = reader.open(html)
    decide(open_form(page, "Ariha"), "as it is")
    decide(open_form(page, "M4 Aleppo – Latakia"), "as it is")
    assert [(row["text"], row["place"]) for row in cells(download(page))] == [("Ariha", ARIHA.id), ("M4", M4.id)]

    own = replace(ARIHA, id="correction:0123456789ab", lon=179.5, lat=-16.5, name="Ariha camp")
    document = Document("story", "Ariha and Taveuni")
    east = replace(ARIHA, id="geonames:1", lon=-179.9, lat=-16.8, name="Taveuni")
    page = reader.open(
        rendered(Atlas([document], [mention(document, "Ariha", own), mention(document, "Taveuni", east)]))
    )
    decide(open_form(page, "Ariha camp"), "as it is")
    content = download(page)
    assert [(row["place"], row["lat"], row["lon"]) for row in cells(content)] == [("", "-16.5", "179.5")]
    (row,) = read(tmp_path, content).rows
    assert isinstance(row.meaning, Place)
    assert (row.meaning.name, row.meaning.lonlat) == ("Ariha camp", own.lonlat)


def test_payloads_as_note_author_and_name_come_through_and_nothing_runs(
    reader: Reader, html: str, tmp_path: Path
) -> None:
    page = reader.open(html)
    for payload in PAYLOADS:
        text = payload["text"]
        form = open_form(page, "Idlib")
        given = {"Why": text, "Who": text, "Name of the point": text}
        decide(form, "Somewhere else", Latitude="36", Longitude="37", **given)
        assert page.locator(".popup .pending bdi").text_content() == text
        content = download(page)
        (row,) = cells(content)
        assert (row["note"], row["author"], row["name"]) == (text, text, text)
        (told,) = read(tmp_path, content).rows
        assert isinstance(told.meaning, Place)
        assert (told.correction.note, told.correction.author, told.meaning.name) == (text, text, text)
        page.keyboard.press("Escape")
    assert page.evaluate("window.__x") is None


def test_a_correction_of_markup_is_text_on_the_next_map(reader: Reader, html: str, tmp_path: Path) -> None:
    text = "".join(payload["text"] for payload in PAYLOADS)
    page = reader.open(html)
    given = {"Why": text, "Who": text, "Name of the point": text}
    decide(open_form(page, "Idlib"), "Somewhere else", Latitude="36", Longitude="37", **given)
    page = reader.open(rendered(applied(story(), read(tmp_path, download(page)))))
    page.locator("article mark", has_text="Idlib").first.click()
    assert (page.locator(".popup h3 .name").text_content(), page.evaluate("window.__x")) == (text, None)
    told = page.locator(".popup .corrected").text_content() or ""
    assert told.startswith(f"Corrected by {text} on ")
    assert told.endswith(f": {text}")


def test_payloads_as_names_and_ids_come_through_and_nothing_runs(reader: Reader, tmp_path: Path) -> None:
    texts = [payload["text"] for payload in PAYLOADS]
    documents = [Document(f"{number} {text}", f"See {text}.", text) for number, text in enumerate(texts)]
    other = Document("known", "See " + " and ".join(texts))
    said = [mention(document, text, None) for document, text in zip(documents, texts, strict=True)]
    known = [mention(other, text, IDLIB, after=other.text.index(text)) for text in texts]
    page = reader.open(rendered(Atlas([*documents, other], [*said, *known])))
    for button in page.locator("#unplaced").get_by_role("button").all():
        button.click()
        decide(page.locator(".sheet"), "Not a place")
    content = download(page)
    expected = {(text, document.id) for text, document in zip(texts, documents, strict=True)}
    assert {(row["text"], row["article"]) for row in cells(content)} == expected
    assert {(row.text, row.article) for row in read(tmp_path, content).rows} == expected
    assert page.evaluate("window.__x") is None


def test_the_command_takes_what_the_page_gives(reader: Reader, tmp_path: Path) -> None:
    article = tmp_path / "visit.txt"
    article.write_text("The minister flew from Berlin to Paris on Monday. Nobody in Xyzzyville saw it.\n")
    out = tmp_path / "out"
    assert CliRunner().invoke(cli.cli, ["map", str(article), "-o", str(out)]).exit_code == 0
    page = reader.open(next(out.glob("*.html")).read_text(encoding="utf-8"))
    form = open_form(page, "Paris")
    rival = form.locator("label.choice").nth(1).inner_text()
    assert rival.startswith("Paris, ")
    form.locator("label.choice").nth(1).click()
    decide(form, rival.rpartition(" ")[0], Why="the one in the novel")
    path = tmp_path / "corrections.csv"
    path.write_bytes(download(page))
    (row,) = cells(path.read_bytes())
    told = CliRunner().invoke(cli.cli, ["map", str(article), "-o", str(out), "--corrections", str(path)])
    assert told.exit_code == 0, told.output
    page = reader.open(next(out.glob("*.html")).read_text(encoding="utf-8"))
    row_of(page, "Paris").click()
    assert page.locator(".popup .id").inner_text().startswith(f"GeoNames {row['place'].removeprefix('geonames:')}")
    day = datetime.date.fromisoformat(row["date"])
    assert page.locator(".popup .corrected").inner_text() == f"Corrected on {day}: the one in the novel"


def test_nothing_of_it_is_too_wide_for_a_phone(reader: Reader, html: str) -> None:
    page = reader.open(html, size=(390, 844), touch=True, colours="dark")
    form = open_form(page, "Idlib")
    form.get_by_label("Somewhere else").check()
    assert is_within(form, 390, 844)
    form.get_by_role("button", name="Choose on the map").tap()
    assert is_within(page.locator(".pick-bar"), 390, 844)
    page.get_by_role("button", name="Use the cross").tap()
    form.get_by_role("button", name="Keep").tap()
    page.keyboard.press("Escape")
    page.locator("#unplaced").get_by_role("button").tap()
    assert is_within(page.locator(".sheet"), 390, 844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    controls = page.locator(
        ".sheet :is(button, input[type=text], textarea, .choice), #corrections :is(button, summary)"
    )
    sizes = [box for each in controls.all() if each.is_visible() and (box := each.bounding_box())]
    assert len(sizes) > 10
    assert min(min(size["width"], size["height"]) for size in sizes) >= 24
