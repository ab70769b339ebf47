"""Training of the map from music to moods: what it learns from, its aims, its file."""
