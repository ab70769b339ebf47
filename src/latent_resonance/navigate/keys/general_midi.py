"""General MIDI's programs as instruments of a bundle: the nearest that it has.

Source of the numbering: General MIDI 1 (RP-003), programs 1 to 128, here 0 to 127.
"""

from collections.abc import Collection
from pathlib import Path

# A line for each program: the instruments to look for, best first; the last word is a family.
_PROGRAMS = Path(__file__).with_suffix(".txt").read_text(encoding="ascii").splitlines()
_CANDIDATES = tuple(tuple(line.split()) for line in _PROGRAMS)

# What stands in for a family that a bundle was not trained on.
_NEAR = {
    "vocal": "synth_pad",
    "string_plucked": "guitar",
    "guitar": "string_plucked",
    "synth_bass": "bass",
    "synth_lead": "reed",
    "synth_pad": "string",
}


def instrument_for_program(program: int, known: Collection[str]) -> str:
    """The instrument or family of ``known`` that is nearest to a General MIDI program.

    Args:
        program: 0..127.
        known: names of instruments and of families.

    Raises:
        ValueError: ``known`` is empty.
    """
    candidates = _CANDIDATES[program % len(_CANDIDATES)]
    for name in candidates:
        if name in known:
            return name
    family = candidates[-1]
    # A relative by name, such as flute_alto for flute.
    for name in sorted(known):
        if any(name.startswith(candidate) for candidate in candidates):
            return name
    near = _NEAR.get(family, "keyboard")
    if near in known:
        return near
    if not known:
        raise ValueError("there is no instrument to choose from")
    return min(known)
