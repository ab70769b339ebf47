"""How well moving pictures follow a sound: judged from samples and pixels alone.

Written from the definitions, apart from the analysis and the map that made the pictures.
"""

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.evaluation.pictures.appearance import rank_correlation
from latent_resonance.evaluation.pictures.oklab import to_oklab

_Doubles = npt.NDArray[np.float64]

_BASS_HZ = (20.0, 150.0)
# Direction of sRGB's red in the plane of OKLab.
_RED = np.array([0.8726, 0.4885])
_SETTLED_SECONDS = 4.0
_HEARING_SECONDS = 0.125
_CLICK_SECONDS = 0.1
_APART_SECONDS = 0.2
_TIMES_MEDIAN = 2.0
_PULSE_SECONDS, _STILL = 0.3, 0.002
# Mean square below which there is nothing to hear: -60 dB.
_QUIET = 1e-6


def redness(frames: ByteArray) -> _Doubles:
    """How far the mean colour of each frame lies towards red in OKLab, ``[frames]``."""
    means = [to_oklab(one)[..., 1:].reshape(-1, 2).mean(0) for one in frames]
    return np.asarray(np.array(means) @ _RED)


def bass_level(sound: FloatArray, rate: int, frame_rate: float, frames: int) -> _Doubles:
    """Level in dB from 20 to 150 Hz of the eighth of a second of ``sound`` before each frame.

    That is about as long as the ear takes to judge a loudness (Florentine et al. 1996).
    """
    from scipy.signal import butter, sosfilt

    band = butter(2, _BASS_HZ, "bandpass", fs=rate, output="sos")
    power = np.cumsum(np.square(sosfilt(band, np.asarray(sound, float))))
    ends = np.clip(np.round(np.arange(frames) * rate / frame_rate).astype(int), 1, len(power) - 1)
    starts = np.maximum(ends - round(_HEARING_SECONDS * rate), 0)
    mean = (power[ends] - power[starts]) / np.maximum(ends - starts, 1)
    return np.asarray(10 * np.log10(np.maximum(mean, 1e-9)))


def bass_to_red(frames: ByteArray, sound: FloatArray, rate: int, frame_rate: float = 30.0) -> float:
    """Spearman's correlation of bass and redness after the first 4 s, -1..1."""
    first = round(_SETTLED_SECONDS * frame_rate)
    bass = bass_level(sound, rate, frame_rate, len(frames))
    return rank_correlation(redness(frames)[first:], bass[first:])


