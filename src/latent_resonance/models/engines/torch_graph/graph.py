"""An ONNX graph as a PyTorch function: constants folded once, nodes run in their order."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from latent_resonance.contracts.errors import BundleError, DeviceError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.torch_graph import arithmetic, layers, resize, shapes
from latent_resonance.models.engines.torch_graph.registry import (
    HOST,
    OPERATORS,
    Operator,
)

_OPSETS = range(13, 26)
_ROOMS = (arithmetic, layers, resize, shapes)  # importing them enters their operators


@dataclass(frozen=True, slots=True)
class _Step:
    """One node.

    Attributes:
        function: what it does.
        attributes: as plain values; tensors as tensors.
        inputs: names, "" for those left out.
        outputs: names.
        host: which inputs come as lists.
        known: those of ``host`` that are constant, as lists.
        done_with: names that nobody reads any more after this.
    """

    function: Operator
    attributes: dict[str, Any]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    host: frozenset[int]
    known: dict[int, list[Any]] = field(default_factory=dict)
    done_with: tuple[str, ...] = ()

    def run(self, values: dict[str, Any]) -> None:
        """Read inputs from ``values`` and put outputs there."""
        given: list[Any] = []
        for k, name in enumerate(self.inputs):
            if k in self.known:
                given.append(self.known[k])
            elif not name:
                given.append(None)
            else:
                given.append(_listed(values[name]) if k in self.host else values[name])
        made = self.function(self.attributes, *given)
        # A node may leave its later outputs unnamed.
        values.update(zip(self.outputs, made if isinstance(made, tuple) else (made,), strict=False))


class TorchGraph:
    """A checked graph of one input and one output, on a device.

    Args:
        data: the ONNX file.
        device: ``"cpu"``, ``"cuda"``, ``"mps"``.

    Raises:
        BundleError: it has an operator that is not known here; names it.
    """

    def __init__(self, data: bytes, device: str = "cpu") -> None:
        self._device = torch.device(device)
        model = onnx.load_from_string(data)
        _check_versions(model)
        values = {tensor.name: _tensor(tensor) for tensor in model.graph.initializer}
        self._input = next(v.name for v in model.graph.input if v.name not in values)
        self._output = model.graph.output[0].name
        steps = []
        with torch.inference_mode():
            for step in map(_read_step, model.graph.node):
                if all(name in values for name in step.inputs if name):
                    step.run(values)
                else:
                    steps.append(step)
            self._steps = _with_lifetimes(
                [_with_known(step, values) for step in steps], values, self._output
            )
            self._constants = {
                name: self._placed(value)
                for name, value in values.items()
                if name in _read_names(self._steps, self._output)
            }

    def __call__(self, w: FloatArray) -> FloatArray:
        """``w [1, latent]`` => the output, float32."""
        values = dict(self._constants)
        # The same place must give the same bytes, and TF32 is coarser than engines may differ.
        exact = torch.backends.cudnn.flags(
            enabled=True, benchmark=False, deterministic=True, allow_tf32=False
        )
        with torch.inference_mode(), exact:
            values[self._input] = torch.from_numpy(w).to(self._device)
            for step in self._steps:
                step.run(values)
                for name in step.done_with:
                    del values[name]
            found = values[self._output].to("cpu", torch.float32).numpy()
        return np.array(found, np.float32)

    def differentiable(self, w: Tensor) -> Tensor:
        """``w [1, latent]`` => the output, with gradients back to ``w``; slower, for training."""
        # What was made in inference mode has no place in a graph of gradients; copies have.
        values: dict[str, Any] = {name: value.clone() for name, value in self._constants.items()}
        values[self._input] = w
        for step in self._steps:
            step.run(values)
        found: Tensor = values[self._output]
        return found

    def _placed(self, value: Tensor) -> Tensor:
        if value.dtype == torch.float64 and self._device.type == "mps":
            value = value.to(torch.float32)
        return value.to(self._device)


def take_device(device: str, threads: int) -> None:
    """Set the process's number of threads.

    Raises:
        DeviceError: this machine or this build of PyTorch has no such device.
    """
    if device not in list_torch_devices():
        raise DeviceError(f"PyTorch finds no device '{device}' on this machine")
    torch.set_num_threads(threads)


def list_torch_devices() -> list[str]:
    """Of ``cpu``, ``cuda``, ``mps`` those that this machine and this build have."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return ["cpu", *(name for name, found in there.items() if found)]


def _tensor(tensor: onnx.TensorProto) -> Tensor:
    array = numpy_helper.to_array(tensor)
    if array.dtype.name == "bfloat16":  # numpy's own kinds lack it
        array = array.astype(np.float32)
    return torch.from_numpy(np.array(array))


def _read_step(node: onnx.NodeProto) -> _Step:
    kind = node.op_type
    if node.domain not in {"", "ai.onnx"}:
        raise _unknown(f"{node.domain}.{kind}")
    attributes = {
        attribute.name: _tensor(attribute.t)
        if attribute.type == onnx.AttributeProto.TENSOR
        else onnx.helper.get_attribute_value(attribute)
        for attribute in node.attribute
    }
    if kind not in OPERATORS:
        raise _unknown(kind)
    return _Step(OPERATORS[kind], attributes, tuple(node.input), tuple(node.output), HOST[kind])


def _with_known(step: _Step, constants: dict[str, Any]) -> _Step:
    known = {
        k: _listed(constants[name])
        for k, name in enumerate(step.inputs)
        if k in step.host and name in constants
    }
    return replace(step, known=known)


def _read_names(steps: list[_Step], output: str) -> set[str]:
    tensors = {n for s in steps for k, n in enumerate(s.inputs) if k not in s.known}
    return tensors | {output}


def _check_versions(model: onnx.ModelProto) -> None:
    opset = next((o.version for o in model.opset_import if o.domain in {"", "ai.onnx"}), 0)
    if opset not in _OPSETS:
        raise BundleError(
            f"the engine torch plays opsets {_OPSETS.start} to {_OPSETS.stop - 1}, "
            f"this network has {opset}; use --engine openvino"
        )
    if model.functions:
        raise _unknown(f"{model.functions[0].domain}.{model.functions[0].name}")


def _unknown(kind: str) -> BundleError:
    name = "".join(c for c in kind if c.isprintable())[:80]
    return BundleError(f"the engine torch does not know the operator {name}; use --engine openvino")


def _with_lifetimes(steps: list[_Step], constants: dict[str, Any], output: str) -> list[_Step]:
    """The same steps, each saying which values it is the last to read."""
    kept = {*constants, output, ""}
    found = []
    for step in reversed(steps):
        last = dict.fromkeys(n for n in (*step.inputs, *step.outputs) if n not in kept)
        kept.update(last)
        found.append(replace(step, done_with=tuple(last)))
    return found[::-1]


def _listed(value: Tensor) -> list[Any]:
    return value.reshape(-1).tolist()
