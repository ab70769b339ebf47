"""A run that was cut and resumed has the weights of one that never was, to the last bit."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from latent_resonance.contracts.errors import InputError
from latent_resonance.training.checkpoint import read, save
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


@pytest.mark.parametrize(
    ("family", "changes", "says"),
    [
        ("stylegan2", {"synthetic": 6}, "synthetic 5, the recipe says 6"),
        ("stylegan2", {"learning_rate": 0.01}, "learning_rate 0.002, the recipe says 0.01"),
        ("stylegan2", {"r1": 3.0}, "r1 1.0, the recipe says 3.0"),
        ("stylegan2", {"conditional": True}, "conditional False"),
        ("stylegan2", {"mapping_layers": 3}, "mapping_layers 2"),
        ("stylegan3", {"w_dim": 9}, "w_dim 8"),
        ("stylegan3", {"variant": "r"}, "variant t, the recipe says r"),
        ("dcgan", {"z_dim": 9}, "z_dim 8"),
        ("autoencoder", {"divergence": 0.5}, "divergence 0.001"),
        ("autoencoder", {"mixtures": 0.5}, "mixtures 0.25"),
        ("note_autoencoder", {"partials": 24}, "partials 16"),
        ("note_autoencoder", {"synthetic": 20}, "synthetic 13"),
    ],
)
def test_every_entry_that_steers_a_run_must_be_the_same(
    family: str, changes: dict, says: str, small, tmp_path: Path
) -> None:
    recipe = small(family, steps=1)
    family_of(recipe).train(recipe, tmp_path)
    before = (tmp_path / "checkpoint.safetensors").read_bytes()
    other = small(family, **{"steps": 2, **changes})
    with pytest.raises(InputError, match=says):
        family_of(other).train(other, tmp_path, RunSettings(resume=True))
    assert (tmp_path / "checkpoint.safetensors").read_bytes() == before


def test_what_a_run_shows_and_how_far_it_goes_may_change(small, tmp_path: Path) -> None:
    for family in ("autoencoder", "dcgan"):
        folder = tmp_path / family
        recipe = small(family, steps=1)
        family_of(recipe).train(recipe, folder)
        other = small(family, steps=2, save_every=1, show_every=7, description="more of it")
        assert family_of(other).train(other, folder, RunSettings(resume=True)).steps == 2


def test_other_data_is_refused_and_the_same_elsewhere_is_not(small, tmp_path: Path) -> None:
    def folder(path: Path, licence: str) -> dict[str, str]:
        path.mkdir(parents=True)
        soundfile.write(path / "a.wav", np.sin(np.arange(16_000) / 9), 16_000)
        (path / "manifest.csv").write_text(f"file,label,licence\na.wav,x,{licence}\n")
        return {"path": str(path), "label": "label"}

    one = small("dcgan", steps=1, folders=[folder(tmp_path / "a" / "sounds", "CC-BY-NC-4.0")])
    family = family_of(one)
    family.train(one, tmp_path / "run")
    moved = small("dcgan", steps=2, folders=[folder(tmp_path / "b" / "sounds", "CC-BY-NC-4.0")])
    assert family.train(moved, tmp_path / "run", RunSettings(resume=True)).steps == 2
    freed = small("dcgan", steps=3, folders=[folder(tmp_path / "c" / "sounds", "CC0-1.0")])
    with pytest.raises(InputError, match=r"sources 1 of sounds \(CC-BY-NC-4.0\)"):
        family.train(freed, tmp_path / "run", RunSettings(resume=True))
    other = small("dcgan", steps=3, folders=[folder(tmp_path / "d" / "others", "CC-BY-NC-4.0")])
    with pytest.raises(InputError, match="folders "):
        family.train(other, tmp_path / "run", RunSettings(resume=True))


OLD_FACTS = ("name", "family", "size", "channel_base", "channel_max", "seed", "batch", "hop")


def test_a_checkpoint_of_before_goes_on_and_is_one_line_where_its_networks_differ(
    small, tmp_path: Path
) -> None:
    recipe = small("stylegan2", steps=1)
    family = family_of(recipe)
    family.train(recipe, tmp_path)
    path = tmp_path / "checkpoint.safetensors"
    known = read(path)
    old = {name: known.facts[name] for name in OLD_FACTS}
    save(path, replace(known, facts=old, sources=None))
    for changes in ({"mapping_layers": 3}, {"w_dim": 9}, {"conditional": True}):
        other = small("stylegan2", **{"steps": 2, **changes})
        with pytest.raises(InputError, match="of other networks than the recipe") as error:
            family.train(other, tmp_path, RunSettings(resume=True))
        assert len(str(error.value).splitlines()) == 1
    assert family.train(small("stylegan2", steps=2), tmp_path, RunSettings(resume=True)).steps == 2
    assert read(path).sources is not None
