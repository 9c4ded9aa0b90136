"""Runs the code of notebooks, without kernels or sockets; ``python -m tests.notebook`` writes their outputs anew."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = (ROOT / "examples" / "first-map.ipynb",)
"""The notebooks that are shipped."""

_LONGEST_HTML = 20_000
"""Longest output that is stored as HTML, in characters: a table, not a page."""
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def renewed(notebook: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return a notebook with what its cells give now, run in a folder, in one namespace.

    Outputs are what a kernel would store, but for counts of executions, and addresses in memory.
    """
    namespace: dict[str, Any] = {"__name__": "__main__"}
    cells = []
    with contextlib.chdir(folder):
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell = {**cell, "execution_count": None, "outputs": _outputs("".join(cell["source"]), namespace)}
            cells.append(cell)
    return {**notebook, "cells": cells}


def text_of(notebook: dict[str, Any]) -> str:
    """Return a notebook as its file has it: as Jupyter writes it, keys sorted."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _outputs(source: str, namespace: dict[str, Any]) -> list[dict[str, Any]]:
    """Run a cell and return its outputs: what it prints, then the value of its last line."""
    printed = io.StringIO()
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    value = None
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "cell", "exec"), namespace)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), namespace)
    outputs: list[dict[str, Any]] = []
    if text := printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": text.splitlines(keepends=True)})
    if value is not None:
        outputs.append({"data": _data(value), "execution_count": None, "metadata": {}, "output_type": "execute_result"})
    return outputs


def _data(value: object) -> dict[str, list[str]]:
    data = {"text/plain": _ADDRESS.sub("", repr(value)).splitlines(keepends=True)}
    show = getattr(value, "_repr_html_", None)
    if show is not None and len(html := str(show())) <= _LONGEST_HTML:
        data["text/html"] = html.splitlines(keepends=True)
    return data


def main() -> None:
    """Write the outputs of the notebooks anew."""
    import tempfile

    for path in NOTEBOOKS:
        with tempfile.TemporaryDirectory() as name:
            folder = prepared(Path(name))
            path.write_text(text_of(renewed(json.loads(path.read_text(encoding="utf-8")), folder)), encoding="utf-8")


def prepared(folder: Path) -> Path:
    """Make a folder of what the notebooks read, as it lies about them in a clone, and return where they run."""
    (folder / "seeds").symlink_to(ROOT / "seeds")
    (folder / "examples").mkdir()
    return folder / "examples"


if __name__ == "__main__":
    os.environ["PLACELINES_DATA"] = str(ROOT / "nothing installed")
    main()
