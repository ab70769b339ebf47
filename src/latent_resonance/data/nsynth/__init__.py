"""NSynth (Engel and others 2017) as JSON and WAV: download, unpack, select. CC-BY-4.0, Google."""
