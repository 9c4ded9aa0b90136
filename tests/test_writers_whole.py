"""The whole atlas as JSON: what it looks like, and what becomes of files that are damaged, foreign or a trap."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.atlas import Atlas
from geo.errors import InputError
from geo.writers import geojson, whole
from geo.writers.formats import read_atlas, write
from geo.writers.json_text import dumps, dumps_ascii, loads
from tests.lines import M4_ALL, M4_SECTION, told
from tests.world import ARTICLE, RUN, UNITS, atlas_of

FULL = atlas_of(ARTICLE).merge(told([M4_ALL, M4_SECTION]))
BYTES = b"".join(whole.pieces(FULL))


def record(atlas: Atlas = FULL) -> Any:  # noqa: ANN401 (parsed JSON)
    return json.loads(b"".join(whole.pieces(atlas)))


def complaint(text: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        whole.parse(text, "x.json")
    message = str(caught.value)
    assert message.startswith("x.json: ")
    assert len(message.splitlines()) == 1
    assert len(message) < 300
    return message.removeprefix("x.json: ")


def test_it_is_one_object_with_a_referent_or_a_document_a_line() -> None:
    lines = BYTES.decode().splitlines()
    found = record()
    assert sum(line.startswith('{"type":"') for line in lines) == len(found["referents"])
    assert sum(line.startswith('{"id":"') for line in lines) == len(found["documents"]) == 2
    assert found["generator"] == "placelines"
    assert found["tool_versions"] == [RUN.tool_version]
    assert found["units"][0] == {"country_code": "SY", "admin1_code": None, "name": "Syria"}
    assert len(found["units"]) == len(UNITS)


def test_it_names_the_versions_the_sources_the_weights_and_every_text() -> None:
    about = whole.provenance(atlas_of(ARTICLE))
    (run,) = about["runs"]
    assert (run["model"], run["weights"], run["min_confidence"]) == ("none", RUN.weights, 0.75)
    assert [(each["name"], each["version"]) for each in run["gazetteers"]] == [("GeoNames", "2026-01-02")]
    assert about["texts"] == [{"article_id": "ceasefire", "sha256": ARTICLE.sha256}]
    assert about["attributions"] == [RUN.gazetteers[0].attribution]


def test_an_empty_atlas_is_a_whole_one() -> None:
    assert record(Atlas())["documents"] == []
    assert whole.parse(b"".join(whole.pieces(Atlas())), "x") == Atlas()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it is no JSON ("),
        ("\0", "it is no JSON ("),
        (b"\xff\xfe", "it is no JSON ("),
        (BYTES[:-10], "it is no JSON ("),
        ("[" * 100_000, "it is no JSON ("),
        ('{"a":' * 100_000, "it is no JSON ("),
        ('{"generator":"placelines","schema_version":"1.0","x":NaN}', "it is no JSON ("),
        ('{"generator":"placelines","schema_version":"1.0","x":1e999}', "it is no JSON ("),
        ('{"generator":"placelines","schema_version":"1.0","x":-Infinity}', "it is no JSON ("),
        (f'{{"generator":"placelines","x":{"9" * 5000}}}', "it is no JSON ("),
        ("null", "it holds no atlas; give a file that 'placelines map' wrote"),
        ("[]", "it holds no atlas; give a file that 'placelines map' wrote"),
        ('"placelines"', "it holds no atlas; give a file that 'placelines map' wrote"),
        ('{"type":"FeatureCollection","features":[]}', "it holds no atlas; give a file that 'placelines map' wrote"),
        ('{"generator":"placelines"}', "it is of version 'None', not 1.1; make it again"),
        ('{"generator":"placelines","schema_version":"2.0"}', "it is of version '2.0', not 1.1; make it again"),
        (
            '{"generator":"placelines","schema_version":"' + "9" * 999 + '"}',
            "it is of version '99999999999999999999', ",
        ),
        (dumps(whole.provenance(FULL)), "it holds one layer, not the whole atlas; give the atlas.json or atlas.gpkg"),
        ('{"generator":"placelines","schema_version":"1.0","documents":[]}', "it is damaged (KeyError: 'referents')"),
    ],
    ids=range(19),
)
def test_what_is_no_whole_atlas_is_told_in_one_line(text: str | bytes, message: str) -> None:
    assert complaint(text).startswith(message)


def _without(*path: str | int) -> Callable[[Any], None]:
    def change(value: Any) -> None:  # noqa: ANN401 (parsed JSON)
        for step in path[:-1]:
            value = value[step]
        del value[path[-1]]

    return change


def _set(*path: str | int, to: object) -> Callable[[Any], None]:
    def change(value: Any) -> None:  # noqa: ANN401 (parsed JSON)
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = to

    return change


SAID = ("documents", 0, "mentions", 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_without("referents", 0, "name"), "KeyError: 'name'"),
        (_without(*SAID, "role"), "KeyError: 'role'"),
        (_without("runs"), "KeyError: 'runs'"),
        (
            _set("documents", 0, "sha256", to="0" * 64),
            "ValueError: the text of article 'ceasefire' is not the one that",
        ),
        (_set("documents", 0, "text", to="Idlib"), "ValueError: the text of article 'ceasefire' is not the one that"),
        (_set("documents", 1, "id", to="ceasefire"), "ValueError: two different documents are called 'ceasefire'"),
        (_set("documents", 0, "id", to=7), "TypeError: 7 is no str"),
        (_set("documents", 0, "mentions", to={"a": 1}), "TypeError: "),
        (_set("documents", to=None), "TypeError: "),
        (_set("documents", 0, "date", to="2020-13-01"), "ValueError: month must be in 1..12"),
        (_set("documents", 0, "given_spans", to=[[1, "2"]]), "TypeError: '2' is no int"),
        (_set(*SAID, "referent", to=-1), "IndexError: there is no referent -1"),
        (_set(*SAID, "referent", to=10**6), "IndexError: "),
        (_set(*SAID, "referent", to="0"), "TypeError: '0' is no int"),
        (_set(*SAID, "candidates", 0, "referent", to=-1), "IndexError: there is no referent -1"),
        (_set(*SAID, "candidates", 0, "referent", to=None), "TypeError: a candidate is nothing"),
        (_set(*SAID, "candidates", 0, "score", to=1.01), "ValueError: score of "),
        (_set(*SAID, "confidence", to=-0.1), "ValueError: confidence of 'Idlib' is -0.1, not between 0 and 1"),
        (_set(*SAID, "start", to=-1), "ValueError: toponym offsets [-1, 21) do not fit the text 'Idlib'"),
        (_set(*SAID, "start", to=16.0), "TypeError: 16.0 is no int"),
        (_set(*SAID, "asserted", to=1), "TypeError: 1 is no bool"),
        (_set(*SAID, "role", to="x" * 9999), "ValueError: 'xxx"),
        (_set(*SAID, "vicinity", to={"sort": "ring"}), "KeyError: 'start'"),
        (_set(*SAID, "sentence", to=[]), "TypeError: "),
        (_set("referents", 0, "lat", to=90.1), "ValueError: geonames:"),
        (_set("referents", 0, "lon", to=10**400), "OverflowError: "),
        (_set("units", 0, "country_code", to=None), "TypeError: None is no str"),
        (_set("units", 0, "name", to=["Syria"]), "TypeError: ['Syria'] is no str"),
        (_set("runs", 0, "roads", to=5), "TypeError: "),
        (_set("runs", 0, "gazetteers", 0, "name", to=None), "TypeError: None is no str"),
    ],
    ids=range(30),
)
def test_a_damaged_value_is_told_with_what_is_wrong(change: Callable[[Any], None], message: str) -> None:
    damaged = record()
    change(damaged)
    assert complaint(json.dumps(damaged)).startswith(f"it is damaged ({message}")


def test_a_referent_that_is_told_by_itself_or_by_later_ones_is_refused() -> None:
    numbers = [at for at, referent in enumerate(record()["referents"]) if referent["type"] == "line"]
    for key, value in (("whole", numbers[-1]), ("ends", [numbers[-1], 0]), ("via", [len(record()["referents"])])):
        damaged = record()
        damaged["referents"][numbers[-1]][key] = value
        assert complaint(json.dumps(damaged)).startswith("it is damaged (")


def test_what_an_earlier_version_did_not_have_is_unknown() -> None:
    earlier = record()
    earlier |= {"schema_version": "1.0"}
    for document in earlier["documents"]:
        for name in ("author", "url", "language"):
            del document[name]
    assert whole.parse(json.dumps(earlier), "x") == FULL


def test_what_a_later_version_adds_is_no_damage() -> None:
    later = record()
    later |= {"schema_version": "1.7", "licence": "CC BY"}
    later["documents"][0]["editor"] = "Ann Lee"
    later["documents"][0]["mentions"][0]["emphasis"] = 1
    assert whole.parse(json.dumps(later), "x") == FULL


_OFTEN = settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
_JUNK: st.SearchStrategy[object] = st.sampled_from(
    (None, True, -1, 0, 3, 1e308, 10**30, "", "x", "2020-03-05", [], [[]], [-1], {}, {"type": "LineString"}, "\ud800")
)


def _whereabouts(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:  # noqa: ANN401 (JSON)
    """List the paths of all values."""
    steps: list[str | int] = []
    if isinstance(value, dict):
        steps = list(value)
    elif isinstance(value, list):
        steps = list(range(len(value)))
    return [path, *(each for step in steps for each in _whereabouts(value[step], (*path, step)))]


PATHS = [path for path in _whereabouts(record()) if path]


@_OFTEN
@given(st.lists(st.tuples(st.sampled_from(PATHS), _JUNK), min_size=1, max_size=3))
def test_whatever_values_are_changed_it_is_an_atlas_or_an_input_error(changes: list[tuple[Any, object]]) -> None:
    damaged = record()
    for path, junk in changes:
        try:
            _set(*path, to=junk)(damaged)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change has taken away where it was
    try:
        atlas = whole.parse(json.dumps(damaged), "x.json")
    except InputError:
        return
    # What is read is an atlas that can be written and read again.
    assert whole.parse(b"".join(whole.pieces(atlas)), "x") == atlas
    assert b"".join(b"".join(content) for content in geojson.folder(atlas).values())


@_OFTEN
@given(st.integers(0, len(BYTES) - 1), st.binary(max_size=4), st.integers(0, 9))
def test_whatever_bytes_are_changed_it_is_an_atlas_or_an_input_error(at: int, junk: bytes, lost: int) -> None:
    try:
        atlas = whole.parse(BYTES[:at] + junk + BYTES[at + lost :], "x.json")
    except InputError:
        return
    assert whole.parse(b"".join(whole.pieces(atlas)), "x") == atlas


def test_json_takes_what_json_has_and_nothing_else() -> None:
    assert loads('{"a":[1,1.5,"\\ud800",null]}') == {"a": [1, 1.5, "\ud800", None]}
    assert loads(dumps({"a": "\ud800\u2028", "b": 0.1 + 0.2})) == {"a": "\ud800\u2028", "b": 0.1 + 0.2}
    assert dumps_ascii({"a": "é\x7f"}) == '{"a":"\\u00e9\\u007f"}'
    for text in ("NaN", "-Infinity", "1e400", "[1,]", "{'a':1}", ""):
        with pytest.raises(ValueError, match=r"."):
            loads(text)


def test_a_layer_is_not_taken_for_a_whole_atlas(tmp_path: Path) -> None:
    for name, content in geojson.folder(FULL).items():
        (tmp_path / name).write_bytes(b"".join(content))
        with pytest.raises(
            InputError, match=rf"^{name}: it holds one layer, not the whole atlas; give the atlas\.json"
        ):
            read_atlas(tmp_path / name)
    (path,) = write(FULL, tmp_path / "x.geojson")
    assert read_atlas(path) == FULL
    path.write_text('{"type":"FeatureCollection","placelines":5,"features":[]}')
    with pytest.raises(InputError, match=r"^x\.geojson: it holds no atlas"):
        read_atlas(path)
