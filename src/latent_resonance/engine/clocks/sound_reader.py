"""Reads the sound of a chain in blocks of any size."""

from collections.abc import Callable

import numpy as np

from latent_resonance.contracts.formats import SoundFormat
from latent_resonance.contracts.values import AudioBlock, FloatArray
from latent_resonance.engine.performance import Steps
from latent_resonance.engine.senses import Sensed


class SoundReader:
    """Steps a chain of sound as often as its sound is asked for.

    Samples are the clock: step ``k`` reads the senses at ``k * step_seconds`` whatever the blocks,
    so any sizes give the same samples.

    Args:
        steps: of a chain that gives sound.
        more: may add to what is sensed in each step.
    """

    def __init__(self, steps: Steps, more: Callable[[Sensed], Sensed] | None = None) -> None:
        gives = steps.chain.gives
        assert isinstance(gives, SoundFormat)  # noqa: S101 - asked of chains of sound only
        self.steps, self.format, self._more = steps, gives, more
        self._rest: FloatArray = np.zeros((0, gives.channels), np.float32)
        self.given = 0

    @property
    def buffered_samples(self) -> int:
        """Rendered already, and given by the next read; less than a step."""
        return len(self._rest)

    def read(self, samples: int) -> AudioBlock:
        """The next ``samples`` (at least 1) of the performance."""
        if samples < 1:
            raise ValueError(f"a block has at least 1 sample, not {samples}")
        pieces = [self._rest]
        have = len(self._rest)
        while have < samples:
            given = self.steps.step(more=self._more).given
            assert isinstance(given, AudioBlock)  # noqa: S101 - the chain gives sound
            pieces.append(given.samples)
            have += len(given.samples)
        sound = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        self._rest = sound[samples:]
        start = self.given
        self.given += samples
        return AudioBlock(sound[:samples], self.format.sample_rate, start)
