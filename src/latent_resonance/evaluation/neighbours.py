"""Whether a generator repeats its training sounds: distances to the nearest one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Names = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Nearest training sounds of generated and of real ones.

    Attributes:
        generated: ``[n]`` distance of each generated sound to the nearest training sound.
        nearest: ``[n]`` index of that training sound.
        real: ``[m]`` distance of each real sound to the nearest training sound of another group.
        held_out: ``[k]`` the same of the held-out ones alone.
    """

    generated: Array
    nearest: npt.NDArray[np.intp]
    real: Array
    held_out: Array

    def summary(self) -> dict[str, float]:
        """Medians, and the share of generated sounds nearer than 1 % of real ones are."""
        border = float(np.percentile(self.real, 1))
        found = {
            "median_distance_generated": float(np.median(self.generated)),
            "median_distance_real_to_other_real": float(np.median(self.real)),
            "nearest_distance_generated": float(self.generated.min()),
            "first_percentile_of_real": border,
            "generated_nearer_than_first_percentile_share": float((self.generated < border).mean()),
        }
        if len(self.held_out):
            found["median_distance_held_out"] = float(np.median(self.held_out))
        return found


def nearest_neighbours(
    generated: Array, training: Array, training_groups: Names, held_out: Array, held_groups: Names
) -> Neighbours:
    """Look for copies.

    A real sound has nothing to copy: how near it comes to others' sounds is what is to be expected
    without memory. Groups keep takes of one sound from being called each other's copies.

    Args:
        generated: points ``[n, d]``.
        training: points ``[t, d]``.
        training_groups: ``[t]``, equal for takes of one sound.
        held_out: points ``[h, d]`` that training did not see; may be empty.
        held_groups: ``[h]``.
    """
    from scipy.spatial.distance import cdist

    to_training = cdist(generated, training)
    real = np.concatenate([training, held_out])
    groups = np.concatenate([training_groups, held_groups])
    between = cdist(real, training)
    between[groups[:, None] == training_groups] = np.inf
    others = between.min(axis=1)
    known = np.isfinite(others)
    return Neighbours(
        to_training.min(axis=1),
        to_training.argmin(axis=1),
        others[known],
        others[len(training) :][known[len(training) :]],
    )
