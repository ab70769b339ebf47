"""Phase gradient heap integration of whole clips (Prusa, Balazs, Sondergaard 2017).

The heap is a queue of 256 level buckets: what is loud is integrated before what is quiet, to
within a third of a decibel, at a fraction of the cost. Seeds, gradients and the tolerance are
the paper's (algorithm 1).
"""

import math

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.phase_streaming import PhasePlan, gradients

_LEVELS = 256


def pghi(
    plan: PhasePlan, magnitude: FloatArray, tolerance: float = 1e-5, seed: int = 0
) -> FloatArray:
    """Phase of a clip from its magnitudes.

    Args:
        plan: of the layout.
        magnitude: linear ``[bins, columns]``, non-negative.
        tolerance: bins below this share of the maximum get random phase.
        seed: of the random phase.

    Returns:
        Phase in radians, float32 ``[bins, columns]``.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    bins, columns = magnitude.shape
    phase = generator.uniform(0, 2 * math.pi, (columns, bins))
    top = float(magnitude.max(initial=0))
    if top <= 0:
        return phase.T.astype(np.float32)
    level = np.log(magnitude.T.astype(np.float64) + top * tolerance * 0.1)
    slope = np.gradient(level, axis=0) if columns > 1 else np.zeros_like(level)
    in_time, in_frequency = gradients(plan, level, slope)
    audible = (magnitude > top * tolerance).T
    scale = (_LEVELS - 1) / -math.log(tolerance)
    bucket = np.clip(_LEVELS - 1 + (level - math.log(top)) * scale, 0, _LEVELS - 1).astype(int)
    found = _integrate(phase, in_time, in_frequency, audible, bucket)
    return found.T.astype(np.float32)


def _integrate(
    phase: npt.NDArray[np.float64],
    in_time: npt.NDArray[np.float64],
    in_frequency: npt.NDArray[np.float64],
    audible: npt.NDArray[np.bool_],
    bucket: npt.NDArray[np.int_],
) -> npt.NDArray[np.float64]:
    """Flood from the loudest bins; arrays are ``[columns, bins]``.

    Plain lists with a border of done bins: a few operations per bin, no bounds to check.
    """
    columns, bins = phase.shape
    width = bins + 2

    def bordered(array: npt.NDArray[np.generic], edge: object) -> list[float]:
        padded = np.pad(array, 1, constant_values=edge)  # type: ignore[call-overload]
        flat: list[float] = padded.ravel().tolist()
        return flat

    found = bordered(phase, 0.0)
    time_half = bordered(in_time / 2, 0.0)
    frequency_half = bordered(in_frequency / 2, 0.0)
    open_ = bordered(audible, False)
    level = [int(value) for value in bordered(bucket, 0)]
    inside = np.arange(columns * bins)
    order = np.argsort(-bucket.ravel(), kind="stable")
    seeds = inside[order][audible.ravel()[order]]
    queue: list[list[int]] = [[] for _ in range(_LEVELS)]
    for seed in ((seeds // bins + 1) * width + seeds % bins + 1).tolist():
        if not open_[seed]:
            continue
        open_[seed] = False
        queue[level[seed]].append(seed)
        highest = level[seed]
        while highest >= 0:
            if not queue[highest]:
                highest -= 1
                continue
            here = queue[highest].pop()
            value, time_here, frequency_here = found[here], time_half[here], frequency_half[here]
            for there, step in (
                (here + width, 1),
                (here - width, -1),
            ):
                if open_[there]:
                    open_[there] = False
                    found[there] = value + step * (time_here + time_half[there])
                    queue[level[there]].append(there)
                    highest = max(highest, level[there])
            for there, step in ((here + 1, 1), (here - 1, -1)):
                if open_[there]:
                    open_[there] = False
                    found[there] = value + step * (frequency_here + frequency_half[there])
                    queue[level[there]].append(there)
                    highest = max(highest, level[there])
    inner = np.array(found).reshape(columns + 2, width)[1:-1, 1:-1]
    wrapped: npt.NDArray[np.float64] = np.mod(inner, 2 * math.pi)
    return wrapped
