"""Which example of a kind says best what it is.

The mean place of many examples sounds like none of them: rain, engines and steps become one noise.
So a named place is an example of its kind: the one whose sound lies near the others of its kind
and far from all other kinds, where directions within kinds count little (Fisher 1936).
"""

from collections.abc import Sequence

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.attributes.bands import Doubles, band_levels

_LAGS = (1, 4, 16)
_AXES = 16
_SHRINK = 0.2


def describe(level_db: FloatArray, layout: SpectrogramFormat) -> Doubles:
    """What a window ``[bins, columns]`` is like whenever it happens, float64 ``[160]``, dB.

    Mean and spread of 32 bands, and how much they change over 1, 4 and 16 columns.
    """
    bands = band_levels(level_db, layout)
    parts = [bands.mean(axis=1), bands.std(axis=1)]
    parts += [np.abs(bands[:, lag:] - bands[:, :-lag]).mean(axis=1) for lag in _LAGS]
    return np.concatenate(parts)


def typical(kinds: Sequence[Doubles], losses: Sequence[Doubles]) -> list[int]:
    """The example of each kind that says best what it is.

    Args:
        kinds: what the examples of each kind are like, ``[examples, size]`` each.
        losses: how far each example's sound is from the sound it stands for, ``[examples]`` each;
            the worse half is passed over.

    Returns:
        An index for each kind.
    """
    axes = _axes(kinds)
    centre = np.concatenate(kinds).mean(axis=0)
    placed = [(kind - centre) @ axes for kind in kinds]
    means = [one.mean(axis=0) for one in placed]
    chosen = []
    for number, (one, lost) in enumerate(zip(placed, losses, strict=True)):
        usable = np.flatnonzero(lost <= np.median(lost))
        scores = []
        for index in usable:
            rest = np.delete(one, index, axis=0)
            # Its own mean without itself: a lone outlier is no example.
            own = np.square(one[index] - rest.mean(axis=0)).sum() if len(rest) else 0.0
            others = [
                np.square(one[index] - mean).sum()
                for other, mean in enumerate(means)
                if other != number
            ]
            scores.append(min(others, default=0.0) - own)
        chosen.append(int(usable[int(np.argmax(scores))]))
    return chosen


def _axes(kinds: Sequence[Doubles]) -> Doubles:
    """Principal axes of all examples, those along which kinds scatter within themselves shrunk."""
    everything = np.concatenate(kinds)
    centred = everything - everything.mean(axis=0)
    _, _, rows = np.linalg.svd(centred, full_matrices=False)
    axes = rows[:_AXES].T
    within = np.concatenate([(kind - kind.mean(axis=0)) @ axes for kind in kinds])
    covariance = within.T @ within / len(within)
    even = np.eye(len(covariance)) * max(float(np.trace(covariance)) / len(covariance), 1e-9)
    values, vectors = np.linalg.eigh((1 - _SHRINK) * covariance + _SHRINK * even)
    return np.asarray(axes @ (vectors / np.sqrt(values)))
