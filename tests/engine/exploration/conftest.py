"""A small bundle with sliders, made once, and sounds to ask it with."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.bundles.read import read_bundle
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.recipe import PartChoice


@pytest.fixture(scope="session")
def small_texture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch", reason="sliders are found with the extra latent-resonance[train]")
    from texture_forge import forge_with_sliders

    return forge_with_sliders(tmp_path_factory.mktemp("texture"))


@pytest.fixture
def explorer(small_texture: Path) -> Iterator[Explorer]:
    with Explorer(read_bundle(small_texture), PartChoice(part="openvino"), threads=1) as opened:
        yield opened


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    """A folder of sounds, good and bad."""
    folder = tmp_path / "sounds"
    folder.mkdir()
    random = np.random.default_rng(0)
    noise = random.uniform(-0.5, 0.5, 16_000).astype(np.float32)
    clicks = np.zeros(16_000, np.float32)
    clicks[::2_000] = 0.9
    soundfile.write(folder / "noise.wav", noise, 16_000)
    soundfile.write(folder / "clicks.wav", clicks, 16_000)
    soundfile.write(folder / "silence.wav", np.zeros(16_000), 16_000)
    soundfile.write(folder / "short.wav", noise[:160], 16_000)
    soundfile.write(folder / "high.wav", np.repeat(noise, 12)[:96_000], 192_000)
    soundfile.write(folder / "stereo.wav", np.stack([noise, clicks], 1), 16_000)
    bad = noise.copy()
    bad[100] = np.nan
    soundfile.write(folder / "nan.wav", bad, 16_000, subtype="FLOAT")
    (folder / "text.wav").write_text("no sound")
    return folder
