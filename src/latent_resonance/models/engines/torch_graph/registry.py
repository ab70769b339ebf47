"""Where ONNX operators are entered as PyTorch functions.

Meanings: onnx.ai/onnx/operators, opset 13 and later. A function takes the node's attributes and
its inputs in order, None for those left out. ``HOST`` names the inputs that say sizes and places:
they come as flat Python lists, so that no device has to be waited for.
"""

from collections.abc import Callable, Mapping
from typing import Any

Operator = Callable[..., Any]
Attributes = Mapping[str, Any]

OPERATORS: dict[str, Operator] = {}
HOST: dict[str, frozenset[int]] = {}


class UnknownOperatorError(Exception):
    """The graph asks for something that is not written here."""


def operator(*names: str, host: tuple[int, ...] = ()) -> Callable[[Operator], Operator]:
    """Enter a function under its ONNX names."""

    def enter(function: Operator) -> Operator:
        for name in names:
            OPERATORS[name] = function
            HOST[name] = frozenset(host)
        return function

    return enter


def word(attributes: Attributes, name: str, otherwise: str) -> str:
    """An attribute that is a word; ONNX keeps them as bytes."""
    value = attributes.get(name, otherwise)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
