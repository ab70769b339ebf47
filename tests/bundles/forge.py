"""Forges small ONNX files, byte by byte, and sees bundles refused."""

from pathlib import Path

import numpy as np
import pytest

from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.errors import BundleError


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number: int, content: bytes | int) -> bytes:
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def tensor(name: str, values: np.ndarray) -> bytes:
    dims = b"".join(field(1, size) for size in values.shape)
    kind = 1 if values.dtype == np.float32 else 7
    return dims + field(2, kind) + field(8, name.encode()) + field(9, values.tobytes())


def value_info(name: str, shape: tuple[int, ...]) -> bytes:
    dims = b"".join(field(1, field(1, size)) for size in shape)
    return field(1, name.encode()) + field(2, field(1, field(1, 1) + field(2, dims)))


def node(kind: str, inputs: list[str], output: str) -> bytes:
    return (
        b"".join(field(1, name.encode()) for name in inputs)
        + field(2, output.encode())
        + field(4, kind.encode())
    )


def small_onnx(latent: int = 4, bins: int = 32, columns: int = 16, poison: float = 0.0) -> bytes:
    """level_db = reshape(w @ A) - 20, as ONNX bytes."""
    weights = np.zeros((latent, bins * columns), np.float32)
    weights[0] = np.linspace(-10, 10, bins * columns)
    weights[1, 5] = poison or 0.0
    shape = np.array([1, bins, columns], np.int64)
    graph = (
        field(1, node("MatMul", ["w", "A"], "flat"))
        + field(1, node("Reshape", ["flat", "shape"], "cube"))
        + field(1, node("Add", ["cube", "offset"], "level_db"))
        + field(2, b"small")
        + field(5, tensor("A", weights))
        + field(5, tensor("shape", shape))
        + field(5, tensor("offset", np.array([-20], np.float32)))
        + field(11, value_info("w", (1, latent)))
        + field(12, value_info("level_db", (1, bins, columns)))
    )
    return field(1, 8) + field(7, graph) + field(8, field(1, b"") + field(2, 18))


def refused(path: Path, says: str) -> None:
    with pytest.raises(BundleError, match=says) as caught:
        read_bundle(path)
    assert str(caught.value).isprintable()
