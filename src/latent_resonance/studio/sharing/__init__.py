"""Presets, recipes and bundles as one file, ``NAME.resonance-set``: written, checked, opened."""
