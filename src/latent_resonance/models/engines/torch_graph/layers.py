"""Layers: matrices, convolutions, pooling, normalisations."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from latent_resonance.models.engines.torch_graph.registry import (
    Attributes,
    UnknownOperatorError,
    operator,
    word,
)

_CONVOLVE = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}
_TRANSPOSE = {
    1: functional.conv_transpose1d,
    2: functional.conv_transpose2d,
    3: functional.conv_transpose3d,
}
_AVERAGE = {1: functional.avg_pool1d, 2: functional.avg_pool2d, 3: functional.avg_pool3d}
_GREATEST = {1: functional.max_pool1d, 2: functional.max_pool2d, 3: functional.max_pool3d}


@operator("Conv")
def convolve(
    attributes: Attributes, x: Tensor, weight: Tensor, bias: Tensor | None = None
) -> Tensor:
    """Over one to three dimensions."""
    dims = x.ndim - 2
    begins, ends = _padding(attributes, dims)
    if begins != ends:
        x, begins = _padded(x, begins, ends), [0] * dims
    found: Tensor = _dimensional(_CONVOLVE, dims)(
        x,
        weight,
        bias,
        attributes.get("strides", [1] * dims),
        begins,
        attributes.get("dilations", [1] * dims),
        attributes.get("group", 1),
    )
    return found


@operator("ConvTranspose")
def convolve_transposed(
    attributes: Attributes, x: Tensor, weight: Tensor, bias: Tensor | None = None
) -> Tensor:
    """The whole is made, then the pads are cut off: they may differ at the two ends."""
    dims = x.ndim - 2
    if attributes.get("output_shape"):
        raise UnknownOperatorError("ConvTranspose with output_shape")
    begins, ends = _padding(attributes, dims)
    more = list(attributes.get("output_padding", [0] * dims))
    equal = begins == ends
    found: Tensor = _dimensional(_TRANSPOSE, dims)(
        x,
        weight,
        bias,
        attributes.get("strides", [1] * dims),
        begins if equal else 0,
        more,
        attributes.get("group", 1),
        attributes.get("dilations", [1] * dims),
    )
    if equal:
        return found
    for axis, (begin, end) in enumerate(zip(begins, ends, strict=True), 2):
        found = found.narrow(axis, begin, found.shape[axis] - begin - end)
    return found


@operator("AveragePool")
def average_pool(attributes: Attributes, x: Tensor) -> Tensor:
    """Means of neighbourhoods."""
    kernel, strides, begins = _pooling(attributes, x.ndim - 2)
    counted = bool(attributes.get("count_include_pad", 0))
    found: Tensor = _dimensional(_AVERAGE, x.ndim - 2)(x, kernel, strides, begins, False, counted)
    return found


@operator("MaxPool")
def max_pool(attributes: Attributes, x: Tensor) -> Tensor:
    """The greatest of neighbourhoods."""
    kernel, strides, begins = _pooling(attributes, x.ndim - 2)
    dilations = attributes.get("dilations", [1] * (x.ndim - 2))
    found: Tensor = _dimensional(_GREATEST, x.ndim - 2)(x, kernel, strides, begins, dilations)
    return found


@operator("GlobalAveragePool")
def global_average(attributes: Attributes, x: Tensor) -> Tensor:
    """Of each channel."""
    return x.mean(list(range(2, x.ndim)), keepdim=True)


@operator("Gemm")
def gemm(attributes: Attributes, a: Tensor, b: Tensor, c: Tensor | None = None) -> Tensor:
    """``alpha A B + beta C``, either matrix turned."""
    a = a.T if attributes.get("transA", 0) else a
    b = b.T if attributes.get("transB", 0) else b
    alpha, beta = attributes.get("alpha", 1.0), attributes.get("beta", 1.0)
    if c is None:
        return a @ b if alpha == 1 else alpha * (a @ b)
    return torch.addmm(c, a, b, beta=beta, alpha=alpha)


@operator("Einsum")
def einsum(attributes: Attributes, *values: Tensor) -> Tensor:
    """Sum over the letters that the result lacks."""
    found: Tensor = torch.einsum(word(attributes, "equation", ""), *values)
    return found


@operator("Softmax")
def softmax(attributes: Attributes, x: Tensor) -> Tensor:
    """Along one axis."""
    return torch.softmax(x, attributes.get("axis", -1))


@operator("LogSoftmax")
def log_softmax(attributes: Attributes, x: Tensor) -> Tensor:
    """Along one axis."""
    return torch.log_softmax(x, attributes.get("axis", -1))


@operator("LayerNormalization")
def layer_norm(
    attributes: Attributes, x: Tensor, scale: Tensor, shift: Tensor | None = None
) -> Tensor:
    """Over the last axes, from ``axis`` on."""
    shape = x.shape[attributes.get("axis", -1) :]
    epsilon = attributes.get("epsilon", 1e-5)
    if scale.shape == shape and (shift is None or shift.shape == shape):
        return functional.layer_norm(x, shape, scale, shift, epsilon)
    found = functional.layer_norm(x, shape, None, None, epsilon) * scale
    return found if shift is None else found + shift


@operator("RMSNormalization")
def rms_norm(attributes: Attributes, x: Tensor, scale: Tensor) -> Tensor:
    """By the root of the mean square over the last axes."""
    shape = x.shape[attributes.get("axis", -1) :]
    return functional.rms_norm(x, shape, None, attributes.get("epsilon", 1e-5)) * scale


@operator("InstanceNormalization")
def instance_norm(attributes: Attributes, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Each channel of each sample."""
    epsilon = attributes.get("epsilon", 1e-5)
    return functional.group_norm(x, x.shape[1], scale, shift, epsilon)


