"""Descriptors of a running sound, one column after another, as they are measured."""

import math

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.features import (
    contrast_octaves,
    mean_rise,
    onset_filters,
    pitch_classes,
    spectral_centroid,
    spectral_contrast,
    spectral_flatness,
)

_Doubles = npt.NDArray[np.float64]

FRAME_SECONDS = 2048 / 44_100
HOP_SECONDS = 512 / 44_100
_BANDS_HZ = (20.0, 150.0, 2000.0)
_LEAST_POWER = 1e-10

NAMES = (
    "contrast",
    "flatness",
    "onset_strength",
    "zero_crossing_rate",
    "chroma_variance",
    "bass",
    "mids",
    "highs",
    "rms",
    "centroid",
)


class Descriptors:
    """Measures the newest frame of a sound; knows the one before, for what rises.

    The definitions are those of ``sound.features``, in units where equal steps look equal: dB for
    levels, powers of ten for flatness, octaves for the centroid. Level and onset look at the newer
    half of the frame alone, so that they rise at once.

    Attributes:
        frame: samples of a frame, a power of two, about 46 ms.
        hop: samples from one frame to the next, about 12 ms.
        newer: power spectrum of the newer half of the newest frame ``[frame // 4 + 1]``.
        notes: strength of the twelve notes, C to B ``[12]``, of the frame or the one before.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self.frame = 2 ** max(6, round(math.log2(FRAME_SECONDS * rate)))
        self.hop = max(1, round(HOP_SECONDS * rate))
        self._window = _hann(self.frame)
        self._short_window = _hann(self.frame // 2)
        self._hz: _Doubles = np.fft.rfftfreq(self.frame, 1 / rate).astype(np.float64)
        self._octaves = contrast_octaves(self._hz)
        self._onset_filters = onset_filters(rate, self.frame // 2)
        edges = np.searchsorted(self._hz, _BANDS_HZ)
        self._bands = [slice(a, b) for a, b in zip(edges, [*edges[1:], None], strict=True)]
        # Parseval: a full-scale sine is -3 dB in its band.
        self._band_scale = 2 / (0.375 * self.frame**2)
        self.reset()

    def reset(self) -> None:
        """Silence so far."""
        self.newer: _Doubles = np.zeros(self.frame // 4 + 1)
        self._bands_before: _Doubles = np.zeros(len(self._onset_filters))
        self.notes: _Doubles = np.zeros(12)
        self._slow = (0.0, 0.0)
        self._turn = False

    def step(self, frame: FloatArray) -> _Doubles:
        """One value for each of ``NAMES``, of the newest ``frame`` samples ``[frame]``."""
        magnitude = np.abs(np.fft.rfft(frame * self._window)).astype(np.float64)[:, None]
        power = magnitude**2
        newer = frame[self.frame // 2 :]
        self.newer = np.abs(np.fft.rfft(newer * self._short_window)).astype(np.float64) ** 2
        bands = self._onset_filters @ self.newer
        rise = float(mean_rise(np.stack([self._bands_before, bands], axis=1))[0])
        self._bands_before = bands
        self._turn = not self._turn
        if self._turn:  # The two most expensive; they change slowly.
            self.notes = pitch_classes(power, self._rate)[:, 0]
            self._slow = (
                float(spectral_contrast(magnitude, self._octaves).mean()),
                float(self.notes.var()),
            )
        contrast, chroma_variance = self._slow
        negative = np.signbit(frame)
        crossings = np.count_nonzero(negative[1:] != negative[:-1]) / self.frame
        levels = [self._band_scale * power[band].sum() for band in self._bands]
        square = float(np.dot(newer, newer)) / len(newer)
        return np.array([
            contrast,
            math.log10(max(float(spectral_flatness(power)[0]), 1e-6)),
            rise,
            crossings,
            chroma_variance,
            *(10 * math.log10(max(one, _LEAST_POWER)) for one in levels),
            10 * math.log10(max(square, _LEAST_POWER)),
            math.log2(max(float(spectral_centroid(magnitude, self._hz)[0]), 20.0)),
        ])  # fmt: skip


def _hann(length: int) -> FloatArray:
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)
