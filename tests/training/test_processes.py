"""Two processes by torchrun: the same weights on both, and what one process would have found."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.training import fabric
from latent_resonance.training.fabric import Worker, start_worker
from latent_resonance.training.families import family_of
from latent_resonance.training.run_settings import RunSettings

SCRIPT = Path(__file__).with_name("one_of_several.py")


def train_in_two(family: str, folder: Path, changes: dict[str, object]) -> list[dict]:
    """Weights of each of two processes after four steps."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
            *("--nproc-per-node=2", str(SCRIPT), family, str(folder), json.dumps(changes), "4"),
        ],
        capture_output=True,
        text=True,
        timeout=240,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [load_file(folder / f"weights-{rank}.safetensors") for rank in range(2)]


def test_a_processor_without_bfloat16_computes_in_32_bits(monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    one = torch.ones(1, 1)
    for has, kind in ((False, torch.float32), (True, torch.bfloat16)):
        monkeypatch.setattr(fabric, "has_bf16", lambda has=has: has)
        with start_worker("bf16-mixed").fabric.autocast():
            assert (one @ one).dtype == kind


def distance(one: dict, other: dict) -> float:
    return float(
        torch.cat(
            [(one[k].double() - other[k].double()).flatten() for k in one if k in other]
        ).norm()
    )


@pytest.mark.parametrize(
    ("family", "changes"),
    [
        pytest.param("autoencoder", {"batch": 4}, marks=pytest.mark.slow),
        (
            "stylegan2",
            {
                "batch": 8,
                "style_mixing": 0.5,
                "path_length": 1.0,
                "path_every": 2,
                "steps": 0,
                "stages": [{"resolution": 16, "steps": 2}, {"resolution": 32, "steps": 2}],
            },
        ),
        pytest.param("dcgan", {"batch": 8}, marks=pytest.mark.slow),
    ],
)
def test_both_processes_hold_the_same_and_stay_close_to_one(
    family, changes, small, weights, tmp_path: Path
):
    def train_here(name: str, steps: int) -> dict:
        recipe = small(family, **changes)
        return weights(
            family_of(recipe).train(recipe, tmp_path / name, RunSettings(steps=steps, threads=1))
        )

    first, second = train_in_two(family, tmp_path / "two", changes)
    assert first.keys() == second.keys()
    for name, value in first.items():
        assert torch.equal(value, second[name]), name
    # One process with the whole batch: twice what each of the two had.
    alone, start = train_here("one", 4), train_here("start", 1)
    travelled, apart = distance(alone, start), distance(alone, first)
    assert travelled > 0
    if family == "autoencoder":
        # Every part of the batch is the same: only the order of sums differs.
        assert apart < 1e-3 * travelled
    else:
        # Each process draws its own z: another run of the same length, no further off than that.
        assert apart < 2 * travelled
    # Only the first process wrote.
    files = {path.name for path in (tmp_path / "two").iterdir()}
    assert "checkpoint.safetensors" in files
    assert not [name for name in files if name.endswith(".partial")]


@pytest.mark.slow
def test_the_command_runs_in_several_processes_and_speaks_once(small_toml, tmp_path: Path) -> None:
    recipe = small_toml(tmp_path / "a.toml", "autoencoder", steps=2)
    bundle = tmp_path / "a" / "a.resonance"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
            *("--nproc-per-node=2", str(SCRIPT), "command"),
            *("train", str(recipe), "--output", str(bundle), "--json"),
        ],
        capture_output=True,
        text=True,
        timeout=240,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    (line,) = done.stdout.strip().splitlines()
    assert json.loads(line)["steps"] == 2
    assert read_bundle(bundle).name == "small"


def test_a_batch_that_does_not_divide_is_refused(small, tmp_path: Path) -> None:
    worker = Worker(None, 1, 3)
    assert worker.share(6) == slice(2, 4)
    with pytest.raises(InputError, match="a batch of 4 does not divide among 3"):
        worker.share(4)
