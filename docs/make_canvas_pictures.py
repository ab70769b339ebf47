"""Pictures of the model ``canvas`` for the docs: its sheet, and the run's curves.

    python docs/make_canvas_pictures.py canvas.resonance runs/canvas

The sheet shows random places, not picked. The curves come from ``progress.csv``.
"""

import argparse
import csv
from pathlib import Path

import matplotlib as mpl
import numpy as np
from PIL import Image

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.members import MAPPING
from latent_resonance.contracts.values import ByteArray, Latent, Spec
from latent_resonance.models import openvino
from latent_resonance.models.engines.member import Member
from latent_resonance.models.engines.seeded_place import seeded_place

PICTURES = Path(__file__).parent / "pictures"
SEEDS = range(1000, 1040)
ACROSS = 10
CURVES = (("generator", "discriminator"), ("reconstruction",), ("structure", "sharpness"))


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("bundle", help="name or path")
    given.add_argument("run", type=Path, help="folder with progress.csv")
    given.add_argument("--output", type=Path, default=PICTURES, help="folder of the pictures")
    options = given.parse_args()
    bundle = open_bundle(options.bundle)
    options.output.mkdir(parents=True, exist_ok=True)
    keep(sheet(drawn(bundle)), options.output / "canvas-sheet.webp")
    draw_curves(options.run / "progress.csv", options.output / "canvas-curves.png")


def drawn(bundle: Bundle) -> list[ByteArray]:
    """The picture of each seed's place."""
    mapping = Member(bundle, MAPPING)
    part = openvino.Part(openvino.Options(), bundle)
    part.prepare(Spec(format=bundle.format))
    places = [seeded_place(bundle, seed, mapping) for seed in SEEDS]
    pictures = [part.generate(Latent(w)).pixels for w in places]
    part.close()
    return pictures


def sheet(pictures: list[ByteArray]) -> ByteArray:
    rows = [np.concatenate(pictures[k : k + ACROSS], 1) for k in range(0, len(pictures), ACROSS)]
    return np.concatenate(rows)


def keep(picture: ByteArray, path: Path) -> None:
    Image.fromarray(picture).save(path, quality=85, method=6)


def draw_curves(progress: Path, path: Path) -> None:
    """Losses, reconstruction and phases of the run over thousands of pictures."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    with progress.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    figure, axes = plt.subplots(1, len(CURVES), figsize=(11, 2.8), layout="constrained")
    for axis, names in zip(axes, CURVES, strict=True):
        for name in names:
            points = [(float(r["kimg"]), float(r[name])) for r in rows if r.get(name)]
            if points:
                axis.plot(*zip(*points, strict=True), label=name, linewidth=1)
        axis.set_xlabel("thousands of pictures")
        axis.legend(fontsize=8)
    figure.savefig(path, dpi=110)
    plt.close(figure)


if __name__ == "__main__":
    main()
