"""An atlas with one of everything that files for GIS tools must hold, and what other programs say of such files."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from shapely import LineString

from geo.atlas import Atlas, merged
from geo.model import Course, Document, Kind, Line, Place, Vicinity, VicinitySort
from tests.lines import M4_ALL, M4_SECTION, told
from tests.world import ARTICLE, IDLIB, RUN, UNITS, atlas_of, mention

HOSTILE = "nul \0, half \ud800, إدلب \u202eRTL, \"quoted\", 'x', [1,2], ${7*7}, <b>&amp;\r\n\u2028, 🗺 " + "é" * 300
"""What a text may hold."""
FORMULA = '=HYPERLINK("http://x","y")'
"""What a spreadsheet would run."""

SUVA = Place("x:suva", "Suva", Kind.SETTLEMENT, 178.42, -18.14, country_code="FJ")
FERRY = Line("x:ferry", FORMULA, Kind.ROAD, LineString([(179, -17), (-179, -16)]), Course.INFERRED)
AFAR = Document(
    "afar", "A boat sank 200 km from Suva on the Ferry.", FORMULA, HOSTILE, "a.txt", date=datetime.date(2020, 3, 5)
)
AROUND_SUVA = Vicinity(VicinitySort.RING, 12, 23, "200 km from", 10_000, 200_000.0)
ODD = Document("odd\0\ud800", f"Idlib {HOSTILE} Xyzzyville.", HOSTILE)


def everything() -> Atlas:
    """Return places, lines, areas over longitude 180 and not, names that are nowhere, and hostile texts."""
    afar = Atlas(
        [AFAR],
        [replace(mention(AFAR, "Suva", SUVA), vicinity=AROUND_SUVA), mention(AFAR, "Ferry", FERRY)],
        units={**UNITS, ("FJ", None): "Fiji"},
        runs=[RUN],
    )
    odd = Atlas([ODD], [mention(ODD, "Idlib", IDLIB), mention(ODD, "Xyzzyville", None)])
    return merged([atlas_of(ARTICLE), told([M4_SECTION, M4_ALL]), afar, odd])


def seen_by_gdal(ogrinfo: str, path: Path, options: Sequence[str] = ("-so", "-al")) -> str:
    """Return what ``ogrinfo`` says of a file: of all layers, without their features, unless options say otherwise."""
    command = [ogrinfo, "-ro", *options, str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stderr == "", "it complains"
    return run.stdout


def seen_by_qgis(python: str, *paths: Path) -> dict[str, Any]:
    """Return what QGIS says of the layers of files that lie together, by name.

    Parameters
    ----------
    python
        The Python that QGIS belongs to.
    paths
        The files.
    """
    return asked_of_qgis(python, "tell", *paths)


def asked_of_qgis(python: str, command: str, *paths: Path) -> dict[str, Any]:
    """Return what `tests.qgis_reader` prints of files, run in a home of its own: their folder."""
    paths[0].parent.chmod(0o700)
    home = str(paths[0].parent)
    own = {"QT_QPA_PLATFORM": "offscreen", "HOME": home, "XDG_RUNTIME_DIR": home, "QGIS_CUSTOM_CONFIG_PATH": home}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    program = str(Path(__file__).with_name("qgis_reader.py"))
    words = [python, "-B", program, command, *map(str, paths)]
    run = subprocess.run(words, capture_output=True, text=True, env={**kept, **own}, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    seen: dict[str, Any] = json.loads(run.stdout)
    return seen
