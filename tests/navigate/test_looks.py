"""What is seen of a picture without learning, and which words ask for it."""

from dataclasses import replace

import numpy as np
import pytest

from latent_resonance.data.synthetic.pictures.attributes import draw_attributes
from latent_resonance.data.synthetic.pictures.draw import draw_picture
from latent_resonance.navigate.moods.region import Directions, Region
from latent_resonance.navigate.prompts.looking_tower import LookingTower, looks_of, meanings_of
from latent_resonance.navigate.prompts.looks import (
    LOOK_SIDE,
    LOOKS,
    look_vector,
    see_looks,
    ways_of,
)
from latent_resonance.navigate.prompts.open import open_judge
from latent_resonance.navigate.prompts.tower import shrink_pictures
from latent_resonance.training.tower.looks import fit_looks

AT = np.linspace(-1, 1, LOOK_SIDE, dtype=np.float32)
X, Y = np.meshgrid(AT, AT)


def plain(red: float, green: float, blue: float) -> np.ndarray:
    return np.full((3, LOOK_SIDE, LOOK_SIDE), np.array([red, green, blue])[:, None, None])


def grey(light: np.ndarray) -> np.ndarray:
    return np.broadcast_to(light, (3, LOOK_SIDE, LOOK_SIDE))


ROUND = 0.6 * np.cos(5 * np.hypot(X - 0.2, Y))
CUT = np.where(np.abs(X - 0.2) + np.abs(Y) < 0.5, 0.6, -0.6)
LEANING = np.sin(3 * X + 2 * Y * np.abs(Y + 0.4))


@pytest.mark.parametrize(
    ("look", "more", "less"),
    [
        ("red", plain(0.7, -0.8, -0.7), plain(0.9, 0.7, -0.8)),
        ("yellow", plain(0.9, 0.7, -0.8), plain(0.6, 0.5, 0.3)),
        ("turquoise", plain(-0.6, 0.5, 0.45), plain(-0.6, -0.4, 0.8)),
        ("vivid", plain(0.9, -0.8, -0.8), plain(0.3, 0.0, 0.1)),
        ("grey", grey(ROUND), plain(0.3, 0.0, 0.1)),
        ("multicoloured", np.stack([X, Y, -X]), plain(0.9, -0.8, -0.8)),
        ("dark", plain(-0.9, -0.9, -0.8), plain(0, 0, 0)),
        ("bright", plain(0.8, 0.9, 0.9), plain(0, 0, 0)),
        ("faint", grey(0.2 * ROUND), grey(ROUND)),
        ("stark", grey(CUT), grey(0.3 * CUT)),
        ("jagged", grey(CUT), grey(ROUND)),
        ("soft", grey(ROUND), grey(CUT)),
        ("large", grey(np.sin(3 * X)), grey(np.sin(30 * X))),
        ("fine", grey(np.sin(30 * X)), grey(np.sin(3 * X))),
        ("symmetric", grey(X**2 * Y), grey(LEANING)),
    ],
)
def test_a_look_is_seen_in_the_picture_that_has_it(look: str, more, less) -> None:
    seen = see_looks(np.stack([more, less])) @ look_vector(look)
    assert seen[0] > seen[1] + 0.05


def test_one_corner_in_an_empty_picture_makes_it_far_from_jagged() -> None:
    corner = grey(np.where((X > 0.9) & (Y > 0.9), 0.2, 0.0))
    cut, empty = see_looks(np.stack([grey(CUT), corner])) @ look_vector("jagged")
    assert cut > empty + 0.6


@pytest.mark.parametrize("family", ["rings", "stars", "cells"])
def test_pointed_forms_are_told_from_round_ones_of_the_same_kind(family: str) -> None:
    def seen(jagged: float) -> np.ndarray:
        drawn = [replace(draw_attributes(seed, family), jagged=jagged) for seed in range(3)]
        pictures = np.stack([draw_picture(one, LOOK_SIDE, 1) for one in drawn])
        return see_looks(shrink_pictures(pictures, LOOK_SIDE))

    assert np.mean((seen(0.95) - seen(0.05)) @ look_vector("jagged")) > 0.1


