"""Sliders on the keys of a terminal: choose one with its number, turn it with + and -."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

_STEP, _FINE = 0.5, 0.1


@dataclass(slots=True)
class KeySliders:
    """Turns pressed characters into slider values; knows no terminal.

    Attributes:
        names: of the sliders, at most nine have a key.
        low: least value.
        high: greatest value.
        values: where they stand.
        chosen: index of the one that turns.
    """

    names: Sequence[str]
    low: float
    high: float
    values: dict[str, float] = field(default_factory=dict)
    chosen: int = 0

    def press(self, character: str) -> bool:
        """Take one key; True when something changed.

        ``1`` to ``9`` choose; ``+`` and ``-`` (also ``=`` and ``_``) turn by 0.5, ``.`` and ``,``
        by 0.1; ``0`` puts the chosen one back to 0, ``r`` all of them.
        """
        if not self.names:
            return False
        if character.isdecimal() and 1 <= int(character) <= min(9, len(self.names)):
            self.chosen = int(character) - 1
            return True
        name = self.names[self.chosen]
        turns = {"+": _STEP, "=": _STEP, "-": -_STEP, "_": -_STEP, ".": _FINE, ",": -_FINE}
        if character in turns:
            turned = self.values.get(name, 0.0) + turns[character]
            self.values[name] = round(min(max(turned, self.low), self.high), 3)
        elif character == "0":
            self.values[name] = 0.0
        elif character == "r":
            self.values = dict.fromkeys(self.names, 0.0)
        else:
            return False
        return True

    def line(self) -> str:
        """All sliders in a line, the chosen one marked."""
        told = []
        for index, name in enumerate(self.names[:9]):
            mark = ">" if index == self.chosen else " "
            told.append(f"{mark}{index + 1} {name} {self.values.get(name, 0.0):+.1f}")
        return " ".join(told)


HELP = "1-9 choose a slider; + - turn it, , . finely; 0 puts it back, r all; Esc ends"


def watch_keys(
    sliders: KeySliders,
    moved: Callable[[dict[str, float]], None],
    ended: Callable[[], None],
    read: Callable[[], str],
    stopped: Callable[[], bool],
) -> None:
    """Read keys until Escape or ``stopped``.

    Args:
        sliders: what the keys turn.
        moved: gets all values when one changed.
        ended: called at Escape.
        read: gives a character, "" when there is none for now.
        stopped: whether to stop.
    """
    while not stopped():
        character = read()
        if character == "\x1b":
            ended()
            return
        if character and sliders.press(character):
            moved(dict(sliders.values))
