"""What every test may use."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from tests.browser import Reader, chromium
from tests.fakeserver import FakeServer

ROOT = Path(__file__).resolve().parents[1]

# Hypothesis gives an example 200 ms by the clock, which a busy machine takes; `tests.timing` judges time.
settings.register_profile("placelines", deadline=None)
settings.load_profile("placelines")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session", autouse=True)
def nothing_installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the gazetteers that a developer has installed out of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLACELINES_DATA", str(tmp_path_factory.mktemp("installed")))
        yield


@pytest.fixture(scope="session")
def sample() -> Path:
    """Return the sample article."""
    return next((ROOT / "seeds").glob("*.txt"))


@pytest.fixture(scope="session")
def unpacked() -> None:
    """Unpack the gazetteer, so that no command that a test starts is the first one and says so."""
    from geo.gazetteers.embedded import open_embedded

    open_embedded()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    """Return a running server of bad replies, reached without a proxy."""
    for variable in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.upper(), raising=False)
    with FakeServer() as running:
        yield running


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of material that lies beside a developer's checkout and is not committed."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        reason = f"{folder} is not there"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="module")
def ogrinfo() -> str:
    """Return GDAL's command that tells what is in a file."""
    command = shutil.which("ogrinfo")
    if command is None and os.environ.get("CI") == "true":
        pytest.fail("ogrinfo is not installed; it comes with gdal-bin")
    if command is None:
        pytest.skip("ogrinfo is not installed; it comes with gdal-bin")
    return command


@pytest.fixture(scope="module")
def qgis() -> str:
    """Return the Python that QGIS belongs to."""
    python = "/usr/bin/python3"
    found = subprocess.run([python, "-c", "import qgis.core"], capture_output=True) if Path(python).exists() else None
    if found is None or found.returncode:
        reason = f"{python} has no QGIS; it comes with python3-qgis"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return python


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def reader(browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    """Return a reader for whom nothing may go wrong."""
    reader = Reader(browser, tmp_path)
    yield reader
    reader.close()
    assert reader.requests == []
    assert reader.complaints == []
