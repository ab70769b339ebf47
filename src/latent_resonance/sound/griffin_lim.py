"""Fast Griffin-Lim: polishes a phase that is nearly right."""

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.stft import ComplexArray, istft, stft


def fast_griffin_lim(
    magnitude: FloatArray,
    phase: FloatArray,
    hop: int,
    window_name: str = "gauss",
    iterations: int = 8,
    momentum: float = 0.99,
) -> FloatArray:
    """Iterate towards a phase that is consistent with the magnitudes.

    Source: Perraudin, Balazs, Sondergaard 2013, "A fast Griffin-Lim algorithm", algorithm 2.

    Args:
        magnitude: linear ``[n_fft // 2 + 1, columns]``.
        phase: where to start, radians, same shape.
        hop: samples between columns.
        window_name: the window of the analysis.
        iterations: 0 gives ``phase`` back.
        momentum: the paper's alpha; 0 is plain Griffin-Lim.

    Returns:
        Phase in radians, float32, same shape.
    """
    n_fft, columns = 2 * (magnitude.shape[0] - 1), magnitude.shape[1]
    length = (columns - 1) * hop
    spectra: ComplexArray = (magnitude * np.exp(1j * phase)).astype(np.complex64)
    before: ComplexArray | None = None
    for _ in range(iterations):
        sound = istft(spectra, hop, window_name, length)
        consistent = stft(sound, n_fft, hop, window_name)[:, :columns]
        ahead = consistent if before is None else consistent + momentum * (consistent - before)
        before = consistent
        unit = ahead / np.maximum(np.abs(ahead), np.float32(1e-12))
        spectra = (magnitude * unit).astype(np.complex64)
    return np.angle(spectra).astype(np.float32)
