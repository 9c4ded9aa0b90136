from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, Route
from xyzservices import providers

from geo.errors import OptionError
from maps import cli
from maps import page as page_module
from maps.tiles import LONGEST_ATTRIBUTION, Tiles, find_tiles
from tests.browser import Reader
from tests.story import StoryGazetteer, story

URL = "https://tiles.example/{z}/{x}/{y}.png"
CREDIT = "© OpenStreetMap contributors, drawn by Example"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
FAILED = "The online map could not be loaded; this is the built-in one."
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="(.*?)">')


def rendered(tiles: Tiles | None = None) -> str:
    return page_module.render(story(), gazetteer=StoryGazetteer(), tool_version="9.9", tiles=tiles)


def policy_of(html: str) -> dict[str, str]:
    (policy,) = _POLICY.findall(html)
    return dict(directive.split(" ", 1) for directive in policy.split("; "))


def refusal(asked: str, attribution: str | None = None) -> str:
    with pytest.raises(OptionError) as caught:
        find_tiles(asked, attribution)
    return str(caught.value)


# Finding


@pytest.mark.parametrize("name", ["Esri.WorldTopoMap", "esri worldtopomap", "ESRI-World_Topo/Map"])
def test_a_provider_is_found_in_any_spelling(name: str) -> None:
    tiles = find_tiles(name)
    assert tiles.url == (
        "https://server.arcgisonline.com/ArcGIS/rest/services/World_Topo_Map/MapServer/tile/{z}/{y}/{x}"
    )
    assert tiles.attribution.startswith("Tiles © Esri")
    assert tiles.origins == ("https://server.arcgisonline.com",)


@pytest.mark.parametrize("name", ["osm", "OpenStreetMap", "Open Street Map"])
def test_openstreetmaps_own_pictures_are_refused_with_the_reason_by_any_name(name: str) -> None:
    assert "usage policy wants a Referer" in refusal(name)


def test_every_provider_is_found_or_refused_with_one_clear_line() -> None:
    found, refusals = [], {}
    for name in providers.flatten():
        try:
            found.append(find_tiles(name))
        except OptionError as error:
            refusals[name] = str(error)
    assert len(found) > 100
    for tiles in found:
        assert tiles.origins
        assert all(origin.startswith("https://") for origin in tiles.origins), tiles
        assert set(re.findall(r"{(.*?)}", tiles.url)) <= set("xyzsr"), tiles
        assert not re.search(r"[<>]|&\w+;|\(C\)|!\[|\*\*", tiles.attribution), tiles
    assert len(refusals) > 100
    for name, message in refusals.items():
        assert message.startswith(name)
        assert re.search(r"try \S+|YOUR-KEY", message), message


def test_an_unknown_provider_is_refused_with_near_names() -> None:
    assert "did you mean OpenTopoMap" in refusal("OpenTopoMop")
    assert refusal("qqqq") == "no provider of map tiles is called 'qqqq'; try Esri.WorldTopoMap"


def test_a_provider_that_wants_a_key_says_which_and_how_to_give_it() -> None:
    message = refusal("Jawg.Streets")
    assert "wants a key (accessToken)" in message
    assert "'https://tile.jawg.io/jawg-streets/{z}/{x}/{y}{r}.png?access-token=YOUR-KEY'" in message
    assert "everybody who has the page can read the key in it" in message


def test_a_provider_is_known_by_its_address_with_a_key() -> None:
    tiles = find_tiles("https://tile.jawg.io/jawg-streets/{z}/{x}/{y}{r}.png?access-token=abc123")
    assert tiles.url.endswith("?access-token=abc123")
    assert tiles.attribution == "© Jawg Maps © OpenStreetMap contributors"
    assert (tiles.min_zoom, tiles.max_zoom) == (0, 22)


def test_a_provider_that_knows_pages_by_their_site_needs_a_key() -> None:
    url = "https://tiles.stadiamaps.com/tiles/alidade_smooth/{z}/{x}/{y}{r}.png"
    for message in (refusal("Stadia.AlidadeSmooth"), refusal(url)):
        assert "?api_key=YOUR-KEY" in message
    assert find_tiles(f"{url}?api_key=abc").attribution.startswith("© Stadia Maps")


