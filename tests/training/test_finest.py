"""How much the finest scale of a reconstruction counts beside a discriminator, and nowhere else."""

from pathlib import Path

import pytest
import torch

from latent_resonance.training.families import family_of


@pytest.mark.parametrize("adversarial", [True, False])
def test_finest_counts_in_the_game_alone(small, weights, tmp_path: Path, adversarial: bool) -> None:
    found = []
    for finest in (0.5, 0.0):
        recipe = small(
            "stylegan2",
            reconstruction=1.0,
            speckle=True,
            finest=finest,
            stages=[{"resolution": 32, "steps": 1, "adversarial": adversarial}],
            steps=0,
        )
        found.append(weights(family_of(recipe).train(recipe, tmp_path / str(finest))))
    differ = [name for name, value in found[0].items() if not torch.equal(value, found[1][name])]
    assert bool(differ) == adversarial
