"""What a failed request to a server means for the next one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geopy.adapters import AdapterHTTPError
    from geopy.exc import GeopyError

_REFUSALS = {401: "access denied", 403: "access denied"}
"""Statuses that every other process would meet too, and that ask us to stay away."""
_FINAL = {**_REFUSALS, 404: "no {} there", 407: "the proxy wants a login"}
"""Statuses that every other question would meet too."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What a failed request means for the next one."""

    reason: str
    """Why it failed, in words."""
    is_passing: bool
    """The same request may be answered a little later, and may still be repeated."""
    is_final: bool
    """Any other request would fail too, or is not wanted."""
    is_refusal: bool
    """Any other process would be refused too, and is to ask no more."""
    is_unreachable: bool
    """The server was not reached, or hung up."""
    rest_s: float
    """Rest that the server asked for, as long as it is kept; 0 when it asked for none."""


def failure_of(
    error: GeopyError | AdapterHTTPError, *, software: str, repeats_left: int, has_repeated: bool, max_rest_s: float
) -> Failure:
    """Return what an error of an adapter means.

    Parameters
    ----------
    error
        The error; geopy's geocoders put one of their own in front of the adapter's.
    software
        What should run at the address: "Nominatim".
    repeats_left
        How often the request may still be repeated, when there is hope.
    has_repeated
        Whether it was repeated already; a reply that came damaged is asked for once more only.
    max_rest_s
        Longest rest that is kept. A server that wants a longer one, or a second one, does not want to be asked.
    """
    from geopy.adapters import AdapterHTTPError
    from geopy.exc import (
        GeocoderAuthenticationFailure,
        GeocoderInsufficientPrivileges,
        GeocoderQuotaExceeded,
        GeocoderTimedOut,
        GeocoderUnavailable,
    )

    from .adapters import DamagedReplyError

    answer = error if isinstance(error, AdapterHTTPError) else error.__cause__
    status: int = getattr(answer, "status_code", 0)
    headers: dict[str, str] = getattr(answer, "headers", {})
    asked_s = float(headers.get("retry-after", 0))
    # Some services say it in a reply of status 200, which geopy's geocoders turn into these errors.
    is_denied = not status and isinstance(error, GeocoderAuthenticationFailure | GeocoderInsufficientPrivileges)
    is_too_soon = status == 429 or isinstance(error, GeocoderQuotaExceeded)
    has_hope = (
        status >= 500
        or isinstance(error, GeocoderTimedOut)
        or (isinstance(error, DamagedReplyError) and not has_repeated)
        or (is_too_soon and "retry-after" in headers)
    )
    is_passing = has_hope and repeats_left > 0 and asked_s <= max_rest_s
    is_refusal = status in _REFUSALS or is_denied or (is_too_soon and not is_passing)
    meaning = "too many requests" if is_too_soon else _FINAL.get(status, "").format(software)
    return Failure(
        reason=f"{error} ({meaning})" if meaning else str(error),
        is_passing=is_passing,
        is_final=is_refusal or status in _FINAL,
        is_refusal=is_refusal,
        is_unreachable=isinstance(error, GeocoderUnavailable),
        rest_s=min(asked_s, max_rest_s),
    )
