"""Looks through an ONNX file for weights that are not finite, without loading or running it.

Walks the protocol-buffer wire format (field numbers: onnx/onnx.proto). What could hide a weight
from this reader and show it to an engine is refused: weights kept elsewhere, sparse ones, kinds
that cannot be checked, and messages in several pieces, which a decoder would merge.
"""

import math
from collections.abc import Iterator

import numpy as np

from latent_resonance.contracts.errors import BundleError

_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
_MODEL_GRAPH, _MODEL_FUNCTION, _FUNCTION_NODE = 7, 25, 7
_GRAPH_NODE, _GRAPH_TENSOR, _GRAPH_SPARSE = 1, 5, 15
_NODE_ATTRIBUTE = 5
_FLOAT, _TENSOR, _GRAPH, _FLOATS, _TENSORS, _GRAPHS, _SPARSE = 2, 5, 6, 7, 10, 11, {22, 23}
_DIMS, _KIND, _FLOAT_DATA, _INT32_DATA, _RAW, _DOUBLE_DATA, _EXTERNAL, _LOCATION = (
    1, 2, 4, 5, 9, 10, 13, 14,
)  # fmt: skip
_FLOAT32, _FLOAT16, _FLOAT64, _BFLOAT16 = 1, 10, 11, 16
# uint8 int8 uint16 int16 int32 int64 bool uint32 uint64 uint4 int4: always finite.
_WHOLE = {2, 3, 4, 5, 6, 7, 9, 12, 13, 21, 22}
_MOST_NESTING = 8


def check_onnx(name: str, data: bytes) -> None:
    """Raise BundleError when ``data`` is not ONNX, points outside itself, or has a NaN weight."""
    view = memoryview(data)
    try:
        if not _parts(view, _MODEL_GRAPH):
            raise BundleError(f"the member '{name}' is not an ONNX model")
        for graph in _parts(view, _MODEL_GRAPH):
            _check_graph(name, graph, depth=0)
        for function in _parts(view, _MODEL_FUNCTION):
            for node in _parts(function, _FUNCTION_NODE):
                _check_node(name, node, depth=0)
    except (ValueError, IndexError, TypeError) as error:
        raise BundleError(f"the member '{name}' is not an ONNX model: {error}") from error


def _check_graph(name: str, graph: memoryview, depth: int) -> None:
    if depth > _MOST_NESTING:
        raise BundleError(f"the member '{name}' nests graphs too deeply")
    for field, value in _fields(graph):
        if field == _GRAPH_SPARSE:
            raise BundleError(f"the member '{name}' has sparse weights, which are not played here")
        if field == _GRAPH_TENSOR:
            _check_tensor(name, _message(value))
        elif field == _GRAPH_NODE:
            _check_node(name, _message(value), depth)


def _check_node(name: str, node: memoryview, depth: int) -> None:
    for attribute in _parts(node, _NODE_ATTRIBUTE):
        single = set[int]()
        for field, value in _fields(attribute):
            if field in {_TENSOR, _GRAPH}:
                if field in single:
                    raise ValueError("an attribute comes in two pieces")
                single.add(field)
            if field in _SPARSE:
                raise BundleError(
                    f"the member '{name}' has sparse weights, which are not played here"
                )
            if field in {_TENSOR, _TENSORS}:
                _check_tensor(name, _message(value))
            elif field in {_GRAPH, _GRAPHS}:
                _check_graph(name, _message(value), depth + 1)
            elif field in {_FLOAT, _FLOATS}:
                _check_values(name, np.frombuffer(_message(value), "<f4"))


def _check_tensor(name: str, tensor: memoryview) -> None:
    kind = 0
    size = 1
    stored: list[tuple[int, memoryview | int]] = []
    for field, value in _fields(tensor):
        if field == _KIND:
            kind = _number(value) & 0xFFFFFFFF  # decoders keep 32 bits
        elif field == _DIMS:
            size *= math.prod([value] if isinstance(value, int) else _varints(value))
        elif field == _EXTERNAL or (field == _LOCATION and value != 0):
            raise BundleError(f"the member '{name}' keeps weights in another file")
        elif field in {_FLOAT_DATA, _INT32_DATA, _RAW, _DOUBLE_DATA}:
            stored.append((field, value))
    if kind in _WHOLE or (not stored and size == 0):
        return
    if kind not in {_FLOAT32, _FLOAT16, _FLOAT64, _BFLOAT16}:
        raise BundleError(f"the member '{name}' has weights of a kind ({kind}) that is not played")
    values = [_values(kind, field, value) for field, value in stored]
    if sum(map(len, values)) != size:
        raise ValueError("a tensor has another size than it says")
    for some in values:
        _check_values(name, some)


def _values(kind: int, field: int, value: memoryview | int) -> np.ndarray:
    """The numbers of one stretch of a tensor's data, as floats."""
    if field == _FLOAT_DATA:
        return np.frombuffer(_message(value), "<f4")
    if field == _DOUBLE_DATA:
        return np.frombuffer(_message(value), "<f8")
    if field == _INT32_DATA:  # 16-bit floats, as the integers that their bits spell
        spelled = [value] if isinstance(value, int) else list(_varints(value))
        bits = np.array([number & 0xFFFF for number in spelled], "<u2")
    elif kind in {_FLOAT32, _FLOAT64}:
        return np.frombuffer(_message(value), "<f4" if kind == _FLOAT32 else "<f8")
    else:
        bits = np.frombuffer(_message(value), "<u2")
    if kind == _FLOAT16:
        return bits.view("<f2")
    return (bits.astype("<u4") << 16).view("<f4")


def _check_values(name: str, values: np.ndarray) -> None:
    if not np.isfinite(values).all():
        raise BundleError(f"the member '{name}' has weights that are not finite")


def _parts(view: memoryview, wanted: int) -> list[memoryview]:
    """All messages of one field."""
    return [_message(value) for field, value in _fields(view) if field == wanted]


def _message(value: memoryview | int) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number stands where a message should")  # noqa: TRY004 - not ours
    return value


def _number(value: memoryview | int) -> int:
    if not isinstance(value, int):
        raise ValueError("a message stands where a number should")  # noqa: TRY004 - not ours
    return value


def _varints(view: memoryview) -> Iterator[int]:
    """Packed numbers."""
    at = 0
    while at < len(view):
        value, at = _varint(view, at)
        yield value


def _fields(view: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Field number and content: a number or a stretch of bytes."""
    at = 0
    while at < len(view):
        key, at = _varint(view, at)
        field, wire = key >> 3, key & 7
        if not 0 < field < 1 << 29:
            raise ValueError(f"field {field}")
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
            return value & 0xFFFFFFFFFFFFFFFF, at
    raise ValueError("a number is too long")
