"""What can be told from a recorded voice: who speaks, what is said, and its mel picture."""
