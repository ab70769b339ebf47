"""The tower that is shipped: what it reads, what it refuses, how well it finds pictures."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from latent_resonance.contracts.errors import InputError
from latent_resonance.data.synthetic.pictures.corpus import make_pictures
from latent_resonance.data.synthetic.pictures.vocabulary import COLOURS, concepts_of
from latent_resonance.navigate.prompts.tower import load_tower, shrink_pictures
from latent_resonance.navigate.prompts.words import hash_pieces, split_text


@pytest.fixture(scope="module")
def tower():
    return load_tower()


@pytest.fixture(scope="module")
def crowd(tower):
    """Concepts and vectors of 270 pictures that training has not seen."""
    made = list(make_pictures(270, 64, seed=77))
    return [concepts_of(one) for one, _ in made], tower.embed_pictures(
        np.stack([pixels for _, pixels in made])
    )


def test_it_is_small() -> None:
    size = len((files("latent_resonance.navigate.prompts") / "tower.safetensors").read_bytes())
    assert size < 3_000_000


def test_vectors_have_length_one_and_are_the_same_each_time(tower) -> None:
    for text in ("red", "intense fiery red, jagged shapes", "RED!", "qwrtzplk", "über Ænima 7"):
        one = tower.embed_text(text)
        assert one.shape == (64,)
        assert one.dtype == np.float32
        assert np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
        np.testing.assert_array_equal(one, tower.embed_text(text))
    np.testing.assert_array_equal(tower.embed_text("red"), tower.embed_text(" Red. "))


def test_a_very_long_prompt_is_read_from_its_beginning(tower) -> None:
    long = "deep blue ocean waves " * 3000
    np.testing.assert_array_equal(
        tower.embed_text(long), tower.embed_text("deep blue ocean waves " * 16)
    )
    assert len(split_text(long)) == 64
    assert tower.embed_text("x" * 10_000).shape == (64,)


def test_a_prompt_without_words_is_refused(tower) -> None:
    for empty in ("", "   ", "123 ,,, !", "\x00"):
        with pytest.raises(InputError, match="at least one word"):
            tower.embed_text(empty)


def test_what_is_no_picture_is_refused(tower) -> None:
    for wrong in (
        np.zeros((64, 64, 3), np.uint8),
        np.zeros((1, 64, 64, 3), np.float32),
        np.zeros((1, 63, 64, 3), np.uint8),
    ):
        with pytest.raises(ValueError, match="pictures"):
            tower.embed_pictures(wrong)


def test_pictures_are_averaged_by_areas() -> None:
    random = np.random.default_rng(0)
    small = random.integers(0, 255, (2, 64, 64, 3), np.uint8)
    large = np.repeat(np.repeat(small, 3, 1), 3, 2)
    np.testing.assert_allclose(shrink_pictures(large), shrink_pictures(small), atol=1e-5)
    wide = np.concatenate([small[:, :, :10], small, small[:, :, :10]], 2)
    np.testing.assert_allclose(shrink_pictures(wide), shrink_pictures(small), atol=1e-5)
    odd = shrink_pictures(np.full((1, 100, 97, 3), 200, np.uint8))
    np.testing.assert_allclose(odd, 200 / 127.5 - 1, atol=1e-5)


def test_pieces_are_the_same_on_every_machine() -> None:
    assert hash_pieces("red", 4096) == [78, 977, 2885, 3528, 3736, 3983]
    assert hash_pieces("redder", 4096) != hash_pieces("red", 4096)
    assert set(hash_pieces("reddish", 4096)) & set(hash_pieces("redder", 4096))


@pytest.mark.parametrize("concept", sorted(COLOURS))
def test_a_colour_finds_its_pictures(tower, crowd, concept: str) -> None:
    concepts, seen = crowd
    first = np.argsort(-(seen @ tower.embed_text(COLOURS[concept].taught[0])))[:10]
    share = np.mean([concept in concepts[index] for index in first])
    chance = np.mean([concept in one for one in concepts])
    assert share >= 0.7 > 2 * chance


def test_words_that_captions_never_use_find_colours_more_often_than_chance(tower, crowd) -> None:
    concepts, seen = crowd
    gains = []
    for concept, words in COLOURS.items():
        for word in words.held_out:
            first = np.argsort(-(seen @ tower.embed_text(word)))[:10]
            share = np.mean([concept in concepts[index] for index in first])
            gains.append(share - np.mean([concept in one for one in concepts]))
    assert np.mean(gains) > 0.25


def test_a_file_that_is_no_tower_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read"):
        load_tower(tmp_path / "gone.safetensors")
    (tmp_path / "broken").write_bytes(b"\xff" * 40)
    with pytest.raises(InputError, match="no prompt tower"):
        load_tower(tmp_path / "broken")
    save_file({"words": np.zeros(3, np.uint8)}, tmp_path / "part")
    with pytest.raises(InputError, match="no prompt tower"):
        load_tower(tmp_path / "part")
