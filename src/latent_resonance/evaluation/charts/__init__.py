"""Pictures for reports, drawn with Pillow: lines, bars, points, spectrograms side by side."""
