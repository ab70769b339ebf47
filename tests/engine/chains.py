"""A small performance without weights, for tests of the engine."""

from collections.abc import Mapping, Sequence

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.mapping import ControlMap
from latent_resonance.contracts.parts import Navigator, Sensor
from latent_resonance.contracts.values import FloatArray, Frame, Latent, Spec, Spectrogram
from latent_resonance.engine.control_map import ControlMapping
from latent_resonance.engine.performance import Chain, Performance
from latent_resonance.engine.senses import Senses
from latent_resonance.models import harmonic
from latent_resonance.navigate import energy
from latent_resonance.render import living_spectrogram

LAYOUT = SpectrogramFormat(columns=64)


class CountingModel:
    """The harmonic model, counting what it is asked; fails when it is told to."""

    latency_seconds = 0.0

    def __init__(self) -> None:
        self.inner = harmonic.Part(harmonic.Options())
        self.asked: list[FloatArray] = []
        self.broken = False

    @property
    def gives(self) -> SpectrogramFormat:
        return LAYOUT

    def prepare(self, spec: Spec) -> None:
        self.inner.prepare(spec)

    def reset(self) -> None: ...

    def close(self) -> None: ...

    def generate(self, latent: Latent) -> Spectrogram | Frame:
        self.asked.append(latent.w)
        if self.broken:
            raise RuntimeError("no window today")
        return self.inner.generate(latent)


def perform(
    sensors: Sequence[Sensor],
    lines: ControlMap | None = None,
    navigator: Navigator | None = None,
    held: Mapping[str, float] | None = None,
    absent: str = "hold",
) -> Performance:
    """Harmonic tones moved by energy states (or another navigator), as a living spectrogram."""
    from contextlib import ExitStack

    model = CountingModel()
    spec = Spec(format=LAYOUT, seed=5, space=model.inner.space)
    moving = navigator or energy.Part(energy.Options())
    renderer = living_spectrogram.Part(living_spectrogram.Options(wrap_columns=24))
    for part in (model, moving, renderer, *sensors):
        part.prepare(spec)
    senses = Senses(sensors)
    own = {c.name: c for c in (*renderer.controls, *moving.listens)}
    joined = moving.suggest(senses.controls) if lines is None else lines
    mapping = ControlMapping(joined, senses.controls, list(own.values()), absent)
    bundle = Bundle("harmonic", "sound", "none", 3, LAYOUT, model.inner.space, {})
    chain = Chain("test", bundle, mapping, moving, model, renderer, spec, held)
    return Performance("test", senses, [chain], ExitStack())


def model_of(performance: Performance) -> CountingModel:
    """The model of its chain."""
    model = performance.chain.model
    assert isinstance(model, CountingModel)
    return model


def samples(blocks: Sequence[FloatArray]) -> FloatArray:
    """Blocks in one piece."""
    return np.concatenate(list(blocks))
