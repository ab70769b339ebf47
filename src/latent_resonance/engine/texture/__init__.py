"""The texture instrument: places found by seed, example, prototype and slider, and their sound."""
