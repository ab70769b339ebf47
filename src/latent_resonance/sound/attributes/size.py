"""Size: how deep a body sounds. Large ones, and long columns of air, have low first resonances."""

import numpy as np

from latent_resonance.sound.attributes.bands import Heard, octaves

_NEAR_DB, _SOFT_DB = 12.0, 2.0


def size(heard: Heard) -> float:
    """Octaves below 1 kHz of the lowest frequency that is nearly as strong as the strongest.

    A harder mallet adds high modes and leaves the first where it is, so this moves much less with
    brightness than the spectrum's whole lower edge. Octaves follow length: a body of the same
    shape rings an octave lower when it is twice as large.
    """
    power = np.einsum("ij,ij->i", heard.weighted, heard.weighted).astype(np.float64)
    if power.sum() <= 0:
        return 0.0
    power = np.convolve(power, [0.25, 0.5, 0.25], "same")
    level = 10 * np.log10(power / power.max() + 1e-9)
    # Bins count from none to whole around the threshold, so that small changes move it little.
    strong = 1 / (1 + np.exp(-(level + _NEAR_DB) / _SOFT_DB))
    found = np.concatenate([[0.0], np.cumsum(strong)])
    where = octaves(heard.layout)
    return -float(np.interp(1.0, found, np.concatenate([[where[0] - 1], where])))
