"""Rules on colours and edges: what a prompt asks of a picture."""

import numpy as np
import pytest

from latent_resonance.data.synthetic.pictures.corpus import make_pictures
from latent_resonance.data.synthetic.pictures.vocabulary import concepts_of
from latent_resonance.evaluation.pictures.demands import DEMANDS, look_at, share_between
from latent_resonance.evaluation.pictures.prompts import asked_by, shows, verdicts

OPPOSITES = {
    "dark": "bright",
    "bright": "dark",
    "stark": "faint",
    "faint": "stark",
    "jagged": "soft",
    "soft": "jagged",
    "large": "fine",
    "fine": "large",
    "detailed": "plain",
    "plain": "detailed",
}


def flat(*colour: int) -> np.ndarray:
    return np.broadcast_to(np.array(colour, np.uint8), (64, 64, 3)).copy()


@pytest.mark.parametrize(
    ("colour", "prompt"),
    [
        ((200, 20, 20), "fiery red"),
        ((220, 120, 20), "an amber evening"),
        ((230, 210, 40), "Lemon!"),
        ((30, 140, 40), "emerald"),
        ((20, 170, 170), "teal"),
        ((30, 70, 200), "azure"),
        ((120, 50, 190), "violet, cool"),
        ((230, 60, 150), "hot pink"),
        ((120, 120, 120), "grey"),
        ((20, 10, 40), "gloomy"),
        ((250, 240, 230), "bright and plain, warm"),
    ],
)
def test_a_flat_colour_shows_its_own_name_and_no_other(colour, prompt: str) -> None:
    picture = flat(*colour)
    asked = asked_by(prompt)[0]
    assert verdicts(picture, prompt)[asked]
    hues = ("red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink", "grey")
    if asked in hues:
        others = [name for name in hues if name != asked and verdicts(picture, name)[name]]
        # Names overlap: between two hues, both may be said.
        assert len(others) <= 1
        assert not shows(picture, "multicoloured")


def test_all_that_is_asked_must_show() -> None:
    red = flat(200, 20, 20)
    assert verdicts(red, "red, bright") == {"red": True, "bright": False}
    assert not shows(red, "red, bright")
    assert shows(red, "a red ball of wool")
    stripes = np.zeros((60, 60, 3), np.uint8)
    for index, colour in enumerate(
        [
            (220, 40, 40),
            (220, 200, 40),
            (40, 180, 60),
            (40, 180, 200),
            (60, 60, 220),
            (200, 60, 200),
        ]
    ):
        stripes[:, index * 10 : index * 10 + 10] = colour
    assert shows(stripes, "multicolored")
    assert not any(verdicts(stripes, "red green blue").values())


def test_words_without_a_rule_ask_nothing() -> None:
    assert asked_by("intense fiery red, jagged shapes") == ["vivid", "warm", "red", "jagged"]
    assert asked_by("peaceful soft blue, static atmosphere") == ["soft", "blue"]
    assert asked_by("vibrant multicolored geometric lines") == ["multicoloured", "vivid", "jagged"]
    assert {name for word in DEMANDS for name in asked_by(word)} >= set(DEMANDS)
    for nothing in ("", "kittens", "123"):
        with pytest.raises(ValueError, match="asks for"):
            asked_by(nothing)


def test_shares_go_over_the_seam() -> None:
    hues = np.zeros(72)
    hues[0] = hues[71] = 0.5
    assert share_between(hues, -10, 10) == pytest.approx(1)
    assert share_between(hues, 0, 10) == pytest.approx(0.5)


def test_rules_agree_with_pictures_whose_attributes_are_known() -> None:
    made = [(concepts_of(one), look_at(pixels)) for one, pixels in make_pictures(270, 96, seed=9)]
    for name, rule in DEMANDS.items():
        concept = "rainbow" if name == "multicoloured" else name
        true = [rule(look) for concepts, look in made if concept in concepts]
        if not true:
            continue  # warm and cool are no concepts
        other = OPPOSITES.get(concept)
        false = [
            rule(look)
            for concepts, look in made
            if (other in concepts if other else concept not in concepts)
        ]
        assert (np.mean(true) + 1 - np.mean(false)) / 2 > 0.66, name
