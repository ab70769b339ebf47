"""What the examples play with where nothing of your own is given; not an example itself."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from PIL import Image

from latent_resonance.training.run import train_bundle

SIZE, COUNT, STEPS = 32, 64, 80
PLAN = """
name = "tiny-pictures"
family = "stylegan2"
material = "image"
{sizes}
batch = 8
reconstruction = 1.0
stages = [{{ resolution = 32, steps = {steps}, adversarial = false }}]
folders = [{{ path = "{folder}", label = "colour" }}]
"""
SIZES = {"resolution": SIZE, "z_dim": 16, "w_dim": 16, "mapping_layers": 2} | dict.fromkeys(
    ("channel_base", "discriminator_base"), 512
)


def tune(folder: Path) -> Path:
    """Sixteen plucked sines in 4 s, as a sound file; gives its path."""
    path, t = folder / "tune.wav", np.arange(4000) / 16_000
    keys = [5 * n % 12 + 12 * (n % 3) for n in range(16)]
    notes = [np.sin(2 * np.pi * 110 * 2 ** (key / 12) * t) * np.exp(-8 * t) for key in keys]
    soundfile.write(path, 0.3 * np.concatenate(notes), 16_000)
    return path


def tiny_pictures(folder: Path) -> Path:
    """A bundle of coloured discs of 32 x 32 pixels, trained in a minute; gives its path.

    One that ``folder`` has already is taken. For pictures of your own there are
    `resonance train images` and `resonance models import network.pkl`.
    """
    bundle = folder / "tiny_pictures.resonance"
    if not bundle.exists():
        with tempfile.TemporaryDirectory() as workplace:
            made = _train(Path(workplace))
            shutil.copy(made, bundle)
    return bundle


def _train(folder: Path) -> Path:
    random = np.random.default_rng(0)
    y, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    rows = ["file,colour"]
    for number in range(COUNT):
        (left, up), radius = random.uniform(-0.5, 0.5, 2), random.uniform(0.2, 0.6)
        inside = ((x - left) ** 2 + (y - up) ** 2 < radius**2)[..., None]
        disc, ground = random.uniform(0, 255, (2, 3))
        pixels = np.where(inside, disc, ground).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
        rows.append(f"{number}.png,any")
    (folder / "manifest.csv").write_text("\n".join(rows))
    sizes = "\n".join(f"{name} = {value}" for name, value in SIZES.items())
    plan = folder / "plan.toml"
    plan.write_text(PLAN.format(sizes=sizes, steps=STEPS, folder=folder.as_posix()))
    return Path(train_bundle(plan, folder / "run" / "tiny.resonance", threads=1)["bundle"])
