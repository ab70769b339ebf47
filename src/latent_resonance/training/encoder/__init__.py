"""Encoders for bundles whose generator stays as it is."""