def test_all_hues_are_more_colours_than_those_of_half_the_circle() -> None:
    def seen(degrees: float) -> np.ndarray:
        turn = np.radians((X + 1) / 2 * degrees)
        return 0.5 * np.cos(turn - np.radians([0, 120, 240])[:, None, None])

    whole, half, one = see_looks(np.stack([seen(360), seen(180), seen(20)])) @ look_vector(
        "multicoloured"
    )
    assert whole - half > 0.8 * (half - one) > 0.5


def test_weights_of_edges_and_sizes_follow_from_known_pictures() -> None:
    random = np.random.default_rng(3)
    seen = random.normal(size=(500, 12))
    true = random.normal(size=(3, 12))
    look = fit_looks(seen, np.clip(seen, *np.quantile(seen, (0.03, 0.97), axis=0)) @ true.T)
    assert np.corrcoef(look.weights[1], true[1])[0, 1] > 0.98
    found = (np.clip(seen, *look.known) @ look.weights.T - look.usual) / look.deviation
    np.testing.assert_allclose([found.mean(0), found.std(0)], [[0] * 3, [1] * 3], atol=1e-6)


def test_words_that_captions_never_use_mean_the_look_that_they_are_like() -> None:
    judge = open_judge()
    assert isinstance(judge, LookingTower)
    words = judge.tower.words
    meant = {"crimson": "red", "azure": "blue", "huge": "large", "luminous": "bright"}
    assert dict(zip(meant, looks_of(meanings_of(words, list(meant))), strict=True)) == meant
    assert looks_of(meanings_of(words, ["smoke", "peaceful", "xqzvk"])) == ["", "", ""]
    reading = judge.read("soft crimson, smoke")
    assert reading.ways == ways_of("soft") == (("jagged", -1),)
    np.testing.assert_allclose(np.linalg.norm(reading.vectors, axis=1), 1, atol=1e-5)
    with pytest.raises(ValueError, match="at least 128"):
        judge.embed_pictures(np.zeros((1, 64, 64, 3), np.uint8))
    assert {name for look in LOOKS for name, _ in ways_of(look)} >= {"jagged", "scale", "light"}


def test_a_haze_is_soft_and_shards_are_jagged_unless_a_word_says_which() -> None:
    judge = open_judge()
    assert judge.read("dark haze").ways == (*ways_of("dark"), *ways_of("soft"))
    assert judge.read("splinters").ways == ways_of("jagged")
    assert judge.read("sharp haze").ways == judge.read("sharp splinters").ways == ways_of("jagged")
    assert judge.read("red rings").ways == ()
    # It is still a guess of the tower, beside what is measured.
    np.testing.assert_allclose(judge.read("dark haze").weights, [1, 0.5])


def test_a_direction_that_a_word_means_is_kept_to_its_part() -> None:
    one = np.eye(6, dtype=np.float32)
    places = np.random.default_rng(1).standard_normal((300, 6)).astype(np.float32)
    known = Directions.of({"jagged": one[0], "light": one[1], "rings": one[2]}, places)
    asking = known.asking(["rings"], [("jagged", -1), ("light", 0.5), ("scale", 1)])
    spans = known.high - known.low
    np.testing.assert_allclose(asking.high - known.high, [-0.8 * spans[0], 0, 0], atol=1e-5)
    np.testing.assert_allclose(asking.low - known.low, [0, 0.4, 0.8] * spans, atol=1e-5)
    # What is asked up and down at once stays where it is.
    both = known.asking([], [("light", 1), ("light", -1)])
    np.testing.assert_array_equal(both.low, known.low)


def test_a_search_knows_the_way_on_which_what_is_asked_rises() -> None:
    random = np.random.default_rng(2)
    places = random.standard_normal((400, 40)).astype(np.float32)
    places[:, 7] *= 0.2  # far too small for the principal axes
    region = Region.of(places, Directions.of({}, places), 4)
    assert np.abs(region.axes[:, 7]).max() < 0.05
    noise = 0.2 * random.standard_normal(400)
    led = region.led_by(places, np.stack([places[:, 7] + 0.2 * noise, np.zeros(400)], axis=1))
    assert len(led.axes) == len(region.axes) + 1
    assert led.axes[0, 7] == pytest.approx(0.2, rel=0.1)
