"""Pictures of a few clear forms on a ground, each said in words: what, which colour, on what."""
