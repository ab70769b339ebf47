"""Composed pictures show what their attributes say, and captions say what is true."""

import numpy as np

from latent_resonance.data.synthetic.pictures.composed.composition import draw_composition
from latent_resonance.data.synthetic.pictures.composed.draw import draw_composition_picture
from latent_resonance.data.synthetic.pictures.composed.lexicon import (
    GROUNDS,
    HELD_OUT_COLOURS,
    MOODS,
    NAMES,
    SHAPES,
    TAUGHT_COLOURS,
    explicit_numbers,
)
from latent_resonance.data.synthetic.pictures.composed.phrases import say_composition

COUNTED = ("circles", "rings", "squares", "triangles", "stars")


def forms(pixels: np.ndarray) -> np.ndarray:
    """Sizes of the connected areas that differ from the picture's commonest colour."""
    from scipy.ndimage import label

    flat = (pixels // 32).reshape(-1, 3)
    ground = np.median(pixels.reshape(-1, 3)[np.all(flat == _commonest(flat), axis=1)], axis=0)
    apart = np.abs(pixels.astype(float) - ground).max(2) > 40
    named, count = label(apart)
    return np.array([(named == k).sum() for k in range(1, count + 1)])


def _commonest(rows: np.ndarray) -> np.ndarray:
    values, counts = np.unique(rows, axis=0, return_counts=True)
    return values[counts.argmax()]


def test_wild_pictures_have_more_and_smaller_forms() -> None:
    calm, wild = [], []
    for seed in range(60):
        picture = draw_composition(seed, COUNTED[seed % len(COUNTED)])
        sizes = forms(draw_composition_picture(picture, 128))
        sizes = sizes[sizes > 12]
        (calm if picture.mood == "calm" else wild).append((len(sizes), np.median(sizes)))
    assert np.max([count for count, _ in calm]) < np.median([count for count, _ in wild])
    assert np.median([size for _, size in calm]) > 3 * np.median([size for _, size in wild])


def test_circles_are_round_and_the_same_seed_gives_the_same_picture() -> None:
    seeds = [seed for seed in range(30) if draw_composition(seed, "circles").mood == "calm"]
    picture = draw_composition(seeds[0], "circles")
    pixels = draw_composition_picture(picture)
    assert np.array_equal(pixels, draw_composition_picture(picture))
    for size in forms(draw_composition_picture(picture, 256)):
        assert size > 1000


def test_captions_hold_taught_words_that_are_true() -> None:
    kept = set(HELD_OUT_COLOURS)
    for group in (SHAPES, GROUNDS, MOODS):
        kept |= {word for words in group.values() for word in words.held_out}
    random = np.random.default_rng(0)
    for seed in range(200):
        picture = draw_composition(seed)
        said = set(say_composition(picture, random).replace(",", "").replace(":", "").split())
        assert not said & kept
        others = {
            word for name, words in SHAPES.items() for word in words.taught if name != picture.shape
        }
        assert not said & others
        assert said & set(TAUGHT_COLOURS) <= {picture.colour, picture.ground}


def test_explicit_numbers_put_like_colours_near() -> None:
    table = explicit_numbers()
    assert {len(row) for row in table.values()} == {len(NAMES)}
    crimson, red, blue = (table[word][2:5] for word in ("crimson", "red", "blue"))
    assert np.linalg.norm(crimson - red) < 0.5 * np.linalg.norm(crimson - blue)
    assert np.array_equal(table["circle"], table["dots"])
