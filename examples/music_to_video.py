"""Music moves through the pictures of a model: a video with the music in it.

    python examples/music_to_video.py [FOLDER [MUSIC [IMAGES.resonance]]]

Without music it plays a tune of sines; without a bundle it trains a tiny one (tiny_pictures.py).
"""

import sys
from pathlib import Path

import numpy as np
import soundfile
from tiny_pictures import tiny_pictures

import latent_resonance as lr

RECIPE = """
name = "music-pictures"
bundle = "{bundle}"
pass_through = true                # the music goes into the video beside the pictures
sense = {{ part = "audio_file" }}
navigate = {{ part = "blend" }}
render = {{ part = "frames", frame_rate = 15, width = 128 }}
[map]                              # what is listened to = what is sensed in the music
place_x = {{ from = "centroid", low = -1, high = 1, smooth_seconds = 0.1 }}
place_y = {{ from = "bass", low = -1, high = 1 }}
picture_zoom = {{ from = "onset", low = 1, high = 1.3 }}
"""


def tune(path: Path) -> Path:
    """Sixteen notes of a scale in 4 s."""
    t = np.arange(4000) / 16_000
    notes = [np.sin(2 * np.pi * 110 * 2 ** ((5 * n % 12 + 12 * (n % 3)) / 12) * t) for n in range(16)]
    soundfile.write(path, np.concatenate([0.3 * note * np.exp(-8 * t) for note in notes]), 16_000)
    return path


given = dict(enumerate(sys.argv))
folder = Path(given.get(1, "."))
music = Path(given[2]) if 2 in given else tune(folder / "tune.wav")
bundle = Path(given[3]) if 3 in given else tiny_pictures(folder)
recipe = folder / "music_pictures.toml"  # also for `resonance render`, `play` and `show`
recipe.write_text(RECIPE.format(bundle=bundle.resolve().as_posix()))
clip = lr.render(str(recipe), input=music, output=folder / "music.mp4")
print(clip.path, f"{clip.report['pictures']} pictures, {clip.report['duration_seconds']:.2f} s")
