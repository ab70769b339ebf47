"""Arithmetic, activations and reductions."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from latent_resonance.models.engines.torch_graph.registry import (
    Attributes,
    Operator,
    UnknownOperatorError,
    operator,
    word,
)

# onnx.TensorProto.DataType
DTYPES = {
    1: torch.float32, 2: torch.uint8, 3: torch.int8, 5: torch.int16, 6: torch.int32,
    7: torch.int64, 9: torch.bool, 10: torch.float16, 11: torch.float64, 16: torch.bfloat16,
}  # fmt: skip


def _plain(function: Operator) -> Operator:
    """A function of its inputs alone."""
    return lambda attributes, *inputs: function(*inputs)


_PLAIN: dict[str, Operator] = {
    "Abs": torch.abs, "Neg": torch.neg, "Exp": torch.exp, "Log": torch.log, "Sqrt": torch.sqrt,
    "Reciprocal": torch.reciprocal, "Sin": torch.sin, "Cos": torch.cos, "Tan": torch.tan,
    "Asin": torch.asin, "Acos": torch.acos, "Atan": torch.atan, "Sinh": torch.sinh,
    "Cosh": torch.cosh, "Tanh": torch.tanh, "Sigmoid": torch.sigmoid, "Relu": torch.relu,
    "Erf": torch.erf, "Floor": torch.floor, "Ceil": torch.ceil, "Round": torch.round,
    "Sign": torch.sign, "Not": torch.logical_not, "Softplus": functional.softplus,
    "Softsign": functional.softsign, "Mish": functional.mish, "Identity": lambda x: x,
    "Add": torch.add, "Sub": torch.sub, "Mul": torch.mul, "Equal": torch.eq, "Greater": torch.gt,
    "Less": torch.lt, "GreaterOrEqual": torch.ge, "LessOrEqual": torch.le, "MatMul": torch.matmul,
    "And": torch.logical_and, "Or": torch.logical_or, "Xor": torch.logical_xor,
    "Where": torch.where, "HardSwish": functional.hardswish,
}  # fmt: skip
for _name, _function in _PLAIN.items():
    operator(_name)(_plain(_function))


@operator("Div")
def divide(attributes: Attributes, a: Tensor, b: Tensor) -> Tensor:
    """Whole numbers are cut towards zero."""
    return torch.div(a, b) if a.is_floating_point() else torch.div(a, b, rounding_mode="trunc")


@operator("Pow")
def power(attributes: Attributes, a: Tensor, b: Tensor) -> Tensor:
    """The result has the kind of the base."""
    return torch.pow(a, b).to(a.dtype)


@operator("Mod")
def remainder(attributes: Attributes, a: Tensor, b: Tensor) -> Tensor:
    """With the sign of the divisor, or of the dividend where ``fmod`` says so."""
    return torch.fmod(a, b) if attributes.get("fmod", 0) else torch.remainder(a, b)


@operator("Min")
def least(attributes: Attributes, *values: Tensor) -> Tensor:
    """Of one or more, broadcast."""
    return _across(torch.minimum, values)


@operator("Max")
def greatest(attributes: Attributes, *values: Tensor) -> Tensor:
    """Of one or more, broadcast."""
    return _across(torch.maximum, values)


@operator("Sum")
def total(attributes: Attributes, *values: Tensor) -> Tensor:
    """Of one or more, broadcast."""
    return _across(torch.add, values)


def _across(function: Operator, values: tuple[Tensor, ...]) -> Tensor:
    found = values[0]
    for value in values[1:]:
        found = function(found, value)
    return found


@operator("Clip")
def clip(
    attributes: Attributes, x: Tensor, low: Tensor | None = None, high: Tensor | None = None
) -> Tensor:
    """Either end may be open; the upper one wins."""
    if low is not None:
        x = torch.maximum(x, low)
    return x if high is None else torch.minimum(x, high)


@operator("LeakyRelu")
def leaky_relu(attributes: Attributes, x: Tensor) -> Tensor:
    """Slope ``alpha`` below zero."""
    return functional.leaky_relu(x, attributes.get("alpha", 0.01))


@operator("PRelu")
def parametric_relu(attributes: Attributes, x: Tensor, slope: Tensor) -> Tensor:
    """The slope is broadcast to x."""
    return torch.where(x < 0, x * slope, x)


@operator("Elu")
def elu(attributes: Attributes, x: Tensor) -> Tensor:
    """Exponential below zero."""
    return functional.elu(x, attributes.get("alpha", 1.0))


@operator("HardSigmoid")
def hard_sigmoid(attributes: Attributes, x: Tensor) -> Tensor:
    """A straight line between 0 and 1."""
    line: Tensor = attributes.get("alpha", 0.2) * x + attributes.get("beta", 0.5)
    return line.clamp(0, 1)


@operator("Gelu")
def gelu(attributes: Attributes, x: Tensor) -> Tensor:
    """Exact, or by tanh."""
    return functional.gelu(x, approximate=word(attributes, "approximate", "none"))


@operator("Cast")
def cast(attributes: Attributes, x: Tensor) -> Tensor:
    """To another kind of number; devices without 64-bit floats take 32."""
    kind = attributes["to"]
    if kind not in DTYPES:
        raise UnknownOperatorError(f"Cast to kind {kind}")
    if DTYPES[kind] == torch.float64 and x.device.type == "mps":
        return x.to(torch.float32)
    return x.to(DTYPES[kind])


@operator("CastLike")
def cast_like(attributes: Attributes, x: Tensor, like: Tensor) -> Tensor:
    """To the kind of another."""
    return x.to(like.dtype)


def _reduction(function: Callable[[Tensor, list[int], bool], Tensor]) -> Operator:
    def reduce(attributes: Attributes, x: Tensor, axes: list[int] | None = None) -> Tensor:
        axes = attributes.get("axes") if axes is None else axes
        if not axes and attributes.get("noop_with_empty_axes", 0):
            return x
        return function(x, list(axes or range(x.ndim)), bool(attributes.get("keepdims", 1)))

    return reduce


def _product(x: Tensor, axes: list[int], keep: bool) -> Tensor:
    for axis in sorted((axis % x.ndim for axis in axes), reverse=True):
        x = x.prod(axis, keepdim=keep)
    return x


_REDUCTIONS: dict[str, Callable[[Tensor, list[int], bool], Tensor]] = {
    "ReduceSum": lambda x, axes, keep: x.sum(axes, keep),
    "ReduceMean": lambda x, axes, keep: x.mean(axes, keep),
    "ReduceMax": lambda x, axes, keep: x.amax(axes, keep),
    "ReduceMin": lambda x, axes, keep: x.amin(axes, keep),
    "ReduceProd": _product,
    "ReduceL1": lambda x, axes, keep: x.abs().sum(axes, keep),
    "ReduceL2": lambda x, axes, keep: x.square().sum(axes, keep).sqrt(),
    "ReduceSumSquare": lambda x, axes, keep: x.square().sum(axes, keep),
    "ReduceLogSum": lambda x, axes, keep: x.sum(axes, keep).log(),
    "ReduceLogSumExp": torch.logsumexp,
}
for _name, _reducer in _REDUCTIONS.items():
    operator(_name, host=(1,))(_reduction(_reducer))


@operator("CumSum", host=(1,))
def running_sum(attributes: Attributes, x: Tensor, axis: list[int]) -> Tensor:
    """Along one axis, backwards or without the element itself where asked."""
    at = int(axis[0]) % x.ndim
    back = bool(attributes.get("reverse", 0))
    along = x.flip(at) if back else x
    found = along.cumsum(at, dtype=x.dtype)
    if attributes.get("exclusive", 0):
        found = found - along
    return found.flip(at) if back else found
