"""The picture of docs/moods.md: ``python docs/make_moods_pictures.py``.

One search for each of the twelve prompts of ``evaluation/moods.py``, none chosen by hand.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from latent_resonance.bundles.find import open_bundle
from latent_resonance.engine.moods.finder import MoodFinder
from latent_resonance.engine.moods.painter import Painter
from latent_resonance.evaluation.moods import PROMPTS
from latent_resonance.evaluation.pictures.prompts import shows
from latent_resonance.navigate.moods.search import Effort

ACROSS, SIDE = 4, 256
EFFORT = Effort(candidates=512, rounds=6, side=128, seed=78)


def main() -> None:
    bundle = open_bundle("fields")
    with MoodFinder(bundle, effort=EFFORT) as finder, Painter(bundle, SIDE) as painter:
        made = []
        for prompt in PROMPTS.values():
            picture = painter.draw(finder.search(prompt).w[None])[0]
            made.append(picture)
            print(prompt, "" if shows(picture, prompt) else "(does not show all)", flush=True)
    rows = [np.concatenate(made[k : k + ACROSS], 1) for k in range(0, len(made), ACROSS)]
    path = Path(__file__).parent / "pictures" / "moods-by-words.webp"
    Image.fromarray(np.concatenate(rows)).save(path, quality=82, method=6)


if __name__ == "__main__":
    main()
