"""StyleGAN2 (Karras et al. 2019, 1912.04958), written from the paper.

Parameters have the names that public checkpoints use, so weights load by name.
"""

from latent_resonance.networks.stylegan2.discriminator import Discriminator
from latent_resonance.networks.stylegan2.generator import Generator, Synthesis
from latent_resonance.networks.stylegan2.naming import from_nvidia

__all__ = ["Discriminator", "Generator", "Synthesis", "from_nvidia"]
