"""What can be seen of a picture without learning: hues, light, contrast, edges, sizes, mirrors.

Colours are OKLab's (Ottosson 2020). Edges and sizes are told from shares of the power spectrum by
octaves, two ratios of slopes and how far contours turn, weighed by ridge regression on synthetic
pictures of known attributes (``training/tower/looks.py``).
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from latent_resonance.contracts.values import ByteArray, FloatArray

LOOK_SIDE = 128
"""Pixels a side at which pictures are looked at."""

_HUES = 36
_FAINT_CHROMA = 0.06  # OKLab chroma that counts as much as none
_HUE_WIDTH = 20.0  # degrees
_HUE_LIKENESS = 30.0  # degrees apart at which two hues look alike by 1/e
_SPREAD = 0.3  # deviation of each measure over synthetic pictures, about that of a tower's product
_TURNS = (0.25, 0.5, 0.75, 0.9)  # shares of the contours that turn less than what is told
_FLAT = 1e-6  # of a picture's power: slopes below it are no contours
_MEASURES = ("chroma", "light", "contrast", "spread", "symmetry", "jagged", "scale", "detail")
SIZE = _HUES + len(_MEASURES)
"""How many numbers describe a picture's look: shares at each hue, then the measures."""

TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
"""Linear sRGB to the cones of OKLab (Ottosson 2020), ``[3, 3]``."""

TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
"""Cubic roots of the cones to OKLab, ``[3, 3]``."""

_TO_CONES, _TO_LAB = TO_CONES.astype(np.float32), TO_LAB.astype(np.float32)
_CODED = np.arange(256, dtype=np.float32) / 255
_LINEAR = np.where(_CODED <= 0.04045, _CODED / 12.92, ((_CODED + 0.055) / 1.055) ** 2.4)
_LINEAR = _LINEAR.astype(np.float32)

# sRGB of what is meant by each name.
_COLOURS: Mapping[str, tuple[int, int, int]] = MappingProxyType(
    {
        "red": (220, 30, 30),
        "orange": (240, 130, 20),
        "yellow": (240, 215, 40),
        "green": (40, 170, 60),
        "turquoise": (40, 190, 185),
        "blue": (50, 90, 220),
        "purple": (130, 50, 195),
        "pink": (235, 80, 170),
    }
)
_SAYS: Mapping[str, tuple[tuple[str, float], ...]] = MappingProxyType(
    {
        "grey": (("chroma", -0.75),),
        "multicoloured": (("spread", 0.75),),
        "vivid": (("chroma", 0.75),),
        "vibrant": (("chroma", 0.5), ("spread", 0.5)),
        "dark": (("light", -0.75),),
        "bright": (("light", 0.75),),
        "faint": (("contrast", -0.75),),
        "stark": (("contrast", 0.75),),
        "jagged": (("jagged", 1),),
        "soft": (("jagged", -1),),
        "large": (("scale", 1),),
        "fine": (("scale", -1),),
        "detailed": (("detail", 1),),
        "plain": (("detail", -1),),
        "symmetric": (("symmetry", 1),),
    }
)
_FORMS = ("jagged", "fine", "detailed", "symmetric")
_SHOWN = 0.4
"""How much contrast counts beside a form: what is faint has forms that nobody sees."""
LOOKS = (*_COLOURS, *_SAYS)
"""What a look can be asked for."""


def ways_of(name: str) -> tuple[tuple[str, float], ...]:
    """Directions of a model that a look asks for, with the sign, where the model has them.

    Args:
        name: one of ``LOOKS``; a colour asks for none.
    """
    return _SAYS.get(name, ())


def look_vector(name: str) -> FloatArray:
    """``[SIZE]`` whose product with what is seen rises the more a picture looks as asked.

    Args:
        name: one of ``LOOKS``.
    """
    vector = np.zeros(SIZE, np.float32)
    if name in _COLOURS:
        lab = _oklab(np.array(_COLOURS[name], np.uint8))
        at = np.degrees(np.arctan2(lab[2], lab[1]))
        middles = (np.arange(_HUES) + 0.5) * 360 / _HUES
        apart = (middles - at + 180) % 360 - 180
        vector[:_HUES] = np.exp(-((apart / _HUE_WIDTH) ** 2))
    else:
        measures = vector[_HUES:]
        for measure, amount in _SAYS[name]:
            measures[_MEASURES.index(measure)] = amount
        measures /= np.linalg.norm(measures)
        if name in _FORMS:
            measures[_MEASURES.index("contrast")] = _SHOWN
    return vector


