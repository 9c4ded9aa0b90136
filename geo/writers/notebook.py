"""An atlas as a notebook shows it: one small table, in which text of articles is text and nothing else."""

from __future__ import annotations

import html

from ..atlas import Atlas
from ..entries import Entry
from ..model import Line, Place
from .plain_text import clean

MOST_ROWS = 20
"""Most places and lines in the table; the others are counted."""
MOST_CHARS = 160
"""Longest excerpt, in code points."""

_HEADER = ("Name", "Kind", "Country", "Mentions", "Confidence", "Excerpt")


def as_html(atlas: Atlas) -> str:
    """Return places and lines, most mentioned first, as a table without scripts, links or colours of its own."""
    entries = sorted(atlas, key=lambda entry: (-len(entry.mentions), entry.referent.id))
    rows = "".join(_row(atlas, entry) for entry in entries[:MOST_ROWS])
    header = "".join(f'<th style="text-align:left">{title}</th>' for title in _HEADER)
    table = (
        f"<table style='color:inherit;font:inherit'><thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table>"
        if rows
        else ""
    )
    more = f"<p>and {len(entries) - MOST_ROWS:,} more</p>" if len(entries) > MOST_ROWS else ""
    credit = f"<p><small>{_text(' · '.join(atlas.attributions))}</small></p>" if atlas.attributions else ""
    # Jupyter typesets what stands between dollar signs, with links and all, unless the element says no.
    return f'<div class="tex2jax_ignore mathjax_ignore"><p>{_text(repr(atlas)[1:-1])}</p>{table}{more}{credit}</div>'


def _row(atlas: Atlas, entry: Entry[Place] | Entry[Line]) -> str:
    referent, sure = entry.referent, entry.is_asserted
    country = atlas.unit_name(referent.country_code) or referent.country_code or ""
    confidence = f"{entry.confidence:.2f}" + ("" if sure else " (uncertain)")
    cells = (entry.display_name, referent.kind, country, f"{len(entry.mentions):,}", confidence, _excerpt(entry))
    style = "text-align:left" + ("" if sure else ";font-style:italic")
    shown = "".join(f'<td dir="auto" style="{style}">{_text(cell)}</td>' for cell in cells)
    return f"<tr>{shown}</tr>"


def _excerpt(entry: Entry[Place] | Entry[Line]) -> str:
    text = " ".join(entry.best.excerpt.text.split())
    return text if len(text) <= MOST_CHARS else f"{text[: MOST_CHARS - 1]}…"


def _text(text: str) -> str:
    """Return text as HTML that UTF-8 can hold."""
    return html.escape(clean(text))
