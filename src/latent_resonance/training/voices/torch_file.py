"""Noise as a file of PyTorch, for programs that read no other; never read back here."""

from pathlib import Path

from latent_resonance.contracts.files import whole_output
from latent_resonance.contracts.values import FloatArray


def write_torch(path: Path, noises: FloatArray) -> None:
    """Write noises ``[n, c, h, w]`` as ``torch.save`` does, whole or not at all.

    Raises:
        ModuleNotFoundError: PyTorch is not installed.
        OutputError: it cannot be written.
    """
    import torch

    with whole_output(path) as partial:
        torch.save(torch.from_numpy(noises.copy()), partial)
