"""Sound of any number of channels as two."""

import numpy as np

from latent_resonance.contracts.values import FloatArray

# By their number, in the order of WAVE files and FFmpeg's usual layouts: which channels are in the
# middle, on the left and on the right. Low-frequency effects are left out, as ITU-R BS.775-3 has
# them for two loudspeakers.
_SIDES: dict[int, tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]] = {
    3: ((2,), (), ()),
    4: ((), (2,), (3,)),
    5: ((2,), (3,), (4,)),
    6: ((2,), (4,), (5,)),
    7: ((2, 4), (5,), (6,)),
    8: ((2,), (4, 6), (5, 7)),
}
_SHARE = 0.5**0.5  # of what is in the middle or behind, ITU-R BS.775-3, table 2


def to_stereo(samples: FloatArray) -> FloatArray:
    """Float32 ``[samples, channels]`` as ``[samples, 2]``.

    One channel goes to both sides. Three to eight are 3.0, quad, 5.0, 5.1, 6.1 and 7.1, mixed by
    ITU-R BS.775-3 and so much softer that no sum of them is louder than one of them; of more,
    which have no usual places, both sides get the mean.
    """
    count = samples.shape[1]
    if count == 2:
        return samples
    if count not in _SIDES:
        mean = samples.mean(axis=1, dtype=np.float32, keepdims=True)
        return np.repeat(mean, 2, axis=1)
    weights = np.zeros((count, 2), np.float32)
    weights[0, 0] = weights[1, 1] = 1
    middle, left, right = _SIDES[count]
    weights[list(middle)] = _SHARE
    weights[list(left), 0] = weights[list(right), 1] = _SHARE
    return np.asarray(samples @ (weights / weights[:, 0].sum()), np.float32)
