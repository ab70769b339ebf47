"""The pitch of a sound by librosa's YIN (de Cheveigne and Kawahara 2002, JASA 111, 1917).

It runs at four times the rate, because the short period of a bright sound falls between samples:
harmonic tones are found within 0.3 cents, pure sines within 5.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray

Array = npt.NDArray[np.float64]

_LOW_HZ = 35.0
_HIGH_HZ = 2100.0
_FRAME_SECONDS = 0.128
_HOP_SECONDS = 0.032
_FINE = 4  # times the sample rate
_THRESHOLD = 0.15
# A frame counts when it is not much softer than the loudest.
_SOFTEST_DB = -30.0
_SILENCE = 1e-9
# The whole note is sure when that share of its loud frames agrees within half a semitone.
_AGREE_SEMITONES = 0.5
_SURE_SHARE = 0.5
_SURE_FRAMES = 3


@dataclass(frozen=True, slots=True)
class PitchTrack:
    """Pitch over time, one value every 32 ms.

    Attributes:
        hz: ``[frames]``; where nothing is periodic, the least bad guess.
        level_db: ``[frames]``, below the loudest frame; -inf for silence.
    """

    hz: Array
    level_db: Array


@dataclass(frozen=True, slots=True)
class NotePitch:
    """The pitch of one note.

    Attributes:
        midi: with fractions; NaN when all is silent or no frames agree.
        agreement: share of the loud frames that are within 50 cents of it, 0..1.
        sure: whether the estimate can be relied upon.
    """

    midi: float
    agreement: float
    sure: bool


def note_pitch(samples: FloatArray, sample_rate: int) -> NotePitch:
    """The pitch that a note holds for the longest: the median of its frames that agree.

    Args:
        samples: float32 ``[samples]``, mono.
        sample_rate: in Hz.
    """
    track = track_pitch(samples, sample_rate)
    loud = track.level_db > _SOFTEST_DB
    midi = 69 + 12 * np.log2(track.hz[loud] / 440)
    near = np.abs(midi - np.median(midi)) < _AGREE_SEMITONES if loud.any() else loud[:0]
    if not near.any():
        return NotePitch(math.nan, 0.0, sure=False)
    agreement = float(near.mean())
    sure = agreement >= _SURE_SHARE and int(near.sum()) >= _SURE_FRAMES
    return NotePitch(float(np.median(midi[near])), agreement, sure)


def track_pitch(samples: FloatArray, sample_rate: int) -> PitchTrack:
    """Pitch from 35 to 2100 Hz in frames of 128 ms.

    Args:
        samples: float32 ``[samples]``, mono; shorter ones than a frame are filled with zeros.
        sample_rate: in Hz.
    """
    import librosa
    import soxr

    rate = _FINE * sample_rate
    frame, hop = round(_FRAME_SECONDS * rate), round(_HOP_SECONDS * rate)
    fine = soxr.resample(np.asarray(samples, np.float64), sample_rate, rate)
    fine = np.pad(fine, (0, max(0, frame - len(fine))))
    hz = librosa.yin(
        fine,
        fmin=_LOW_HZ,
        fmax=_HIGH_HZ,
        sr=rate,
        frame_length=frame,
        hop_length=hop,
        trough_threshold=_THRESHOLD,
        center=False,
    )
    strength = librosa.feature.rms(y=fine, frame_length=frame, hop_length=hop, center=False)[0]
    loudest = float(strength.max())
    if loudest < _SILENCE:
        return PitchTrack(hz, np.full(len(hz), -np.inf))
    return PitchTrack(hz, 20 * np.log10(np.maximum(strength / loudest, _SILENCE)))
