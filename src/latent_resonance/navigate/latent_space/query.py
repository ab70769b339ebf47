"""Query by example: what was given, liked and disliked becomes a cloud of places to draw from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.space import FloatArray, LatentSpace

Doubles = npt.NDArray[np.float64]

# How far an example may be from what is meant, in deviations of the space, at strength 1.
_WIDTH = 0.35
_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Posterior:
    """A Gaussian in w with independent axes, and what to keep away from.

    Attributes:
        mean: ``[w_dim]``.
        deviation: ``[w_dim]``, of what is meant and of its variations.
        liked: ``[n, w_dim]``.
        disliked: ``[m, w_dim]``.
        width: ``[w_dim]``: how near to a disliked place counts as alike.
    """

    mean: Doubles
    deviation: Doubles
    liked: Doubles
    disliked: Doubles
    width: Doubles


def posterior(
    space: LatentSpace,
    liked: Sequence[FloatArray],
    disliked: Sequence[FloatArray] = (),
    *,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
) -> Posterior:
    """What examples say of the place that is meant.

    Each example is the place that is meant, blurred: ``N(place, width / strength)`` under the
    prior ``N(mean, spread)``. Without examples it is the prior; the stronger, the nearer to
    their mean. Several examples that differ keep their spread along the axes where they do.

    Args:
        space: whose mean and spread are the prior.
        liked: places ``[w_dim]``.
        disliked: places ``[w_dim]``.
        strength: above 0; 1 gives clear variations, 4 close ones, 0.25 wide ones.
        weights: of the liked, above 0; 1 when not given.

    Raises:
        InputError: a strength or weight that is not above 0, or places of another length.
    """
    if not (np.isfinite(strength) and strength > 0):
        raise InputError(f"the strength {strength:g} must be above 0")
    prior = np.asarray(space.spread, np.float64)
    mean = np.asarray(space.mean, np.float64)
    size = len(mean)
    places, away = _stack(liked, size), _stack(disliked, size)
    counted = np.ones(len(places)) if weights is None else np.asarray(weights, np.float64)
    if len(counted) != len(places) or not (np.isfinite(counted) & (counted > 0)).all():
        raise InputError("every example needs a weight above 0")
    width = prior * _WIDTH / strength
    if not len(places):
        return Posterior(mean, prior, places, away, width)
    total = float(counted.sum())
    middle = counted @ places / total
    spread = counted @ (places - middle) ** 2 / total
    # Of the mean of what is meant, and of single sounds around it.
    precision = 1 / prior**2 + total / width**2
    centre = (mean / prior**2 + total * middle / width**2) / precision
    deviation = np.sqrt(np.minimum(width**2 + spread / strength, prior**2))
    return Posterior(centre, deviation, places, away, width)


def draw(found: Posterior, count: int, random: np.random.Generator) -> FloatArray:
    """Variations ``[count, w_dim]``, those first that are least like what was disliked.

    Raises:
        InputError: count is below 1.
    """
    if count < 1:
        raise InputError(f"{count} variations: at least 1")
    many = count * (_CANDIDATES if len(found.disliked) else 1)
    noise = random.standard_normal((many, len(found.mean)))
    places = found.mean + noise * found.deviation
    if len(found.disliked):
        # Log odds of liked against disliked, with a little luck so that draws stay draws.
        odds = _nearness(places, found.liked, found.width) - _nearness(
            places, found.disliked, found.width
        )
        luck = random.gumbel(size=many)
        places = places[np.argsort(-(odds + luck), kind="stable")[:count]]
    return np.asarray(places, np.float32)


def _nearness(places: Doubles, others: Doubles, width: Doubles) -> Doubles:
    """Log density of a mixture around ``others``, up to a constant, ``[places]``."""
    if not len(others):
        return np.zeros(len(places))
    apart = ((places[:, None] - others[None]) / width) ** 2
    # Per axis, so that many axes do not make it a matter of yes or no.
    exponent = -0.5 * apart.mean(axis=2) * np.sqrt(places.shape[1])
    top = exponent.max(axis=1)
    return np.asarray(top + np.log(np.exp(exponent - top[:, None]).mean(axis=1)))


def _stack(places: Sequence[FloatArray], size: int) -> Doubles:
    if any(np.shape(place) != (size,) for place in places):
        raise InputError(f"every example must be a place of {size} numbers")
    return np.array([np.asarray(place, np.float64) for place in places]).reshape(-1, size)
