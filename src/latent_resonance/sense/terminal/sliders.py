"""Sliders on the keys of a terminal: choose one with its number, turn it with + and -."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from latent_resonance.contracts.values import ControlRange

HELP = "1-9 choose a slider; + - turn it, , . finely; 0 puts it back, r all; Esc ends"
_TURNS = {"+": 20, "=": 20, "-": -20, "_": -20, ".": 100, ",": -100}


@dataclass(slots=True)
class KeySliders:
    """Turns pressed characters into slider values; does not need a terminal.

    Attributes:
        controls: what the sliders move; the first nine have a key.
        values: of those that were turned.
        chosen: index of the one that turns.
    """

    controls: Sequence[ControlRange]
    values: dict[str, float] = field(default_factory=dict)
    chosen: int = 0

    def press(self, character: str) -> bool:
        """Take one key; True when something changed.

        ``1`` to ``9`` choose; ``+`` and ``-`` (also ``=`` and ``_``) turn by a twentieth of the
        range, ``.`` and ``,`` by a hundredth; ``0`` puts the chosen one to rest, ``r`` all of them.
        """
        if not self.controls:
            return False
        if character.isdecimal() and 1 <= int(character) <= min(9, len(self.controls)):
            self.chosen = int(character) - 1
            return True
        one = self.controls[self.chosen]
        if character in _TURNS:
            turned = self._value(one) + (one.high - one.low) / _TURNS[character]
            self.values[one.name] = float(f"{min(max(turned, one.low), one.high):.6g}")
        elif character == "0":
            self.values[one.name] = one.rest
        elif character == "r":
            self.values = {control.name: control.rest for control in self.controls}
        else:
            return False
        return True

    def line(self) -> str:
        """The sliders that have a key in a line, the chosen one marked."""
        shown = []
        for index, control in enumerate(self.controls[:9]):
            mark = ">" if index == self.chosen else " "
            fine = (control.high - control.low) / 100
            digits = max(1, math.ceil(-math.log10(fine))) if fine > 0 else 1
            shown.append(f"{mark}{index + 1} {control.name} {self._value(control):+.{digits}f}")
        return " ".join(shown)

    def _value(self, control: ControlRange) -> float:
        return self.values.get(control.name, control.rest)
