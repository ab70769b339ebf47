"""Tells what the page's own pictures are compared with: places, and OpenVINO's pictures of them.

Writes a line of JSON (the size, w of each place) and then the pictures' bytes, RGB, row by row.
"""

import json
import sys

import numpy as np

from latent_resonance.bundles.find import open_bundle
from latent_resonance.models.engines.quiet_openvino import load_openvino
from latent_resonance.models.engines.seeded_place import seeded_place


def main(bundle: str, count: int, size: int) -> None:
    """Named places first, then those of seeds."""
    opened = open_bundle(bundle)
    named = [opened.space.place(name) for name in opened.space.offered]
    seeded = [seeded_place(opened, seed) for seed in range(count - len(named))]
    places = [*named, *seeded][:count]
    core = load_openvino().Core()
    synthesis = core.read_model(opened.members["synthesis.onnx"])
    network = core.compile_model(synthesis, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    y = (np.arange(size) + 0.5) * (2 / size) - 1
    pixels = np.stack(np.broadcast_arrays(y[None, :], y[:, None]))[None].astype(np.float32)
    head = {"size": size, "places": [one.tolist() for one in places]}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    for w in places:
        made = network({"w": w[None].astype(np.float32), "pixels": pixels})[0]
        levels = np.rint((made[0] * 0.5 + 0.5).clip(0, 1) * 255).astype(np.uint8)
        sys.stdout.buffer.write(levels.transpose(1, 2, 0).tobytes())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
