"""Convolutions in 8-bit integers: a bundle says between what the numbers lie that each one takes.

The bundle's ONNX files stay as they are; between the engine's reading and compiling, each layer
that is named gets its input rounded to 256 even steps, and OpenVINO turns both into integers (Jacob
et al. 2018, "Quantization and training of neural networks for efficient integer-arithmetic-only
inference"). Weights that the file holds in 8 bits are taken as they are, others get a step for each
channel that they lead to.
"""

from typing import Any

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError, BundleError
from latent_resonance.contracts.members import RANGES
from latent_resonance.models.engines.quiet_openvino import load_openvino

"""Name of the member: ``NETWORK/WEIGHT`` to the least and the largest number, float32 ``[2]``."""

_STEPS = 255
_STORED = (".byte", ".half")


def with_ranges(bundle: Bundle, *members: str) -> list[str]:
    """Names of what networks of the bundle are made of: their own, and its ranges if any."""
    return [*members, RANGES] if RANGES in bundle.members else list(members)


def read_ranges(bundle: Bundle, member: str) -> dict[str, tuple[float, float]]:
    """Weight of a convolution to the range of its input, for one network of the bundle.

    Raises:
        AssemblyError: the bundle has no ranges.
        BundleError: they are damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    if RANGES not in bundle.members:
        raise AssemblyError(f"the bundle '{bundle.name}' has no {RANGES}, which 8 bits need")
    try:
        tensors = load(bundle.members[RANGES])
    except (SafetensorError, KeyError, TypeError, ValueError):
        raise BundleError(f"{RANGES} of '{bundle.name}' cannot be read: it is damaged") from None
    found = {}
    for name, value in tensors.items():
        network, _, weight = name.partition("/")
        ends = value.astype(np.float64) if value.dtype == np.float32 else np.zeros(0)
        if ends.shape != (2,) or not np.isfinite(ends).all() or not ends[0] <= 0 < ends[1]:
            raise BundleError(f"{RANGES} of '{bundle.name}': {name!r:.60} is no range around 0")
        if network == member:
            found[weight] = (float(ends[0]), float(ends[1]))
    return found


def round_inputs(model: Any, ranges: dict[str, tuple[float, float]]) -> None:
    """Put the steps into ``model``, as OpenVINO read it, at the convolutions of these weights.

    Raises:
        ValueError: it has no convolution of one of the names.
    """
    layers = convolutions(model)
    for name, (low, high) in ranges.items():
        if name not in layers:
            raise ValueError(f"{RANGES} names {name!r:.60}, which is no convolution")
        layer, stored = layers[name]
        step = (high - low) / _STEPS
        start = step * round(low / step)  # 0 is one of the steps
        _round(layer, 0, np.float32(start), np.float32(start + _STEPS * step), _STEPS + 1)
        if stored.get_element_type().get_type_name() != "i8":
            most = np.maximum(np.abs(np.array(stored.data, np.float32)).max(axis=(1, 2, 3)), 1e-12)
            wide = most[:, None, None, None]
            _round(layer, 1, -wide, wide, _STEPS)


def convolutions(model: Any) -> dict[str, tuple[Any, Any]]:
    """Name of a weight to the convolution that takes it, and to the constant that holds it."""
    found = {}
    for step in model.get_ordered_ops():
        if step.get_type_name() == "Convolution":
            held = step.input_value(1).get_node()
            while held.get_input_size():
                held = held.input_value(0).get_node()
            name = held.get_friendly_name()
            for ending in _STORED:
                name = name.removesuffix(ending)
            found[name] = (step, held)
    return found


def _round(layer: Any, port: int, low: Any, high: Any, levels: int) -> None:
    rounded = load_openvino().opset13.fake_quantize(
        layer.input_value(port), low, high, low, high, levels
    )
    layer.input(port).replace_source_output(rounded.output(0))
