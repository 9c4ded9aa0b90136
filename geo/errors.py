"""What can go wrong, as a tree.

::

    PlacelinesError
    ├── OptionError        (ValueError)   an option or argument makes no sense       exit 2
    ├── InputError         (ValueError)   there is no article text to read           exit 3
    ├── OutputError        (OSError)      a result could not be written              exit 4
    ├── ResourceError      (RuntimeError) model or gazetteer missing or damaged      exit 5
    └── GeocodingError     (OSError)      an online service failed to answer
        └── NotAskedError                 it was told what would be asked, as for a dry run

    PlacelinesWarning      (UserWarning)
    └── TextWarning        the text was read, but some of it had to be guessed

Not finding a place is a result, never an error. geopy's own errors pass through from geopy's geocoders.
"""

from __future__ import annotations


class PlacelinesError(Exception):
    """Base of every error that placelines raises on purpose."""

    exit_code: int = 1
    """Exit status of the command line when this error ends a run."""


class OptionError(PlacelinesError, ValueError):
    """An option or argument has a value that makes no sense."""

    exit_code = 2


class InputError(PlacelinesError, ValueError):
    """There is no usable article text: missing, empty, binary or malformed input.

    Parameters
    ----------
    message
        What is wrong, where, and what to do.
    source
        The file, member of an archive, or address, as messages call it; None when it is no single one.
    line
        The line or row in it, counted from 1; None when it is no single one.
    document_id
        Id of the article, where that is known.
    """

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        source: str | None = None,
        line: int | None = None,
        document_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.source = source
        self.line = line
        self.document_id = document_id


class OutputError(PlacelinesError, OSError):
    """A result could not be written; what was there before is untouched."""

    exit_code = 4


class ResourceError(PlacelinesError, RuntimeError):
    """A model or the embedded data is missing, damaged or of another version."""

    exit_code = 5


class GeocodingError(PlacelinesError, OSError):
    """An online service failed to answer. Never the same as "no such place"."""


class NotAskedError(GeocodingError):
    """An online service was not asked, because its requests are shown instead; nothing to warn of."""


class PlacelinesWarning(UserWarning):
    """Base of every warning that placelines gives."""


class TextWarning(PlacelinesWarning):
    """The text was read, but part of it had to be guessed or replaced."""
