"""Sizes and places: what moves numbers without changing them."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from latent_resonance.models.engines.torch_graph.registry import (
    Attributes,
    UnknownOperatorError,
    operator,
    word,
)


@operator("Constant")
def constant(attributes: Attributes) -> Tensor:
    """A value, in any of its spellings."""
    (name, value), *_ = attributes.items()
    if name == "value":
        return torch.as_tensor(value)
    if name.removesuffix("s") == "value_float":
        return torch.tensor(value, dtype=torch.float32)
    if name.removesuffix("s") == "value_int":
        return torch.tensor(value, dtype=torch.int64)
    raise UnknownOperatorError(f"Constant of {name}")


@operator("Shape")
def shape(attributes: Attributes, x: Tensor) -> Tensor:
    """Sizes, or a stretch of them."""
    sizes = list(x.shape)[attributes.get("start", 0) : attributes.get("end")]
    return torch.tensor(sizes, dtype=torch.int64)


@operator("Size")
def size(attributes: Attributes, x: Tensor) -> Tensor:
    """How many numbers."""
    return torch.tensor(x.numel(), dtype=torch.int64)


@operator("Reshape", host=(1,))
def reshape(attributes: Attributes, x: Tensor, sizes: list[int]) -> Tensor:
    """A size of 0 keeps the one that is there, unless ``allowzero`` says otherwise."""
    if not attributes.get("allowzero", 0):
        sizes = [x.shape[k] if size == 0 else size for k, size in enumerate(sizes)]
    return x.reshape(sizes)


@operator("Flatten")
def flatten(attributes: Attributes, x: Tensor) -> Tensor:
    """To a matrix."""
    axis = attributes.get("axis", 1)
    axis += x.ndim if axis < 0 else 0
    return x.reshape(math.prod(x.shape[:axis]), -1)


@operator("Transpose")
def transpose(attributes: Attributes, x: Tensor) -> Tensor:
    """Reversed where no order is given."""
    return x.permute(list(attributes.get("perm", range(x.ndim - 1, -1, -1))))


@operator("Squeeze", host=(1,))
def squeeze(attributes: Attributes, x: Tensor, axes: list[int] | None = None) -> Tensor:
    """Without the axes of size 1, or some of them."""
    return x.squeeze() if axes is None else x.squeeze(tuple(axes))


@operator("Unsqueeze", host=(1,))
def unsqueeze(attributes: Attributes, x: Tensor, axes: list[int]) -> Tensor:
    """With axes of size 1, numbered as they will be."""
    dims = x.ndim + len(axes)
    for axis in sorted(axis % dims for axis in axes):
        x = x.unsqueeze(axis)
    return x


@operator("Concat")
def concatenate(attributes: Attributes, *values: Tensor) -> Tensor:
    """Along one axis."""
    return torch.cat(values, attributes["axis"])


@operator("Split", host=(1,))
def split(attributes: Attributes, x: Tensor, sizes: list[int] | None = None) -> tuple[Tensor, ...]:
    """In equal parts where no sizes are given, the last one smaller."""
    axis = attributes.get("axis", 0)
    if sizes is not None:
        return torch.split(x, sizes, axis)
    if "num_outputs" not in attributes:
        raise UnknownOperatorError("Split without sizes")
    return torch.split(x, -(-x.shape[axis] // attributes["num_outputs"]), axis)


@operator("Slice", host=(1, 2, 3, 4))
def cut(
    attributes: Attributes,
    x: Tensor,
    starts: list[int],
    ends: list[int],
    axes: list[int] | None = None,
    steps: list[int] | None = None,
) -> Tensor:
    """As Python's slices, along several axes; backwards too."""
    axes = list(range(len(starts))) if axes is None else axes
    for start, end, axis, step in zip(starts, ends, axes, steps or [1] * len(axes), strict=True):
        at = range(x.shape[axis])[_slice(start, end, step, x.shape[axis])]
        if step > 0:
            x = x.narrow(axis, at.start, max(0, at.stop - at.start))
            if step > 1:
                x = x[(slice(None),) * (axis % x.ndim) + (slice(None, None, step),)]
        else:
            x = x.index_select(axis, torch.tensor(list(at), device=x.device))
    return x


def _slice(start: int, end: int, step: int, length: int) -> slice:
    # Backwards, an end far below zero means "to the very first", which Python spells None.
    return slice(start, None if step < 0 and end < -length else end, step)


@operator("Pad", host=(1, 3))
def pad(
    attributes: Attributes,
    x: Tensor,
    pads: list[int],
    value: Tensor | None = None,
    axes: list[int] | None = None,
) -> Tensor:
    """With a constant, by reflection, by the edge or around; negative pads cut."""
    mode = word(attributes, "mode", "constant")
    half = len(pads) // 2
    for k, axis in enumerate(range(half) if axes is None else axes):
        x = _pad_axis(x, axis % x.ndim, pads[k], pads[half + k], mode, value)
    return x


