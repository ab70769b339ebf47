"""The numbers of a bundle's generator by name: in ``weights.safetensors``, or in its ONNX files.

What an ONNX file holds under its own name already is not stored twice: the metadata of
``weights.safetensors`` says where it lies (``stored``), next to what the network is
(``family``, ``settings``).
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import BundleError
from latent_resonance.contracts.members import WEIGHTS
from latent_resonance.models.engines.quiet_openvino import load_openvino

NOTE = "resonance"
"""Key of the metadata: JSON of the facts."""

_KINDS = {"f16", "f32", "f64"}
_BYTES = {"i8"}
_HALF, _BYTE, _SCALE = ".half", ".byte", ".scale"


@dataclass(frozen=True, slots=True)
class Weights:
    """A generator's weights.

    Attributes:
        facts: what rebuilds it, see ``networks.rebuild``; empty in files of other programs.
        tensors: parameter name to value, as it is stored.
    """

    facts: Mapping[str, Any]
    tensors: dict[str, npt.NDArray[Any]]


def read_weights(bundle: Bundle) -> Weights:
    """The weights that ``bundle`` carries.

    Raises:
        BundleError: none, or they are damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    where = f"{WEIGHTS} of '{bundle.name}'"
    if WEIGHTS not in bundle.members:
        raise BundleError(
            f"the bundle '{bundle.name}' carries no {WEIGHTS}, which PyTorch needs: play it on "
            "another engine, or export or import it anew"
        )
    data = bundle.members[WEIGHTS]
    try:
        tensors = load(data)
        size = int.from_bytes(data[:8], "little")
        metadata = json.loads(data[8 : 8 + size]).get("__metadata__", {})
        facts = json.loads(metadata.get(NOTE, "{}"))
        stored = facts.get("stored", {})
        places = {name: (str(member), str(tensor)) for name, (member, tensor) in stored.items()}
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BundleError(f"{where} cannot be read: it is damaged") from None
    for member in sorted({member for member, _ in places.values()}):
        found = constants(bundle.members.get(member, b""))
        for name, (other, tensor) in places.items():
            if other == member:
                if tensor not in found:
                    raise BundleError(f"{where}: there is no {name!r:.60} in {member!r:.60}")
                tensors[name] = found[tensor]
    return Weights(facts, tensors)


def parameters(network: bytes) -> dict[str, npt.NDArray[np.float32]]:
    """The constants of an ONNX file as they are computed with: 16- and 8-bit numbers widened."""
    found = constants(network, _KINDS | _BYTES)
    widened = {}
    for name, value in found.items():
        if name.endswith(_BYTE):
            whole = name.removesuffix(_BYTE)
            scale = found.get(whole + _SCALE)
            if scale is not None:
                widened[whole] = value.astype(np.float32) * scale
        elif not name.endswith(_SCALE):
            widened[name.removesuffix(_HALF)] = value.astype(np.float32)
    return widened


def constants(
    network: bytes, kinds: Collection[str] = frozenset(_KINDS)
) -> dict[str, npt.NDArray[Any]]:
    """Name to value of the constants of an ONNX file; none of what is no ONNX.

    Args:
        network: the file.
        kinds: of numbers that are wanted, as OpenVINO names them; floating-point ones.
    """
    try:
        model = load_openvino().Core().read_model(network)
    except RuntimeError:
        return {}
    return {
        step.get_friendly_name(): np.array(step.data)
        for step in model.get_ordered_ops()
        if step.get_type_name() == "Constant" and step.get_element_type().get_type_name() in kinds
    }
