"""A tiny bundle whose pictures are drawn by steps: random weights, three words."""

from dataclasses import replace

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load, save

from latent_resonance.bundles.manifest import Diffusion, Manifest, Picture, Provenance, Words
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.navigate.prompts.tokens import TokenTable, save_tokens

LATENT, TOKENS, SIZE = (4, 32, 32), 4, 3
_FLOAT = TensorProto.FLOAT


def _network(nodes, inputs, output, weights) -> bytes:
    def ends(shapes):
        return [helper.make_tensor_value_info(name, _FLOAT, shape) for name, shape in shapes]

    graph = helper.make_graph(
        nodes,
        "tiny",
        ends(inputs),
        ends([output]),
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def velocity(latent=LATENT) -> bytes:
    """A convolution of z, moved by the time and by the words."""
    random = np.random.default_rng(3)
    z = [1, *latent]
    weights = {
        "kernel": random.normal(0, 0.1, (4, 4, 3, 3)).astype(np.float32),
        "said": random.normal(0, 1, (TOKENS * SIZE, 4)).astype(np.float32),
        "flat": np.array([1, TOKENS * SIZE], np.int64),
        "wide": np.array([1, 4, 1, 1], np.int64),
        "one": np.array([1, 1, 1, 1], np.int64),
    }
    nodes = [
        helper.make_node("Conv", ["z", "kernel"], ["seen"], pads=[1, 1, 1, 1]),
        helper.make_node("Reshape", ["words", "flat"], ["row"]),
        helper.make_node("MatMul", ["row", "said"], ["pull"]),
        helper.make_node("Reshape", ["pull", "wide"], ["pulled"]),
        helper.make_node("Reshape", ["time", "one"], ["moment"]),
        helper.make_node("Mul", ["pulled", "moment"], ["push"]),
        helper.make_node("Add", ["seen", "push"], ["way"]),
    ]
    inputs = [("z", z), ("time", [1]), ("words", [1, TOKENS, SIZE])]
    return _network(nodes, inputs, ("way", z), weights)


def decoder() -> bytes:
    """Three of the four channels, each number a square of eight by eight pixels."""
    mix = np.random.default_rng(4).normal(0, 0.5, (3, 4, 1, 1)).astype(np.float32)
    nodes = [
        helper.make_node("Conv", ["z", "mix"], ["small"]),
        helper.make_node("Tanh", ["small"], ["soft"]),
        helper.make_node("Resize", ["soft", "", "scales"], ["picture"], mode="nearest"),
    ]
    weights = {"mix": mix, "scales": np.array([1, 1, 8, 8], np.float32)}
    return _network(nodes, [("z", [1, *LATENT])], ("picture", [1, 3, 256, 256]), weights)


def space() -> LatentSpace:
    """The latent space of the tiny bundle, without its networks."""
    manifest, members = parts()
    assert manifest.diffusion is not None
    mean = load(members["latent.safetensors"])["w_avg"]
    made = LatentSpace.of(len(mean), {"middle": mean})
    layout = manifest.diffusion.layout
    return replace(made, mean=mean, diffusion=layout, words=members["words.safetensors"])


def parts() -> tuple[Manifest, dict[str, bytes]]:
    """What ``write_bundle`` takes."""
    table = TokenTable(
        {"red": 0, "blue": 1, "circles": 2},
        np.eye(3, 1, dtype=np.int8),
        np.array([[1, 0], [0, 1], [0.5, -1]], np.float32),
        1.0,
        TOKENS,
        3,
    )
    size = 4096 + TOKENS * SIZE + 1
    manifest = Manifest(
        schema_version=1,
        name="tiny",
        kind="image",
        family="tiny",
        latent_size=size,
        picture=Picture(height=256, width=256, channels=3),
        diffusion=Diffusion(
            latent=LATENT, words=Words(tokens=TOKENS, size=SIZE), steps=4, guidance=2.0
        ),
        provenance=Provenance(data=[], command="none", licence="CC0-1.0"),
        members={},
    )
    random = np.random.default_rng(5)
    noise = random.standard_normal(size).astype(np.float32)
    noise[4096:-1], noise[-1] = 0, 2
    return manifest, {
        "velocity.onnx": velocity(),
        "decoder.onnx": decoder(),
        "words.safetensors": save_tokens(table),
        "latent.safetensors": save({"w_avg": noise, "anchor/middle": noise}),
    }
