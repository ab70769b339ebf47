"""Latent diffusion: an autoencoder of pictures, and a rectified flow over its latents."""