def _pad_axis(
    x: Tensor, axis: int, begin: int, end: int, mode: str, value: Tensor | None
) -> Tensor:
    if begin == 0 and end == 0:
        return x
    length = x.shape[axis]
    if mode == "constant":
        amounts = [0, 0] * (x.ndim - 1 - axis) + [begin, end]
        return functional.pad(x, amounts, value=0.0 if value is None else float(value))
    at = torch.arange(-begin, length + end, device=x.device)
    if mode == "edge":
        at = at.clamp(0, length - 1)
    elif mode == "wrap":
        at = at.remainder(length)
    elif mode == "reflect":
        at = at.remainder(max(1, 2 * length - 2))
        at = torch.minimum(at, (2 * length - 2 - at).abs())
    else:
        raise UnknownOperatorError(f"Pad by {mode}")
    return x.index_select(axis, at)


@operator("Expand", host=(1,))
def expand(attributes: Attributes, x: Tensor, sizes: list[int]) -> Tensor:
    """Broadcast with a shape: sizes of 1 in it keep what is there."""
    missing = len(sizes) - x.ndim
    kept = [1] * missing + list(x.shape)
    wanted = [1] * -missing + sizes
    return x.expand([k if w == 1 else w for k, w in zip(kept, wanted, strict=True)])


@operator("Tile", host=(1,))
def tile(attributes: Attributes, x: Tensor, repeats: list[int]) -> Tensor:
    """Again and again."""
    return x.repeat(repeats)


@operator("Gather")
def gather(attributes: Attributes, x: Tensor, places: Tensor) -> Tensor:
    """Whole rows along an axis; negative places count from the end."""
    axis = attributes.get("axis", 0) % x.ndim
    places = places.to(x.device)
    places = torch.where(places < 0, places + x.shape[axis], places)
    rows = x.index_select(axis, places.reshape(-1))
    return rows.reshape(x.shape[:axis] + places.shape + x.shape[axis + 1 :])


@operator("GatherElements")
def gather_elements(attributes: Attributes, x: Tensor, places: Tensor) -> Tensor:
    """One by one along an axis."""
    axis = attributes.get("axis", 0) % x.ndim
    places = places.to(x.device)
    return x.gather(axis, torch.where(places < 0, places + x.shape[axis], places))


@operator("GatherND")
def gather_places(attributes: Attributes, x: Tensor, places: Tensor) -> Tensor:
    """By places of several axes."""
    if attributes.get("batch_dims", 0):
        raise UnknownOperatorError("GatherND with batch_dims")
    return x[tuple(places.to(x.device).unbind(-1))]


@operator("ScatterND")
def scatter(attributes: Attributes, x: Tensor, places: Tensor, values: Tensor) -> Tensor:
    """A copy with some places overwritten or added to."""
    how = word(attributes, "reduction", "none")
    if how not in {"none", "add"}:
        raise UnknownOperatorError(f"ScatterND by {how}")
    at = tuple(places.to(x.device).unbind(-1))
    return x.clone().index_put_(at, values.to(x.device), accumulate=how == "add")


@operator("ConstantOfShape", host=(0,))
def filled(attributes: Attributes, sizes: list[int]) -> Tensor:
    """One value everywhere, 0 unless given."""
    value: Tensor = attributes.get("value", torch.zeros(1))
    return value.reshape(()).expand(sizes).clone()


@operator("Range")
def steps(attributes: Attributes, start: Tensor, limit: Tensor, delta: Tensor) -> Tensor:
    """Equal steps below a limit."""
    found = torch.arange(start.item(), limit.item(), delta.item(), device=start.device)
    return found.to(start.dtype)


@operator("Trilu")
def triangle(attributes: Attributes, x: Tensor, k: Tensor | None = None) -> Tensor:
    """The upper or lower triangle."""
    diagonal = 0 if k is None else int(k.item())
    return x.triu(diagonal) if attributes.get("upper", 1) else x.tril(diagonal)


@operator("DepthToSpace")
def depth_to_space(attributes: Attributes, x: Tensor) -> Tensor:
    """Channels become blocks of the picture; ``DCR`` has the block outermost."""
    batch, channels, height, width = x.shape
    block = attributes["blocksize"]
    if word(attributes, "mode", "DCR") == "CRD":
        return functional.pixel_shuffle(x, block)
    x = x.reshape(batch, block, block, channels // block**2, height, width)
    x = x.permute(0, 3, 4, 1, 5, 2)
    return x.reshape(batch, channels // block**2, height * block, width * block)


@operator("SpaceToDepth")
def space_to_depth(attributes: Attributes, x: Tensor) -> Tensor:
    """The inverse, with the block outermost."""
    batch, channels, height, width = x.shape
    block = attributes["blocksize"]
    x = x.reshape(batch, channels, height // block, block, width // block, block)
    x = x.permute(0, 3, 5, 1, 2, 4)
    return x.reshape(batch, channels * block**2, height // block, width // block)
