"""Makes the pictures of the docs: ``python docs/make_pictures.py``. Needs the installed package."""

import tempfile
from pathlib import Path

import numpy as np

import latent_resonance as lr
from latent_resonance.engine.demo import performance_path
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
    drone = lr.load("drone")
    rate = 16_000
    names = [name for name in sorted(drone.places) if not name.startswith("w_")]
    places = [drone.generate(seconds=2, **{name: 1.0}).samples for name in names]
    draw_spectrogram(np.concatenate(places), rate, PICTURES / "drone-places.png", "  ".join(names))
    path = [drone.generate(seconds=1, cello=1 - k / 8, choir=k / 8).samples for k in range(9)]
    draw_spectrogram(
        np.concatenate(path), rate, PICTURES / "drone-path.png", "cello to choir in nine steps"
    )


if __name__ == "__main__":
    main()
