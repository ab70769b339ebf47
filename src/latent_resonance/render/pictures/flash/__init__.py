"""What keeps pictures from flashing and from stripes that provoke seizures."""
