"""Hides a span of columns, so that an encoder learns what a part says of the whole."""

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.unknown import unknown_db

_MOST, _LEAST = 0.75, 0.125
_AT_END = 0.6
_AUDIBLE_DB = -25.0


def hide(
    level_db: FloatArray, layout: SpectrogramFormat, share: float, random: np.random.Generator
) -> FloatArray:
    """Some of the windows with a span of unknown columns, from an eighth to three quarters.

    More often at the end, where clips are cut off. What is left is as loud as a clip of its own
    would be, its top at 0 dB; a window whose rest would hardly be heard is left whole.

    Args:
        level_db: ``[n, bins, columns]``, each loudest at 0 dB.
        layout: of the windows.
        share: of the windows that are hidden in part, 0..1.
        random: what draws the spans.

    Returns:
        A copy, ``[n, bins, columns]``.
    """
    found = level_db.copy()
    for window in found:
        drawn, at_end = random.random(2)
        span = round(layout.columns * random.uniform(_LEAST, _MOST))
        first = layout.columns - span
        if at_end >= _AT_END:
            first = int(random.integers(0, first + 1))
        if drawn >= share:
            continue
        _hide_span(window, first, span, layout)
    return found


def hide_end(level_db: FloatArray, layout: SpectrogramFormat, share: float) -> FloatArray:
    """Windows ``[n, bins, columns]`` whose last ``share`` is unknown."""
    found = level_db.copy()
    span = round(layout.columns * share)
    for window in found:
        _hide_span(window, layout.columns - span, span, layout)
    return found


def _hide_span(window: FloatArray, first: int, span: int, layout: SpectrogramFormat) -> None:
    hidden = np.zeros(layout.columns, bool)
    hidden[first : first + span] = True
    top = float(window[:, ~hidden].max(initial=-np.inf))
    if top < _AUDIBLE_DB:
        return
    window[:, ~hidden] = np.maximum(window[:, ~hidden] - top, -layout.range_db)
    window[:, hidden] = unknown_db(layout)
