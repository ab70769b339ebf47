"""Ways of finding places in a latent space: arithmetic on w, without a model or a clock."""