def see_looks(pictures: FloatArray) -> FloatArray:
    """What is seen ``[n, SIZE]`` of pictures float ``[n, 3, LOOK_SIDE, LOOK_SIDE]`` in -1..1.

    First the share of the colour at each of 36 hues, then the measures, each about as far apart.
    """
    seen = np.zeros((len(pictures), SIZE), np.float32)
    for row, picture in zip(seen, pictures, strict=True):
        row[:] = _see(picture)
    return seen


def _see(picture: FloatArray) -> FloatArray:
    coded = np.clip(np.rint(picture * 127.5 + 127.5), 0, 255).astype(np.uint8)
    lab = _oklab(coded[:, ::2, ::2].transpose(1, 2, 0)).reshape(-1, 3)
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    angle = np.arctan2(lab[:, 2], lab[:, 1]) % (2 * np.pi)
    bins = np.minimum((angle * (_HUES / (2 * np.pi))).astype(int), _HUES - 1)
    total = chroma.sum() + _FAINT_CHROMA * len(chroma)
    hues = np.bincount(bins, weights=chroma, minlength=_HUES) / total
    spread = _hue_diversity(hues)
    contrast = np.log(np.sqrt(lab.var(axis=0).sum()) + 0.01)
    own = [np.log(chroma.mean() + 0.01), lab[:, 0].mean(), contrast, spread, _mirrored(picture)]
    seen = np.array([*own, *(_TEXTURE @ np.clip(texture_of(picture), *_KNOWN))])
    return np.concatenate([hues, _SPREAD * (seen - _USUAL) / _DEVIATION]).astype(np.float32)


def _hue_diversity(hues: FloatArray) -> float:
    """Logarithm of how many different hues there are, times how coloured it all is.

    The number counts hues the less the more they are alike (Leinster and Cobbold 2012, "Measuring
    diversity: the importance of species similarity", of order 2). Entropy took all hues from red to
    green for nearly as many as the whole circle.
    """
    coloured = float(hues.sum())
    shares = hues / max(coloured, 1e-9)
    return -float(np.log(shares @ _ALIKE @ shares + 1e-9)) * coloured


def _oklab(coded: ByteArray) -> FloatArray:
    """OKLab of sRGB, ``[..., 3]``."""
    return np.asarray(np.cbrt(_LINEAR[coded] @ _TO_CONES.T) @ _TO_LAB.T, np.float32)


def _mirrored(picture: FloatArray) -> float:
    """Share of what varies that a mirror leaves, left to right or top to bottom, the better."""
    even = picture - picture.mean(axis=(1, 2), keepdims=True)
    power = 4 * float((even**2).sum()) + 1e-6
    across, down = (float(((even + np.flip(even, axis)) ** 2).sum()) for axis in (1, 2))
    return max(across, down) / power


def texture_of(picture: FloatArray) -> FloatArray:
    """What edges and sizes are told from, ``[12]``, of a picture as ``see_looks`` takes it.

    Shares of six octaves of the power spectrum; how peaked slopes are, and how steep; quantiles of
    how sharply contours turn, a pixel, steep ones counting more: logarithms all.
    """
    weighed = _OPPONENT @ picture.reshape(3, -1)
    planes = (weighed - weighed.mean(axis=1, keepdims=True)).reshape(picture.shape)
    power = (np.abs(np.fft.rfft2(planes * _WINDOW)) ** 2).sum(axis=0).ravel()
    shares = np.bincount(_OCTAVES, weights=power, minlength=len(_EDGES) + 1)[1:-1]
    octaves = np.log(shares / (shares.sum() + 1e-9) + 1e-5)
    fine, coarse = _slopes(planes), _slopes(_averaged(planes))
    peaked = np.log((fine**2).mean() / (fine.mean() ** 2 + 1e-10) + 1e-3)
    steep = np.log((fine.mean() + 1e-7) / (coarse.mean() + 1e-7))
    return np.asarray([*octaves, peaked, steep, *np.log(_turns(planes) + 0.003)])


