"""Finds bundles by name, in the package and in the user's own folder, and describes them."""

import re
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from latent_resonance.bundles.manifest import NAME
from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError, UnknownNameError

_SUFFIX = ".resonance"
_PLAYED: WeakValueDictionary[tuple[object, ...], Bundle] = WeakValueDictionary()


DEFAULTS = Path(__file__).parent / "defaults"
"""Where the bundles lie that ship with the program."""


def ships(name: str) -> bool:
    """Whether a bundle of that name ships."""
    return (DEFAULTS / f"{name}{_SUFFIX}").exists()


def user_folder() -> Path:
    """Where a user's own bundles lie; it need not exist."""
    from platformdirs import user_data_path

    return user_data_path("latent-resonance", appauthor=False) / "bundles"


def list_bundles() -> dict[str, Path]:
    """Bundles by name; a user's own bundle takes the place of an embedded one of its name."""
    found: dict[str, Path] = {}
    for folder in (DEFAULTS, user_folder()):
        if folder.is_dir():
            found |= {path.stem: path for path in sorted(folder.glob(f"*{_SUFFIX}"))}
    return found


def find_bundle(name_or_path: str) -> Path:
    """Where a bundle is.

    Raises:
        InputError: no bundle has that name and no file that path.
    """
    known = list_bundles()
    if name_or_path in known:
        return known[name_or_path]
    path = Path(name_or_path)
    try:
        if path.exists():
            return path
    except (OSError, ValueError):  # longer than a path can be, or with a zero byte
        pass
    if path.suffix == _SUFFIX or len(path.parts) > 1:
        raise InputError(f"there is no bundle {name_or_path}: no such file")
    raise UnknownNameError("bundle", name_or_path, known)


def check_output(output: Path, name: str | None = None) -> None:
    """Refuse what no bundle is written as, before the work that leads to it.

    Args:
        output: a file or a folder.
        name: of the bundle; the output's when None.

    Raises:
        InputError: it has another ending, or a bundle cannot be called so.
    """
    if output.suffix not in {_SUFFIX, ""}:
        raise InputError(f"--output {output}: a bundle is NAME{_SUFFIX}, or a folder without a dot")
    if not re.fullmatch(NAME, name or output.stem):
        raise InputError(
            f"a bundle cannot be called '{name or output.stem}': letters a to z, digits and . _ -, "
            "64 at most, the first one a letter or a digit"
        )


def path_to_write(path: Path, output: Path | None) -> Path:
    """Where a command writes the bundle that it changes: ``output``, or over the bundle itself.

    Args:
        path: of the bundle, as ``find_bundle`` gives it.
        output: as the user asked.

    Raises:
        InputError: it would be over one that ships with the program, which every recipe, preset
            and saved sound counts on.
    """
    if output is not None:
        check_output(output)
        return output
    if path.resolve().parent == DEFAULTS.resolve():
        raise InputError(f"'{path.stem}' ships with the program and stays as it is: give --output")
    return path


def open_bundle(name_or_path: str) -> Bundle:
    """Find and read a bundle; who plays the same file at the same time has the same one.

    Raises:
        UnknownNameError: there is none of that name.
        BundleError: it is not whole, or not one.
    """
    path = find_bundle(name_or_path)
    try:
        about = path.stat()
    except OSError:
        return read_bundle(path)  # which says what is wrong
    key = path.resolve(), about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns
    found = _PLAYED.get(key)
    if found is None:
        found = _PLAYED[key] = read_bundle(path)
    return found


def describe(bundle: Bundle) -> dict[str, Any]:
    """The manifest without its hashes, the sizes of the members, and the named places."""
    facts = {
        key: value
        for key, value in bundle.facts.items()
        if key not in {"seal", "former_seals", "members", "format"}
        and value not in ({}, [], "", None)
    }
    facts["members"] = {name: f"{len(data)} bytes" for name, data in bundle.members.items()}
    facts["places"] = sorted(bundle.space.offered)
    return facts


def check(name_or_path: str) -> dict[str, Any]:
    """Open a bundle with all checks; raises what is wrong with it."""
    path = find_bundle(name_or_path)
    bundle = read_bundle(path)
    return {
        "bundle": bundle.name,
        "path": str(path),
        "kind": bundle.kind,
        "good": True,
        "members": len(bundle.members),
        "bytes": sum(map(len, bundle.members.values())),
    }
