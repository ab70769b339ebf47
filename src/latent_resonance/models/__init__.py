"""Players of bundles: a place becomes a spectrogram or a picture. One file, one part."""