@pytest.mark.parametrize(
    "asked",
    [
        "OpenStreetMap.Mapnik",
        "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
        "https://{s}.tile.openstreetmap.org/{z}/{x}/{y}.png",
        "https://a.tile.osm.org/{z}/{x}/{y}.png",
        "https://TILE.OpenStreetMap.org:443/{z}/{x}/{y}.png",
    ],
)
def test_the_servers_of_openstreetmap_are_refused_with_the_reason(asked: str) -> None:
    message = refusal(asked, None if asked.startswith("Open") else "me")
    assert "want to know which site asks" in message
    assert "opened from a file" in message
    assert message.endswith("try Esri.WorldTopoMap")


def test_a_name_that_only_ends_like_openstreetmap_is_somebody_elses() -> None:
    assert find_tiles("https://notopenstreetmap.org/{z}/{x}/{y}.png", "me").server == "notopenstreetmap.org"


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("https://tiles.example/{z}/{x}", "lacks {y}"),
        ("https://tiles.example/{z}/{x}/{y}?{time}", "has {time}"),
        ("https://tiles.example/{z}/{x}/{y}{", "a lone brace"),
        ("http://tiles.example/{z}/{x}/{y}", "https address"),
        ("ftp://tiles.example/{z}/{x}/{y}", "https address"),
        ("javascript://tiles.example/%0aalert(1)//{z}/{x}/{y}", "https address"),
        ("{z}/{x}/{y}", "https address"),
        ("https://[::1/{z}/{x}/{y}", "is not an address"),
        ("https://tiles.example:99999/{z}/{x}/{y}", "is not an address"),
        ("https://me:secret@tiles.example/{z}/{x}/{y}", "user name"),
        ("https://*.example/{z}/{x}/{y}", "plain ASCII"),
        ("https://tiles.example; script-src */{z}/{x}/{y}", "plain ASCII"),
        ("https://bücher.example/{z}/{x}/{y}", "plain ASCII"),
        ("https://{z}.example/{x}/{y}", "placeholders in the host"),
        ("https:///{z}/{x}/{y}", "plain ASCII"),
    ],
)
def test_an_address_that_a_page_could_not_ask_is_refused(url: str, complaint: str) -> None:
    assert complaint in refusal(url, "me")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000"])
def test_this_machine_may_be_asked_without_encryption(host: str) -> None:
    assert find_tiles(f"http://{host}/{{z}}/{{x}}/{{y}}.png", "me").origins == (f"http://{host}",)


def test_an_address_needs_somebody_to_credit() -> None:
    for attribution in (None, "", " \n"):
        assert "--tiles-attribution" in refusal(URL, attribution)
    assert "longer than" in refusal(URL, "x" * (LONGEST_ATTRIBUTION + 1))
    assert "has its own" in refusal("OpenTopoMap", "me")


# The page's file


def test_without_tiles_a_page_may_ask_nobody() -> None:
    html = rendered()
    assert policy_of(html)["img-src"] == "data:"
    assert '"tiles":null' in html


def test_the_policy_allows_exactly_the_hosts_of_the_pictures() -> None:
    several = find_tiles("https://{s}.tiles.example:8443/{z}/{x}/{y}.png?key=1", "me")
    policy = policy_of(rendered(several))
    hosts = " ".join(f"https://{s}.tiles.example:8443" for s in "abc")
    assert policy.pop("img-src") == f"data: {hosts}"
    before = policy_of(rendered())
    del before["img-src"]
    assert policy == before


