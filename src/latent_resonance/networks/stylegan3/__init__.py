"""StyleGAN3 (Karras et al. 2021, 2106.12423), equivariant to shifts and turns, from the paper.

Parameters have the names that public checkpoints use, so weights load by name.
"""

from latent_resonance.networks.stylegan3.generator import Generator, from_nvidia
from latent_resonance.networks.stylegan3.synthesis import Synthesis

__all__ = ["Generator", "Synthesis", "from_nvidia"]
