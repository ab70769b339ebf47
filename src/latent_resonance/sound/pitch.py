"""The pitch of one short piece of sound, and how clearly it has one.

Source: McLeod, Wyvill 2005, "A smarter way to find pitch", ICMC.
"""

import math

import numpy as np

from latent_resonance.contracts.values import FloatArray

_LOW_HZ, _HIGH_HZ = 45.0, 4000.0
# The first period whose match is nearly as good as the best one: later ones are its multiples.
_NEARLY = 0.9


def find_pitch(samples: FloatArray, rate: int) -> tuple[float, float]:
    """MIDI number with cents, and clarity, by the normalised square difference.

    Args:
        samples: float32 ``[samples]``; at least two periods of the lowest pitch, 45 Hz, for it
            to be found.
        rate: in Hz.

    Returns:
        The pitch, NaN where nothing repeats, and the clarity: 1 for a sound that repeats exactly,
        about 0.1 for noise, 0 without a pitch.
    """
    count = len(samples)
    longest = min(count // 2, math.ceil(rate / _LOW_HZ))
    shortest = max(2, math.floor(rate / _HIGH_HZ))
    sound = samples - samples.mean()
    spectrum = np.fft.rfft(sound, 2 * count)
    likeness = np.fft.irfft((spectrum * spectrum.conj()).real)[: longest + 2].astype(np.float64)
    energy = np.concatenate([[0.0], np.cumsum(sound.astype(np.float64) ** 2)])
    lags = longest + 2
    both = energy[: count - lags : -1] + energy[count] - energy[:lags]
    match = 2 * likeness / np.maximum(both, 1e-12)
    below = np.flatnonzero(match < 0)
    if not below.size:
        return math.nan, 0.0
    first = max(int(below[0]), shortest)
    here = match[first : longest + 1]
    peaks = first + np.flatnonzero(
        (here > 0) & (here > match[first - 1 : longest]) & (here >= match[first + 1 : longest + 2])
    )
    if not peaks.size:
        return math.nan, 0.0
    peak = int(peaks[np.argmax(match[peaks] >= _NEARLY * match[peaks].max())])
    before, at, after = (float(match[peak + side]) for side in (-1, 0, 1))
    bend = 2 * at - before - after
    shift = (after - before) / (2 * bend) if bend > 0 else 0.0
    hz = rate / (peak + shift)
    return 69 + 12 * math.log2(hz / 440), min(at + shift * (after - before) / 4, 1.0)
