"""The beat of a running sound as controls: announced beats, phase, tempo, confidence."""

import math

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import Tempo
from latent_resonance.sense.listening.controls import BEAT_MULTIPLES, REST, ListeningOptions
from latent_resonance.sound.bars import BarTracker
from latent_resonance.sound.beats import BeatTracker
from latent_resonance.sound.mel_flux import MelFlux
from latent_resonance.sound.smoothing import share

_Doubles = npt.NDArray[np.float64]

# From the middle of a window to where a rise is largest, in seconds; measured with clicks.
_RISE_SECONDS = 0.0064
_FALL_SECONDS = 0.15
# After so long a silence the next rhythm is another one.
_FORGET_SECONDS = 2.0
# A beat that was due in silence still counts when the sound begins so soon after it.
_LATE_SECONDS = 0.07


class Rhythm:
    """Follows the beat through the sound and through short silences; is still in those.

    Args:
        rate: in Hz.
        n_fft: of the spectra.
        step_seconds: from one spectrum to the next.
        options: which tempi, and how far ahead.
    """

    def __init__(
        self, rate: int, n_fft: int, step_seconds: float, options: ListeningOptions
    ) -> None:
        self._flux = MelFlux(rate, n_fft, step_seconds)
        self._tracker = BeatTracker(
            step_seconds,
            n_fft / 2 / rate + _RISE_SECONDS,
            options.beat_ahead_seconds,
            options.slowest_bpm,
            options.fastest_bpm,
        )
        self._bars = BarTracker()
        self._dt = step_seconds
        self._fall = 1 - share(step_seconds, _FALL_SECONDS)
        self._ahead = options.beat_ahead_seconds
        self._late = options.beat_ahead_seconds + _LATE_SECONDS
        self._multiple = BEAT_MULTIPLES[options.beat_multiple]
        self.reset()

    def reset(self) -> None:
        """Nothing was heard so far."""
        self._flux.reset()
        self._tracker.reset()
        self._bars.reset()
        self._turns = 0
        self._silent = 0.0
        self._due = math.inf
        self._kept = self._astray = False
        self._beat = self._confidence = 0.0
        self._tempo, self._phase = REST["tempo"], REST["beat_phase"]
        self._bar_phase = REST["bar_phase"]

    def multiply(self, multiple: str) -> None:
        """``half``, ``as_heard`` or ``double`` of the beats that are found, from now on."""
        factor = BEAT_MULTIPLES[multiple]
        self._turns = math.floor(self._turns * factor / self._multiple)
        self._multiple = factor

    def step(self, power: _Doubles, notes: _Doubles, *, sounding: bool) -> None:
        """Take the newest power spectrum ``[n_fft // 2 + 1]`` and strength of notes ``[12]``."""
        self._silent = 0.0 if sounding else self._silent + self._dt
        if self._silent > _FORGET_SECONDS:
            self._tracker.reset()
            self._bars.reset()
            self._turns = 0
            self._kept = self._astray = False
            return
        beats = self._tracker.step(self._flux.step(power))
        self._bars.step(beats.position, self._flux.bass, notes)
        position = beats.position * self._multiple
        if position >= self._turns + 1:
            self._turns = math.floor(position)
            if beats.sure:
                self._due = 0.0
        self._beat *= self._fall
        if sounding and self._due <= self._late:
            self._beat, self._due = 1.0, math.inf
        self._due += self._dt
        self._confidence = beats.confidence
        if beats.bpm:
            self._tempo = beats.bpm * self._multiple
            self._phase = position % 1.0
            self._bar_phase = self._bars.phase(beats.position)
        self._kept = beats.sure and sounding
        self._astray = beats.astray

    @property
    def sure(self) -> bool:
        """Whether there is a clear beat in what sounds."""
        return self._kept

    @property
    def astray(self) -> bool:
        """Whether attacks fell beside that beat of late, as they do after a jump of the tempo."""
        return self._kept and self._astray

    def tempo(self, now_seconds: float) -> Tempo | None:
        """The beat at ``now_seconds``, the time of the newest step, where there is a clear one."""
        if not self._kept:
            return None
        phase = (self._phase - self._ahead * self._tempo / 60) % 1.0
        return Tempo(now_seconds, self._tempo, phase, self._confidence)

    def values(self) -> dict[str, float]:
        """The controls now."""
        return {
            "beat": self._beat,
            "beat_phase": self._phase,
            "tempo": self._tempo,
            "beat_confidence": self._confidence,
            "bar_phase": self._bar_phase,
            "bar_confidence": self._bars.confidence * self._confidence,
        }
