"""Attributes move with the parameters of synthetic sounds that stand for them, and stay otherwise."""

import numpy as np
import pytest

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.data.synthetic.textures import make_texture
from latent_resonance.sound.attributes.table import ATTRIBUTES, measure_attributes
from latent_resonance.sound.codec import encode, fit_columns
from latent_resonance.sound.loudest_window import loudest_window

LAYOUT = SpectrogramFormat()
SECONDS = LAYOUT.columns * LAYOUT.hop_seconds


def measured(name: str, family: str, parameter: str, value: float) -> float:
    """Mean over six seeds."""
    found = []
    for seed in range(6):
        samples = make_texture(family, {parameter: value}, seconds=SECONDS, seed=seed)
        level = fit_columns(encode(samples, LAYOUT), LAYOUT)
        found.append(ATTRIBUTES[name].measure(level, LAYOUT))
    return float(np.mean(found))


@pytest.mark.parametrize(
    ("name", "family", "parameter", "least"),
    [
        ("brightness", "noise_burst", "brightness", 1.0),
        ("brightness", "impact", "hardness", 0.6),
        ("rate", "impact", "rate", 1.5),
        ("rate", "noise_burst", "rate", 1.5),
        ("impact", "impact", "damping", 0.8),
        ("size", "impact", "size", 0.6),
        ("size", "scrape", "size", 0.6),
        ("roughness", "scrape", "roughness", 0.1),
    ],
)
def test_an_attribute_follows_its_parameter(
    name: str, family: str, parameter: str, least: float
) -> None:
    low, high = (measured(name, family, parameter, value) for value in (0.1, 0.9))
    assert high - low > least


def test_size_hardly_follows_the_rate_and_brightness_not_at_all() -> None:
    for name in ("brightness", "size"):
        low, high = (measured(name, "noise_burst", "rate", value) for value in (0.1, 0.9))
        assert abs(high - low) < 0.25


def test_brightness_of_a_tone_is_its_octave() -> None:
    time = np.arange(32_768) / 16_000
    for hz in (500.0, 2000.0):
        level = encode(np.sin(2 * np.pi * hz * time).astype(np.float32), LAYOUT)
        assert measure_attributes(level, LAYOUT, ["brightness"])[0] == pytest.approx(
            np.log2(hz / 1000), abs=0.1
        )


def test_size_of_a_tone_is_in_octaves() -> None:
    time = np.arange(32_768) / 16_000
    found = []
    for hz in (250.0, 1000.0):
        level = encode(np.sin(2 * np.pi * hz * time).astype(np.float32), LAYOUT)
        found.append(measure_attributes(level, LAYOUT, ["size"])[0])
    # A tone is as wide as the window's lobe, so its lower edge lies a little below it.
    assert found[0] - found[1] == pytest.approx(2, abs=0.4)


def test_clicks_are_counted() -> None:
    samples = np.zeros(32_768, np.float32)
    samples[4_000::8_000] = 0.8
    level = encode(samples, LAYOUT)
    assert 2 ** measure_attributes(level, LAYOUT, ["rate"])[0] == pytest.approx(2.2, abs=0.4)


def test_what_follows_a_stroke_and_is_weaker_than_it_is_not_counted() -> None:
    samples = np.zeros(32_768, np.float32)
    samples[4_000::8_000] = 0.8
    random = np.random.default_rng(0)
    noise = random.standard_normal(32_768).astype(np.float32)
    for after in range(4_000, 32_768, 8_000):
        samples[after : after + 4_000] += 0.02 * noise[:4_000] * np.exp(-np.arange(4_000) / 800)
    level = encode(samples, LAYOUT)
    assert 2 ** measure_attributes(level, LAYOUT, ["rate"])[0] == pytest.approx(2.2, abs=0.6)


def test_a_flutter_of_the_envelope_is_rough_and_a_single_stroke_of_it_is_not() -> None:
    time = np.arange(32_768) / 16_000
    level = fit_columns(encode(np.sin(2 * np.pi * 1000 * time).astype(np.float32), LAYOUT), LAYOUT)
    moments = np.arange(4 * LAYOUT.columns) * LAYOUT.hop_seconds / 4
    found = []
    for gain in (
        np.zeros(len(moments)),
        np.where(moments > 1, 0.0, -12.0),
        6 * np.sin(2 * np.pi * 70 * moments),
    ):
        (one,) = measure_attributes(level, LAYOUT, ["roughness"], gain.astype(np.float32))
        found.append(one)
    assert abs(found[1] - found[0]) < 0.1
    assert found[2] > found[0] + 1


def test_one_strong_moment_is_an_impact() -> None:
    level = np.full((256, 256), -20, np.float32)
    gain = np.full(1024, -40, np.float32)
    assert measure_attributes(level, LAYOUT, ["impact"], gain)[0] == pytest.approx(0, abs=1e-6)
    gain[512] = 0
    assert measure_attributes(level, LAYOUT, ["impact"], gain)[0] > 6


def test_silence_and_tiny_windows_have_finite_attributes() -> None:
    for columns in (1, 2, 3, 256):
        level = np.full((256, columns), -80, np.float32)
        assert np.isfinite(measure_attributes(level, LAYOUT)).all()


def test_the_loudest_window_is_found_and_silence_is_refused() -> None:
    samples = np.zeros(160_000, np.float32)
    samples[100_000:100_400] = np.sin(np.arange(400))
    window = loudest_window(samples, LAYOUT)
    assert window.shape == (256, 256)
    assert window.max() == 0
    with pytest.raises(MediaError, match="silent"):
        loudest_window(np.zeros(1000, np.float32), LAYOUT)
    with pytest.raises(MediaError, match="not numbers"):
        loudest_window(np.full(1000, np.nan, np.float32), LAYOUT)
    short = loudest_window(np.sin(np.arange(160, dtype=np.float32)), LAYOUT)
    assert short[:, 40:].max() == -80
