"""Synthetic pictures show what their attributes say, told by judges that share no code with them."""

import csv
import dataclasses
from pathlib import Path

import numpy as np
import pytest

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.data.synthetic.pictures.attributes import (
    HUES,
    JAGGED_RANGES,
    SCHEMES,
    draw_attributes,
)
from latent_resonance.data.synthetic.pictures.captions import caption, name_one
from latent_resonance.data.synthetic.pictures.corpus import (
    make_pictures,
    plan_pictures,
    synthesize_pictures,
)
from latent_resonance.data.synthetic.pictures.draw import FAMILIES, draw_picture
from latent_resonance.data.synthetic.pictures.vocabulary import (
    VOCABULARY,
    colour_of,
    concepts_of,
)
from latent_resonance.evaluation.pictures.appearance import (
    hue_agreement,
    hue_distance,
    measure,
    rank_correlation,
)


@pytest.fixture(scope="module")
def judged():
    """Attributes and measures of 180 pictures."""
    made = [(picture, measure(pixels)) for picture, pixels in make_pictures(180, 96, seed=5)]
    return [one for one, _ in made], [other for _, other in made]


def test_the_same_attributes_give_the_same_picture() -> None:
    for family in FAMILIES:
        picture = draw_attributes(11, family)
        assert picture == draw_attributes(11, family)
        one = draw_picture(picture, 48)
        assert one.shape == (48, 48, 3)
        assert one.dtype == np.uint8
        np.testing.assert_array_equal(one, draw_picture(picture, 48))
        other = draw_picture(dataclasses.replace(picture, seed=12), 48)
        assert not np.array_equal(one, other), family


def test_a_larger_picture_shows_the_same() -> None:
    for family in set(FAMILIES) - {"gradients"}:  # its grain is drawn for each pixel
        picture = draw_attributes(21, family)
        small = draw_picture(picture, 64).astype(float)
        large = draw_picture(picture, 128).reshape(64, 2, 64, 2, 3).mean((1, 3))
        assert np.abs(small - large).mean() < 0.05 * 255, family


def test_every_attribute_is_drawn_over_its_whole_range() -> None:
    drawn = [draw_attributes(seed) for seed in range(600)]
    assert set(FAMILIES) == set(JAGGED_RANGES) == {one.family for one in drawn}
    assert {one.hue for one in drawn} == set(HUES)
    assert {one.scheme for one in drawn} == set(SCHEMES)
    for name in ("chroma", "jagged", "scale", "detail"):
        values = [getattr(one, name) for one in drawn]
        assert 0 <= min(values) < 0.03
        assert 0.94 < max(values) <= 1
    # Independent of each other, so that a model cannot take one for another.
    for one, other in (("jagged", "scale"), ("scale", "detail"), ("chroma", "scale")):
        values = [[getattr(item, name) for item in drawn] for name in (one, other)]
        assert abs(rank_correlation(*values)) < 0.12


def test_lightness_contrast_and_hue_are_true_to_a_few_parts_in_a_hundred(judged) -> None:
    pictures, seen = judged
    light = [abs(one.light - look.light) for one, look in zip(pictures, seen, strict=True)]
    assert max(light) < 0.03
    coloured = [
        (one.hue_degrees, look.hue_degrees)
        for one, look in zip(pictures, seen, strict=True)
        if one.chroma > 0.2 and one.scheme != "rainbow"
    ]
    asked, shown = np.transpose(coloured)
    assert np.median(hue_distance(asked, shown)) < 8
    assert np.quantile(hue_distance(asked, shown), 0.95) < 30
    assert hue_agreement(asked, shown) > 0.95


@pytest.mark.parametrize(
    ("name", "least"),
    [("light", 0.98), ("contrast", 0.9), ("chroma", 0.7), ("jagged", 0.4), ("scale", 0.3)],
)
def test_an_independent_measure_follows_the_attribute(judged, name: str, least: float) -> None:
    pictures, seen = judged
    asked = [getattr(one, name) for one in pictures]
    assert rank_correlation(asked, [getattr(look, name) for look in seen]) > least


def test_detail_follows_where_all_else_stands() -> None:
    for family in FAMILIES:
        steps = []
        for seed in range(4):
            plain = dataclasses.replace(draw_attributes(seed, family), symmetry=0, contrast=0.12)
            looks = [
                measure(draw_picture(dataclasses.replace(plain, detail=detail), 96)).detail
                for detail in (0.0, 1.0)
            ]
            steps.append(looks[1] - looks[0])
        assert np.mean(steps) > 0, family


