"""geopy's geocoders by name, and what may be given to them. Importing this module imports nothing of geopy."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..errors import OptionError

NOT_FOR_NAMES = {
    "what3words": "it knows no names of places",
    "what3wordsv3": "it knows no names of places",
    "ignfrance": "its replies are not JSON",
}
"""Geocoders of geopy's that are of no use here, and why."""

UNSENT = frozenset({"secret_key", "security_key", "password"})
"""Arguments for signing requests or logging in, which takes more than putting a key into an address."""

_GIVEN_HERE = frozenset(
    {"self", "query", "exactly_one", "timeout", "proxies", "user_agent", "ssl_context", "adapter_factory"}
)


def service_names() -> list[str]:
    """Return geopy's names of the geocoders that can be asked for names."""
    from geopy.geocoders import SERVICE_TO_GEOCODER

    return sorted(SERVICE_TO_GEOCODER.keys() - NOT_FOR_NAMES.keys())


def geocoder_class(service: str) -> Any:  # noqa: ANN401  # geopy has no type hints
    """Return geopy's geocoder of a name, in any case; OptionError when there is none of use."""
    from geopy.exc import GeocoderNotFound
    from geopy.geocoders import get_geocoder_for_service

    if service.casefold() in NOT_FOR_NAMES:
        raise OptionError(f"geocoder {service!r} is of no use here: {NOT_FOR_NAMES[service.casefold()]}")
    try:
        return get_geocoder_for_service(service.casefold())
    except GeocoderNotFound:
        raise OptionError(f"geocoder {service!r} is unknown; there are {', '.join(service_names())}") from None


def check_arguments(service: str, function: Callable[..., object], given: Iterable[str]) -> None:
    """Raise OptionError when a function of geopy's takes something else, or needs something more."""
    known = {
        name: argument
        for name, argument in inspect.signature(function).parameters.items()
        if name not in _GIVEN_HERE | UNSENT
    }
    given = set(given)
    for name in sorted(given - known.keys()):
        raise OptionError(f"{service} takes no {name!r}, but {', '.join(known) or 'nothing'}")
    for name, argument in known.items():
        if argument.default is inspect.Parameter.empty and name not in given:
            raise OptionError(f"{service} needs {name!r}: say it in the file of geocoders (docs/geocoding.md)")


def takes(function: Callable[..., object], name: str) -> bool:
    """Whether a function of geopy's has an argument."""
    return name in inspect.signature(function).parameters


def make(service: str, options: Mapping[str, object], **more: object) -> Any:  # noqa: ANN401  # geopy has no type hints
    """Return one of geopy's geocoders; OptionError when it cannot be made so."""
    from geopy.exc import ConfigurationError

    try:
        return geocoder_class(service)(**options, **more)
    except (ConfigurationError, TypeError, ValueError, AttributeError) as error:
        raise OptionError(f"{service}: {error}") from error


def address_options(service: str, url: str | None) -> dict[str, str]:
    """Return what has a geocoder ask the server at an address; OptionError when it asks one server only."""
    if url is None:
        return {}
    function = geocoder_class(service).__init__
    if not (takes(function, "domain") and takes(function, "scheme")):
        raise OptionError(f"{service} is one server only; leave out {url!r}")
    scheme, _, domain = url.partition("://")
    return {"domain": domain, "scheme": scheme}


def address_of(service: str, options: Mapping[str, object]) -> str:
    """Return the address of the server that one of geopy's geocoders asks."""
    from geopy.adapters import URLLibAdapter

    # geopy's usual adapter takes 0.05 s to make, for certificates.
    geocoder = make(service, options, user_agent="placelines", adapter_factory=URLLibAdapter)
    # Some keep their domain, others their whole address only, under either name.
    address = getattr(geocoder, "api", None) or getattr(geocoder, "geocode_api", None)
    domain = getattr(geocoder, "domain", None) or urlsplit(str(address)).netloc
    return f"{geocoder.scheme}://{domain!s}"