def test_the_command_refuses_tiles_before_it_reads(tmp_path: Path) -> None:
    for arguments, complaint in (
        (["--tiles", "OpenStreetMap.Mapnik"], "OpenStreetMap's own tile servers"),
        (["--tiles", URL], "--tiles-attribution"),
        (["--tiles-attribution", "me"], "--tiles-attribution needs --tiles"),
    ):
        result = CliRunner().invoke(cli.cli, ["map", "missing.txt", "-o", str(tmp_path / "out"), *arguments])
        assert result.exit_code == OptionError.exit_code
        assert complaint in result.stderr
        assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_the_command_makes_a_page_with_the_button(tmp_path: Path, sample: Path) -> None:
    arguments = ["map", str(sample), "-o", str(tmp_path), "--tiles", URL, "--tiles-attribution", CREDIT, "--quiet"]
    result = CliRunner().invoke(cli.cli, arguments)
    assert result.exit_code == 0, result.output
    html = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert policy_of(html)["img-src"] == "data: https://tiles.example"


# In the browser


def answer(route: Route) -> None:
    route.fulfill(body=PICTURE, content_type="image/png")


def abort(route: Route) -> None:
    route.abort()


def never(_route: Route) -> None:
    """Leave the request open."""


@pytest.fixture
def opened(reader: Reader) -> Iterator[Callable[..., Page]]:
    """Open the story with tiles of a server that answers in one way; to ask it, and get nothing, is no fault."""

    def open_page(how: Callable[[Route], None], attribution: str = CREDIT, size: tuple[int, int] = (1280, 800)) -> Page:
        page = reader.open(rendered(find_tiles(URL, attribution)), size=size)
        page.route("https://tiles.example/**", how)
        return page

    yield open_page
    reader.requests[:] = [url for url in reader.requests if not url.startswith("https://tiles.example/")]
    reader.complaints[:] = [each for each in reader.complaints if "Failed to load resource" not in each]


def press(page: Page) -> None:
    page.get_by_role("button", name="Show online map").click()


def is_pressed(page: Page) -> str | None:
    return page.get_by_role("button", name="Show online map").get_attribute("aria-pressed")


def zoom_in_fully(page: Page) -> None:
    button = page.locator(".leaflet-control-zoom-in")
    while button.get_attribute("aria-disabled") == "false":
        button.click()


def wait_for_pictures(page: Page) -> None:
    page.wait_for_selector(".leaflet-tile-loaded", state="attached")


def test_nothing_is_asked_until_the_button_is_pressed(opened: Callable[..., Page], reader: Reader) -> None:
    page = opened(answer)
    page.get_by_role("button", name="Zoom in").click()
    button = page.get_by_role("button", name="Show online map")
    assert button.get_attribute("title") == "Asks tiles.example for map pictures of the area shown"
    assert is_pressed(page) == "false"
    assert reader.requests == []


def test_a_press_asks_that_server_alone_and_says_nothing_of_the_page(
    opened: Callable[..., Page], reader: Reader
) -> None:
    headers: list[dict[str, str]] = []

    def note(route: Route) -> None:
        headers.append(route.request.headers)
        answer(route)

    page = opened(note)
    press(page)
    wait_for_pictures(page)
    assert is_pressed(page) == "true"
    assert reader.requests
    assert all(re.fullmatch(r"https://tiles\.example/\d+/\d+/\d+\.png", url) for url in reader.requests)
    assert all("referer" not in each for each in headers)


def test_the_online_map_lies_under_the_story_and_brings_its_own_names(opened: Callable[..., Page]) -> None:
    page = opened(answer)
    stories = page.locator(".float.is-story.is-shown").count()
    assert page.locator(".float.is-shown:not(.is-story):visible").count() > 0
    press(page)
    wait_for_pictures(page)
    assert page.locator(".float.is-shown:not(.is-story):visible").count() == 0
    assert page.locator(".float.is-story.is-shown:visible").count() == stories
    depth = "getComputedStyle(document.querySelector('.leaflet-{}-pane')).zIndex"
    basemap, tiles, story_pane = (int(page.evaluate(depth.format(pane))) for pane in ("basemap", "tile", "overlay"))
    assert basemap < tiles < story_pane


