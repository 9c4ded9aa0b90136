from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from geo.model import Kind
from maps.shields import Shield, shield_of
from tests.lines import EVERY_KIND, M4_ALL


@pytest.mark.parametrize(
    ("ref", "country", "shield"),
    [
        ("M4", "SY", Shield.GENERIC),
        ("NH 44", "IN", Shield.GENERIC),
        ("I-95", "US", Shield.INTERSTATE),
        ("Interstate 5", "US", Shield.INTERSTATE),
        ("I-95", None, Shield.GENERIC),
        ("US 101", "US", Shield.US_ROUTE),
        ("U.S. Route 66", "US", Shield.US_ROUTE),
        ("SR 520", "US", Shield.ROUND),
        ("E 40", "UA", Shield.EUROPE),
        ("E6", None, Shield.EUROPE),
        ("A 8", "DE", Shield.BLUE),
        ("B 96a", "DE", Shield.YELLOW),
        ("M1", "GB", Shield.BLUE),
        ("A1(M)", "GB", Shield.BLUE),
        ("A1", "GB", Shield.PRIMARY),
        ("B4009", "GB", Shield.WHITE),
        ("A1", "AM", Shield.GENERIC),
        ("N7", "FR", Shield.RED),
        ("D917", "FR", Shield.YELLOW),
    ],
)
def test_the_number_and_the_country_tell_the_sign(ref: str, country: str | None, shield: Shield) -> None:
    assert shield_of(replace(M4_ALL, ref=ref, country_code=country)) is shield


def test_what_has_no_number_or_is_no_road_has_no_sign() -> None:
    assert [shield_of(line) for line in EVERY_KIND] == [None] * len(EVERY_KIND)
    assert shield_of(replace(M4_ALL, kind=Kind.RAILWAY)) is None


def test_the_style_sheet_knows_every_sign(root: Path) -> None:
    css = (root / "maps" / "assets" / "page.css").read_text(encoding="utf-8")
    assert [shield for shield in Shield if shield is not Shield.GENERIC and f".is-{shield}" not in css] == []
