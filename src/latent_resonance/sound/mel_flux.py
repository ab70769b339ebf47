"""How much the spectrum of a running sound rises, column by column, however loud the sound is."""

from collections import deque

import numpy as np
import numpy.typing as npt

from latent_resonance.sound.mel_scale import mel_filters
from latent_resonance.sound.smoothing import share

_Doubles = npt.NDArray[np.float64]

_BANDS, _LOW_HZ, _HIGH_HZ = 40, 30.0, 16_000.0
# Log compression: what is this far below the loudest of late still counts.
_COMPRESSION = 1000.0
_TOP_SECONDS = 6.0
# Rises are measured over this time: an attack is seldom complete in one column.
_RISE_SECONDS = 0.023
_LEAST = 1e-7


class MelFlux:
    """Mean rise of the log-compressed mel bands, against the column before last.

    After Boeck, Widmer 2013, "Maximum filter vibrato suppression for onset detection", without
    its filter; scaled by the loudest of the last seconds instead of by a file's maximum, so that
    it is causal.

    Args:
        rate: in Hz.
        n_fft: of the columns.
        step_seconds: from one column to the next.

    Attributes:
        bass: the rise of the lowest band alone, up to about 200 Hz.
    """

    def __init__(self, rate: int, n_fft: int, step_seconds: float) -> None:
        top = min(_HIGH_HZ, rate / 2)
        self._filters = mel_filters(rate, n_fft, _BANDS, _LOW_HZ, top) / n_fft
        self._back = max(1, round(_RISE_SECONDS / step_seconds))
        self._fall = 1 - share(step_seconds, _TOP_SECONDS)
        self.reset()

    def reset(self) -> None:
        """Silence so far."""
        nothing = np.zeros(_BANDS)
        self._past = deque([nothing] * self._back, maxlen=self._back)
        self._top = _LEAST
        self.bass = 0.0

    def step(self, power: _Doubles) -> float:
        """The rise up to the newest column, power ``[n_fft // 2 + 1]``; 0 or more."""
        level = np.sqrt(self._filters @ power)
        self._top = max(float(level.max()), self._top * self._fall, _LEAST)
        level = np.log1p(_COMPRESSION * level / self._top)
        rise = np.maximum(0, level - self._past[0])
        self._past.append(level)
        self.bass = float(rise[0])
        return float(rise.mean())
