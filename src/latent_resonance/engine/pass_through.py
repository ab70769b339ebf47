"""The sound of an input on its way to the stages, beside what a chain makes of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from latent_resonance.contracts.formats import SoundFormat
from latent_resonance.contracts.mapping import ControlMap
from latent_resonance.contracts.parts import Navigator, Renderer, SoundSource, Want, Windows
from latent_resonance.contracts.values import (
    AudioBlock,
    ControlRange,
    Controls,
    Frame,
    Latent,
    Spec,
    Spectrogram,
)
from latent_resonance.engine.control_map import ControlMapping
from latent_resonance.engine.performance import Chain

RATE, CHANNELS, _STEP = 48_000, 2, 480
# What is sensed is then known before it is heard, by about as much as a picture takes.
AHEAD_SECONDS = 0.06
_NOWHERE = Latent(np.zeros(0, np.float32))


class PassThrough(Navigator, Renderer):
    """Navigator and renderer of a chain that has no model: the input's own sound.

    Args:
        source: the sensor that has sound.
    """

    accepts: tuple[type, ...] = ()
    gives = SoundFormat(RATE, CHANNELS, _STEP)
    listens: Sequence[ControlRange] = ()
    controls: Sequence[ControlRange] = ()
    refresh_seconds = 1.0

    def __init__(self, source: SoundSource) -> None:
        self._source = source

    def prepare(self, spec: Spec) -> None: ...

    def suggest(self, sensed: Sequence[ControlRange]) -> ControlMap:
        return {}

    def start(self) -> int:
        return 0

    def step(self, state: Any, controls: Controls, dt_seconds: float) -> tuple[Latent, Any]:
        return _NOWHERE, state

    def ready(self, made: Spectrogram | Frame, want: Want) -> Any:
        return made

    def render(
        self, state: int, latent: Latent, windows: Windows
    ) -> tuple[AudioBlock, Sequence[Want], int]:
        """The next 10 ms of the input."""
        sound = self._source.read_sound(state / RATE, _STEP, RATE)
        if sound.shape[1] != CHANNELS:
            sound = np.repeat(sound[:, :1], CHANNELS, axis=1)
        return AudioBlock(sound, RATE, state), (), state + _STEP


def pass_through_chain(source: SoundSource, beside: Chain) -> Chain:
    """A chain of the input's own sound, beside another one."""
    part = PassThrough(source)
    spec = Spec(
        sample_rate=RATE,
        channels=CHANNELS,
        step_seconds=part.gives.step_seconds,
        ahead_seconds=AHEAD_SECONDS,
    )
    mapping = ControlMapping({}, (), ())
    return Chain("input", beside.bundle, mapping, part, beside.model, part, spec)
