"""The measure of moods: what is asked of the twelve, and a small run of it on the default model."""

import pytest

from latent_resonance.bundles.find import open_bundle
from latent_resonance.evaluation.moods import PROMPTS, measure_moods, rules_of, unseen_words
from latent_resonance.evaluation.pictures.demands import DEMANDS
from latent_resonance.navigate.moods.search import Effort


def test_every_prompt_asks_for_something_that_rules_can_tell() -> None:
    rules = rules_of(PROMPTS)
    assert len(rules) == len(PROMPTS) == 12
    assert all(rules.values())
    assert {rule for some in rules.values() for rule in some} <= DEMANDS.keys()
    words = unseen_words()
    assert set(words.values()) <= DEMANDS.keys()
    assert {
        "crimson": "red",
        "spiky": "jagged",
        "colourful": "multicoloured",
    }.items() <= words.items()


@pytest.mark.slow
def test_pictures_that_words_find_show_what_was_asked() -> None:
    asked = {
        "calm blue": ("blue", "soft"),
        "deep dark night": ("dark",),
        "emerald": ("green",),
        "xqzvk": ("red",),
    }
    effort = Effort(candidates=512, rounds=4, starts=24, side=64, seed=3)
    kept = measure_moods(open_bundle("fields"), asked, 2, effort)
    assert all(kept[prompt].share == 1 for prompt in list(asked)[:3]), kept
    assert kept["calm blue"].each == {"blue": 1, "soft": 1}
    # What the judge does not know is never kept.
    assert kept["xqzvk"].share == 0
