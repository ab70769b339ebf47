"""Mel pictures of sound, as StyleGAN image folders hold them: 512 x 512 pixels of 8 bits.

Numbers are librosa's: Slaney mel bands of a power spectrogram, in dB below its own maximum.
Row 0 is the highest band, so that a picture stands upright.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.sound.griffin_lim import fast_griffin_lim
from latent_resonance.sound.mel_scale import mel_filters
from latent_resonance.sound.pghi import pghi
from latent_resonance.sound.phase_streaming import PhasePlan
from latent_resonance.sound.stft import istft, magnitude_spectrogram

_POWER_FLOOR = 1e-10
_WHITE = 255


@dataclass(frozen=True, slots=True)
class MelFormat:
    """How a mel picture is laid out; the defaults are those of 512 x 512 StyleGAN folders.

    Attributes:
        sample_rate: in Hz.
        n_fft: Hann window and FFT length in samples.
        hop: samples between columns.
        bands: mel bands from 0 Hz to half the rate: the picture's height.
        columns: the picture's width.
        range_db: what is black, in dB below white.
    """

    sample_rate: int = 22_050
    n_fft: int = 2048
    hop: int = 512
    bands: int = 512
    columns: int = 512
    range_db: float = 80.0


def mel_level(samples: FloatArray, layout: MelFormat) -> FloatArray:
    """Sound as mel levels below its loudest.

    Args:
        samples: float32 ``[samples]``, mono, at ``layout.sample_rate``.
        layout: how it is laid out.

    Returns:
        float32 ``[bands, columns]`` in ``-range_db .. 0`` dB, row 0 the lowest band, one column
        per hop, as librosa's ``power_to_db(melspectrogram(...), ref=max)``. Silence is all 0.
    """
    power = magnitude_spectrogram(samples, layout.n_fft, layout.hop) ** 2
    mel = mel_filters(layout.sample_rate, layout.n_fft, layout.bands) @ power
    level = 10 * np.log10(np.maximum(_POWER_FLOOR, mel))
    level -= level.max()
    kept: FloatArray = np.maximum(level, -layout.range_db).astype(np.float32)
    return kept


def to_image(level_db: FloatArray, layout: MelFormat) -> ByteArray:
    """Levels as a picture.

    Args:
        level_db: ``[bands, any]`` in ``-range_db .. 0`` dB, row 0 the lowest band.
        layout: how it is laid out; missing columns are black, further ones are cut.

    Returns:
        uint8 ``[bands, columns]``, row 0 the highest band, 255 for 0 dB.
    """
    width = min(level_db.shape[1], layout.columns)
    picture = np.zeros((layout.bands, layout.columns), np.uint8)
    grey = np.rint((level_db[::-1, :width] / layout.range_db + 1) * _WHITE)
    picture[:, :width] = np.clip(grey, 0, _WHITE)
    return picture


def from_image(picture: ByteArray, layout: MelFormat) -> FloatArray:
    """A picture as levels, float32 ``[bands, width]`` in dB: ``to_image`` undone to half a step.

    Args:
        picture: uint8 ``[bands, width]``.
        layout: how it is laid out.

    Raises:
        ValueError: another height than ``layout.bands``.
    """
    if picture.ndim != 2 or picture.shape[0] != layout.bands:
        raise ValueError(
            f"a grey picture {layout.bands} pixels high is needed, not {picture.shape}"
        )
    share = picture[::-1].astype(np.float32) / np.float32(_WHITE)
    level: FloatArray = (share - np.float32(1)) * np.float32(layout.range_db)
    return level


def mel_to_magnitude(level_db: FloatArray, layout: MelFormat, iterations: int = 24) -> FloatArray:
    """The linear magnitudes, at least in squares, of mel levels.

    Non-negative least squares by multiplicative updates (Lee, Seung 2001, eq. 4) from the
    pseudo-inverse: no band is filled below zero, as the pseudo-inverse alone would.

    Args:
        level_db: ``[bands, columns]``; levels at the floor are silence.
        layout: how it is laid out.
        iterations: of the updates.

    Returns:
        float32 ``[n_fft // 2 + 1, columns]``, for a loudest band of power 1.
    """
    filters, inverse, gram = _inverse(layout.sample_rate, layout.n_fft, layout.bands)
    heard = level_db > -layout.range_db + 1e-3
    mel = np.where(heard, np.power(10.0, level_db.astype(np.float64) / 10), 0)
    wanted = filters.T @ mel
    power: npt.NDArray[np.float64] = np.maximum(inverse @ mel, 1e-3 * wanted)
    for _ in range(iterations):
        power *= wanted / np.maximum(gram @ power, np.finfo(float).tiny)
    magnitude: FloatArray = np.sqrt(power).astype(np.float32)
    return magnitude


def mel_to_sound(
    level_db: FloatArray, layout: MelFormat, polish: int = 16, seed: int = 0
) -> FloatArray:
    """Mel levels to sound: least squares, PGHI, then ``polish`` rounds of fast Griffin-Lim.

    Returns:
        float32 ``[(columns - 1) * hop]`` with a peak of 1; silence for a picture of silence.
    """
    magnitude = mel_to_magnitude(level_db, layout)
    plan = PhasePlan.build(layout.n_fft, layout.hop, "hann")
    phase = pghi(plan, magnitude, seed=seed)
    phase = fast_griffin_lim(magnitude, phase, layout.hop, "hann", polish)
    spectra = (magnitude * np.exp(1j * phase)).astype(np.complex64)
    sound = istft(spectra, layout.hop, "hann")
    return sound / np.float32(max(float(np.abs(sound).max(initial=0)), 1e-9))


@lru_cache(maxsize=2)
def _inverse(rate: int, n_fft: int, bands: int) -> tuple[npt.NDArray[np.float64], ...]:
    filters = mel_filters(rate, n_fft, bands)
    inverse = np.asarray(np.linalg.pinv(filters), np.float64)
    return filters, inverse, filters.T @ filters
