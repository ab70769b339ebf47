"""Looks through an ONNX file for weights that are not finite, without loading or running it.

Walks the protocol-buffer wire format (field numbers: onnx/onnx.proto). What could hide a weight
from this reader and show it to an engine is refused: weights kept elsewhere, sparse ones, kinds
that cannot be checked, and messages in several pieces, which a decoder would merge. Packed numbers
are read many at once; what spells its weights one by one, as no exporter does, ends at a bound.
"""

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
# Networks that are exported have some thousands.
_MOST_FIELDS = 200_000
_LONGEST_VARINT = 10
_AT_ONCE = 1 << 20
_MOST_DIMS_BYTES = 1 << 10


def check_onnx(name: str, data: bytes) -> None:
    """Raise BundleError when ``data`` is not ONNX, points outside itself, or has a NaN weight."""
    view = memoryview(data)
    fields = _Fields(name)
    try:
        if not fields.parts(view, _MODEL_GRAPH):
            raise BundleError(f"the member '{name}' is not an ONNX model")
        for graph in fields.parts(view, _MODEL_GRAPH):
            _check_graph(name, fields, graph, depth=0)
        for function in fields.parts(view, _MODEL_FUNCTION):
            for node in fields.parts(function, _FUNCTION_NODE):
                _check_node(name, fields, node, depth=0)
    except (ValueError, IndexError, TypeError) as error:
        raise BundleError(f"the member '{name}' is not an ONNX model: {error}") from error


class _Fields:
    """Gives the fields of messages, so many in all and no more."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._left = _MOST_FIELDS

    def of(self, view: memoryview) -> Iterator[tuple[int, memoryview | int]]:
        """Field number and content: a number or a stretch of bytes."""
        at = 0
        while at < len(view):
            self._left -= 1
            if self._left < 0:
                raise BundleError(
                    f"the member '{self._name}' has more than {_MOST_FIELDS} parts, as no exported "
                    "network has"
                )
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

    def parts(self, view: memoryview, wanted: int) -> list[memoryview]:
        """All messages of one field."""
        return [_message(value) for field, value in self.of(view) if field == wanted]


def _check_graph(name: str, fields: _Fields, graph: memoryview, depth: int) -> None:
    if depth > _MOST_NESTING:
        raise BundleError(f"the member '{name}' nests graphs too deeply")
    for field, value in fields.of(graph):
        if field == _GRAPH_SPARSE:
            raise BundleError(f"the member '{name}' has sparse weights, which are not played here")
        if field == _GRAPH_TENSOR:
            _check_tensor(name, fields, _message(value))
        elif field == _GRAPH_NODE:
            _check_node(name, fields, _message(value), depth)


def _check_node(name: str, fields: _Fields, node: memoryview, depth: int) -> None:
    for attribute in fields.parts(node, _NODE_ATTRIBUTE):
        single = set[int]()
        for field, value in fields.of(attribute):
            if field in {_TENSOR, _GRAPH}:
                if field in single:
                    raise ValueError("an attribute comes in two pieces")
                single.add(field)
            if field in _SPARSE:
                raise BundleError(
                    f"the member '{name}' has sparse weights, which are not played here"
                )
            if field in {_TENSOR, _TENSORS}:
                _check_tensor(name, fields, _message(value))
            elif field in {_GRAPH, _GRAPHS}:
                _check_graph(name, fields, _message(value), depth + 1)
            elif field in {_FLOAT, _FLOATS}:
                _check_values(name, np.frombuffer(_message(value), "<f4"))


def _check_tensor(name: str, fields: _Fields, tensor: memoryview) -> None:
    kind = 0
    size = 1
    stored: list[tuple[int, memoryview | int]] = []
    for field, value in fields.of(tensor):
        if field == _KIND:
            kind = _number(value) & 0xFFFFFFFF  # decoders keep 32 bits
        elif field == _DIMS:
            # Sizes that no file could hold need not be multiplied out.
            size = min(size * _product(value), 1 << 63)
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


def _product(value: memoryview | int) -> int:
    """Of packed dimensions, or the one."""
    if isinstance(value, int):
        return value
    if len(value) > _MOST_DIMS_BYTES:
        raise ValueError("a tensor has too many dimensions")
    product, at = 1, 0
    while at < len(value):
        one, at = _varint(value, at)
        product *= one
    return product


def _values(kind: int, field: int, value: memoryview | int) -> np.ndarray:
    """The numbers of one stretch of a tensor's data, as floats."""
    if field == _FLOAT_DATA:
        return np.frombuffer(_message(value), "<f4")
    if field == _DOUBLE_DATA:
        return np.frombuffer(_message(value), "<f8")
    if field == _INT32_DATA:  # 16-bit floats, as the integers that their bits spell
        bits = (
            _packed_16(value) if not isinstance(value, int) else np.array([value & 0xFFFF], "<u2")
        )
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


def _message(value: memoryview | int) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number stands where a message should")  # noqa: TRY004 - not ours
    return value


def _number(value: memoryview | int) -> int:
    if not isinstance(value, int):
        raise ValueError("a message stands where a number should")  # noqa: TRY004 - not ours
    return value


def _packed_16(view: memoryview) -> np.ndarray:
    """The lowest 16 bits of packed numbers, uint16."""
    data = np.frombuffer(view, np.uint8)
    pieces, at = [], 0
    while at < len(data):
        some = data[at : at + _AT_ONCE]
        goes_on = some >= 0x80
        ends = np.flatnonzero(~goes_on[-_LONGEST_VARINT:])
        if not len(ends):
            raise ValueError("a number is too long, or ends too early")
        whole = len(some) - len(goes_on[-_LONGEST_VARINT:]) + int(ends[-1]) + 1
        some, goes_on = some[:whole], goes_on[:whole]
        run = goes_on
        for _ in range(_LONGEST_VARINT - 1):
            run = run[:-1] & goes_on[len(goes_on) - len(run) + 1 :]
        if run.any():
            raise ValueError("a number is too long")
        # As if a number began at each byte; then those are taken where one does.
        digits = np.append(some & 0x7F, (0, 0)).astype("<u2")
        value = digits[:-2] | np.where(goes_on, digits[1:-1] << 7, 0)
        value |= np.where(goes_on & np.append(goes_on[1:], False), digits[2:] << 14, 0)
        pieces.append(value[np.append(True, ~goes_on[:-1])])
        at += whole
    return np.concatenate([np.zeros(0, "<u2"), *pieces])


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = view[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
    raise ValueError("a number is too long")
