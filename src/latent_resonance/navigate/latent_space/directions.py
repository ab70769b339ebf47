"""Sliders that mean something: named moves of w, -5 to 5, of equal audible effect."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.space import FloatArray, LatentSpace
from latent_resonance.navigate.latent_space.attribute_map import AttributeMap

LOW, HIGH = -5.0, 5.0


@dataclass(frozen=True, slots=True)
class Sliders:
    """The named controls of a space.

    Attributes:
        names: of the controls.
        vectors: ``[names, w_dim]``: what +1 adds to w, on average over places.
        follow: where known, the same by the slope at each place; its attributes come first among
            ``names``, in this order.
    """

    names: tuple[str, ...]
    vectors: FloatArray
    follow: AttributeMap | None = None

    @classmethod
    def of(cls, space: LatentSpace) -> "Sliders":
        """The directions of a space, by its slope map where it has one that fits."""
        vectors = [direction.vector for direction in space.directions.values()]
        follow = AttributeMap.read(space.slopes)
        if follow is not None and len(follow.steps) > len(vectors):
            follow = None
        return cls(tuple(space.directions), np.array(vectors, np.float32), follow)

    def check(self, values: Mapping[str, float]) -> None:
        """Refuse what there is no slider for.

        Raises:
            UnknownNameError: there is no such control.
            InputError: a value is out of range.
        """
        if values and not self.names:
            raise no_sliders()
        for name, value in values.items():
            if name not in self.names:
                raise UnknownNameError("control", name, self.names)
            if not LOW <= value <= HIGH:
                raise InputError(f"{name}={value:g} is out of range: from {LOW:g} to {HIGH:g}")

    def move(
        self, w: FloatArray, values: Mapping[str, float], *, straight: bool = False
    ) -> FloatArray:
        """The place that sliders lead to from ``w [w_dim]``, float32 ``[w_dim]``.

        Args:
            w: where all sliders are 0.
            values: control name to -5..5; those not named are 0.
            straight: along straight lines even where the slope is known.

        Raises:
            UnknownNameError, InputError: see ``check``.
        """
        self.check(values)
        amounts = np.array([values.get(name, 0.0) for name in self.names])
        followed = 0
        if self.follow is not None and not straight:
            followed = len(self.follow.steps)
            w = self.follow.move(w, amounts[:followed])
        if followed == len(self.names):
            return np.asarray(w, np.float32)
        return np.asarray(w + amounts[followed:] @ self.vectors[followed:], np.float32)


def no_sliders() -> InputError:
    """What a bundle without sliders says, where some could be found."""
    return InputError(
        "this bundle has no sliders: resonance models controls BUNDLE --data SOUNDS finds them"
    )
