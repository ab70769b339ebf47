"""Whether a picture shows what its prompt asked for: colour, ground, mood and form, from pixels.

Two colours are found first, that of the ground and that of the forms. The form is told from
measures of the areas of one colour by their nearest neighbours among pictures that are known.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.evaluation.pictures.oklab import linear_to_oklab, to_linear

_Doubles = npt.NDArray[np.float64]
_SIDE = 128
_NEAR, _APART = 0.07, 0.1  # in OKLab
_SMALLEST = 0.0015  # share of the picture
_NEIGHBOURS = 9
_BLUR = 1.0


def oklab(pixels: ByteArray) -> _Doubles:
    """SRGB uint8 ``[..., 3]`` as OKLab (Ottosson 2020)."""
    return linear_to_oklab(to_linear(pixels))


@dataclass(frozen=True, slots=True)
class Seen:
    """What is in a picture.

    Attributes:
        ground: OKLab of the ground.
        forms: OKLab of the forms.
        measures: of their outlines.
    """

    ground: _Doubles
    forms: _Doubles
    measures: _Doubles


def look(pixels: ByteArray, ground: _Doubles | None = None, forms: _Doubles | None = None) -> Seen:
    """The two colours of a picture uint8 ``[h, w, 3]`` and the forms' measures.

    Args:
        pixels: at least 128 pixels a side.
        ground: OKLab that was asked for; tells which of the two is the ground.
        forms: the same of the forms.
    """
    step = max(1, len(pixels) // _SIDE)
    smooth = ndimage.gaussian_filter(pixels.astype(float), (_BLUR, _BLUR, 0))
    lab = oklab(np.rint(smooth[::step, ::step]).astype(np.uint8))
    first, second = _two_colours(lab.reshape(-1, 3))
    if ground is not None and forms is not None:
        same = np.linalg.norm(first - ground) + np.linalg.norm(second - forms)
        turned = np.linalg.norm(second - ground) + np.linalg.norm(first - forms)
        if turned < same:
            first, second = second, first
    way = second - first
    share = np.clip(((lab - first) @ way) / max(float(way @ way), 1e-9), 0, 1)
    return Seen(first, second, _measures(share))


def _two_colours(rows: _Doubles) -> tuple[_Doubles, _Doubles]:
    """The commonest colour, and the commonest that is far from it; by two means from there."""
    bins = np.floor(rows / 0.05).astype(int)
    keys = (bins[:, 0] * 1000 + bins[:, 1]) * 1000 + bins[:, 2]
    values, counts = np.unique(keys, return_counts=True)
    first = rows[keys == values[counts.argmax()]].mean(0)
    far = np.linalg.norm(rows - first, axis=1) > _APART
    if far.sum() < 10:
        return first, first
    values, counts = np.unique(keys[far], return_counts=True)
    second = rows[far][keys[far] == values[counts.argmax()]].mean(0)
    for _ in range(3):
        one, two = (np.linalg.norm(rows - c, axis=1) for c in (first, second))
        first = np.median(rows[one < np.minimum(two, 0.15)], axis=0) if (one < two).any() else first
        near = (two < one) & (two < 0.15)
        second = np.median(rows[near], axis=0) if near.any() else second
    return first, second


def _measures(share: _Doubles) -> _Doubles:
    """Of how much each pixel is of the forms' colour, ``[h, w]``."""
    size = len(share)
    mask = share > 0.5
    named, _count = ndimage.label(mask)
    found = ndimage.find_objects(named)
    rows = []
    for index, where in enumerate(found, 1):
        area = named[where] == index
        total = float(area.sum())
        if total < _SMALLEST * size * size:
            continue
        inner = all(piece.start > 0 and piece.stop < size for piece in where)
        rows.append([*_outline(np.pad(area, 2)), total / size**2, inner])
    table = np.array(rows).reshape(-1, 8)
    whole = table[table[:, -1] > 0] if (table[:, -1] > 0).sum() else table
    middle = np.median(whole[:, :6], axis=0) if len(whole) else np.zeros(6)
    down, across = np.gradient(ndimage.gaussian_filter(share, 1.0))
    energy = max(float((down**2 + across**2).sum()), 1e-9)
    tensor = (
        np.array([float((across**2 - down**2).sum()), float(2 * (across * down).sum())]) / energy
    )
    soft = float(((share > 0.15) & (share < 0.85)).mean()) / max(np.sqrt(energy) / size, 1e-3)
    return np.array(
        [
            *middle,
            float(np.hypot(*tensor)),
            min(soft, 3.0),
            np.log1p(len(table)) / 2,
            float(np.sqrt(np.median(table[:, 6]))) if len(table) else 0.0,
            float(1 - table[:, -1].mean()) if len(table) else 1.0,
            np.log(energy) / 5,
        ]
    )


