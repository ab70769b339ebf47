"""How far a coarser precision is from 32 bits, and how far it may be.

Of pictures in grey levels of 256, over all channels; of sounds in decibels, over all levels. The
bounds are for the worst of the places that are compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import FloatArray, Frame, Spectrogram

GREY_LEVELS = (1.0, 8.0)
"""Mean difference of a picture, and what 99.9 % of its values keep within."""
DECIBELS = (0.25, 1.0)
"""The same of a window of sound."""
_NEARLY_ALL = 0.999
_NAMED, _RANDOM = 3, 3


@dataclass(frozen=True, slots=True)
class Difference:
    """Between two precisions of one network, the worst of some places.

    Attributes:
        mean: absolute difference.
        most: what 99.9 % of the values keep within.
        unit: of both.
    """

    mean: float
    most: float
    unit: str

    @property
    def allowed(self) -> bool:
        """Whether it is within the bound of its unit."""
        mean, most = GREY_LEVELS if self.unit == "grey levels" else DECIBELS
        return self.mean <= mean and self.most <= most

    def __str__(self) -> str:
        return f"{self.mean:.2g} {self.unit} off in the mean, 99.9 % within {self.most:.2g}"


def difference(pairs: Iterable[tuple[Spectrogram | Frame, Spectrogram | Frame]]) -> Difference:
    """The worst of pairs of one place each: in 32 bits, and coarser.

    Raises:
        ValueError: there is no pair.
    """
    found = [(_apart(exact, coarse), isinstance(exact, Frame)) for exact, coarse in pairs]
    if not found:
        raise ValueError("nothing to compare")
    return Difference(
        mean=max(float(apart.mean()) for apart, _ in found),
        most=max(float(np.quantile(apart, _NEARLY_ALL)) for apart, _ in found),
        unit="grey levels" if found[0][1] else "dB",
    )


def places_to_compare(space: LatentSpace) -> list[FloatArray]:
    """A few named places and random ones, each float32 ``[latent_size]``; always the same."""
    named = [place.w for _, place in sorted(space.places.items())][:_NAMED]
    return [*named, *(space.random(seed) for seed in range(_RANDOM))]


def _apart(exact: Spectrogram | Frame, coarse: Spectrogram | Frame) -> FloatArray:
    values = [
        made.pixels.astype(np.float32) if isinstance(made, Frame) else made.level_db
        for made in (exact, coarse)
    ]
    return np.asarray(np.abs(values[0] - values[1]), np.float32)
