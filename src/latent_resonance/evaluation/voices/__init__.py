"""Judges of voices as noise: they share no code with what makes it, nor with its training."""
