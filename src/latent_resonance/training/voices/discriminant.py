"""Linear discriminants: directions in which clips differ, and takes of one clip do not."""

import numpy as np
import numpy.typing as npt

from latent_resonance.navigate.voices.statistics import LinearMap

_Doubles = npt.NDArray[np.float64]


def fit_discriminants(
    clips: _Doubles,
    takes: _Doubles,
    size: int,
    ridge: float,
    emphasis: float = 1.0,
    pieces: tuple[_Doubles, float] | None = None,
) -> LinearMap:
    """A map to the ``size`` directions of the largest total over within variance.

    Fisher 1936; Rao 1948. Each direction is brought to unit variance over the clips and shrunk by
    its reliability, the share of its variance that is not that of takes.

    Args:
        clips: features ``[n, d]``; by principal components where there are fewer clips than
            features.
        takes: ``[n, m, d]``, features of m other takes of each clip.
        size: how many directions; at most ``n - 1`` and d.
        ridge: added within variance, as a share of the mean total variance.
        emphasis: power of the reliability.
        pieces: features ``[n, p, d]`` of p parts of each clip, where it says something else, and
            the weight of their variance beside that of takes.

    Raises:
        ValueError: fewer clips than directions.
    """
    count = len(clips)
    if count <= size or clips.shape[1] < size:
        raise ValueError(f"{count} clips are too few for {size} directions")
    mean = clips.mean(axis=0)
    _, spread, axes = np.linalg.svd(clips - mean, full_matrices=False)
    rank = int((spread > 1e-6 * spread[0]).sum())
    if count < clips.shape[1]:
        rank = min(2 * size, rank)
    basis = axes[:rank].T
    inside = (clips - mean) @ basis
    total = inside.T @ inside / count

    def apart(others: _Doubles) -> _Doubles:
        away = ((others - clips[:, None]) @ basis).reshape(-1, rank)
        return np.asarray(away.T @ away / len(away))

    within = apart(takes)
    if pieces is not None:
        within += pieces[1] * apart(pieces[0])
    within += ridge * np.trace(total) / rank * np.eye(rank)
    values, vectors = np.linalg.eigh(within)
    white = vectors / np.sqrt(values)
    ratios, turned = np.linalg.eigh(white.T @ total @ white)
    ratios, turned = ratios[::-1][:size], turned[:, ::-1][:, :size]
    scale = (ratios / (ratios + 1)) ** emphasis / np.sqrt(ratios)
    weight = basis @ white @ turned * scale
    return LinearMap(mean.astype(np.float32), weight.astype(np.float32))
