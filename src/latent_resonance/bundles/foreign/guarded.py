"""Network pickles are read in a process with limits first; only what ends there is read here."""

from pathlib import Path
from typing import Any

from latent_resonance.bundles.foreign.read import ForeignNetwork, read_network
from latent_resonance.bundles.members import printable
from latent_resonance.contracts.confined.run import ConfinedError, Limits, run_confined
from latent_resonance.contracts.errors import BundleError, InputError

_SECONDS, _BYTES_A_SECOND = 8, 50_000_000
_MEMORY, _FILES_IN_MEMORY = 640 << 20, 4


def read_guarded(path: Path) -> ForeignNetwork:
    """As ``read_network``; a file that would take too long or too much is refused.

    Raises:
        BundleError: as ``read_network``, or it reached a limit; one line.
    """
    inspect_guarded(path)
    return read_network(path)


def inspect_guarded(path: Path) -> dict[str, Any]:
    """``inspect`` in a process with limits: nothing of the file is read in this one.

    Raises:
        BundleError: as ``read_network``, or it reached a limit; one line.
    """
    size = path.stat().st_size if path.is_file() else 0
    seconds = _SECONDS + size // _BYTES_A_SECOND
    limits = Limits(seconds, _MEMORY + _FILES_IN_MEMORY * size)
    try:
        found: dict[str, Any] = run_confined(f"{__name__}:inspect", {"path": str(path)}, limits)
    except ConfinedError as error:
        raise BundleError(printable(f"{path.name} {error}")) from error
    except InputError as error:
        raise BundleError(str(error)) from error
    return found


def inspect(path: str) -> dict[str, Any]:
    """What a pickle holds: ``weights``, their number, and ``size`` and ``channels`` of pictures."""
    network = read_network(Path(path))
    told = network.init_kwargs
    return {
        "weights": sum(int(numbers.size) for numbers in network.state.values()),
        "size": told.get("img_resolution"),
        "channels": told.get("img_channels"),
    }
