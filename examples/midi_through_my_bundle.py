"""A MIDI file through a model of your own: `resonance train notes` makes one.

    python examples/midi_through_my_bundle.py [FOLDER [SONG.mid [MY.resonance]]]

Without arguments it takes the song and the bundle of notes that the package carries.
"""

import sys
from pathlib import Path

import latent_resonance as lr
from latent_resonance.engine.demo import performance_path

given = dict(enumerate(sys.argv))
folder = Path(given.get(1, "."))
song = Path(given.get(2, performance_path("notes")))
bundle = given.get(3, "notes")  # the name of an installed bundle, or a path

clip = lr.render("notes", bundle=bundle, input=song, output=folder / "song.wav")
print(clip.path, f"{clip.report['duration_seconds']:.1f} s, {clip.report['notes']} notes")
print("instruments:", ", ".join(clip.report["instruments"]))

# One note of it, as a sound that a notebook plays.
with lr.load("notes" if bundle == "notes" else bundle) as instrument:
    note = instrument.generate(pitch=60, velocity=90, instrument=clip.report["instruments"][0])
    print(note.save(folder / "note.wav"))
