"""Sounds from freesound.org, by its API (version 2), with who made them and under which licence."""
