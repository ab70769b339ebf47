"""Distances between a sound and what came back of it: three definitions of the literature."""

import math

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.stft import magnitude_spectrogram

_RESOLUTIONS = (512, 1024, 2048)
_FLOOR = 1e-5


def spectral_convergence_db(made: npt.ArrayLike, wanted: npt.ArrayLike) -> float:
    """``20 lg(|| M - W || / || W ||)`` of two linear magnitude spectrograms (Frobenius norms).

    Sturmel and Daudet 2011, "Signal reconstruction from STFT magnitude: a state of the art". 0 dB
    is what silence reaches, -20 dB a tenth of the energy's root left over; less is better.

    Args:
        made: linear magnitudes, any shape.
        wanted: the same shape.

    Returns:
        dB; at best -200.

    Raises:
        ValueError: the shapes differ, or ``wanted`` is silent.
    """
    m, w = _pair(made, wanted)
    whole = float(np.linalg.norm(w))
    if whole == 0:
        raise ValueError("spectral convergence of silence is not defined")
    return 20 * math.log10(max(float(np.linalg.norm(m - w)) / whole, 1e-10))


def log_spectral_distance(made_db: npt.ArrayLike, wanted_db: npt.ArrayLike) -> float:
    """Root mean square difference in dB over frequency, then the mean over time.

    Gray and Markel 1976, "Distance measures for speech processing".

    Args:
        made_db: levels ``[bins, columns]`` in dB, with one floor on both sides.
        wanted_db: the same shape.
    """
    m, w = _pair(made_db, wanted_db)
    return float(np.sqrt(((m - w) ** 2).mean(axis=0)).mean())


def multi_resolution_distance(made: FloatArray, wanted: FloatArray) -> float:
    """The multi-resolution STFT distance of two sounds, without phase.

    Yamamoto, Song and Kim 2020 ("Parallel WaveGAN", eq. 4 to 6): spectral convergence (as a ratio)
    plus the mean absolute difference of natural logarithms, averaged over three resolutions. Here
    512, 1024 and 2048 samples with a hop of a quarter, magnitudes kept above 1e-5 of the loudest
    of ``wanted``.

    Args:
        made: float32 ``[samples]``.
        wanted: the same length.
    """
    m, w = _pair(made, wanted)
    total = 0.0
    for n_fft in _RESOLUTIONS:
        made_magnitude = magnitude_spectrogram(m, n_fft, n_fft // 4)
        magnitude = magnitude_spectrogram(w, n_fft, n_fft // 4)
        floor = _FLOOR * float(magnitude.max())
        if floor == 0:
            raise ValueError("the distance to silence is not defined")
        gone = np.linalg.norm(made_magnitude - magnitude) / np.linalg.norm(magnitude)
        logs = np.log(np.maximum(made_magnitude, floor)) - np.log(np.maximum(magnitude, floor))
        total += float(gone) + float(np.abs(logs).mean())
    return total / len(_RESOLUTIONS)


def _pair(
    made: npt.ArrayLike, wanted: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    m, w = np.asarray(made, np.float64), np.asarray(wanted, np.float64)
    if m.shape != w.shape or not m.size:
        raise ValueError(f"shapes {m.shape} and {w.shape} do not compare")
    return m, w
