"""A recorded voice as the starting noise of a diffusion model, and the voices that are kept."""