def test_symmetry_and_schemes_can_be_seen(judged) -> None:
    pictures, seen = judged
    pairs = list(zip(pictures, seen, strict=True))
    assert min(look.symmetry for one, look in pairs if one.symmetry and one.contrast > 0.06) > 0.85
    alone = [look.symmetry for one, look in pairs if not one.symmetry]
    assert np.median(alone) < 0.5

    def spread(scheme: str) -> float:
        return float(
            np.median(
                [look.spread for one, look in pairs if one.scheme == scheme and one.chroma > 0.2]
            )
        )

    assert spread("single") < spread("neighbours") < spread("rainbow")
    grey = [look.chroma for one, look in pairs if colour_of(one) == "grey"]
    assert max(grey) < 0.03


def test_captions_say_what_is_true_in_taught_words() -> None:
    held_out = {word for words in VOCABULARY.values() for word in words.held_out}
    taught = {
        word for words in VOCABULARY.values() for phrase in words.taught for word in phrase.split()
    }
    assert not held_out & taught
    assert len(held_out) == sum(len(words.held_out) for words in VOCABULARY.values())
    longest = sorted(
        ((phrase, name) for name, words in VOCABULARY.items() for phrase in words.taught),
        key=lambda pair: -len(pair[0]),
    )
    random = np.random.Generator(np.random.PCG64(0))
    texts = set()
    for picture in plan_pictures(400, seed=3):
        made = caption(picture, random)
        text = made.text
        assert made.says <= concepts_of(picture)
        found = set()
        texts.add(text)
        left = f" {text} ".replace(",", " , ").replace(" a picture of ", " ")
        for phrase, name in longest:
            if f" {phrase} " in left:
                found.add(name)
                left = left.replace(f" {phrase} ", " ")
        assert not left.replace(",", " ").split(), text
        assert found == made.says, text
        assert caption(picture, random, whole=True).says == concepts_of(picture)
        one = name_one(picture, random)
        assert one.says <= concepts_of(picture)
        assert all(one.text in VOCABULARY[name].taught for name in one.says)
        assert not held_out & set(text.replace(",", "").split())
    assert len(texts) > 380


def test_every_concept_is_true_of_some_and_false_of_some() -> None:
    said = [concepts_of(picture) for picture in plan_pictures(900)]
    for name in VOCABULARY:
        share = sum(name in concepts for concepts in said) / len(said)
        assert 0.02 < share < 0.7, name


def test_a_corpus_of_pictures_is_written_whole_with_its_manifest(tmp_path: Path) -> None:
    from PIL import Image

    folder = tmp_path / "deep" / "pictures"
    told = []
    done = synthesize_pictures(folder, 10, 32, 2, lambda done, of: told.append((done, of)))
    assert done == 10
    assert told[-1] == (10, 10)
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(list(folder.glob("*.png"))) == 10
    for row, (picture, pixels) in zip(rows, make_pictures(10, 32, 2), strict=True):
        with Image.open(folder / row["file"]) as image:
            np.testing.assert_array_equal(np.asarray(image), pixels)
        for name, value in dataclasses.asdict(picture).items():
            assert row[name] == str(value)
        assert row["licence"] == "CC0-1.0"
        assert set(row["concepts"].split()) == concepts_of(picture)
        assert row["caption"]
    (tmp_path / "empty").mkdir()
    assert synthesize_pictures(tmp_path / "empty", 1, 32) == 1


def test_what_makes_no_corpus_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="already"):
        synthesize_pictures(tmp_path / "full", 3, 32)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="already"):
        synthesize_pictures(tmp_path / "file", 3, 32)
    with pytest.raises(OutputError, match="cannot write"):
        synthesize_pictures(tmp_path / "file" / "below", 3, 32)
    for changes, says in (
        ({"count": 0}, "at least 1"),
        ({"size": 4}, "pixels a side"),
        ({"size": 5000}, "pixels a side"),
        ({"seed": -1}, "seed"),
    ):
        with pytest.raises(InputError, match=says):
            synthesize_pictures(tmp_path / "new", **{"count": 1, "size": 32, **changes})

    def stop(done: float, of: float) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthesize_pictures(tmp_path / "new", 5, 32, on_progress=stop)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["file", "full"]
    with pytest.raises(ValueError, match="no picture family"):
        draw_attributes(0, "kittens")
    with pytest.raises(ValueError, match="at least 8 pixels"):
        draw_picture(draw_attributes(0), 4)
