"""Training of the image-text tower on synthetic pictures with known captions."""
