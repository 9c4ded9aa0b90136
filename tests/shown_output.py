"""The output of the command that documents show; ``python -m tests.shown_output`` writes it anew."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from click.testing import CliRunner

from geo.gazetteers.embedded import cache_folder
from maps import cli

ROOT = Path(__file__).resolve().parents[1]
_NAMES = ("data", "evaluation", "explaining", "gazetteers", "roads", "training")
DOCUMENTS = (ROOT / "README.md", *(ROOT / "docs" / f"{name}.md" for name in _NAMES))
"""The documents that show output."""

_SHOWN = re.compile(r"(?<=```text\n)\$ (?:\.venv/bin/)?placelines (.*)\n[^`]*")


def renewed(text: str, root: Path) -> str:
    """Return a document with what the commands in it print now, run in the folder of the checkout."""

    # What somebody has installed is not for the documents.
    runner = CliRunner(env={"PLACELINES_DATA": str(root / "nothing installed")})

    def run(block: re.Match[str]) -> str:
        words = shlex.split(block[1])
        arguments = [str(root / word) if word.startswith(("seeds/", "tests/")) else word for word in words]
        result = runner.invoke(cli.cli, arguments, prog_name="placelines", terminal_width=80)
        shown = result.stdout.replace(str(cache_folder()), "~/.cache/placelines").replace(f"{root}/", "")
        return block[0].splitlines()[0] + "\n" + shown

    return _SHOWN.sub(run, text)


def main() -> None:
    """Write the documents anew."""
    for document in DOCUMENTS:
        document.write_text(renewed(document.read_text(encoding="utf-8"), ROOT), encoding="utf-8")


if __name__ == "__main__":
    main()
