"""Every recipe that is shipped trains: its own networks, two steps."""

from pathlib import Path

import pytest

from latent_resonance.contracts.errors import InputError
from latent_resonance.training.families import family_of
from latent_resonance.training.run import FAMILIES, load_training_recipe, parse_changes
from latent_resonance.training.run_settings import RunSettings

EVERY = sorted((Path(__file__).resolve().parents[2] / "recipes" / "train").glob("*.toml"))
# The weights of fields are drawn: it has no steps.
RECIPES = [path for path in EVERY if load_training_recipe(path).family != "fields"]
# Larger networks on the ways of `images`, and of what test_bundles and test_diffusion train.
ALIKE = {"canvas", "stylegan3", "stylegan3-r", "voice"}


def few(path: Path, pictures: Path) -> dict[str, object]:
    """What makes a step short without making the networks smaller."""
    changes: dict[str, object] = {"batch": 2, "folders": [], "synthetic": 13}
    recipe = load_training_recipe(path)
    if recipe.family == "mood_map":
        changes["synthetic"] = 2  # tracks, which are listened to in full
    if getattr(recipe, "material", "") == "image":
        changes |= {"folders": [{"path": pictures, "label": "source_repo"}], "synthetic": 0}
    if recipe.family == "latent_diffusion":
        changes |= {"composed": 8, "autoencoder_pictures": 8, "autoencoder_steps": 2}
    stages = getattr(recipe, "stages", [])
    if len(stages) > 1:
        # One step at the first size, one at the last.
        changes["stages"] = [
            {**stages[0].model_dump(), "steps": 1},
            {**stages[-1].model_dump(), "steps": 1},
        ]
    return changes


@pytest.mark.parametrize(
    "path",
    [pytest.param(p, marks=pytest.mark.slow) if p.stem in ALIKE else p for p in RECIPES],
    ids=lambda path: path.stem,
)
def test_every_recipe_runs_two_steps(path: Path, pictures: Path, tmp_path: Path) -> None:
    own = load_training_recipe(path)
    recipe = load_training_recipe(path, few(path, pictures))
    family = family_of(recipe)
    told = []
    trained = family.train(recipe, tmp_path / "run", RunSettings(steps=2, on_progress=told.append))
    assert trained.steps == 2
    assert [one.step for one in told] == [1, 2]
    assert [one.kimg for one in told] == [recipe.batch / 1000, 2 * recipe.batch / 1000]
    names = {item.name for item in (tmp_path / "run").iterdir()}
    assert {"checkpoint.safetensors", "progress.csv"} <= names
    # A map of moods makes nothing that could be drawn.
    assert ("samples-0000002.png" in names) == (own.family != "mood_map")
    for networks in family.networks(trained).values():
        assert all(p.isfinite().all() for p in networks.parameters())
    # The networks are the recipe's own.
    for size in ("latent", "channel_base", "channel_max", "hidden", "channels", "resolution"):
        assert getattr(recipe, size, None) == getattr(own, size, None)


def test_every_family_has_a_recipe() -> None:
    assert {load_training_recipe(path).family for path in EVERY} == set(FAMILIES)


def test_names_are_their_own() -> None:
    names = [load_training_recipe(path).name for path in EVERY]
    assert len(set(names)) == len(names)


def test_changes_are_toml_or_words(tmp_path: Path) -> None:
    found = parse_changes(["latent=16", "name=held-16", "variational=false", "folders=[]"])
    assert found == {"latent": 16, "name": "held-16", "variational": False, "folders": []}
    with pytest.raises(InputError, match="KEY=VALUE"):
        parse_changes(["latent"])
    path = next(path for path in RECIPES if path.stem == "autoencoder")
    assert load_training_recipe(path, found).latent == 16
    with pytest.raises(InputError, match="'latents': there is no such key; did you mean 'latent"):
        load_training_recipe(path, {"latents": 16})
    with pytest.raises(InputError, match="set mixtures = 0"):
        load_training_recipe(path, {"conditions": ["pitch"], "with_encoder": False})
