"""Pure maths of sound on arrays: float32 in, float32 out, any sample rate, no files, no threads."""
