"""Spectrogram windows side by side."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from latent_resonance.contracts.files import partial_path
from latent_resonance.contracts.values import FloatArray
from latent_resonance.evaluation.charts.canvas import INK, PAPER

_CELL = 176
_GAP, _HEAD, _CAPTION = 10, 34, 18
_LEFT = 10
# Dark to light, evenly spaced in lightness: black, indigo, teal, amber, white.
_RAMP = np.array(
    [[6, 6, 14], [49, 27, 110], [22, 110, 138], [226, 150, 62], [255, 250, 235]], np.float64
)


def draw_windows(
    path: Path,
    title: str,
    windows: Sequence[tuple[str, FloatArray]],
    per_row: int,
    range_db: float = 80.0,
) -> None:
    """A grid of windows with captions: time to the right, frequency up (linear).

    Args:
        path: the PNG.
        title: above it.
        windows: caption and levels ``[bins, columns]`` in dB, 0 the loudest.
        per_row: cells in a row.
        range_db: from white down to black.
    """
    from PIL import Image, ImageDraw, ImageFont

    rows = -(-len(windows) // per_row)
    size = (
        2 * _LEFT + per_row * (_CELL + _GAP) - _GAP,
        _HEAD + rows * (_CELL + _CAPTION + _GAP),
    )
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((_LEFT, 10), title, INK, ImageFont.load_default(15))
    small = ImageFont.load_default(11)
    for index, (caption, level) in enumerate(windows):
        x = _LEFT + index % per_row * (_CELL + _GAP)
        y = _HEAD + index // per_row * (_CELL + _CAPTION + _GAP)
        position = np.clip(1 + level[::-1] / range_db, 0, 1) * (len(_RAMP) - 1)
        low = np.minimum(position.astype(int), len(_RAMP) - 2)
        part = (position - low)[..., None]
        pixels = (_RAMP[low] * (1 - part) + _RAMP[low + 1] * part).astype(np.uint8)
        picture = Image.fromarray(pixels).resize((_CELL, _CELL), Image.Resampling.BOX)
        sheet.paste(picture, (x, y))
        draw.text((x, y + _CELL + 3), _fit(caption), INK, small)
    partial = partial_path(path)
    sheet.save(partial, "PNG")
    partial.replace(path)


def _fit(caption: str) -> str:
    return caption if len(caption) <= 31 else f"{caption[:29]}.."
