"""What each named place of a model sounds like, as one picture of many tiles."""

from collections.abc import Iterator, Sequence

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.studio.pictures.log_frequency import as_heard, grey, log_rows, pooled
from latent_resonance.studio.pictures.png import read_png, write_png

WIDTH, HEIGHT = 96, 60
"""Pixels of one tile."""

_PITCH, _VELOCITY, _NOTE_SECONDS = 60.0, 0.8, 1.5
_RANGE_DB = 46.0
_BLUR = (0.9, 1.3)
# A soft place is shown softer than a loud one, but its shape can still be seen.
_MOST_SOFTER_DB = 12.0
_TOP_SHARE = 99.5
_VERSION = 1


def made_of(bundle: Bundle) -> str:
    """What a bundle's tiles depend on."""
    return f"thumbnails {_VERSION} {bundle.facts.get('seal')} {' '.join(bundle.space.shown)}"


def draw_thumbnails(bundle: Bundle, engine: PartChoice | None = None) -> bytes:
    """A grey PNG of 96 x 60 tiles, one below the other, in the order of the bundle's shown places.

    Of sounds: time to the right, row 0 the highest frequency, 40 Hz to the top in equal steps of
    pitch; notes are middle C. Of pictures: the picture.

    Raises:
        ResonanceError: no engine plays it.
    """
    with Explorer(bundle, engine, threads=1) as explorer:
        tiles = list(_tiles(explorer, bundle.space.shown))
    return write_png(np.concatenate(tiles) if tiles else np.zeros((1, WIDTH), np.uint8))


def tile_made_of(bundle: Bundle, w: FloatArray) -> str:
    """What the tile of one place depends on."""
    return f"tile {_VERSION} {bundle.facts.get('seal')} {np.asarray(w, np.float32).tobytes().hex()}"


def draw_tile(explorer: Explorer, w: FloatArray) -> bytes:
    """A place by its numbers as ``draw_thumbnails`` draws the named ones: a grey PNG, 96 x 60."""
    if not isinstance(explorer.bundle.format, SpectrogramFormat):
        return write_png(_picture(explorer, w))
    rows = _rows(explorer, w)
    return write_png(grey(rows, float(np.percentile(rows, _TOP_SHARE)), _RANGE_DB))


def read_tiles(png: bytes) -> ByteArray:
    """``[places, 60, 96]``."""
    pixels, _ = read_png(png)
    return pixels[: len(pixels) // HEIGHT * HEIGHT].reshape(-1, HEIGHT, WIDTH)


def _tiles(explorer: Explorer, names: Sequence[str]) -> Iterator[ByteArray]:
    if not isinstance(explorer.bundle.format, SpectrogramFormat):
        yield from (_picture(explorer, explorer.space.place(name)) for name in names)
        return
    rows = [_rows(explorer, explorer.space.place(name)) for name in names]
    tops = np.array([np.percentile(one, _TOP_SHARE) for one in rows])
    loudest = float(np.max(tops, initial=-200.0))
    for one, top in zip(rows, tops, strict=True):
        yield grey(one, min(loudest, top + _MOST_SOFTER_DB * _softness(loudest - top)), _RANGE_DB)


def _softness(below_db: float) -> float:
    return below_db / (below_db + _RANGE_DB)


def _rows(explorer: Explorer, w: FloatArray) -> FloatArray:
    layout, space, columns = explorer.layout, explorer.space, explorer.layout.columns
    if space.plays_notes:
        w = space.note(w, _PITCH, _VELOCITY)
        columns = min(columns, round(_NOTE_SECONDS / layout.hop_seconds))
    level = explorer.levels(w)[:, :columns]
    top_hz = layout.sample_rate / 2
    return as_heard(pooled(log_rows(level, top_hz, HEIGHT), WIDTH), top_hz, _BLUR)


def _picture(explorer: Explorer, w: FloatArray) -> ByteArray:
    from PIL import Image

    shown = Image.fromarray(explorer.picture(w).pixels).convert("L")
    return np.asarray(shown.resize((WIDTH, HEIGHT)), np.uint8)
