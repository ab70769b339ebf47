"""Any sense plays any model: a face plays the sounds of `texture`.

    python examples/face_plays_texture.py [FOLDER [CLIP.mp4]]

Without a clip it takes a performance that the package carries: the controls of a face, as saved by
`resonance play face --record-controls take.csv`.
"""

import sys
from pathlib import Path

import latent_resonance as lr
from latent_resonance.engine.demo import performance_path

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
clip = Path(sys.argv[2]) if len(sys.argv) > 2 else performance_path("face")

# The recipe asks for sliders; the input brings a face, whose controls have other names. So the
# navigator suggests which moves which: `resonance show texture --sense face` prints it.
suggested = lr.render("texture", input=clip, seconds=6, output=folder / "face_texture.wav")
print(suggested.path, f"{suggested.report['loudness_lufs']} LUFS")

# The same with two lines of our own: LISTENED CONTROL = SENSED CONTROL, over a range of the first.
own = lr.render(
    "texture",
    input=clip,
    seconds=6,
    map={"brightness": "brow:-5..5", "speed": "mouth:0..1"},  # a closed mouth holds the sound
    output=folder / "face_texture_own_map.wav",
)
print(own.path, f"{own.report['loudness_lufs']} LUFS, played {own.report['played']}")
