"""The notes instrument: MIDI to voices, offline and live."""
