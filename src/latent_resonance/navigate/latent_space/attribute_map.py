"""What a place will sound like in named attributes, and how to change one and keep the others.

A small network from w to measured attributes, in numpy. Its slope at a place says which way
changes brightness *there* without changing rate; a straight line of w does so only on average.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray

Doubles = npt.NDArray[np.float64]

_MOVES_PER_STEP = 2
_LONGEST = 0.5
_DAMPING = 1e-3


@dataclass(frozen=True, slots=True)
class AttributeMap:
    """Two layers beside a straight one, on the axes of w that attributes depend on.

    ``v = axes @ ((w - centre) / scale)``, and attributes in slider steps are
    ``last @ tanh(second @ tanh(first @ v + first_bias) + second_bias) + linear @ v + bias``.

    Attributes:
        centre: ``[w_dim]``.
        scale: ``[w_dim]``, above 0.
        axes: orthonormal rows ``[axes, w_dim]``.
        first: ``[hidden, axes]``.
        first_bias: ``[hidden]``.
        second: ``[hidden, hidden]``.
        second_bias: ``[hidden]``.
        last: ``[attributes, hidden]``.
        linear: ``[attributes, axes]``.
        bias: ``[attributes]``.
        steps: ``[attributes]``: what a slider's 1 is in the attribute's unit.
    """

    centre: Doubles
    scale: Doubles
    axes: Doubles
    first: Doubles
    first_bias: Doubles
    second: Doubles
    second_bias: Doubles
    last: Doubles
    linear: Doubles
    bias: Doubles
    steps: Doubles

    @classmethod
    def read(cls, tensors: Mapping[str, npt.NDArray[Any]]) -> "AttributeMap | None":
        """From tensors by the names above; None where one is missing or does not fit."""
        names = cls.__slots__
        if any(name not in tensors for name in names):
            return None
        made = cls(*(np.asarray(tensors[name], np.float64) for name in names))
        return made if made.fits() else None

    def tensors(self) -> dict[str, FloatArray]:
        """What ``read`` takes, float32."""
        return {
            name: np.ascontiguousarray(getattr(self, name), np.float32) for name in self.__slots__
        }

    def fits(self) -> bool:
        """Whether the parts have sizes that go together and can be divided by."""
        if self.axes.ndim != 2 or self.first.ndim != 2 or self.last.ndim != 2:
            return False
        axes, size = self.axes.shape
        hidden, count = self.first.shape[0], self.last.shape[0]
        wanted = {
            "centre": (size,),
            "scale": (size,),
            "first": (hidden, axes),
            "first_bias": (hidden,),
            "second": (hidden, hidden),
            "second_bias": (hidden,),
            "last": (count, hidden),
            "linear": (count, axes),
            "bias": (count,),
            "steps": (count,),
        }
        alike = all(getattr(self, name).shape == shape for name, shape in wanted.items())
        return alike and bool((self.scale > 0).all() and (self.steps > 0).all())

    def predict(self, w: FloatArray | Doubles) -> Doubles:
        """Attributes in steps, ``[..., attributes]``, of ``w [..., w_dim]``."""
        return self.at(self.enter(w))

    def enter(self, w: FloatArray | Doubles) -> Doubles:
        """``w [..., w_dim]`` on the map's axes, ``[..., axes]``."""
        return np.asarray(((np.asarray(w, np.float64) - self.centre) / self.scale) @ self.axes.T)

    def at(self, given: Doubles) -> Doubles:
        """Attributes in steps, ``[..., attributes]``, where ``given [..., axes]`` is on the map."""
        one = np.tanh(given @ self.first.T + self.first_bias)
        two = np.tanh(one @ self.second.T + self.second_bias)
        return np.asarray(two @ self.last.T + given @ self.linear.T + self.bias)

    def shift(self, w: FloatArray, by: Doubles) -> FloatArray:
        """``w [w_dim]`` moved by ``by [axes]`` on the map's axes; all else of it stays."""
        return np.asarray(w + self.scale * (by @ self.axes), np.float32)

    def slope(self, given: Doubles) -> Doubles:
        """Change of the attributes with ``v [axes]``, ``[attributes, axes]``."""
        one = np.tanh(self.first @ given + self.first_bias)
        two = np.tanh(self.second @ one + self.second_bias)
        back = (self.last * (1 - two**2)) @ self.second
        return np.asarray((back * (1 - one**2)) @ self.first + self.linear)

    def move(self, w: FloatArray, change: Sequence[float] | Doubles) -> FloatArray:
        """The place near ``w`` whose attributes differ by ``change [attributes]`` steps.

        Walks in small steps, each the shortest that the slope there asks for, so that what is
        not to change stays; the same for the same arguments.
        """
        wanted = np.asarray(change, np.float64)
        furthest = float(np.abs(wanted).max(initial=0))
        if furthest == 0:
            return np.asarray(w, np.float32)
        first = given = self.enter(w)
        begin = self.at(given)
        count = max(1, int(np.ceil(furthest * _MOVES_PER_STEP)))
        for step in range(1, count + 1):
            missing = begin + wanted * (step / count) - self.at(given)
            given = given + least_move(self.slope(given), missing, _LONGEST)
        return self.shift(w, given - first)


def least_move(
    slope: Doubles, missing: Doubles, longest: float, soft: Doubles | None = None
) -> Doubles:
    """The shortest move that makes up for ``missing``, damped where the slope is flat.

    Args:
        slope: ``[attributes, axes]``.
        missing: ``[attributes]``.
        longest: limit of its length.
        soft: ``[attributes]``, how loosely each is held; 1 when not given.
    """
    square = slope @ slope.T
    damping = _DAMPING * np.trace(square) / len(square)
    square[np.diag_indices_from(square)] += damping * (1 if soft is None else soft) + 1e-12
    move = slope.T @ np.linalg.solve(square, missing)
    length = float(np.linalg.norm(move))
    return np.asarray(move * min(1.0, longest / max(length, 1e-12)))