def _turns(planes: FloatArray) -> FloatArray:
    """Curvature of the contours of planes ``[3, h, w]``: quantiles weighed by squared slope.

    Corners of straight edges turn seldom and sharply, round forms everywhere and gently.
    """
    power = float((planes**2).sum(axis=0).mean()) + 1e-8
    smooth = _blurred(planes)
    down, across = _rise(smooth, 1), _rise(smooth, 2)
    down_down, down_across, across_across = _rise(down, 1), _rise(down, 2), _rise(across, 2)
    steep = across**2 + down**2
    bend = down**2 * across_across - 2 * across * down * down_across + across**2 * down_down
    turns = np.abs(bend / (steep**1.5 + _FLAT * power**1.5))[:, ::2, ::2].ravel()
    order = np.argsort(turns)
    reached = np.cumsum(steep[:, ::2, ::2].ravel()[order])
    at = np.searchsorted(reached, np.asarray(_TURNS) * reached[-1])
    return np.asarray(turns[order[np.minimum(at, len(order) - 1)]])


def _blurred(planes: FloatArray) -> FloatArray:
    """Weights of 1, 4, 6, 4, 1 each way, a deviation of one pixel; without two pixels a border."""
    across = sliding_window_view(planes, len(_BLUR), axis=2) @ _BLUR
    return np.asarray(sliding_window_view(across, len(_BLUR), axis=1) @ _BLUR, np.float32)


def _rise(planes: FloatArray, axis: int) -> FloatArray:
    return np.asarray(np.gradient(planes, axis=axis))


def _slopes(planes: FloatArray) -> FloatArray:
    across = np.diff(planes, axis=2)[:, :-1]
    down = np.diff(planes, axis=1)[:, :, :-1]
    return np.asarray((across**2 + down**2).sum(axis=0))


def _averaged(planes: FloatArray) -> FloatArray:
    """Means over 4 by 4 pixels at each pixel."""
    summed = np.cumsum(np.cumsum(np.pad(planes, ((0, 0), (1, 0), (1, 0))), axis=1), axis=2)
    boxes = summed[:, 4:, 4:] - summed[:, :-4, 4:] - summed[:, 4:, :-4] + summed[:, :-4, :-4]
    return np.asarray(boxes / 16, np.float32)


_APART = np.abs((np.arange(_HUES)[:, None] - np.arange(_HUES) + _HUES // 2) % _HUES - _HUES // 2)
_ALIKE = np.exp(-((_APART * 360 / _HUES / _HUE_LIKENESS) ** 2))
_BLUR = np.array([1, 4, 6, 4, 1], np.float32) / 16
_OPPONENT = np.array([[0.15, 0.25, 0.1], [0.25, -0.25, 0], [-0.09, -0.085, 0.175]], np.float32)
_WINDOW = (np.hanning(LOOK_SIDE)[:, None] * np.hanning(LOOK_SIDE)).astype(np.float32)
_EDGES = (0.5, 2, 4, 8, 16, 32, 64)
_OCTAVES = np.digitize(
    np.hypot(np.fft.fftfreq(LOOK_SIDE)[:, None], np.fft.rfftfreq(LOOK_SIDE)).ravel() * LOOK_SIDE,
    _EDGES,
)
# Between which 94 % of the synthetic pictures lie; beyond, nothing is known: a picture with one
# corner in it is no jagged one.
_KNOWN = np.array(
    [
        [-4.84, -3.48, -4.97, -6.65, -8.12, -8.88, 0.65, 0.28, -5.22, -4.75, -4.09, -3.17],
        [-0.14, -0.51, -0.6, -0.99, -1.43, -2.09, 3.51, 2.19, -2.59, -1.91, -1.3, -0.77],
    ]
)
_TEXTURE = np.array(
    [
        [0.002, 0.002, -0.010, -0.012, 0.019, 0.021, 0.076, 0.106, -0.203, -0.071, 0.025, 0.167],
        [0.023, 0.020, -0.037, 0.003, 0.011, -0.027, 0.056, -0.010, -0.070, -0.057, -0.017, 0.030],
        [0.018, 0.031, -0.002, 0.004, -0.001, 0.008, -0.037, 0.114, 0.027, 0.007, -0.015, 0.014],
    ]
)
_USUAL = np.array([-2.662, 0.558, -2.058, 0.179, 0.766, 0.842, 0.641, -0.173])
_DEVIATION = np.array([0.666, 0.171, 0.398, 0.237, 0.209, 0.149, 0.145, 0.074])
