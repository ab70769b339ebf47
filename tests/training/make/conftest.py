"""A folder of short sounds, a tiny recipe, and the bundle that was made of them with three cuts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip(
    "torch", reason="bundles are made with the extra latent-resonance[train]"
)

from latent_resonance.training.adversarial.recipe import AdversarialRecipe
from latent_resonance.training.make.plan import MakeEffort
from latent_resonance.training.make.run import Told, Wanted, make_bundle

TINY = {
    "name": "tiny",
    "family": "stylegan2",
    "resolution": 32,
    "hop": 16,
    "z_dim": 8,
    "w_dim": 8,
    "channel_base": 256,
    "channel_max": 8,
    "discriminator_base": 256,
    "discriminator_max": 8,
    "batch": 4,
    "save_every": 2,
    "show_every": 100,
    "penalty_every": 2,
    "reconstruction": 1.0,
    "near": 0.3,
    "stages": [
        {"resolution": 32, "steps": 3, "adversarial": False},
        {"resolution": 32, "steps": 1},
    ],
}
LITTLE = MakeEffort(4, 3, 200, 4, envelope_steps=2, envelope_sounds=4, threads=1)


class CutError(Exception):
    """The run ends here, as if it were killed."""


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sounds without a manifest: two folders of six, one in none, and files that are none."""
    folder = tmp_path_factory.mktemp("own") / "sounds"
    random = np.random.default_rng(0)
    for number in range(12):
        place = folder / ("taps" if number % 2 else "hiss, long")
        place.mkdir(parents=True, exist_ok=True)
        noise = random.standard_normal(2400)
        if number % 2:
            noise *= np.exp(-np.arange(2400) / 200)
        soundfile.write(place / f"{number}.wav", 0.4 * noise / np.abs(noise).max(), 16_000)
    soundfile.write(folder / "without-label.wav", 0.1 * random.standard_normal(2400), 16_000)
    (folder / "broken.wav").write_bytes(b"RIFF")
    (folder / "notes.txt").write_text("not a sound")
    return folder


@pytest.fixture(scope="session")
def want(sounds: Path) -> Callable[..., Wanted]:
    """What is made of these sounds."""

    def make(output: Path, **changes: Any) -> Wanted:
        recipe = AdversarialRecipe.model_validate(TINY)
        given = {"folder": sounds, "recipe": recipe, "start": None, "effort": LITTLE, **changes}
        return Wanted(output=output, command="resonance make tiny sounds", **given)

    return make


@pytest.fixture(scope="session")
def made(
    want: Callable[..., Wanted], tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], list[list[str]]]:
    """The result of the last of four runs, the others being cut, and the lines of all."""
    torch.set_num_threads(1)
    output = tmp_path_factory.mktemp("made") / "own.resonance"
    told: list[list[str]] = []

    def run(cut_at: str) -> dict[str, Any]:
        lines: list[str] = []
        told.append(lines)

        def show(step: str, done: float, total: float, left: str) -> None:
            if step == cut_at and done > total / 2:
                raise CutError

        return make_bundle(want(output), Told(lines.append, show))

    for step in ("train", "encoder", "controls, slopes"):
        with pytest.raises(CutError):
            run(step)
        assert not output.exists()
    return run("never"), told
