"""The controls that a face gives, whoever looks at it."""

from latent_resonance.contracts.values import ControlRange

FACE_CONTROLS = (
    ControlRange("mouth", 0, 1, 0, "", "opening of the lips"),
    ControlRange("mouth_width", -1, 1, 0, "", "smile above 0, pout below"),
    ControlRange("brow", 0, 1, 0, "", "raised brows"),
    ControlRange("yaw_degrees", -90, 90, 0, "degrees", "turn to the right of the picture"),
    ControlRange("pitch_degrees", -90, 90, 0, "degrees", "looking up"),
    ControlRange("roll_degrees", -180, 180, 0, "degrees", "leaning to the picture's left"),
    ControlRange("yaw_velocity", -720, 720, 0, "degrees per second"),
    ControlRange("pitch_velocity", -720, 720, 0, "degrees per second"),
    ControlRange("roll_velocity", -720, 720, 0, "degrees per second"),
    ControlRange("stillness", 0, 1, 1, "", "1 at rest"),
    ControlRange("face_x", -1, 1, 0, "", "across the picture"),
    ControlRange("face_y", -1, 1, 0, "", "up the picture"),
    ControlRange("face_size", 0, 1, 0, "", "eye distance over the picture's width"),
    ControlRange("smile", 0, 1, 0, "", "corners of the mouth apart and up"),
    ControlRange("pucker", 0, 1, 0, "", "corners of the mouth together"),
    ControlRange("blink", 0, 1, 0, "", "closed eyes"),
    ControlRange("tilt", -1, 1, 0, "", "head to the picture's left, from 20 degrees on full"),
    ControlRange("nod", 0, 1, 0, "", "jumps up at a nod and falls back"),
    ControlRange("distance", 0.2, 3, 0.6, "m", "to a camera that sees 60 degrees across"),
)
