"""Voices of a polyphonic instrument: windows of notes become sound, many at once."""
