"""From the instrument's sample rate to the page's 48 kHz, as it streams.

A page that resamples in its worklet would have to do it on the audio thread, with its own filter;
here it is one filter for all browsers. 16 and 24 kHz are whole parts of 48: a polyphase Kaiser
filter of our own takes 2.5 ms. soxr at its usual quality takes 21 ms (15 at "MQ"), and serves
rates that are no whole parts.
"""

from typing import Any

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.studio.wire import SAMPLE_RATE

_TAPS_PER_PHASE = 80
_BETA = 8.0  # stop band 80 dB down


class ToPageRate:
    """Pulls from a source at its rate and gives any number of frames at the page's.

    Args:
        rate: of the source, in Hz.
        channels: of the sound.
    """

    def __init__(self, rate: int, channels: int) -> None:
        self._rate = rate
        self._channels = channels
        self._left: FloatArray = np.zeros((0, channels), np.float32)
        self._ratio = SAMPLE_RATE // rate if SAMPLE_RATE % rate == 0 else 0
        self._soxr: Any = None
        if self._ratio > 1:
            self._phases = _phases(self._ratio)
            self._before = np.zeros((_TAPS_PER_PHASE - 1, channels), np.float32)
        elif not self._ratio:
            import soxr

            self._soxr = soxr.ResampleStream(
                rate, SAMPLE_RATE, channels, dtype="float32", quality="MQ"
            )

    @property
    def latency_seconds(self) -> float:
        """What it takes."""
        if self._soxr is not None:
            return float(self._soxr.delay()) / SAMPLE_RATE
        if self._ratio == 1:
            return 0.0
        return (_TAPS_PER_PHASE * self._ratio - 1) / 2 / SAMPLE_RATE

    @property
    def frames_left(self) -> int:
        """Ready, and given next."""
        return len(self._left)

    def wanted(self, frames: int) -> int:
        """How many frames of the source ``give`` needs now to have ``frames``; may be 0."""
        missing = max(0, frames - len(self._left))
        return -(-missing * self._rate // SAMPLE_RATE)

    def add(self, samples: FloatArray) -> None:
        """Sound of the source, ``[frames, channels]``."""
        if self._ratio == 1:
            made = samples
        elif self._soxr is not None:
            made = self._soxr.resample_chunk(np.ascontiguousarray(samples, np.float32))
        else:
            made = self._filter(samples)
        self._left = np.concatenate([self._left, made])

    def give(self, frames: int) -> FloatArray | None:
        """The next frames ``[frames, channels]``; None where there are not enough yet."""
        if len(self._left) < frames:
            return None
        out, self._left = self._left[:frames], self._left[frames:]
        return out

    def _filter(self, samples: FloatArray) -> FloatArray:
        """Each phase of the filter makes each ``ratio``-th frame."""
        sound = np.concatenate([self._before, samples])
        self._before = sound[len(samples) :]
        views = np.lib.stride_tricks.sliding_window_view(sound, _TAPS_PER_PHASE, axis=0)
        # [frames, channels, taps] @ [taps, ratio] -> [frames, channels, ratio]
        made = views @ self._phases
        return np.ascontiguousarray(made.transpose(0, 2, 1).reshape(-1, self._channels), np.float32)


def _phases(ratio: int) -> FloatArray:
    """The low-pass filter ``[taps, ratio]``, newest tap last, unit gain for each phase."""
    taps = _TAPS_PER_PHASE * ratio
    time = np.arange(taps) - (taps - 1) / 2
    # The middle of the transition lies below the source's half rate, which nothing reaches.
    cutoff = 1 - 4.0 / _TAPS_PER_PHASE / 2
    impulse = np.sinc(time * cutoff / ratio) * np.kaiser(taps, _BETA)
    phases = impulse.reshape(_TAPS_PER_PHASE, ratio)
    return np.asarray((phases / phases.sum(axis=0))[::-1], np.float32)
