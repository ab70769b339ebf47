"""What a place of noise and words listens to, and what moves it all by itself."""

from collections.abc import Mapping, Sequence

from latent_resonance.contracts.mapping import MapLine
from latent_resonance.contracts.values import ControlRange

GUIDANCE = ControlRange("guidance", 1, 5, 2, "x", "how strongly the words pull")
SPEED = ControlRange("speed", 0, 4, 1, "x", "of all that moves")
HUE = ControlRange("hue", -120, 120, 0, "degrees", "turns the colours that the words name")
MIST = ControlRange("mist", 0, 1, 0, "", "forms flow into one another")
ORBIT = ControlRange("orbit", 0, 1, 0.25, "", "how wide it circles")
ACROSS = ControlRange("across", -1, 1, 0, "", "turns the noise one way")
ALONG = ControlRange("along", -1, 1, 0, "", "turns the noise another way")

MOVES = (SPEED, HUE, MIST, ORBIT, ACROSS, ALONG)

MEANING: Mapping[str, Sequence[MapLine]] = {
    "guidance": (
        MapLine(("rms",), low=1, high=4, smooth_seconds=0.35),
        MapLine(("mouth",), low=1, high=4, smooth_seconds=0.15),
        MapLine(("velocity",), low=1, high=4, smooth_seconds=0.15),
    ),
    "hue": (
        MapLine(("pitch",), span=(45, 75), low=-45, high=45, smooth_seconds=0.5),
        MapLine(("roll_degrees",), low=-60, high=60, smooth_seconds=0.2),
        MapLine(("note",), low=-60, high=60, smooth_seconds=0.2),
    ),
    "speed": (
        MapLine(("tempo",), span=(60, 180), low=0.5, high=2, smooth_seconds=0.5),
        MapLine(("cc16",), low=0, high=4),
    ),
    "mist": (
        MapLine(("flatness",), low=0, high=0.8, smooth_seconds=0.3),
        MapLine(
            ("cc17",),
        ),
    ),
    "orbit": (
        MapLine(("brow",), low=0.25, high=1, smooth_seconds=0.2),
        MapLine(("cc1", "pressure"), low=0.1, high=1, mode="max", smooth_seconds=0.1),
    ),
    "across": (
        MapLine(("yaw_degrees",), smooth_seconds=0.1),
        MapLine(("bend",), smooth_seconds=0.1),
    ),
    "along": (MapLine(("pitch_degrees",), smooth_seconds=0.1),),
}
"""Listened control to lines of which the first that is sensed is taken."""
