"""What brings a note's window, as it is about to be played, to what is known of it above 8 kHz.

Rows above a model's band are made beside the model's own (``sound.full_band``); how a note dies,
its brightness, the noise between its partials and its attack then move what they are told against,
and levels between bands are no means. So the whole is measured once more where it is ready, band by
band, and brought to the law of its kind; what the rows have in time and close by stays.
"""

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.full_band.fitted import Doubles, fitted
from latent_resonance.sound.full_band.law import BELOW_HZ

# Nothing is moved further: what is that far away is not there.
_MOST_NEPERS = 2.9
# A gain is even over frequency, so that a band's depends on its neighbours'.
_ROUNDS = 4
_LEAST = 1e-12


def upper_gain(whole: Doubles, layout: SpectrogramFormat, above_db: Doubles) -> FloatArray:
    """Nepers for each bin.

    Args:
        whole: energy of the note in each bin ``[bins]``.
        layout: of its window.
        above_db: what the bands ``Fitted.high_hz`` are to be ``[bands]``, dB re the energy below
            7 kHz. Bands that end above the layout's own end go with the last that does not.

    Returns:
        float32 ``[bins]``, 0 up to 7 kHz, at most 25 dB either way.
    """
    hz = np.arange(layout.bins) * layout.sample_rate / layout.n_fft
    known = fitted()
    there = known.high_hz[1:] <= layout.sample_rate / 2
    edges = np.searchsorted(hz, known.high_hz[: there.sum() + 1])
    centres = np.append(BELOW_HZ, known.centres_hz[there])
    octaves, place = np.log2(centres), np.log2(np.maximum(hz, 1.0))
    below = max(float(whole[hz < BELOW_HZ].sum()), _LEAST)
    wanted = 10 ** (above_db[there] / 10) + _LEAST
    gain, nodes = np.zeros(len(hz)), np.zeros(there.sum())
    for _ in range(_ROUNDS):
        sums = np.append(0.0, np.cumsum(whole * np.exp(2 * gain)))
        now = np.diff(sums[edges]) / below + _LEAST
        nodes = np.clip(nodes + 0.5 * np.log(wanted / now), -_MOST_NEPERS, _MOST_NEPERS)
        gain = np.interp(place, octaves, np.append(0.0, nodes))
    return gain.astype(np.float32)
