"""Addresses as inputs: pages, feeds and files of the web, and files of object stores."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ..addresses import Address, shown_url
from ..errors import OptionError
from .inputs import Input
from .remote import checked_scheme, list_remote, open_remote
from .source import Source

if TYPE_CHECKING:
    from ..exchange import Fetched
    from ..web import Web

_HERE = "memory"
"""The scheme of the store that is no network."""


def refuse_unless_readable(url: str, *, is_online: bool) -> None:
    """Raise OptionError when an address can never be read, or is on the network, and the network is not to be used."""
    shown = shown_url(url)
    scheme = url.partition("://")[0].lower()
    if scheme in {"http", "https"}:
        try:
            Address.of(url)
        except ValueError as error:
            raise OptionError(f"{shown}: {error}") from error
    else:
        checked_scheme(url)
    if not is_online and scheme != _HERE:
        raise OptionError(f"{shown}: it is on the network, which map, places, batch and watch read with --online")


def address_sources(url: str, web: Web | None) -> Iterator[tuple[Source, Input, Fetched | None]]:
    """Yield the files that an address means, each to be read before the next.

    Parameters
    ----------
    url
        The address.
    web
        Fetches it; None when nothing is to be fetched.

    Yields
    ------
    Source
        The file.
    Input
        What there is to know of it.
    Fetched or None
        What came with it from the web; None from elsewhere.

    Raises
    ------
    OptionError
        When the address can never be read, or not without ``web``.
    ResourceError
        When the driver of a store is not installed.
    InputError
        When it cannot be fetched or listed.
    """
    refuse_unless_readable(url, is_online=web is not None)
    if not url.lower().startswith(("http://", "https://")):
        for name in list_remote(url):
            shown = shown_url(name)
            yield Source(None, shown, _path(name), partial(open_remote, name)), Input(shown, None, None, None), None
    elif web is not None:
        yield from _of_web(url, web)


def _of_web(url: str, web: Web) -> Iterator[tuple[Source, Input, Fetched | None]]:
    from ..web import is_large

    if is_large(url):
        with web.saved(url) as (fetched, path):
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            told = Input(shown_url(url), path.stat().st_size, None, digest)
            # Servers call such files plain text, or by how they are packed: their suffix knows better.
            yield Source(path, shown_url(fetched.url), _path(url)), told, replace(fetched, content_type=None)
        return
    fetched = web.fetch(url)
    digest = hashlib.sha256(fetched.data).hexdigest()
    source = Source(None, shown_url(fetched.url), _path(fetched.url), lambda: nullcontext(io.BytesIO(fetched.data)))
    yield source, Input(shown_url(url), len(fetched.data), None, digest), fetched


def _path(url: str) -> str:
    """Return the last part of an address's path, which tells the format of a file; its host where there is none."""
    parts = urlsplit(url)
    return PurePosixPath(unquote(parts.path)).name or parts.netloc
