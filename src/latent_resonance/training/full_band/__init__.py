"""Fits what is known of the band above a model's own (``sound.full_band``)."""
