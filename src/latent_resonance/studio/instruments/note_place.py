"""Places of a notes bundle: between families there are shares, nothing below 0, 1 in all."""

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.values import FloatArray


def with_shares(bundle: Bundle, w: FloatArray) -> FloatArray:
    """``w`` with the family slot as the model was taught it; other bundles' places as they are.

    A random place or a point of the map can have less than nothing of a family: that counts as
    nothing, and the rest is scaled to 1. Where nothing is left it is of all families alike.

    Args:
        bundle: whose place it is.
        w: float32 ``[latent_size]``.
    """
    conditioning = bundle.facts.get("conditioning") or {}
    if not isinstance(conditioning, dict) or "family" not in conditioning:
        return w
    begin = len(conditioning.get("timbre", ()))
    slot = slice(begin, begin + len(conditioning["family"]))
    made = np.array(w, np.float32)
    shares = np.maximum(made[slot], 0)
    total = float(shares.sum())
    made[slot] = shares / total if total > 1e-6 else 1 / len(shares)
    return made
