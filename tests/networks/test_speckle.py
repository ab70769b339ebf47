"""The grain of noise: added with its own statistics, and found again in sounds."""

import numpy as np
import pytest
import torch

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.networks import stylegan2
from latent_resonance.networks.stylegan2.speckle import Speckle
from latent_resonance.sound.codec import encode

LAYOUT = SpectrogramFormat(n_fft=128, hop=32, columns=64)


@pytest.fixture(scope="module")
def speckle() -> Speckle:
    torch.set_num_threads(1)
    return Speckle((64, 64), 32)


def picture(samples: np.ndarray) -> torch.Tensor:
    level = encode(samples.astype(np.float32), LAYOUT)[:, :64]
    return torch.from_numpy(level)[None, None] / 40 + 1


def noise(seed: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(64 * 32)


def test_noise_is_found_to_be_noise_and_its_level_to_be_even(speckle: Speckle) -> None:
    real = picture(noise())
    level, strength = speckle.part(real)[0, :, 4:-4, 4:-4]
    assert strength.mean() > 0.85
    assert level.std() < 0.35 * real[..., 4:-4, 4:-4].std()


def test_tones_and_clicks_are_left_as_they_are(speckle: Speckle) -> None:
    time = np.arange(64 * 32)
    tone = np.sin(2 * np.pi * time / 16)
    click = np.where(time == 1000, 1.0, 0.0)
    for sound in (tone, click):
        real = picture(sound)
        level, strength = speckle.part(real)[0]
        loud = real[0, 0] > 0
        assert strength[loud].mean() < 0.2
        assert (level - real[0, 0])[loud].abs().mean() < 0.02


def test_parts_put_together_again_are_noise_of_the_same_spread(speckle: Speckle) -> None:
    real = picture(noise())
    level, strength = speckle.part(real).split(1, 1)
    logit = torch.logit(strength.clamp(1e-3, 1 - 1e-3))
    torch.manual_seed(1)
    made = speckle(torch.cat([level, logit], 1), "random")
    inner = (..., slice(4, -4), slice(4, -4))
    assert float(made[inner].std()) == pytest.approx(float(real[inner].std()), rel=0.15)
    assert float(made[inner].mean()) == pytest.approx(float(real[inner].mean()), abs=0.03)
    # Another noise, not the same one again.
    a, b = (x[inner].flatten() - x[inner].mean() for x in (made, real))
    assert float((a * b).sum() / (a.norm() * b.norm())) < 0.5


def test_modes(speckle: Speckle) -> None:
    parts = torch.zeros(2, 2, 64, 64)
    parts[:, 1] = 20.0
    torch.testing.assert_close(speckle(parts, "const")[0], speckle(parts, "const")[1])
    one, other = speckle(parts, "random")
    assert not torch.equal(one, other)
    assert not speckle(parts, "none").any()
    # A smaller picture gets the mean of the same grains.
    small = speckle(torch.nn.functional.avg_pool2d(parts, 4), "const")
    whole = torch.nn.functional.avg_pool2d(speckle(parts, "const"), 4)
    torch.testing.assert_close(small, whole)


def test_a_generator_learns_both_channels() -> None:
    torch.manual_seed(0)
    options = {"channel_base": 256, "channel_max": 16, "speckle": 32}
    synthesis = stylegan2.Synthesis(8, 64, 1, **options)
    ws = torch.randn(2, synthesis.num_ws, 8)
    made = synthesis(ws, "random")
    assert made.shape == (2, 1, 64, 64)
    parts = synthesis(ws, "const", apart=True)
    assert parts.shape == (2, 2, 64, 64)
    made.square().mean().backward()
    slope = synthesis.b64.torgb.weight.grad
    assert slope[0].abs().max() > 0
    assert slope[1].abs().max() > 0
    assert not any("speckle" in name for name in synthesis.state_dict())
    with pytest.raises(ValueError, match="one channel"):
        stylegan2.Synthesis(8, 64, 3, **options)