def attacks(sound: FloatArray, rate: int, rise_db: float = 4.0) -> _Doubles:
    """Seconds at which the level of ``sound [samples]`` rises by that much.

    The mean of 20 ms is compared with that of the 80 ms before, every 10 ms, of the whole sound and
    of its bass.
    """
    from scipy.signal import butter, sosfilt

    hop = max(1, rate // 100)
    found = np.zeros(0)
    bass = butter(2, _BASS_HZ, "bandpass", fs=rate, output="sos")
    for one in (np.asarray(sound, float), sosfilt(bass, np.asarray(sound, float))):
        count = len(one) // hop
        power = np.cumsum(np.append(0, np.square(one[: count * hop]).reshape(count, hop).mean(1)))
        at = np.arange(8, count - 1)
        now, before = (power[at + 2] - power[at]) / 2, (power[at] - power[at - 8]) / 8
        rises = (now > before * 10 ** (rise_db / 10)) & (now > _QUIET)
        found = np.append(found, (at[rises] + 1) * hop / rate)
    return np.unique(np.round(found, 3))


def calm_frames(
    strikes: Sequence[float] | _Doubles, frames: int, frame_rate: float = 30.0
) -> npt.NDArray[np.bool_]:
    """Whether each of ``frames - 1`` changes lies outside of the 0.3 s after every strike."""
    when = np.arange(1, frames) / frame_rate
    calm = np.ones(frames - 1, bool)
    for strike in np.asarray(strikes):
        calm &= (when < strike) | (when > strike + _PULSE_SECONDS)
    return calm


def frame_steps(frames: ByteArray) -> _Doubles:
    """Mean change from each frame to the next as a share of the whole range, ``[frames - 1]``."""
    pairs = itertools.pairwise(frames)
    steps = [np.abs(b.astype(np.int16) - a.astype(np.int16)).mean() / 255 for a, b in pairs]
    return np.array(steps)


def answered_clicks(
    frames: ByteArray, clicks: Sequence[float] | _Doubles, frame_rate: float = 30.0
) -> float:
    """Share of clicks that the picture answers: twice the median change within 100 ms, or more."""
    steps = frame_steps(frames)
    usual = float(np.median(steps))
    when = np.arange(1, len(frames)) / frame_rate
    after = [
        steps[(when >= click - 1e-9) & (when <= click + _CLICK_SECONDS + 1e-9)]
        for click in clicks
        if click < when[-1] - _CLICK_SECONDS
    ]
    return float(np.mean([bool(one.size) and one.max() >= _TIMES_MEDIAN * usual for one in after]))


def pulse_times(frames: ByteArray, frame_rate: float = 30.0) -> _Doubles:
    """Seconds at which the picture changes most, between frames by a parabola.

    A pulse stands out of the median change by a factor of two, is more than 0.2 % of the range, and
    is the largest within 0.2 s.
    """
    steps = frame_steps(frames)
    least = max(_TIMES_MEDIAN * float(np.median(steps)), _STILL)
    reach = round(_APART_SECONDS * frame_rate)
    found = []
    for k in range(1, len(steps) - 1):
        near = steps[max(0, k - reach) : k + reach + 1]
        if steps[k] < near.max() or steps[k] < least:
            continue
        before, here, after = steps[k - 1 : k + 2]
        bend = before - 2 * here + after
        offset = 0.5 * (before - after) / bend if bend < 0 else 0.0
        # The change from frame k to the next is seen when the next is shown.
        found.append((k + 1 + float(np.clip(offset, -0.5, 0.5))) / frame_rate)
    return np.array(found)


def attack_frames(frames: ByteArray) -> int:
    """Frames that a single pulse takes to come in: those from 5 to 95 % of its largest distance.

    Args:
        frames: one pulse, the first frame before it.
    """
    away = np.array([np.abs(one.astype(float) - frames[0]).mean() for one in frames])
    part = away / max(float(away.max()), 1e-12)
    last = int(np.argmax(part >= 0.95))
    first = int(np.argmax(part >= 0.05))
    return last - first + 1


def look_of_passages(frames: ByteArray, frame_rate: float = 30.0, seconds: float = 5.0) -> _Doubles:
    """What passages look like: ``[passages, 9]``.

    Means of OKLab and their deviations within a picture, how much changes at one and at eight
    pixels' distance, and from frame to frame.
    """
    length = round(seconds * frame_rate)
    rows = []
    for start in range(0, len(frames) - length + 1, length):
        passage = frames[start : start + length]
        seen = []
        for one in passage[::5]:
            lab = to_oklab(one)
            flat = lab.reshape(-1, 3)
            light = lab[..., 0]
            fine, coarse = (np.abs(light[:, k:] - light[:, :-k]).mean() for k in (1, 8))
            seen.append([*flat.mean(0), *flat.std(0), fine, coarse])
        rows.append([*np.mean(seen, axis=0), frame_steps(passage).mean()])
    return np.array(rows)


def between_over_within(songs: Sequence[_Doubles]) -> float:
    """Mean distance of passages of different songs over that of passages of the same song.

    Args:
        songs: each ``[passages, measures]``; each measure counts in units of its deviation over
            all passages.
    """
    every = np.concatenate(songs)
    scale = np.maximum(every.std(0), 1e-9)
    whose = np.concatenate([np.full(len(one), k) for k, one in enumerate(songs)])
    flat = every / scale
    distance = np.linalg.norm(flat[:, None] - flat[None], axis=-1)
    same = whose[:, None] == whose[None]
    others = ~np.eye(len(flat), dtype=bool)
    return float(distance[~same].mean() / distance[same & others].mean())
