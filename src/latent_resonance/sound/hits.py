"""A strike out of a model's window: one sound that begins at once, is shaped, and dies."""

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray, Hit, Spectrogram
from latent_resonance.sound.codec import decode
from latent_resonance.sound.transposition import semitones_to_ratio

_Doubles = npt.NDArray[np.float64]

# Level is followed in steps, over so many of them.
_STEP_SECONDS, _SMOOTH_STEPS = 0.002, 5
# The strike begins where it is so far below its loudest, not longer before it.
_BEGINS_DB, _LONGEST_ATTACK_SECONDS = -20.0, 0.005
_FADE_IN_SECONDS, _FADE_OUT_SECONDS = 0.001, 0.01
# It is sought where the window has its whole fall after it, but in a good part of the window, and
# never in its last columns, of which a model is least certain.
_LEAST_SOUGHT, _SOUGHT = 0.3, 0.8
_OVER_DB = -72.0
_SLOPE_DB_PER_OCTAVE = 24.0
_PEAK = 0.7


def make_hit(window: Spectrogram, hit: Hit, seed: int = 0) -> FloatArray:
    """The loudest strike in a window, as a drum.

    Args:
        window: of the model, at the drum's place.
        hit: how it is shaped.
        seed: of the first phases.

    Returns:
        float32 ``[samples]``; its peak is at -3 dBFS and ``hit.level_db``.
    """
    layout = window.format
    hz = np.maximum(np.arange(layout.bins), 0.5) * layout.sample_rate / layout.n_fft
    octaves = np.log2(hz) + hit.semitones / 12
    below = np.log2(hit.low_hz) - octaves
    above = octaves - np.log2(hit.high_hz)
    outside = np.maximum(np.maximum(below, above), 0) * np.float32(_SLOPE_DB_PER_OCTAVE)
    level = np.maximum(window.level_db - outside[:, None], -layout.range_db).astype(np.float32)
    sound = decode(Spectrogram(level, layout, window.envelope_db), seed=seed)
    if hit.semitones:
        import soxr

        ratio = semitones_to_ratio(hit.semitones)
        sound = soxr.resample(sound, layout.sample_rate * ratio, layout.sample_rate)
    return _struck(sound, layout.sample_rate, hit)


def _struck(sound: FloatArray, rate: int, hit: Hit) -> FloatArray:
    """From the strike on, falling at least as fast as it should."""
    step = max(1, round(_STEP_SECONDS * rate))
    course = _levels(sound, step)
    length = round(-_OVER_DB / 60 * hit.seconds * rate)
    columns = len(course)
    sought = max(_LEAST_SOUGHT * columns, min(_SOUGHT * columns, columns - length / step))
    top = int(course[: int(sought)].argmax())
    earliest = max(0, top - round(_LONGEST_ATTACK_SECONDS * rate / step))
    quiet = np.flatnonzero(course[earliest:top] < course[top] + _BEGINS_DB)
    begin = (earliest + (int(quiet[-1]) if len(quiet) else 0)) * step
    made = sound[begin : begin + length].astype(np.float64)

    loud = (top * step - begin) / rate
    seconds = np.arange(len(made)) / rate
    goal = np.minimum(0, -60 * (seconds - loud) / hit.seconds)
    places = (np.arange(len(course)) + 0.5) * step - begin
    own = np.interp(np.arange(len(made)), places, course - course[top])
    made *= 10 ** (np.minimum(goal - own, 0) / 20)
    fade = max(1, round(_FADE_IN_SECONDS * rate))
    made[:fade] *= 0.5 - 0.5 * np.cos(np.pi * (np.arange(len(made[:fade])) + 0.5) / fade)
    fade = min(len(made), round(_FADE_OUT_SECONDS * rate))
    made[len(made) - fade :] *= np.linspace(1, 0, fade)
    peak = float(np.abs(made).max(initial=0))
    made *= _PEAK * 10 ** (hit.level_db / 20) / max(peak, 1e-9)
    return np.asarray(made, np.float32)


def _levels(sound: FloatArray, step: int) -> _Doubles:
    """Smoothed levels in dB of steps."""
    count = len(sound) // step
    power = (sound[: count * step].astype(np.float64).reshape(count, step) ** 2).mean(axis=1)
    ones = np.ones(_SMOOTH_STEPS) / _SMOOTH_STEPS
    return np.asarray(10 * np.log10(np.convolve(power, ones, "same") + 1e-12))
