"""Impact type: a hit at one end, a scratch at the other."""

import numpy as np

from latent_resonance.sound.attributes.bands import Heard

_REACH_SECONDS = 0.128


def impact(heard: Heard) -> float:
    """How far energy stands together in moments, in octaves; 0 for what goes on evenly.

    The highest energy within 128 ms of each moment over the mean there, averaged where the sound
    is: a hit has all of its energy at its attack, a scratch spreads it out.
    """
    energy = np.einsum("ij,ij->j", heard.audible, heard.audible).astype(np.float64)
    if energy.sum() <= 0:
        return 0.0
    reach = max(1, round(_REACH_SECONDS / heard.layout.hop_seconds))
    padded = np.pad(energy, reach)
    near = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    # The ends have fewer neighbours, which are not silence.
    count = np.convolve(np.ones(len(energy)), np.ones(2 * reach + 1), "same")
    count = np.minimum(count[: len(energy)], 2 * reach + 1)
    mean = np.maximum(near.sum(axis=1) / count, 1e-12)
    crest = np.log2(np.maximum(near.max(axis=1), 1e-12) / mean)
    return float((crest * energy).sum() / energy.sum())
