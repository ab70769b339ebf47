"""Beats of a running sound, announced before they fall."""

import math
from dataclasses import dataclass

import numpy as np

from latent_resonance.sound.beat_phases import BeatPhases
from latent_resonance.sound.mel_flux import Rise
from latent_resonance.sound.tempo import TempoFinder

_WINDOW_SECONDS = 8.0
_EVERY_SECONDS = 0.1
_FIRST_SECONDS = 1.5
# Of the phase: part of a small error that is mended at once, and what counts as small.
_MENDED, _SMALL = 0.35, 0.14
# A large error is believed after it was seen so often without a break.
_STUBBORN = 10
_CONFIDENCE_KEPT = 0.85
# After a jump of the tempo the last seconds alone tell the new one: when they are clear, and so
# often without a break say another tempo that is none of the usual mistakes, the rest is forgotten.
_LATE_SECONDS, _LATE_CLEAR, _LATE_STUBBORN = 2.5, 0.5, 4
# The first beat of the new tempo may follow the last of the old one so soon.
_SOON_SECONDS = 0.07
_ANOTHER_OCTAVES, _MISTAKEN = 0.04, (1.0, 2.0, 1.5, 3.0)
# Beats are announced from this confidence on, and down to the other.
_SURE, _UNSURE = 0.08, 0.02


@dataclass(frozen=True, slots=True)
class Beats:
    """What is known of the beat, ``ahead_seconds`` from now.

    Attributes:
        position: beats so far and part of the next one; a beat falls where it reaches a whole
            number.
        bpm: beats per minute; 0 while no tempo is known.
        confidence: 0 for noise and silence, 1 for a clear rhythm.
        sure: whether beats are worth showing.
        astray: whether most attacks of late fell where the beat has none: the tempo jumped.
    """

    position: float = 0.0
    bpm: float = 0.0
    confidence: float = 0.0
    sure: bool = False
    astray: bool = False


class BeatTracker:
    """Takes one onset strength after another; knows nothing of what is to come.

    Ten times a second the autocorrelation of all rises of the last 8 s gives the tempo, and the
    train of pulses that meets them and the loud ones best its phase; a loop that mends small errors
    in parts and distrusts large ones leads from there to the next beat.

    Args:
        step_seconds: between two strengths.
        delay_seconds: from an attack to the middle of its rise in the strengths.
        ahead_seconds: how long before it falls a beat is announced.
        slowest_bpm: lowest tempo that is looked for.
        fastest_bpm: highest.
    """

    def __init__(
        self,
        step_seconds: float,
        delay_seconds: float,
        ahead_seconds: float = 0.06,
        slowest_bpm: float = 50.0,
        fastest_bpm: float = 200.0,
    ) -> None:
        self._dt = step_seconds
        self._ahead = ahead_seconds + delay_seconds
        self._every = max(1, round(_EVERY_SECONDS / step_seconds))
        self._past = np.zeros(round(_WINDOW_SECONDS / step_seconds))
        self._loud = np.zeros(len(self._past))
        self._tempo = TempoFinder(len(self._past), step_seconds, slowest_bpm, fastest_bpm)
        self._phases = BeatPhases(step_seconds)
        self._late = round(_LATE_SECONDS / step_seconds)
        self._late_tempo = TempoFinder(self._late, step_seconds, slowest_bpm, fastest_bpm)
        self.reset()

    def reset(self) -> None:
        """Nothing was taken."""
        self._past[:] = 0
        self._loud[:] = 0
        self._tempo.reset()
        self._late_tempo.reset()
        self._phases.reset()
        self._count = self._doubts = self._others = 0
        self._period = self._next = self._confidence = 0.0
        self._last = -1.0
        self._beats = 0
        self._sure = False

    def step(self, rise: Rise) -> Beats:
        """Take the strength of the next step."""
        for past, strength in ((self._past, rise.every), (self._loud, rise.loud)):
            past[:-1] = past[1:]
            past[-1] = strength
        self._count += 1
        if self._count % self._every == 0 and self._count * self._dt > _FIRST_SECONDS:
            self._look()
        if not self._period:
            return Beats()
        # All times are those of the strengths, so that the delay is a part of the lead.
        there = self._count * self._dt + self._ahead
        while there >= self._next - self._dt / 2:
            if self._next - self._last > 0.5 * self._period:
                self._last = self._next
                self._beats += 1
            self._next += self._period
        phase = 1 - (self._next - there) / self._period
        self._phases.step(rise.loud, phase - self._ahead / self._period)
        return Beats(
            self._beats + min(max(phase, 0.0), 0.999),
            60 / self._period,
            self._confidence,
            self._sure,
            self._phases.astray,
        )

    def _look(self) -> None:
        self._look_for_a_jump()
        every = self._tempo.find(self._past)
        clear = self._tempo.clearness
        self._confidence += (1 - _CONFIDENCE_KEPT) * (clear - self._confidence)
        self._sure = self._confidence > (_UNSURE if self._sure else _SURE)
        # Each alone errs by half a beat: by hats between kicks, or by a bass off the beat.
        smooth = every + self._tempo.smoothed(self._loud)
        if not self._tempo.period or not smooth.any():
            return
        phases, found = self._tempo.pulses(smooth, self._tempo.period)
        best = int(found.argmax())
        before, at, after = (float(found[(best + side) % len(found)]) for side in (-1, 0, 1))
        bend = 2 * at - before - after
        part = 0.25 * (after - before) / bend if bend > 1e-9 else 0.0
        self._period = self._tempo.period * self._dt
        now = self._count * self._dt
        self._follow(now - (float(phases[best]) + part) * self._dt + self._period)

    def _look_for_a_jump(self) -> None:
        late, whole = self._late_tempo, self._tempo
        late.find(self._past[-self._late :])
        if self._count < len(self._past) or not late.period or not whole.period:
            return
        octaves = abs(math.log2(late.period / whole.period))
        near = min(abs(octaves - math.log2(factor)) for factor in _MISTAKEN)
        another = self._sure and near > _ANOTHER_OCTAVES and late.clearness > _LATE_CLEAR
        self._others = self._others + 1 if another else 0
        if self._others >= _LATE_STUBBORN:
            self._past[: -self._late] = self._loud[: -self._late] = 0
            whole.turn_to(late.period)
            self._others = self._doubts = 0
            # The old phase tells nothing of the new tempo, whose first beat may come soon.
            self._next = 0.0
            self._last -= 0.5 * self._period - _SOON_SECONDS

    def _follow(self, expected: float) -> None:
        """Lead the next beat towards where the pulses expect one."""
        if not self._next:
            self._next = expected
            return
        away = expected - self._next
        away -= round(away / self._period) * self._period
        if abs(away) <= _SMALL * self._period:
            self._next += _MENDED * away
            self._doubts = 0
            return
        self._doubts += 1
        if self._doubts >= _STUBBORN:
            self._next += away
            self._doubts = 0
