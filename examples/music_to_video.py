"""Music moves through the pictures of a model: a video with the music in it.

    python examples/music_to_video.py [FOLDER [MUSIC [IMAGES.resonance]]]

Without music it takes a few notes; without a bundle it trains a tiny one (material.py).
"""

import sys
from pathlib import Path

from material import tiny_pictures, tune

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

given = dict(enumerate(sys.argv))
folder = Path(given.get(1, "."))
music = Path(given[2]) if 2 in given else tune(folder)
bundle = Path(given[3]) if 3 in given else tiny_pictures(folder)
recipe = folder / "music_pictures.toml"  # also for `resonance render`, `play` and `show`
recipe.write_text(RECIPE.format(bundle=bundle.resolve().as_posix()))
clip = lr.render(str(recipe), input=music, output=folder / "music.mp4")
print(clip.path, f"{clip.report['pictures']} pictures, {clip.report['duration_seconds']:.2f} s")
