"""The output of the command that the README shows; ``python -m tests.shown_output`` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from maps import cli

README = Path(__file__).resolve().parents[1] / "README.md"

_SHOWN = re.compile(r"(?<=```text\n)\$ (?:\.venv/bin/)?placelines (.*)\n[^`]*")


def renewed(text: str, root: Path) -> str:
    """Return a document with what the commands in it print now, run in the folder of the checkout."""

    def run(block: re.Match[str]) -> str:
        arguments = [str(root / word) if word.startswith("seeds/") else word for word in block[1].split()]
        result = CliRunner().invoke(cli.cli, arguments, prog_name="placelines", terminal_width=80)
        return block[0].splitlines()[0] + "\n" + result.stdout

    return _SHOWN.sub(run, text)


def main() -> None:
    """Write the README anew."""
    README.write_text(renewed(README.read_text(encoding="utf-8"), README.parent), encoding="utf-8")


if __name__ == "__main__":
    main()