def test_its_credit_is_shown_with_it_and_goes_with_it(opened: Callable[..., Page]) -> None:
    page = opened(answer)
    credits_ = page.locator(".leaflet-control-attribution")
    before = credits_.text_content()
    press(page)
    wait_for_pictures(page)
    assert CREDIT in (credits_.text_content() or "")
    assert credits_.get_by_role("link", name="OpenStreetMap").get_attribute("href") == (
        "https://www.openstreetmap.org/copyright"
    )
    press(page)
    assert credits_.text_content() == before
    assert page.locator(".leaflet-tile").count() == 0
    assert is_pressed(page) == "false"
    assert page.locator(".float.is-shown:not(.is-story):visible").count() > 0


def test_the_map_goes_nearer_while_it_is_on(opened: Callable[..., Page], reader: Reader) -> None:
    page = opened(answer)
    zoom_in_fully(page)
    press(page)
    wait_for_pictures(page)
    zoom_in_fully(page)
    page.wait_for_function("document.querySelectorAll('.leaflet-tile-container .leaflet-tile').length > 0")
    assert max(int(url.split("/")[3]) for url in reader.requests) == 18
    press(page)
    assert page.locator(".leaflet-control-zoom-in").get_attribute("aria-disabled") == "true"


def test_a_credit_of_markup_is_shown_as_text(opened: Callable[..., Page]) -> None:
    hostile = "<img src=x onerror=alert(1)></span><script>alert(1)</script> {{ 7*191 }} ${50} &lt;b> OpenStreetMap \\`"
    page = opened(answer, hostile)
    press(page)
    wait_for_pictures(page)
    assert hostile in (page.locator(".leaflet-control-attribution").text_content() or "")
    assert page.locator(".leaflet-control-attribution img").count() == 0


def test_a_server_that_fails_gives_the_built_in_map_back_and_says_so(opened: Callable[..., Page]) -> None:
    page = opened(abort)
    press(page)
    status = page.get_by_role("status").filter(has_text=FAILED)
    status.wait_for()
    assert is_pressed(page) == "false"
    assert page.locator(".leaflet-tile").count() == 0
    assert page.locator(".float.is-shown:not(.is-story):visible").count() > 0
    assert CREDIT not in (page.locator(".leaflet-control-attribution").text_content() or "")


def test_after_a_failure_the_button_asks_again(opened: Callable[..., Page]) -> None:
    page = opened(abort)
    press(page)
    page.get_by_role("status").filter(has_text=FAILED).wait_for()
    page.unroute("https://tiles.example/**")
    page.route("https://tiles.example/**", answer)
    press(page)
    wait_for_pictures(page)
    assert is_pressed(page) == "true"
    assert page.locator(".online-message").text_content() == ""


def test_a_server_that_never_answers_is_given_up_after_six_seconds(opened: Callable[..., Page]) -> None:
    page = opened(never)
    page.clock.install()
    press(page)
    page.clock.run_for(5_000)
    assert is_pressed(page) == "true"
    page.clock.run_for(2_000)
    assert is_pressed(page) == "false"
    assert page.locator(".online-message").text_content() == FAILED
    page.clock.run_for(15_000)
    assert page.locator(".online-message").text_content() == ""


def test_without_a_network_the_built_in_map_stays(opened: Callable[..., Page]) -> None:
    page = opened(Route.continue_)
    page.context.set_offline(True)
    press(page)
    page.get_by_role("status").filter(has_text=FAILED).wait_for()
    assert is_pressed(page) == "false"


def test_on_a_phone_the_message_covers_no_control(opened: Callable[..., Page]) -> None:
    page = opened(abort, size=(390, 844))
    press(page)
    page.get_by_role("status").filter(has_text=FAILED).wait_for()
    message = page.locator(".online-message").bounding_box()
    inset = page.locator(".inset").bounding_box()
    button = page.get_by_role("button", name="Show online map").bounding_box()
    assert message
    assert inset
    assert button
    assert message["y"] >= button["y"] + button["height"]
    assert message["x"] + message["width"] <= inset["x"] or message["y"] >= inset["y"] + inset["height"]
    assert min(button["width"], button["height"]) >= 24


def test_a_page_without_tiles_has_no_button(reader: Reader) -> None:
    page = reader.open(rendered())
    assert page.get_by_role("button", name="Show online map").count() == 0
