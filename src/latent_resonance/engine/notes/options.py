"""What a synthesizer is asked for, and what it tells afterwards."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SynthesizerOptions:
    """How it plays.

    Attributes:
        polyphony: voices at once.
        channels: 1 or 2 of sound.
        seed: of the first phases.
        glide_seconds: every note glides from the one before it on its channel; 0 leaves it to
            the portamento controllers.
        distortion: 0..1.
        reverb: 0..1.
        drums: play channel 10 too, as if it had a melody.
    """

    polyphony: int = 24
    channels: int = 2
    seed: int = 0
    glide_seconds: float = 0.0
    distortion: float = 0.0
    reverb: float = 0.0
    drums: bool = False


@dataclass(slots=True)
class Counts:
    """What was played: for reports."""

    notes: int = 0
    drum_notes: int = 0
    stolen: int = 0
    most_voices: int = 0
    late: int = 0
    instruments: set[str] = field(default_factory=set)
