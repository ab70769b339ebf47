"""The weights of the speaker encoder: few bits each, in half a megabyte.

Those of Resemblyzer (Apache-2.0), rounded by ``training/voices/speaker_encoder.py``. A matrix is
whole numbers -127..127 times a step for each row times one for each column. Rows lie in the order
of their steps, so that neighbours have numbers of about the same size, and all numbers in a row are
Huffman coded (RFC 1951), as an archive could not do better.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

import numpy as np

from latent_resonance.contracts.values import FloatArray

FILE = "speaker.safetensors"
DEPTH = 3
MATRICES = (
    *(f"layer{k}.{kind}" for k in range(DEPTH) for kind in ("inputs", "recurrent")),
    "linear.weight",
)
"""In the order in which they are coded."""
BIASES = (*(f"layer{k}.bias" for k in range(DEPTH)), "linear.bias")
_CODES = "codes"


@dataclass(frozen=True, eq=False)
class Layer:
    """An LSTM layer; the four gates lie one after the other.

    Attributes:
        inputs: float32 ``[inputs, 4 units]``.
        recurrent: float32 ``[units, 4 units]``.
        bias: float32 ``[4 units]``.
    """

    inputs: FloatArray
    recurrent: FloatArray
    bias: FloatArray

    @cached_property
    def by_tanh(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The same, with gates that are sigmoids halved: ``sigmoid(x) = (1 + tanh(x / 2)) / 2``."""
        units = len(self.recurrent)
        half = np.full(4 * units, 0.5, np.float32)
        half[2 * units : 3 * units] = 1.0
        return self.inputs * half, self.recurrent * half, self.bias * half


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """LSTM layers, and a linear one ``weight [units, size]``, ``bias [size]`` behind them."""

    layers: tuple[Layer, ...]
    weight: FloatArray
    bias: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Rounded:
    """A matrix ``numbers * rows[:, None] * columns``.

    Attributes:
        numbers: int8 ``[m, n]``.
        rows: float16 ``[m]``, the steps of the rows.
        columns: float16 ``[n]``.
    """

    numbers: np.ndarray
    rows: np.ndarray
    columns: np.ndarray

    def matrix(self) -> FloatArray:
        """What it stands for, float32 ``[m, n]``."""
        steps = self.rows.astype(np.float32)[:, None] * self.columns.astype(np.float32)
        return self.numbers * steps


@cache
def load_encoder() -> Encoder:
    """The encoder that is shipped, read once."""
    from safetensors.numpy import load_file

    return encoder_of(load_file(Path(str(files("latent_resonance.sound.voice") / FILE))))


def tensors_of(
    matrices: Mapping[str, Rounded], biases: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """The tensors of the file, from ``MATRICES`` and ``BIASES``."""
    made = {name: biases[name].astype(np.float16) for name in BIASES}
    coder = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zlib.Z_HUFFMAN_ONLY)
    codes = []
    for name in MATRICES:
        one = matrices[name]
        made |= {f"{name}.rows": one.rows, f"{name}.columns": one.columns}
        codes.append(coder.compress(one.numbers[_by_size(one.rows)].tobytes()))
    codes.append(coder.flush())
    return made | {_CODES: np.frombuffer(b"".join(codes), np.uint8)}


def encoder_of(tensors: Mapping[str, np.ndarray]) -> Encoder:
    """The encoder from the tensors of its file."""
    flat = np.frombuffer(zlib.decompress(tensors[_CODES].tobytes(), -zlib.MAX_WBITS), np.int8)
    found, start = {}, 0
    for name in MATRICES:
        rows, columns = tensors[f"{name}.rows"], tensors[f"{name}.columns"]
        shape = len(rows), len(columns)
        numbers = np.empty(shape, np.int8)
        numbers[_by_size(rows)] = flat[start : start + numbers.size].reshape(shape)
        start += numbers.size
        found[name] = np.ascontiguousarray(Rounded(numbers, rows, columns).matrix().T)
    bias = {name: tensors[name].astype(np.float32) for name in BIASES}
    layers = (
        Layer(found[f"layer{k}.inputs"], found[f"layer{k}.recurrent"], bias[f"layer{k}.bias"])
        for k in range(DEPTH)
    )
    return Encoder(tuple(layers), found["linear.weight"], bias["linear.bias"])


def _by_size(rows: np.ndarray) -> np.ndarray:
    return np.argsort(rows, kind="stable")
