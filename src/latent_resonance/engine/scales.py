"""Musical scales by name: root and steps, and the nearest note of one."""

from functools import lru_cache

_NAMES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "whole tone": (0, 2, 4, 6, 8, 10),
    "chromatic": tuple(range(12)),
}
_ROOTS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = {"": 0, "#": 1, "b": -1}


@lru_cache(maxsize=64)
def scale_steps(name: str) -> tuple[int, ...]:
    """Pitch classes of a scale such as ``"A minor pentatonic"`` or ``"F# dorian"``, ascending.

    Raises:
        ValueError: the root or the scale is unknown; says what there is.
    """
    root, _, kind = name.strip().partition(" ")
    letter, sign = root[:1].upper(), root[1:]
    if letter not in _ROOTS or sign not in _SIGNS or kind not in _NAMES:
        raise ValueError(
            f"'{name}' is no scale: write a root (C, F#, Bb) and one of {', '.join(_NAMES)}"
        )
    first = _ROOTS[letter] + _SIGNS[sign]
    return tuple(sorted((first + step) % 12 for step in _NAMES[kind]))


# Semitones beyond the middle between two notes to which the first one holds.
_HOLDS = 0.2


def nearest_in_scale(pitch: float, name: str, held: float | None = None) -> float:
    """The note of the scale that is nearest to a MIDI pitch; of two as near, the lower.

    A note that is ``held`` stays until another one is clearly nearer, so that a pitch that trembles
    between two does not trill.
    """
    steps = scale_steps(name)
    around = round(pitch)
    notes = [note for note in range(around - 12, around + 13) if note % 12 in steps]
    nearest = float(min(notes, key=lambda note: (abs(note - pitch), note)))
    if held is not None and abs(held - pitch) <= abs(nearest - pitch) + 2 * _HOLDS:
        return held
    return nearest
