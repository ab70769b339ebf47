"""One sounding note, as its bank moves it on."""

from dataclasses import dataclass, field
from random import Random

from latent_resonance.contracts.values import FloatArray
from latent_resonance.render.voices.note_window import NoteWindow

_LEAST_WAY = 3


@dataclass(slots=True, eq=False)
class Voice:
    """One sounding note; levels in nepers. The bank moves it on, its owner may set the rest.

    Attributes:
        windows: one, or several to blend between along ``place``.
        gain: level of the note.
        level: of what it is played through (a channel's volume); no note ends by it.
        tilt: brightness, nepers per octave above its fundamental.
        louder: nepers of loudness that its tilt brings; its gain takes them away.
        below: nepers of energy below 7 kHz that it brings.
        upper: nepers more in each band above 8 kHz, half of the first at 5.7 kHz, nothing up to
            4 kHz, against what is below ``[bands]``; None for none.
        release_rate: nepers per column that it falls once released.
        pan: 0 left .. 1 right.
        ratio: of the transposition.
        place: position in ``windows``, 0 .. len - 1.
        hz: pitch of the windows; 0 when unknown.
        age: columns made so far.
        released: nepers lost since it was released, None while held.
        turn: column of the held part where the playhead turns next; -1 before its first.
        chance: chooses those, so that a long note has no period.
        power_db: of the last column, dB re full scale, without ``level``.
    """

    windows: list[NoteWindow]
    gain: float
    tilt: float = 0.0
    louder: float = 0.0
    below: float = 0.0
    upper: FloatArray | None = None
    release_rate: float = 0.1
    level: float = 0.0
    pan: float = 0.5
    ratio: float = 1.0
    place: float = 0.0
    hz: float = 0.0
    age: int = 0
    offset: int = 0
    head: int = 0
    direction: int = 1
    turn: int = -1
    chance: Random = field(default_factory=Random)
    released: float | None = None
    power_db: float = 0.0
    row: int = -1

    @property
    def held(self) -> bool:
        """Whether it is not released yet."""
        return self.released is None

    def release(self) -> None:
        """From the next column on it falls by its release rate."""
        if self.released is None:
            self.released = 0.0

    def advance(self) -> None:
        """On to the next column."""
        self.age += 1
        if self.released is not None:
            self.released += self.release_rate
        window = self.window
        first, last = window.held
        # A morph may have come to another window, where the way ends elsewhere.
        under_way = first <= self.turn <= last
        if not under_way or (self.turn - self.head) * self.direction <= 0:
            self._choose_turn(first, last)
        self.head += self.direction

    @property
    def window(self) -> NoteWindow:
        """The one that it is at."""
        return self.windows[self.window_index]

    @property
    def window_index(self) -> int:
        """Where in ``windows`` that is; the next one is mixed in by the rest of ``place``."""
        last = len(self.windows) - 1
        return min(int(self.place), last) if last else 0

    def _choose_turn(self, first: int, last: int) -> None:
        """Go to a column of the held part at least a third of it away."""
        head = min(max(self.head, first), last)
        way = max((last - first) // _LEAST_WAY, 1)
        down, up = max(head - way - first + 1, 0), max(last - head - way + 1, 0)
        if down + up == 0:
            return
        place = self.chance.randrange(down + up)
        self.turn = first + place if place < down else head + way + place - down
        self.direction = 1 if self.turn > self.head else -1