def _outline(area: npt.NDArray[np.bool_]) -> list[float]:
    """Roundness, hole, filling of hull and of the smallest circle, third and fifth harmonics."""
    filled = ndimage.binary_fill_holes(area)
    total = float(filled.sum())
    hole = 1 - float(area.sum()) / total
    y, x = np.nonzero(filled)
    y, x = y - y.mean(), x - x.mean()
    angles = np.linspace(0, np.pi, 36, endpoint=False)
    reach = np.stack([np.cos(angles), np.sin(angles)]).T @ np.stack([x, y])
    high, low = reach.max(1), reach.min(1)
    widths = high - low + 1
    support = np.concatenate([high, -low]) + 0.5
    # Area within the supporting lines, by Cauchy and Green.
    step = np.pi / 36
    slope = (np.roll(support, -1) - np.roll(support, 1)) / (2 * step)
    hull = 0.5 * float((support**2 - slope**2).sum()) * step
    radius = float(np.hypot(x, y).max()) + 0.5
    edge = filled & ~ndimage.binary_erosion(filled)
    ey, ex = np.nonzero(edge)
    cy, cx = np.argwhere(filled).mean(0)
    away, angle = np.hypot(ey - cy, ex - cx), np.arctan2(ey - cy, ex - cx)
    order = np.argsort(angle)
    even = np.interp(
        np.linspace(-np.pi, np.pi, 120, endpoint=False), angle[order], away[order], period=2 * np.pi
    )
    waves = np.abs(np.fft.rfft(even / even.mean()))[[3, 4, 5]] / 60
    round_ = float(widths.min() / widths.max())
    return [
        round_ * min(1.2, total / max(hull, 1.0)),
        hole,
        total / (np.pi * radius**2),
        *(float(w) * 4 for w in waves),
    ]


class FormJudge:
    """Tells forms and moods by pictures that are known.

    Args:
        seen: what was seen in them.
        forms: the name of each one's form,
        moods: and of its mood.
    """

    def __init__(self, seen: list[Seen], forms: list[str], moods: list[str]) -> None:
        table = np.stack([one.measures for one in seen])
        self._mean, self._spread = table.mean(0), table.std(0) + 1e-6
        self._table = (table - self._mean) / self._spread
        self._forms, self._moods = np.array(forms), np.array(moods)

    def tell(self, seen: Seen) -> tuple[str, str]:
        """The form and the mood of a picture."""
        away = np.linalg.norm(self._table - (seen.measures - self._mean) / self._spread, axis=1)
        near = np.argsort(away)[:_NEIGHBOURS]
        return _commonest(self._forms[near]), _commonest(self._moods[near])


def _commonest(names: npt.NDArray[np.str_]) -> str:
    values, counts = np.unique(names, return_counts=True)
    return str(values[counts.argmax()])


def same_colour(found: _Doubles, asked: _Doubles | FloatArray) -> bool:
    """Whether people would call them the same: near in OKLab, or of one hue and like lightness."""
    if np.linalg.norm(found - asked) < 0.13:
        return True
    chroma = min(float(np.hypot(*found[1:])), float(np.hypot(*asked[1:])))
    turn = np.angle(complex(*found[1:]) * complex(*asked[1:]).conjugate(), deg=True)
    return chroma > 0.06 and abs(float(turn)) < 22 and abs(float(found[0] - asked[0])) < 0.2


def same_ground(found: _Doubles, asked: str | _Doubles) -> bool:
    """Whether a ground is ``dark``, ``bright``, or of an OKLab colour."""
    if isinstance(asked, str):
        return bool(found[0] < 0.4) if asked == "dark" else bool(found[0] > 0.78)
    return same_colour(found, asked)
