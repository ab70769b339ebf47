"""Noise between the partials of a held note: breath and bow, as loud as recordings have it.

What a model draws between partials is nearly silent. The noise that is added has the statistics
of noise in a spectrogram (it is one of white noise), a level that follows the note's own, column by
column, so that it lives and dies with it, and the colour that recordings of its instrument have.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.notes import NOISE_HZ
from latent_resonance.sound.stft import stft

# Partials that are closer have no room between them.
_LEAST_SPACING_BINS = 6.0
_PER_HZ = 100.0
# It begins below the first partial, falls at least so fast above its last measured level, and ends
# where the full band's own noise begins (``sound.full_band``).
_BEGINS = 0.75
_ABOVE_DB_PER_OCTAVE = -3.0
_ENDS_HZ = 8000.0
# What noise loses where its phases are found again from its magnitudes.
_MADE_GOOD_DB = 4.0
_SEED = 20


def add_partial_noise(
    power: FloatArray, layout: SpectrogramFormat, hz: float, noise_db: Sequence[float]
) -> FloatArray:
    """Squared magnitudes with noise between their partials.

    Args:
        power: squared magnitudes ``[columns, bins]``.
        layout: of the spectrogram.
        hz: the fundamental.
        noise_db: level of 100 Hz of it re the note's, around each of ``NOISE_HZ``.

    Returns:
        float32 ``[columns, bins]``; ``power`` itself where there is no room for noise.
    """
    bin_hz = layout.sample_rate / layout.n_fft
    if hz / bin_hz < _LEAST_SPACING_BINS:
        return power
    at = np.maximum(np.arange(layout.bins) * bin_hz, 1.0)
    octaves, centres = np.log2(at), np.log2(np.asarray(NOISE_HZ))
    colour = np.interp(octaves, centres, noise_db)
    last = (noise_db[-1] - noise_db[-2]) / (centres[-1] - centres[-2])
    above = np.maximum(octaves - centres[-1], 0)
    colour += min(last, _ABOVE_DB_PER_OCTAVE) * above
    shares = 10 ** ((colour + _MADE_GOOD_DB) / 10) * bin_hz / _PER_HZ
    bins = noise_bins(layout, hz)
    # Neighbouring keys do not hiss alike.
    noise = np.roll(_scatter(layout)[:, bins], round(hz), axis=0)[: len(power)]
    noise *= power.sum(axis=1, keepdims=True)
    noise *= shares[bins].astype(np.float32)
    made = power.copy()
    made[:, bins] += noise
    return made


def noise_bins(layout: SpectrogramFormat, hz: float) -> slice:
    """Which bins noise is added to."""
    bins_per_hz = layout.n_fft / layout.sample_rate
    ends = (_BEGINS * hz * bins_per_hz, _ENDS_HZ * bins_per_hz)
    return slice(*(min(math.ceil(end), layout.bins) for end in ends))


@lru_cache(maxsize=4)
def _scatter(layout: SpectrogramFormat) -> FloatArray:
    """Squared magnitudes of white noise, 1 in the mean ``[columns, bins]``."""
    random = np.random.Generator(np.random.PCG64(_SEED))
    sound = random.standard_normal((layout.columns + 16) * layout.hop).astype(np.float32)
    found = np.abs(stft(sound, layout.n_fft, layout.hop, layout.window)) ** 2
    kept = found[: layout.bins, 8 : 8 + layout.columns].T
    return np.ascontiguousarray(kept / kept.mean(), np.float32)
