"""Levels of white noise as a codec sees them: how they scatter around their mean."""

from functools import lru_cache

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.codec import encode

_SEED = 31
_RANGE_DB = 200.0


@lru_cache(maxsize=4)
def noise_fields(bins: int, columns: int, hop: int, count: int) -> FloatArray:
    """Levels of white noise less their mean, dB, float32 ``[count, bins, columns]``.

    Args:
        bins: half the length of the transform.
        columns: after which a field begins again, without a seam.
        hop: samples between columns.
        count: of different fields.
    """
    layout = SpectrogramFormat(n_fft=2 * bins, hop=hop, columns=columns, range_db=_RANGE_DB)
    random = np.random.Generator(np.random.PCG64(_SEED))
    found = []
    for _ in range(count):
        noise = random.standard_normal(columns * hop).astype(np.float32)
        # Thrice and the middle of it: fields have no ends.
        level = encode(np.tile(noise, 3), layout)[:, columns : 2 * columns]
        found.append(level - level.mean(axis=1, keepdims=True))
    return np.array(found, np.float32)
