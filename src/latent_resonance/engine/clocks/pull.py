"""The clock of a page that pulls: as much sound as it asks for, the model on a thread."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from latent_resonance.contracts.parts import Model, Renderer
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.clocks.following import FollowingPictures, Show
from latent_resonance.engine.clocks.sound_reader import SoundReader
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.performance import OnStep, Performance, Steps, WindowStore
from latent_resonance.engine.senses import Sensed
from latent_resonance.engine.windows import InlineWindows, ThreadedWindows

MakeWindows = Callable[[Model, Renderer, Meters], WindowStore]


class PullClock:
    """Plays the first chain of sound as it is pulled, and beside it the first one of pictures.

    ``pull`` is called on one thread at a time, everything else on any.

    Args:
        performance: opened; closed with this clock.
        windows: makes the window store of the sound.
        on_step: told of each step of the sound.
        show: gets the pictures, which are then what is played: what is held, moved and on the
            beat is theirs, and the sound is the input's own. Without it none are made.
    """

    def __init__(
        self,
        performance: Performance,
        windows: MakeWindows = ThreadedWindows,
        on_step: OnStep | None = None,
        show: Show | None = None,
    ) -> None:
        sound = performance.of_sound()[0]
        self.performance = performance
        self.meters = Meters()
        store = windows(sound.model, sound.renderer, self.meters)
        number = performance.chains.index(sound)
        self._steps = self._played = Steps(
            sound, performance.senses, store, self.meters, number, on_step
        )
        self._pictures: FollowingPictures | None = None
        if show is not None:
            self._pictures = self._follow(show)
            self._played = self._pictures.steps
        self.chain = self._played.chain
        self._reader = SoundReader(self._steps, self._hold if show is None else None)
        self._lock = threading.Lock()
        self._held: dict[str, float] = {}
        self._tapped: float | None = None

    @property
    def beat(self) -> float:
        """Quarter notes since the performance began, where the next step is."""
        return self._played.state.motion.beat

    @property
    def moved(self) -> Mapping[str, float]:
        """Where the controls that move by themselves stood in the last step."""
        moves = self.chain.motion.moves
        return {n: v for n, v in self._played.state.motion.values.items() if n in moves}

    @property
    def buffered_samples(self) -> int:
        """Rendered already, and given by the next pull; less than a step."""
        return self._reader.buffered_samples

    def start(self) -> None:
        """Make what the first step needs, so that the sound does not begin with silence."""
        self._played.sensed = self._hold(self.performance.senses.read(0.0))
        self._played.begin()
        if self._pictures is not None:
            self._pictures.start()

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
        samples = self._reader.read(frames).samples
        if self._pictures is not None:
            self._pictures.follow(self._steps.seconds)
        return samples

    def close(self) -> None:
        """End the threads, then the parts."""
        if self._pictures is not None:
            self._pictures.close()
        self._steps.windows.close()
        self.performance.close()

    def _follow(self, show: Show) -> FollowingPictures:
        """The first chain of pictures; its model is asked on the thread that steps it."""
        chain = self.performance.of_pictures()[0]
        store = InlineWindows(chain.model, chain.renderer, self.meters)
        number = self.performance.chains.index(chain)
        steps = Steps(chain, self.performance.senses, store, self.meters, number)
        return FollowingPictures(steps, show, self._hold)

    def _hold(self, sensed: Sensed) -> Sensed:
        held = self._held
        tapped, self._tapped = self._tapped, None
        if not held and tapped is None:
            return sensed
        return replace(sensed, held={**sensed.held, **held}, beat=tapped)
