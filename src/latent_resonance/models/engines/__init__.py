"""Doors to the inference engines."""
