"""Makes the pictures of the docs: ``python docs/make_pictures.py``. Needs the installed package."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
from latent_resonance.engine.notes.open import Notes, NotesSetup
from latent_resonance.engine.notes.render import play_note, render_song

import latent_resonance as lr
from latent_resonance.engine.demo import performance_path, render_demo
from latent_resonance.stage.spectrogram_picture import draw_spectrogram

PICTURES = Path(__file__).parent / "pictures"


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        lr.render_file(
            "face",
            Path(folder) / "face.wav",
            source=performance_path("face"),
            picture=PICTURES / "face-demo.png",
        )
        with Notes(NotesSetup()) as notes:
            render_song(
                notes,
                performance_path("notes"),
                Path(folder) / "notes.wav",
                picture=PICTURES / "notes-demo.png",
            )
        render_demo("texture", Path(folder))
        shutil.copy(Path(folder) / "texture.png", PICTURES / "texture-demo.png")
    _notes()
    drone = lr.load("drone")
    rate = 16_000
    names = [name for name in sorted(drone.places) if not name.startswith("w_")]
    places = [drone.generate(seconds=2, **{name: 1.0}).samples for name in names]
    draw_spectrogram(np.concatenate(places), rate, PICTURES / "drone-places.png", "  ".join(names))
    path = [drone.generate(seconds=1, cello=1 - k / 8, choir=k / 8).samples for k in range(9)]
    draw_spectrogram(
        np.concatenate(path), rate, PICTURES / "drone-path.png", "cello to choir in nine steps"
    )


def _notes() -> None:
    with Notes(NotesSetup()) as notes:
        families = notes.instruments.families
    tones = []
    for family in families:
        with Notes(NotesSetup(instrument=family)) as notes:
            sound, synthesizer, _ = play_note(notes, 60, 100, 1.2)
            tones.append(np.asarray(sound).reshape(len(sound), -1).mean(axis=1))
            rate = synthesizer.layout.sample_rate
    caption = "middle C: " + ", ".join(families)
    draw_spectrogram(np.concatenate(tones), rate, PICTURES / "notes-families.png", caption)


if __name__ == "__main__":
    main()
