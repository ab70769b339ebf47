"""Measured attributes on the disk, so that a run that was cut does not measure them again."""

import hashlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.files import whole_output
from latent_resonance.contracts.values import FloatArray

Doubles = npt.NDArray[np.float64]


class KeptMeasures:
    """A folder with a file for each group of places.

    Args:
        folder: made when it is first written to.
        seal: of the bundle that is measured: what another one sounds like is not taken.
    """

    def __init__(self, folder: Path, seal: str) -> None:
        self._folder, self._seal = folder, seal

    def read(self, places: FloatArray) -> Doubles | None:
        """The attributes ``[n, attributes]`` of ``places [n, w_dim]``; None when not kept."""
        found: Doubles | None = None
        with suppress(OSError, ValueError, EOFError):
            found = np.load(self._path(places), allow_pickle=False)
        fits = found is not None and found.ndim == 2 and len(found) == len(places)
        return found if fits else None

    def write(self, places: FloatArray, values: Doubles) -> None:
        """Keep them; raises OutputError."""
        path = self._path(places)
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_output(path) as partial, partial.open("wb") as file:
            np.save(file, values)

    def _path(self, places: FloatArray) -> Path:
        digest = hashlib.sha256(self._seal.encode() + np.ascontiguousarray(places).tobytes())
        return self._folder / f"{digest.hexdigest()[:32]}.npy"
