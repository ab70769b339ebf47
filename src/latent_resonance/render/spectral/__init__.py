"""The pieces of the living spectrogram: its loop, its filters, its breath, its level."""
