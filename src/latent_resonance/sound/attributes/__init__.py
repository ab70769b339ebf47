"""What a listener would say of a texture, as one number each, on scales that follow hearing."""
