"""How well a picture fits a text: the small image-text tower, in NumPy."""
