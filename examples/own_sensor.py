"""Your own sensor: a class with a few methods plays any instrument, here the drone of `face`.

    python examples/own_sensor.py [FOLDER]

To have it in recipes, flags and the studio too, put it into a package: docs/parts.md.
"""

import math
import sys
from pathlib import Path

import latent_resonance as lr
from latent_resonance.contracts.values import ControlRange, Controls


class Tide:
    """Two controls: the water's height, once up and down in 5 s, and how fast it moves."""

    controls = (ControlRange("height", 0, 1), ControlRange("flow", -1, 1))
    duration_seconds = None  # it never ends
    latency_seconds = 0.0
    quick = True  # ``read`` takes microseconds; a camera's would not, and gets a thread of its own
    gives_events = False  # it plays no notes
    reads = ()  # it opens no files

    def prepare(self, spec): ...  # open a device here; raise DeviceError when that fails
    def reset(self): ...
    def close(self): ...
    def statistics(self):
        return {}

    def read(self, now_seconds, step_seconds=0.0):
        turn = 2 * math.pi * now_seconds / 5
        return Controls(now_seconds, {"height": 0.5 - 0.5 * math.cos(turn), "flow": math.sin(turn)})


folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
joined = {"mouth": "height", "yaw_degrees": "flow:-30..30"}  # what the drone listens to
print(lr.render("face", sense=Tide(), map=joined, seconds=10, output=folder / "tide.wav").path)
