"""Network pickles are read in a process with limits first; only what ends there is read here."""

from pathlib import Path
from typing import Any

from latent_resonance.bundles.foreign.read import ForeignNetwork, read_network
from latent_resonance.bundles.within_limits import Allowance, work_within_limits

NETWORK_FILES = (".pkl", ".pt", ".pth")
"""How files that are taken end: pickles, and what torch.save writes."""

_ALLOWANCE = Allowance(8, 50_000_000, memory=640 << 20, files_in_memory=4)


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
    return work_within_limits(f"{__name__}:inspect", path, size, _ALLOWANCE, path.name)


def inspect(path: str) -> dict[str, Any]:
    """What a pickle holds.

    ``weights``, their number; ``size`` and ``channels`` of pictures; ``ignored``, names of what is
    not taken.
    """
    network = read_network(Path(path))
    told = network.init_kwargs
    return {
        "weights": sum(int(numbers.size) for numbers in network.state.values()),
        "size": told.get("img_resolution"),
        "channels": told.get("img_channels"),
        "ignored": list(network.ignored),
    }
