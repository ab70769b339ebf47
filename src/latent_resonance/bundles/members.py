"""What a member of a bundle may be called and may contain."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from latent_resonance.contracts.errors import BundleError

MANIFEST = "bundle.json"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_PICKLES = {".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".joblib", ".npy", ".npz"}


@dataclass(frozen=True, slots=True)
class ContainerKind:
    """A kind of file that holds members.

    Attributes:
        noun: what it is called in messages.
        manifest: the member that says what is in it.
        beginnings: ends of members' names, and how those members begin; None for text in UTF-8.
        most_members: the manifest among them.
    """

    noun: str
    manifest: str
    beginnings: Mapping[str, bytes | None]
    most_members: int


BUNDLE = ContainerKind(
    "bundle",
    MANIFEST,
    {
        ".onnx": b"",  # read through elsewhere, as safetensors are
        ".safetensors": b"",
        ".flac": b"fLaC",
        ".png": b"\x89PNG\r\n\x1a\n",
        ".txt": None,
        ".md": None,
        ".json": None,
    },
    64,
)

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


def check_names(where: object, names: Iterable[str], kind: ContainerKind = BUNDLE) -> None:
    """Refuse names that lead out of the file, double ones, and kinds that it does not have.

    Raises:
        BundleError: says which name of ``where``.
    """
    listed = list(names)
    check_count(where, len(listed), kind)
    for name in listed:
        if is_pickle_name(name):
            raise BundleError(f"{where}: the member {name!r} is a pickle: {NEVER_UNPICKLED}")
        if not _NAME.fullmatch(name) or ".." in name:
            raise BundleError(f"{where}: the member name {name!r} leads out of the {kind.noun}")
        if PurePosixPath(name).suffix not in kind.beginnings:
            raise BundleError(
                f"{where}: the member '{name}' is of a kind that {kind.noun}s do not have"
            )
    if len({name.lower() for name in listed}) != len(listed):
        raise BundleError(f"{where} has two members of the same name")


def check_count(where: object, count: int, kind: ContainerKind = BUNDLE) -> None:
    """Refuse more members than such a file has use for."""
    most = kind.most_members
    if count > most:
        raise BundleError(f"{where} has {count} members; a {kind.noun} has at most {most}")


def check_kind(where: object, name: str, data: bytes, kind: ContainerKind = BUNDLE) -> None:
    """Refuse content that is not what the name says, pickles above all."""
    if looks_pickled(data):
        raise BundleError(f"{where}: the member '{name}' is a pickle: {NEVER_UNPICKLED}")
    suffix = PurePosixPath(name).suffix
    beginning = kind.beginnings[suffix]
    if beginning is None:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BundleError(f"{where}: the member '{name}' is not text") from error
    elif not data.startswith(beginning):
        raise BundleError(f"{where}: the member '{name}' is not a {suffix[1:]} file")


def printable(text: str) -> str:
    """``text`` on one line, without what a hostile file could do to a terminal."""
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
