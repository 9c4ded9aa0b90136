"""Libraries that log what they think of hostile files: not to standard error."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet(*names: str) -> Iterator[None]:
    """Keep what these loggers say from standard error, where Python writes it as long as nobody else takes it.

    Parameters
    ----------
    names
        The packages' loggers. Handlers that an application has set up still get everything.
    """
    handler = logging.NullHandler()
    loggers = [logging.getLogger(name) for name in names]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
