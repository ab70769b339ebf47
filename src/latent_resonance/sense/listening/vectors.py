"""What is told of a running sound by many numbers at once, for navigators that follow it."""

from collections import deque
from collections.abc import Collection, Mapping

import numpy as np

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.voice.clip import RATE, take_voice
from latent_resonance.sound.voice.described import DESCRIBED, HOP_SECONDS, TURN_SECONDS

WINDOW_SECONDS = 1.2


class Vectors:
    """The last 1.2 s of a sound, measured anew while it sounds: each at its own ``HOP_SECONDS``.

    They are measured in turns (``TURN_SECONDS``), the first time all at once.

    Args:
        rate: of the sound, in Hz.
        step_seconds: of one piece.
        wanted: names; those that sound does not tell are passed over.
    """

    def __init__(self, rate: int, step_seconds: float, wanted: Collection[str]) -> None:
        self._rate = rate
        # Name to how many pieces lie between two measurements.
        self._wanted = {
            name: max(1, round(HOP_SECONDS[name] / step_seconds))
            for name in DESCRIBED
            if name in wanted
        }
        self._pieces: deque[FloatArray] = deque(maxlen=max(1, round(WINDOW_SECONDS / step_seconds)))
        self._hop = min(self._wanted.values(), default=1)
        self._turns = {name: round(TURN_SECONDS[name] / step_seconds) for name in self._wanted}
        self.reset()

    def reset(self) -> None:
        """Forget the last 1.2 s and what was measured of them."""
        self._pieces.clear()
        self._count = 0  # of pieces
        self._due: dict[str, int] = {}
        self._now: Mapping[str, FloatArray] = {}

    def add(self, piece: FloatArray) -> None:
        """Take the next piece ``[samples]``, all of one length."""
        if self._wanted:
            self._pieces.append(piece)

    def step(self, *, sounding: bool) -> Mapping[str, FloatArray]:
        """What was measured last; in silence that is what it was before."""
        self._count += 1
        due = [name for name in self._wanted if self._is_due(name)]
        if due and sounding:
            self._measure(due)
        return self._now

    def _is_due(self, name: str) -> bool:
        turn = self._turns[name] if self._now else 0
        return (self._count - turn) % self._hop == 0 and self._count >= self._due.get(name, 0)

    def _measure(self, due: Collection[str]) -> None:
        sound = np.concatenate(self._pieces)
        if self._rate != RATE:
            import soxr

            sound = soxr.resample(sound, self._rate, RATE)
        try:
            clip = take_voice(sound)
        except MediaError:  # too short yet, or nothing that could be told apart
            return
        self._now = {**self._now, **{name: DESCRIBED[name](clip.samples) for name in due}}
        self._due.update({name: self._count + self._wanted[name] for name in due})
