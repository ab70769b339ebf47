"""Fits the fine envelope of a bundle of sounds to recordings (``sound.fine_envelope``)."""
