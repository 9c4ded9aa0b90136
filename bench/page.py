"""Measure how fast a page is made, opens and zooms; ``bench/run.py page`` runs it.

The pages are that of the sample article, and those of two invented corpora (`tests.crowd_world`). They are opened from
a file in headless Chromium without a graphics card, which is slower than what readers have.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from geo.atlas import Atlas
    from geo.gazetteers import Gazetteer

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

ROUNDS = 3
WIDTH, HEIGHT = 1280, 800
STEPS = ("in", "in", "in", "in", "out", "out", "out", "out")
_READY = """new Promise(done => {
  const look = () => ("ready" in document.documentElement.dataset ? done(performance.now()) : setTimeout(look, 10));
  look();
})"""
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
_ZOOM = """which => new Promise(done => {
  const start = performance.now();
  document.querySelector(`.leaflet-control-zoom-${which}`).click();
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
})"""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a reader waits for, in seconds: from asking for the page, or from pressing a button."""

    painted: float
    ready: float
    zoom_step: float
    """The longest of a few."""


def measure() -> None:
    """Print what pages of one, of a thousand and of ten thousand articles cost, as medians."""
    from tests.browser import chromium

    makers: Mapping[str, Callable[[], tuple[Atlas, Gazetteer]]] = {
        "the sample article": _sample,
        "1,000 articles, 10,000 mentions of 2,000 places": lambda: _corpus(1_000, 10_000, 2_000),
        "10,000 articles, 100,000 mentions of 10,000 places": lambda: _corpus(10_000, 100_000, 10_000),
    }
    print("\n| page | made in s | MB | first paint s | open in s | slowest zoom step ms |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        for name, make in makers.items():
            path = Path(folder) / "page.html"
            built = _build(*make(), path)
            opened = [_open(browser, path) for _ in range(ROUNDS)]
            painted, ready, zoom = (
                statistics.median(getattr(each, part) for each in opened) for part in Opening.__slots__
            )
            size = path.stat().st_size / 1e6
            print(
                f"| {name} | {built:.1f} | {size:.2f} | {painted:.2f} | {ready:.2f} | {1000 * zoom:.0f} |", flush=True
            )


def _sample() -> tuple[Atlas, Gazetteer]:
    from geo.articles import read
    from geo.gazetteers.embedded import open_embedded
    from geo.pipeline import Geoparser

    gazetteer = open_embedded()
    articles = sorted((ROOT / "seeds").glob("*.txt"))[:1]
    return Geoparser(gazetteer=gazetteer).parse(read(articles)), gazetteer


def _corpus(articles: int, mentions: int, places: int) -> tuple[Atlas, Gazetteer]:
    from tests.crowd_world import crowd

    return crowd(articles, mentions, places)


def _build(atlas: Atlas, gazetteer: Gazetteer, path: Path) -> float:
    """Return the seconds that it takes to make the page of an atlas and write it to a file."""
    from maps import page

    taken: list[float] = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        path.write_text(page.render(atlas, gazetteer=gazetteer, tool_version="bench"), encoding="utf-8")
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def _open(browser: Browser, path: Path) -> Opening:
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
    reader = context.new_page()
    reader.goto(path.as_uri(), wait_until="commit")
    ready = reader.evaluate(_READY)
    painted = reader.evaluate(_PAINTED)
    steps = [reader.evaluate(_ZOOM, which) for which in STEPS]
    context.close()
    return Opening(painted / 1000, ready / 1000, max(steps) / 1000)
