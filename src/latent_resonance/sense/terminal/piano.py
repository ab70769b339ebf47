"""The computer keyboard as a piano.

Two rows of keys are two octaves, as trackers have them. A terminal reports when a key is pressed
and repeats it while it is held, but not its release: a note ends when no repeat comes.
Only the last of several keys repeats, so chords are held with the pedal (space).
"""

from dataclasses import dataclass, field

from latent_resonance.contracts.values import Event

LOWER_ROW = "zsxdcvgbhnjm,l.;/"
UPPER_ROW = "q2w3er5t6y7ui9o0p"
HELP = "zsxdcvgbhnjm and q2w3er5t6y7u play; - = octave; [ ] softer, louder; space pedal; Esc ends"
_FIRST_REPEAT_SECONDS = 0.6  # the longest delay that desktops have by default
_NEXT_REPEAT_SECONDS = 0.12
_PEDAL = 64


@dataclass(slots=True)
class KeyPiano:
    """Turns pressed characters into events; does not need a terminal.

    Attributes:
        base: MIDI number of the lower row's first key.
        velocity: of the notes, 1..127.
        pedal: whether it is down.
    """

    base: int = 48
    velocity: int = 96
    pedal: bool = False
    _held_until: dict[int, float] = field(default_factory=dict)

    def press(self, character: str, now: float) -> list[Event]:
        """A character came, at ``now`` seconds."""
        if character in "-=":
            self.base = min(max(self.base + (12 if character == "=" else -12), 24), 84)
            return []
        if character in "[]":
            self.velocity = min(max(self.velocity + (16 if character == "]" else -16), 16), 127)
            return []
        if character == " ":
            self.pedal = not self.pedal
            return [Event(now, "control", 0, _PEDAL, 127.0 if self.pedal else 0.0)]
        key = self._key(character.lower())
        if key is None:
            return []
        if key in self._held_until:
            self._held_until[key] = now + _NEXT_REPEAT_SECONDS
            return []
        self._held_until[key] = now + _FIRST_REPEAT_SECONDS
        return [Event(now, "note_on", 0, key, float(self.velocity))]

    def poll(self, now: float) -> list[Event]:
        """Keys that were released by ``now`` seconds."""
        over = [key for key, until in self._held_until.items() if until <= now]
        for key in over:
            del self._held_until[key]
        return [Event(now, "note_off", 0, key) for key in over]

    def line(self) -> str:
        """How it is set, for people."""
        pedal = "down" if self.pedal else "up"
        return f"keys from {self.base}, velocity {self.velocity}, pedal {pedal}"

    def _key(self, character: str) -> int | None:
        for row, base in ((LOWER_ROW, self.base), (UPPER_ROW, self.base + 12)):
            place = row.find(character)
            if place >= 0:
                return base + place
        return None
