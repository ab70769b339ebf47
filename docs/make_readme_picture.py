"""Makes the README's stills: ``python docs/make_readme_picture.py [FOLDER]``.

FOLDER is what ``resonance demo --output FOLDER`` wrote; without it the demo is rendered first.
"""

import sys
import tempfile
from pathlib import Path

import av
import numpy as np
from PIL import Image

from latent_resonance.engine.demo import DEMOS, render_demo

PICTURE = Path(__file__).parent / "pictures" / "readme.webp"
HEIGHT, GAP = 216, 6
SECONDS = (5.0, 11.0, 17.0)  # of the video


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(name)
        if len(sys.argv) == 1:
            for demo in DEMOS:
                render_demo(demo, folder)
        upper = [_spectrogram(folder / f"{demo}.png") for demo in ("face", "notes")]
        lower = [_spectrogram(folder / "texture.png"), *_frames(folder / "vision.mp4")]
    width = 2 * 640 + GAP
    sheet = Image.new("RGB", (width, 2 * HEIGHT + GAP))
    for at, row in enumerate((upper, lower)):
        left = 0
        for picture in row:
            sheet.paste(picture, (left, at * (HEIGHT + GAP)))
            left += picture.width + GAP
    sheet.save(PICTURE, quality=82, method=6)
    print(PICTURE, PICTURE.stat().st_size)


def _spectrogram(path: Path) -> Image.Image:
    return Image.open(path).convert("RGB").resize((640, HEIGHT), Image.Resampling.LANCZOS)


def _frames(path: Path) -> list[Image.Image]:
    found = []
    with av.open(str(path)) as video:
        for frame in video.decode(video=0):
            if len(found) < len(SECONDS) and frame.time >= SECONDS[len(found)]:
                pixels = np.asarray(frame.to_ndarray(format="rgb24"))
                picture = Image.fromarray(pixels)
                found.append(picture.resize((209, HEIGHT), Image.Resampling.LANCZOS))
    return found


if __name__ == "__main__":
    main()
