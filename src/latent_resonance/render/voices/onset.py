"""How a note begins on its very sample."""

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray

_FADE_IN_SECONDS = 0.002


def onset_gains(
    layout: SpectrogramFormat, analysis: FloatArray, synthesis: FloatArray
) -> FloatArray:
    """Gains of a note's first frames ``[frames, n_fft]``.

    Zero before the note's first sample, a short fade in, and the reciprocal of the part of the
    overlap-add that is there: no frame has its middle before the note.
    """
    half, hop = layout.n_fft // 2, layout.hop
    weight = analysis.astype(np.float64) * synthesis
    frames = 2 * half // hop
    there = np.zeros(half)
    for column in range(frames):
        first = column * hop - half
        inside = slice(max(first, 0), min(first + 2 * half, half))
        if inside.start < inside.stop:
            there[inside] += weight[inside.start - first : inside.stop - first]
    fade = max(1, round(_FADE_IN_SECONDS * layout.sample_rate))
    gain = 1 / there
    gain[:fade] *= 0.5 - 0.5 * np.cos(np.pi * (np.arange(fade) + 0.5) / fade)
    table = np.ones((frames, 2 * half), np.float32)
    for column in range(frames):
        at = np.arange(2 * half) + column * hop - half
        table[column, at < 0] = 0
        early = (at >= 0) & (at < half)
        table[column, early] = gain[at[early]]
    return table
