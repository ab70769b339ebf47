"""What augmentation may do to sounds and pictures, and what it never does."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from latent_resonance.training.adversarial.augment import (
    Augment,
    augment_image,
    augment_spectrogram,
)


def rising(batch: int, bins: int, columns: int) -> torch.Tensor:
    """Loud below, quiet above, at all times the same: upside down it is the opposite."""
    slope = torch.linspace(1, -0.9, bins)[:, None].expand(bins, columns)
    return slope.expand(batch, 1, bins, columns).clone()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    p=st.floats(0.05, 1),
    batch=st.integers(1, 6),
    bins=st.sampled_from([16, 32, 64]),
    columns=st.sampled_from([16, 48]),
)
def test_a_spectrogram_is_never_turned_upside_down(seed, p, batch, bins, columns):
    torch.manual_seed(seed)
    made = augment_spectrogram(rising(batch, bins, columns), torch.tensor(p))
    level = made.mean(3)[:, 0]
    # Masks hide up to an eighth of the bins: the halves still tell up from down.
    assert (level[:, : bins // 2].sum(1) > level[:, bins // 2 :].sum(1)).all()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**31), shift=st.integers(0, 31))
def test_a_mark_in_frequency_stays_in_its_row(seed, shift):
    """Time may be wrapped, rows may be hidden; no energy comes to another row."""
    torch.manual_seed(seed)
    picture = torch.full((4, 1, 32, 32), -1.0)
    picture[:, :, 5, shift] = 1.0
    made = augment_spectrogram(picture, torch.tensor(1.0))
    others = torch.cat([made[:, :, :5], made[:, :, 6:]], 2)
    assert others.max() <= -0.99


@pytest.mark.parametrize("kind", ["spectrogram", "image"])
def test_at_zero_nothing_changes(kind):
    torch.manual_seed(1)
    channels = 1 if kind == "spectrogram" else 3
    picture = torch.rand(3, channels, 32, 32) * 2 - 1
    assert torch.allclose(Augment(kind)(picture), picture, atol=1e-6)


@pytest.mark.parametrize("change", [augment_spectrogram, augment_image])
def test_changes_are_differentiable_and_finite(change):
    torch.manual_seed(2)
    channels = 1 if change is augment_spectrogram else 3
    picture = (torch.rand(4, channels, 32, 48) * 2 - 1).requires_grad_()
    made = change(picture, torch.tensor(1.0))
    assert made.shape == picture.shape
    assert not torch.allclose(made, picture)
    made.square().sum().backward()
    assert picture.grad.isfinite().all()
    assert picture.grad.abs().sum() > 0


def test_gradients_go_through_the_probability_follows_the_sign():
    augment = Augment("spectrogram", kimg=1.0)
    augment.follow(0.9, 100)
    assert float(augment.p) == pytest.approx(0.1)
    augment.follow(0.2, 50)
    assert float(augment.p) == pytest.approx(0.05)
    for _ in range(30):
        augment.follow(1.0, 100)
    assert float(augment.p) == pytest.approx(0.85)
    fixed = Augment("image", kimg=0, start=0.3)
    fixed.follow(1.0, 1000)
    assert float(fixed.p) == pytest.approx(0.3)
