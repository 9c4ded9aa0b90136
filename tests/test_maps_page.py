from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import folium
import pytest

from geo.atlas import Atlas
from geo.errors import OutputError, ResourceError
from geo.model import Document
from maps import page
from maps.draw import draw
from maps.figure import Drawing
from tests.story import SENSES, StoryGazetteer, mentions, story

_DATA = re.compile(r'<script type="application/json" id="story">(.*?)</script>', re.DOTALL)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="(.*?)">')


def rendered(atlas: Atlas, drawing: Drawing | None = None) -> str:
    return page.render(atlas, gazetteer=StoryGazetteer(), tool_version="9.9", drawing=drawing)


@pytest.fixture(scope="module")
def html() -> str:
    return rendered(story())


def data_of(html: str) -> dict[str, object]:
    (block,) = _DATA.findall(html)
    data: dict[str, object] = json.loads(block)
    return data


def only_text(html: str) -> tuple[list[Any], list[list[Any]]]:
    """Return heading and paragraphs of the only article."""
    texts = data_of(html)["texts"]
    assert isinstance(texts, dict)
    (((heading, body),),) = texts["blocks"]
    return heading, body


def test_the_policy_names_every_script_and_allows_nothing_else(html: str) -> None:
    (policy,) = _POLICY.findall(html)
    scripts = _SCRIPT.findall(html)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    directives = dict(directive.split(" ", 1) for directive in policy.split("; "))
    assert directives["script-src"].split() == [f"'sha256-{each}'" for each in hashes]
    assert directives["default-src"] == directives["connect-src"] == directives["base-uri"] == "'none'"
    assert directives["img-src"] == "data:"
    assert html.count("<script") == len(scripts) + 1


def test_the_policy_comes_before_anything_it_governs(html: str) -> None:
    assert html.index("Content-Security-Policy") < min(html.index("<style"), html.index("<script"))


def test_nothing_that_was_read_stands_outside_the_data(html: str) -> None:
    rest = _DATA.sub("", html)
    for word in (
        *(name for name in SENSES if len(name) > 4),
        "Shelling",
        "Bab Qalandar",
        "Antakya",
        "geonames:",
        "{{",
        "{%",
    ):
        assert word not in rest, word


def test_the_page_names_no_other_address_but_in_links(html: str) -> None:
    markup = _SCRIPT.sub("", _DATA.sub("", html))
    assert not re.search(r"(?:src|href)\s*=", markup)
    assert not re.search(r"url\((?!data:|#)", markup)


def test_the_article_comes_through_unchanged(html: str) -> None:
    heading, body = only_text(html)
    pieces = [heading, *body]
    text = " ".join("".join(piece if isinstance(piece, str) else piece[0] for piece in each) for each in pieces)
    (expected,) = story().documents
    assert text.split() == [*str(expected.title).split(), *expected.text.split()]


def test_the_same_atlas_gives_the_same_bytes_in_every_process(html: str, root: Path) -> None:
    code = (
        "import sys; from maps import page; from tests.story import StoryGazetteer, story;"
        "sys.stdout.buffer.write(page.render(story(), gazetteer=StoryGazetteer(), tool_version='9.9').encode())"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    run = subprocess.run([sys.executable, "-c", code], cwd=root, env=env, capture_output=True, check=True)
    assert run.stdout == html.encode()


def test_the_page_is_small_enough_to_mail(html: str) -> None:
    """At most 1.2 MB, and without a basemap, which differs with the theatre, a third of that."""
    assert len(html) < 1_200_000
    data = data_of(html)
    data.pop("basemap")
    assert len(html) - len(_DATA.findall(html)[0]) + len(json.dumps(data)) < 400_000


def test_text_that_looks_like_a_template_is_not_run() -> None:
    text = "Idlib {{ 7*191 }} {% nope %} {# gone #} {{ cycler.__init__.__globals__.os.getpid() }}"
    document = Document("{{ 7*191 }}", text, "{{ 7*191 }}", "{% nope %}")
    html = rendered(Atlas([document], mentions(document)))
    assert "1337" not in html
    heading, body = only_text(html)
    assert data_of(html)["title"] == "{{ 7*191 }}"
    assert heading == ["{{ 7*191 }}"]
    assert body == [[["Idlib", 0, True], text.removeprefix("Idlib")]]


def test_a_page_whose_data_was_changed_on_the_way_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    fill = page._fill
    monkeypatch.setattr(page, "_fill", lambda *args: fill(*args).replace("{{ 7*191 }}", "1337"))
    with pytest.raises(OutputError, match="a template changed its data"):
        rendered(story())


def test_layers_of_ones_own_go_onto_the_page() -> None:
    drawing = draw(story())
    folium.Marker((35.9, 36.6)).add_to(drawing)
    folium.GeoJson({"type": "Point", "coordinates": [36.6, 35.9]}).add_to(drawing)
    html = rendered(story(), drawing)
    assert "L.marker(" in _SCRIPT.findall(html)[-1]
    assert "L.geoJson(" in _SCRIPT.findall(html)[-1]


def test_a_drawing_stays_a_folium_map_of_its_own() -> None:
    drawing = draw(story())
    home = drawing.get_root()
    assert rendered(story(), drawing) == rendered(story(), drawing)
    assert drawing.get_root() is home


def test_write_replaces_a_file_whole(tmp_path: Path, html: str) -> None:
    path = tmp_path / "out" / "map.html"
    page.write(story(), path, gazetteer=StoryGazetteer(), tool_version="9.9")
    page.write(story(), path, gazetteer=StoryGazetteer(), tool_version="9.9")
    assert path.read_text(encoding="utf-8") == html
    assert [file.name for file in path.parent.iterdir()] == ["map.html"]


def test_a_page_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="file"):
        page.write(story(), tmp_path / "file" / "map.html", gazetteer=StoryGazetteer(), tool_version="9.9")


def test_a_missing_part_of_the_page_names_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "SCRIPTS", ("nowhere.js",))
    with pytest.raises(ResourceError, match=r"a part of the page, nowhere.js, is missing .*: reinstall placelines"):
        rendered(story())