@operator("GroupNormalization")
def group_norm(attributes: Attributes, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Scale and shift per group (opset 18) or per channel (opset 21)."""
    groups, epsilon = attributes["num_groups"], attributes.get("epsilon", 1e-5)
    each = x.shape[1] // len(scale)
    scale, shift = scale.repeat_interleave(each), shift.repeat_interleave(each)
    return functional.group_norm(x, groups, scale, shift, epsilon)


@operator("BatchNormalization")
def batch_norm(
    attributes: Attributes, x: Tensor, scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor
) -> Tensor:
    """As it was at the end of training."""
    if attributes.get("training_mode", 0):
        raise UnknownOperatorError("BatchNormalization that still trains")
    epsilon = attributes.get("epsilon", 1e-5)
    return functional.batch_norm(x, mean, variance, scale, shift, False, 0.0, epsilon)


def _dimensional(functions: dict[int, Any], dims: int) -> Any:
    if dims not in functions:
        raise UnknownOperatorError(f"layers over {dims} dimensions")
    return functions[dims]


def _padding(attributes: Attributes, dims: int) -> tuple[list[int], list[int]]:
    """Begins and ends of ``pads``."""
    if word(attributes, "auto_pad", "NOTSET") not in {"NOTSET", "VALID"}:
        raise UnknownOperatorError("auto_pad")
    pads = list(attributes.get("pads", [0] * 2 * dims))
    return pads[:dims], pads[dims:]


def _padded(x: Tensor, begins: list[int], ends: list[int]) -> Tensor:
    pairs = zip(reversed(begins), reversed(ends), strict=True)
    return functional.pad(x, [amount for pair in pairs for amount in pair])


def _pooling(attributes: Attributes, dims: int) -> tuple[list[int], list[int], list[int]]:
    begins, ends = _padding(attributes, dims)
    if begins != ends or attributes.get("ceil_mode", 0):
        raise UnknownOperatorError("pooling with uneven edges")
    return list(attributes["kernel_shape"]), list(attributes.get("strides", [1] * dims)), begins
