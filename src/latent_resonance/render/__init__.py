"""Renderers: a spectrogram becomes sound. One file, one part."""
