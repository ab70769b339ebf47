"""A set of two chains on one sense: a face plays the drone and moves a picture, into one video.

    python examples/two_chains.py [FOLDER [CLIP.mp4 [IMAGES.resonance]]]

Without a clip it takes a performance from the package; without a bundle it trains a tiny one.
"""

import sys
from pathlib import Path

from material import tiny_pictures

import latent_resonance as lr
from latent_resonance.engine.demo import performance_path

RECIPE = """
name = "set"
sense = {{ part = "face" }}          # one sense, one clock, two chains

[[chain]]
name = "sound"
bundle = "drone"
navigate = {{ part = "energy" }}     # no map: the navigator knows a face
render = {{ part = "living_spectrogram" }}

[[chain]]
name = "picture"
bundle = "{bundle}"
map = {{ place_x = "yaw_degrees", place_y = "mouth" }}
navigate = {{ part = "blend" }}
render = {{ part = "frames", frame_rate = 15, width = 128 }}
"""

given = dict(enumerate(sys.argv))
folder = Path(given.get(1, "."))
clip = Path(given.get(2, performance_path("face")))
bundle = Path(given[3]) if 3 in given else tiny_pictures(folder)
(recipe := folder / "set.toml").write_text(RECIPE.format(bundle=bundle.resolve().as_posix()))
video = lr.render(str(recipe), input=clip, seconds=6, output=folder / "set.mp4")
print(video.path, f"{video.report['pictures']} pictures, {video.report['loudness_lufs']} LUFS")
