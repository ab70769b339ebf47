"""What a recipe may ask for, and bad batches that a run survives."""

import importlib
import math

import numpy as np
import pytest
import torch

from latent_resonance.training.adversarial import losses
from latent_resonance.training.families import family_of
from latent_resonance.training.run_folder import read_curve
from latent_resonance.training.run_settings import RunSettings

LOSSES = {
    "autoencoder": ("latent_resonance.training.autoencoder", "level_loss"),
    "note_autoencoder": ("latent_resonance.training.notes.loop", "level_loss"),
    "stylegan2": ("latent_resonance.training.adversarial.losses", "generator_loss"),
    "dcgan": ("latent_resonance.training.adversarial.losses", "discriminator_loss"),
}


# What is not finite is one question: of the slower families NaN stands for it in CI.
SLOW = ("autoencoder", "note_autoencoder")


@pytest.mark.parametrize(
    ("family", "bad"),
    [
        *((family, math.nan) for family in LOSSES),
        *(
            pytest.param(family, math.inf, marks=[pytest.mark.slow] * (family in SLOW))
            for family in LOSSES
        ),
    ],
)
def test_gradients_that_are_not_finite_do_not_end_a_run(
    family, bad, small, weights, tmp_path, monkeypatch
):
    module = importlib.import_module(LOSSES[family][0])
    whole, calls = getattr(module, LOSSES[family][1]), []

    def spoiled(*arguments):
        calls.append(None)
        loss = whole(*arguments)
        return loss * bad if len(calls) == 2 else loss

    monkeypatch.setattr(module, LOSSES[family][1], spoiled)
    recipe = small(family)
    family_ = family_of(recipe)
    material = family_.gather(recipe)
    trained = weights(family_.train(recipe, tmp_path / "run", material=material))
    assert len(calls) >= 4
    assert all(value.isfinite().all() for value in trained.values())
    spoilt = weights(
        family_.train(recipe, tmp_path / "two", RunSettings(steps=2), material=material)
    )
    assert any(not torch.equal(trained[name], spoilt[name]) for name in trained)


@pytest.mark.parametrize("family", ["stylegan2", "stylegan3", "dcgan"])
@pytest.mark.parametrize("conditional", [False, True])
def test_relativistic_loss_trains_every_family(family, conditional, small, weights, tmp_path):
    recipe = small(family, relativistic=True, conditional=conditional, r1=0.5, r2=0.5)
    trained = weights(family_of(recipe).train(recipe, tmp_path))
    assert all(value.isfinite().all() for value in trained.values())
    row = read_curve(tmp_path)[-1]
    assert float(row["discriminator"]) > 0


def test_relativistic_losses_look_at_the_difference_only():
    real, fake = torch.tensor([[1.0], [2.0]]), torch.tensor([[0.5], [3.0]])
    one = losses.discriminator_loss(real, fake, relativistic=True)
    assert torch.allclose(one, losses.discriminator_loss(real + 5, fake + 5, relativistic=True))
    assert not torch.allclose(
        losses.discriminator_loss(real, fake, relativistic=False),
        losses.discriminator_loss(real + 5, fake + 5, relativistic=False),
    )
    # Equal logits: half of the pairs are told right.
    same = losses.generator_loss(fake, fake)
    assert float(same) == pytest.approx(math.log(2))


@pytest.mark.parametrize("family", ["stylegan2", "stylegan3"])
def test_path_length_is_measured_and_kept(family, small, tmp_path):
    recipe = small(family, path_length=2.0, path_every=1)
    family_ = family_of(recipe)
    material = family_.gather(recipe)
    family_.train(recipe, tmp_path / "run", material=material)
    assert float(read_curve(tmp_path / "run")[-1]["path_length"]) > 0


def test_path_length_wants_steps_of_equal_length():
    """A network whose Jacobian is a multiple of the identity has one length everywhere."""
    torch.manual_seed(0)
    regulariser = losses.PathLength(decay=1.0)
    ws = torch.randn(6, 3, 16, requires_grad=True)
    even = (ws.sum(1) * 2.0).reshape(6, 1, 4, 4)
    spread = torch.linspace(0.1, 8, 6)[:, None, None, None]
    uneven = even * spread
    assert float(regulariser(uneven, ws).detach()) > 20 * float(regulariser(even, ws).detach())


@pytest.mark.parametrize("precision", ["32-true", "bf16-mixed"])
def test_precision_is_the_recipes(precision, small, weights, tmp_path):
    recipe = small("stylegan2", precision=precision, steps=2)
    trained = weights(family_of(recipe).train(recipe, tmp_path))
    floats = [value for value in trained.values() if value.is_floating_point()]
    assert all(value.dtype == torch.float32 for value in floats)
    assert all(value.isfinite().all() for value in floats)


def test_pictures_train_in_colour_and_their_samples_are_not_turned(small, pictures, tmp_path):
    folders = [{"path": pictures, "label": "source_repo"}]
    recipe = small("stylegan2", material="image", folders=folders, synthetic=0)
    family = family_of(recipe)
    material = family.gather(recipe)
    assert material.labels == ["one", "other"]
    real, _ = material.batch(4, np.random.default_rng(0))
    assert real.shape == (4, 3, 32, 32)
    trained = family.train(recipe, tmp_path / "run", material=material)
    assert trained.players.channels == 3
    assert (tmp_path / "run" / "samples-0000004.png").exists()


def test_a_conditional_autoencoder_gives_what_is_asked(small, tmp_path):
    """Weights of labels and the pitch stand behind the latent, and move the result."""

    recipe = small(
        "autoencoder", conditions=["label", "pitch"], mixtures=0.0, synthetic=12, steps=2
    )
    family = family_of(recipe)
    trained = family.train(recipe, tmp_path)
    size = trained.size
    labels = trained.sounds.labels
    assert size.conditions == len(labels) + 1
    w = torch.zeros(3, size.length)
    w[0, size.latent] = 1
    w[1, size.latent + 1] = 1
    w[2, size.latent] = w[2, -1] = 1
    made = trained.decoder(w)
    assert not torch.allclose(made[0], made[1])
    assert not torch.allclose(made[0], made[2])
    asked = trained.sounds.conditions_of(trained.sounds.seen[:1])
    sound = trained.sounds.seen[0]
    assert asked[0, labels.index(sound.label)] == 1
    assert float(asked[0, -1]) == pytest.approx((sound.pitch - 60) / 12)
    with pytest.raises(ValueError, match="conditional"):
        trained.encoder(made)
