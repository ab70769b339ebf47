"""How a note lives, measured on its sound alone: attack, fall, end, brightness, noise.

Nothing here knows how notes are made; recordings and renderings are measured alike.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_Samples = npt.NDArray[np.floating]
_Levels = npt.NDArray[np.float64]

STEP_SECONDS = 0.2
"""Of the steps in which a level is followed."""

_FRAME_SECONDS, _HOP_SECONDS = 0.05, 0.01
_AFTER_ATTACK_SECONDS, _CUT_SECONDS = 0.1, 0.1
_FALL_DB, _FLOOR_MARGIN_DB = 35.0, 10.0
_LEAST_SECONDS = 0.1
_FLAT_SECONDS, _FLAT_DB = 0.5, 1.0
_ATTACK_FRAME, _ATTACK_HOP = 0.010, 0.001
_ATTACK_FROM_DB, _ATTACK_TO_DB = -20.0, -3.0
_ATTACK_WITHIN_SECONDS = 1.0
_NOISE_SECONDS, _NOISE_TOP_HZ = 0.5, 7000.0
_PARTIAL_SECONDS, _PARTIAL_TOP_HZ, _MOST_PARTIALS = 0.3, 7000.0, 12
_STRETCH = 0.03  # how far from a whole multiple a string's partial may lie


@dataclass(frozen=True, slots=True)
class Fall:
    """A line through a falling level.

    Attributes:
        db_per_second: its slope, below 0 for what dies.
        begin: of the part it was fitted to, in seconds,
        end: and its end.
    """

    db_per_second: float
    begin: float
    end: float

    @property
    def seconds_60(self) -> float:
        """T60; infinite for what does not fall."""
        return -60 / self.db_per_second if self.db_per_second < 0 else math.inf


def levels(sound: _Samples, rate: float, frame: float, hop: float) -> _Levels:
    """RMS in dB re full scale of frames ``[frames]``; both lengths in seconds."""
    size, step = max(1, round(frame * rate)), max(1, round(hop * rate))
    sums = np.cumsum(np.concatenate([[0.0], np.asarray(sound, np.float64) ** 2]))
    at = np.arange(0, max(len(sound) - size, 0) + 1, step)
    power = (sums[np.minimum(at + size, len(sound))] - sums[at]) / size
    return np.asarray(10 * np.log10(np.maximum(power, 1e-14)))


def greatest_rise(sound: _Samples, rate: float, floor_db: float = -60.0) -> float:
    """How far a level climbs above its least so far, in dB, in steps of 0.2 s after the loudest.

    Steps that lie ``floor_db`` below the loudest are over, and count no more.
    """
    steps = levels(sound, rate, STEP_SECONDS, STEP_SECONDS)
    after = steps[int(steps.argmax()) :]
    least = np.minimum.accumulate(after)
    heard = after > after[0] + floor_db
    return float((after - least)[heard].max())


def fall(
    sound: _Samples, rate: float, begin: float | None = None, end: float | None = None
) -> Fall:
    """The fall of a struck note's level.

    Args:
        sound: ``[samples]``.
        rate: in Hz.
        begin: where the line begins; 0.1 s after the loudest moment if None.
        end: where it ends; where the level is 35 dB down, comes near a floor, or is cut, if None.
    """
    found = levels(sound, rate, _FRAME_SECONDS, _HOP_SECONDS)
    seconds = np.arange(len(found)) * _HOP_SECONDS
    top = int(found.argmax())
    if begin is None:
        begin = float(seconds[top]) + _AFTER_ATTACK_SECONDS
    if end is None:
        last = len(sound) / rate - _FRAME_SECONDS - _CUT_SECONDS
        goal = max(found[top] - _FALL_DB, _floor(found[seconds <= last]) + _FLOOR_MARGIN_DB)
        # A line needs some room even where a floor is all there is.
        below = np.flatnonzero((found <= goal) & (seconds >= begin + _LEAST_SECONDS))
        end = min(last, float(seconds[below[0]]) if len(below) else last)
    part = (seconds >= begin) & (seconds <= max(end, begin + _LEAST_SECONDS))
    if part.sum() < 3:
        return Fall(-math.inf, begin, end)
    slope = float(np.polyfit(seconds[part], found[part], 1)[0])
    return Fall(slope, begin, end)


def _floor(found: _Levels) -> float:
    """Level of a noise floor that a note sank into; far below all if it still falls at its end."""
    late = found[-round(_FLAT_SECONDS / _HOP_SECONDS) :]
    falls = len(late) < 3 or np.polyfit(np.arange(len(late)), late, 1)[0] * len(late) < -_FLAT_DB
    return -math.inf if falls else float(late.mean())


def attack_seconds(sound: _Samples, rate: float) -> float:
    """From 20 to 3 dB below the loudest of the first second; 10 ms frames, 5 ms at least."""
    head = sound[: round(_ATTACK_WITHIN_SECONDS * rate)]
    quiet = np.zeros(round(_ATTACK_FRAME * rate))
    found = levels(np.concatenate([quiet, head]), rate, _ATTACK_FRAME, _ATTACK_HOP)
    loud = found - found.max()
    begin = int(np.flatnonzero(loud > _ATTACK_FROM_DB)[0])
    end = int(np.flatnonzero(loud > _ATTACK_TO_DB)[0])
    return max((end - begin) * _ATTACK_HOP, 0.005)


def centroid_hz(sound: _Samples, rate: float) -> float:
    """Centre of the power spectrum of the loudest second or less, up to 8 kHz."""
    size = min(len(sound), round(rate))
    power = np.abs(np.fft.rfft(np.asarray(sound[:size], np.float64) * np.hanning(size))) ** 2
    hz = np.fft.rfftfreq(size, 1 / rate)
    kept = (hz > 20) & (hz < 8000)
    return float((power * hz)[kept].sum() / max(power[kept].sum(), 1e-30))


def noise_between_partials_db(sound: _Samples, rate: float, hz: float) -> float:
    """Level of the noise in a held tone, dB re its partials.

    The power spectrum half-way between neighbouring partials (an eighth of the way around the
    middle), as if it went on beneath them, against all the rest; half a second from 1 s on, or the
    middle of a shorter note. Partials up to 7 kHz; meant for fundamentals above 100 Hz.
    """
    size = round(_NOISE_SECONDS * rate)
    begin = min(round(rate), max(0, (len(sound) - size) // 2))
    part = np.asarray(sound[begin : begin + size], np.float64)
    if len(part) < size or hz * 2 > _NOISE_TOP_HZ:
        return math.nan
    power = np.abs(np.fft.rfft(part * np.blackman(size))) ** 2
    number = np.fft.rfftfreq(size, 1 / rate) / hz
    inside = (number > 0.75) & (number * hz < _NOISE_TOP_HZ)
    between = inside & (np.abs(number - np.floor(number) - 0.5) < 0.125)
    noise = total = 0.0
    for k in range(1, int(_NOISE_TOP_HZ / hz) + 1):
        zone = inside & (np.abs(number - k) <= 0.5)
        if (zone & between).any():
            noise += float(power[zone & between].mean()) * zone.sum()
            total += float(power[zone].sum())
    tonal = max(total - noise, 1e-30)
    return 10 * math.log10(max(noise, 1e-30) / tonal)


def partial_levels_db(sound: _Samples, rate: float, hz: float) -> _Levels:
    """Levels of the first twelve partials below 7 kHz, in dB re their sum.

    Of 0.3 s that begin 0.1 s after the loudest moment, or end with a shorter note. A partial is
    what lies within three bins of the largest one near its multiple. For fundamentals above 30 Hz.

    Returns:
        ``[partials]``; none where the note is too short.
    """
    size = round(_PARTIAL_SECONDS * rate)
    loudest = int(levels(sound, rate, _FRAME_SECONDS, _HOP_SECONDS).argmax()) * _HOP_SECONDS
    begin = min(round((loudest + _AFTER_ATTACK_SECONDS) * rate), len(sound) - size)
    if begin < 0:
        return np.zeros(0)
    part = np.asarray(sound[begin : begin + size], np.float64)
    power = np.abs(np.fft.rfft(part * np.blackman(size))) ** 2
    found = []
    for number in range(1, min(_MOST_PARTIALS, int(_PARTIAL_TOP_HZ / hz)) + 1):
        middle, near = number * hz, max(3 / _PARTIAL_SECONDS, min(_STRETCH * number, 0.4) * hz)
        first, last = (round(max(one, 0) * size / rate) for one in (middle - near, middle + near))
        top = first + int(power[first : last + 1].argmax())
        found.append(float(power[max(top - 3, 0) : top + 4].sum()))
    whole = np.asarray(found)
    return np.asarray(10 * np.log10(np.maximum(whole / max(whole.sum(), 1e-30), 1e-12)))
