"""A bundle without an encoder, a folder of clips of its own sounds, and its trained encoder."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip(
    "torch", reason="encoders are trained with the extra latent-resonance[train]"
)

from texture_forge import forge_texture, linear_weights

from latent_resonance.bundles.manifest import Manifest
from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.write import write_bundle
from latent_resonance.training.encoder.add import add_encoder
from latent_resonance.training.encoder.effort import EncoderEffort


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The linear texture without an encoder, and with weights that rebuild it."""
    folder = tmp_path_factory.mktemp("bare")
    whole = read_bundle(forge_texture(folder / "whole.resonance"))
    members = {k: v for k, v in whole.members.items() if k != "encoder.onnx"}
    members["weights.safetensors"] = linear_weights()
    return write_bundle(
        folder / "bare.resonance", Manifest.model_validate(dict(whole.facts)), members
    )


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty clips: noise that decays, dull to bright, some shorter than a window."""
    from scipy.signal import lfilter

    folder = tmp_path_factory.mktemp("clips")
    random = np.random.default_rng(0)
    rows = ["file,label,source_repo,licence"]
    for number in range(40):
        length = int(random.integers(600, 3_000))
        noise = random.standard_normal(length) * np.exp(-np.arange(length) / 400)
        kept = random.uniform(-0.8, 0.8)
        samples = lfilter([1.0], [1.0, -kept], noise)
        samples *= 0.5 / np.abs(samples).max()
        soundfile.write(folder / f"{number}.wav", samples, 16_000)
        rows.append(f"{number}.wav,noise,somewhere,CC0-1.0")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    return folder


@pytest.fixture(scope="session")
def taught(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The bundle with an encoder that learned from the generator alone."""
    torch.set_num_threads(1)
    path = tmp_path_factory.mktemp("taught") / "taught.resonance"
    effort = EncoderEffort(steps=150, seed=1, masked=0.4, rate=3e-3)
    return path, add_encoder(bare, path, effort=effort)
