"""How far samples have come: first the large shapes are right, then the fine lines.

Training of audio GANs passes through a phase of structure (energy lies where it should) before it
becomes usable (partials and attacks are as sharp as in recordings). Both are measured against the
real batch, so 1 is arrived.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d


def phases(made: Tensor, real: Tensor) -> dict[str, float]:
    """``structure`` and ``sharpness`` of made pictures, each 0..1 or a little above.

    Args:
        made: ``[batch, channels, h, w]`` in -1..1.
        real: the same.
    """
    return {
        "structure": _likeness(_coarse(made), _coarse(real)),
        "sharpness": _sharpness(made) / max(1e-6, _sharpness(real)),
    }


def _coarse(pictures: Tensor) -> np.ndarray:
    """Spread over the batch of 8 x 8 means, and their mean."""
    size = (pictures.shape[2] // 8, pictures.shape[3] // 8)
    pooled = avg_pool2d(pictures.float(), size).flatten(1)
    return torch.cat([pooled.mean(0), pooled.std(0)]).numpy(force=True)


def _likeness(one: np.ndarray, other: np.ndarray) -> float:
    """1 where equal, 0 where as different as the real's own spread."""
    scale = float(np.abs(other - other.mean()).mean()) + 1e-6
    return float(max(0.0, 1 - np.abs(one - other).mean() / scale))


def _sharpness(pictures: Tensor) -> float:
    """How far levels stand out from their neighbours along frequency."""
    level = pictures.float()
    smooth = avg_pool2d(level, (9, 1), stride=1, padding=(4, 0), count_include_pad=False)
    return float((level - smooth).abs().mean())
