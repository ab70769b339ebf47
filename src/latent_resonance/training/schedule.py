"""Learning rates over a run."""

import math


def warm_cosine(step: int, steps: int) -> float:
    """Warm-up over 200 steps, then a cosine down to a fiftieth: a factor of the full rate."""
    warm = min(1.0, (step + 1) / 200)
    return warm * (0.51 + 0.49 * math.cos(math.pi * min(1.0, step / steps)))
