"""Gets the raw members out of a bundle's folder or zip, trusting nothing that they say."""

import re
import stat
import zipfile
from pathlib import Path

from latent_resonance.contracts.errors import BundleError

_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")
_MOST_BYTES = 4 << 30
_MOST_MEMBERS = 64
_PICKLES = {".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".joblib", ".npy"}
_NEVER = "this program never unpickles"


def read_container(path: Path) -> dict[str, bytes]:
    """Name to content of all members.

    Raises:
        BundleError: not a bundle, a dangerous name, a bomb, or a damaged file.
    """
    if path.is_dir():
        return _read_folder(path)
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise BundleError(f"cannot read {path}: {error.strerror}") from error
    if start[:1] == b"\x80" or path.suffix.lower() in _PICKLES:
        raise BundleError(f"{path} is a pickle, not a bundle: {_NEVER}")
    if start != b"PK\x03\x04":
        raise BundleError(f"{path} is not a bundle: neither a folder nor a zip")
    try:
        with zipfile.ZipFile(path) as archive:
            return _read_zip(path, archive)
    except (
        zipfile.BadZipFile,
        OSError,
        EOFError,
        NotImplementedError,
        ValueError,
        RuntimeError,
    ) as error:
        raise BundleError(f"{path} is damaged: {error}") from error


def _read_zip(path: Path, archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    _check_names(path, [entry.filename for entry in entries])
    for entry in entries:
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise BundleError(f"{path}: the member '{entry.filename}' is a link")
        if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
            raise BundleError(
                f"{path}: the member '{entry.filename}' is compressed; bundles are stored as they "
                "are, so that none can swell"
            )
    _check_size(path, sum(entry.file_size for entry in entries))
    if sum(entry.file_size for entry in entries) > path.stat().st_size:
        raise BundleError(f"{path}: its members claim more bytes than the file has")
    return {entry.filename: archive.read(entry) for entry in entries}


def _read_folder(path: Path) -> dict[str, bytes]:
    entries = sorted(path.iterdir())
    _check_names(path, [entry.name for entry in entries])
    for entry in entries:
        if entry.is_symlink() or not entry.is_file():
            raise BundleError(f"{path}: '{entry.name}' is not a plain file")
    _check_size(path, sum(entry.stat().st_size for entry in entries))
    return {entry.name: entry.read_bytes() for entry in entries}


def _check_names(path: Path, names: list[str]) -> None:
    if len(names) > _MOST_MEMBERS:
        raise BundleError(f"{path} has {len(names)} members; a bundle has at most {_MOST_MEMBERS}")
    for name in names:
        if not _NAME.match(name) or ".." in name:
            raise BundleError(f"{path}: the member name {name!r} leads out of the bundle")
        if Path(name).suffix.lower() in _PICKLES:
            raise BundleError(f"{path}: the member '{name}' is a pickle: {_NEVER}")
    if len(set(names)) != len(names):
        raise BundleError(f"{path} has two members of the same name")


def _check_size(path: Path, total: int) -> None:
    if total > _MOST_BYTES:
        raise BundleError(f"{path} claims {total / 2**30:.0f} GiB; a bundle has at most 4")
