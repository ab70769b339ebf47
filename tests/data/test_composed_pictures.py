"""Composed pictures show what their attributes say, and captions say what is true."""

from dataclasses import replace

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
from latent_resonance.data.synthetic.pictures.composed.plan import (
    draw_plan,
    see_cells,
    with_plans,
)

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
    assert np.median([size for _, size in calm]) > 1.6 * np.median([size for _, size in wild])


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


def test_a_noise_with_a_plan_is_noise_whose_coarse_half_is_the_plan() -> None:
    random = np.random.default_rng(0)
    plans = np.stack([draw_plan(random) for _ in range(64)])
    noise = with_plans(random.standard_normal((64, 4, 32, 32), dtype=np.float32), plans)
    found = noise.reshape(64, 4, 8, 4, 8, 4).sum((3, 5)) / 4
    np.testing.assert_allclose(found, plans, atol=1e-5)
    assert abs(noise.std() - 1) < 0.01
    assert abs((noise[..., 1:] * noise[..., :-1]).mean()) < 0.01
    same = with_plans(noise, found.astype(np.float32))
    np.testing.assert_allclose(same, noise, atol=1e-5)


def test_cells_of_a_plan_are_independent_normal_numbers() -> None:
    random = np.random.default_rng(1)
    plans = [draw_plan(random) for _ in range(400)]
    for side in (1, 2, 4):
        cells = [see_cells(plan, side) for plan in plans]
        rows = np.array([[c.level[0, 0, 0], c.across[0, 0, 0], c.along[0, 0, 0]] for c in cells])
        assert np.abs(np.cov(rows.T) - np.eye(3)).max() < 0.2


def test_like_plans_give_like_pictures() -> None:
    picture = draw_composition(3, "circles")
    random = np.random.default_rng(2)
    near = 0.97 * picture.plan + 0.24 * draw_plan(random)
    pixels, close, far = (
        draw_composition_picture(replace(picture, plan=plan), 64).astype(float)
        for plan in (picture.plan, near, draw_plan(random))
    )
    assert np.abs(pixels - close).mean() < 0.5 * np.abs(pixels - far).mean()
