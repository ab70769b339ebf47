"""Impact type: a hit at one end, a scratch at the other."""

import numpy as np

from latent_resonance.sound.attributes.bands import Heard


def impact(heard: Heard) -> float:
    """How few moments hold the energy, in octaves; 0 for what goes on evenly.

    The inverse participation ratio of the energy over time, to the fineness of the envelope: a
    hit has all of its energy at its attack, a scratch spreads it out. Half the moments are one
    octave more.
    """
    energy = heard.energy
    total = float(energy.sum())
    if total <= 0:
        return 0.0
    return float(np.log2(len(energy) * (energy**2).sum() / total**2))
