"""What a path through moods listens to beside its sliders, and what moves it all by itself."""

from collections.abc import Mapping, Sequence

from latent_resonance.contracts.mapping import MapLine
from latent_resonance.contracts.values import ControlRange
from latent_resonance.navigate.paths.mood_points import AXES

ENERGY = ControlRange("energy", 0, 1, 0, "", "how fast it goes on")
PULSE = ControlRange("pulse", 0, 1, 0, "", "a beat: zooms in, bends, sharpens")
FLASH = ControlRange("flash", 0, 1, 0, "", "how far a pulse lifts the light")
FLOW = ControlRange("flow_speed", -4, 4, 1, "x", "speed of all waves")
TURNING = ControlRange("spin_speed", -1, 1, 0, "turns per 16 s", "of the whole picture")
DRIFT = ControlRange("drift_speed", -4, 4, 1, "x", "of the camera, on a wide circle")
BREATH = ControlRange("breath", 0, 1, 0.2, "octaves", "how far the camera goes in and out")
WANDER = ControlRange("wander", 0, 1, 0.15, "", "how far it strays from the moods, or orbits them")
TRUNCATION = ControlRange("truncation", 0, 1.5, 1, "x", "0 is the model's mean, 1 the moods")
KEY_X = ControlRange("harmony_x", -1, 1, 0, "", "key on the circle of fifths: C right")
KEY_Y = ControlRange("harmony_y", -1, 1, 0, "", "key on the circle of fifths: A up")
POINT = tuple(ControlRange(name, -1, 1, 0, "", "where it is among the moods") for name in AXES)
MOTION = (
    *(ENERGY, PULSE, FLASH, FLOW, TURNING, DRIFT, BREATH, WANDER, TRUNCATION),
    *(KEY_X, KEY_Y, *POINT),
)

MEANING: Mapping[str, Sequence[MapLine]] = {
    "energy": (
        MapLine(("rms",)),
        MapLine(("mouth",)),
        MapLine(("cc1", "velocity"), mode="max"),
    ),
    "pulse": (
        MapLine(("beat",)),
        MapLine(("onset",)),
        MapLine(("brow",), gate=0.1),
        MapLine(("notes",), span=(0, 1)),
    ),
    "spin_speed": (MapLine(("yaw_degrees",)), MapLine(("bend",))),
    "warmth": (
        MapLine(("bass",), low=-1, high=4),
        MapLine(("mouth",), low=0, high=4),
        MapLine(("note",), low=4, high=-4),
    ),
    "light": (
        MapLine(("centroid",), low=-1, high=1.2, smooth_seconds=0.4),
        MapLine(("pitch_degrees",), low=2, high=-2),
    ),
    "chroma": (
        MapLine(("bass",), low=-5, high=5),
        MapLine(("mouth_width",), low=-2, high=2),
    ),
    "jagged": (
        MapLine(("flatness",), low=-2, high=2.5, smooth_seconds=0.4),
        MapLine(("cc16",), low=-4, high=4),
    ),
    "detail": (
        MapLine(("zero_crossing_rate",), low=-2, high=2.5, smooth_seconds=0.4),
        MapLine(("cc17",), low=-4, high=4),
    ),
    "contrast": (MapLine(("contrast",), low=-1.5, high=1.5, smooth_seconds=0.4),),
    "edge": (MapLine(("highs",), low=-0.5, high=2, smooth_seconds=0.15),),
    "scale": (MapLine(("mids",), low=-1, high=1, smooth_seconds=0.8),),
    "spread": (MapLine(("chroma_variance",), low=1.5, high=-1.5, smooth_seconds=0.6),),
}
"""Listened control to lines of which the first that is sensed is taken."""
