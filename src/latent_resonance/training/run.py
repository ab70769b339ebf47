"""From a recipe to a bundle, as ``resonance train`` does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from latent_resonance.training.autoencoder import train
from latent_resonance.training.export import export_bundle
from latent_resonance.training.progress import TrainingProgress
from latent_resonance.training.recipe import load_training_recipe


def train_bundle(
    path: Path,
    output: Path | None = None,
    *,
    resume: bool = False,
    steps: int | None = None,
    threads: int = 0,
    on_progress: Callable[[TrainingProgress], None] | None = None,
) -> dict[str, Any]:
    """Train and export; checkpoints go to ``runs/NAME``.

    Returns:
        Where the bundle is, how many steps it had, and its metrics' training time.

    Raises:
        ResonanceError: the recipe, its data, or the output cannot be used.
    """
    recipe = load_training_recipe(path)
    folder = Path("runs") / recipe.name if output is None else output.parent
    trained = train(
        recipe, folder, resume=resume, steps=steps, threads=threads, on_progress=on_progress
    )
    bundle = export_bundle(
        trained,
        recipe,
        f"resonance train {path.as_posix()}",
        output or folder / f"{recipe.name}.resonance",
    )
    return {
        "bundle": str(bundle),
        "steps": trained.steps,
        "seconds": round(trained.seconds, 1),
        "clips": len(trained.seen) + len(trained.held_out),
    }
