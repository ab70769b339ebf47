"""What a member of a bundle may be called and may contain."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from latent_resonance.contracts.errors import BundleError

MANIFEST = "bundle.json"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_MOST_MEMBERS = 64
_PICKLES = {".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".joblib", ".npy", ".npz"}
# How files of each kind begin; ONNX and safetensors are read through elsewhere.
_BEGINNINGS: dict[str, bytes] = {
    ".onnx": b"",
    ".safetensors": b"",
    ".flac": b"fLaC",
    ".png": b"\x89PNG\r\n\x1a\n",
}
_TEXTS = {".txt", ".md", ".json"}

NEVER_UNPICKLED = "this program never unpickles"


def is_pickle_name(name: str) -> bool:
    """Whether a file of that name is one that programs unpickle."""
    return PurePosixPath(name.lower()).suffix in _PICKLES


def looks_pickled(data: bytes) -> bool:
    """Whether ``data`` starts as pickles of protocol 2 and later do.

    A safetensors file starts with the length of its header, 8 bytes, little-endian; a header of
    640 bytes starts as a pickle does, but only the header opens with a brace behind it.
    """
    if data[4:9] == b"\0\0\0\0{":
        return False
    return data[:1] == b"\x80" and 2 <= int.from_bytes(data[1:2]) <= 5


def check_names(where: object, names: Iterable[str]) -> None:
    """Refuse names that lead out of the bundle, double ones, and kinds that no bundle has.

    Raises:
        BundleError: says which name of ``where``.
    """
    listed = list(names)
    check_count(where, len(listed))
    for name in listed:
        if is_pickle_name(name):
            raise BundleError(f"{where}: the member {name!r} is a pickle: {NEVER_UNPICKLED}")
        if not _NAME.fullmatch(name) or ".." in name:
            raise BundleError(f"{where}: the member name {name!r} leads out of the bundle")
        if PurePosixPath(name).suffix not in _BEGINNINGS.keys() | _TEXTS:
            raise BundleError(f"{where}: the member '{name}' is of a kind that bundles do not have")
    if len({name.lower() for name in listed}) != len(listed):
        raise BundleError(f"{where} has two members of the same name")


def check_count(where: object, count: int) -> None:
    """Refuse more members than a bundle has use for."""
    if count > _MOST_MEMBERS:
        raise BundleError(f"{where} has {count} members; a bundle has at most {_MOST_MEMBERS}")


def check_kind(where: object, name: str, data: bytes) -> None:
    """Refuse content that is not what the name says, pickles above all."""
    if looks_pickled(data):
        raise BundleError(f"{where}: the member '{name}' is a pickle: {NEVER_UNPICKLED}")
    suffix = PurePosixPath(name).suffix
    if suffix in _TEXTS:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BundleError(f"{where}: the member '{name}' is not text") from error
    elif not data.startswith(_BEGINNINGS[suffix]):
        raise BundleError(f"{where}: the member '{name}' is not a {suffix[1:]} file")


def printable(text: str) -> str:
    """``text`` on one line, without what a hostile file could do to a terminal."""
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
