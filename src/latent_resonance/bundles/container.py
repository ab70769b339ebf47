"""Gets the raw members out of a bundle's folder or zip, or another's, trusting none of them."""

import stat
import zipfile
from pathlib import Path

from latent_resonance.bundles.members import (
    BUNDLE,
    NEVER_UNPICKLED,
    ContainerKind,
    check_count,
    check_names,
    is_pickle_name,
    looks_pickled,
)
from latent_resonance.bundles.stored_zip import MOST_BYTES, claimed_members
from latent_resonance.contracts.errors import BundleError

_MOST_MANIFEST_BYTES = 1 << 20
_DAMAGE = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError)


def read_container(path: Path, kind: ContainerKind = BUNDLE) -> dict[str, bytes]:
    """Name to content of all members, in the order in which they are stored.

    Raises:
        BundleError: not such a file, a dangerous name, a bomb, or a damaged file.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return _read_folder(path, kind)
        if not stat.S_ISREG(mode):  # a pipe would wait for ever
            raise BundleError(f"{path} is not a {kind.noun}: neither a folder nor a file")
        _check_ends(path, kind)
        with zipfile.ZipFile(path) as archive:
            return _read_zip(path, archive, kind)
    except OSError as error:
        raise BundleError(f"cannot read {path}: {error.strerror or error}") from error
    except _DAMAGE as error:
        raise BundleError(f"{path} is damaged: {error}") from error


def _check_ends(path: Path, kind: ContainerKind) -> None:
    """Before a zip reader sees the file: that it is one, and not one with a million members."""
    with path.open("rb") as file:
        start = file.read(4)
        if looks_pickled(start) or is_pickle_name(path.name):
            raise BundleError(f"{path} is a pickle, not a {kind.noun}: {NEVER_UNPICKLED}")
        if start != b"PK\x03\x04":
            raise BundleError(f"{path} is not a {kind.noun}: neither a folder nor a zip")
        file.seek(-min(42, path.stat().st_size), 2)
        count = claimed_members(file.read())
    if count is None:
        raise BundleError(f"{path} is damaged: it is cut short, or something was added at its end")
    check_count(path, count, kind)


def _read_zip(path: Path, archive: zipfile.ZipFile, kind: ContainerKind) -> dict[str, bytes]:
    entries = archive.infolist()
    check_names(path, [entry.orig_filename for entry in entries], kind)
    for entry in entries:
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise BundleError(f"{path}: the member '{entry.filename}' is a link")
        if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
            raise BundleError(
                f"{path}: the member '{entry.filename}' is compressed; {kind.noun}s are stored "
                "as they are, so that none can swell"
            )
    _check_sizes(path, {entry.filename: entry.file_size for entry in entries}, kind)
    if sum(entry.file_size for entry in entries) > path.stat().st_size:
        raise BundleError(f"{path}: its members claim more bytes than the file has")
    return {entry.filename: archive.read(entry) for entry in entries}


def _read_folder(path: Path, kind: ContainerKind) -> dict[str, bytes]:
    entries = sorted(path.iterdir())
    check_names(path, [entry.name for entry in entries], kind)
    for entry in entries:
        if entry.is_symlink() or not entry.is_file():
            raise BundleError(f"{path}: '{entry.name}' is not a plain file")
    _check_sizes(path, {entry.name: entry.stat().st_size for entry in entries}, kind)
    return {entry.name: entry.read_bytes() for entry in entries}


def _check_sizes(path: Path, sizes: dict[str, int], kind: ContainerKind) -> None:
    """What is claimed, before any content is read."""
    if kind.manifest not in sizes:
        raise BundleError(f"{path} is not a {kind.noun}: it has no {kind.manifest}")
    if sum(sizes.values()) > MOST_BYTES:
        total = sum(sizes.values()) / 2**30
        raise BundleError(f"{path} claims {total:.0f} GiB; a {kind.noun} has less than 4")
    if sizes[kind.manifest] > _MOST_MANIFEST_BYTES:
        raise BundleError(f"{path}: {kind.manifest} is larger than 1 MiB")
