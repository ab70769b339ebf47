"""From a recipe to a bundle, as ``resonance train`` does."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.files import read_toml
from latent_resonance.training.phases import stop_hint
from latent_resonance.training.progress import TrainingProgress
from latent_resonance.training.recipe import RunRecipe, TrainingRecipe

Progress = Callable[[TrainingProgress], None]
FAMILIES = ("autoencoder", "note_autoencoder", "stylegan2", "stylegan3", "dcgan")


def load_training_recipe(path: Path) -> RunRecipe:
    """Read a recipe of any family.

    Raises:
        InputError: it cannot be read; names the entry.
    """
    family = _family(path)
    if family == "autoencoder":
        return read_toml(path, TrainingRecipe, "recipe")
    if family == "note_autoencoder":
        from latent_resonance.training.notes.recipe import NotesRecipe

        return read_toml(path, NotesRecipe, "recipe")
    from latent_resonance.training.adversarial.recipe import AdversarialRecipe

    return read_toml(path, AdversarialRecipe, "recipe")


def _family(path: Path) -> str:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")).get("family")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        # The reader of the recipe says what is wrong.
        return "autoencoder"
    if found not in FAMILIES:
        raise InputError(f"{path}: family is {found!r}, not one of {', '.join(FAMILIES)}")
    return str(found)


def train_bundle(
    path: Path,
    output: Path | None = None,
    *,
    resume: bool = False,
    steps: int | None = None,
    threads: int = 0,
    source: Path | None = None,
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Train and export; checkpoints, curves and samples go to ``runs/NAME``.

    Under torchrun the first process writes; the others train along.

    Args:
        path: the recipe.
        output: the bundle; ``runs/NAME/NAME.resonance`` when None.
        resume: go on from the last checkpoint.
        steps: stop there instead of where the recipe says.
        threads: of the processor, 0 for PyTorch's choice.
        source: a bundle or checkpoint to start from.
        on_progress: told every few steps.

    Returns:
        Where the bundle is, how many steps it had, seconds, and throughput; where there are any,
        what was taken of ``source`` and how far the samples have come.

    Raises:
        ResonanceError: the recipe, its data, or the output cannot be used.
        ModuleNotFoundError: what training needs is not installed.
    """
    from latent_resonance.training.fabric import finish, leads
    from latent_resonance.training.families import family_of
    from latent_resonance.training.run_folder import read_curve

    recipe = load_training_recipe(path)
    folder = run_folder(recipe, output)
    target = output or folder / f"{recipe.name}.resonance"
    if source is not None and resume:
        raise InputError("--resume goes on with this run, --from starts another: give one of them")
    family = family_of(recipe)
    speed = 0.0

    def watch(progress: TrainingProgress) -> None:
        nonlocal speed
        speed = progress.items_per_second
        if on_progress and leads():
            on_progress(replace(progress, kimg=progress.step * recipe.batch / 1000))

    try:
        trained = family.train(
            recipe,
            folder,
            resume=resume,
            steps=steps,
            threads=threads,
            source=family.weights(source) if source else None,
            on_progress=watch,
        )
    finally:
        finish()
    if leads():
        family.export(trained, recipe, f"resonance train {path.as_posix()}", target)
    told = {
        "transfer": trained.transferred.lines() if trained.transferred else [],
        "phase": stop_hint(read_curve(folder)),
    }
    return {
        "bundle": str(target),
        "steps": trained.steps,
        "kimg": round(trained.steps * recipe.batch / 1000, 3),
        "seconds": round(trained.seconds, 1),
        "items_per_second": round(speed, 2),
        **{name: lines for name, lines in told.items() if lines},
    }


def run_folder(recipe: RunRecipe, output: Path | None) -> Path:
    """Where a run's checkpoint and curves are: beside its bundle, in ``runs/NAME`` by itself."""
    return Path("runs") / recipe.name if output is None else output.parent
