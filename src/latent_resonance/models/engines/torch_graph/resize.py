"""``Resize``: axis by axis, as the operator is defined (nearest, linear, cubic)."""

import torch
from torch import Tensor

from latent_resonance.models.engines.torch_graph.registry import (
    Attributes,
    UnknownOperatorError,
    operator,
    word,
)


@operator("Resize", host=(1, 2, 3))
def resize(
    attributes: Attributes,
    x: Tensor,
    region: list[float] | None = None,
    scales: list[float] | None = None,
    sizes: list[int] | None = None,
) -> Tensor:
    """To sizes, or by scales."""
    if attributes.get("antialias", 0) or attributes.get("exclude_outside", 0):
        raise UnknownOperatorError("Resize with antialias or exclude_outside")
    policy = word(attributes, "keep_aspect_ratio_policy", "stretch")
    if sizes and policy != "stretch":
        raise UnknownOperatorError(f"Resize with the policy {policy}")
    axes = attributes.get("axes", range(x.ndim))
    for k, axis in enumerate(axes):
        length = x.shape[axis]
        size = int(sizes[k]) if sizes else int(length * scales[k])  # type: ignore[index]
        scale = size / length if sizes else scales[k]  # type: ignore[index]
        if size != length or scale != 1:
            x = _resize_axis(attributes, x, axis % x.ndim, size, scale)
    return x


def _resize_axis(attributes: Attributes, x: Tensor, axis: int, size: int, scale: float) -> Tensor:
    length = x.shape[axis]
    at = _coordinates(attributes, length, size, scale)
    mode = word(attributes, "mode", "nearest")
    if mode == "nearest":
        nearest = _nearest(word(attributes, "nearest_mode", "round_prefer_floor"), at)
        return x.index_select(axis, nearest.clamp(0, length - 1).long().to(x.device))
    below = at.floor()
    part = at - below
    if mode == "linear":
        at = at.clamp(0, length - 1)
        below = at.floor()
        part = at - below
        taps = {0: 1 - part, 1: part}
    elif mode == "cubic":
        taps = _cubic(part, attributes.get("cubic_coeff_a", -0.75))
    else:
        raise UnknownOperatorError(f"Resize by {mode}")
    shape = [1] * x.ndim
    shape[axis] = size
    found = torch.zeros((), dtype=x.dtype, device=x.device)
    for offset, weight in taps.items():
        rows = x.index_select(axis, (below + offset).clamp(0, length - 1).long().to(x.device))
        found = found + rows * weight.reshape(shape).to(x)
    return found


def _coordinates(attributes: Attributes, length: int, size: int, scale: float) -> Tensor:
    """Where each new position lies among the old ones, in float64."""
    how = word(attributes, "coordinate_transformation_mode", "half_pixel")
    new = torch.arange(size, dtype=torch.float64)
    if how == "asymmetric":
        return new / scale
    if how == "half_pixel" or (how == "pytorch_half_pixel" and size > 1):
        return (new + 0.5) / scale - 0.5
    if how == "pytorch_half_pixel":
        return torch.zeros(1, dtype=torch.float64)
    if how == "align_corners":
        return new * ((length - 1) / (size - 1) if size > 1 else 0.0)
    raise UnknownOperatorError(f"Resize with coordinates {how}")


def _nearest(how: str, at: Tensor) -> Tensor:
    if how == "floor":
        return at.floor()
    if how == "ceil":
        return at.ceil()
    if how == "round_prefer_floor":
        return (at - 0.5).ceil()
    if how == "round_prefer_ceil":
        return (at + 0.5).floor()
    raise UnknownOperatorError(f"Resize to the nearest by {how}")


def _cubic(part: Tensor, a: float) -> dict[int, Tensor]:
    """Weights of the four neighbours (Keys 1981)."""

    def near(d: Tensor) -> Tensor:
        return ((a + 2) * d - (a + 3)) * d * d + 1

    def far(d: Tensor) -> Tensor:
        return ((d - 5) * d + 8) * d * a - 4 * a

    return {-1: far(part + 1), 0: near(part), 1: near(1 - part), 2: far(2 - part)}
