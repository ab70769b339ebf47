"""What arrives over Open Sound Control: packets, recordings of them, and faces."""
