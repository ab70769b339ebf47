"""48 and 44.1 kHz, in two channels: in tune, in the middle, whole, whatever the blocks."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.parts import Want
from latent_resonance.contracts.values import FloatArray, Latent, Spec
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.sound_reader import SoundReader
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.output_rate import wide_layout, with_band
from latent_resonance.engine.performance import Steps
from latent_resonance.engine.recipe import PartChoice, load_recipe
from latent_resonance.engine.report import measure_sound
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.windows import InlineWindows
from latent_resonance.models import harmonic
from latent_resonance.render import living_spectrogram
from latent_resonance.sound.clicks import find_clicks

OWN = SpectrogramFormat(columns=96)
WIDE = wide_layout(OWN, 48_000)
FRAMES = 14_000


def stereo(hops: int, hz: float, play=lambda k: {}, slope: float = -4.0) -> FloatArray:
    """A tone of the harmonic model, widened and rendered at 48 kHz in two channels."""
    inner = harmonic.Part(harmonic.Options(hz=hz))
    inner.prepare(Spec(format=OWN))
    model = with_band(inner, WIDE, inner.space)
    part = living_spectrogram.Part(living_spectrogram.Options(most_level_db=0, channels=2))
    part.prepare(Spec(format=WIDE, seed=3))
    w = np.array([0, slope, 0], np.float32)
    window = part.ready(model.generate(Latent(w)), Want(w))
    state, out = part.start(), []
    for k in range(hops):
        at = Latent(w, play(k))
        block, _, state = part.render(state, at, SimpleNamespace(latest=lambda: window))
        out.append(block.samples)
    return np.concatenate(out)


@pytest.mark.parametrize("hz", [220.0, 3001.0])
def test_a_steady_tone_is_in_tune_and_in_the_middle(hz: float) -> None:
    sound = stereo(260, hz, lambda k: {"gain_db": -6.0})[24_000:]
    left = sound[:, 0] * np.hanning(len(sound))
    level = np.log(np.abs(np.fft.rfft(left, 4 * len(left))) + 1e-12)
    k = int(level.argmax())
    a, b, c = level[k - 1 : k + 2]
    found = (k + 0.5 * (a - c) / (a - 2 * b + c)) * 48_000 / (4 * len(left))
    assert abs(1200 * np.log2(found / hz)) < 0.1
    blocks = np.sqrt((sound[: len(sound) // 4800 * 4800, 0].reshape(-1, 4800) ** 2).mean(axis=1))
    assert blocks.max() / blocks.min() < 1.01
    difference = sound[:, 0] - sound[:, 1]
    assert np.std(difference) < 0.02 * np.std(left)


def test_moving_everything_makes_no_click() -> None:
    def play(k: int) -> dict[str, float]:
        return {
            "speed": 1 + np.sin(k / 50),
            "high_hz": 9000 + 7000 * np.sin(k / 30),
            "tilt_db": 2 * np.sin(k / 70),
            "gain_db": -14 + 3 * np.sin(k / 20),
            "entropy": 0.3,
        }

    sound = stereo(600, 200.0, play, slope=0.3)[6000:]
    assert np.isfinite(sound).all()
    assert find_clicks(sound[:, 0], 48_000) == find_clicks(sound[:, 1], 48_000) == []
    broken = sound[:, 0].copy()
    broken[12_000] += 0.3
    assert find_clicks(broken, 48_000)


def texture(rate: int | None, sizes: list[int], channels: int = 2) -> FloatArray:
    recipe = load_recipe("texture")
    hands = (PartChoice(part="sliders"),)
    start = {"start": "rain"}
    recipe = recipe.model_copy(update={"chain": [recipe.chain[0].model_copy(update=start)]})
    setup = Setup(senses=hands, rate=rate, threads=1, render={"channels": channels})
    with assemble(recipe, setup) as performance:
        chain, meters = performance.chain, Meters()
        assert chain.spec.sample_rate == (rate or 16_000)
        assert chain.step_seconds == 0.008
        windows = InlineWindows(chain.model, chain.renderer, meters)
        reader = SoundReader(Steps(chain, performance.senses, windows, meters))
        return np.concatenate([reader.read(size).samples for size in sizes])


@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_streaming_equals_offline(rate: int) -> None:
    sizes = np.random.default_rng(1).integers(1, 1500, 40)
    sizes = sizes[: int(np.searchsorted(sizes.cumsum(), FRAMES))].tolist()
    whole = texture(rate, [FRAMES])
    np.testing.assert_array_equal(texture(rate, [*sizes, FRAMES - sum(sizes)]), whole)
    # There is sound up to 16 kHz, and noise is wide, yet whole in mono.
    power = np.abs(np.fft.rfft(whole[FRAMES // 2 :, 0])) ** 2
    edges = np.searchsorted(np.fft.rfftfreq(FRAMES // 2, 1 / rate), [2000, 8000, 12_000, 16_000])
    below, above, top = (10 * np.log10(power[a:b].mean()) for a, b in pairwise(edges))
    assert below - 25 < above
    assert above - 25 < top
    sides = measure_sound(whole[FRAMES // 4 :], rate, Path("a.wav"))
    assert 0 < sides["mono_loss_db"] < 1
    assert sides["stereo_correlation"] < 0.97
    levels = (whole[FRAMES // 4 :] ** 2).mean(axis=0)
    assert abs(10 * np.log10(levels[0] / levels[1])) < 0.5


def test_the_own_rate_is_as_without_one() -> None:
    np.testing.assert_array_equal(texture(16_000, [4000], 1), texture(None, [4000], 1))


def test_a_rate_that_is_not_made_is_told() -> None:
    with pytest.raises(InputError, match="--rate 96000: from 8000 to 48000 Hz"):
        wide_layout(replace(OWN), 96_000)
