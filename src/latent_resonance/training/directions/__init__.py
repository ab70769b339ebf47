"""After training: finds a texture bundle's sliders, prototypes and axes, and adds them to it."""
