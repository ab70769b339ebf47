"""Where the partials of a note lie: its pitch to a cent, and how far strings stretch them."""

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray

_CENTS = 60.0
_BELIEVED = 50.0
_STRETCHES = np.r_[0.0, np.geomspace(1e-5, 3e-3, 24)]
_HIGHEST_HZ = 5_500.0
_MOST = 24
_QUIET_DB = -65.0


def fit_partials(
    level_db: FloatArray, layout: SpectrogramFormat, midi_pitch: float
) -> tuple[float, float]:
    """Pitch and inharmonicity of a note whose pitch is known roughly.

    The sum of levels at ``n f0 sqrt(1 + B n^2)`` (Fletcher and Rossing 1998, eq. 12.4) over a
    grid, first without stretch; a stretch is believed when it gains a decibel a partial.

    Args:
        level_db: ``[bins, columns]``, the held part counts by its own loudness.
        layout: of the levels.
        midi_pitch: within half a semitone of the truth.

    Returns:
        MIDI pitch and B; the pitch given and 0 when there is nothing to fit.
    """
    power = np.power(10.0, np.asarray(level_db, np.float64) / 20).mean(axis=1)
    mean = np.maximum(20 * np.log10(power + 1e-9), _QUIET_DB) - _QUIET_DB
    if mean.max() < 6:
        return midi_pitch, 0.0
    bin_hz = layout.sample_rate / layout.n_fft
    f0 = 440 * 2 ** ((midi_pitch - 69) / 12)
    count = int(max(1, min(_MOST, _HIGHEST_HZ // f0)))
    number = np.arange(1, count + 1)

    def height(cents: np.ndarray, stretch: np.ndarray) -> np.ndarray:
        """Mean level over the partials ``[cents, stretches]``."""
        tuned = f0 * 2 ** (cents / 1200)
        spread = number * np.sqrt(1 + np.outer(stretch, number**2))
        place = tuned[:, None, None] * spread[None] / bin_hz
        return np.asarray(_at(mean, place).mean(axis=2))

    cents = np.arange(-_CENTS, _CENTS + 0.5, 2.0)
    table = height(cents, _STRETCHES if count >= 6 else _STRETCHES[:1])
    row, column = divmod(int(table.argmax()), table.shape[1])
    if table[row, column] < table[:, 0].max() + 1.0:
        row, column = int(table[:, 0].argmax()), 0
    stretch = _STRETCHES[column : column + 1]
    fine = cents[row] + np.arange(-2, 2.01, 0.25)
    best = float(fine[int(height(fine, stretch)[:, 0].argmax())])
    if abs(best) >= _BELIEVED:
        # Another note's partials, or none: the pitch given is the better guess.
        return midi_pitch, 0.0
    return midi_pitch + best / 100, float(stretch[0])


def _at(levels: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Levels between bins, by a parabola through the three nearest: lobes are Gaussian."""
    middle = np.clip(np.rint(place).astype(int), 1, len(levels) - 2)
    away = place - middle
    left, here, right = levels[middle - 1], levels[middle], levels[middle + 1]
    return np.asarray(here + away * (right - left) / 2 + away**2 * (right + left - 2 * here) / 2)
