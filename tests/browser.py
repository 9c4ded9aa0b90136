"""A real browser for tests: headless Chromium through Playwright, watching every request and message of a page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, sync_playwright

_ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium; skip where there is none, which is a failure in continuous integration."""
    command = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if command is None:
        reason = "chromium is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=command, args=_ARGUMENTS)
        yield browser
        browser.close()


class Reader:
    """Opens pages as a reader does, and keeps what went wrong.

    Parameters
    ----------
    browser
        The browser.
    folder
        Where pages are put to be opened.
    """

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser = browser
        self.folder = folder
        self.contexts: list[BrowserContext] = []
        self.requests: list[str] = []
        """Addresses that were asked for, but for the page's own file and data in the page."""
        self.complaints: list[str] = []
        """Console messages, uncaught errors and dialogs."""

    def open(
        self,
        html: str,
        *,
        size: tuple[int, int] = (1280, 800),
        colours: Literal["light", "dark"] = "light",
        motion: Literal["reduce", "no-preference"] = "reduce",
        touch: bool = False,
        anchor: str = "",
        script: str = "",
    ) -> Page:
        """Open a page from a file, and wait until its map is drawn. ``script`` is run before those of the page."""
        path = self.folder / "page.html"
        path.write_text(html, encoding="utf-8")
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=colours,
            reduced_motion=motion,
            has_touch=touch,
            is_mobile=touch,
        )
        self.contexts.append(context)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        address = path.as_uri()
        page.on("request", lambda request: self._note_request(request.url, address))
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", self._note_dialog)
        page.goto(address + anchor)
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    def close(self) -> None:
        """Close every page that was opened."""
        for context in self.contexts:
            context.close()

    def _note_dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note_request(self, url: str, address: str) -> None:
        if url.partition("#")[0] != address and not url.startswith("data:"):
            self.requests.append(url)
