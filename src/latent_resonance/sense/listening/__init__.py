"""What the senses of sound share: reading files, choosing inputs, and the analysis."""
