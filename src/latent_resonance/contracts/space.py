"""The latent space of a model, as its bundle describes it: one value for everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.diffusion import DiffusionLayout
from latent_resonance.contracts.errors import InputError, UnknownNameError

FloatArray = npt.NDArray[np.float32]

LOWEST_PITCH, HIGHEST_PITCH = 21.0, 108.0
"""MIDI numbers that models of notes are made for: the keys of a grand piano."""

GRAIN, AIR, ATTACK, WARP = BESIDE = ("grain", "air", "attack", "warp")
"""Numbers of w that no network takes, in order: how restless a sound is (``sound.grain``), how much
louder above the model's band than its window tells (``sound.full_band.air``), how sudden its
attacks are (``sound.attack``), and how far its lower frequencies are moved (``sound.warp``)."""

_NOTHING = np.zeros(0, np.float32)
_NONE = np.zeros((0, 0), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A named place.

    Attributes:
        w: float32 ``[size]``.
        kind: such as ``"prototype"``, ``"instrument"``; empty for none.
        duplicate: another place took its plain name: found by name, offered nowhere.
        title: for people.
        group: the heading that people find it under, such as ``"Water"``.
        hidden: raw, or too like another one: no list or map for people shows it.
        prompt: the words that it was found by; empty for none.
        at: where a map shows it, x and y from the top left, 0..1; None to be computed.
        kin: places of other sounds of its kind, the likest first, ``[n, size]``: what its
            variations and the new events of a long sound are drawn from; ``[0, 0]`` for none.
    """

    w: FloatArray
    kind: str = ""
    duplicate: bool = False
    title: str = ""
    group: str = ""
    hidden: bool = False
    prompt: str = ""
    at: tuple[float, float] | None = None
    kin: FloatArray = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True, eq=False)
