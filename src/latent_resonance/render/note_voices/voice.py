"""One sounding note, as its bank moves it on."""

from dataclasses import dataclass

from latent_resonance.render.note_voices.note_window import NoteWindow


@dataclass(slots=True)
class Voice:
    """One sounding note; levels in nepers. The bank moves it on, its owner may set the rest.

    Attributes:
        windows: one, or several to blend between along ``place``.
        gain: level of the note.
        level: of what it is played through (a channel's volume); no note ends by it.
        tilt: brightness, nepers per octave above 500 Hz.
        release_rate: nepers per column that it falls once released.
        pan: 0 left .. 1 right.
        ratio: of the transposition.
        place: position in ``windows``, 0 .. len - 1.
        hz: pitch of the windows; 0 when unknown.
        age: columns made so far.
        released: nepers lost since it was released, None while held.
        power_db: of the last column, dB re full scale, without ``level``.
    """

    windows: list[NoteWindow]
    gain: float
    tilt: float = 0.0
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
    released: float | None = None
    power_db: float = 0.0
    row: int = -1

    @property
    def held(self) -> bool:
        """Whether it was not let go yet."""
        return self.released is None

    def release(self) -> None:
        """Let go: from the next column on it falls by its release rate."""
        if self.released is None:
            self.released = 0.0
