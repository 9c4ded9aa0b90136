"""Days as records and tables write them."""

from __future__ import annotations

import datetime
import re

# RFC 3339 section 5.6, with or without a time of day. A pattern of its own, since what `datetime.fromisoformat` takes
# differs between versions of Python.
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII)


def day_of(value: object) -> datetime.date | None:
    """Return the day that an ISO 8601 date or time names, as it is written there, or None for anything else.

    Parameters
    ----------
    value
        "2020-03-05", or with a time behind it; the day is not moved to another time zone.

    Examples
    --------
    >>> day_of("2020-03-05T23:30:00-05:00")
    datetime.date(2020, 3, 5)
    >>> day_of("5 March 2020") is None, day_of(20200305) is None, day_of("2020-02-30") is None
    (True, True, True)
    """
    match = _DAY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        return datetime.date.fromisoformat(match[1])
    except ValueError:  # the 30th of February, or the year 0
        return None
