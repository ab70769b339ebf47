"""One process of a run; started by test_processes.py, perhaps by torchrun."""

import json
import os
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from conftest import make_recipe, weights_of
from latent_resonance.training.fabric import finish
from latent_resonance.training.families import family_of
from latent_resonance.training.run_settings import RunSettings


def main() -> None:
    torch.set_num_threads(1)
    if sys.argv[1] == "command":
        from latent_resonance.cli.main import main as resonance

        sys.argv = ["resonance", *sys.argv[2:]]
        resonance()
        return
    family, folder, changes = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
    recipe = make_recipe(family, **changes)
    trained = family_of(recipe).train(
        recipe, folder, RunSettings(steps=int(sys.argv[4]), threads=1)
    )
    rank = os.environ.get("RANK", "0")
    weights = {name: value.contiguous() for name, value in weights_of(trained).items()}
    save_file(weights, folder / f"weights-{rank}.safetensors")
    finish()


if __name__ == "__main__":
    main()
