"""A folder of sounds to shards of spectrograms."""
