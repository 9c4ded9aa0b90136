from __future__ import annotations

import os
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from geo.cache import FILE_NAME, ReplyCache
from geo.cache import mounts as cache_mounts
from geo.errors import PlacelinesWarning
from tests.replies import body, numbered, rows

MOUNTS = """\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 27 0:31 / /srv/my\\040files rw shared:2 - {type} server:/export rw
31 30 0:32 / /srv/my\\040files/disk rw - ext4 /dev/vdb rw
32 27 0:33 / /home rw - nfs4 server:/home rw
33 27 0:34 / /home rw - xfs /dev/vdc rw

broken line
"""


def put_five(cache: ReplyCache) -> None:
    for number in range(5):
        assert cache.get(numbered(number)) is None
        cache.put(numbered(number), body(number))


def mount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (tmp_path / "mountinfo").write_text(text, encoding="utf-8")
    monkeypatch.setattr(cache_mounts, "MOUNTS", tmp_path / "mountinfo")


@pytest.mark.parametrize(
    ("folder", "system", "found"),
    [
        ("/srv/my files/cache", "nfs4", "nfs4"),
        ("/srv/my files", "cifs", "cifs"),
        ("/srv/my files/a", "fuse.sshfs", "fuse.sshfs"),
        ("/srv/my files/a", "fuse.ntfs-3g", None),
        ("/srv/my files/a", "fuseblk", None),
        ("/srv/my files/disk/cache", "nfs4", None),
        ("/srv/my files too", "nfs4", None),
        ("/home/me", "nfs4", None),
        ("/var", "nfs4", None),
    ],
)
def test_network_file_systems_are_known_by_their_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, system: str, found: str | None
) -> None:
    mount(tmp_path, monkeypatch, MOUNTS.format(type=system))
    assert cache_mounts.network_file_system(Path(folder)) == found


def test_a_folder_that_is_a_link_to_itself_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    cache = ReplyCache(tmp_path / "loop")
    with closing(cache), pytest.warns(PlacelinesWarning, match=r"cannot be kept here \(") as caught:
        put_five(cache)
    assert len(caught) == 1


def test_without_a_list_of_mounts_every_folder_is_taken_for_local(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_mounts, "MOUNTS", tmp_path / "missing")
    assert cache_mounts.network_file_system(Path("/")) is None


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that seems to be on a server, with the system's temporary folder on this machine."""
    folders = [tmp_path / "server" / "cache", tmp_path / "tmp"]
    for folder in folders:
        folder.mkdir(parents=True)
    mount(tmp_path, monkeypatch, f"1 0 0:1 / / rw - ext4 a rw\n2 1 0:2 / {tmp_path / 'server'} rw - nfs4 a rw\n")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return folders[0]


def test_on_a_network_file_system_a_private_folder_of_this_machine_is_used(network: Path, tmp_path: Path) -> None:
    cache = ReplyCache(network)
    with (
        closing(cache),
        pytest.warns(PlacelinesWarning, match="on a network file system, nfs4, .* kept in .* instead") as caught,
    ):
        put_five(cache)
    assert len(caught) == 1
    local = tmp_path / "tmp" / f"placelines-cache-{os.getuid()}"
    assert cache.folder == local
    assert local.stat().st_mode & 0o777 == 0o700
    assert len(rows(local / FILE_NAME)) == 5
    assert list(network.iterdir()) == []


@pytest.mark.parametrize("made", ["link", "open", "file", "other"])
def test_a_private_folder_that_somebody_else_prepared_is_refused(
    network: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: str
) -> None:
    local = tmp_path / "tmp" / f"placelines-cache-{os.getuid()}"
    if made == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        local.symlink_to(tmp_path / "elsewhere")
    elif made == "file":
        local.touch(mode=0o700)
    elif made == "open":
        local.mkdir()
        local.chmod(0o770)
    else:
        stranger = os.getuid() + 1
        (tmp_path / "tmp" / f"placelines-cache-{stranger}").mkdir(mode=0o700)
        monkeypatch.setattr(os, "getuid", lambda: stranger)
    with (
        closing(ReplyCache(network)) as cache,
        pytest.warns(PlacelinesWarning, match="nfs4, .* stay in memory") as caught,
    ):
        put_five(cache)
    assert len(caught) == 1
    assert cache.get(numbered(3)) is not None
    assert [path for path in tmp_path.rglob("*") if FILE_NAME in path.name] == []
