"""What a format that holds everything is written and read back as: an equal atlas, and the same bytes again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings

from geo.atlas import Atlas
from geo.writers import Format
from geo.writers.folder import publish
from geo.writers.formats import FORMATS, folder_contents, read_atlas, write
from geo.writers.whole import pieces
from tests.gis_story import everything
from tests.lines import EVERY_KIND, M4_ALL, M4_SECTION, m5, told
from tests.several import several
from tests.story import story
from tests.strategies import atlases
from tests.world import ARTICLE, atlas_of

# Formats with little room warn of what they shorten.
pytestmark = pytest.mark.filterwarnings("ignore::geo.errors.PlacelinesWarning")

LOSSLESS = [form for form in FORMATS if form.read]
WORLDS = {
    "empty": Atlas(),
    "unread": Atlas([ARTICLE]),
    "article": atlas_of(ARTICLE),
    "lines": told([*EVERY_KIND, M4_ALL, M4_SECTION, m5()]),
    "story": story(),
    "several": several(6),
    "odd": everything(),
}
OFTEN = settings(
    max_examples=500,
    # Machines that share their cores draw slowly at times; large texts are meant to be there.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def differing(first: dict[str, bytes], second: dict[str, bytes]) -> list[str]:
    """List the files that are not the same: pytest would compare long bytes for minutes to show where."""
    return sorted(name for name in {*first, *second} if first.get(name) != second.get(name))


def named(form: Format) -> str:
    return form.name


@pytest.mark.parametrize("form", LOSSLESS, ids=named)
@OFTEN
@given(atlas=atlases())
@example(atlas=WORLDS["empty"])
@example(atlas=WORLDS["lines"])
def test_any_atlas_comes_back_as_it_was(form: Format, atlas: Atlas) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, f"x{form.suffix}")
        write(atlas, path)
        back = read_atlas(path)
    is_equal = back == atlas
    assert is_equal
    # The JSON tells what `==` does not: -0.0 from 0.0, 1 from 1.0.
    is_same = b"".join(pieces(back)) == b"".join(pieces(atlas))
    assert is_same


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("form", LOSSLESS, ids=named)
def test_an_atlas_of_news_comes_back_as_it_was(form: Format, world: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{form.suffix.upper()}"
    assert path in write(WORLDS[world], path)
    back = read_atlas(path)
    assert back == WORLDS[world]
    assert (back.places, back.whole_lines, back.areas) == (
        WORLDS[world].places,
        WORLDS[world].whole_lines,
        WORLDS[world].areas,
    )


@pytest.mark.parametrize("form", FORMATS, ids=named)
@settings(OFTEN, max_examples=25)
@given(atlas=atlases())
def test_every_file_of_any_atlas_can_be_written_and_has_the_same_bytes_again(form: Format, atlas: Atlas) -> None:
    again = Atlas(reversed(atlas.documents), reversed(atlas.mentions), units=atlas.units, runs=reversed(atlas.runs))
    with TemporaryDirectory() as folder:
        for name, known in (("a", atlas), ("b", again)):
            publish(Path(folder, name), folder_contents(known, [form]))
            write(known, Path(folder, name, f"one{form.suffix}"))
        written = bytes_of(Path(folder, "a"))
        assert set(form.names) <= set(written)
        assert differing(written, bytes_of(Path(folder, "b"))) == []


WRITE = """
import sys
from pathlib import Path
from geo.writers.folder import publish
from geo.writers.formats import FORMATS, folder_contents, write
from tests.gis_story import everything
from tests.lines import EVERY_KIND, m5, told
from tests.several import several

for name, atlas in (("news", several(12).merge(told([*EVERY_KIND, m5()]))), ("odd", everything())):
    folder = Path(sys.argv[1], name)
    publish(folder, folder_contents(atlas, FORMATS))
    for form in FORMATS:
        write(atlas, folder / f"one{form.suffix}")
"""


def test_another_process_on_another_day_writes_the_same_bytes(root: Path, tmp_path: Path) -> None:
    for seed, zone in (("1", "UTC"), ("2", "Pacific/Auckland")):
        subprocess.run(
            [sys.executable, "-c", WRITE, str(tmp_path / seed)],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": seed, "TZ": zone},
            check=True,
            timeout=120,
        )
    for atlas in ("news", "odd"):
        first, second = (bytes_of(tmp_path / seed / atlas) for seed in ("1", "2"))
        assert differing(first, second) == []
        assert set(first) > {name for form in FORMATS for name in form.names}
