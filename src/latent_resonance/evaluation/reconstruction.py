"""Distances between a sound and what came back of it, and the plain baseline of any autoencoder."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.stft import magnitude_spectrogram

Levels = Sequence[npt.NDArray[np.float16]]
Scale = Literal["db", "magnitude"]

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


@dataclass(frozen=True, slots=True)
class Baseline:
    """How well principal components rebuild windows that they were not fitted on.

    Attributes:
        sizes: numbers of components.
        convergence_db: ``[sizes]`` spectral convergence, mean over the windows.
    """

    sizes: list[int]
    convergence_db: npt.NDArray[np.float64]


def rebuild_with_components(
    training: Levels, unseen: Levels, heard: Sequence[int], sizes: Sequence[int], scale: Scale
) -> Baseline:
    """Fit principal components on ``training`` windows and rebuild the ``unseen`` ones.

    Args:
        training: levels ``[bins, columns]`` in dB, at least three.
        unseen: levels of the same shape, at least one.
        heard: of each unseen window, the columns that are compared.
        sizes: numbers of components to try; those that ``training`` is too small for are left out.
        scale: what the components add up to: levels in dB, or linear magnitudes, in which they
            minimise just what spectral convergence measures.
    """
    from sklearn.decomposition import PCA

    kept = [size for size in sizes if size < min(len(training), training[0].size)]
    shape = training[0].shape
    axes = PCA(max(kept), copy=False, svd_solver="arpack", random_state=0)
    axes.fit(_flat(training, scale))
    placed = axes.transform(_flat(unseen, scale))
    wanted = _flat(unseen, "magnitude")
    found = []
    for size in kept:
        made = axes.mean_ + placed[:, :size] @ axes.components_[:size]
        if scale == "db":
            made = np.power(10.0, np.clip(made, -200, 0) / 20)
        found.append(
            np.mean(
                [
                    spectral_convergence_db(
                        one.reshape(shape)[:, :columns], other.reshape(shape)[:, :columns]
                    )
                    for one, other, columns in zip(made, wanted, heard, strict=True)
                ]
            )
        )
    return Baseline(kept, np.array(found))


def _flat(windows: Levels, scale: Scale) -> FloatArray:
    """``[windows, bins * columns]``."""
    levels = np.stack([window.ravel() for window in windows]).astype(np.float32)
    return levels if scale == "db" else np.power(np.float32(10), levels / np.float32(20))


def _pair(
    made: npt.ArrayLike, wanted: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    m, w = np.asarray(made, np.float64), np.asarray(wanted, np.float64)
    if m.shape != w.shape or not m.size:
        raise ValueError(f"shapes {m.shape} and {w.shape} do not compare")
    return m, w
