"""From a recipe to a bundle, as ``resonance train`` does."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.files import read_toml
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

    Args:
        path: the recipe.
        output: the bundle; ``runs/NAME/NAME.resonance`` when None.
        resume: go on from the last checkpoint.
        steps: stop there instead of where the recipe says.
        threads: of the processor, 0 for PyTorch's choice.
        source: a bundle or checkpoint to start from (adversarial families).
        on_progress: told every few steps.

    Returns:
        Where the bundle is, how many steps it had, seconds, and throughput.

    Raises:
        ResonanceError: the recipe, its data, or the output cannot be used.
    """
    recipe = load_training_recipe(path)
    folder = Path("runs") / recipe.name if output is None else output.parent
    target = output or folder / f"{recipe.name}.resonance"
    command = f"resonance train {path.as_posix()}"
    if source is not None and recipe.family in {"autoencoder", "note_autoencoder"}:
        raise InputError(f"--from starts a generator; {recipe.family} is trained from nothing")
    told: list[str] = []
    speed = 0.0

    def watch(progress: TrainingProgress) -> None:
        nonlocal speed
        speed = progress.items_per_second
        if on_progress:
            on_progress(progress)

    options: dict[str, Any] = {
        "resume": resume,
        "steps": steps,
        "threads": threads,
        "on_progress": watch,
    }
    trained: Any
    if isinstance(recipe, TrainingRecipe):
        from latent_resonance.training.autoencoder import train
        from latent_resonance.training.autoencoder_export import export_bundle

        trained = train(recipe, folder, **options)
        bundle = export_bundle(trained, recipe, command, target)
    elif recipe.family == "note_autoencoder":
        from latent_resonance.training.notes.export import export_notes
        from latent_resonance.training.notes.loop import train_notes

        trained = train_notes(recipe, folder, **options)  # type: ignore[arg-type]
        bundle = export_notes(trained, recipe, command, target)  # type: ignore[arg-type]
    else:
        from latent_resonance.training.adversarial.export import export_gan, source_weights
        from latent_resonance.training.adversarial.loop import train_adversarial

        weights = source_weights(source) if source else None
        trained = train_adversarial(recipe, folder, source=weights, **options)  # type: ignore[arg-type]
        bundle = export_gan(trained, recipe, command, target)  # type: ignore[arg-type]
        told = trained.transferred.lines() if trained.transferred else []
    return {
        "bundle": str(bundle),
        "steps": trained.steps,
        "seconds": round(trained.seconds, 1),
        "items_per_second": round(speed, 2),
        **({"transfer": told} if told else {}),
    }
