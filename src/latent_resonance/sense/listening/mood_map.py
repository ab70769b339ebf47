"""From what music is like over seconds to a point among moods, by a small network.

Trained on music without labels by ``training/mood_map``, which says what the point means. It runs
in NumPy: a thousand products need no engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.errors import InputError
from latent_resonance.sense.listening.character import MEASURES

_Doubles = npt.NDArray[np.float64]

AXES = ("mood_energy", "mood_light", "mood_x", "mood_y")
"""Names of the point's coordinates, each -1..1."""

FURTHEST = 3.0
"""Deviations from the usual beyond which a measure counts no more."""

LAYERS = ("first", "second", "third")


@dataclass(frozen=True, slots=True, eq=False)
class MoodMap:
    """A network of three layers, tanh behind each.

    Attributes:
        middle: mean of each measure over the music that it was trained on, ``[measures]``.
        spread: deviation of each, above 0, ``[measures]``.
        layers: matrix ``[outputs, inputs]`` and bias ``[outputs]`` of each layer.
    """

    middle: _Doubles
    spread: _Doubles
    layers: tuple[tuple[_Doubles, _Doubles], ...]

    def point(self, measures: _Doubles) -> _Doubles:
        """``[4]`` in -1..1 for ``measures [len(MEASURES)]``, in the order of ``AXES``."""
        x = np.clip((measures - self.middle) / self.spread, -FURTHEST, FURTHEST)
        for weight, bias in self.layers:
            x = np.tanh(weight @ x + bias)
        return np.asarray(x)

    @classmethod
    def of(cls, tensors: Mapping[str, npt.NDArray[np.float32]]) -> "MoodMap":
        """A map from the tensors of its file.

        Raises:
            KeyError: one is missing.
            ValueError: one has another shape, or a number in it is not finite.
        """
        found = {name: np.asarray(value, np.float64) for name, value in tensors.items()}
        layers = tuple((found[f"{name}.weight"], found[f"{name}.bias"]) for name in LAYERS)
        middle, spread = found["middle"], found["spread"]
        width = len(MEASURES)
        if middle.shape != (width,) or spread.shape != (width,) or not (spread > 0).all():
            raise ValueError(f"it is made for other measures than these {width}")
        for weight, bias in layers:
            if weight.shape != (len(bias), width):
                raise ValueError("its layers do not fit each other")
            width = len(bias)
        if width != len(AXES):
            raise ValueError(f"it gives {width} numbers, not {len(AXES)}")
        if not all(np.isfinite(value).all() for value in found.values()):
            raise ValueError("a number in it is not finite")
        return cls(middle, spread, layers)


@cache
def load_mood_map(path: Path | None = None) -> MoodMap:
    """The map of a file, or the one that is shipped.

    Raises:
        InputError: the file cannot be read, or holds no such map.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    source = path or files("latent_resonance.sense.listening") / "mood_map.safetensors"
    try:
        return MoodMap.of(load(source.read_bytes()))
    except OSError as error:
        raise InputError(f"cannot read the mood map {source}: {error.strerror or error}") from error
    except (SafetensorError, KeyError, ValueError) as error:
        raise InputError(f"{source} is no mood map: {error}") from error
