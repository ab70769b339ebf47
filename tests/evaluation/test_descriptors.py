"""Descriptions of textures: what they must notice, and what they must not."""

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.evaluation.descriptors import describe_texture

LAYOUT = SpectrogramFormat(16_000, 512, 128, 256, 80.0, "gauss")


def noise(seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.uniform(-30, 0, (256, 256)).astype(np.float32)


def test_loudness_does_not_count() -> None:
    loud, soft = noise(), noise() - 6
    for name, values in describe_texture(loud, LAYOUT).items():
        other = describe_texture(soft, LAYOUT)[name]
        # The contrast to the floor is 6 dB less for the softer one, nothing else may differ much.
        np.testing.assert_allclose(values, other, atol=0.6, err_msg=name)


def test_the_rate_of_a_beat_is_in_its_band_of_modulation() -> None:
    seconds = np.arange(256) * LAYOUT.hop_seconds
    for rate, octave in ((1.5, 1), (6, 3), (24, 5)):
        beat = np.where((seconds * rate) % 1 < 0.5, 0.0, -12.0)
        found = describe_texture(noise() + beat[None].astype(np.float32), LAYOUT)["modulation"]
        bands = found.reshape(7, 9)
        assert bands[:, -1].argmax() == octave


def test_a_tone_is_less_flat_than_noise_and_a_hit_falls() -> None:
    tone = np.full((256, 256), -70.0, np.float32)
    tone[40] = 0
    flat, tonal = (describe_texture(one, LAYOUT)["tonality"][:8] for one in (noise(), tone))
    assert tonal.min() < flat.min() - 5
    hit = noise() - np.linspace(0, 50, 256, dtype=np.float32)
    assert describe_texture(hit, LAYOUT)["decay"][-16:].mean() < -10
    assert abs(describe_texture(noise(), LAYOUT)["decay"][-16:].mean()) < 3


def test_silence_and_short_windows_are_finite_numbers() -> None:
    silence = np.full((256, 256), -80.0, np.float32)
    short = SpectrogramFormat(16_000, 512, 128, 16, 80.0, "gauss")
    for level, layout in ((silence, LAYOUT), (noise()[:, :16], short), (silence[:, :16], short)):
        found = describe_texture(level, layout)
        assert all(np.isfinite(values).all() for values in found.values())
    sizes = {name: len(values) for name, values in describe_texture(noise(), LAYOUT).items()}
    assert sizes == {name: len(values) for name, values in found.items()}
