"""Saved performances: controls over time in a CSV file that anyone can read and edit."""
