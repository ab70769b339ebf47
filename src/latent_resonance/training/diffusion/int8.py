"""Weights of ONNX files as 8-bit numbers with a scale for each channel that they lead to."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

_LARGE, _LARGEST = 1024, 65_536


def quarter_weights(network: bytes) -> bytes:
    """The network with the weights of its large convolutions behind ``DequantizeLinear``.

    Other large weights become 16-bit floats; activations stay as they are.
    """
    model = onnx.load_from_string(network)
    graph = model.graph
    nodes, scales = [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < _LARGE:
            continue
        name = tensor.name
        if values.ndim == 4 and values.size >= _LARGEST:
            scale = np.maximum(np.abs(values).max((1, 2, 3)) / 127, 1e-12).astype(np.float32)
            short = np.rint(values / scale[:, None, None, None]).astype(np.int8)
            tensor.CopyFrom(numpy_helper.from_array(short, f"{name}.byte"))
            scales.append(numpy_helper.from_array(scale, f"{name}.scale"))
            given = [f"{name}.byte", f"{name}.scale"]
            nodes.append(helper.make_node("DequantizeLinear", given, [name], axis=0))
        else:
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
            nodes.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    graph.initializer.extend(scales)
    nodes += graph.node
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())
