"""What the tests of online geocoders share."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from geo.cache import FILE_NAME

TIMEOUT_S = 5.0
TIMEOUTS_S = dict.fromkeys(("hang", "slowloris", "slowhead"), 0.4)
"""Short where the server is slow on purpose; elsewhere a busy machine must not make it seem so."""

online = pytest.mark.allow_hosts(["127.0.0.1"])

FAULTS = {
    "hang": "no (whole )?reply",
    "slowloris": "no whole reply|too slowly",
    "slowhead": "no whole reply|too slowly",
    "r400": "HTTP 400",
    "r401": r"HTTP 401 \(access denied\)",
    "r403": r"HTTP 403 \(access denied\)",
    "r404": r"HTTP 404 \(no Nominatim there\)",
    "r414": "HTTP 414",
    "r429": r"HTTP 429 \(too many requests\)",
    "r429date": r"HTTP 429 \(too many requests\)",
    "r429none": r"HTTP 429 \(too many requests\)",
    "r429year": r"HTTP 429 \(too many requests\)",
    "r500": "HTTP 500",
    "r502html": "HTTP 502",
    "r503": "HTTP 503",
    "r504": "HTTP 504",
    "r509": "HTTP 509",
    "truncjson": "the reply is not JSON",
    "shortbody": "the reply was cut short",
    "html200": "the reply is not JSON",
    "emptybody": "the reply is not JSON",
    "jsonobj2": "the reply is no list of places: {'foo': 1}",
    "jsonnull": "the reply is no list of places: None",
    "jsonnum": "the reply is no list of places: 5",
    "jsonlist_nolat": "a place of the reply has no id",
    "badlat": "a place of the reply has no id",
    "oor": "a place of the reply has no id",
    "nan": "the reply is not JSON",
    "badutf8": "the reply is not UTF-8",
    "nulname": "a place of the reply has no id",
    "deepjson": "the reply is not JSON",
    "gzip_bad": "the reply is not gzip",
    "gzip_cut": "the packed reply was cut short",
    "gzip_bomb": "the reply is longer than 4 MB",
    "brotli": "the reply is packed in an unknown way",
    "bigbody": "the reply is longer than 4 MB",
    "endless": "the reply is longer than 4 MB",
    "redir_loop": "more than 3 redirects",
    "redir_file": "it redirects to another server: 'file:",
    "redir_port": "it redirects to another server: 'http:",
    "redir_login": "the reply is not JSON",
    "redir_bad": "it redirects to no address",
    "redir_none": "it redirects to another server: None",
    "reset": "the connection failed",
    "noresp": "the connection failed",
    "garbage": "the connection failed",
}
"""What is said of each fault of `tests.fakeserver`, as a regular expression; of Nominatim."""

WIRE_FAULTS = {mode: reason for mode, reason in FAULTS.items() if "place" not in reason and "404" not in reason}
"""Those of them that no service gets as far as reading."""

SOME_FAULTS = (
    *(mode for mode in FAULTS if mode not in WIRE_FAULTS),
    *("hang", "r403", "r429", "r503", "html200", "nan", "shortbody", "gzip_bomb", "redir_port", "reset"),
)
"""Those that services may read differently, and of the others one of each sort: `tests.test_faults` has them all."""


def kept_rows(folder: Path) -> list[tuple[str, str]]:
    """Return query and status of every kept reply."""
    with closing(sqlite3.connect(folder / "cache" / FILE_NAME)) as connection:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            return []
        return connection.execute("SELECT query, status FROM reply ORDER BY query").fetchall()
