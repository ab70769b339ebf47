"""What music is like over seconds: absolute, not scaled to its own range as other controls are."""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from latent_resonance.sense.listening.descriptors import NAMES
from latent_resonance.sound.smoothing import share

_Doubles = npt.NDArray[np.float64]

_SECONDS = 4.0
_RMS = NAMES.index("rms")
# Levels of bands count beside that of the whole, so that the recording's own level does not.
_BANDS = [NAMES.index(name) for name in ("bass", "mids", "highs")]
_MEAN = [k for k, name in enumerate(NAMES) if name != "rms"]
_MOVING = [NAMES.index(name) for name in ("rms", "bass", "highs", "centroid", "onset_strength")]
_FARTHEST_DB, _STRONGEST_DB = -60.0, 24.0
_ONSET_STRENGTH = NAMES.index("onset_strength")
_USUAL_BPM = 120.0

MEASURES = (
    *(f"{NAMES[k]}_mean" for k in _MEAN),
    *(f"{NAMES[k]}_deviation" for k in _MOVING),
    *("tempo", "beat_confidence", "harmony_x", "harmony_y", "harmony_strength"),
)
"""Names of what ``Character`` measures: means, deviations, rhythm and harmony."""


class Character:
    """Running means and deviations of descriptors over the last seconds.

    Args:
        step_seconds: between two steps.
    """

    def __init__(self, step_seconds: float) -> None:
        self._pace = share(step_seconds, _SECONDS)
        self.reset()

    def reset(self) -> None:
        """Forget all that was listened to."""
        self._count = 0
        self._mean = np.zeros(len(NAMES))
        self._square = np.zeros(len(NAMES))
        self._rest = np.zeros(5)

    def step(self, raw: _Doubles, heard: Mapping[str, float]) -> _Doubles:
        """``[len(MEASURES)]`` after one step more.

        Args:
            raw: one value for each of ``descriptors.NAMES``.
            heard: ``tempo``, ``beat_confidence``, ``harmony_x``, ``harmony_y``.
        """
        self._count += 1
        pace = max(self._pace, 1 / self._count)  # the mean of all while there is little
        now = raw.copy()
        now[_BANDS] = np.clip(now[_BANDS] - now[_RMS], _FARTHEST_DB, 0)
        now[_ONSET_STRENGTH] = min(now[_ONSET_STRENGTH], _STRONGEST_DB)
        self._mean += pace * (now - self._mean)
        self._square += pace * (now**2 - self._square)
        sure, x, y = (heard[name] for name in ("beat_confidence", "harmony_x", "harmony_y"))
        tempo = sure * math.log2(max(heard["tempo"], 1.0) / _USUAL_BPM)
        self._rest += pace * (np.array([tempo, sure, x, y, math.hypot(x, y)]) - self._rest)
        deviation = np.sqrt(np.maximum(self._square - self._mean**2, 0))
        return np.concatenate([self._mean[_MEAN], deviation[_MOVING], self._rest])
