"""Makes the pictures of the docs: ``python docs/make_pictures.py``. Needs the installed package."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

import latent_resonance as lr
from latent_resonance.data.synthetic.pictures.corpus import make_pictures
from latent_resonance.engine.demo import DEMOS, render_demo
from latent_resonance.stage.spectrogram_picture import draw_spectrogram

PICTURES = Path(__file__).parent / "pictures"


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # One that listens to another makes a film.
        for name in (name for name, demo in DEMOS.items() if not demo.listens_to):
            render_demo(name, Path(folder))
            shutil.copy(Path(folder) / f"{name}.png", PICTURES / f"{name}-demo.png")
    _notes()
    _synthetic()
    with lr.load("drone") as drone:
        rate = drone.bundle.format.sample_rate
        names = [name for name in sorted(drone.places) if not name.startswith("w_")]
        places = [drone.generate(seconds=2, **{name: 1.0}).samples for name in names]
        path = [drone.generate(seconds=1, cello=1 - k / 8, choir=k / 8).samples for k in range(9)]
    draw_spectrogram(np.concatenate(places), rate, PICTURES / "drone-places.png", "  ".join(names))
    draw_spectrogram(
        np.concatenate(path), rate, PICTURES / "drone-path.png", "cello to choir in nine steps"
    )


def _synthetic() -> None:
    drawn = [pixels for _, pixels in make_pictures(9 * 8, size=72, seed=4)]
    rows = [np.concatenate(drawn[row * 9 : row * 9 + 9], axis=1) for row in range(8)]
    path = PICTURES / "synthetic-pictures.png"
    Image.fromarray(np.concatenate(rows)).save(path, optimize=True)


def _notes() -> None:
    with lr.load("notes") as notes:
        families = notes.bundle.space.conditioning["family"]
        tones = [notes.generate(pitch=60, instrument=name, seconds=1.2) for name in families]
    caption = "middle C: " + ", ".join(families)
    draw_spectrogram(
        np.concatenate([tone.samples for tone in tones]),
        tones[0].sample_rate,
        PICTURES / "notes-families.png",
        caption,
    )


if __name__ == "__main__":
    main()
