"""What one does with a model's latent space: find places, search, morph, make files of them."""
