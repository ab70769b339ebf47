"""Phase gradient heap integration of whole clips (Prusa, Balazs, Sondergaard 2017).

Gradients, tolerance and order are the paper's (algorithm 1): phase is integrated from the loudest
bins to the quiet ones. In place of its heap, see ``spanning_tree``.
"""

import math

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.phase_streaming import PhasePlan, gradients, time_slopes
from latent_resonance.sound.spanning_tree import integrate


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
        Phase in radians, 0..2 pi, float32 ``[bins, columns]``.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    loud = np.ascontiguousarray(magnitude.T)
    phase = random.uniform(0, 2 * math.pi, loud.shape)
    top = float(loud.max(initial=0))
    if top > 0:
        # The floor keeps slopes finite where there is nothing.
        level = np.log(loud + np.float32(top * tolerance * 0.1))
        in_time, in_frequency = gradients(plan, level, time_slopes(level, look_ahead=1))
        audible = np.where(loud > top * tolerance, level, np.float32(-np.inf))
        phase = np.mod(integrate(audible, in_time, in_frequency, phase), 2 * math.pi)
    return phase.T.astype(np.float32)
