"""Which places sound like a prototype: several of its kind that lie apart.

A generator that was given an example's place makes something near it, but not always something of
its kind: crackle comes back as hiss. So places are chosen by what they sound like: those that a
judge of the examples is surest of and that sound like the prototype, and among them those that
differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import Spectrogram
from latent_resonance.sound.attributes.table import measure_window
from latent_resonance.training.directions.typical import describe

Doubles = npt.NDArray[np.float64]

MOST_KIN = 15
_NARROW, _RIDGE = 1.0, 0.3
_APART, _LIKE, _SAME = 0.25, 1.5, 0.05
_RISE_DB, _GAP = 8.0, 12
_FLOOR_DB, _HEARD_DB = -60.0, -30.0


def hear(window: Spectrogram) -> Doubles:
    """What a window sounds like whenever it happens, ``[size]``.

    Levels and motion of bands (``describe``); of its loudness by half columns, with its envelope:
    how it is spread, how often and how far it rises, how fast it falls after the loudest moment;
    and the attributes of sliders.
    """
    power = np.power(10.0, window.level_db / 10).sum(axis=0)
    fine = np.repeat(power, 2)
    if window.envelope_db is not None:
        gains = window.envelope_db.reshape(len(fine), -1).mean(axis=1)
        fine = fine * 10 ** (gains / 10)
    loudness = 10 * np.log10(fine + 1e-9)
    loudness = np.maximum(loudness - loudness.max(), _FLOOR_DB)
    rise = np.maximum(loudness[4:] - loudness[:-4], 0)
    risen = np.flatnonzero(rise > _RISE_DB)
    strokes = np.count_nonzero(np.diff(risen, prepend=-2 * _GAP) > _GAP)
    tail = loudness[int(loudness.argmax()) :][: len(loudness) // 4]
    fall = np.polyfit(np.arange(len(tail)), tail, 1)[0] if len(tail) > 2 else 0.0
    return np.concatenate(
        [
            describe(window.level_db, window.format),
            np.percentile(loudness, [5, 10, 25, 50, 75, 90]),
            [strokes, loudness.std(), rise.max(initial=0), np.sort(rise)[-20:].mean()],
            [np.abs(np.diff(loudness)).mean(), fall, np.mean(loudness > _HEARD_DB)],
            measure_window(window),
        ]
    )


@dataclass(frozen=True, slots=True)
class Kinds:
    """A judge of kinds, by ridge regression with a Gaussian kernel on what they sound like.

    Attributes:
        names: of the kinds, in order.
        centre: ``[size]``.
        spread: ``[size]``, above 0.
        known: examples, ``[n, size]``, in deviations.
        weights: ``[n, kinds]``.
    """

    names: tuple[str, ...]
    centre: Doubles
    spread: Doubles
    known: Doubles
    weights: Doubles

    @classmethod
    def learn(cls, examples: Mapping[str, Sequence[Doubles]]) -> "Kinds":
        """From what the examples of each kind sound like; each kind counts the same."""
        names = tuple(examples)
        heard = np.concatenate([np.array(one) for one in examples.values()])
        of = np.repeat(np.arange(len(names)), [len(one) for one in examples.values()])
        centre, spread = heard.mean(axis=0), heard.std(axis=0) + 1e-6
        known = (heard - centre) / spread
        target = (of[:, None] == np.arange(len(names))).astype(np.float64)
        counts = target.sum(axis=0)[of]
        ridge = _RIDGE * counts * len(names) / len(of)
        square = _kernel(known, known) + np.diag(ridge)
        weights = np.linalg.solve(square, target - target.mean(axis=0))
        return cls(names, centre, spread, known, weights)

    def placed(self, heard: Doubles) -> Doubles:
        """Sounds ``[n, size]`` in deviations of the examples."""
        return np.asarray((heard - self.centre) / self.spread)

    def sure(self, heard: Doubles, name: str) -> Doubles:
        """By how much sounds ``[n, size]`` are rather of that kind than of any other, ``[n]``."""
        found = _kernel(self.placed(heard), self.known) @ self.weights
        own = self.names.index(name)
        others = np.delete(found, own, axis=1)
        return np.asarray(found[:, own] - others.max(axis=1, initial=-1.0))


def _kernel(one: Doubles, other: Doubles) -> Doubles:
    size = one.shape[1]
    squares = (one**2).mean(axis=1)[:, None] + (other**2).mean(axis=1)[None]
    apart = np.maximum(squares - 2 * one @ other.T / size, 0)
    return np.asarray(np.exp(-_NARROW * apart))


def choose(sure: Doubles, heard: Doubles, prototype: Doubles, most: int = MOST_KIN) -> list[int]:
    """Sounds that are surely of a kind and like its prototype, each unlike those before it.

    Args:
        sure: of each sound's kind, ``[n]``.
        heard: what they sound like, in deviations, ``[n, size]``.
        prototype: what the kind's prototype sounds like, ``[size]``.
        most: how many.

    Returns:
        Their numbers, the best first.
    """
    like = -np.log(np.square(heard - prototype).mean(axis=1) + _SAME)
    good = _standard(sure) + _LIKE * _standard(like)
    chosen: list[int] = []
    nearest = np.ones(len(sure))
    while len(chosen) < min(most, len(sure)):
        worth = good + _APART * np.minimum(nearest, 1.0)
        worth[chosen] = -np.inf
        chosen.append(int(worth.argmax()))
        apart = np.sqrt(np.square(heard - heard[chosen[-1]]).mean(axis=1))
        nearest = np.minimum(nearest, apart)
    return chosen


def _standard(values: Doubles) -> Doubles:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9))
