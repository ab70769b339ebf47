"""Sound to spectrogram and back: the linear log-magnitude codec that lies inside each bundle."""

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.sound.griffin_lim import fast_griffin_lim
from latent_resonance.sound.pghi import pghi
from latent_resonance.sound.phase_streaming import PhasePlan
from latent_resonance.sound.stft import istft, stft, window


def full_scale(layout: SpectrogramFormat) -> float:
    """Magnitude at which a sinusoid of amplitude 1 peaks."""
    return float(window(layout.window, layout.n_fft).sum() / 2)


def encode(
    samples: FloatArray, layout: SpectrogramFormat, reference: float | None = None
) -> FloatArray:
    """Sound as levels, of any length.

    Args:
        samples: float32 ``[samples]``, mono, at ``layout.sample_rate``.
        layout: how it is laid out.
        reference: magnitude that is 0 dB; the loudest of the clip when not given.

    Returns:
        float32 ``[bins, columns]`` in ``-range_db .. 0`` dB, row 0 the lowest; the Nyquist bin
        is dropped. Silence is all ``-range_db``.
    """
    magnitude = np.abs(stft(samples, layout.n_fft, layout.hop, layout.window))[: layout.bins]
    top = float(magnitude.max(initial=0)) if reference is None else reference
    if top <= 0:
        return np.full(magnitude.shape, -layout.range_db, np.float32)
    floor = 10 ** (-layout.range_db / 20)
    level = 20 * np.log10(np.maximum(magnitude / np.float32(top), floor))
    kept: FloatArray = np.minimum(level, 0).astype(np.float32)
    return kept


def fit_columns(level_db: FloatArray, layout: SpectrogramFormat) -> FloatArray:
    """Levels cut or filled with silence to exactly ``layout.columns``."""
    have = level_db.shape[1]
    if have >= layout.columns:
        return level_db[:, : layout.columns]
    return np.pad(level_db, ((0, 0), (0, layout.columns - have)), constant_values=-layout.range_db)


def to_magnitude(
    level_db: FloatArray, layout: SpectrogramFormat, reference: float | None = None
) -> FloatArray:
    """Linear magnitude ``[bins + 1, columns]`` of levels, the Nyquist bin 0.

    Levels at the floor are silence. ``reference`` as in ``encode``; full scale when not given.
    """
    top = full_scale(layout) if reference is None else reference
    magnitude = np.zeros((layout.bins + 1, level_db.shape[1]), np.float32)
    magnitude[:-1] = np.where(
        level_db > -layout.range_db + 1e-3, top * np.power(10.0, level_db / 20), 0
    )
    return magnitude


def decode(
    spectrogram: Spectrogram,
    reference: float | None = None,
    polish: int = 0,
    seed: int = 0,
) -> FloatArray:
    """Levels to sound: PGHI, ``polish`` iterations of fast Griffin-Lim, and the envelope, if any.

    What lies around direct current is below hearing and takes headroom: it stays silent.

    Returns:
        float32 ``[columns * hop]``, scaled by ``reference`` as in ``to_magnitude``.
    """
    layout = spectrogram.format
    magnitude = to_magnitude(spectrogram.level_db, layout, reference)
    magnitude[0] = 0
    plan = PhasePlan.build(layout.n_fft, layout.hop, layout.window)
    phase = pghi(plan, magnitude, seed=seed)
    if polish:
        phase = fast_griffin_lim(magnitude, phase, layout.hop, layout.window, polish)
    spectra = np.empty(magnitude.shape, np.complex64)
    np.multiply(magnitude, np.cos(phase), out=spectra.real)
    np.multiply(magnitude, np.sin(phase), out=spectra.imag)
    sound = istft(spectra, layout.hop, layout.window, magnitude.shape[1] * layout.hop)
    if spectrogram.envelope_db is not None:
        sound *= envelope_gains(spectrogram.envelope_db, len(sound))
    return sound


def envelope_gains(envelope_db: FloatArray, samples: int) -> FloatArray:
    """The gain of each of ``samples`` samples, linear, from values that lie evenly among them."""
    each = samples / len(envelope_db)
    gains = np.power(10.0, envelope_db / 20)
    places = (np.arange(len(envelope_db)) + 0.5) * each
    return np.interp(np.arange(samples), places, gains).astype(np.float32)
