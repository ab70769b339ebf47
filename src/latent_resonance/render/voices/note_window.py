"""A model's window of one note, made ready for a playhead: where it holds and how it dies away."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.render.spectral.level import k_weights
from latent_resonance.render.voices.held_part import find_held_part
from latent_resonance.sound.stft import window

NEPER_DB = 20 / math.log(10)
"""One neper in dB."""
SILENCE = math.log(1e-7)
"""Log-magnitude of what is not there."""

# Loudness of a note played at full velocity, over its loudest 0.4 s.
_FULL_LUFS = -16.0
_LOUD_SECONDS = 0.4
_MOST_GAIN_DB = 24.0


@dataclass(frozen=True, slots=True, eq=False)
class NoteWindow:
    """Levels of one note and the path of a playhead through them.

    Attributes:
        log_magnitude: natural log ``[columns, bins]``; 0 is a sinusoid of full scale.
        power_db: mean square of the sound around each column ``[columns]``, dB re full scale,
            gain included.
        gain: nepers that bring the note to the common loudness.
        held: first and last column between which the playhead goes back and forth, turning
            where chance has it.
        end: columns after which there is nothing, for a note that dies inside its window.
        slope: nepers per column, measured in the held part.
        decay: nepers per column (0 or below) that go on while the note is held.
        loudness: where it is loudest, the share of each bin in it ``[bins]``, None if unknown.
    """

    log_magnitude: FloatArray
    power_db: FloatArray
    gain: float
    held: tuple[int, int]
    end: int | None
    slope: float = 0.0
    decay: float = 0.0
    loudness: FloatArray | None = None

    def tilted(self, nepers: FloatArray) -> float:
        """Nepers of loudness that such a change of the spectrum ``[bins]`` brings."""
        if self.loudness is None:
            return 0.0
        return 0.5 * math.log(max(float(self.loudness @ np.exp(2 * nepers)), 1e-12))

    def trend(self, head: int, age: int, direction: int) -> tuple[float, float]:
        """Nepers to add at a playhead, and their change per column.

        In the held part the window's own slope is taken out, and the decay put in its place: it
        goes on with the note's age whichever way the playhead moves.
        """
        first = self.held[0]
        if self.end is not None or age <= first:
            return 0.0, 0.0
        level = self.decay * (age - first) - self.slope * (head - first)
        return level, self.decay - self.slope * direction


def prepare_window(
    spectrogram: Spectrogram, holds_db_per_second: float = 1.5, sustains: bool = False
) -> NoteWindow:
    """Measure a window.

    Args:
        spectrogram: the model's.
        holds_db_per_second: slower decay than this is drift, and the note is held without it; a
            wind instrument is held by breath, whatever the recorded player's did.
        sustains: it never dies while it is held.

    Levels within 0.5 dB of the codec's floor are silence; what lies a little above it is led
    there smoothly, so that the floor of a note does not hiss.
    """
    layout = spectrogram.format
    level = np.asarray(spectrogram.level_db.T, np.float32)
    magnitude = np.power(np.float32(10), level / np.float32(20), dtype=np.float32)
    floor = np.float32(10 ** ((0.5 - layout.range_db) / 20))
    magnitude = np.maximum(magnitude - floor, np.float32(math.exp(SILENCE)))
    weights, scale = _weights(layout)
    power = magnitude * magnitude
    loudness = _db(scale * (power @ weights))
    plain_db = _db(scale * power.sum(axis=1))
    width = max(1, round(_LOUD_SECONDS / layout.hop_seconds))
    ones = np.ones(min(width, len(loudness))) / width
    moving = np.convolve(10 ** (loudness / 10), ones, "valid")
    at = int(moving.argmax())
    loudest = float(moving[at])
    shares = power[at : at + len(ones)].sum(axis=0) * weights
    gain_db = _FULL_LUFS - (-0.691 + 10 * math.log10(max(loudest, 1e-12)))
    gain_db = min(max(gain_db, -_MOST_GAIN_DB), _MOST_GAIN_DB)
    part = find_held_part(plain_db, sustains)
    slope = part.slope_db / NEPER_DB
    holds = sustains or part.slope_db > -holds_db_per_second * layout.hop_seconds
    made = np.log(np.ascontiguousarray(magnitude))
    made.setflags(write=False)
    return NoteWindow(
        made,
        (plain_db + gain_db).astype(np.float32),
        gain_db / NEPER_DB,
        (part.first, part.last),
        part.end,
        slope,
        0.0 if holds else slope,
        np.asarray(shares / max(float(shares.sum()), 1e-30), np.float32),
    )


@lru_cache(maxsize=8)
def _weights(layout: SpectrogramFormat) -> tuple[FloatArray, float]:
    """K-weighting per bin, and what turns squared magnitude into mean square samples."""
    analysis = window(layout.window, layout.n_fft).astype(np.float64)
    scale = 2 * (analysis.sum() / 2) ** 2 / (layout.n_fft * float(np.sum(analysis**2)))
    return k_weights(layout.bins, layout.sample_rate), float(scale)


def _db(power: FloatArray) -> FloatArray:
    return np.asarray(10 * np.log10(np.maximum(power, 1e-14)), np.float32)
