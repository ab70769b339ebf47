"""The weights of the speaker encoder: six million of them in a megabyte and a half.

Those of SpeechBrain's ECAPA-TDNN (Apache-2.0), brought to low ranks and rounded by
``training/voices/speaker_encoder.py``. A matrix is whole numbers -127..127 times a step for each
row times one for each column, both of them powers of the eighth root of two. The smaller a step
beside the others of its matrix, the larger its numbers: by that they are divided into classes,
each of which is coded by what is frequent in it (``ans``).
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.voice.ans import decode, encode, frequencies_of

FILE = "speaker.safetensors"
_CODES = ("words", "states", "frequencies")
_CLASSES = 12  # of a matrix
_PARTS_OF_OCTAVE = 8


@dataclass(frozen=True, slots=True, eq=False)
class Rounded:
    """A matrix ``numbers * 2**(rows / 8) * 2**(columns / 8)``.

    Attributes:
        numbers: int8 ``[m, n]``.
        rows: int16 ``[m]``, eighths of octaves.
        columns: int16 ``[n]``.
    """

    numbers: npt.NDArray[np.int8]
    rows: npt.NDArray[np.int16]
    columns: npt.NDArray[np.int16]

    def matrix(self) -> FloatArray:
        """What it stands for, float32 ``[m, n]``."""
        return np.asarray(self.numbers * step_of(self.rows)[:, None] * step_of(self.columns))


def step_of(eighths: npt.NDArray[np.int16]) -> FloatArray:
    """Steps, float32, of eighths of octaves."""
    return np.exp2(eighths.astype(np.float32) / _PARTS_OF_OCTAVE)


def eighths_of(steps: npt.NDArray[np.floating]) -> npt.NDArray[np.int16]:
    """The nearest eighths of octaves to steps above 0."""
    return np.asarray(np.rint(np.log2(steps) * _PARTS_OF_OCTAVE), np.int16)


@cache
def load_weights() -> Mapping[str, FloatArray]:
    """The weights that are shipped, read once: matrices and vectors by name."""
    from safetensors.numpy import load_file

    return weights_of(load_file(Path(str(files("latent_resonance.sound.voice") / FILE))))


def tensors_of(
    matrices: Mapping[str, Rounded], vectors: Mapping[str, FloatArray]
) -> dict[str, np.ndarray]:
    """The tensors of the file. Matrices are coded in the order of their names."""
    order = [matrices[name] for name in sorted(matrices)]
    made: dict[str, np.ndarray] = {}
    for name in sorted(matrices):
        one = matrices[name]
        made |= {f"{name}.rows": one.rows, f"{name}.columns": one.columns}
    made |= {name: vector.astype(np.float16) for name, vector in vectors.items()}
    numbers = np.concatenate([one.numbers.ravel() for one in order]).view(np.uint8)
    classes = _classes(order)
    frequencies = frequencies_of(numbers, classes, _CLASSES * len(order))
    words, states = encode(numbers, classes, frequencies)
    packed = np.frombuffer(zlib.compress(frequencies.tobytes(), 9), np.uint8)
    return made | dict(zip(_CODES, (words, states, packed), strict=True))


def weights_of(tensors: Mapping[str, np.ndarray]) -> dict[str, FloatArray]:
    """Matrices and vectors from the tensors of their file."""
    names = sorted(name.removesuffix(".rows") for name in tensors if name.endswith(".rows"))
    sides = [(tensors[f"{name}.rows"], tensors[f"{name}.columns"]) for name in names]
    empty = [Rounded(np.zeros((len(m), len(n)), np.int8), m, n) for m, n in sides]
    words, states, packed = (tensors[name] for name in _CODES)
    frequencies = np.frombuffer(zlib.decompress(packed.tobytes()), np.uint16).reshape(-1, 256)
    numbers = decode(words, states, _classes(empty), frequencies).view(np.int8)
    found, start = {}, 0
    for name, one in zip(names, empty, strict=True):
        end = start + one.numbers.size
        one.numbers[:] = numbers[start:end].reshape(one.numbers.shape)
        found[name], start = one.matrix(), end
    coded = {*_CODES, *(f"{name}.{side}" for name in names for side in ("rows", "columns"))}
    return found | {
        name: one.astype(np.float32) for name, one in tensors.items() if name not in coded
    }


def _classes(order: Sequence[Rounded]) -> npt.NDArray[np.uint16]:
    """Which class each number belongs to, by where its step lies among those of its matrix."""
    found = []
    for index, one in enumerate(order):
        step = (one.rows[:, None].astype(np.int32) + one.columns).ravel()
        edges = np.quantile(step, np.arange(1, _CLASSES) / _CLASSES, method="lower")
        found.append((np.searchsorted(edges, step) + _CLASSES * index).astype(np.uint16))
    return np.concatenate(found)
