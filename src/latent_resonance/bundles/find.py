"""Finds bundles by name: those in the package, then the user's own."""

from pathlib import Path

from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import UnknownNameError

_SUFFIX = ".resonance"


def user_folder() -> Path:
    """Where a user's own bundles lie; it need not exist."""
    from platformdirs import user_data_path

    return user_data_path("latent-resonance", appauthor=False) / "bundles"


def list_bundles() -> dict[str, Path]:
    """Bundles by name; a user's own bundle takes the place of an embedded one of its name."""
    found: dict[str, Path] = {}
    for folder in (Path(__file__).parent / "defaults", user_folder()):
        if folder.is_dir():
            found |= {path.stem: path for path in sorted(folder.glob(f"*{_SUFFIX}"))}
    return found


def find_bundle(name_or_path: str) -> Path:
    """Where a bundle is.

    Raises:
        UnknownNameError: no bundle has that name and no file that path.
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
    raise UnknownNameError("bundle", name_or_path, known)


def open_bundle(name_or_path: str) -> Bundle:
    """Find and read a bundle; raises UnknownNameError or BundleError."""
    return read_bundle(find_bundle(name_or_path))
