"""The rate of the sound that leaves a chain, whatever its model was trained at.

A model's windows are widened by a whole number, so that its own bins stay as they are (see
``sound.full_band``); what is then left between that rate and the one asked for (48 to 44.1 kHz) is
resampled, as it streams.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import PictureFormat, SoundFormat, SpectrogramFormat
from latent_resonance.contracts.parts import Model, Renderer, Want, Windows
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import (
    AudioBlock,
    ControlRange,
    FloatArray,
    Frame,
    Latent,
    Spec,
    Spectrogram,
)
from latent_resonance.models.engines.full_band import FullBand
from latent_resonance.sound.full_band.extension import RANGE_DB

LOWEST_RATE, HIGHEST_RATE = 8_000, 48_000
# Steps that the resampler may be behind: it gives its output in pieces.
_STEPS_BEHIND = 4


def wide_layout(layout: SpectrogramFormat, rate: int | None) -> SpectrogramFormat:
    """The layout that sound at ``rate`` Hz is rendered in; the model's own for None.

    Raises:
        InputError: no sound is made at that rate.
    """
    if rate is None or rate == layout.sample_rate:
        return layout
    check_rate(rate)
    times = max(1, round(rate / layout.sample_rate))
    return layout if times == 1 else layout.widened(times, max(layout.range_db, RANGE_DB))


def check_rate(rate: float) -> int:
    """A rate that sound is made at, as a whole number.

    Raises:
        InputError: it is none.
    """
    if not LOWEST_RATE <= rate <= HIGHEST_RATE or rate != int(rate):
        raise InputError(f"--rate {rate}: from {LOWEST_RATE} to {HIGHEST_RATE} Hz, a whole number")
    return int(rate)


def check_channels(channels: int | None) -> None:
    """Refuse a number of channels that no sound has.

    Raises:
        InputError: says which.
    """
    if channels not in {None, 1, 2}:
        raise InputError(f"--channels {channels}: 1 or 2")


def resampled(sound: FloatArray, own: int, rate: int) -> FloatArray:
    """A whole sound ``[samples]`` or ``[samples, channels]`` at another rate."""
    if own == rate:
        return sound
    import soxr

    return np.asarray(soxr.resample(sound, own, rate), np.float32)


@dataclass(slots=True)
class _State:
    """What is rendered, and what of it waits.

    Attributes:
        inner: the renderer's own.
        stream: of the resampler.
        waiting: resampled already ``[samples, channels]``.
        steps: rendered so far.
        given: samples so far.
    """

    inner: Any
    stream: Any
    waiting: list[FloatArray] = field(default_factory=list)
    steps: int = 0
    given: int = 0


class Resampled(Renderer):
    """A renderer at another rate than its own; steps of the same length.

    Args:
        renderer: prepared; it gives sound.
        rate: in Hz.
    """

    def __init__(self, renderer: Renderer, rate: int) -> None:
        gives = renderer.gives
        assert isinstance(gives, SoundFormat)  # noqa: S101 - the caller looked
        self._inner, self._own, self._rate = renderer, gives, rate
        self._per_step = gives.step_seconds * rate
        self._behind = round(_STEPS_BEHIND * self._per_step)
        most = int(np.ceil(self._per_step - 1e-9))
        self._gives = SoundFormat(rate, gives.channels, most, gives.step_seconds)

    @property
    def gives(self) -> SoundFormat:
        return self._gives

    @property
    def accepts(self) -> tuple[type, ...]:
        return self._inner.accepts

    @property
    def controls(self) -> Sequence[ControlRange]:
        return self._inner.controls

    @property
    def refresh_seconds(self) -> float:
        return self._inner.refresh_seconds

    @property
    def latency_seconds(self) -> float:
        return self._inner.latency_seconds + self._behind / self._rate

    @property
    def lead_in_samples(self) -> int:
        lead = self._inner.lead_in_samples * self._rate / self._own.sample_rate
        return self._behind + round(lead)

    @property
    def tail_seconds(self) -> float:
        return self._inner.tail_seconds

    def prepare(self, spec: Spec) -> None:
        """The renderer was prepared for its own rate."""

    def close(self) -> None:
        self._inner.close()

    def start(self) -> _State:
        import soxr

        own = self._own
        stream = soxr.ResampleStream(own.sample_rate, self._rate, own.channels, dtype="float32")
        silence = np.zeros((self._behind, own.channels), np.float32)
        return _State(self._inner.start(), stream, [silence])

    def ready(self, made: Spectrogram | Frame, want: Want) -> Any:
        return self._inner.ready(made, want)

    def render(
        self, state: _State, latent: Latent, windows: Windows
    ) -> tuple[AudioBlock | Frame, Sequence[Want], _State]:
        """One step of the renderer's, at the other rate. The state that was given is used up."""
        block, wants, state.inner = self._inner.render(state.inner, latent, windows)
        assert isinstance(block, AudioBlock)  # noqa: S101 - it gives sound
        state.waiting.append(state.stream.resample_chunk(np.ascontiguousarray(block.samples)))
        state.steps += 1
        wanted = round(state.steps * self._per_step) - state.given
        have = np.concatenate(state.waiting)
        state.waiting = [have[wanted:]]
        given = AudioBlock(have[:wanted], self._rate, state.given)
        state.given += wanted
        return given, wants, state

    def sounding(self, state: _State) -> int:
        return self._inner.sounding(state.inner)

    def report(self, state: _State) -> Mapping[str, Any]:
        return self._inner.report(state.inner)


def with_band(model: Model, layout: SpectrogramFormat, space: LatentSpace) -> Model:
    """A prepared model that gives windows of this layout, its own or widened from it."""
    return model if model.gives == layout else FullBand(model, layout, space)


def at_rate(renderer: Renderer, rate: int | None) -> Renderer:
    """A prepared renderer, resampled where it gives sound at another rate than this."""
    gives: SoundFormat | PictureFormat = renderer.gives
    if rate is None or not isinstance(gives, SoundFormat) or gives.sample_rate == rate:
        return renderer
    return Resampled(renderer, rate)
