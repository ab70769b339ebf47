"""A sound file as a row of peaks, for a page to draw."""

from pathlib import Path

import numpy as np
from pydantic import Field

from latent_resonance.sense.listening.files import SoundFile
from latent_resonance.studio.schema import Schema

_PEAKS = 600
# Of longer files a moment is looked at for each peak, so that hours take seconds.
_WHOLE_SECONDS, _MOMENT_SECONDS = 1200.0, 0.05
_AT_ONCE = 65_536


class Waveform(Schema):
    """A sound file, or the sound of a video."""

    seconds: float
    peaks: list[float] = Field(description="600 from start to end, 0..1, the loudest of the file 1")


def draw_waveform(path: Path) -> Waveform:
    """See ``Waveform``; raises MediaError where it holds no sound that can be read."""
    file = SoundFile(path)
    try:
        peaks = _all(file) if file.seconds <= _WHOLE_SECONDS else _moments(file)
    finally:
        file.close()
    loudest = max(float(peaks.max(initial=0.0)), 1e-6)
    return Waveform(
        seconds=round(file.seconds, 3), peaks=[round(float(one / loudest), 3) for one in peaks]
    )


def _all(file: SoundFile) -> np.ndarray:
    peaks = np.zeros(_PEAKS, np.float32)
    length = max(1, round(file.seconds * file.rate))
    done = 0
    while len(block := file.read(_AT_ONCE)):
        level = np.abs(block).max(axis=1)
        slots = np.minimum((done + np.arange(len(level))) * _PEAKS // length, _PEAKS - 1)
        np.maximum.at(peaks, slots, level)
        done += len(block)
    return peaks


def _moments(file: SoundFile) -> np.ndarray:
    peaks = np.zeros(_PEAKS, np.float32)
    for slot in range(_PEAKS):
        file.rewind(file.seconds * slot / _PEAKS)
        block = file.read(round(_MOMENT_SECONDS * file.rate))
        peaks[slot] = np.abs(block).max(initial=0.0)
    return peaks
