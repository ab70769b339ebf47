"""PyTorch modules as ONNX, and how far an engine's results are from PyTorch's."""

import logging
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.quiet_openvino import processor_core
from latent_resonance.training.exporter_shortcuts import exporter_shortcuts

OPSET = 18
OPSETS = range(18, 24)
_LARGE = 1024
_LARGEST = 65_536


def to_onnx(
    member: nn.Module,
    inputs: Mapping[str, Tensor],
    output: str,
    opset: int = OPSET,
    *,
    halve: bool = False,
    quarter: bool = False,
    free: Mapping[str, Mapping[int, Any]] | None = None,
) -> bytes:
    """``member`` as one ONNX file with named ends and fixed sizes.

    What the exporter says of itself (paths, versions, its stack) is left out.

    Args:
        member: is put into evaluation.
        inputs: names and examples, in the order of its arguments.
        output: name of what it gives.
        opset: of ONNX.
        halve: store large weights as 16-bit floats that are widened when loaded,
        quarter: and the largest matrices and kernels as 8-bit numbers with a scale for each row or
            channel that they lead to.
        free: name of an input to those of its axes that may have another size, as
            ``torch.export`` takes them.
    """
    import onnx

    with tempfile.TemporaryDirectory() as folder, _quietly(), exporter_shortcuts():
        path = Path(folder) / "member.onnx"
        torch.onnx.export(
            member.eval(),
            tuple(inputs.values()),
            str(path),
            input_names=list(inputs),
            output_names=[output],
            opset_version=opset,
            dynamo=True,
            dynamic_shapes=[free.get(name) for name in inputs] if free else None,
            external_data=False,
            verbose=False,
        )
        model = onnx.load(str(path))
    if halve or quarter:
        _shorten(model, quarter)
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    model.doc_string = model.graph.doc_string = ""
    for part in (*model.graph.node, *model.graph.initializer):
        part.doc_string = ""
    del model.graph.value_info[:]  # engines infer the shapes between
    for part in (*model.graph.node, *model.graph.input):
        del part.metadata_props[:]
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _shorten(model: object, quarter: bool) -> None:
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph  # type: ignore[attr-defined]
    nodes, scales = [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < _LARGE:
            continue
        name = tensor.name
        if quarter and values.ndim in {2, 4} and values.size >= _LARGEST:
            within = tuple(range(1, values.ndim))
            scale = np.maximum(np.abs(values).max(axis=within, keepdims=True) / 127, 1e-12)
            short = np.rint(values / scale).astype(np.int8)
            tensor.CopyFrom(numpy_helper.from_array(short, f"{name}.byte"))
            scales.append(numpy_helper.from_array(scale.astype(np.float32), f"{name}.scale"))
            nodes += [
                helper.make_node("Cast", [f"{name}.byte"], [f"{name}.wide"], to=TensorProto.FLOAT),
                helper.make_node("Mul", [f"{name}.wide", f"{name}.scale"], [name]),
            ]
        else:
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
            nodes.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    graph.initializer.extend(scales)
    nodes += graph.node
    del graph.node[:]
    graph.node.extend(nodes)


def largest_difference(
    network: bytes,
    member: nn.Module,
    sizes: Mapping[str, Sequence[int]],
    seed: int = 0,
    *,
    places: FloatArray | None = None,
) -> float:
    """Largest difference between PyTorch and the base engine over some inputs.

    Args:
        network: the ONNX file.
        member: what it was made of.
        sizes: shape of each input without the batch, in the order of its arguments.
        seed: of normal inputs, where no
        places: ``[n, ...]`` of the only input are given: for networks that take no others.
    """
    engine = processor_core()
    compiled = engine.compile_model(
        engine.read_model(network), "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )
    worst = 0.0
    generator = np.random.default_rng(seed)
    for index in range(4 if places is None else len(places)):
        given = [
            generator.standard_normal((1, *shape)).astype(np.float32) for shape in sizes.values()
        ]
        if places is not None:
            given = [np.ascontiguousarray(places[index : index + 1], np.float32)]
        with torch.no_grad():
            wanted = member(*(torch.from_numpy(value) for value in given)).numpy()
        found = compiled(dict(enumerate(given)))[0]
        worst = max(worst, float(np.abs(found - wanted).max()))
    return worst


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the exporter's notes about libraries that it did not find."""
    log = logging.getLogger("torch.onnx")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(before)
