"""How fast a note begins: drawn to what recordings of its instrument do, sample by sample.

A column is a mean over the length of its analysis window, so that what a model makes of the first
milliseconds is blurred, and half of the first windows lies before the note. What a note's envelope
will be follows from its columns; it is run through faster, or faded in, until its attack (from 20
to 3 dB below the loudest of the first second) is as long as is usual. A note that begins at once
is not slowed.
"""

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.stft import synthesis_window, window

_Doubles = npt.NDArray[np.float64]

_STEPS_PER_COLUMN = 8
_WITHIN_SECONDS = 1.0
_FROM_DB, _TO_DB = -20.0, -3.0
_LEVEL_SECONDS = 0.010
_LEAST_SECONDS = 0.005
# What begins at once is read off columns as an attack of up to so many windows.
_AT_ONCE_WINDOWS = 0.3
# How far the usual attack is trusted beside the window's own; measured on recordings left out.
_TRUST = 0.8
_SPEEDS = 2 ** np.arange(0, 4.26, 0.25)
_FADES_SECONDS = 0.006 * 2 ** np.arange(0, 7.6, 0.25)
_MOST_GAIN = 10.0


def attack_gains(
    power: FloatArray, layout: SpectrogramFormat, usual_seconds: float
) -> FloatArray | None:
    """Factors of a note's first samples ``[samples]``; None where its attack is as is usual.

    Args:
        power: of each column ``[columns]``.
        layout: of the spectrogram.
        usual_seconds: from 20 to 3 dB below the loudest, what is usual for the instrument.
    """
    envelope = _envelope(power, layout)
    step = layout.hop_seconds / _STEPS_PER_COLUMN
    seconds = np.arange(len(envelope)) * step
    own = float(_attacks(envelope[None], step)[0])
    goal = max(own ** (1 - _TRUST) * usual_seconds**_TRUST, _LEAST_SECONDS)
    top = int(envelope.argmax())
    at_once = _AT_ONCE_WINDOWS * layout.n_fft / layout.sample_rate
    if not envelope[top] or (goal >= own and own <= at_once):
        return None
    rise = np.maximum.accumulate(envelope)
    if goal < own:
        made = np.stack([np.interp(speed * seconds, seconds, rise) for speed in _SPEEDS])
        gains = np.minimum(made / np.maximum(rise, 1e-9 * rise[-1]), _MOST_GAIN)
    else:
        fades = np.append(step, _FADES_SECONDS)
        gains = np.minimum(seconds / fades[:, None], 1.0)
    found = _attacks(gains * envelope, step)
    best = int(np.abs(np.log(found / goal)).argmin())
    if best == 0:
        return None
    chosen = gains[best]
    kept = int(np.flatnonzero(chosen != 1)[-1]) + 2
    at = np.arange(round(kept * step * layout.sample_rate)) / layout.sample_rate
    return np.asarray(np.interp(at, seconds[:kept], chosen[:kept]), np.float32)


def _envelope(power: FloatArray, layout: SpectrogramFormat) -> _Doubles:
    """Amplitude that the overlapped columns will have, in steps, from the first sample on.

    Where levels rise, phase leads what is in a frame to its later part (by the rise times the
    variance of the window, as for a Gaussian one).
    """
    columns = np.sqrt(power[: round(_WITHIN_SECONDS / layout.hop_seconds)].astype(np.float64))
    analysis = window(layout.window, layout.n_fft).astype(np.float64)
    synthesis = synthesis_window(layout.window, layout.n_fft, layout.hop)
    samples = np.arange(layout.n_fft) - layout.n_fft / 2
    rise = np.gradient(np.log(np.maximum(columns, 1e-9 * columns.max(initial=1e-30)))) / layout.hop
    later = rise * float(analysis @ samples**2) / analysis.sum()
    later = np.clip(later, -layout.n_fft / 2, layout.n_fft / 2)

    half = layout.n_fft // layout.hop // 2 * _STEPS_PER_COLUMN
    inside = np.arange(-half, half)
    at = inside * (layout.hop / _STEPS_PER_COLUMN)
    weight = np.interp(at, samples, synthesis)
    plain = weight * np.interp(at, samples, analysis)
    moved = weight * np.interp(at - later[:, None], samples, analysis, left=0, right=0)
    place = np.arange(len(columns))[:, None] * _STEPS_PER_COLUMN + inside
    size = len(columns) * _STEPS_PER_COLUMN
    made, there = np.zeros(size), np.zeros(size)
    kept = (place >= 0) & (place < size)
    np.add.at(made, place[kept], (columns[:, None] * moved)[kept])
    np.add.at(there, place[kept], np.broadcast_to(plain, moved.shape)[kept])
    return made / there


def _attacks(envelopes: _Doubles, step: float) -> _Doubles:
    """Of each row, in seconds."""
    width = max(1, round(_LEVEL_SECONDS / step))
    sums = np.cumsum(np.pad(envelopes**2, ((0, 0), (width, 0))), axis=1)
    level = sums[:, width:] - sums[:, :-width]
    level /= np.maximum(level.max(axis=1, keepdims=True), 1e-30)
    begin, end = ((level > 10 ** (db / 10)).argmax(axis=1) for db in (_FROM_DB, _TO_DB))
    return np.asarray(np.maximum((end - begin) * step, _LEAST_SECONDS))
