"""Moods of an image bundle: places found by words."""
