"""Looks through an ONNX file for weights that are not finite, without loading or running it.

Walks the protocol-buffer wire format (field numbers: onnx/onnx.proto): ModelProto.graph 7,
GraphProto.node 1 and initializer 5, NodeProto.attribute 5, AttributeProto.t 5 and g 6,
TensorProto.data_type 2, float_data 4, raw_data 9, double_data 10, external_data 13.
"""

from collections.abc import Iterator

import numpy as np

from latent_resonance.contracts.errors import BundleError

_FLOATS = {1: "<f4", 10: "<f2", 11: "<f8"}
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5


def check_onnx(name: str, data: bytes) -> None:
    """Raise BundleError when ``data`` is not ONNX, points outside itself, or has a NaN weight."""
    view = memoryview(data)
    try:
        graphs = _parts(view, 7)
        if not graphs:
            raise BundleError(f"the member '{name}' is not an ONNX model")
        for graph in graphs:
            _check_graph(name, graph, depth=0)
    except (ValueError, IndexError, TypeError) as error:
        raise BundleError(f"the member '{name}' is not an ONNX model: {error}") from error


def _check_graph(name: str, graph: memoryview, depth: int) -> None:
    if depth > 8:
        raise BundleError(f"the member '{name}' nests graphs too deeply")
    for tensor in _parts(graph, 5):
        _check_tensor(name, tensor)
    for node in _parts(graph, 1):
        for attribute in _parts(node, 5):
            for tensor in _parts(attribute, 5):
                _check_tensor(name, tensor)
            for inner in _parts(attribute, 6):
                _check_graph(name, inner, depth + 1)


def _check_tensor(name: str, tensor: memoryview) -> None:
    kind = 0
    raw: list[memoryview] = []
    for field, value in _fields(tensor):
        if field == 2 and isinstance(value, int):
            kind = value
        elif field == 13:
            raise BundleError(f"the member '{name}' keeps weights in another file")
        elif field == 4 and isinstance(value, memoryview):
            _check_values(name, value, "<f4")
        elif field == 10 and isinstance(value, memoryview):
            _check_values(name, value, "<f8")
        elif field == 9 and isinstance(value, memoryview):
            raw.append(value)
    for value in raw:
        if kind in _FLOATS:
            _check_values(name, value, _FLOATS[kind])


def _check_values(name: str, data: memoryview, dtype: str) -> None:
    if not np.isfinite(np.frombuffer(data, dtype)).all():
        raise BundleError(f"the member '{name}' has weights that are not finite")


def _parts(view: memoryview, wanted: int) -> list[memoryview]:
    """All messages of one field."""
    return [v for field, v in _fields(view) if field == wanted and isinstance(v, memoryview)]


def _fields(view: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Field number and content: a number or a stretch of bytes."""
    at = 0
    while at < len(view):
        key, at = _varint(view, at)
        field, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, at = _varint(view, at)
            yield field, value
            continue
        if wire == _BYTES:
            size, at = _varint(view, at)
        elif wire == _EIGHT:
            size = 8
        elif wire == _FOUR:
            size = 4
        else:
            raise ValueError(f"wire type {wire}")
        if at + size > len(view):
            raise ValueError("it ends too early")
        yield field, view[at : at + size]
        at += size


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = view[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError("a number is too long")
