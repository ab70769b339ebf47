"""Keeps the sound near one loudness, from the magnitudes alone: no delay, no pumping."""

import math

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.smoothing import share

# Time constants; the first sound is met at once.
_RISE_SECONDS, _FALL_SECONDS = 0.8, 0.4


def k_weights(bins: int, sample_rate: int) -> FloatArray:
    """Power gain of BS.1770's K-weighting at the bins' frequencies, float32 ``[bins]``.

    The analogue prototypes of the recommendation's two filters: a high shelf of +4 dB at
    1682 Hz (Q 0.7072) and a high-pass at 38.1 Hz (Q 0.5003). Source: ITU-R BS.1770-4, and
    De Man 2014 for the parameters.
    """
    hz = np.arange(bins) * (sample_rate / (2 * bins))
    shelf_hz, shelf_q, shelf_db = 1681.974, 0.7071752, 3.999843
    top = 10 ** (shelf_db / 20)
    middle = top**0.4996667
    s = 1j * hz / shelf_hz
    shelf = (top * s * s + middle / shelf_q * s + 1) / (s * s + s / shelf_q + 1)
    s = 1j * hz / 38.13547
    high_pass = s * s / (s * s + s / 0.5003270 + 1)
    return np.asarray(np.abs(shelf * high_pass) ** 2, np.float32)


class Leveller:
    """A slow gain towards a target loudness.

    Args:
        weights: ``k_weights`` of the layout.
        power_scale: turns the weighted sum of squared magnitudes of one column into mean square
            samples.
        target_lufs: where sound is led.
        step_seconds: time between two columns.
        most_db: the gain stays within plus or minus this.
    """

    def __init__(
        self,
        weights: FloatArray,
        power_scale: float,
        target_lufs: float,
        step_seconds: float,
        most_db: float,
    ) -> None:
        self._weights = weights
        self._scale = power_scale
        self._target = target_lufs
        self._rise = share(step_seconds, _RISE_SECONDS)
        self._fall = share(step_seconds, _FALL_SECONDS)
        self._most = most_db

    def follow(
        self, gain_db: float | None, magnitude: FloatArray, envelope: FloatArray | None = None
    ) -> tuple[float, float | None]:
        """The gain to use now and to carry on, for a column of linear magnitude ``[bins]``.

        Silence leaves the gain where it is; None is a gain that has met no sound yet.
        ``envelope`` has the gains that samples of this column get besides; None for none.
        """
        power = self._scale * float(self._weights @ (magnitude * magnitude))
        if envelope is not None:
            power *= float(np.mean(envelope * envelope))
        loudness = -0.691 + 10 * math.log10(power) if power > 0 else -math.inf
        if loudness < self._target - 50:
            return gain_db or 0.0, gain_db
        wanted = min(max(self._target - loudness, -self._most), self._most)
        if gain_db is None:
            return wanted, wanted
        gain = gain_db + (self._rise if wanted > gain_db else self._fall) * (wanted - gain_db)
        return gain, gain
