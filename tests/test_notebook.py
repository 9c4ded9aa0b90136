"""The notebooks: what they show is what they give, and any Jupyter can open them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.notebook import NOTEBOOKS, prepared, renewed, text_of


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestNotebook:
    @pytest.mark.usefixtures("unpacked")
    def test_its_cells_run_and_give_what_it_shows(self, path: Path, tmp_path: Path) -> None:
        folder = prepared(tmp_path)
        shown = json.loads(path.read_text(encoding="utf-8"))
        for before, now in zip(shown["cells"], renewed(shown, folder)["cells"], strict=True):
            assert now == before, "write it anew with: python -m tests.notebook"
        assert sorted(file.name for file in (folder / "out").iterdir()) == ["story.geojson", "story.html"]

    def test_its_file_has_no_noise(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        notebook = json.loads(text)
        assert text == text_of(notebook)
        assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
        assert all(cell["metadata"] == {} for cell in notebook["cells"])
        assert not re.search(r"0x[0-9a-f]{6,}|/home/|/tmp/|/work/", text)

    def test_its_file_is_as_the_format_wants_it(self, path: Path) -> None:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
        ids = [cell["id"] for cell in notebook["cells"]]
        assert len(set(ids)) == len(ids)
        for cell in notebook["cells"]:
            # nbformat 4.5, section "Cell ids".
            assert re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", cell["id"])
            assert {"cell_type", "id", "metadata", "source"} <= set(cell)
            assert set(cell) - {"cell_type", "id", "metadata", "source"} == (
                {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
            )
            assert all(line.endswith("\n") for line in cell["source"][:-1])
