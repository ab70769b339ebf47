"""Text-to-image models that start from a given noise, behind one interface."""
