"""Entropy: fills the valleys between partials with breath and lets the partials shiver."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from latent_resonance.contracts.values import FloatArray

_ROWS = 1024
_STRIDE = 389  # coprime to the rows: visits all before it repeats, 8 s at a hop of 8 ms
_SMEAR_BINS = 12
_SHIVER = 0.6  # nepers at full entropy


@dataclass(frozen=True, slots=True)
class BreathState:
    """Slow noise per bin ``[bins]``, and how often it was stirred."""

    drift: FloatArray
    index: int = 0


@lru_cache(maxsize=2)
def _noise(bins: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Gaussian and Rayleigh, ``[rows, bins]`` each; many players of one seed read the same."""
    generator = np.random.Generator(np.random.PCG64(seed))
    gauss = generator.standard_normal((_ROWS, bins)).astype(np.float32)
    rayleigh = generator.rayleigh(0.8, (_ROWS, bins)).astype(np.float32)
    for table in (gauss, rayleigh):
        table.flags.writeable = False
    return gauss, rayleigh


class Breath:
    """Adds entropy to magnitudes; the same seed gives the same breath.

    Args:
        bins: of the spectrogram.
        seed: of the noise.
    """

    def __init__(self, bins: int, seed: int) -> None:
        self._gauss, self._rayleigh = _noise(bins, seed)
        self._bins = bins

    def start(self) -> BreathState:
        """Calm."""
        return BreathState(np.zeros(self._bins, np.float32))

    def stir(
        self, state: BreathState, magnitude: FloatArray, entropy: float
    ) -> tuple[FloatArray, BreathState]:
        """Magnitudes ``[bins]`` with ``entropy`` 0..1 of breath; 0 gives them back untouched."""
        row = state.index * _STRIDE % _ROWS
        drift = np.float32(0.8) * state.drift + np.float32(0.6) * self._gauss[row]
        after = BreathState(drift, state.index + 1)
        if entropy <= 0:
            return magnitude, after
        sums = np.cumsum(np.pad(magnitude, (_SMEAR_BINS + 1, _SMEAR_BINS)), dtype=np.float64)
        width = 2 * _SMEAR_BINS + 1
        around = ((sums[width:] - sums[:-width]) / width).astype(np.float32)
        shivered = magnitude * np.exp(np.float32(_SHIVER * entropy) * drift)
        floor = np.float32(0.7 * entropy * entropy) * around * self._rayleigh[row]
        return np.hypot(shivered, floor).astype(np.float32, copy=False), after
