"""Rows of a spectrogram that are even in octaves."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.stft import window

_SHORT_FROM_HZ = 800.0  # below it windows grow


def row_edges(rows: int, low_hz: float, high_hz: float) -> npt.NDArray[np.float64]:
    """Frequencies between rows, float64 ``[rows + 1]`` in Hz, from the lowest up."""
    return np.geomspace(low_hz, high_hz, rows + 1)


class LowRows:
    """A transform whose rows have windows of their own: a constant-Q transform with limits.

    Each row is a sum over a few bins of one long transform (Brown and Puckette 1992), so that a row
    costs little. Rows go octave by octave, each with the bins that it needs.
    """

    def __init__(self, rate: int, short: int, length: int, edges: tuple[float, ...]) -> None:
        centres = np.sqrt(np.asarray(edges[1:]) * np.asarray(edges[:-1]))
        self._parts: list[tuple[slice, npt.NDArray[np.complex64]]] = []
        octave = np.floor(np.log2(centres / centres[0])).astype(int)
        for number in range(octave[-1] + 1):
            own = centres[octave == number]
            around = 4 * rate / _window_length(own[-1], rate, short, length)
            bins = slice(
                max(0, int((own[0] - around) * length / rate)),
                int((own[-1] + around) * length / rate) + 1,
            )
            kernel = np.stack([_kernel(hz, rate, short, length)[bins] for hz in own], axis=1)
            self._parts.append((bins, kernel.astype(np.complex64)))

    @staticmethod
    @lru_cache(maxsize=4)
    def of(rate: int, short: int, length: int, edges: tuple[float, ...]) -> "LowRows":
        """Made once for each rate.

        Args:
            rate: of the sound, Hz.
            short: samples of the shortest window.
            length: samples of the longest window, and of frames.
            edges: frequencies between rows, one more than rows.
        """
        return LowRows(rate, short, length, edges)

    def of_frames(self, frames: FloatArray) -> FloatArray:
        """Magnitudes, 1 for a sinusoid of full scale.

        Args:
            frames: float32 ``[columns, length]``; columns are of the frames' middles.

        Returns:
            float32 ``[columns, rows]``.
        """
        spectrum = np.fft.rfft(frames)
        return np.concatenate(
            [np.abs(spectrum[:, bins] @ kernel) for bins, kernel in self._parts], axis=1
        )


def _window_length(hz: float, rate: int, short: int, length: int) -> int:
    wanted = short * _SHORT_FROM_HZ / hz
    return 2 * round(min(max(wanted, short), length) / 2)


def _kernel(hz: float, rate: int, short: int, length: int) -> npt.NDArray[np.complex128]:
    """What a long spectrum is multiplied with for one row (Parseval)."""
    size = _window_length(hz, rate, short, length)
    own = window("gauss", size)
    tone = np.zeros(length, np.complex128)
    first = (length - size) // 2
    tone[first : first + size] = own * np.exp(2j * np.pi * hz / rate * np.arange(size))
    kernel: npt.NDArray[np.complex128] = np.conj(np.fft.fft(tone)[: length // 2 + 1])
    return kernel / (length * float(own.sum()) / 2)
