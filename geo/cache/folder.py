"""Where the cache is, when nobody says it."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path


def default_cache_folder() -> Path:
    """Return the cache folder: ``PLACELINES_CACHE``, else ``cache/`` of a checkout, else the user's cache folder.

    The working directory counts as a checkout when its ``pyproject.toml`` is that of placelines.
    """
    named = os.environ.get("PLACELINES_CACHE", "").strip()
    if named:
        return Path(named).expanduser().absolute()
    if _is_checkout(Path.cwd()):
        return Path.cwd() / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("placelines", appauthor=False)


def _is_checkout(folder: Path) -> bool:
    try:
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")).get("project")
    except (OSError, ValueError):
        return False
    return isinstance(project, dict) and project.get("name") == "placelines"
