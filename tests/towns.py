"""A service for tests: it knows how many towns have a name."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING
from urllib.parse import quote

from geo.cache import Question, Replies
from geo.services import OnlineService

if TYPE_CHECKING:
    from geo.adapters import CarefulAdapter, Request


class Towns(OnlineService["CarefulAdapter"]):
    """A service that knows how many towns have a name."""

    def __init__(
        self,
        cache: Replies,
        url: str,
        *,
        retries: int = 0,
        max_rest_s: float = 60.0,
        timeout_s: float = 5.0,
        tell: Callable[[Request], None] | None = None,
        on_request: Callable[[str, str], None] | None = None,
        secrets: Collection[str] = (),
    ) -> None:
        super().__init__(
            cache,
            software="Townserver",
            url=url,
            user_agent=None,
            interval_s=0.05,
            timeout_s=timeout_s,
            retries=retries,
            max_rest_s=max_rest_s,
            tell=tell,
            on_request=on_request,
            secrets=secrets,
        )

    def asked(self, name: str) -> tuple[int, str | None]:
        """Return the number, and what speaks against it."""
        return self._answer(self.question(name), read=self._read, send=lambda client: self._send(client, name))

    def count(self, name: str) -> int:
        return self.asked(name)[0]

    def question(self, name: str) -> Question:
        return Question(f"towns {self.url}", name)

    def _read(self, body: str | None) -> int:
        return int(body or 0)

    def _send(self, client: CarefulAdapter, name: str) -> tuple[int, str | None]:
        url = f"{self.url}/search?q={quote(name)}"
        reply = client.get_json(url, timeout=self.timeout_s, headers={"User-Agent": self.user_agent})
        assert isinstance(reply, list)
        return len(reply), json.dumps(len(reply)) if reply else None

    def _connected(self) -> CarefulAdapter:
        return self._adapter()(proxies=None)
