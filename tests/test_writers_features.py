"""Features: the same bytes as the straightforward way gives, of any atlas."""

from __future__ import annotations

import datetime
from dataclasses import replace

from hypothesis import given, settings

from geo.atlas import Atlas
from geo.model import Document
from geo.writers.features import features
from geo.writers.json_text import dumps
from geo.writers.layers import Layer, Layers
from tests.strategies import HOSTILE, atlases
from tests.world import ALEPPO, ARTICLE, IDLIB, atlas_of, mention


def straightforward(layer: Layer) -> list[bytes]:
    names = [field.name for field in layer.fields]
    return [
        dumps(
            {
                "type": "Feature",
                "id": row.id,
                "geometry": row.geometry,
                "properties": dict(zip(names, row.values, strict=True)),
            }
        )
        for row in layer.rows()
    ]


def every_layer(atlas: Atlas) -> tuple[Layer, ...]:
    layers = Layers(atlas)
    return (*layers.all, layers.entries)


@settings(max_examples=100)
@given(atlases())
def test_any_atlas_gives_the_bytes_of_the_straightforward_way(atlas: Atlas) -> None:
    for layer in every_layer(atlas):
        expected = b"".join(b"%1" + feature + b"\n" for feature in straightforward(layer))
        assert b"".join(features(layer, before=b"%1", after=b"\n")) == expected


def test_more_documents_than_fit_a_piece_give_them_too() -> None:
    documents = [
        Document(
            f"{number:03d}", "Idlib, Aleppo.", title=text, source=text, date=datetime.date(2020, 3, 1 + number % 9)
        )
        for number, text in enumerate(HOSTILE * 5)
    ]
    found = [mention(document, place.name, place) for document in documents for place in (IDLIB, ALEPPO)]
    layer = Layers(Atlas(documents, found)).mentions
    assert layer.count > 256
    assert b"".join(features(layer, after=b"\n")) == b"".join(feature + b"\n" for feature in straightforward(layer))


def test_a_feature_is_a_line_whatever_readers_take_for_its_end() -> None:
    atlas = atlas_of(replace(ARTICLE, title="a\u0085b\u2028c\u2029d\ne\rf\x0bg\x0ch\x1ci\x1ej"))
    layer = Layers(atlas).mentions
    text = b"".join(features(layer, after=b"\n")).decode()
    assert len(text.splitlines()) == layer.count
