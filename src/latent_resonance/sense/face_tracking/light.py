"""Pictures of dark rooms, made as light as those that the networks were trained on."""

import numpy as np

from latent_resonance.contracts.values import FloatArray

# Of 255: where the lightest parts of a picture are below this, they are brought to it.
_LIGHT_ENOUGH = 100.0
_LIGHTEST_PERCENT = 98
_MOST = 16.0
# Enough to know how light it is.
_EVERY = 4


def lifted(pixels: FloatArray) -> FloatArray:
    """Float32 ``[height, width, 3]``, 0..255; as it is where there is light enough."""
    top = float(np.percentile(pixels[::_EVERY, ::_EVERY], _LIGHTEST_PERCENT))
    gain = min(_LIGHT_ENOUGH / max(top, 1.0), _MOST)
    return pixels if gain <= 1 else np.minimum(gain * pixels, np.float32(255))
