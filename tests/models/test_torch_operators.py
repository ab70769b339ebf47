"""Each ONNX operator in PyTorch beside ONNX's own reference implementation, and what is refused."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

torch = pytest.importorskip("torch")

from latent_resonance.contracts.errors import BundleError
from latent_resonance.models.engines.quiet_openvino import load_openvino
from latent_resonance.models.engines.torch_graph.graph import TorchGraph
from latent_resonance.models.engines.torch_graph.registry import OPERATORS, UnknownOperatorError

W = np.random.default_rng(0).standard_normal((1, 24)).astype(np.float32)
SQUARE = [1, 2, 3, 4]  # what w is reshaped to before most operators


def values(*shape: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def whole(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


def graph(kind: str, constants=(), shape=SQUARE, attributes=None, before="", opset=18) -> bytes:
    """W => shape => maybe another operator => the operator with constants => float."""
    names = [f"c{k}" if value is not None else "" for k, value in enumerate(constants)]
    nodes = [helper.make_node("Reshape", ["w", "shape"], ["x"])]
    if before:
        nodes.append(helper.make_node(before, ["x"], ["y"]))
    given = "y" if before else "x"
    nodes += [
        helper.make_node(kind, [given, *names], ["z"], **(attributes or {})),
        helper.make_node("Cast", ["z"], ["out"], to=TensorProto.FLOAT),
    ]
    stored = {"shape": whole(*shape)} | {
        name: value for name, value in zip(names, constants, strict=True) if name
    }
    made = helper.make_graph(
        nodes,
        "one operator",
        [helper.make_tensor_value_info("w", TensorProto.FLOAT, list(W.shape))],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in stored.items()],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    return onnx.ModelProto.SerializeToString(model)


def agree(data: bytes) -> None:
    (wanted,) = ReferenceEvaluator(onnx.load_from_string(data)).run(None, {"w": W})
    found = TorchGraph(data)(W)
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=2e-5)


def agree_with_openvino(data: bytes) -> None:
    """Where the reference implementation falls short: groups, uneven and negative pads."""
    engine = load_openvino().Core()
    hints = {"INFERENCE_PRECISION_HINT": "f32"}
    wanted = engine.compile_model(engine.read_model(data), "CPU", hints)({0: W})[0]
    np.testing.assert_allclose(TorchGraph(data)(W), wanted, atol=2e-5)


UNARY = ["Abs", "Neg", "Exp", "Sin", "Cos", "Tan", "Atan", "Sinh", "Cosh", "Tanh", "Sigmoid", "Relu", "Erf", "Floor", "Ceil", "Round", "Sign", "Softplus", "Softsign", "Mish", "Identity", "HardSwish", "Flatten", "GlobalAveragePool", "Size", "Shape", "Softmax", "LogSoftmax", "Reciprocal", "LeakyRelu", "Elu", "HardSigmoid", "Transpose", "ReduceSum", "ReduceMean", "Squeeze"]  # fmt: skip


@pytest.mark.parametrize("kind", UNARY)
def test_operators_of_one_value(kind: str) -> None:
    agree(graph(kind))


@pytest.mark.parametrize("kind", ["Log", "Sqrt", "Asin", "Acos", "ReduceLogSum"])
def test_operators_of_positive_values(kind: str) -> None:
    agree(graph(kind, before="Sigmoid"))


@pytest.mark.parametrize("kind", ["Add", "Sub", "Mul", "Div", "Min", "Max", "Sum", "PRelu"])
@pytest.mark.parametrize("shape", [(), (4,), (2, 1, 1), (1, 2, 3, 4)])
def test_operators_of_two_values_broadcast(kind: str, shape: tuple[int, ...]) -> None:
    agree(graph(kind, [np.asarray(values(*shape))]))


COMPARED = ["Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual"]


@pytest.mark.parametrize("kind", COMPARED)
def test_comparisons(kind: str) -> None:
    other = W.reshape(SQUARE).copy()
    other[0, 0] += 1
    other[0, 1, 0] -= 1
    agree(graph(kind, [other]))


def test_whole_numbers_are_divided_and_cast_as_onnx_does() -> None:
    agree(graph("Cast", attributes={"to": TensorProto.INT64}))
    agree(graph("Cast", attributes={"to": TensorProto.FLOAT16}))
    for kind, attributes in (("Div", {}), ("Mod", {"fmod": 0})):
        inside = helper.make_graph(
            [helper.make_node("Mul", ["w", "ten"], ["large"]),
             helper.make_node("Cast", ["large"], ["n"], to=TensorProto.INT64),
             helper.make_node(kind, ["n", "three"], ["q"], **attributes),
             helper.make_node("Cast", ["q"], ["out"], to=TensorProto.FLOAT)],
            "whole",
            [helper.make_tensor_value_info("w", TensorProto.FLOAT, list(W.shape))],
            [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
            [numpy_helper.from_array(np.array(10, np.float32), "ten"),
             numpy_helper.from_array(np.array(3), "three")],
        )  # fmt: skip
        model = helper.make_model(inside, opset_imports=[helper.make_opsetid("", 18)])
        agree(model.SerializeToString())


REDUCTIONS = [
    f"Reduce{what}"
    for what in ["Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSumExp"]
]  # fmt: skip


@pytest.mark.parametrize("kind", REDUCTIONS)
@pytest.mark.parametrize(
    ("axes", "attributes"),
    [
        (None, {}), (whole(1, -1), {}), (whole(2), {"keepdims": 0}),
        (None, {"noop_with_empty_axes": 1}), (whole(0, 1, 2, 3), {"keepdims": 0}),
    ],
)  # fmt: skip
def test_reductions(kind: str, axes: np.ndarray | None, attributes: dict[str, int]) -> None:
    if axes is None and attributes:
        data = graph(kind, attributes=attributes)
        np.testing.assert_array_equal(TorchGraph(data)(W), W.reshape(SQUARE))
    else:
        agree(graph(kind, [] if axes is None else [axes], attributes=attributes))


CASES = [
    ("Clip", [np.float32(-0.3), np.float32(0.6)], {}), ("Clip", [None, np.float32(0.2)], {}),
    ("Clip", [np.float32(0.1)], {}), ("Pow", [np.float32(2)], {}),
    ("Gelu", [], {}), ("Gelu", [], {"approximate": "tanh"}),
    ("MatMul", [values(4, 5)], {}), ("MatMul", [values(2, 4, 5)], {}),
    ("Reshape", [whole(0, -1, 2)], {}), ("Reshape", [whole(6, 4)], {"allowzero": 1}),
    ("Transpose", [], {"perm": [0, 3, 1, 2]}), ("Unsqueeze", [whole(0, -1)], {}),
    ("Squeeze", [whole(0)], {}), ("Concat", [values(1, 2, 3, 2)], {"axis": -1}),
    ("Slice", [whole(1), whole(3), whole(2)], {}),
    ("Slice", [whole(0, -3), whole(2, -1), whole(1, 3)], {}),
    ("Slice", [whole(-1), whole(-9999), whole(3), whole(-1)], {}),
    ("Slice", [whole(3), whole(0), whole(3), whole(-2)], {}),
    ("Slice", [whole(0), whole(9999), whole(-1), whole(2)], {}),
    ("Slice", [whole(3), whole(1), whole(-1)], {}),
    ("Pad", [whole(0, 0, 1, 2, 0, 0, 0, 3)], {}),
    ("Pad", [whole(0, 0, 1, 2, 0, 0, 0, 3), np.float32(7)], {}),
    ("Pad", [whole(0, 0, 1, 2, 0, 0, 2, 3)], {"mode": "reflect"}),
    ("Pad", [whole(0, 0, 1, 2, 0, 0, 2, 3)], {"mode": "edge"}),
    ("Pad", [whole(1, 2, 2, 1), None, whole(2, 3)], {"mode": "edge"}),
    ("Expand", [whole(5, 2, 1, 4)], {}), ("Tile", [whole(1, 2, 3, 1)], {}),
    ("Gather", [whole(2, 0, -1)], {"axis": 2}), ("Gather", [np.array(1)], {"axis": -1}),
    ("Gather", [np.array([[0, 1], [1, 0]])], {"axis": 1}),
    ("GatherElements", [np.array([[[[0, -1, 2, 1]] * 3] * 2])], {"axis": 3}),
    ("GatherND", [np.array([[0, 1], [0, 0]])], {}),
    ("ScatterND", [np.array([[0, 1, 2], [0, 0, 0]]), values(2, 4)], {}),
    ("Trilu", [], {}), ("Trilu", [np.array(-1)], {"upper": 0}),
    ("CumSum", [np.array(3)], {}), ("CumSum", [np.array(-2)], {"reverse": 1, "exclusive": 1}),
    ("Softmax", [], {"axis": 1}), ("LeakyRelu", [], {"alpha": 0.2}),
    ("LayerNormalization", [values(4), values(4, seed=2)], {"epsilon": 1e-3}),
    ("LayerNormalization", [values(3, 4)], {"axis": 2}),
    ("InstanceNormalization", [values(2), values(2, seed=2)], {}),
    ("BatchNormalization", [values(2), values(2, seed=2), values(2, seed=3), values(2) ** 2], {}),
    ("MaxPool", [], {"kernel_shape": [2, 3], "strides": [1, 2]}),
    ("AveragePool", [], {"kernel_shape": [3, 2], "pads": [1, 1, 1, 1]}),
    ("AveragePool", [], {"kernel_shape": [3, 3], "pads": [1] * 4, "count_include_pad": 1}),
    ("Einsum", [values(4, 5)], {"equation": "abcd,de->abe"}),
    ("Shape", [], {"start": 1, "end": -1}), ("CastLike", [np.array([1])], {}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "constants", "attributes"), CASES)
def test_operators_with_sizes_and_options(kind: str, constants, attributes) -> None:
    agree(graph(kind, constants, attributes=attributes, opset=20 if kind == "Gelu" else 18))


def test_logic_and_choice() -> None:
    inside = helper.make_graph(
        [helper.make_node("Greater", ["w", "zero"], ["so"]),
         helper.make_node("Not", ["so"], ["not"]),
         helper.make_node("And", ["not", "not"], ["both"]),
         helper.make_node("Xor", ["both", "so"], ["either"]),
         helper.make_node("Or", ["not", "either"], ["any"]),
         helper.make_node("And", ["any", "so"], ["again"]),
         helper.make_node("Where", ["again", "w", "zero"], ["out"])],
        "where",
        [helper.make_tensor_value_info("w", TensorProto.FLOAT, list(W.shape))],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.zeros(1, np.float32), "zero")],
    )  # fmt: skip
    model = helper.make_model(inside, opset_imports=[helper.make_opsetid("", 18)])
    agree(model.SerializeToString())


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize(
    ("shape", "weight", "attributes"),
    [
        ([1, 4, 6], (3, 4, 3), {"pads": [1, 1]}),
        ([1, 4, 6], (4, 1, 2), {"group": 4, "pads": [1, 0], "strides": [2]}),
        ([1, 2, 3, 4], (5, 2, 3, 3), {"pads": [1, 1, 1, 1]}),
        ([1, 2, 3, 4], (4, 1, 2, 2), {"group": 2, "dilations": [2, 1], "pads": [0, 1, 2, 0]}),
        ([1, 2, 2, 3, 2], (3, 2, 2, 2, 2), {"strides": [1, 2, 1]}),
    ],
)
def test_convolutions(shape, weight, attributes, bias: bool) -> None:
    constants = [values(*weight), *([values(weight[0], seed=3)] if bias else [])]
    agree(graph("Conv", constants, shape, attributes))


@pytest.mark.parametrize(
    ("shape", "weight", "attributes"),
    [
        ([1, 4, 6], (4, 3, 4), {"strides": [2], "pads": [1, 1]}),
        ([1, 2, 3, 4], (2, 3, 3, 3), {"strides": [2, 2]}),
        ([1, 2, 3, 4], (2, 1, 4, 4), {"group": 2, "strides": [2, 2], "pads": [1, 1, 1, 1]}),
        ([1, 2, 3, 4], (2, 3, 4, 3), {"strides": [2, 1], "pads": [2, 0, 1, 1]}),
        ([1, 2, 3, 4], (2, 3, 3, 3), {"strides": [2, 2], "output_padding": [1, 0]}),
    ],
)
def test_transposed_convolutions(shape, weight, attributes) -> None:
    agree_with_openvino(graph("ConvTranspose", [values(*weight)], shape, attributes))


def test_negative_pads_cut() -> None:
    agree_with_openvino(graph("Pad", [whole(0, 0, -1, 2, 0, 0, 0, -1)]))


@pytest.mark.parametrize(
    "attributes",
    [
        {"mode": "nearest", "nearest_mode": "floor", "coordinate_transformation_mode": "asymmetric"},
        {"mode": "nearest", "nearest_mode": "ceil"}, {"mode": "nearest"},
        {"mode": "nearest", "nearest_mode": "round_prefer_ceil"},
        {"mode": "linear"}, {"mode": "linear", "coordinate_transformation_mode": "align_corners"},
        {"mode": "linear", "coordinate_transformation_mode": "pytorch_half_pixel"},
        {"mode": "cubic"}, {"mode": "cubic", "cubic_coeff_a": -0.5},
        {"mode": "linear", "coordinate_transformation_mode": "asymmetric"},
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "to",
    [
        [None, None, whole(1, 2, 6, 8)], [None, None, whole(1, 2, 2, 5)],
        [None, np.array([1, 1, 2, 1.5], np.float32)],
    ],
)  # fmt: skip
def test_resize(attributes, to) -> None:
    agree(graph("Resize", to, attributes=attributes))


@pytest.mark.parametrize("mode", ["DCR", "CRD"])
def test_blocks_become_channels_and_back(mode: str) -> None:
    agree(graph("DepthToSpace", shape=[1, 8, 1, 3], attributes={"blocksize": 2, "mode": mode}))
    agree(graph("SpaceToDepth", shape=[1, 2, 2, 6], attributes={"blocksize": 2}))


def test_group_normalisation_of_both_opsets() -> None:
    for opset, length in ((18, 2), (21, 4)):
        data = graph(
            "GroupNormalization", [values(length), values(length, seed=5)], [1, 4, 6],
            {"num_groups": 2}, opset=opset,
        )  # fmt: skip
        x = W.reshape(1, 2, 12)
        normal = (x - x.mean(2, keepdims=True)) / np.sqrt(x.var(2, keepdims=True) + 1e-5)
        scale, shift = (np.repeat(values(length, seed=s), 4 // length) for s in (1, 5))
        wanted = normal.reshape(1, 4, 6) * scale[:, None] + shift[:, None]
        np.testing.assert_allclose(TorchGraph(data)(W), wanted, atol=2e-5)


def test_normalisation_by_the_root_mean_square() -> None:
    found = TorchGraph(
        graph("RMSNormalization", [values(4)], attributes={"epsilon": 1e-3}, opset=23)
    )
    x = W.reshape(SQUARE)
    wanted = x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-3) * values(4)
    np.testing.assert_allclose(found(W), wanted, atol=2e-5)


def test_products_of_matrices() -> None:
    for attributes, left, right in (
        ({}, [4, 6], (6, 3)), ({"transA": 1, "alpha": 0.5}, [6, 4], (6, 3)),
        ({"transB": 1, "beta": 2.0}, [4, 6], (3, 6)),
    ):  # fmt: skip
        agree(graph("Gemm", [values(*right), values(3)], left, attributes))
        agree(graph("Gemm", [values(*right)], left, attributes))


def test_several_outputs_and_constants_in_every_spelling() -> None:
    nodes = [
        helper.make_node("Split", ["w"], ["a", "b", "c"], axis=1, num_outputs=3),
        helper.make_node("Constant", [], ["k"], value_float=2.5),
        helper.make_node("Constant", [], ["n"], value_ints=[1, 8]),
        helper.make_node("Constant", [], ["one"], value_int=1),
        helper.make_node("Constant", [], ["eight"], value_int=8),
        helper.make_node("Constant", [], ["zero"], value_int=0),
        helper.make_node("Range", ["zero", "eight", "one"], ["ramp"]),
        helper.make_node("Cast", ["ramp"], ["line"], to=TensorProto.FLOAT),
        helper.make_node("ConstantOfShape", ["n"], ["full"],
                         value=numpy_helper.from_array(np.array([3], np.float32))),
        helper.make_node("Mul", ["b", "k"], ["d"]),
        helper.make_node("Sum", ["a", "c", "d", "full", "line"], ["out"]),
    ]  # fmt: skip
    inside = helper.make_graph(
        nodes, "several", [helper.make_tensor_value_info("w", TensorProto.FLOAT, [1, 24])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 8])],
    )  # fmt: skip
    model = helper.make_model(inside, opset_imports=[helper.make_opsetid("", 18)])
    agree(model.SerializeToString())
    # Only what depends on w is left to do for each place.
    assert len(TorchGraph(model.SerializeToString())._steps) == 3


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (graph("Bernoulli"), "does not know the operator Bernoulli"),
        (graph("Identity", opset=11), "this network has 11"),
        (graph("Multi\x1b[2Jnomial"), "operator Multi"),
    ],
)
def test_what_is_not_known_is_refused_by_name(data: bytes, says: str) -> None:
    with pytest.raises(BundleError, match=says) as caught:
        TorchGraph(data)
    assert str(caught.value).isprintable()
    assert "--engine openvino" in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "constants", "attributes"),
    [
        ("Conv", [values(2, 2, 1, 1)], {"auto_pad": "SAME_UPPER"}),
        ("Resize", [None, None, whole(1, 2, 6, 8)], {"antialias": 1, "mode": "linear"}),
        ("Resize", [None, None, whole(1, 2, 6, 8)], {"coordinate_transformation_mode": "odd"}),
        ("ConvTranspose", [values(2, 2, 1, 1)], {"output_shape": [3, 4]}),
        ("Pad", [whole(0, 0, 0, 0, 1, 1, 1, 1)], {"mode": "odd"}),
        ("MaxPool", [], {"kernel_shape": [2, 2], "ceil_mode": 1}),
        ("Cast", [], {"to": TensorProto.STRING}),
    ],
)  # fmt: skip
def test_options_that_are_not_written_are_refused(kind: str, constants, attributes) -> None:
    with pytest.raises(UnknownOperatorError):
        TorchGraph(graph(kind, constants, attributes=attributes))(W)


def test_operators_in_other_domains_and_functions_are_refused() -> None:
    model = onnx.load_from_string(graph("Identity"))
    model.graph.node[0].domain = "com.microsoft"
    with pytest.raises(BundleError, match=r"com\.microsoft\.Reshape"):
        TorchGraph(model.SerializeToString())
    model = onnx.load_from_string(graph("Identity"))
    model.functions.append(
        helper.make_function("here", "f", ["a"], ["b"], [], [helper.make_opsetid("", 18)])
    )
    with pytest.raises(BundleError, match=r"here\.f"):
        TorchGraph(model.SerializeToString())


def test_every_operator_is_tested_here() -> None:
    import inspect
    import re
    import sys

    text = inspect.getsource(sys.modules[__name__])
    missing = [name for name in OPERATORS if not re.search(rf"\b{name}\b", text)]
    assert set(missing) <= set(REDUCTIONS)
