"""Where the cache is when nobody says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.cache import default_cache_folder


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PLACELINES_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def test_in_a_checkout_the_cache_is_its_cache_folder(folders: Path) -> None:
    (folders / "here" / "pyproject.toml").write_text('[project]\nname = "placelines"\n', encoding="utf-8")
    assert default_cache_folder() == folders / "here" / "cache"


@pytest.mark.parametrize(
    "text", [None, "", '[project]\nname = "other"\n', "project = 5", "[project", b"\xff\xfe", "[tool]\nx = 1"]
)
def test_elsewhere_the_cache_is_the_user_s(folders: Path, text: str | bytes | None) -> None:
    if text is not None:
        data = text if isinstance(text, bytes) else text.encode()
        (folders / "here" / "pyproject.toml").write_bytes(data)
    assert default_cache_folder().name == "placelines"
    assert default_cache_folder().parent != folders / "here"


def test_the_environment_names_another_folder(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folders / "here" / "pyproject.toml").write_text('[project]\nname = "placelines"\n', encoding="utf-8")
    monkeypatch.setenv("PLACELINES_CACHE", "kept")
    assert default_cache_folder() == folders / "here" / "kept"
    monkeypatch.setenv("PLACELINES_CACHE", " ")
    assert default_cache_folder() == folders / "here" / "cache"
