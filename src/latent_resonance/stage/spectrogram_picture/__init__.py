"""A picture of a sound: its spectrogram, with axes in Hz and seconds."""

import math
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import OutputError
from latent_resonance.contracts.files import whole_output
from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.sound.stft import column_count, stft

_WIDTH, _HEIGHT = 1000, 420
_LEFT, _TOP, _RIGHT, _BOTTOM = 70, 40, 90, 50
_RANGE_DB = 80.0
_LOWEST_HZ = 40.0
_FRAMES_AT_ONCE = 2048
# Dark to light, evenly spaced in lightness: black, indigo, teal, amber, white.
_RAMP = np.array(
    [[6, 6, 14], [49, 27, 110], [22, 110, 138], [226, 150, 62], [255, 250, 235]], np.float64
)


def check_picture(path: Path | None) -> None:
    """Before the work, refuse a name that does not say PNG.

    Raises:
        OutputError: the name says something else.
    """
    if path is not None and path.suffix.lower() != ".png":
        raise OutputError(f"cannot write {path}: a spectrogram is a .png")


def draw_spectrogram(samples: FloatArray, sample_rate: int, path: Path, title: str = "") -> None:
    """Write a PNG of ``samples`` ``[samples]``: time to the right, frequency up (log), level in dB.

    Raises:
        OutputError: it cannot be written.
    """
    from PIL import Image, ImageDraw, ImageFont

    width, height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    top_hz = sample_rate / 2
    level = _levels(samples, sample_rate, width, height, top_hz)
    image = Image.new("RGB", (_WIDTH, _HEIGHT), (250, 250, 248))
    image.paste(Image.fromarray(_colours(level)), (_LEFT, _TOP))
    draw = ImageDraw.Draw(image)
    font, ink = ImageFont.load_default(13), (40, 40, 44)
    draw.text((_LEFT, 12), title, ink, font)
    for hz in (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000):
        if hz < top_hz:
            y = _TOP + height * (1 - math.log(hz / _LOWEST_HZ) / math.log(top_hz / _LOWEST_HZ))
            draw.line((_LEFT - 5, y, _LEFT, y), ink)
            draw.text((_LEFT - 9, y), f"{hz}", ink, font, anchor="rm")
    draw.text((12, _TOP - 12), "Hz", ink, font)
    seconds = len(samples) / sample_rate
    for value in _ticks(seconds) if seconds else ():
        x = _LEFT + width * value / seconds
        draw.line((x, _TOP + height, x, _TOP + height + 5), ink)
        draw.text((x, _TOP + height + 8), f"{value:g}", ink, font, anchor="ma")
    draw.text((_LEFT + width / 2, _HEIGHT - 8), "seconds", ink, font, anchor="mb")
    _draw_scale(image, draw, font, ink, height)
    with whole_output(path) as partial:
        image.save(partial, "PNG")


def _levels(
    samples: FloatArray, sample_rate: int, width: int, height: int, top_hz: float
) -> FloatArray:
    """DB under the loudest, ``[height, width]``, row 0 the highest frequency."""
    n_fft = 2 ** round(math.log2(sample_rate * 0.05))
    hop = min(n_fft // 2, max(n_fft // 16, math.ceil(len(samples) / (4 * width))))
    pooled = _loudest_in_columns(np.nan_to_num(samples), n_fft, hop, width)
    hz = _LOWEST_HZ * (top_hz / _LOWEST_HZ) ** (1 - np.arange(height) / height)
    rows = np.clip(hz * n_fft / sample_rate, 0, n_fft // 2 - 1)
    low = rows.astype(int)
    part = (rows - low)[:, None].astype(np.float32)
    at_rows = pooled[low] * (1 - part) + pooled[low + 1] * part
    loudest = max(float(at_rows.max()), 1e-9)
    return np.asarray(20 * np.log10(np.maximum(at_rows / loudest, 1e-9)), np.float32)


def _loudest_in_columns(samples: FloatArray, n_fft: int, hop: int, width: int) -> FloatArray:
    """The largest magnitude in each of ``width`` columns, ``[n_fft // 2 + 1, width]``.

    Goes through the sound in stretches, so that an hour takes no more memory than a minute.
    """
    frames = column_count(len(samples), hop)
    pooled = np.zeros((n_fft // 2 + 1, width), np.float32)
    around = -(-n_fft // hop)
    for first in range(0, frames, _FRAMES_AT_ONCE):
        last = min(first + _FRAMES_AT_ONCE, frames)
        begin = max(0, first - around)
        stretch = samples[begin * hop : (last + around) * hop]
        magnitude = np.abs(stft(stretch, n_fft, hop))[:, first - begin : last - begin]
        at = np.arange(first, last) * width // frames
        starts = np.flatnonzero(np.diff(at, prepend=-1))
        loudest = np.maximum.reduceat(magnitude, starts, axis=1)
        pooled[:, at[starts]] = np.maximum(pooled[:, at[starts]], loudest)
    if frames < width:  # each frame is as wide as its time
        pooled = pooled[:, np.arange(frames) * width // frames]
        pooled = pooled[:, np.arange(width) * frames // width]
    return pooled


def _colours(level_db: FloatArray) -> ByteArray:
    position = np.clip(1 + level_db / _RANGE_DB, 0, 1) * (len(_RAMP) - 1)
    low = np.minimum(position.astype(int), len(_RAMP) - 2)
    part = (position - low)[..., None]
    return np.asarray(_RAMP[low] * (1 - part) + _RAMP[low + 1] * part, np.uint8)


def _ticks(seconds: float) -> list[float]:
    rough = seconds / 8
    step = 10 ** math.floor(math.log10(max(rough, 1e-3)))
    step *= next((factor for factor in (1, 2, 5, 10) if step * factor >= rough), 10)
    return [round(index * step, 6) for index in range(int(seconds / step) + 1)]


def _draw_scale(image: Any, draw: Any, font: Any, ink: tuple[int, int, int], height: int) -> None:
    from PIL import Image

    ramp = np.repeat(np.linspace(0, -_RANGE_DB, height, dtype=np.float32)[:, None], 14, axis=1)
    left = _WIDTH - _RIGHT + 18
    image.paste(Image.fromarray(_colours(ramp)), (left, _TOP))
    for db in range(0, int(_RANGE_DB) + 1, 20):
        y = _TOP + height * db / _RANGE_DB
        draw.text((left + 20, y), f"-{db} dB" if db else "0 dB", ink, font, anchor="lm")
