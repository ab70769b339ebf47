"""The judge of prompts is right on drawn pictures, and is not fooled by others."""

import numpy as np
import pytest

from latent_resonance.data.synthetic.pictures.composed.lexicon import (
    HELD_OUT_COLOURS,
    SHAPES,
    TAUGHT_COLOURS,
)
from latent_resonance.evaluation.voices.adherence import (
    Asked,
    judge_itself,
    known_forms,
    plain_prompts,
    score,
    swapped_prompts,
    swapped_share,
    unseen_prompts,
)
from latent_resonance.evaluation.voices.pictures import FormJudge


@pytest.fixture(scope="module")
def judge() -> FormJudge:
    return known_forms(240)


def test_it_is_right_on_drawn_pictures(judge: FormJudge) -> None:
    found = judge_itself(judge, 96)
    assert min(found.values()) >= 0.95, found


def test_it_is_not_content_with_noise_or_one_colour(judge: FormJudge) -> None:
    asked = plain_prompts(16)
    random = np.random.default_rng(0)
    noise = [random.integers(0, 256, (256, 256, 3)).astype(np.uint8) for _ in asked]
    assert score(judge, asked, noise)["shape"] < 0.4
    grey = [np.full((256, 256, 3), 128, np.uint8) for _ in asked]
    assert score(judge, asked, grey)["colour"] < 0.3


def test_swapped_colours_are_told_from_right_ones() -> None:
    def discs(forms: tuple[int, int, int], ground: tuple[int, int, int]) -> np.ndarray:
        picture = np.empty((256, 256, 3), np.uint8)
        picture[:] = ground
        y, x = np.mgrid[:256, :256]
        picture[np.hypot(x - 100, y - 120) < 40] = forms
        return picture

    red, blue = (217, 43, 43), (36, 80, 208)
    asked = [Asked("", "circles", "red", "blue", "calm")]
    assert swapped_share(asked, [discs(red, blue)]) == 1
    assert swapped_share(asked, [discs(blue, red)]) == 0


def test_prompts_say_what_they_ask_for_and_unseen_ones_hold_no_taught_colour() -> None:
    for asked in (*plain_prompts(40), *swapped_prompts(20)):
        assert asked.colour in asked.prompt.split()
        assert asked.shape in asked.prompt.split()
    for asked in unseen_prompts(40):
        words = set(asked.prompt.split())
        assert not words & set(TAUGHT_COLOURS)
        assert asked.colour in words & set(HELD_OUT_COLOURS)
        assert words & set(SHAPES[asked.shape].held_out)
