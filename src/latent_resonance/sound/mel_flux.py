"""How much the spectrum of a running sound rises, column by column, however loud the sound is."""

import math
from collections import deque
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from latent_resonance.sound.mel_scale import hz_to_mel, mel_filters, mel_to_hz
from latent_resonance.sound.smoothing import share

_Doubles = npt.NDArray[np.float64]

_BANDS, _LOW_HZ, _HIGH_HZ = 40, 30.0, 16_000.0
# Log compression: what is this far below the loudest of late still counts, and for the loud rise.
_COMPRESSION, _LITTLE = 1000.0, 5.0
# Of the loud rise: what the bands up to each of these frequencies say together.
_GROUPS = ((250.0, 0.15), (2000.0, 0.40), (math.inf, 0.45))
_TOP_SECONDS = 6.0
# Rises are measured over this time: an attack is seldom complete in one column.
_RISE_SECONDS = 0.023
_LEAST = 1e-7


class Rise(NamedTuple):
    """How much a spectrum rises.

    Attributes:
        every: attacks of any level count nearly alike, as for the tempo; 0 or more.
        loud: loud ones count most, low, middle and high bands together: where quiet ones count as
            much, hats between the kicks are taken for the beat; 0 or more.
    """

    every: float
    loud: float


class MelFlux:
    """Rise of the log-compressed mel bands, against the column before last.

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
        self._share = _shares(top)
        self._back = max(1, round(_RISE_SECONDS / step_seconds))
        self._fall = 1 - share(step_seconds, _TOP_SECONDS)
        self.reset()

    def reset(self) -> None:
        """Silence so far."""
        nothing = np.zeros((2, _BANDS))
        self._past = deque([nothing] * self._back, maxlen=self._back)
        self._top = _LEAST
        self.bass = 0.0

    def step(self, power: _Doubles) -> Rise:
        """The rise up to the newest column, power ``[n_fft // 2 + 1]``."""
        level = np.sqrt(self._filters @ power)
        self._top = max(float(level.max()), self._top * self._fall, _LEAST)
        part = level / self._top
        level = np.log1p([_COMPRESSION * part, _LITTLE * part])
        every, loud = np.maximum(0, level - self._past[0])
        self._past.append(level)
        self.bass = float(every[0])
        return Rise(float(every.mean()), float(self._share @ loud))


def _shares(top_hz: float) -> _Doubles:
    """What each band counts for: those of one group alike."""
    low_mel, high_mel = (float(hz_to_mel(hz)) for hz in (_LOW_HZ, top_hz))
    middle = mel_to_hz(np.linspace(low_mel, high_mel, _BANDS + 2))[1:-1]
    shares = np.zeros(_BANDS)
    low = 0.0
    for high, share_of_all in _GROUPS:
        own = (middle >= low) & (middle < high)
        shares[own] = share_of_all / max(1, int(own.sum()))
        low = high
    return shares
