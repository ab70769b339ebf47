"""Between what the numbers lie that a latent diffusion's layers take: what 8-bit integers need.

    python -m latent_resonance.training.diffusion.ranges FILE.resonance

gives a bundle that is there its ranges; its seal and its pictures in 32 bits stay. Prompts as
captions say them are painted from Gaussian noise, in 1 to 8 steps, with words that pull 1 to 3
times. A range goes from the least to the largest of some hundred thousand numbers, drawn at random
of all that the layer took: what is rarer is cut off, so that the steps between are finer.
"""

import argparse
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save as save_tensors

from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.write import rewrite_bundle
from latent_resonance.contracts.diffusion import DiffusionLayout
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.members import DECODER, RANGES, VELOCITY
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.synthetic.pictures.composed.composition import draw_composition
from latent_resonance.data.synthetic.pictures.composed.phrases import say_composition
from latent_resonance.models.engines.eight_bits import convolutions
from latent_resonance.models.engines.flow import FlowSampler
from latent_resonance.models.engines.quiet_openvino import processor_core
from latent_resonance.navigate.prompts.tokens import TokenTable, load_tokens, tokens_of
from latent_resonance.training.in_one_line import end_in_one_line

IN_FLOAT = {
    # Rounding the input of one of these alone moved the predicted picture most for the time that it
    # saves: the ends, sums that were not normalised, and the widest of the layers near the ends.
    VELOCITY: {
        "enter", "leave", "shrink_1", "grow_1", "down_1a.second", "down_1b.second",
        "up_2a.skip", "up_2b.skip", "up_1a.skip", "up_1b.skip", "up_2b.second", "up_1a.first",
        "up_1a.second", "up_1b.second", "look_1b.queries",
    },
    # A decoder's colours, its first layer, and the cheap layers of 1 by 1.
    DECODER: {
        "", "decoder.layers.0", "decoder.layers.1.second", "decoder.layers.2.second",
        "decoder.layers.3.second", "decoder.layers.4.second",
    },
}  # fmt: skip
"""Layers of each network that keep to floating point."""

_PROMPTS, _MOST_STEPS, _STRONGEST = 64, 8, 3.0
_DRAWN = 500
_BY_CHANGE = 0.7


def measure_ranges(
    velocity: bytes, decoder: bytes, layout: DiffusionLayout, table: TokenTable
) -> bytes:
    """The bundle's member ``ranges.safetensors``; the same for the same networks.

    Args:
        velocity: the ONNX file,
        decoder: and the other one.
        layout: of w.
        table: the bundle's words.
    """
    random = np.random.default_rng(7)
    networks = {
        name: _Listened(data, IN_FLOAT[name], random)
        for name, data in ((VELOCITY, velocity), (DECODER, decoder))
    }
    for number in range(_PROMPTS):
        # Half of those of few steps as live pictures are drawn.
        steps = 1 + number % _MOST_STEPS
        by_change = _BY_CHANGE if steps < 4 and number % 16 < _MOST_STEPS else None
        prompt = say_composition(draw_composition(number), random)
        noise = random.standard_normal(layout.latent).astype(np.float32)
        w = layout.join(noise, tokens_of(table, prompt)[0], random.uniform(1, _STRONGEST))
        runs = (networks[VELOCITY].run, networks[DECODER].run)
        FlowSampler(layout, *runs, steps, by_change=by_change).draw(w[None])
    return save_tensors(
        {
            f"{name}/{weight}": np.array(ends, np.float32)
            for name, network in networks.items()
            for weight, ends in network.found.items()
            if ends[1] > 0
        }
    )


class _Listened:
    """A network whose layers' inputs are noted as it runs; ``found`` are the ends by weight."""

    def __init__(self, data: bytes, without: Collection[str], random: np.random.Generator) -> None:
        core = processor_core()
        model = core.read_model(data)
        self._takes = [end.get_any_name() for end in model.inputs]
        self._random = random
        weights = {
            weight: layer.input_value(0)
            for weight, (layer, _) in convolutions(model).items()
            if weight.rpartition(".")[0] not in without
        }
        self.found = dict.fromkeys(weights, (0.0, 0.0))
        taps = model.add_outputs(list(weights.values()))
        self._at = dict(zip(weights, range(1, 1 + len(taps)), strict=True))
        settings = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1}
        self._request: Any = core.compile_model(model, "CPU", settings).create_infer_request()

    def run(self, *given: FloatArray) -> FloatArray:
        made = self._request.infer(dict(zip(self._takes, given, strict=True)))
        for weight, at in self._at.items():
            some = self._random.choice(made[at].ravel(), _DRAWN)
            low, high = self.found[weight]
            self.found[weight] = min(low, float(some.min())), max(high, float(some.max()))
        return np.array(made[0], np.float32)


def main(arguments: list[str] | None = None) -> int:
    """Give a bundle its ranges; 1, and a line, where that cannot be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bundle", type=Path)
    path = parser.parse_args(arguments).bundle
    return end_in_one_line(lambda: _add_ranges(path))


def _add_ranges(path: Path) -> str:
    bundle = read_bundle(path)
    layout = bundle.space.diffusion
    if layout is None:
        raise InputError(f"the bundle '{bundle.name}' does not paint from noise and words")
    networks = bundle.members[VELOCITY], bundle.members[DECODER]
    made = measure_ranges(*networks, layout, load_tokens(bundle.space.words))
    rewrite_bundle(path, bundle, {**bundle.members, RANGES: made})
    return f"{path}: {len(made)} bytes of ranges"


if __name__ == "__main__":
    sys.exit(main())
