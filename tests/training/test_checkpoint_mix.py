"""Between two checkpoints of a run lie others, and the run goes on from them."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner

from latent_resonance.cli.main import cli
from latent_resonance.contracts.errors import InputError
from latent_resonance.training.checkpoint import read, save
from latent_resonance.training.checkpoint_mix import mix_checkpoints
from latent_resonance.training.families import family_of
from latent_resonance.training.run_settings import RunSettings


@pytest.fixture(scope="module")
def run(small, tmp_path_factory):
    """A run of four steps, and its checkpoints after two and four."""
    folder = tmp_path_factory.mktemp("run")
    recipe = small("stylegan2", reconstruction=1.0, steps=4)
    family = family_of(recipe)
    kept = {}
    for steps in (2, 4):
        settings = RunSettings(steps=steps, resume=steps > 2)
        family.train(recipe, folder / "run", settings)
        kept[steps] = folder / f"{steps}.safetensors"
        kept[steps].write_bytes((folder / "run" / "checkpoint.safetensors").read_bytes())
    return recipe, kept[2], kept[4]


def test_generator_and_encoder_lie_on_the_way_and_the_rest_is_the_later(run, tmp_path: Path):
    _, early, late = run
    told = mix_checkpoints(early, late, tmp_path / "c.safetensors", 0.25)
    one, other, mixed = read(early), read(late), read(tmp_path / "c.safetensors")
    assert (mixed.step, mixed.facts, told["steps"]) == (4, other.facts, [2, 4])
    moved = set()
    for name, value in mixed.tensors.items():
        network = name.split("/", maxsplit=1)[0]
        if network.startswith(("generator", "encoder")) and "optimiser" not in network:
            wanted = 0.75 * one.tensors[name] + 0.25 * other.tensors[name]
            torch.testing.assert_close(value, wanted.to(value.dtype))
            if not torch.equal(one.tensors[name], other.tensors[name]):
                moved.add(network)
        else:
            assert torch.equal(value, other.tensors[name]), name
    assert moved == {"generator", "generator_average", "encoder", "encoder_average"}


@pytest.mark.parametrize(("share", "same_as"), [(0.0, 1), (1.0, 2)])
def test_the_ends_are_the_two(run, tmp_path: Path, share: float, same_as: int) -> None:
    mix_checkpoints(run[1], run[2], tmp_path / "c.safetensors", share)
    wanted, found = read(run[same_as]).tensors, read(tmp_path / "c.safetensors").tensors
    for name, value in wanted.items():
        if name.startswith("generator_average/"):
            torch.testing.assert_close(found[name], value)


def test_a_run_goes_on_from_a_mixed_one(run, tmp_path: Path) -> None:
    recipe, early, late = run
    command = ["models", "mix", str(early), str(late), "--share", "0.5"]
    output = tmp_path / "checkpoint.safetensors"
    done = CliRunner().invoke(cli, [*command, "--output", str(output)])
    assert done.exit_code == 0, done.output
    assert "between steps 2 and 4" in done.output
    family = family_of(recipe)
    trained = family.train(recipe, tmp_path, RunSettings(resume=True))
    assert trained.steps == 4
    wanted = read(output).tensors
    for name, value in trained.players.average.state_dict().items():
        assert torch.equal(value, wanted[f"generator_average/{name}"]), name
    again = CliRunner().invoke(cli, [*command, "--output", str(output)])
    assert isinstance(again.exception, InputError)
    assert "exists already" in str(again.exception)


def test_what_cannot_be_mixed_is_one_line(run, tmp_path: Path) -> None:
    _, early, late = run
    output = tmp_path / "c.safetensors"
    with pytest.raises(InputError, match=r"is 1\.5: give"):
        mix_checkpoints(early, late, output, 1.5)
    facts = {**read(early).facts, "name": "another"}
    save(tmp_path / "a.safetensors", replace(read(early), facts=facts))
    with pytest.raises(InputError, match="checkpoints of one run"):
        mix_checkpoints(tmp_path / "a.safetensors", late, output, 0.5)
    whole = read(early)
    fewer = {k: v for k, v in whole.tensors.items() if not k.startswith("encoder/")}
    save(tmp_path / "b.safetensors", replace(whole, tensors=fewer))
    with pytest.raises(InputError, match="of another stage"):
        mix_checkpoints(tmp_path / "b.safetensors", late, output, 0.5)
    (tmp_path / "d.safetensors").write_bytes(b"no")
    with pytest.raises(InputError, match="not a checkpoint"):
        mix_checkpoints(tmp_path / "d.safetensors", late, output, 0.5)
    assert not output.exists()
