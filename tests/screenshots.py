"""The pictures of the page in ``docs/images``; ``python -m tests.screenshots`` takes them anew, and they are looked at.

Needs Chromium, and pdftoppm (Debian: poppler-utils) for the printed page.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

import geo
from geo.atlas import Atlas
from geo.gazetteers.embedded import open_embedded
from maps.page import render
from tests.browser import Reader, chromium
from tests.several import several
from tests.test_maps_access import arabic

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
_PAPER_DPI = "80"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a page."""

    name: str
    """Of the file, without suffix."""
    atlas: Callable[[], Atlas]
    """What the page is of."""
    size: tuple[int, int] = (1280, 800)
    """Width and height of the window in pixels."""
    colours: Literal["light", "dark"] = "light"
    opened: str | None = None
    """Name of the place that is open."""


def sample() -> Atlas:
    """Return the atlas of the sample article."""
    return geo.Geoparser().parse(geo.read(sorted((ROOT / "seeds").glob("*.txt"))))


SHOTS = (
    Shot("map", sample),
    Shot("popup", sample, opened="Idlib"),
    Shot("wide", sample, (1920, 1080)),
    Shot("dark", sample, colours="dark"),
    Shot("phone", sample, (390, 844)),
    Shot("rtl", arabic),
    Shot("several", several),
)


def take(browser: Browser, shot: Shot, folder: Path) -> None:
    """Take one picture."""
    reader = Reader(browser, folder)
    page = _opened(reader, shot)
    if shot.opened:
        page.locator("#places li button").filter(has=page.locator(f".name:text-is('{shot.opened}')")).click()
        page.wait_for_selector(".leaflet-popup")
    page.wait_for_timeout(400)
    page.screenshot(path=IMAGES / f"{shot.name}.png")
    reader.close()


def print_out(browser: Browser, shot: Shot, folder: Path) -> None:
    """Take a picture of the first page on paper."""
    reader = Reader(browser, folder)
    page = _opened(reader, shot)
    page.pdf(path=folder / "page.pdf", prefer_css_page_size=True, format="A4", landscape=True)
    command = ["pdftoppm", "-png", "-singlefile", "-r", _PAPER_DPI, str(folder / "page.pdf"), str(IMAGES / shot.name)]
    subprocess.run(command, check=True)
    reader.close()


def _opened(reader: Reader, shot: Shot) -> Page:
    html = render(shot.atlas(), gazetteer=open_embedded())
    return reader.open(html, size=shot.size, colours=shot.colours, touch=shot.size[0] < 500)


def main() -> None:
    """Take all pictures anew."""
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        for shot in SHOTS:
            take(browser, shot, Path(folder))
        print_out(browser, Shot("print", sample), Path(folder))


if __name__ == "__main__":
    main()
