"""Judges of a picture: what it shows, told from its pixels alone."""
