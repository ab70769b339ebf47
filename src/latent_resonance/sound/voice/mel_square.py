"""A recording as a square of mel levels: 64 bands by 64 moments, whatever its length.

The numbers are those of librosa (McFee et al. 2015; `melspectrogram`, `power_to_db` with the
loudest as reference) at 22,050 Hz and of OpenCV's resizing by areas: vectors and statistics that
were made with these two can be used on.
"""

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.mel_scale import mel_filters
from latent_resonance.sound.stft import magnitude_spectrogram
from latent_resonance.sound.voice.clip import take_voice

RATE = 22_050
SIDE = 64
_N_FFT, _HOP = 2048, 512
_FLOOR, _RANGE_DB = 1e-10, 80.0


def square_of_recording(samples: FloatArray, name: str) -> FloatArray:
    """``mel_square`` of the part of a recording that ``take_voice`` takes.

    Args:
        samples: ``[samples]``, mono, at ``RATE``.
        name: what messages call it.

    Raises:
        MediaError: it is no usable recording.
    """
    clip = take_voice(samples, name, RATE)
    # As recorded, with its mean, as the others compute it.
    return mel_square(samples[clip.start : clip.start + len(clip.samples)])


def mel_square(samples: FloatArray) -> FloatArray:
    """Levels in dB below the loudest, ``[4096]``: the lowest band's 64 moments first.

    Args:
        samples: ``[samples]``, mono, at ``RATE``; finite, not silent.
    """
    power = magnitude_spectrogram(samples, _N_FFT, _HOP) ** 2
    mel = mel_filters(RATE, _N_FFT, SIDE) @ power
    level = 10 * np.log10(np.maximum(mel, _FLOOR))
    level = np.maximum(level - level.max(), -_RANGE_DB)
    return np.asarray(level @ resizing(level.shape[1]), np.float32).reshape(-1)


def resizing(columns: int) -> npt.NDArray[np.float64]:
    """Weights ``[columns, 64]``: means over stretches; between neighbours where there are fewer."""
    weights = np.zeros((columns, SIDE))
    step = columns / SIDE
    if step >= 1:
        edges = np.arange(SIDE + 1) * step
        for place in range(SIDE):
            inside = np.clip(edges[place + 1] - np.arange(columns), 0, 1) - np.clip(
                edges[place] - np.arange(columns), 0, 1
            )
            weights[:, place] = inside / step
        return weights
    for place in range(SIDE):
        left = int(place * step)
        share = (place + 1) - (left + 1) / step
        share = 0.0 if share <= 0 else share - int(share)
        weights[left, place] += 1 - share
        weights[min(left + 1, columns - 1), place] += share
    return weights
