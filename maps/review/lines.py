"""Lines of text on a screen: wrapped, cut to columns, and side by side."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text


def beside(body: list[Text], left: int, right: list[Text]) -> list[Text]:
    """Return lines with others to the right of them, from a column on; the left ones are changed."""
    height = max(len(body), len(right))
    lines = []
    for at in range(height):
        line = body[at] if at < len(body) else Text()
        line.pad_right(left - cell_len(line.plain))
        lines.append(line.append("  ").append_text(right[at]) if at < len(right) else line)
    return lines


def wrapped(text: Text, width: int, most: int) -> list[Text]:
    """Return a text as lines, cut after some of them, between words where there are any."""
    lines = list(text.wrap(Console(width=width, file=None), max(1, width)))
    if len(lines) > most > 0:
        last = lines[most - 1]
        if cell_len(last.plain) > width - 4:
            last.truncate(max(0, width - 4))
            if (space := last.plain.rfind(" ")) >= width // 2:
                last.right_crop(len(last.plain) - space)
        last.rstrip()
        last.append(" ...")
    return lines[:most]


def fit(text: str, width: int) -> str:
    """Return a text in so many columns at most, cut when it is longer."""
    return text if cell_len(text) <= width else set_cell_size(text, max(0, width - 3)) + "..."[: max(0, width)]


def between(left: str, right: str, width: int) -> str:
    """Return two texts at the ends of a line; only the left one where both have no room."""
    gap = width - cell_len(left) - cell_len(right)
    return left + " " * gap + right if gap >= 2 else fit(left, width)
