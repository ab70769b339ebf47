"""The places of a notes bundle: instruments, families, and the w of one note."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError, InputError, UnknownNameError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.notes.general_midi import instrument_for_program

LOWEST_PITCH, HIGHEST_PITCH = 21.0, 108.0
"""MIDI numbers that the model was made for: the keys of a grand piano."""

# How fast a released note falls, dB per second, and what is typical of those without an entry.
_RELEASE_DB = {
    "mallet": 60.0,
    "string_plucked": 90.0,
    "synth_pad": 90.0,
    "guitar": 120.0,
    "string": 170.0,
    "keyboard": 200.0,
    "vocal": 170.0,
    "bass": 240.0,
}
_USUAL_RELEASE_DB = 220.0
# Struck and plucked families; a held note of any other goes on unless it falls very fast.
_DYING = ("bass", "guitar", "keyboard", "mallet", "string_plucked", "synth_bass")
_DYING_HOLDS_DB, _HOLDS_DB = 1.0, 10.0
_MOST_TIMBRE = 8.0
_SLOTS = ("timbre", "family", "pitch", "velocity")


@dataclass(frozen=True, slots=True)
class Tone:
    """A place without pitch and velocity: ``w`` float32 ``[latent_size]``, and its name."""

    name: str
    w: FloatArray


class Instruments:
    """Names and places of a bundle whose w is ``timbre | family | pitch | velocity``.

    Args:
        bundle: of the note family.

    Raises:
        AssemblyError: the bundle has no such conditioning.
    """

    def __init__(self, bundle: Bundle) -> None:
        conditioning: Mapping[str, Sequence[str]] = bundle.facts.get("conditioning") or {}
        sizes = [len(conditioning.get(slot, ())) for slot in _SLOTS]
        if not all(sizes) or sizes[2:] != [1, 1] or sum(sizes) != bundle.latent_size:
            raise AssemblyError(
                f"the bundle '{bundle.name}' plays no notes: its latent is not made of "
                f"{', '.join(_SLOTS)}"
            )
        self.timbre_size = sizes[0]
        self.families = tuple(conditioning["family"])
        self._tones: dict[str, Tone] = {}
        self._by_family: dict[str, Tone] = {}
        for place, w in bundle.landmarks.items():
            kind, _, name = place.partition("/")
            if kind == "instrument":
                self._tones[name] = Tone(name, w)
            elif kind == "family":
                self._by_family[name] = Tone(name, w)
        if not self._tones and not self._by_family:
            raise AssemblyError(f"the bundle '{bundle.name}' names no instrument")

    @property
    def names(self) -> list[str]:
        """All instruments, then families that are none."""
        return [*sorted(self._tones), *sorted(set(self._by_family) - set(self._tones))]

    def find(self, name: str) -> Tone:
        """An instrument, or a family's middle.

        Raises:
            UnknownNameError: there is none; offers the nearest.
        """
        wanted = name.strip().lower().replace(" ", "_").replace("-", "_")
        for tones in (self._tones, self._by_family):
            if wanted in tones:
                return tones[wanted]
        raise UnknownNameError("instrument", name, self.names)

    def default(self) -> Tone:
        """General MIDI's first program, a piano, or what is nearest."""
        return self.for_program(0)

    def for_program(self, program: int) -> Tone:
        """The nearest to a General MIDI program, 0..127."""
        return self.find(instrument_for_program(program, self.names))

    def moved(self, tone: Tone, timbre: Sequence[float]) -> Tone:
        """The tone with its first timbre numbers moved.

        Raises:
            InputError: too many numbers, or one that is no number or too far out.
        """
        if len(timbre) > self.timbre_size:
            raise InputError(
                f"--latent has {len(timbre)} numbers, the model's timbre has {self.timbre_size}"
            )
        if any(not math.isfinite(value) or abs(value) > _MOST_TIMBRE for value in timbre):
            raise InputError(f"--latent takes numbers from -{_MOST_TIMBRE:g} to {_MOST_TIMBRE:g}")
        if not any(timbre):
            return tone
        w = tone.w.copy()
        w[: len(timbre)] += np.asarray(timbre, np.float32)
        return Tone(tone.name, w)

    @staticmethod
    def between(one: Tone, two: Tone, share: float) -> Tone:
        """On the way from one to the other, 0..1."""
        if share <= 0:
            return one
        if share >= 1:
            return two
        w = one.w + np.float32(share) * (two.w - one.w)
        return Tone(f"{one.name}>{two.name}", np.asarray(w, np.float32))

    def note(self, tone: Tone, pitch: float, velocity: float) -> FloatArray:
        """The w of one note; pitch is a MIDI number and is kept in the model's range."""
        w = np.array(tone.w, np.float32)
        w[-2] = (min(max(pitch, LOWEST_PITCH), HIGHEST_PITCH) - 60) / 12
        w[-1] = min(max(velocity, 0.0), 1.0)
        return w

    def release_db_per_second(self, tone: Tone) -> float:
        """How fast a released note of it falls, a positive number."""
        return self._by_weight(tone, _RELEASE_DB, _USUAL_RELEASE_DB)

    def holds_db_per_second(self, tone: Tone) -> float:
        """Slower decay than this is not its own: what is blown or bowed holds."""
        return self._by_weight(tone, dict.fromkeys(_DYING, _DYING_HOLDS_DB), _HOLDS_DB)

    def sustains(self, tone: Tone) -> bool:
        """Whether it is blown, bowed, sung or electric rather than struck or plucked."""
        return self._by_weight(tone, dict.fromkeys(_DYING, 0.0), 1.0) > 0.5

    def _by_weight(self, tone: Tone, values: Mapping[str, float], usual: float) -> float:
        """The mean of the families' values."""
        weights = np.maximum(tone.w[self.timbre_size : -2], 0)
        rates = np.array([values.get(name, usual) for name in self.families])
        total = float(weights.sum())
        return float(weights @ rates) / total if total > 0 else usual


def check_pitch(pitch: float) -> float:
    """The pitch.

    Raises:
        InputError: the model cannot play it.
    """
    if not LOWEST_PITCH <= pitch <= HIGHEST_PITCH:
        raise InputError(
            f"pitch {pitch:g} is out of range: this instrument plays MIDI numbers "
            f"{LOWEST_PITCH:g} to {HIGHEST_PITCH:g} (60 is middle C)"
        )
    return pitch
