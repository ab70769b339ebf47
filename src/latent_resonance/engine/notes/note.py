"""One note from key to silence, and the way that all notes may be on."""

from dataclasses import dataclass

from latent_resonance.engine.notes.instruments import Tone
from latent_resonance.render.note_voices.voice import Voice


@dataclass(slots=True)
class Note:
    """A note from key to silence.

    Attributes:
        pitch: MIDI number that its window sounds at.
        number: counts all notes.
        first: of a morph's tones, where its windows begin.
        asked: the seconds of its message.
        down: the key.
        caught: by the sostenuto pedal.
        glide: semitones still to go.
    """

    channel: int
    key: int
    velocity: int
    tone: Tone
    pitch: float
    number: int
    first: int
    asked: float
    down: bool = True
    caught: bool = False
    glide: float = 0.0
    glide_step: float = 0.0
    voice: Voice | None = None


@dataclass(frozen=True, slots=True)
class Morph:
    """A way from one tone to another: ``tones`` at even steps, over ``seconds``."""

    tones: tuple[Tone, ...]
    seconds: float

    def position(self, seconds: float) -> float:
        """Where in ``tones`` it is, 0 .. len - 1."""
        return min(max(seconds / self.seconds, 0.0), 1.0) * (len(self.tones) - 1)
