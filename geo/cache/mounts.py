"""File systems of other machines, on which several writers would destroy the file."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
"""Where Linux lists what is mounted; elsewhere nothing is known (proc_pid_mountinfo(5))."""

_NETWORK = frozenset("afs beegfs ceph cifs coda davfs gpfs lustre ncpfs nfs nfs4 smb2 smb3 smbfs".split())
_NETWORK_FUSE = frozenset(
    "ceph ceph-fuse cloudstore curlftpfs davfs2 gcsfuse glusterfs goofys gvfsd-fuse juicefs mount-s3 rclone s3fs "
    "smbnetfs sshfs".split()
)
_ESCAPE = re.compile(rb"\\([0-7]{3})")


def network_file_system(folder: Path) -> str | None:
    """Return the type of the network file system on which a folder is, or will be; None for a local or unknown one."""
    try:
        table = MOUNTS.read_bytes()
    except OSError:
        return None
    # `Path.resolve` before Python 3.13 raises RuntimeError at a link to itself; making the folder says it better.
    here = Path(os.path.realpath(folder))
    found, depth = "", -1
    for line in table.splitlines():
        mounted, _, described = line.partition(b" - ")
        fields, types = mounted.split(), described.split()
        if len(fields) < 5 or not types:
            continue
        point = Path(os.fsdecode(_ESCAPE.sub(lambda escape: bytes([int(escape[1], 8) & 0xFF]), fields[4])))
        # What was mounted later over the same point hides what was there.
        if here.is_relative_to(point) and len(point.parts) >= depth:
            found, depth = os.fsdecode(types[0]), len(point.parts)
    family, _, member = found.partition(".")
    return found if found in _NETWORK or (family == "fuse" and member in _NETWORK_FUSE) else None


def private_folder() -> Path | None:
    """Return a folder on this machine that nobody else can write into or read; None when there can be none.

    Names in the system's temporary folder can be guessed: one that another user made, or that leads elsewhere, is
    refused.
    """
    folder = Path(tempfile.gettempdir(), f"placelines-cache-{os.getuid()}")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    return folder if is_ours and network_file_system(folder) is None else None
