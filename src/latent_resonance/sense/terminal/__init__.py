"""The keys of a terminal: as a piano, and as sliders."""
