"""What keeps people from using a page, as axe-core finds it (https://github.com/dequelabs/axe-core)."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_GRAVE = ("serious", "critical")
_OPTIONS = {"resultTypes": ["violations"]}


def barriers(page: Page) -> list[str]:
    """Return the serious and critical findings, one for each element."""
    found = Axe().run(page, options=_OPTIONS).response["violations"]
    return [
        f"{each['id']}: {each['help']}: {node['html'][:120]}: {node['failureSummary'][:400]}"
        for each in found
        for node in each["nodes"]
        if each["impact"] in _GRAVE
    ]
