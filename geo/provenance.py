"""Provenance: with what documents were read, so that whoever gets a map can tell where it comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A gazetteer, a set of roads, a service or a file of corrections that was asked."""

    name: str
    """What it is called: "GeoNames", "OpenStreetMap, syria-latest", "corrections.csv"."""
    version: str | None = None
    """Version or day of its data, of a file the SHA-256 of its bytes; None when nothing says it."""
    attribution: str | None = None
    """What its licence asks to be shown wherever its data is; None when it asks for nothing."""


@dataclass(frozen=True, slots=True)
class Run:
    """With what some of the documents of an atlas were read."""

    tool_version: str
    """Version of placelines."""
    model: str
    """The spaCy model that was asked beside the gazetteer; "none" for none."""
    weights: str
    """SHA-256 of the file of learned weights."""
    min_confidence: float
    """Confidence from which places were asserted, 0 to 1."""
    gazetteers: tuple[Source, ...] = ()
    """The gazetteers, the uppermost first."""
    roads: tuple[Source, ...] = ()
    """The sources of courses, in the order in which they were asked."""
    services: tuple[Source, ...] = ()
    """The online services that might be asked; empty offline."""
    corrections: tuple[Source, ...] = ()
    """The files of corrections."""
