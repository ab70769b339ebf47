"""Softens regular stripes that provoke seizures though they stand still.

The pattern rule of Wilkins, Emmett and Harding ("Characterizing the patterned images that
precipitate seizures, and optimizing guidelines to prevent them", Epilepsia 46, 2005) and of
ITU-R BT.1702: more than five (here: six) pairs of light and dark stripes, over more than a quarter
of the picture, for longer than half a second, the light ones above 50 cd/m2 of a screen of 200.
Straight, curved and radial ones count: each block of the picture is looked at for itself.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import ByteArray
from latent_resonance.render.pictures.flash.points import linear_of_byte

_SIZE, _BLOCK, _APART = 192, 64, 32  # points along each side; of a block; from one to the next
_MEANS = 6  # along each side, each of a third of the picture: what stripes are blended towards
_LOOKS_A_SECOND = 4.0
_AREA = 0.25
_PAIRS = 6.0  # across the whole picture; five would take wide waves for stripes
_LIGHT = 0.25  # luminance of the light stripes: 50 of 200 cd/m2
_STEP = 0.2  # between light and dark stripes
_SOFT = 0.1  # what is left of that: one tenth of the full luminance
_REGULAR = 0.6  # share of a block's variation that is in one wave
_LASTING_SECONDS = 0.5
_EASE_SECONDS = 0.25
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)


@dataclass(frozen=True, slots=True)
class StripesState:
    """Between two pictures.

    Attributes:
        index: of the next picture.
        wanted: contrast that the stripes may keep, 1 where there are none.
        striped: pictures since they came.
        contrast: that is kept now.
        softened: pictures that were changed, so far.
    """

    index: int = 0
    wanted: float = 1.0
    striped: int = 0
    contrast: float = 1.0
    softened: int = 0


class StripeSoftener:
    """State in, state out.

    Args:
        rate: pictures a second.
    """

    def __init__(self, rate: float) -> None:
        from scipy.fft import rfft2  # four times as fast as NumPy's

        self._rfft2 = rfft2
        self._linear = linear_of_byte()
        self._every = max(1, round(rate / _LOOKS_A_SECOND))
        self._lasting = math.ceil(_LASTING_SECONDS * rate)
        self._ease = 1 - math.exp(-1 / (_EASE_SECONDS * rate))
        self._window = np.hanning(_BLOCK + 2)[1:-1].astype(np.float32)
        waves = np.hypot(np.fft.fftfreq(_BLOCK)[:, None], np.fft.rfftfreq(_BLOCK)[None, :])
        self._waves = waves * _SIZE  # pairs across the picture

    def soften(self, state: StripesState, pixels: ByteArray) -> tuple[ByteArray, StripesState]:
        """The picture with as much contrast as its stripes may have; itself without stripes."""
        wanted = state.wanted
        if state.index % self._every == 0:
            wanted = self.contrast(pixels)
        striped = state.striped + 1 if wanted < 1 else 0
        aim = wanted if striped > self._lasting else 1.0
        contrast = state.contrast + self._ease * (aim - state.contrast)
        if contrast > 0.995:
            contrast = 1.0
        softened = state.softened + (contrast < 1)
        after = StripesState(state.index + 1, wanted, striped, contrast, softened)
        return (pixels if contrast == 1 else _soft(pixels, contrast)), after

    def contrast(self, pixels: ByteArray) -> float:
        """The contrast that the picture's stripes may keep, 0..1; 1 where they are harmless."""
        light = self._light(pixels)
        blocks = np.lib.stride_tricks.sliding_window_view(light, (_BLOCK, _BLOCK))
        blocks = blocks[::_APART, ::_APART].reshape(-1, _BLOCK, _BLOCK)
        low, high = np.percentile(blocks[:, ::3, ::3], [10, 90], axis=(1, 2))
        steps = high - low
        strong = np.flatnonzero((high >= _LIGHT) & (steps >= _STEP))
        enough = _AREA * len(blocks)
        if len(strong) <= enough:
            return 1.0
        level = blocks[strong] - blocks[strong].mean((1, 2), keepdims=True)
        power = np.abs(self._rfft2(level * self._window[:, None] * self._window)) ** 2
        power[:, :, 1:-1] *= 2  # the other half of the spectrum
        striped = [n for n, one in zip(strong, power, strict=True) if self._is_regular(one)]
        return float(_SOFT / np.max(steps[striped])) if len(striped) > enough else 1.0

    def _is_regular(self, power: npt.NDArray[np.floating]) -> bool:
        """Whether one wave of enough pairs, with its overtones, is most of a block."""
        row, column = np.unravel_index(np.argmax(power), power.shape)
        if self._waves[row, column] <= _PAIRS:
            return False
        near = np.zeros(power.shape, bool)
        signed = row if row < _BLOCK // 2 else row - _BLOCK
        for overtone in range(1, 6):
            r, c = overtone * signed, overtone * column
            if abs(r) > _BLOCK // 2 or c > _BLOCK // 2:
                break
            for down in (-1, 0, 1):
                near[(r + down) % _BLOCK, max(0, c - 1) : c + 2] = True
                if c <= 1:  # waves that are almost level lie on both sides of the middle
                    near[(down - r) % _BLOCK, max(0, 1 - c) : 2 - c] = True
        return bool(power[near].sum() >= _REGULAR * power.sum())

    def _light(self, pixels: ByteArray) -> npt.NDArray[np.float32]:
        """Luminance at ``_SIZE`` by ``_SIZE`` places, float32 in 0..1."""
        height, width = pixels.shape[:2]
        y = (np.arange(_SIZE) * height) // _SIZE
        x = (np.arange(_SIZE) * width) // _SIZE
        picture = pixels[y[:, None], x[None, :]]
        return np.asarray(self._linear[picture] @ _LUMINANCE, np.float32)


def _soft(pixels: ByteArray, contrast: float) -> ByteArray:
    """Blended towards itself without anything finer than a third of it."""
    from PIL import Image

    image = Image.fromarray(pixels)
    means = image.resize((_MEANS, _MEANS), Image.Resampling.BILINEAR)
    flat = means.resize(image.size, Image.Resampling.BICUBIC)
    return np.asarray(Image.blend(flat, image, contrast))
