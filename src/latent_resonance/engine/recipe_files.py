"""Files that a recipe names: looked for in its own folder, then in the shell's."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import ResonanceError

_FILES = ("source", "calibration", "mood_map")
"""Options of sensors that are files, or may be."""


def beside(folder: Path, named: str) -> str:
    """A relative path that leads to something in the folder, from there; else as it is.

    Names of bundles, devices and the like are none: a path has a folder or an ending.
    """
    if not _is_relative_path(named):
        return named
    path = folder / named
    return str(path) if _exists(path) else named


def options_beside(folder: Path, options: Mapping[str, Any]) -> dict[str, str]:
    """Those options of a sensor that lead into the folder, as they are from here."""
    given = {name: options[name] for name in _FILES if isinstance(options.get(name), str)}
    found = {name: beside(folder, value) for name, value in given.items()}
    return {name: value for name, value in found.items() if value != given[name]}


@contextmanager
def both_places_told(
    folder: Path | None, named: Any = None, options: Mapping[str, Any] | None = None
) -> Iterator[None]:
    """What is refused in the block says where a path of a recipe was looked for, and not found.

    Args:
        folder: of the recipe; None where it has none.
        named: what may be a path.
        options: of a sensor, which may be.
    """
    try:
        yield
    except ResonanceError as error:
        texts = [named, *((options or {}).get(name) for name in _FILES)]
        paths = [one for one in texts if isinstance(one, str) and _is_relative_path(one)]
        # Other refusals do not speak of the file.
        lost = [one for one in paths if one in str(error) and not _exists(Path(one))]
        if folder is not None and lost:
            error.args = (f"{error}; looked in {folder.absolute()} and in {Path.cwd()}",)
        raise


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # longer than a path can be, or with a zero byte
        return False


def _is_relative_path(named: str) -> bool:
    if "://" in named:
        return False
    path = Path(named)
    ending = any(map(str.isalpha, path.suffix))  # of a device, "1.0" is none
    return not path.is_absolute() and (len(path.parts) > 1 or ending)
