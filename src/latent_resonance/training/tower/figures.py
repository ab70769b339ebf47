"""How well a tower finds pictures by text, on pictures and words that it has not seen."""

import numpy as np

from latent_resonance.data.synthetic.pictures.vocabulary import VOCABULARY
from latent_resonance.navigate.prompts.tower import PromptTower
from latent_resonance.training.tower.material import CONCEPTS, CaptionedPictures, says

_CROWDS = (16, 64)
_FIRST = 10


def measure_tower(
    tower: PromptTower, material: CaptionedPictures, captions: int = 512, seed: int = 1
) -> dict[str, float]:
    """Figures of a tower.

    Args:
        tower: what is measured.
        material: pictures that training has not seen.
        captions: how many are asked.
        seed: of the captions and of the other pictures.

    Returns:
        ``top1_of_16`` and ``top1_of_64``: how often the picture of a full caption comes first among
        so many of which the caption is not true; ``taught_words_p10`` and ``held_out_words_p10``:
        the share of right ones among the first ten for one word, which captions use or never use;
        ``chance_p10``: that of a tower that guesses.
    """
    from latent_resonance.data.synthetic.pictures.captions import caption

    random = np.random.Generator(np.random.PCG64(seed))
    seen = tower.embed_pictures(material.pixels)
    figures = {}
    asked = []
    for _ in range(captions):
        index = int(random.integers(len(seen)))
        one = caption(material.attributes[index], random, whole=True)
        wrong = np.flatnonzero((says(one.says) & ~material.concepts).any(1))
        asked.append((index, tower.embed_text(one.text), wrong))
    for crowd in _CROWDS:
        right = []
        for index, text, wrong in asked:
            others = random.choice(wrong, crowd - 1, replace=len(wrong) < crowd - 1)
            right.append(float(seen[index] @ text) > float((seen[others] @ text).max()))
        figures[f"top1_of_{crowd}"] = float(np.mean(right))
    precision: dict[str, list[float]] = {"taught": [], "held_out": [], "chance": []}
    for column, name in enumerate(CONCEPTS):
        true = material.concepts[:, column]
        for kind in ("taught", "held_out"):
            for word in getattr(VOCABULARY[name], kind):
                first = np.argsort(-(seen @ tower.embed_text(word)))[:_FIRST]
                precision[kind].append(float(true[first].mean()))
        precision["chance"].append(float(true.mean()))
    for kind, values in precision.items():
        label = "chance_p10" if kind == "chance" else f"{kind}_words_p10"
        figures[label] = float(np.mean(values))
    return figures
