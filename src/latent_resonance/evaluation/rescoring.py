"""Do sliders do what they say? Each is moved over many seeds, and all attributes measured again.

The rescoring of Kamath et al. 2023 (2308.11859, section 5), with measured attributes in place of
a classifier's scores. Everything is in slider steps, which are the same share of each attribute's
spread, so that effect and leakage can be compared.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.exploration.request import PlaceRequest
from latent_resonance.evaluation.embedding import embed

Doubles = npt.NDArray[np.float64]

VALUES = (-5.0, -2.5, 0.0, 2.5, 5.0)
# A tenth of a step is 0.03 deviations: nobody hears a slider fall back by that.
TOLERANCE = 0.1


@dataclass(frozen=True, slots=True)
class Rescored:
    """One slider over all seeds.

    Attributes:
        name: of the slider.
        values: measured attributes in steps, ``[seeds, slider values, attributes]``.
        own: index of its attribute.
        distance: how far w went from -5 to 5, in deviations, mean over seeds.
    """

    name: str
    values: Doubles
    own: int
    distance: float

    @property
    def monotonic(self) -> float:
        """Share of seeds where the attribute never falls back by 0.1 steps and rises overall."""
        own = self.values[:, :, self.own]
        kept = (np.diff(own, axis=1) >= -TOLERANCE).all(axis=1)
        return float((kept & (own[:, -1] > own[:, 0] + TOLERANCE)).mean())

    @property
    def strictly(self) -> float:
        """Share of seeds where each of the five values gives more than the one before."""
        return float((np.diff(self.values[:, :, self.own], axis=1) > 0).all(axis=1).mean())

    @property
    def change(self) -> Doubles:
        """Mean change of each attribute from -5 to 5, ``[attributes]``."""
        return np.asarray((self.values[:, -1] - self.values[:, 0]).mean(axis=0))

    @property
    def effect(self) -> float:
        """Mean change of its own attribute."""
        return float(self.change[self.own])

    @property
    def standardised(self) -> float:
        """Effect over the deviation of that change across seeds."""
        return standardised_effect(self.values[:, -1, self.own] - self.values[:, 0, self.own])

    @property
    def leakage(self) -> Doubles:
        """Mean change of each attribute as a share of the effect, ``[attributes]``; own is 1."""
        return np.asarray(np.abs(self.change) / max(abs(self.effect), 1e-9))

    @property
    def leakage_of_seeds(self) -> Doubles:
        """The same with changes of either sign counted for each seed, ``[attributes]``."""
        change = np.abs(self.values[:, -1] - self.values[:, 0]).mean(axis=0)
        return np.asarray(change / max(float(change[self.own]), 1e-9))


def standardised_effect(change: Doubles) -> float:
    """Cohen's d for paired values: mean change ``[seeds]`` over its standard deviation.

    Cohen 1988, "Statistical power analysis for the behavioral sciences", section 2.3.5 (d_z).
    Large means that every seed changes alike, not that it changes much.
    """
    if len(change) < 2:
        return float("nan")
    return float(change.mean() / max(float(change.std(ddof=1)), 1e-9))


def rescore(
    texture: Explorer,
    seeds: int,
    show: Callable[[float], None] = lambda share: None,
    *,
    straight: bool = False,
    names: Sequence[str] = (),
) -> list[Rescored]:
    """Every slider at -5, -2.5, 0, 2.5 and 5 over the first ``seeds`` seeds.

    Args:
        texture: opened; its bundle has sliders that can be heard.
        seeds: how many.
        show: gets the share that is done.
        straight: along straight lines in place of the slope.
        names: only these sliders.
    """
    follow = texture.sliders.follow
    assert follow is not None  # noqa: S101 - the caller looked
    measured = texture.measured
    chosen = [name for name in measured if name in names or not names]
    found = []
    for number, name in enumerate(chosen):
        values = np.empty((seeds, len(VALUES), len(measured)))
        far = np.empty(seeds)
        for seed in range(seeds):
            w = texture.seeded(seed)
            way = [
                texture.move(w, PlaceRequest(settings={name: v}, straight=straight)) for v in VALUES
            ]
            values[seed] = [texture.measure(place) / follow.steps for place in way]
            far[seed] = _far(texture, way[0], way[-1])
            show((number + (seed + 1) / seeds) / len(chosen))
        found.append(Rescored(name, values, measured.index(name), float(far.mean())))
    return found


def rescore_axes(
    texture: Explorer,
    axes: Mapping[str, FloatArray],
    seeds: int,
    distance: float,
    show: Callable[[float], None] = lambda share: None,
) -> dict[str, Doubles]:
    """Changes of the attributes along other axes, ``name`` to ``[seeds, attributes]`` in steps.

    Args:
        texture: opened.
        axes: name to direction ``[w_dim]``.
        seeds: how many.
        distance: from end to end in deviations, as far as the sliders go.
        show: gets the share that is done.
    """
    follow = texture.sliders.follow
    assert follow is not None  # noqa: S101 - the caller looked
    deviation = texture.space.spread
    found = {}
    for number, (name, axis) in enumerate(axes.items()):
        half = axis * np.float32(distance / 2 / np.linalg.norm(axis / deviation))
        change = np.zeros((seeds, len(follow.steps)))
        for seed in range(seeds):
            w = texture.seeded(seed)
            change[seed] = (texture.measure(w + half) - texture.measure(w - half)) / follow.steps
        found[name] = change
        show((number + 1) / len(axes))
    return found


def moved_points(texture: Explorer, name: str, value: float, seeds: int) -> npt.NDArray[np.float64]:
    """The embedding of ``seeds`` sounds with one slider at a value, ``[seeds, size]``."""
    levels = [
        texture.levels(texture.move(texture.seeded(seed), PlaceRequest(settings={name: value})))
        for seed in range(seeds)
    ]
    return embed(levels, texture.layout)


def _far(texture: Explorer, one: FloatArray, other: FloatArray) -> float:
    return float(np.linalg.norm((other - one) / texture.space.spread))
