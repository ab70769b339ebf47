"""The messages of FaceOSC, which many programs send and understand, as a face's controls.

FaceOSC (Kyle McDonald, ofxFaceTracker) sends ``/found 0|1`` and, while there is a face, its pose
and gestures in a bundle for each picture of the camera: the position in pixels, angles in radians,
all else in the units of its face model. Source: ofxFaceTracker's wiki, "Osc message
specification"; the directions of the angles are those in which FaceOSC-Templates turns its heads.
"""

import math
from collections.abc import Mapping, Sequence

from latent_resonance.contracts.values import ControlRange

# Model units between the pupils; a pose's scale is pixels per unit.
_EYES_APART = 18.0
# Control and its gesture's address, and the values that are 0 and 1.
_GESTURES = {
    "mouth": ("/gesture/mouth/height", 1.0, 7.0, 0.0),
    "mouth_width": ("/gesture/mouth/width", 14.0, 18.0, -1.0),
    "brow_left": ("/gesture/eyebrow/left", 6.5, 9.5, 0.0),
    "brow_right": ("/gesture/eyebrow/right", 6.5, 9.5, 0.0),
}
_RAW = {
    "eye_left": "/gesture/eye/left",
    "eye_right": "/gesture/eye/right",
    "jaw": "/gesture/jaw",
    "nostrils": "/gesture/nostrils",
}
_BY_ADDRESS = {address: (name, a, b, low) for name, (address, a, b, low) in _GESTURES.items()}
_RAW_BY_ADDRESS = {address: name for name, address in _RAW.items()}
_ANGLES = ("pitch_degrees", "yaw_degrees", "roll_degrees")

GESTURE_CONTROLS = (
    ControlRange("eye_left", 2, 4, 2.8, "model units", "opening, as FaceOSC measures it"),
    ControlRange("eye_right", 2, 4, 2.8, "model units", "opening, as FaceOSC measures it"),
    ControlRange("jaw", 18, 28, 22, "model units", "nose to chin, as FaceOSC measures it"),
    ControlRange("nostrils", 4, 8, 6, "model units", "width, as FaceOSC measures it"),
)
"""Controls that FaceOSC has beyond those of our own face sense."""

FOUND, RAW_POINTS = "/found", "/raw"


def is_face(values: Mapping[str, float]) -> bool:
    """Whether controls are those of a face, rather than some of the same names."""
    return {"face_x", "face_y", "face_size"} <= values.keys()


def is_face_message(address: str, numbers: Sequence[float]) -> bool:
    """Whether it is one of FaceOSC's messages."""
    found = address == FOUND and len(numbers) == 1
    return found or address == RAW_POINTS or bool(read_face_message(address, numbers, (1, 1)))


def read_face_message(
    address: str, numbers: Sequence[float], size: tuple[int, int]
) -> dict[str, float] | None:
    """Controls that a message sets; None where it is not a pose or gesture of FaceOSC.

    Args:
        address: of the message.
        numbers: its arguments, finite.
        size: width and height in pixels of the pictures that the sender looks at.

    Returns:
        Values within the ranges of the face's controls; the brows one by one, as ``brow_left``
        and ``brow_right``.
    """
    width, height = size
    if address == "/pose/position" and len(numbers) == 2:
        x, y = numbers
        return {"face_x": _within(2 * x / width - 1), "face_y": _within(1 - 2 * y / height)}
    if address == "/pose/scale" and len(numbers) == 1:
        return {"face_size": _within(numbers[0] * _EYES_APART / width, 0.0)}
    if address == "/pose/orientation" and len(numbers) == 3:
        limits = (90, 90, 180)
        return {
            name: min(max(-math.degrees(angle), -most), most)
            for name, angle, most in zip(_ANGLES, numbers, limits, strict=True)
        }
    if address in _BY_ADDRESS and len(numbers) == 1:
        name, rest, full, low = _BY_ADDRESS[address]
        return {name: _within((numbers[0] - rest) / (full - rest), low)}
    if address in _RAW_BY_ADDRESS and len(numbers) == 1:
        return {_RAW_BY_ADDRESS[address]: numbers[0]}
    return None


def face_messages(
    values: Mapping[str, float], size: tuple[int, int]
) -> dict[str, tuple[float, ...]]:
    """Address to arguments of a face's pose and gestures, of the controls that are there.

    Args:
        values: of a face's controls.
        size: width and height in pixels of the pictures that positions refer to.
    """
    width, height = size
    both = {"brow_left": values.get("brow"), "brow_right": values.get("brow")}
    known = {name: value for name, value in both.items() if value is not None} | dict(values)
    messages: dict[str, tuple[float, ...]] = {}
    if {"face_x", "face_y"} <= known.keys():
        messages["/pose/position"] = (
            (known["face_x"] + 1) / 2 * width,
            (1 - known["face_y"]) / 2 * height,
        )
    if "face_size" in known:
        messages["/pose/scale"] = (known["face_size"] * width / _EYES_APART,)
    if set(_ANGLES) <= known.keys():
        messages["/pose/orientation"] = tuple(-math.radians(known[name]) for name in _ANGLES)
    for name, (address, rest, full, _low) in _GESTURES.items():
        if name in known:
            messages[address] = (rest + known[name] * (full - rest),)
    for name, address in _RAW.items():
        if name in known:
            messages[address] = (known[name],)
    return messages


def has_address(name: str) -> bool:
    """Whether FaceOSC has an address for the control."""
    places = {"face_x", "face_y", "face_size", "brow", *_ANGLES}
    return name in places or name in _GESTURES or name in _RAW


def _within(value: float, low: float = -1.0) -> float:
    return min(max(value, low), 1.0)
