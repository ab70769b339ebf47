"""The pieces of the face sensor: frames in, measures of one face out. No frame leaves it."""
