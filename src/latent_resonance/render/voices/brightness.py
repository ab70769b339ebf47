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


def brighter(
    power: FloatArray, layout: SpectrogramFormat, hz: float, db_per_octave: float
) -> FloatArray:
    """Another slope over a note's partials; what is above 8 kHz stays as loud beside them.

    Args:
        power: energy of the note in each bin ``[bins]``.
        layout: of its window.
        hz: the fundamental, above 0.
        db_per_octave: above it, up to the twelfth partial.

    Returns:
        Nepers for each bin, float32 ``[bins]``.
    """
    bin_hz = layout.sample_rate / layout.n_fft
    at = np.maximum(np.arange(layout.bins), 0.5) * bin_hz
    # One value for each partial: a slope within its lobe would move its peak, and so its pitch.
    numbers = np.clip(np.round(np.minimum(at, _LAW_HZ) / hz), 1, _PARTIALS)
    slope = (db_per_octave / _NEPER_DB * np.log2(numbers)).astype(np.float32)
    if layout.sample_rate > 2 * _LAW_HZ:
        below = at < _BELOW_HZ
        energy = power[below]
        louder = 0.5 * math.log(float(energy @ np.exp(2 * slope[below]) / energy.sum()))
        above = np.clip(np.log2(at / _LAW_HZ) + 1, 0, 1).astype(np.float32)
        slope += above * (np.float32(louder) - slope)
    return slope
