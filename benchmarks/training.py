"""Images a second that each recipe of recipes/train trains with, on one thread.

    python benchmarks/training.py

Real networks and batches of each recipe, on a few synthetic sounds: what a batch is of costs
little. A first step at each of a recipe's sizes (with its penalties), some usual ones, weighted as
the whole run has them. There is no other trainer here to compare with: the baseline is the recipe
``drone`` in the same run. ``texture`` is measured compiled, too.
"""

import os
import sys

# Costs are compared on one thread; numpy reads these when it is first imported.
if __name__ == "__main__":
    for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[_name] = "1"

from dataclasses import asdict
from pathlib import Path
from typing import Any

from latent_resonance.training.rehearsal import duration, rehearse
from latent_resonance.training.run import load_training_recipe

RECIPES = Path(__file__).resolve().parents[1] / "recipes" / "train"
_FEW = ("folders=[]", "synthetic=13")
_COMPILED = (*_FEW, "compile=true")
# No run lies there, whatever was trained where this is started.
_NEW = Path("measured", "new", "new.resonance")


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """Measure every recipe; those of pictures need ``data_dir/images``."""
    import torch

    before = torch.get_num_threads()
    results: dict[str, Any] = {}
    try:
        compiled = asdict(rehearse(RECIPES / "texture.toml", _NEW, threads=1, changes=_COMPILED))
        results["texture, compiled"] = compiled
        for path in sorted(RECIPES.glob("*.toml")):
            changes = list(_FEW)
            if getattr(load_training_recipe(path), "material", "") == "image":
                images = (data_dir or RECIPES.parents[2] / "shared" / "data") / "images"
                if not (images / "manifest.csv").is_file():
                    continue
                folder = f'[{{path = "{images.as_posix()}", label = "source_repo"}}]'
                changes = [f"folders={folder}"]
            results[path.stem] = asdict(rehearse(path, _NEW, threads=1, changes=changes))
    finally:
        torch.set_num_threads(before)
    base = results["drone"]["images_per_second"]
    for row in results.values():
        row["times_drone"] = round(row["images_per_second"] / base, 3)
    return results


def lines(results: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    told = []
    for name, row in results.items():
        parameters = sum(row["parameters"].values()) / 1e6
        told.append(
            f"{name:24} {row['images_per_second']:7.2f} images/s  {row['times_drone']:5.2f} drone  "
            f"{parameters:5.2f} M  whole run {duration(row['seconds'])}"
        )
    return told


if __name__ == "__main__":
    print("\n".join(lines(run(Path(sys.argv[1]) if sys.argv[1:] else None))))
