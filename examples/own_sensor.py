"""Your own sensor: a class with one method plays any instrument, here the drone of `face`.

    python examples/own_sensor.py [FOLDER]

To have it in recipes, flags and the studio too, put it into a package: docs/parts.md.
"""

import math
import sys
from pathlib import Path

import latent_resonance as lr
from latent_resonance.contracts.parts import Sensor
from latent_resonance.contracts.values import ControlRange, Controls


class Tide(Sensor):
    """Two controls: the water's height, once up and down in 5 s, and how fast it moves."""

    controls = (ControlRange("height", 0, 1), ControlRange("flow", -1, 1))
    quick = True  # ``read`` takes microseconds; a camera's would not, and gets a thread of its own

    # A device is opened in ``prepare`` and let go of in ``close``; a sensor that plays notes has
    # ``gives_events``, one with an end ``duration_seconds``: contracts/parts.py has them all.

    def read(self, now_seconds, step_seconds=0.0):
        """The values at this moment of the performance."""
        turn = 2 * math.pi * now_seconds / 5
        return Controls(now_seconds, {"height": 0.5 - 0.5 * math.cos(turn), "flow": math.sin(turn)})


folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
joined = {"mouth": "height", "yaw_degrees": "flow:-30..30"}  # what the drone listens to
clip = lr.render("face", sense=Tide(), map=joined, seconds=10, output=folder / "tide.wav")
print(clip.path, f"{clip.report['loudness_lufs']} LUFS")
