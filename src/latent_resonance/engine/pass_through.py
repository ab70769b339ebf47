"""The sound of an input on its way to the stages, beside what a chain makes of it."""

import math
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
from latent_resonance.engine.output_rate import check_rate
from latent_resonance.engine.performance import Chain
from latent_resonance.sound.downmix import to_stereo

RATE, CHANNELS = 48_000, 2
_STEP_SECONDS = 0.01
# What is sensed is then known before it is heard, by about as much as a picture takes.
AHEAD_SECONDS = 0.06
_NOWHERE = Latent(np.zeros(0, np.float32))


class PassThrough(Navigator, Renderer):
    """Navigator and renderer of a chain that has no model: the input's own sound, in two channels.

    Args:
        source: the sensor that has sound.
        rate: in Hz.
    """

    accepts: tuple[type, ...] = ()
    listens: Sequence[ControlRange] = ()
    controls: Sequence[ControlRange] = ()
    refresh_seconds = 1.0

    def __init__(self, source: SoundSource, rate: int = RATE) -> None:
        self._source, self._rate = source, rate

    @property
    def gives(self) -> SoundFormat:
        most = math.ceil(self._rate * _STEP_SECONDS)
        return SoundFormat(self._rate, CHANNELS, most, _STEP_SECONDS)

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
        """The next 10 ms of the input; ``state`` is how many there were."""
        first, end = (round(k * _STEP_SECONDS * self._rate) for k in (state, state + 1))
        sound = self._source.read_sound(first / self._rate, end - first, self._rate)
        return AudioBlock(to_stereo(sound), self._rate, first), (), state + 1


def pass_through_chain(source: SoundSource, beside: Chain, rate: int | None = None) -> Chain:
    """A chain of the input's own sound, beside another one; at 48 kHz where no rate is asked for.

    Raises:
        InputError: no sound is made at that rate.
    """
    rate = RATE if rate is None else check_rate(rate)
    part = PassThrough(source, rate)
    spec = Spec(
        sample_rate=rate,
        channels=CHANNELS,
        step_seconds=part.gives.step_seconds,
        ahead_seconds=AHEAD_SECONDS,
    )
    mapping = ControlMapping({}, (), ())
    return Chain("input", beside.bundle, mapping, part, beside.model, part, spec)
