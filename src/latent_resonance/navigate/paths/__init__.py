"""How to get from one place in a latent space to another."""
