"""Width: two channels of one column, told apart by phase alone.

What is noise gets a phase that turns to one side on the left and to the other on the right, by an
angle that wanders over frequency. Both channels have the levels of the column, so that nothing
gets louder; their sum keeps the cosine of the angle, so that little is lost in mono. What is a
tone stays in the middle: its bins, and those of its lobe around it, are not turned.
"""

import math

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.stft import istft, stft

# Standard deviation of the angle, radians: a sum of both channels loses 0.8 dB of power.
_ANGLE = 0.9
# The angle wanders about so fast over frequency; faster would smear attacks.
_WANDERS_HZ = 120.0
# Below, everything is in the middle; from an octave and a half above, it is as wide as it gets.
_NARROW_HZ = 120.0
_OPENS_OCTAVES = 1.5
# A tone stands out from its surroundings, in nepers, over this time and so many Hz.
_TONE_FROM, _TONE_FULL = 0.9, 1.5
_STEADY_SECONDS = 0.12
_AROUND_HZ = 400.0
# Bins to each side that belong to a tone's lobe.
_LOBE = 3


class Width:
    """Angles for the columns of one layout.

    Args:
        bins: of the spectrogram.
        bin_hz: width of one.
        step_seconds: time between two columns.
        seed: of the angles.
    """

    def __init__(self, bins: int, bin_hz: float, step_seconds: float, seed: int) -> None:
        random = np.random.Generator(np.random.PCG64([seed, 2]))
        wander = max(1.0, _WANDERS_HZ / bin_hz)
        reach = np.arange(-math.ceil(3 * wander), math.ceil(3 * wander) + 1)
        bump = np.exp(-0.5 * (reach / wander) ** 2)
        noise = np.convolve(random.standard_normal(bins + len(bump) - 1), bump, "valid")
        octaves = np.log2(np.maximum(np.arange(bins), 0.5) * bin_hz / _NARROW_HZ)
        opening = np.clip(octaves / _OPENS_OCTAVES, 0, 1)
        angle = _ANGLE * noise / np.sqrt(np.sum(bump**2)) * opening
        self._half = (0.5 * np.clip(angle, -math.pi / 2, math.pi / 2)).astype(np.float32)
        self._share = np.float32(-math.expm1(-step_seconds / _STEADY_SECONDS))
        self._around = max(2, round(_AROUND_HZ / bin_hz))

    def turn(
        self, steady: FloatArray | None, log_magnitude: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Half the angle between left and right ``[bins]``, and the state to carry on.

        Args:
            steady: carried on from the column before; None before the first.
            log_magnitude: natural log ``[bins]``.
        """
        if steady is None:
            steady = log_magnitude
        else:
            steady = steady + self._share * (log_magnitude - steady)
        reach = self._around
        sums = np.cumsum(np.pad(steady, (reach + 1, reach), mode="edge"), dtype=np.float64)
        width = 2 * reach + 1
        out = steady - ((sums[width:] - sums[:-width]) / width).astype(np.float32)
        # The loudest within a lobe counts for all of it.
        for step in (1, _LOBE - 1):
            out[step:-step] = np.maximum(
                out[step:-step], np.maximum(out[: -2 * step], out[2 * step :])
            )
        noise = np.clip((_TONE_FULL - out) / (_TONE_FULL - _TONE_FROM), 0, 1)
        return np.asarray(self._half * noise, np.float32), steady


def widen_sound(mono: FloatArray, layout: SpectrogramFormat, seed: int = 0) -> FloatArray:
    """Sound ``[samples]`` as two channels, float32 ``[samples, 2]``, as columns would be turned."""
    spectra = stft(mono, layout.n_fft, layout.hop, layout.window)
    level = np.log(np.abs(spectra[: layout.bins]) + np.float32(1e-9)).astype(np.float32)
    width = Width(layout.bins, layout.sample_rate / layout.n_fft, layout.hop_seconds, seed)
    steady, angles = None, np.zeros(spectra.shape, np.float32)
    for column in range(spectra.shape[1]):
        angles[:-1, column], steady = width.turn(steady, level[:, column])
    turn = np.exp(1j * angles).astype(np.complex64)
    sides = (spectra * turn, spectra * turn.conj())
    return np.stack([istft(one, layout.hop, layout.window, len(mono)) for one in sides], axis=1)
