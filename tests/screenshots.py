"""The pictures of the page in ``docs/images``; ``python -m tests.screenshots`` takes them anew, and they are looked at.

Needs Chromium, and pdftoppm (Debian: poppler-utils) for the printed page.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from click.testing import CliRunner
from playwright.sync_api import Browser, Page

import geo
from geo.atlas import Atlas
from geo.gazetteers.embedded import open_embedded
from maps import cli
from maps.page import render
from tests.browser import Reader, chromium
from tests.several import several
from tests.test_maps_access import arabic

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
_PAPER_DPI = "80"
_PUBLISHERS = ("Courier", "Gazette", "Herald", "Observer", "Tribune")


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a page."""

    name: str
    """Of the file, without suffix."""
    html: Callable[[], str]
    """Gives the page."""
    size: tuple[int, int] = (1280, 800)
    """Width and height of the window in pixels."""
    colours: Literal["light", "dark"] = "light"
    opened: str | None = None
    """Name of the place that is open."""


def sample() -> str:
    """Return the page of the sample article."""
    return _page(geo.Geoparser().parse(geo.read(sorted((ROOT / "seeds").glob("*.txt")))))


def corpus() -> str:
    """Return the page of news that was written for the project, with days and publishers as invented as itself."""
    lines = (ROOT / "tests" / "gold" / "news" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as folder:
        news, output = Path(folder, "news.jsonl"), Path(folder, "atlas")
        with news.open("w", encoding="utf-8") as stream:
            for number, line in enumerate(lines):
                day = datetime.date(2024, 3, 1) + datetime.timedelta(days=number * number % 61)
                told = {"source": _PUBLISHERS[number * 7 % 11 % len(_PUBLISHERS)], "date": day.isoformat()}
                stream.write(json.dumps({**json.loads(line), **told}) + "\n")
        result = CliRunner().invoke(cli.cli, ["batch", str(news), "-o", str(output), "--engine", "serial", "--quiet"])
        assert result.exit_code == 0, result.output
        return (output / "map.html").read_text(encoding="utf-8")


def _page(atlas: Atlas) -> str:
    return render(atlas, gazetteer=open_embedded())


SHOTS = (
    Shot("map", sample),
    Shot("popup", sample, opened="Idlib"),
    Shot("wide", sample, (1920, 1080)),
    Shot("dark", sample, colours="dark"),
    Shot("phone", sample, (390, 844)),
    Shot("rtl", lambda: _page(arabic())),
    Shot("several", lambda: _page(several())),
    Shot("corpus", corpus),
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
    return reader.open(shot.html(), size=shot.size, colours=shot.colours, touch=shot.size[0] < 500)


def main() -> None:
    """Take all pictures anew."""
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        for shot in SHOTS:
            take(browser, shot, Path(folder))
        print_out(browser, Shot("print", sample), Path(folder))


if __name__ == "__main__":
    main()
