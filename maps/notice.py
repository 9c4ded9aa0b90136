"""What is told while services are asked: whom for what, and the first time what goes out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from . import console

_POLICIES = {
    "nominatim.openstreetmap.org": "https://operations.osmfoundation.org/policies/nominatim/",
    "overpass-api.de": "https://dev.overpass-api.de/overpass-doc/en/preface/commons.html",
}


class Notice:
    """Tells of each request; to be given to a service as ``on_request``.

    Parameters
    ----------
    folder
        Where is kept which servers a user was told of; None to tell of each server in every run.
    """

    def __init__(self, folder: Path | None) -> None:
        self.show: Callable[[str], None] = _nobody
        """Takes what is being done, for whoever waits at a terminal."""
        self._folder = folder
        self._hosts: set[str] = set()
        self._requests = 0

    def __call__(self, host: str, query: str) -> None:
        """Tell that a server is about to be asked for something."""
        if host not in self._hosts:
            self._hosts.add(host)
            if not self._was_told_of(host):
                console.complain(_notice_of(host))
        self._requests += 1
        self.show(f"asking {host} for {query!r} ({self._requests})")

    def _was_told_of(self, host: str) -> bool:
        """Return whether an earlier run told of a server, and remember it for later ones."""
        if self._folder is None:
            return False
        digest = hashlib.sha256(host.encode()).hexdigest()[:16]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / f"told-{digest}.txt").open("x", encoding="utf-8") as marker:
                marker.write(f"{host}\n")
        except FileExistsError:
            # Also of a folder that is a file.
            return self._folder.is_dir()
        except OSError:
            return False
        return False


def _notice_of(host: str) -> str:
    name = host.partition(":")[0]
    rules = f"the rules are its own: {_POLICIES[name]}" if name in _POLICIES else "the rules are its own"
    contact = os.environ.get("PLACELINES_CONTACT", "").strip()
    reach = "" if contact else "; set PLACELINES_CONTACT to an address where you can be reached"
    return (
        f"asking {host} online: it gets names that are not known here, codes of countries and a rounded box, never the "
        f"text of an article; {rules}; --dry-run shows requests without sending them{reach}"
    )


def _nobody(_what: str) -> None:
    """Show nothing."""
