"""Latent Resonance: play the latent spaces of generative models in real time.

sense -> navigate -> model -> render -> stage.
"""

__version__ = "0.1.0"
