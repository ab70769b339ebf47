"""An example of a plug-in for Latent Resonance."""
