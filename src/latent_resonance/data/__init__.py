"""Corpora: folders of sound, and sounds that are made from nothing."""
