"""Corpora of voices as noise for diffusion models: mel squares, their statistics, tensors."""
