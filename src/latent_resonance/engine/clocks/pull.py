"""The clock of a page that pulls: as much sound as it asks for, the model on a thread."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from latent_resonance.contracts.parts import Model, Renderer
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.clocks.sound_reader import SoundReader
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.performance import OnStep, Performance, Steps, WindowStore
from latent_resonance.engine.senses import Sensed
from latent_resonance.engine.windows import ThreadedWindows

MakeWindows = Callable[[Model, Renderer, Meters], WindowStore]


class PullClock:
    """Plays the first chain of sound as it is pulled.

    ``pull`` is called on one thread at a time, everything else on any.

    Args:
        performance: opened; closed with this clock.
        windows: makes the window store.
        on_step: told of each step.
    """

    def __init__(
        self,
        performance: Performance,
        windows: MakeWindows = ThreadedWindows,
        on_step: OnStep | None = None,
    ) -> None:
        chain = performance.of_sound()[0]
        self.performance, self.chain = performance, chain
        self.meters = Meters()
        store = windows(chain.model, chain.renderer, self.meters)
        number = performance.chains.index(chain)
        self._steps = Steps(chain, performance.senses, store, self.meters, number, on_step)
        self._reader = SoundReader(self._steps, self._hold)
        self._lock = threading.Lock()
        self._held: dict[str, float] = {}
        self._tapped: float | None = None

    @property
    def beat(self) -> float:
        """Quarter notes since the performance began, where the next step is."""
        return self._steps.state.motion.beat

    @property
    def moved(self) -> Mapping[str, float]:
        """Where the controls that move by themselves stood in the last step."""
        moves = self.chain.motion.moves
        return {n: v for n, v in self._steps.state.motion.values.items() if n in moves}

    @property
    def buffered_samples(self) -> int:
        """Rendered already, and given by the next pull; less than a step."""
        return self._reader.buffered_samples

    def start(self) -> None:
        """Make what the first step needs, so that the sound does not begin with silence."""
        self._steps.sensed = self._hold(self.performance.senses.read(0.0))
        self._steps.begin()

    def hold(self, values: Mapping[str, float]) -> None:
        """Hold controls at values, whatever is mapped, from the next step on."""
        with self._lock:
            self._held = {**self._held, **values}

    def release(self, *names: str) -> None:
        """Let the map rule these again."""
        with self._lock:
            self._held = {n: v for n, v in self._held.items() if n not in names}

    def set_beat(self, beat: float) -> None:
        """What the beat is in the next step."""
        self._tapped = beat

    def pull(self, frames: int) -> FloatArray:
        """The next ``frames`` of sound, float32 ``[frames, channels]``."""
        return self._reader.read(frames).samples

    def close(self) -> None:
        """End the model's thread, then the parts."""
        self._steps.windows.close()
        self.performance.close()

    def _hold(self, sensed: Sensed) -> Sensed:
        held = self._held
        tapped, self._tapped = self._tapped, None
        if not held and tapped is None:
            return sensed
        return replace(sensed, held={**sensed.held, **held}, beat=tapped)
