"""The map from music to moods: aims on made points, the file, and what it refuses."""

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra latent-resonance[train]")

from safetensors import safe_open

from latent_resonance.contracts.errors import InputError
from latent_resonance.sense.listening.character import MEASURES
from latent_resonance.sense.listening.mood_map import AXES, load_mood_map
from latent_resonance.training.mood_map.aims import (
    contrast_loss,
    evenness_loss,
    order_loss,
    references,
)
from latent_resonance.training.mood_map.export import export_mood_map
from latent_resonance.training.mood_map.loop import train_mood_map
from latent_resonance.training.mood_map.material import Music, gather_music
from latent_resonance.training.mood_map.recipe import MoodMapRecipe
from latent_resonance.training.run_settings import RunSettings


def made_music(songs: int = 5, steps: int = 60) -> Music:
    """Songs that differ in all measures, each of which moves a little."""
    random = np.random.default_rng(0)
    middles = 2 * random.standard_normal((songs, 1, len(MEASURES)))
    moving = 0.2 * random.standard_normal((songs, steps, len(MEASURES)))
    none = np.zeros(len(MEASURES))
    return Music([str(k) for k in range(songs)], list(middles + moving), none, none + 1, 0.2)


def recipe(**changes: object) -> MoodMapRecipe:
    return MoodMapRecipe(name="m", family="mood_map", batch=40, hidden=8, **changes)


def test_aims_prefer_what_they_say() -> None:
    songs = torch.tensor([0, 0, 1, 1])
    apart = torch.tensor([[-1.0, 0], [-0.9, 0], [0.9, 0], [1.0, 0]])
    assert contrast_loss(apart, songs) < contrast_loss(apart[[0, 2, 1, 3]], songs)
    rising = torch.linspace(-1, 1, 4)[:, None].repeat(1, 2)
    assert order_loss(rising, rising) < order_loss(-rising, rising)
    spread = torch.rand(64, 2) * 2 - 1
    assert evenness_loss(spread) < evenness_loss(0.1 * spread)
    assert evenness_loss(spread) < evenness_loss(spread[:, :1].repeat(1, 2))


def test_attacks_drive_and_treble_is_bright() -> None:
    plain, struck, bright = np.zeros((3, len(MEASURES)))
    struck[MEASURES.index("onset_strength_mean")] = 1
    bright[MEASURES.index("centroid_mean")] = 1
    found = references(np.stack([plain, struck, bright]))
    assert found[1, 0] > found[0, 0] == found[2, 0]
    assert found[2, 1] > found[0, 1] == found[1, 1]


def test_it_learns_songs_apart_and_its_file_gives_the_same_points(tmp_path: Path) -> None:
    music = made_music()
    trained = train_mood_map(
        recipe(steps=150), tmp_path / "run", RunSettings(threads=1), material=music
    )
    path = export_mood_map(trained, recipe(), "train it", tmp_path / "map.safetensors")
    found = load_mood_map(path)
    x = music.songs[0][:3]
    expected = trained.network(torch.from_numpy(np.clip(x, -3, 3)).float()).detach().numpy()
    np.testing.assert_allclose([found.point(one) for one in x], expected, atol=1e-5)
    with safe_open(path, "np") as file:
        told = file.metadata()
    assert told["command"] == "train it"
    assert json.loads(told["figures"])["between_over_within"] > 2


def test_one_song_is_refused_and_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it needs two"):
        gather_music(recipe(folders=[{"path": tmp_path}]))
    with pytest.raises(InputError, match="is not a folder"):
        gather_music(recipe(folders=[{"path": tmp_path / "none"}]))


def test_the_shipped_map_reads_what_is_measured() -> None:
    point = load_mood_map().point(load_mood_map().middle)
    assert point.shape == (len(AXES),)
    assert np.abs(point).max() < 1


@pytest.mark.parametrize("content", [b"", b"x" * 40])
def test_a_file_that_is_no_map_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "no.safetensors"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no mood map"):
        load_mood_map(path)
