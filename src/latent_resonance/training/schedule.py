"""Learning rates over a run."""

import math


def warm_cosine(step: int, steps: int, warm_steps: int = 200) -> float:
    """Warm-up over some steps, then a cosine down to a fiftieth: a factor of the full rate."""
    warm = min(1.0, (step + 1) / warm_steps)
    return warm * (0.51 + 0.49 * math.cos(math.pi * min(1.0, step / steps)))
