"""The JSON Schemas that come along: what is written is as they say, and what is not is refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from enum import StrEnum
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from geo.atlas import Atlas
from geo.model import LINE_KINDS, Course, Kind, Origin, Role, VicinitySort
from geo.writers import geojson, whole
from geo.writers.layers import Layers
from geo.writers.schema import SCHEMA_VERSION
from tests.lines import EVERY_KIND, M4_ALL, M4_SECTION, m5, told
from tests.schemas import ATLAS, FEATURES, features_schema
from tests.several import several
from tests.strategies import atlases
from tests.test_writers_areas import atlas as with_area
from tests.world import ARTICLE, atlas_of

SCHEMA: dict[str, Any] = json.loads(ATLAS.read_text(encoding="utf-8"))
OF_ATLAS = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
OF_FEATURES = Draft202012Validator(
    json.loads(FEATURES.read_text(encoding="utf-8")), format_checker=Draft202012Validator.FORMAT_CHECKER
)
WORLDS = [Atlas(), atlas_of(ARTICLE), with_area(), several(5), told([*EVERY_KIND, M4_ALL, M4_SECTION, m5()])]


def faults(validator: Draft202012Validator, value: object) -> list[str]:
    return [f"{error.json_path}: {error.message[:80]}" for error in validator.iter_errors(value)]


def record(atlas: Atlas) -> Any:  # noqa: ANN401 (parsed JSON)
    return json.loads(b"".join(whole.pieces(atlas)))


@pytest.mark.parametrize("name", ["atlas.schema.json", "features.schema.json"])
def test_a_schema_comes_along_is_one_and_names_no_host_of_ours(name: str) -> None:
    schema = json.loads(files("geo").joinpath("data", name).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert schema["$id"].startswith("urn:placelines:")
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("atlas", WORLDS, ids=range(len(WORLDS)))
def test_a_whole_atlas_is_as_its_schema_says(atlas: Atlas) -> None:
    assert faults(OF_ATLAS, record(atlas)) == []


@settings(max_examples=100)
@given(atlas=atlases())
def test_any_atlas_is_as_its_schema_says(atlas: Atlas) -> None:
    assert faults(OF_ATLAS, record(atlas)) == []
    for layer in (*Layers(atlas).located, Layers(atlas).entries):
        assert faults(OF_FEATURES, json.loads(b"".join(geojson.collection(layer)))) == []


@pytest.mark.parametrize("atlas", WORLDS, ids=range(len(WORLDS)))
def test_geojson_is_as_its_schema_says(atlas: Atlas) -> None:
    for contents in (geojson.folder(atlas), geojson.one_file(atlas, "x.geojson")):
        for content in contents.values():
            assert faults(OF_FEATURES, json.loads(b"".join(content))) == []


def test_the_schema_of_features_is_made_of_the_fields_of_the_layers() -> None:
    assert OF_FEATURES.schema == features_schema(), "run: python -m tests.schemas"


def test_the_schema_of_the_atlas_has_the_words_of_the_program() -> None:
    parts = SCHEMA["$defs"]

    def words(part: str, name: str) -> set[object]:
        return set(parts[part]["properties"][name]["enum"])

    def all_of(sort: type[StrEnum]) -> set[object]:
        return {str(each) for each in sort}

    assert words("place", "kind") == all_of(Kind)
    assert words("line", "kind") == {str(kind) for kind in LINE_KINDS}
    assert words("mention", "kind") == {None, *(str(kind) for kind in LINE_KINDS)}
    assert words("line", "course") == all_of(Course)
    assert words("line", "origin") == all_of(Origin)
    assert words("mention", "role") == all_of(Role)
    assert words("vicinity", "sort") == all_of(VicinitySort)
    assert SCHEMA["properties"]["schema_version"]["const"] == SCHEMA_VERSION


def test_every_member_is_described_and_none_is_optional_or_unknown() -> None:
    bare: list[str] = []
    loose: list[str] = []

    def look(part: Any, where: str) -> None:  # noqa: ANN401 (parsed JSON)
        if isinstance(part, dict):
            properties = part.get("properties")
            if isinstance(properties, dict) and "if" not in where:
                bare.extend(f"{where}.{name}" for name, each in properties.items() if "description" not in each)
                if set(part.get("required", ())) != set(properties) or part.get("additionalProperties") is not False:
                    loose.append(where)
            for name, each in part.items():
                if name not in {"if", "then", "else"}:
                    look(each, f"{where}.{name}")
        elif isinstance(part, list):
            for each in part:
                look(each, where)

    look(SCHEMA, "$")
    assert (bare, loose) == ([], [])


def _set(*path: str | int, to: object) -> Callable[[Any], None]:
    def change(value: Any) -> None:  # noqa: ANN401 (parsed JSON)
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = to

    return change


@pytest.mark.parametrize(
    "change",
    [
        _set("generator", to="other"),
        _set("schema_version", to="2.0"),
        _set("more", to=1),
        _set("referents", 0, "lon", to=181),
        _set("referents", 0, "kind", to="town"),
        _set("referents", 0, "type", to="area"),
        _set("referents", 0, "extent", to=[1, 2, 3]),
        _set("documents", 0, "sha256", to="abc"),
        _set("documents", 0, "date", to="5 March 2020"),
        _set("documents", 0, "text", to=None),
        _set("documents", 0, "mentions", 0, "confidence", to=1.5),
        _set("documents", 0, "mentions", 0, "referent", to=-1),
        _set("documents", 0, "mentions", 0, "start", to="16"),
        _set("documents", 0, "mentions", 0, "candidates", 0, "more", to=None),
        _set("runs", 0, "gazetteers", 0, "version", to=3),
        _set("units", 0, "name", to=None),
    ],
)
def test_what_is_no_whole_atlas_is_refused(change: Callable[[Any], None]) -> None:
    right = record(atlas_of(ARTICLE))
    wrong = copy.deepcopy(right)
    change(wrong)
    assert faults(OF_ATLAS, right) == []
    assert faults(OF_ATLAS, wrong) != []


@pytest.mark.parametrize("key", ["mentions", "name", "asserted"])
def test_features_without_a_field_or_with_another_sort_of_value_are_refused(key: str) -> None:
    collection = json.loads(b"".join(geojson.collection(Layers(atlas_of(ARTICLE)).places)))
    right = collection["features"][0]["properties"]
    without = {name: value for name, value in right.items() if name != key}
    assert faults(OF_FEATURES, collection) == []
    for wrong in (without, {**right, key: []}, {**right, "more": 1}):
        collection["features"][0]["properties"] = wrong
        assert faults(OF_FEATURES, collection) != []
