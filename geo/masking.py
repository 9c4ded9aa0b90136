"""Secrets: keys and tokens of services, kept out of whatever is shown or written."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote, quote_plus, unquote_plus

_MASK = "***"
_SECRET_NAMES = frozenset("ak auth client pass sig sk sn user".split())
_SECRET_ENDS = tuple("appcode appid authid clientid key passwd password secret signature token username".split())
"""Names of fields, and how they end, that hold who pays or may ask, with geopy's geocoders and others."""


def masked_url(url: str, secrets: Collection[str] = ()) -> str:
    """Return an address as it may be shown: the rest of it is as it would be sent.

    Examples
    --------
    >>> masked_url("https://api.example.org/v1/s3cret/search?q=key+of+Idlib&apiKey=12", ["s3cret"])
    'https://api.example.org/v1/***/search?q=key+of+Idlib&apiKey=***'
    """
    address, mark, query = url.partition("?")
    pairs = (pair.partition("=") for pair in query.split("&"))
    shown = "&".join(
        name + equals + (_MASK if equals and is_secret(unquote_plus(name)) else value) for name, equals, value in pairs
    )
    return masked(address + mark + shown, secrets)


def masked(text: str, secrets: Collection[str]) -> str:
    """Return text without secrets, in whatever form of a URL they stand there."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        for form in (secret, quote(secret), quote(secret, safe=""), quote_plus(secret)):
            text = text.replace(form, _MASK)
    return text


def masked_field(name: str, value: str, secrets: Collection[str]) -> str:
    """Return the value of a form's field as it may be shown."""
    return _MASK if is_secret(name) else masked(value, secrets)


def is_secret(name: str) -> bool:
    """Whether a field or option is called like one that holds a secret."""
    letters = "".join(filter(str.isalnum, name)).lower()
    return letters in _SECRET_NAMES or letters.endswith(_SECRET_ENDS)
