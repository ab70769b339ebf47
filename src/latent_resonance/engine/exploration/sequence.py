"""Sound longer than a window, or on its way from one place to another: the living spectrogram."""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.parts import Model, Renderer, Want
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import AudioBlock, FloatArray, Latent, Spec, Spectrogram
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.windows import InlineWindows
from latent_resonance.navigate.paths.interpolate import lerp
from latent_resonance.render.spectral.events import PASSED_OVER
from latent_resonance.render.spectral.loop import Loop, is_over

_REFRESH_SECONDS = 0.1
_EVENT_SECONDS, _STEADY_SECONDS = 0.04, 0.5

PlaceAt = Callable[[int], FloatArray | None]
"""From the number of a step to the place from there on; None where it stays."""


def play_way(
    model: Model,
    layout: SpectrogramFormat,
    start: FloatArray,
    goals: Sequence[FloatArray],
    seconds: float,
    seed: int = 0,
    channels: int = 1,
    on_progress: Callable[[float, float], None] = lambda done, total: None,
) -> FloatArray:
    """``seconds`` of the sound at ``start``, by way of ``goals``, at the last one in the end.

    Gives float32 ``[samples, channels]``, of a model of windows of that layout. From one place to
    the next takes the same time each.

    The window goes round, its end blended into its start; on the way, windows of places in
    between are blended as magnitudes every 0.1 s. No wave form is cross-faded.
    """
    renderer = _renderer(layout, seed, channels, _EVENT_SECONDS)
    steps = max(1, math.ceil(seconds * layout.sample_rate / layout.hop))
    every = max(1, round(_REFRESH_SECONDS / layout.hop_seconds))

    def place_at(step: int) -> FloatArray | None:
        if step and not (goals and step % every == 0):
            return None
        return _at(start, goals, min(1.0, step / max(1, steps - 1)))

    windows = InlineWindows(model, renderer, Meters())
    return _played(renderer, windows, layout, place_at, seconds, on_progress)


def play_events(
    model: Model,
    layout: SpectrogramFormat,
    places: Iterator[FloatArray],
    over: bool,
    seconds: float,
    seed: int = 0,
    channels: int = 1,
    on_progress: Callable[[float, float], None] = lambda done, total: None,
) -> FloatArray:
    """``seconds`` of one window after the other, at a new one of ``places`` each.

    Gives float32 ``[samples, channels]``. No window goes round. What is ``over`` at a window's end
    begins anew with the next one, which is blended in before; what goes on is blended for half a
    second and joins the next one, a closed loop, at a random column, so that its noise is new.
    """
    first = next(places)
    blend = _EVENT_SECONDS if over else _STEADY_SECONDS
    renderer = _renderer(layout, seed, channels, blend, closed=not over)
    random = None if over else np.random.Generator(np.random.PCG64([seed, 2]))
    windows = _Events(model, renderer, random)
    period = len(renderer.ready(_window(model, first), Want(first)))
    # The next window is asked for so early that it is all there where it begins.
    early = math.ceil(blend / layout.hop_seconds) + 1 if over else 0

    def place_at(step: int) -> FloatArray | None:
        if step == 0:
            return first
        return following() if (step + early) % period == 0 else None

    def following() -> FloatArray:
        place = next(places)
        for _ in range(PASSED_OVER if over else 0):
            if is_over(_window(model, place)):
                break
            place = next(places)
        return place

    return _played(renderer, windows, layout, place_at, seconds, on_progress)


def _window(model: Model, w: FloatArray) -> Spectrogram:
    made = model.generate(Latent(w))
    assert isinstance(made, Spectrogram)  # noqa: S101 - of a layout
    return made


class _Events(InlineWindows):
    """Windows after the first join at columns that ``random`` draws; at the first without it."""

    def __init__(
        self, model: Model, renderer: Renderer, random: np.random.Generator | None
    ) -> None:
        super().__init__(model, renderer, Meters())
        self._random = random

    def _make(self, want: Want) -> Loop:
        first = self._latest is None
        loop: Loop = super()._make(want)
        if self._random is not None and not first:
            loop = self._latest = loop.turned(int(self._random.integers(len(loop))))
        return loop


def _renderer(
    layout: SpectrogramFormat, seed: int, channels: int, blend: float, *, closed: bool = True
) -> Renderer:
    # The level is set once for the whole, afterwards: a sparse texture keeps its silences.
    renderer: Renderer = find_part("render", "living_spectrogram").make(
        {
            "most_level_db": 0.0,
            "channels": channels,
            "refresh_seconds": blend,
            **({} if closed else {"wrap_columns": 0}),
        }
    )
    renderer.prepare(Spec(format=layout, seed=seed))
    return renderer


def _played(
    renderer: Renderer,
    windows: InlineWindows,
    layout: SpectrogramFormat,
    place_at: PlaceAt,
    seconds: float,
    on_progress: Callable[[float, float], None],
) -> FloatArray:
    steps = max(1, math.ceil(seconds * layout.sample_rate / layout.hop))
    state = renderer.start()
    pieces = []
    # The renderer gives its first column half a window late.
    late = round(renderer.latency_seconds * layout.sample_rate)
    extra = math.ceil(late / layout.hop)
    place = np.zeros(0, np.float32)
    for step in range(steps + extra):
        moved = place_at(step)
        if moved is not None:
            place = np.asarray(moved, np.float32)
            windows.serve([Want(place)])
        block, _, state = renderer.render(state, Latent(place), windows)
        assert isinstance(block, AudioBlock)  # noqa: S101 - of a sound renderer
        pieces.append(block.samples)
        on_progress(step * layout.hop_seconds, steps * layout.hop_seconds)
    whole = np.concatenate(pieces)[late:]
    return np.asarray(whole[: round(seconds * layout.sample_rate)], np.float32)


def _at(start: FloatArray, goals: Sequence[FloatArray], share: float) -> FloatArray:
    """The place after ``share`` of the way."""
    if not goals:
        return start
    places = [start, *goals]
    leg = min(len(goals) - 1, int(share * len(goals)))
    return lerp(places[leg], places[leg + 1], share * len(goals) - leg)
