"""Records a sound input from one moment to another."""

from typing import Any

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sense.listening.inputs import choose_input, open_input

_BLOCK_SECONDS = 0.02
LONGEST_SECONDS = 600.0


class TakeRecorder:
    """One recording, from ``start`` to ``stop``.

    Args:
        device: number or part of the name of an input; ``monitor``: what the machine plays.

    Raises:
        DeviceError: there is no such input.
        MissingPartError: PortAudio is not on this machine.
    """

    def __init__(self, device: str | None = None) -> None:
        self._chosen = choose_input(device)
        self._stream: Any = None
        self._pieces: list[FloatArray] = []
        self._samples = 0
        self._level = 0.0
        self._lost = False

    @property
    def rate(self) -> int:
        """Samples a second, as the input gives them."""
        return self._chosen.device.sample_rate

    @property
    def level(self) -> float:
        """The newest piece's largest sample, 0..1."""
        return self._level

    @property
    def recording(self) -> bool:
        """From ``start`` on, until ``stop`` or ``close``."""
        return self._stream is not None

    @property
    def lost(self) -> bool:
        """Whether the input went away while it ran."""
        return self._lost and self._stream is not None

    @property
    def seconds(self) -> float:
        """Recorded so far; after ten minutes nothing is added."""
        return self._samples / self.rate

    def start(self) -> None:
        """Begin a new recording; raises DeviceError when the input will not open."""
        self._pieces, self._samples, self._level, self._lost = [], 0, 0.0, False
        most = LONGEST_SECONDS / _BLOCK_SECONDS

        def take(sound: FloatArray, lost: bool) -> None:
            self._level = float(np.abs(sound).max(initial=0.0))
            if len(self._pieces) < most:
                self._pieces.append(sound)
                self._samples += len(sound)

        def end() -> None:
            self._lost = True

        self._stream = open_input(self._chosen, _BLOCK_SECONDS, take, end)

    def stop(self) -> FloatArray:
        """End it; mono, float32 ``[samples]``."""
        self.close()
        return np.concatenate([np.zeros(0, np.float32), *self._pieces])

    def close(self) -> None:
        """Let go of the input; safe to call twice."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()
