"""Unknown is not silent: where a clip was cut off, nobody can say what came after.

Unknown columns lie as far below the floor as the floor lies below 0 dB, a level that no sound has.
"""

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray

_LAST_SECONDS = 0.02
_WITHIN_DB = 30.0
_FEWEST_COLUMNS = 2


def unknown_db(layout: SpectrogramFormat) -> float:
    """The level of unknown columns: -3 where -1 is the floor and 1 is 0 dB."""
    return -2 * layout.range_db


def known_columns(level_db: FloatArray, range_db: float) -> npt.NDArray[np.bool_]:
    """Which columns of levels ``[bins, columns]`` are not unknown, ``[columns]``."""
    return np.asarray(level_db.max(axis=0) > -1.5 * range_db)


def is_cut_off(samples: FloatArray, sample_rate: int) -> bool:
    """Whether a clip ends while it still sounds.

    Its last 20 ms are then within 30 dB of its loudest 20 ms.
    """
    length = max(1, round(_LAST_SECONDS * sample_rate))
    count = len(samples) // length
    if not count:
        return False
    energy = (samples[-count * length :].reshape(count, length).astype(np.float64) ** 2).sum(1)
    return bool(energy[-1] > energy.max() * 10 ** (-_WITHIN_DB / 10))


def heard_columns(samples: int, layout: SpectrogramFormat) -> int:
    """How many columns of a clip see none of what comes after it, 0 where too few do."""
    found = (samples - layout.n_fft // 2) // layout.hop + 1
    return found if found >= _FEWEST_COLUMNS else 0
