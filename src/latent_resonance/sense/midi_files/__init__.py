"""MIDI without libraries: messages, standard files, and ports where a driver is installed."""
