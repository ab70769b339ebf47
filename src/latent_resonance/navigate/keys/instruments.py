"""The instruments of a model of notes: by name, by program, by place, and what lies between."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

import numpy as np

from latent_resonance.contracts.errors import AssemblyError, InputError, UnknownNameError
from latent_resonance.contracts.space import (
    HIGHEST_PITCH,
    LOWEST_PITCH,
    NOTE_SLOTS,
    LatentSpace,
)
from latent_resonance.contracts.values import FloatArray, Tone
from latent_resonance.navigate.keys.general_midi import instrument_for_program
from latent_resonance.navigate.keys.known_timbres import KnownTimbres
from latent_resonance.sound.drums import KIT
from latent_resonance.sound.notes import make_tone

_MOST_TIMBRE = 8.0
_RANDOM = re.compile(r"random(?:_(.*))?")
_RANDOM_DIGITS = 18
# Where a bundle has no timbres of recorded notes: between two instruments, never close to one, and
# around that by so many deviations.
_LEAST_SHARE, _AROUND = 0.25, 0.25
_NO_SHARE = 1e-6


class Instruments:
    """Names and places of a space whose w is ``timbre | family | pitch | velocity``.

    Args:
        space: of the model.
        latent: moves the first timbre numbers of every named instrument.
        kit: drums by their MIDI number, which the instrument ``drum_kit`` plays.

    Raises:
        AssemblyError: the space has no such conditioning, or names no instrument.
        InputError: ``latent`` has too many numbers, or one that is not finite or too far out.
    """

    def __init__(
        self,
        space: LatentSpace,
        latent: Sequence[float] = (),
        kit: Mapping[int, Tone] = MappingProxyType({}),
    ) -> None:
        if not space.plays_notes:
            raise AssemblyError(
                f"this model plays no notes: its latent is not made of {', '.join(NOTE_SLOTS)}"
            )
        self._space = space
        self.timbre_size = len(space.conditioning["timbre"])
        self.families = space.conditioning["family"]
        self._latent = self._checked(latent)
        self._places: dict[str, dict[str, FloatArray]] = {"instrument": {}, "family": {}}
        for place, found in space.places.items():
            group, _, name = place.partition("/")
            if group in self._places:
                self._places[group][name] = found.w
        instruments, families = self._places.values()
        self.names = [*sorted(instruments), *sorted(set(families) - set(instruments))]
        if not self.names:
            raise AssemblyError("this model names no instrument")
        self.kit = kit
        self._made: dict[str, Tone] = {}
        if kit:
            self.names.append(KIT)
            self._made[KIT] = make_tone(space, KIT, space.mean)
        self._of_programs: dict[int, Tone] = {}
        self._last_place: Tone | None = None

    def find(self, name: str) -> Tone:
        """An instrument, a family's middle, or ``random_7``: a timbre drawn by that seed.

        Raises:
            UnknownNameError: there is none; offers the nearest.
            InputError: ``random`` with another number than 0 to 10^18 - 1.
        """
        if name in self._made:
            return self._made[name]
        # As a bundle calls its place, too: instrument/cello.
        _, _, plain = name.rpartition("/")
        wanted = plain.strip().lower().replace(" ", "_").replace("-", "_")
        if wanted in self._made:
            return self._made[wanted]
        for places in self._places.values():
            if wanted in places:
                made = make_tone(self._space, wanted, self._moved(places[wanted]))
                self._made[name] = made
                return made
        if drawn := _RANDOM.fullmatch(wanted):
            seed = random_number(name, drawn[1] or "0")
            w = self._moved(self._drawn(seed))
            self._made[name] = make_tone(self._space, random_name(seed), w)
            return self._made[name]
        raise UnknownNameError("instrument", name, self.names)

    def default(self) -> Tone:
        """General MIDI's first program, a piano, or what is nearest."""
        return self.for_program(0)

    def for_program(self, program: int) -> Tone:
        """The nearest to a General MIDI program, 0..127."""
        if program not in self._of_programs:
            name = instrument_for_program(program, self.names)
            self._of_programs[program] = self.find(name)
        return self._of_programs[program]

    def at(self, place: FloatArray) -> Tone:
        """Any place ``[size]``, with the family slot as the model was taught it.

        A random place or a point of a map can have less than nothing of a family: that counts as
        nothing, and the rest is scaled to 1. Where nothing is left it is of all families alike.

        Raises:
            InputError: it has another length than w, or numbers that are not finite.
        """
        made = np.array(place, np.float32)
        if made.shape != (self._space.size,) or not np.isfinite(made).all():
            raise InputError(f"a place of this model has {self._space.size} finite numbers")
        slot = slice(self.timbre_size, self.timbre_size + len(self.families))
        shares = np.maximum(made[slot], 0)
        total = float(shares.sum())
        made[slot] = shares / total if total > _NO_SHARE else 1 / len(shares)
        if self._last_place is None or not np.array_equal(self._last_place.w, made):
            self._last_place = make_tone(self._space, "a place", made)
        return self._last_place

    def at_key(self, tones: tuple[Tone, ...], key: int) -> tuple[Tone, ...]:
        """What a key plays where notes have these tones; nothing where a kit has no such drum."""
        if tones[0].name != KIT:
            return tones
        return (self.kit[key],) if key in self.kit else ()

    def between(self, one: Tone, two: Tone, share: float) -> Tone:
        """On the way from one to the other, 0..1."""
        if share <= 0:
            return one
        if share >= 1:
            return two
        w = one.w + np.float32(share) * (two.w - one.w)
        return make_tone(self._space, f"{one.name}>{two.name}", np.asarray(w, np.float32))

    @cached_property
    def _near(self) -> KnownTimbres:
        return KnownTimbres(self._space)

    def _drawn(self, seed: int) -> FloatArray:
        """A place near a recorded note's, all families as likely ``[size]``.

        Without any, one among the instruments.
        """
        random = np.random.Generator(np.random.PCG64([seed, 9]))
        if len(self._space.examples):
            near = self._near
            family = near.families[random.integers(len(near.families))]
            made = np.zeros(self._space.size, np.float32)
            made[: self.timbre_size] = near.draw(family, random)
            made[self.timbre_size + family] = 1
            made[-2:] = self._space.mean[-2:]
            return made
        known = self._places["instrument"] or self._places["family"]
        of_families: dict[int, list[FloatArray]] = {}
        for _, w in sorted(known.items()):
            of_families.setdefault(int(w[self.timbre_size : -2].argmax()), []).append(w)
        groups = list(of_families.values())
        one, two = (
            groups[at][random.integers(len(groups[at]))]
            for at in random.choice(len(groups), 2, replace=len(groups) < 2)
        )
        share = np.float32(random.uniform(_LEAST_SHARE, 1 - _LEAST_SHARE))
        made = one + share * (two - one)
        around = random.standard_normal(self.timbre_size) * self._space.spread[: self.timbre_size]
        made[: self.timbre_size] += np.float32(_AROUND) * around.astype(np.float32)
        return np.asarray(made, np.float32)

    def _checked(self, latent: Sequence[float]) -> FloatArray:
        if len(latent) > self.timbre_size:
            raise InputError(
                f"latent has {len(latent)} numbers, the model's timbre has {self.timbre_size}"
            )
        if any(not math.isfinite(value) or abs(value) > _MOST_TIMBRE for value in latent):
            raise InputError(f"latent takes numbers from -{_MOST_TIMBRE:g} to {_MOST_TIMBRE:g}")
        return np.asarray(latent, np.float32)

    def _moved(self, w: FloatArray) -> FloatArray:
        if not self._latent.any():
            return w
        made = w.copy()
        made[: len(self._latent)] += self._latent
        return made


def random_name(seed: int) -> str:
    """What ``Instruments.find`` draws a timbre by."""
    return f"random_{seed}"


def random_number(asked: str, text: str) -> int:
    """The number of a random timbre; ``asked`` is how it was asked for.

    Raises:
        InputError: it is none, or not from 0 to 10^18 - 1.
    """
    if text.isdecimal() and len(text) <= _RANDOM_DIGITS:
        return int(text)
    raise InputError(f"{asked}: a random timbre has a number from 0 to {10**_RANDOM_DIGITS - 1}")


def check_pitch(pitch: float) -> float:
    """The pitch.

    Raises:
        InputError: no model of notes can play it.
    """
    if not LOWEST_PITCH <= pitch <= HIGHEST_PITCH:
        raise InputError(
            f"pitch {pitch:g} is out of range: this instrument plays MIDI numbers "
            f"{LOWEST_PITCH:g} to {HIGHEST_PITCH:g} (60 is middle C)"
        )
    return pitch
