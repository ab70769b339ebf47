"""Keeps pictures below WCAG 2.3.1's three flashes in any second, general and red.

A flash is a pair of opposing changes. They are counted at points all over the picture, over the
last second. Two things are kept: in no window of a third by a third of the picture (the guideline's
ten degrees) do points change more than six times in more than a fifth of it, and no such window
gets lighter and darker as a whole more often than that. A frame that would break one of them is
blended towards the last one, as far as it needs, and what was held back comes in over some frames.
WCAG allows a quarter of the window.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.render.pictures.flash.points import GRID, Points, Signals
from latent_resonance.render.pictures.flash.swings import Mask, Signs, Swings

# Three flashes, each there and back.
_MOST_TURNS = 6
_AREA = 0.2
_CELLS = 18  # along each side
_WINDOW_CELLS = 6
_HALVINGS = 6
# In which a picture that was held back comes in, in equal steps, so that its coming is no jump.
_BACK_SECONDS = 12 / 30


@dataclass(frozen=True, slots=True, eq=False)
class _History:
    """Turns of the last second.

    Attributes:
        swings: of each point.
        turned: one array for each picture of the last second, bool ``[signals, points]``.
        turns: their sum, int16.
        as_whole: likewise for each window, bool ``[signals, windows]``.
        whole_turns: their sum.
        whole_way: which way each window went last, +1, -1 or 0.
    """

    swings: Swings
    turned: tuple[Mask, ...]
    turns: npt.NDArray[np.int16]
    as_whole: tuple[Mask, ...]
    whole_turns: npt.NDArray[np.int16]
    whole_way: Signs

    @classmethod
    def begin(cls, swings: Swings) -> "_History":
        shape = swings.way.shape
        whole = shape[0], (_CELLS - _WINDOW_CELLS + 1) ** 2
        none = np.zeros(whole, np.int16)
        return cls(swings, (), np.zeros(shape, np.int16), (), none, none.astype(np.int8))


@dataclass(frozen=True, slots=True, eq=False)
class FlashState:
    """Between two pictures.

    Attributes:
        last: the picture that was given last; None before the first.
        history: of the points and windows.
        limited: pictures that were changed, so far.
        share: how much of the newest picture was given, the rest being the one before; 0..1.
    """

    last: ByteArray | None = None
    history: _History | None = None
    limited: int = 0
    share: float = 1.0


class FlashLimiter:
    """State in, state out; the same pictures give the same pictures.

    Args:
        width: of the pictures, in pixels.
        height: of the pictures, in pixels.
        rate: pictures a second.
    """

    def __init__(self, width: int, height: int, rate: float) -> None:
        self._points, self._signals = Points(width, height), Signals()
        self._second = max(1, math.ceil(rate))
        self._back = min(1.0, 1 / (_BACK_SECONDS * rate))

    def limit(self, state: FlashState, pixels: ByteArray) -> tuple[ByteArray, FlashState]:
        """The picture as it may be shown, uint8 ``[height, width, 3]``: itself if it may be."""
        points = self._points.of(pixels)
        if state.last is None or state.history is None:
            return pixels, FlashState(
                pixels, _History.begin(Swings.begin(*self._signals.of(points)))
            )
        last, history = state.last, self._forget(state.history)
        most = _next_share(state.share, self._back)
        if most == 1:
            after, safe = self._see(history, points)
            if safe:
                return pixels, FlashState(pixels, after, state.limited)
        from PIL import Image

        share = self._share(history, self._points.of(last), points, most)
        blended = Image.blend(Image.fromarray(last), Image.fromarray(pixels), share)
        pixels = last if share == 0 else np.asarray(blended)
        after, _ = self._see(history, self._points.of(pixels))
        return pixels, FlashState(pixels, after, state.limited + 1, share)

    def _share(self, history: _History, last: ByteArray, points: ByteArray, most: float) -> float:
        """How much of the new picture may be shown, up to ``most``; none of it always may."""
        before = last.astype(np.float32)

        def safe(share: float) -> bool:
            tried = (before + np.float32(share) * (points - before)).astype(np.uint8)
            return self._see(history, tried)[1]

        if most < 1 and safe(most):
            return most
        low, high = 0.0, most
        for _ in range(_HALVINGS):
            share = (low + high) / 2
            low, high = (share, high) if safe(share) else (low, share)
        return low

    def _forget(self, history: _History) -> _History:
        """Without what is a second ago when the next picture is there."""
        if len(history.turned) < self._second:
            return history
        return replace(
            history,
            turned=history.turned[1:],
            turns=history.turns - history.turned[0],
            as_whole=history.as_whole[1:],
            whole_turns=history.whole_turns - history.as_whole[0],
        )

    def _see(self, history: _History, points: ByteArray) -> tuple[_History, bool]:
        """What is known after a picture with these points, and whether it may be shown."""
        turned, swings = history.swings.step(*self._signals.of(points))
        turns = history.turns + (turned != 0)
        net = _windows(turned)
        way = np.where(np.abs(net) >= _AREA, np.sign(net), 0).astype(np.int8)
        whole = (way != 0) & (way != history.whole_way)
        whole_turns = history.whole_turns + whole
        often = _windows((turns > _MOST_TURNS).astype(np.int8))
        after = _History(
            swings,
            (*history.turned, turned != 0),
            turns,
            (*history.as_whole, whole),
            whole_turns,
            np.where(whole, way, history.whole_way),
        )
        return after, bool(often.max() <= _AREA and whole_turns.max() <= _MOST_TURNS)


def _next_share(share: float, least: float) -> float:
    """Of what is still to come, so that as much comes each time: 1/4, 1/3, 1/2, all of four."""
    return 1.0 if share >= 1 / 2 else max(least, share / (1 - share))


def _sides() -> FloatArray:
    """For each place of a window along a side, the mean over its points, ``[places, GRID]``."""
    side = GRID // _CELLS
    cells = np.kron(np.eye(_CELLS, dtype=np.float32), np.ones(side, np.float32))
    places = range(_CELLS - _WINDOW_CELLS + 1)
    sums = np.stack([cells[k : k + _WINDOW_CELLS].sum(0) for k in places])
    return np.asarray(sums / (_WINDOW_CELLS * side), np.float32)


_SIDES = _sides()


def _windows(points: Signs) -> FloatArray:
    """The mean of ``[signals, GRID * GRID]`` in each window, ``[signals, windows]``."""
    picture = points.reshape(-1, GRID, GRID).astype(np.float32)
    return np.asarray((_SIDES @ picture @ _SIDES.T).reshape(len(points), -1))
