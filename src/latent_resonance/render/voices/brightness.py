"""How bright a note is at rest: what its model's windows lack beside recordings of its family.

A decoder that is taught by squared errors of dB draws what differs from note to note as its mean,
and one instrument's notes are darker and brighter than that over the keyboard. What is left is
mostly a slope over the partials, which the family and the key tell.
"""

import math

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray

_NEPER_DB = 20 / math.log(10)
# Slopes were told by so many partials; what lies above goes with the last of them.
_PARTIALS = 12
# Of what lies here and above, recordings at the full band say how loud it is beside what is below.
_LAW_HZ, _BELOW_HZ = 8000.0, 7000.0


def brighten(
    log_magnitude: FloatArray, layout: SpectrogramFormat, hz: float, db_per_octave: float
) -> FloatArray:
    """A window with another slope over its partials, and what is above 8 kHz as loud beside them.

    Args:
        log_magnitude: natural log ``[columns, bins]``.
        layout: of the window.
        hz: the fundamental, above 0.
        db_per_octave: above it, up to the twelfth partial.

    Returns:
        float32 ``[columns, bins]``.
    """
    bin_hz = layout.sample_rate / layout.n_fft
    at = np.maximum(np.arange(layout.bins), 0.5) * bin_hz
    # One value for each partial: a slope within its lobe would move its peak, and so its pitch.
    numbers = np.clip(np.round(np.minimum(at, _LAW_HZ) / hz), 1, _PARTIALS)
    slope = (db_per_octave / _NEPER_DB * np.log2(numbers)).astype(np.float32)
    if layout.sample_rate > 2 * _LAW_HZ:
        below = at < _BELOW_HZ
        power = np.exp(2 * log_magnitude[:, below]).sum(axis=0)
        louder = 0.5 * math.log(float(power @ np.exp(2 * slope[below]) / power.sum()))
        above = np.clip(np.log2(at / _LAW_HZ) + 1, 0, 1).astype(np.float32)
        slope += above * (np.float32(louder) - slope)
    return log_magnitude + slope
