"""What a picture shows, as numbers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.evaluation.pictures.form import (
    deviation,
    measure_detail,
    measure_jagged,
    measure_scale,
    measure_symmetry,
)
from latent_resonance.evaluation.pictures.oklab import to_oklab

_REFERENCES = np.arange(8) * 45.0


@dataclass(frozen=True, slots=True)
class Appearance:
    """Measures of a picture, each without knowing how it was made.

    Attributes:
        hue_degrees: direction of the mean colour in OKLab, 0..360.
        spread: 0 one hue, to 1 hues all around.
        chroma: mean OKLab chroma, 0..0.32.
        light: mean OKLab lightness, 0..1.
        contrast: root mean square distance from the mean colour in OKLab.
        jagged, scale, detail: ranks only, see ``form``.
        symmetry: correlation with the mirror image, -1..1.
    """

    hue_degrees: float
    spread: float
    chroma: float
    light: float
    contrast: float
    jagged: float
    scale: float
    detail: float
    symmetry: float


def measure(picture: npt.NDArray[np.uint8]) -> Appearance:
    """All measures of a picture, uint8 ``[h, w, 3]`` in sRGB, at least 32 pixels a side.

    Raises:
        ValueError: another shape, type or size.
    """
    lab = to_oklab(picture)
    colours = lab[..., 1:].reshape(-1, 2)
    mean = colours.mean(0)
    chroma = float(np.hypot(*colours.T).mean())
    return Appearance(
        hue_degrees=float(np.degrees(np.arctan2(mean[1], mean[0])) % 360),
        spread=float(1 - np.hypot(*mean) / (chroma + 1e-6)),
        chroma=chroma,
        light=float(lab[..., 0].mean()),
        contrast=deviation(lab),
        jagged=measure_jagged(lab),
        scale=measure_scale(lab),
        detail=measure_detail(lab),
        symmetry=measure_symmetry(lab),
    )


def hue_distance(first: npt.ArrayLike, second: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Degrees between hues, 0..180."""
    apart = np.asarray(first, float) - np.asarray(second, float)
    return np.asarray(np.abs((apart + 180) % 360 - 180))


def hue_agreement(asked: npt.ArrayLike, seen: npt.ArrayLike) -> float:
    """Spearman's correlation for hues, which have no order: of distances to eight references.

    Args:
        asked: ``[n]``, degrees.
        seen: the same.
    """
    return float(
        np.mean(
            [
                rank_correlation(hue_distance(asked, at), hue_distance(seen, at))
                for at in _REFERENCES
            ]
        )
    )


def rank_correlation(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Spearman's correlation of two lists of numbers, -1..1; 0 where one does not change."""
    from scipy.stats import rankdata

    one, other = rankdata(np.asarray(first, float)), rankdata(np.asarray(second, float))
    if one.std() == 0 or other.std() == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
