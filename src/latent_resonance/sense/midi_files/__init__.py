"""MIDI: messages as events, standard files, zones of MPE, and ports where a driver is installed."""
