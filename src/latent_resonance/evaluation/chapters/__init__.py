"""Chapters of a report: each asks one question of the material and draws its answer."""
