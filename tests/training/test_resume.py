"""A run that was cut and resumed has the weights of one that never was, to the last bit."""

from pathlib import Path

import pytest
import torch

from latent_resonance.contracts.errors import InputError
from latent_resonance.training.families import family_of
from latent_resonance.training.run_folder import read_curve
from latent_resonance.training.run_settings import RunSettings

CASES = {
    "autoencoder": {},
    "autoencoder, plain over the plane": {"convolved": "plane", "variational": False},
    "autoencoder, conditional": {"conditions": ["label", "pitch"], "mixtures": 0.0},
    "note_autoencoder": {},
    "note_autoencoder, plain": {"variational": False},
    "stylegan2": {"style_mixing": 0.5, "path_length": 1.0, "path_every": 2, "r2": 1.0},
    "stylegan2, with an encoder": {"reconstruction": 1.0},
    "stylegan2, conditional": {"conditional": True, "relativistic": True},
    "stylegan3": {},
    "stylegan3, r": {"variant": "r"},
    "dcgan": {},
    "dcgan, conditional": {"conditional": True},
}


# Other cases of the same families go the same way in CI.
SLOW = ("autoencoder, plain over the plane", "note_autoencoder, plain", "stylegan3")


@pytest.mark.parametrize(
    "case", [pytest.param(one, marks=[pytest.mark.slow] * (one in SLOW)) for one in CASES]
)
def test_resumed_equals_uninterrupted(case, small, weights, tmp_path: Path) -> None:
    recipe = small(case.split(",")[0], **CASES[case])
    family = family_of(recipe)
    material = family.gather(recipe)
    whole = family.train(recipe, tmp_path / "whole", material=material)
    family.train(recipe, tmp_path / "cut", RunSettings(steps=2), material=material)
    # What other code draws in between changes nothing.
    torch.rand(7)
    resumed = family.train(recipe, tmp_path / "cut", RunSettings(resume=True), material=material)
    wanted, found = weights(whole), weights(resumed)
    assert wanted.keys() == found.keys()
    for name, value in wanted.items():
        assert torch.equal(value, found[name]), name
    assert resumed.steps == 4
    untouched = weights(
        family.train(recipe, tmp_path / "one", RunSettings(steps=1), material=material)
    )
    assert any(not torch.equal(value, untouched[name]) for name, value in wanted.items())


def test_a_run_that_grows_is_resumed_on_both_sides_of_the_growth(small, weights, tmp_path):
    stages = [{"resolution": 16, "steps": 3}, {"resolution": 32, "steps": 3}]
    recipe = small("stylegan2", stages=stages, steps=0, save_every=1)
    family = family_of(recipe)
    whole = weights(family.train(recipe, tmp_path / "whole"))
    for cut in (2, 3, 4):
        folder = tmp_path / str(cut)
        family.train(recipe, folder, RunSettings(steps=cut))
        resumed = weights(family.train(recipe, folder, RunSettings(resume=True)))
        assert all(torch.equal(whole[name], resumed[name]) for name in whole), cut


def test_the_curve_goes_on_where_it_was_cut(small, tmp_path: Path) -> None:
    recipe = small("autoencoder", steps=60, save_every=20, hidden=8)
    family = family_of(recipe)
    material = family.gather(recipe)
    family.train(recipe, tmp_path, RunSettings(steps=50), material=material)
    assert [row["step"] for row in read_curve(tmp_path)] == ["20", "40", "50"]
    # The last checkpoint is gone: the one before it is of step 40.
    (tmp_path / "checkpoint.safetensors").unlink()
    family.train(recipe, tmp_path, RunSettings(resume=True), material=material)
    rows = read_curve(tmp_path)
    assert [row["step"] for row in rows] == ["20", "40", "60"]
    seconds = [float(row["seconds"]) for row in rows]
    assert seconds == sorted(seconds)
    assert [float(row["kimg"]) for row in rows] == [0.04, 0.08, 0.12]


def test_nothing_to_resume_and_other_runs_are_named(small, tmp_path: Path) -> None:
    recipe = small("stylegan2", steps=1)
    family = family_of(recipe)
    with pytest.raises(InputError, match="nothing to resume"):
        family.train(recipe, tmp_path, RunSettings(resume=True))
    family.train(recipe, tmp_path)
    with pytest.raises(InputError, match="channel_base 256, the recipe says 128"):
        family.train(small("stylegan2", channel_base=128), tmp_path, RunSettings(resume=True))
