"""Headers of e-mail, web servers and web archives: the encoding that they say, read with care."""

from __future__ import annotations

from email.message import Message

_LONGEST = 4_000
_MOST_PARAMETERS = 100


def has_few_parameters(header: str) -> bool:
    """Whether the parameters of a header may be read: Python 3.11 takes the square of their length.

    Examples
    --------
    >>> has_few_parameters("text/html; charset=utf-8"), has_few_parameters("text/html" + ";" * 5_000)
    (True, False)
    """
    return len(header) <= _LONGEST and header.count(";") <= _MOST_PARAMETERS


def charset_of(head: Message) -> str | None:
    """Return the encoding that a reply or an e-mail says in its head, in small letters; None where that is of no use.

    Examples
    --------
    >>> head = Message()
    >>> head["Content-Type"] = "text/html; charset=ISO-8859-1"
    >>> charset_of(head), charset_of(Message())
    ('iso-8859-1', None)
    """
    if not has_few_parameters(str(head.get("Content-Type", ""))):
        return None
    try:
        return head.get_content_charset()
    except ValueError:  # for parameters in pieces with numbers of thousands of digits, and names with U+0000
        return None
