"""Notes without a keyboard: a level and a key, as an open mouth and a turned head give them."""

from collections.abc import Mapping, Sequence

from latent_resonance.contracts.mapping import ControlMap, MapLine
from latent_resonance.contracts.values import ControlRange

LEVEL, KEY = "play_level", "play_key"

_BEGINS, _ENDS = 0.25, 0.15
# A key is left for the next one this far beyond the middle between them.
_KEY_MARGIN = 0.1
_SOFTEST = 40
_SCALE = "C major pentatonic"
_LOWEST, _HIGHEST = 48.0, 72.0

_FACE = {
    LEVEL: MapLine(("mouth",), span=(0.05, 0.6)),
    KEY: MapLine(("yaw_degrees",), (-25.0, 25.0), _LOWEST, _HIGHEST, curve="scale", scale=_SCALE),
    "bend": MapLine(("roll_degrees",), span=(-20.0, 20.0), smooth_seconds=0.05),
    "brightness": MapLine(("pitch_degrees",), span=(-20.0, 20.0), smooth_seconds=0.1),
    "modulation": MapLine(("brow",), gate=0.2),
}
_MUSIC = {
    LEVEL: MapLine(("rms",)),
    KEY: MapLine(("pitch",), low=_LOWEST, high=_HIGHEST),
    "expression": MapLine(("rms",), low=64.0, smooth_seconds=0.05),
    "brightness": MapLine(("centroid",), smooth_seconds=0.1),
}
# Beside hands on keys, which need no help to play.
_FACE_BESIDE_KEYS = {
    "brightness": MapLine(("mouth",), smooth_seconds=0.1),
    "bend": MapLine(("roll_degrees",), span=(-15.0, 15.0), smooth_seconds=0.05),
}
_OF_KEYS = {"note", "velocity"}
"""Controls that sensors of note events give."""


def played_key(sounding: int | None, values: Mapping[str, float]) -> int | None:
    """The key that the controls play now, None for none.

    Args:
        sounding: that they played in the step before.
        values: of the controls; without a level there is no note.
    """
    level = values.get(LEVEL, 0.0)
    if level < (_BEGINS if sounding is None else _ENDS):
        return None
    asked = values.get(KEY, 60.0)
    if sounding is not None and abs(asked - sounding) <= 0.5 + _KEY_MARGIN:
        return sounding
    return min(max(round(asked), 0), 127)


def played_velocity(level: float) -> int:
    """Velocity of a note that begins at that level."""
    part = min(max((level - _ENDS) / (1 - _ENDS), 0.0), 1.0)
    return round(_SOFTEST + part * (127 - _SOFTEST))


def suggest(sensed: Sequence[ControlRange], listens: Sequence[ControlRange]) -> ControlMap:
    """What moves a keyboard: the same names, then what a face or music can do.

    Where notes come by events nothing plays others beside them, and MIDI's own controllers, which
    come by events too, are left alone.
    """
    given = {control.name: control for control in sensed}
    keys = given.keys() >= _OF_KEYS
    lines = {} if keys else {c.name: MapLine((c.name,)) for c in listens if c.name in given}
    for offered in (_FACE_BESIDE_KEYS,) if keys else (_FACE, _MUSIC):
        for name, line in offered.items():
            if name not in lines and given.keys() >= set(line.source):
                lines[name] = line
    if KEY in lines and lines[KEY].source == ("pitch",) and _in_keys(given["pitch"]):
        lines[KEY] = MapLine(("pitch",), (0.0, 127.0), 0.0, 127.0)
    return lines


def _in_keys(pitch: ControlRange) -> bool:
    """Whether a pitch is given in MIDI numbers."""
    return "midi" in pitch.unit.lower()
