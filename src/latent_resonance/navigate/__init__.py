"""Navigators: controls become a place in a latent space. One file, one part."""