class Direction:
    """A named direction: a slider with a meaning.

    Attributes:
        vector: what +1 adds to w on average, float32 ``[size]``.
        unit: of the slider.
        measured_by: the attribute that +1 changes by one step, empty where none was measured.
        description: for people.
    """

    vector: FloatArray
    unit: str = "steps"
    measured_by: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LatentSpace:
    """Places, directions, axes and the prior of one model; arrays only.

    Attributes:
        size: length of w.
        mean: where the middle is, ``[size]``.
        spread: standard deviation along each axis of w, ``[size]``, above 0.
        places: named places by name, those of people's interest first.
        popular: names of the places that most people look for, in order.
        directions: named directions, in the order of the slope map's attributes where there is
            one.
        axes: unnamed axes by group (``pca``, SeFa's ``all``, ``early``, ``middle``, ``late``),
            each ``[k, size]``; a row is as long as the space is wide there.
        examples: places of real examples, ``[n, size]``.
        slopes: tensors of the map from w to attributes, by the map's own names; empty for none.
        conditioning: slots of w by name, each with the labels of its entries, in order.
        knows_unknown: whether the encoder was taught that columns may be unknown.
        diffusion: how w is laid out where pictures are drawn by steps; None where they are not.
        words: the bundle's table of words, as its member holds it; empty for none.
        beside: names of w's last numbers, which no network takes.
    """

    size: int = 0
    mean: FloatArray = field(default_factory=lambda: _NOTHING)
    spread: FloatArray = field(default_factory=lambda: _NOTHING)
    places: Mapping[str, Place] = field(default_factory=dict)
    popular: tuple[str, ...] = ()
    directions: Mapping[str, Direction] = field(default_factory=dict)
    axes: Mapping[str, FloatArray] = field(default_factory=dict)
    examples: FloatArray = field(default_factory=lambda: _NOTHING.reshape(0, 0))
    slopes: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    conditioning: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    knows_unknown: bool = False
    diffusion: DiffusionLayout | None = None
    words: bytes = b""
    beside: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, size: int, places: Mapping[str, FloatArray], mean: FloatArray | None = None
    ) -> "LatentSpace":
        """A space of some named places around ``mean`` (0 where not given), one unit wide."""
        return cls(
            size=size,
            mean=np.zeros(size, np.float32) if mean is None else mean,
            spread=np.ones(size, np.float32),
            places={name: Place(w) for name, w in places.items()},
        )

    @property
    def offered(self) -> tuple[str, ...]:
        """Names of the places that can be asked for: all but duplicates."""
        return tuple(name for name, place in self.places.items() if not place.duplicate)

    @property
    def shown(self) -> tuple[str, ...]:
        """Names of the places that lists and maps for people show."""
        return tuple(name for name, place in self.places.items() if not place.hidden)

    def place(self, name: str) -> FloatArray:
        """The place of that name, ``[size]``; ``w_avg`` is the mean.

        Raises:
            UnknownNameError: there is none; offers the nearest.
        """
        if name in self.places:
            return self.places[name].w
        if name == "w_avg":
            return self.mean
        raise UnknownNameError("place", name, self.places)

    def axis(self, group: str, number: int) -> FloatArray:
        """Axis ``number``, from 1 on, of a group: what +1 adds to w, ``[size]``.

        Raises:
            UnknownNameError: no such group.
            InputError: no such number.
        """
        if group not in self.axes:
            raise UnknownNameError("group of axes", group, self.axes)
        rows = self.axes[group]
        if not 1 <= number <= len(rows):
            raise InputError(f"axis {number} of '{group}' is out of range: from 1 to {len(rows)}")
        return np.asarray(rows[number - 1], np.float32)

    def blend(self, weights: Mapping[str, float]) -> FloatArray:
        """The weighted mean of named places, ``[size]``; weights below 0 count as 0.

        Raises:
            UnknownNameError: no place has that name.
            InputError: no weight is above 0.
        """
        found = {name: (self.place(name), max(0.0, share)) for name, share in weights.items()}
        total = sum(share for _, share in found.values())
        if total <= 0:
            raise InputError("a blend of places needs a weight above 0")
        mixed = sum(share / total * w for w, share in found.values())
        return np.asarray(mixed, np.float32)

    def at(self, place: Mapping[str, float] | Sequence[float]) -> FloatArray:
        """A place by the shares of named places, or by its numbers, ``[size]``.

        Raises:
            UnknownNameError: no place has that name.
            InputError: no share is above 0, or there are not as many numbers as ``whole`` takes.
        """
        if isinstance(place, Mapping):
            return self.blend(place)
        return self.whole(np.asarray(place, np.float32))

    def whole(self, w: FloatArray) -> FloatArray:
        """A place with all of its numbers, ``[size]``: those beside the network's own may lack.

        Raises:
            InputError: there are more than ``size`` numbers, or fewer than the network takes.
        """
        if w.shape == (self.size,):
            return w
        if w.ndim != 1 or not self.network_size <= len(w) < self.size:
            raise InputError(f"a place of this model has {self.size} numbers, not {len(w)}")
        return np.concatenate([w, np.zeros(self.size - len(w), np.float32)])

    @property
    def network_size(self) -> int:
        """How many numbers of w the network takes: the first ones."""
        return self.size - len(self.beside)

    def beside_network(self, w: FloatArray, name: str) -> float:
        """One of the numbers that no network takes, by its name; 0 in a space without it."""
        return float(w[self._number(name)]) if name in self.beside else 0.0

    def with_beside(self, w: FloatArray, name: str, value: float) -> FloatArray:
        """``w [size]`` with another number of that name, in a space that has it."""
        made = np.array(w, np.float32)
        made[self._number(name)] = value
        return made

    def along(self, name: str) -> FloatArray:
        """What +1 of one of those numbers adds to w, ``[size]``; 0 in a space without it."""
        none = np.zeros(self.size, np.float32)
        return self.with_beside(none, name, 1.0) if name in self.beside else none

    def _number(self, name: str) -> int:
        return self.network_size + self.beside.index(name)

    def random(self, seed: int) -> FloatArray:
        """A place drawn around the mean, as wide as the space, float32 ``[size]``."""
        noise = np.random.Generator(np.random.PCG64(seed)).standard_normal(self.size)
        return np.asarray(self.mean + self.spread * noise, np.float32)

    @property
    def plays_notes(self) -> bool:
        """Whether w is made of timbre, family, pitch and velocity, in this order."""
        sizes = [len(self.conditioning.get(slot, ())) for slot in NOTE_SLOTS]
        return all(sizes) and sizes[2:] == [1, 1] and sum(sizes) == self.size

    def note(self, w: FloatArray, pitch: float, velocity: float) -> FloatArray:
        """The place of one note of a space that plays notes.

        Args:
            w: timbre and family, ``[size]``; its last two entries are replaced.
            pitch: MIDI number, kept between ``LOWEST_PITCH`` and ``HIGHEST_PITCH``.
            velocity: 0..1.
        """
        made = np.array(w, np.float32)
        made[-2] = (min(max(pitch, LOWEST_PITCH), HIGHEST_PITCH) - 60) / 12
        made[-1] = min(max(velocity, 0.0), 1.0)
        return made


NOTE_SLOTS = ("timbre", "family", "pitch", "velocity")
"""Slots of w in a bundle of notes, in order."""
