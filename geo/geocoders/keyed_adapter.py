"""The adapter of a geocoder that has API keys. Importing this module imports geopy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from geopy.adapters import BaseSyncAdapter

from .keys import Keys


class KeyedAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no type hints
    """Put the keys into an address and hand it to the adapter that sends it.

    Parameters
    ----------
    proxies, ssl_context
        As for every geopy adapter.
    make
        Makes the adapter that sends.
    keys
        The keys.
    """

    def __init__(
        self,
        *,
        proxies: Mapping[str, str] | None,
        ssl_context: Any,  # noqa: ANN401  # geopy's signature
        make: Callable[..., Any],
        keys: Keys,
    ) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._adapter = make(proxies=proxies, ssl_context=ssl_context)
        self._keys = keys

    def get_json(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> object:
        """Return the parsed body of the reply to a GET request."""
        return self._adapter.get_json(self._keys.put_into(url), timeout=timeout, headers=headers)

    def get_text(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> object:
        """Return the body of the reply to a GET request."""
        return self._adapter.get_text(self._keys.put_into(url), timeout=timeout, headers=headers)
