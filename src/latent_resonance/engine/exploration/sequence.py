"""Sound longer than a window, or on its way from one place to another: the living spectrogram."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.parts import Model, Renderer, Want
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import AudioBlock, FloatArray, Latent, Spec
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.windows import InlineWindows
from latent_resonance.navigate.paths.interpolate import lerp

_REFRESH_SECONDS = 0.1


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
    # The level is set once for the whole, afterwards: a sparse texture keeps its silences.
    renderer: Renderer = find_part("render", "living_spectrogram").make(
        {"most_level_db": 0.0, "channels": channels}
    )
    renderer.prepare(Spec(format=layout, seed=seed))
    steps = max(1, math.ceil(seconds * layout.sample_rate / layout.hop))
    every = max(1, round(_REFRESH_SECONDS / layout.hop_seconds))
    state, place = renderer.start(), start
    windows = InlineWindows(model, renderer, Meters())
    pieces = []
    # The renderer gives its first column half a window late.
    late = round(renderer.latency_seconds * layout.sample_rate)
    extra = math.ceil(late / layout.hop)
    for step in range(steps + extra):
        if step == 0 or (goals and step % every == 0):
            share = min(1.0, step / max(1, steps - 1))
            place = _at(start, goals, share)
            windows.serve([Want(np.asarray(place, np.float32))])
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
