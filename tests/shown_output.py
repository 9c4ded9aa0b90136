"""What documents show of the program: output of the command, tables of fields. ``make docs`` writes it anew."""

from __future__ import annotations

import datetime
import re
import shlex
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import chdir
from pathlib import Path
from unittest.mock import patch

from click.testing import CliRunner

from geo.corpora import layers, tables
from geo.corpora import schema as corpora_schema
from geo.gazetteers.embedded import cache_folder
from geo.writers import formats, schema
from maps import cli
from tests.reviewing import KINGSTON, reviewed, session_of

ROOT = Path(__file__).resolve().parents[1]
_NAMES = (
    "cache",
    "corpora",
    "data",
    "evaluation",
    "explaining",
    "formats",
    "gazetteers",
    "review",
    "roads",
    "training",
)
DOCUMENTS = (ROOT / "README.md", *(ROOT / "docs" / f"{name}.md" for name in _NAMES))
"""The documents that show some."""

_TODAY = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
"""The day on which documents are written, for all that tells an age."""

_GROUPS = {
    "referent": schema.REFERENT,
    "told": schema.TOLD,
    "source": schema.SOURCE,
    "line": schema.LINE,
    "area": schema.AREA,
    "approximate": schema.APPROXIMATE,
    "mention": schema.MENTION,
    "unlocated": schema.UNLOCATED,
    "tally": layers.TALLY,
    "document": corpora_schema.DOCUMENT,
    "drawn": corpora_schema.DRAWN,
    **{name: table.fields for name, table in {**tables.TABLES, "new_places": tables.NEW_PLACES}.items()},
}
_FIELDS = re.compile(r"(<!-- fields: (\w+) -->\n).*?(?=<!-- end -->)", re.DOTALL)
_FORMATS = re.compile(r"(<!-- formats -->\n).*?(?=<!-- end -->)", re.DOTALL)
_SCREEN = re.compile(r"(<!-- screen -->\n```text\n).*?(?=```\n<!-- end -->)", re.DOTALL)
_SHOWN = re.compile(r"(?<=```text\n)\$ (?:\.venv/bin/)?placelines (.*)\n[^`]*")


def renewed(text: str, root: Path) -> str:
    """Return a document with what the commands in it print now, run in the folder of the checkout."""
    with tempfile.TemporaryDirectory() as folder, patch("maps.cache_commands.now", return_value=_TODAY.timestamp()):
        return _renewed(text, root, Path(folder, "cache"))


def _renewed(text: str, root: Path, kept: Path) -> str:
    # What somebody has installed or keeps is not for the documents.
    runner = CliRunner(env={"PLACELINES_DATA": str(root / "nothing installed")})

    def run(block: re.Match[str]) -> str:
        words = shlex.split(block[1])
        arguments = [str(root / word) if word.startswith(("seeds/", "tests/")) else word for word in words]
        # The unpacked gazetteer, which other commands need, is in that folder, too.
        env = {"PLACELINES_CACHE": str(kept)} if words[0] == "cache" else None
        result = runner.invoke(cli.cli, arguments, env=env, prog_name="placelines", terminal_width=80)
        shown = result.stdout.replace(str(cache_folder()), "~/.cache/placelines").replace(f"{root}/", "")
        return block[0].splitlines()[0] + "\n" + shown.replace(str(kept), "cache")

    text = _SCREEN.sub(lambda block: block[1] + _screen(kept.parent), text)
    text = _FIELDS.sub(lambda block: block[1] + _field_table(_GROUPS[block[2]]), text)
    text = _FORMATS.sub(lambda block: block[1] + _format_table(), text)
    return _SHOWN.sub(run, text)


def _screen(folder: Path) -> str:
    """Return the first screen of a review, whose decisions go into a folder."""
    with chdir(folder):
        session = session_of(Path("corrections.csv"), KINGSTON, title="Rain over the lakes")
        (screen,) = reviewed(session, [], size=(80, 32), has_braille=True).screens
    return f"{screen}\n"


def _field_table(group: schema.Group) -> str:
    rows = [(f"`{field.name}`", field.sort, field.meaning, field.null or "never") for field in group]
    return _table(("field", "type", "meaning", "null means"), rows)


def _format_table() -> str:
    rows = [
        (
            f"`{form.name}`",
            form.title,
            f"`{form.suffix}`",
            # Others lie beside these.
            ", ".join(f"`{name}`" for name in form.names if name.endswith(form.suffix)),
            "yes" if form.read else "no",
            f"`{form.extra}`" if form.extra else "",
        )
        for form in formats.FORMATS
    ]
    return _table(("name", "format", "file", "in a folder", "holds everything", "extra"), rows)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of Markdown; a bar inside a code span would end its cell."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(_BAR.sub(_as_html, cell) for cell in cells) + " |\n" for cells in lines)


_BAR = re.compile(r"`[^`]*\|[^`]*`")


def _as_html(code: re.Match[str]) -> str:
    return f"<code>{code[0].strip('`').replace('|', '&#124;')}</code>"


def main() -> None:
    """Write the documents anew."""
    for document in DOCUMENTS:
        document.write_text(renewed(document.read_text(encoding="utf-8"), ROOT), encoding="utf-8")


if __name__ == "__main__":
    main()
