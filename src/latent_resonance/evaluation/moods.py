"""Whether moods that words find look as the words say, told by rules that know no generator.

Acceptance, stated before any search was tuned: for each of the twelve prompts the picture shows all
that is asked in at least 90 % of 32 searches from other seeds; for words that no caption of the
tower's training ever used, in at least 60 %.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.data.synthetic.pictures.vocabulary import VOCABULARY
from latent_resonance.engine.moods.finder import MoodFinder
from latent_resonance.engine.moods.painter import Painter
from latent_resonance.evaluation.pictures.demands import DEMANDS, look_at
from latent_resonance.evaluation.pictures.prompts import asked_by
from latent_resonance.navigate.moods.search import Effort
from latent_resonance.navigate.prompts.judge import PictureJudge

PROMPTS: Mapping[str, str] = {
    "aggressive": "intense fiery red, jagged shapes",
    "calm": "peaceful soft blue, static atmosphere",
    "vibrant": "vibrant multicolored geometric lines",
    "ember": "dark burning orange, smoke",
    "forest": "quiet green leaves, soft",
    "ocean": "large smooth turquoise waves",
    "neon": "neon pink rings in the dark",
    "dusk": "dim purple haze, gentle",
    "ice": "pale blue crystals",
    "gold": "golden yellow mandala",
    "night": "dark night, subtle deep blue",
    "bloom": "bright pink blossoms, mirrored",
}
"""Mood to its prompt; every one asks for something that rules can tell."""

_SIDE = 256
_CONCEPTS = {"rainbow": "multicoloured"}


@dataclass(frozen=True, slots=True)
class Kept:
    """How often pictures showed what was asked.

    Attributes:
        share: of the searches whose picture shows all of it, 0..1.
        each: for each thing asked, of those that show it.
    """

    share: float
    each: dict[str, float]


def unseen_words() -> dict[str, str]:
    """Synonyms that captions never use and that a rule can tell, each with its rule."""
    found: dict[str, str] = {}
    for concept, words in VOCABULARY.items():
        rule = _CONCEPTS.get(concept, concept)
        if rule in DEMANDS:
            found |= dict.fromkeys(words.held_out, rule)
    return found


def measure_moods(
    bundle: Bundle,
    asked: Mapping[str, tuple[str, ...]],
    draws: int,
    effort: Effort,
    judge: PictureJudge | None = None,
    on_progress: Callable[[float, float], None] = lambda done, total: None,
) -> dict[str, Kept]:
    """Search for each prompt from several seeds, and look at every picture.

    Args:
        bundle: of pictures.
        asked: prompt to the names of the rules that its pictures shall keep.
        draws: how many searches for each prompt; the random places are others each time.
        effort: of each; its seed is that of the first.
        judge: that leads the search, not the one of the pictures.
        on_progress: gets how many draws are done, of how many.

    Returns:
        For each prompt how often they were kept; a prompt that the judge does not know keeps none.

    Raises:
        InputError: the bundle makes no pictures.
    """
    kept: dict[str, list[list[bool]]] = {prompt: [] for prompt in asked}
    with MoodFinder(bundle, judge, effort) as finder, Painter(bundle, _SIDE) as painter:
        for draw in range(draws):
            finder.effort = replace(effort, seed=effort.seed + draw)
            finder.prepare(keep=False)
            for prompt, rules in asked.items():
                try:
                    found = finder.search(prompt)
                except InputError:
                    kept[prompt].append([False] * len(rules))
                    continue
                look = look_at(painter.draw(found.w[None])[0])
                kept[prompt].append([DEMANDS[name](look) for name in rules])
            on_progress(draw + 1, draws)
    return {prompt: _kept(asked[prompt], rows) for prompt, rows in kept.items()}


def rules_of(prompts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Each prompt with the rules that its words ask for."""
    return {prompt: tuple(asked_by(prompt)) for prompt in prompts.values()}


def _kept(rules: tuple[str, ...], rows: list[list[bool]]) -> Kept:
    table = np.array(rows, bool).reshape(-1, len(rules))
    each = dict(zip(rules, table.mean(axis=0).round(3).tolist(), strict=True))
    return Kept(round(float(table.all(axis=1).mean()), 3), each)
