"""Counts flashes as WCAG 2.2's glossary words them; the judge of the limiter, on every pixel.

"A pair of opposing changes in relative luminance of 10% or more of the maximum relative luminance
where the relative luminance of the darker image is below 0.80"; a red flash is "any pair of opposing
transitions involving a saturated red", by WCAG 2.0's working definition and by 2.2's; more than 25%
of any 10 degree visual field, for which 341 by 256 of 1024 by 768 pixels stand.
"""

import math
from collections.abc import Iterator

import numpy as np

BLACK = 1 / 255  # light below which a colour has no name


CODES = np.arange(256) / 255
LIGHT = np.where(CODES <= 0.03928, CODES / 12.92, ((CODES + 0.055) / 1.055) ** 2.4)


def linear(frame: np.ndarray) -> np.ndarray:
    return LIGHT[frame]


def general(frames: np.ndarray) -> Iterator[np.ndarray]:
    """+1 where a pixel's luminance has risen, -1 where it has fallen, for each frame."""
    lowest = highest = direction = None
    for frame in frames:
        L = linear(frame) @ [0.2126, 0.7152, 0.0722]
        if lowest is None:
            lowest, highest, direction = L.copy(), L.copy(), np.zeros(L.shape, int)
            continue
        lowest, highest = np.minimum(lowest, L), np.maximum(highest, L)
        rose = (L - lowest >= 0.1) & (lowest < 0.8)
        fell = (highest - L >= 0.1) & (L < 0.8)
        now = np.where(rose, 1, np.where(fell, -1, 0))
        lowest, highest = np.where(now != 0, L, lowest), np.where(now != 0, L, highest)
        opposing = (now != 0) & (now != direction)
        direction = np.where(opposing, now, direction)
        yield np.where(opposing, now, 0)


def red_of_2_0(frames: np.ndarray) -> Iterator[np.ndarray]:
    """(R - G - B) x 320 changes by more than 20, one of the states has R / (R + G + B) >= 0.8."""
    low = high = None
    for frame in frames:
        light = linear(frame)
        total = light.sum(2)
        v = np.maximum(0, light[..., 0] - light[..., 1] - light[..., 2]) * 320
        red = (light[..., 0] >= 0.8 * total) & (total > BLACK)
        if low is None:
            low, high, low_red, high_red = v.copy(), v.copy(), red.copy(), red.copy()
            direction = np.zeros(v.shape, int)
            continue
        low_red, low = np.where(v < low, red, low_red), np.minimum(v, low)
        high_red, high = np.where(v > high, red, high_red), np.maximum(v, high)
        rose = (v - low > 20) & (red | low_red)
        fell = (high - v > 20) & (red | high_red)
        now = np.where(rose, 1, np.where(fell, -1, 0))
        turn = now != 0
        low, high = np.where(turn, v, low), np.where(turn, v, high)
        low_red, high_red = np.where(turn, red, low_red), np.where(turn, red, high_red)
        opposing = turn & (now != direction)
        direction = np.where(opposing, now, direction)
        yield np.where(opposing, now, 0)


def red_of_2_2(frames: np.ndarray) -> Iterator[np.ndarray]:
    """To or from R / (R + G + B) >= 0.8, over more than 0.2 in the CIE 1976 UCS diagram.

    Reds of less than 20 / 320 of the full light, which 2.0's definition leaves out, are left out.
    """
    before = None
    for frame in frames:
        R, G, B = np.moveaxis(linear(frame), 2, 0)
        X = 0.4124 * R + 0.3576 * G + 0.1805 * B
        Y = 0.2126 * R + 0.7152 * G + 0.0722 * B
        Z = 0.0193 * R + 0.1192 * G + 0.9505 * B
        lit = R + G + B > 3 * BLACK
        under = np.where(lit, X + 15 * Y + 3 * Z, 1)
        u, v = np.where(lit, 4 * X / under, 0.1978), np.where(lit, 9 * Y / under, 0.4683)
        red = (R >= 0.8 * (R + G + B)) & (R > 20 / 320)
        if before is None:
            before = u, v, red
            continue
        u0, v0, red0 = before
        turn = (np.hypot(u - u0, v - v0) > 0.2) & (red | red0)
        before = np.where(turn, u, u0), np.where(turn, v, v0), np.where(turn, red, red0)
        yield np.where(turn, np.where(red, 1, -1), 0)


def most_flashes(frames: np.ndarray, rate: float) -> int:
    """The most flashes of one kind in any second, in any window, over more than its quarter."""
    return max(_most(list(kind(frames)), rate) for kind in (general, red_of_2_0, red_of_2_2))


def _most(changes: list[np.ndarray], rate: float) -> int:
    second = math.ceil(rate)
    turned = np.array([change != 0 for change in changes])
    sums = np.concatenate([np.zeros((1, *turned.shape[1:]), np.int32), turned.cumsum(0, np.int32)])
    spans = [
        (max(0, end - second), end) for end in range(min(second, len(turned)), len(turned) + 1)
    ]
    # One place after another: how many pairs more than a quarter of the window's pixels have.
    pairs = np.array([sums[end] - sums[begin] for begin, end in spans]) // 2
    most = 0
    while (_windows(pairs > most) > 0.25).any():
        most += 1
    # The window as one, where its parts flash in turn: more than a quarter of it rises at once,
    # beyond what falls, and then falls.
    up = _windows(np.array([change > 0 for change in changes]))
    net = up - _windows(np.array([change < 0 for change in changes]))
    for rises, falls in zip((net > 0.25).T, (net < -0.25).T, strict=True):
        times, last = [], 0
        for k in np.flatnonzero(rises | falls):
            now = 1 if rises[k] else -1
            if now != last:
                times.append(k)
                last = now
        within = np.arange(1, len(times) + 1)  # up to each, less those a second before
        within -= np.searchsorted(times, np.array(times) - second, "right")
        most = max(most, int(within.max(initial=0)) // 2)
    return most


def _windows(masks: np.ndarray) -> np.ndarray:
    """Shares of masks ``[n, height, width]`` in windows of a third by a third, ``[n, windows]``."""
    _, height, width = masks.shape
    whole = np.zeros((len(masks), height + 1, width + 1), np.int32)
    masks.cumsum(1, np.int32).cumsum(2, out=whole[:, 1:, 1:])
    h, w = height // 3, width // 3
    y = np.linspace(0, height - h, 9).astype(int)[:, None]
    x = np.linspace(0, width - w, 9).astype(int)[None, :]
    inside = whole[:, y + h, x + w] - whole[:, y, x + w] - whole[:, y + h, x] + whole[:, y, x]
    return inside.reshape(len(masks), -1) / (h * w)
