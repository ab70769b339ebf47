"""Pictures for reports, drawn with matplotlib: lines, bars, points, spectrograms side by side."""
