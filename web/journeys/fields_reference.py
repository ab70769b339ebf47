"""Tells what shaders are compared with: places, and OpenVINO's pictures of them.

    fields_reference.py BUNDLE SIZE COUNT                      named places, then those of seeds
    fields_reference.py BUNDLE SIZE PLACE [NAME=AMOUNT ...]    one place, at rest and moved

Writes a line of JSON (each place's w) and then the pictures' bytes, RGB, row by row.
"""

import json
import sys

import numpy as np

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.quiet_openvino import load_openvino
from latent_resonance.models.engines.seeded_place import seeded_place
from latent_resonance.networks.fields.layout import slot


def many(bundle: Bundle, count: int) -> list[FloatArray]:
    """As many places as are wanted."""
    named = [bundle.space.place(name) for name in bundle.space.offered]
    return [*named, *(seeded_place(bundle, k) for k in range(count - len(named)))][:count]


def moved(bundle: Bundle, place: str, moves: list[str]) -> list[FloatArray]:
    """The place, and the place with live moves."""
    w = bundle.space.place(place)
    further = w.copy()
    for name, amount in (one.split("=") for one in moves):
        further[slot(name)] += float(amount)
    return [w, further]


def main(name: str, size: int, what: str, moves: list[str]) -> None:
    """Write all of it."""
    bundle = open_bundle(name)
    places = many(bundle, int(what)) if what.isdigit() else moved(bundle, what, moves)
    core = load_openvino().Core()
    synthesis = core.read_model(bundle.members["synthesis.onnx"])
    network = core.compile_model(synthesis, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    y = (np.arange(size) + 0.5) * (2 / size) - 1
    pixels = np.stack(np.broadcast_arrays(y[None, :], y[:, None]))[None].astype(np.float32)
    sys.stdout.buffer.write(json.dumps({"places": [w.tolist() for w in places]}).encode() + b"\n")
    for w in places:
        made = network({"w": w[None].astype(np.float32), "pixels": pixels})[0]
        levels = np.rint((made[0] * 0.5 + 0.5).clip(0, 1) * 255).astype(np.uint8)
        sys.stdout.buffer.write(levels.transpose(1, 2, 0).tobytes())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:])
