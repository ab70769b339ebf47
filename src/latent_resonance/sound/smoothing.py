"""Smoothing by time constants instead of frame counts."""

import math


def share(dt_seconds: float, time_constant_seconds: float) -> float:
    """Part of the way that a one-pole smoother goes in ``dt_seconds``, in 0..1.

    ``1 - exp(-dt / tau)``: two steps of 5 ms end where one of 10 ms does. A time constant of 0
    jumps.
    """
    if time_constant_seconds <= 0:
        return 1.0
    return -math.expm1(-dt_seconds / time_constant_seconds)
