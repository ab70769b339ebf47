"""How far random textures are from full-band recordings, as they sound at 16 and at 48 kHz.

Frechet distances as ``resonance evaluate texture --only distribution`` has them (the same features
and axes), but of what is heard: sounds of ``generate`` with seeds, and recordings and their twins.
Those that the band above 8 kHz was not fitted to (a third, by name) are what sounds are held
against; takes of a sound that is among them are left out of the others.

    python benchmarks/texture_distance.py ../shared/data
"""

import argparse
import csv
import hashlib
import os
import shutil
import sys
import tempfile

# One thread: many sounds on a machine that others share.
if __name__ == "__main__":
    for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[_name] = "1"

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

import latent_resonance as lr
from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.output_rate import wide_layout
from latent_resonance.evaluation.distribution import Space, frechet_distance
from latent_resonance.evaluation.embedding import embed
from latent_resonance.evaluation.real_sounds import Choice, RealWindow, loudest_at_zero, read_real
from latent_resonance.sound.codec import encode, fit_columns
from latent_resonance.sound.hush import hush

_Points = npt.NDArray[np.float64]

RATES = (16_000, 48_000)
_COUNT, _DRAWS, _AXES, _HELD_BACK_OF = 300, 20, 32, 3


def run(data: Path, bundle_name: str, seed: int, count: int) -> dict[int, dict[str, float]]:
    """Rate in Hz to the distances of random sounds and of other recordings, and how many."""
    bundle = open_bundle(bundle_name)
    found = {}
    for rate in RATES:
        layout = wide_layout(bundle.sound_format, rate)
        real = _recordings(data, layout, seed)
        points = embed((one.level_db.astype(np.float32) for one in real), layout)
        kept = np.array([_held_back(Path(one.file).name) for one in real])
        groups = {one.group for one, is_kept in zip(real, kept, strict=True) if is_kept}
        other = np.array([one.group not in groups for one in real])
        made = embed(_made(bundle_name, layout, seed, count), layout)
        # As many of each: a distance of few points is too large.
        size = min(int(kept.sum()), int(other.sum()), len(made))
        space = Space.fit(points, _AXES).carried_by(size)
        random = np.random.default_rng(seed)
        found[rate] = {
            "random sounds": _distance(space, made, points[kept], size, random),
            "other recordings": _distance(space, points[other], points[kept], size, random),
            "windows of each": size,
        }
    return found


def _recordings(data: Path, layout: SpectrogramFormat, seed: int) -> list[RealWindow]:
    """The full-band recordings or, at the model's own rate, their twins."""
    folder = data / "fullband" / "textures"
    choice = Choice("label", {})
    if layout.sample_rate == RATES[-1]:
        return read_real([folder], layout, "anywhere", choice, seed, lambda _: None)
    with tempfile.TemporaryDirectory() as scratch:
        twins = Path(scratch)
        with (folder / "manifest.csv").open(encoding="utf-8", newline="") as table:
            rows = list(csv.DictReader(table))
        for row in rows:
            (twins / row["file"]).parent.mkdir(parents=True, exist_ok=True)
            # Under the recording's name, by which both are held back alike.
            shutil.copyfile(data / "textures" / row["twin"], twins / row["file"])
        shutil.copyfile(folder / "manifest.csv", twins / "manifest.csv")
        return read_real([twins], layout, "anywhere", choice, seed, lambda _: None)


def _held_back(name: str) -> bool:
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "big") % _HELD_BACK_OF == 0


def _made(
    bundle_name: str, layout: SpectrogramFormat, seed: int, count: int
) -> Sequence[FloatArray]:
    instrument = lr.load(bundle_name)
    found = []
    for number in range(count):
        sound = instrument.generate(seed=10_000 * seed + number, rate=layout.sample_rate)
        mono = sound.samples if sound.samples.ndim == 1 else sound.samples.mean(axis=1)
        level = hush(fit_columns(encode(mono, layout), layout), layout.range_db)
        found.append(loudest_at_zero(level, layout.range_db))
    return found


def _distance(
    space: Space, points: _Points, held_back: _Points, size: int, random: np.random.Generator
) -> float:
    found = [
        frechet_distance(
            *(
                space.place(those[random.permutation(len(those))[:size]])
                for those in (points, held_back)
            )
        )
        for _ in range(_DRAWS)
    ]
    return float(np.mean(found))


def main(arguments: Sequence[str]) -> None:
    """Print a line for each rate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--bundle", default="texture")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=_COUNT)
    asked = parser.parse_args(arguments)
    for rate, told in run(asked.data, asked.bundle, asked.seed, asked.count).items():
        made, other = told["random sounds"], told["other recordings"]
        print(
            f"{rate} Hz: random sounds {made:.3f}, other recordings {other:.3f}: "
            f"{made / other:.2f} times ({told['windows of each']:.0f} windows of each)"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
