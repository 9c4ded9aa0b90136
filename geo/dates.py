"""Days as records and tables write them."""

from __future__ import annotations

import datetime
import re

from .errors import OptionError

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


def asked_day(value: datetime.date | str | None, name: str) -> datetime.date | None:
    """Return the day that an argument means; None for None.

    Parameters
    ----------
    value
        A date, a time, of which the day stays, or a text that `day_of` reads.
    name
        What messages call the argument.

    Raises
    ------
    OptionError
        If it is no day.

    Examples
    --------
    >>> asked_day("2020-03-05", "since"), asked_day(datetime.datetime(2020, 3, 5, 23, 30), "since")
    (datetime.date(2020, 3, 5), datetime.date(2020, 3, 5))
    >>> asked_day("last week", "since")
    Traceback (most recent call last):
        ...
    geo.errors.OptionError: since is 'last week': give year, month and day, as in 2020-03-05
    """
    # To Python a time is a date, but the two do not compare.
    if isinstance(value, datetime.datetime):
        return value.date()
    day = value if isinstance(value, datetime.date) else day_of(value)
    if day is None and value is not None:
        raise OptionError(f"{name} is {value!r:.80}: give year, month and day, as in 2020-03-05")
    return day
