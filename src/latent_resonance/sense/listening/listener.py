"""A running sound as controls: measured, scaled to 0..1, smoothed, and gated in silence."""

import math
from collections import deque
from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import Controls, FloatArray
from latent_resonance.sense.listening.character import MEASURES, Character
from latent_resonance.sense.listening.controls import REST, ListeningOptions
from latent_resonance.sense.listening.descriptors import NAMES, Descriptors
from latent_resonance.sense.listening.harmony import Harmony
from latent_resonance.sense.listening.mood_map import AXES, MoodMap, load_mood_map
from latent_resonance.sense.listening.novelty import Novelty
from latent_resonance.sense.listening.rhythm import Rhythm
from latent_resonance.sense.listening.running_range import Anchor, RunningRange
from latent_resonance.sense.listening.vectors import Vectors
from latent_resonance.sound.pitch import find_pitch
from latent_resonance.sound.smoothing import share

# Name to: least range and its anchor, and time constants of the rise and the fall.
_HOW: dict[str, tuple[float, Anchor, float, float]] = {
    "contrast": (6.0, "middle", 0.08, 0.08),
    "flatness": (0.5, "middle", 0.08, 0.08),
    "onset_strength": (3.0, "low", 0.0, 0.08),
    "zero_crossing_rate": (0.02, "middle", 0.08, 0.08),
    "chroma_variance": (0.03, "middle", 0.08, 0.08),
    "bass": (12.0, "middle", 0.0, 0.1),
    "mids": (12.0, "middle", 0.0, 0.1),
    "highs": (12.0, "middle", 0.0, 0.1),
    "rms": (12.0, "middle", 0.0, 0.1),
    "centroid": (0.5, "middle", 0.08, 0.08),
}
_RMS, _STRENGTH = NAMES.index("rms"), NAMES.index("onset_strength")
_BANDS = slice(NAMES.index("bass"), NAMES.index("highs") + 1)
# What falls by no more of its range a second, however suddenly it stops. Colours follow the bass:
# they would jump from frame to frame.
_MOST_FALL = {"bass": 3.0}
# A band this far below the whole sound is empty, whatever its own range.
_EMPTY_DB, _EMPTY_FADE_DB = 50.0, 10.0
_GATE_DB, _GATE_SECONDS = 6.0, 0.1
_FADE_SECONDS, _FADED = 0.12, 1e-6
# What keeps its value in silence: places and times rather than amounts.
_STAYS = {"pitch", "beat_phase", "bar_phase", "tempo", "harmony_hue", *AXES}
# An onset stands out of the median strength by this factor and these dB. The strongest of late
# counts as 1; a start out of silence, which is stronger than any beat, as no more than the most.
_ONSET_FACTOR, _ONSET_DB, _ONSET_SPAN_DB, _ONSET_MOST_DB = 1.15, 1.2, 3.0, 12.0
_FEW = 16
_ONSET_FALL_SECONDS, _ONSET_TOP_SECONDS = 0.12, 4.0
_CLEAR_LOW, _CLEAR_HIGH = 0.35, 0.9
_VOICED = 0.4
_PITCH_SECONDS, _PITCH_JUMP = 0.03, 1.5


