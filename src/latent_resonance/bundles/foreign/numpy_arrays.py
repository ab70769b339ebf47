"""numpy's arrays, dtypes and scalars as its pickles spell them: plain numbers only."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from latent_resonance.bundles.foreign.values import Budget, Name, Refusal

_KINDS = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"}
_MOST_DIMENSIONS = 16


@dataclass(slots=True, eq=False)
class NumberKind:
    """A numpy dtype of plain numbers, such as ``<f4``."""

    dtype: np.dtype[Any]

    def build(self, state: Any) -> None:
        """Take the byte order from ``(version, order, ...)``; raises Refusal."""
        if not isinstance(state, tuple) or len(state) < 2 or state[1] not in ("<", ">", "|", "="):
            raise Refusal("is damaged: a number format without a byte order")
        if any(part is not None for part in state[2:5]):
            raise Refusal("has a numpy record format, which no network needs: refused")
        if state[1] in "<>":
            self.dtype = self.dtype.newbyteorder(state[1])


@dataclass(slots=True, eq=False)
class Numbers:
    """An array; empty until its content comes."""

    array: np.ndarray | None = None

    def build(self, state: Any) -> None:
        """Take ``(version, shape, kind, column_major, data)``; raises Refusal."""
        if not isinstance(state, tuple) or len(state) != 5:
            raise Refusal("is damaged: an array in another form than numpy's")
        _, shape, kind, column_major, data = state
        self.array = shaped(data, kind, shape, column_major=column_major is True)


def dtype(arguments: tuple[Any, ...], _: Budget) -> NumberKind:
    """``numpy.dtype('f4', False, True)``; raises Refusal for objects, texts and records."""
    name = arguments[0] if arguments else None
    if not isinstance(name, str) or name not in _KINDS:
        shown = name if isinstance(name, str) and len(name) < 32 else "another kind"
        raise Refusal(f"has a numpy array of '{shown}', not of plain numbers: refused")
    return NumberKind(np.dtype(f"<{name}"))


def reconstruct(arguments: tuple[Any, ...], _: Budget) -> Numbers:
    """``_reconstruct(ndarray, (0,), b'b')``: an array whose content follows."""
    if not arguments or arguments[0] != Name("numpy.ndarray"):
        raise Refusal("has a numpy array of a class of its own: refused")
    return Numbers()


def from_buffer(arguments: tuple[Any, ...], _: Budget) -> Numbers:
    """``_frombuffer(data, kind, shape, order)`` of protocol 5."""
    if len(arguments) != 4 or arguments[3] not in ("C", "F"):
        raise Refusal("is damaged: an array in another form than numpy's")
    data, kind, shape, order = arguments
    return Numbers(shaped(data, kind, shape, column_major=order == "F"))


def scalar(arguments: tuple[Any, ...], _: Budget) -> int | float | bool:
    """``scalar(kind, data)`` as a Python number."""
    if len(arguments) != 2:
        raise Refusal("is damaged: a numpy number without content")
    number: int | float | bool = shaped(arguments[1], arguments[0], (), column_major=False).item()
    return number


def sizes(shape: Any, what: str) -> tuple[int, ...]:
    """``shape`` as sizes or strides that can be trusted to be small whole numbers."""
    if not isinstance(shape, (tuple, list)) or len(shape) > _MOST_DIMENSIONS:
        raise Refusal(f"is damaged: {what} without a shape")
    if any(type(size) is not int or not 0 <= size < 1 << 40 for size in shape):
        raise Refusal(f"is damaged: {what} with impossible sizes")
    if math.prod(size for size in shape if size) >= 1 << 48:
        raise Refusal(f"claims {what} of {math.prod(map(float, shape)):.0e} numbers: refused")
    return tuple(shape)


def shaped(data: Any, kind: Any, shape: Any, *, column_major: bool) -> np.ndarray:
    """A read-only view of ``data``; its length must be exactly what shape and kind say."""
    if not isinstance(kind, NumberKind) or not isinstance(data, (memoryview, bytes)):
        raise Refusal("is damaged: an array without a format or content")
    size = sizes(shape, "an array")
    if math.prod(size) * kind.dtype.itemsize != len(data):
        raise Refusal(
            f"claims an array of {math.prod(size) * kind.dtype.itemsize} bytes and brings "
            f"{len(data)}: refused"
        )
    flat = np.frombuffer(bytes(data) if not len(data) else data, kind.dtype)
    flat.flags.writeable = False
    return flat.reshape(size, order="F" if column_major else "C")