class Listener:
    """Takes sound piece by piece; what it gives does not depend on how the sound was cut.

    Args:
        rate: in Hz.
        options: of ranges, the gate and beats. The gate opens at its level and shuts 6 dB lower.
        mood_map: in place of the one that the options name.
        follows: vectors that are wanted; see ``vectors``.

    Raises:
        InputError: the options name a mood map that cannot be read.

    Attributes:
        hop: of a step, in samples.
        step_seconds: the same in seconds.
        measures: what the sound is like over seconds, in the order of ``character.MEASURES``.
    """

    def __init__(
        self,
        rate: int,
        options: ListeningOptions | None = None,
        mood_map: MoodMap | None = None,
        follows: Collection[str] = (),
    ) -> None:
        chosen = options or ListeningOptions()
        self._rate = rate
        self._gate_db = chosen.gate_db
        self._descriptors = Descriptors(rate)
        self.hop = self._descriptors.hop
        self.step_seconds = self.hop / rate
        how = [_HOW[name] for name in NAMES]
        spans, anchors = [one[0] for one in how], [one[1] for one in how]
        self._range = RunningRange(chosen.range_seconds, self.step_seconds, spans, anchors)
        self._rise = np.array([share(self.step_seconds, one[2]) for one in how])
        self._fall = np.array([share(self.step_seconds, one[3]) for one in how])
        falls = np.array([_MOST_FALL.get(name, np.inf) for name in NAMES])
        self._most_fall = falls * self.step_seconds
        self._fade_step = self.step_seconds / _FADE_SECONDS
        self._rhythm = Rhythm(rate, self._descriptors.frame // 2, self.step_seconds, chosen)
        self._harmony = Harmony(self.step_seconds)
        self._novelty = Novelty(self.step_seconds)
        self._character = Character(self.step_seconds)
        self._mood_map = mood_map or load_mood_map(chosen.mood_map)
        self._vectors = Vectors(rate, self.step_seconds, follows)
        self._onset_fall = 1 - share(self.step_seconds, _ONSET_FALL_SECONDS)
        self._top_fall = 1 - share(self.step_seconds, _ONSET_TOP_SECONDS)
        self.reset()

    def reset(self) -> None:
        """Forget the sound."""
        self._descriptors.reset()
        self._range.reset()
        self._rhythm.reset()
        self._harmony.reset()
        self._novelty.reset()
        self._character.reset()
        self._vectors.reset()
        self.measures = np.zeros(len(MEASURES))
        self._frame = np.zeros(self._descriptors.frame, np.float32)
        self._waiting = np.zeros(0, np.float32)
        self._count = self._known = 0
        self._open, self._quiet = False, 0.0
        self._level = np.zeros(len(NAMES))
        self._onset = self._voicing = self._top = 0.0
        self._left, self._last = 0.0, dict(REST)
        self._pitch = REST["pitch"]
        self._pitches: deque[float] = deque(maxlen=3)

    def multiply_beats(self, multiple: str) -> None:
        """``half``, ``as_heard`` or ``double`` of the beats that are found, from now on."""
        self._rhythm.multiply(multiple)

    def feed(self, samples: FloatArray) -> list[Controls]:
        """Go on by float32 ``[samples]``, mono, of any length; all controls for each whole step.

        Times are those of the step's end, from the first sample on. What is not finite counts as
        silence.
        """
        fresh = np.asarray(samples, np.float32)
        if not np.isfinite(fresh).all():
            fresh = np.nan_to_num(fresh, nan=0.0, posinf=0.0, neginf=0.0)
        self._waiting = np.concatenate([self._waiting, np.clip(fresh, -8, 8)])
        hop = self.hop
        updates = []
        while len(self._waiting) >= hop:
            self._frame = np.concatenate([self._frame[hop:], self._waiting[:hop]])
            self._vectors.add(self._waiting[:hop])
            self._waiting = self._waiting[hop:]
            updates.append(self._step())
        return updates

    def _step(self) -> Controls:
        self._count += 1
        raw = self._descriptors.step(self._frame)
        self._gate(float(raw[_RMS]))
        self._rhythm.step(self._descriptors.newer, self._descriptors.notes, sounding=self._open)
        if self._open:
            self._range.add(raw)
            self._known += 1
            self._follow(raw)
            self._harmony.step(self._descriptors.notes)
            self._novelty.step(float(raw[_RMS]))
            self._left, self._last = 1.0, self._values(raw)
        values = self._last if self._open else self._die_away()
        now = self._count * self.step_seconds
        vectors = self._vectors.step(sounding=self._open)
        return Controls(now, values, self._open, tempo=self._rhythm.tempo(now), vectors=vectors)

    def _values(self, raw: npt.NDArray[np.float64]) -> dict[str, float]:
        rhythm = {**self._rhythm.values(), **self._harmony.values()}
        self.measures = self._character.step(raw, rhythm)
        mood = self._mood_map.point(self.measures).tolist()
        return {
            **dict(zip(NAMES, self._level.tolist(), strict=True)),
            "onset": self._onset,
            "pitch": self._pitch,
            "voicing": self._voicing,
            **rhythm,
            "novelty": self._novelty.value,
            "pulse": self._pulse(rhythm["beat"]),
            **dict(zip(AXES, mood, strict=True)),
        }

    def _pulse(self, beat: float) -> float:
        """The beat where it is clear, else onsets too; those alone while the beat is astray."""
        if self._rhythm.astray:
            return self._onset
        return beat if self._rhythm.sure else max(beat, self._onset)

    def _gate(self, level_db: float) -> None:
        if level_db > self._gate_db:
            self._open, self._quiet = True, 0.0
        elif level_db > self._gate_db - _GATE_DB:
            self._quiet = 0.0
        else:
            self._quiet += self.step_seconds
            self._open = self._open and self._quiet < _GATE_SECONDS

    def _follow(self, raw: npt.NDArray[np.float64]) -> None:
        goal = self._range.place(raw)
        above = self._range.high[_BANDS] - self._range.high[_RMS] + _EMPTY_DB
        goal[_BANDS] *= np.clip(above / _EMPTY_FADE_DB, 0, 1)
        pace = np.where(goal > self._level, self._rise, self._fall)
        least = self._level - self._most_fall
        self._level = np.maximum(self._level + pace * (goal - self._level), least)
        self._follow_onset(float(raw[_STRENGTH]))
        pitch, clarity = find_pitch(self._frame, self._rate)
        voicing = min(max((clarity - _CLEAR_LOW) / (_CLEAR_HIGH - _CLEAR_LOW), 0.0), 1.0)
        self._voicing += share(self.step_seconds, _PITCH_SECONDS) * (voicing - self._voicing)
        if voicing > _VOICED and math.isfinite(pitch):
            self._follow_pitch(pitch)

    def _follow_onset(self, strength: float) -> None:
        usual = float(self._range.middle[_STRENGTH]) if self._known > _FEW else 0.0
        least = _ONSET_FACTOR * usual + _ONSET_DB
        self._top = max(min(strength, _ONSET_MOST_DB), self._top * self._top_fall)
        self._top = max(self._top, least + _ONSET_SPAN_DB)
        found = min(max((strength - least) / (self._top - least), 0.0), 1.0)
        self._onset = max(found, self._onset * self._onset_fall)

    def _follow_pitch(self, pitch: float) -> None:
        # The middle one of three: a single step in another octave goes unnoticed.
        self._pitches.append(pitch)
        middle = sorted(self._pitches)[len(self._pitches) // 2]
        away = middle - self._pitch
        near = abs(away) < _PITCH_JUMP
        self._pitch += away * (share(self.step_seconds, _PITCH_SECONDS) if near else 1.0)

    def _die_away(self) -> dict[str, float]:
        """Straight down to nothing, but for what stays where it was last, such as the pitch."""
        self._left = max(0.0, self._left - self._fade_step)
        if self._left < _FADED:
            self._left = 0.0
            self._level[:] = 0
            self._onset = self._voicing = 0.0
            self._pitches.clear()
            self._harmony.reset()
        return {n: v if n in _STAYS else v * self._left for n, v in self._last.items()}
