"""From a recipe to a bundle, as ``resonance train`` does."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.text_files import first_fault, parse_toml, read_text, read_toml
from latent_resonance.training.phases import stop_hint
from latent_resonance.training.progress import TrainingProgress
from latent_resonance.training.recipe import RunRecipe, TrainingRecipe
from latent_resonance.training.run_settings import RunSettings

if TYPE_CHECKING:
    from latent_resonance.training.families import Family

Progress = Callable[[TrainingProgress], None]
_BUNDLE = ".resonance"
FAMILIES = (
    "autoencoder",
    "note_autoencoder",
    "stylegan2",
    "stylegan3",
    "dcgan",
    "fields",
    "mood_map",
    "latent_diffusion",
)


def load_training_recipe(
    path: Path, changes: Mapping[str, Any] | None = None, *, called: str = ""
) -> RunRecipe:
    """Read a recipe of any family.

    Args:
        path: the recipe.
        changes: entries in place of its own.
        called: what a message calls the recipe with its changes; its path with --set by itself.

    Raises:
        InputError: it cannot be read; names the entry.
    """
    family = _family(path)
    model: type[RunRecipe] = TrainingRecipe
    if family == "note_autoencoder":
        from latent_resonance.training.notes.recipe import NotesRecipe

        model = NotesRecipe
    elif family == "fields":
        from latent_resonance.training.fields.recipe import FieldsRecipe

        model = FieldsRecipe
    elif family == "mood_map":
        from latent_resonance.training.mood_map.recipe import MoodMapRecipe

        model = MoodMapRecipe
    elif family == "latent_diffusion":
        from latent_resonance.training.diffusion.recipe import DiffusionRecipe

        model = DiffusionRecipe
    elif family != "autoencoder":
        from latent_resonance.training.adversarial.recipe import AdversarialRecipe

        model = AdversarialRecipe
    if not changes:
        return read_toml(path, model, "recipe")
    # A reader that was given what it shall find: the same checks, the same messages.
    table = read_toml(path, _Anything, "recipe").model_dump() | dict(changes)
    try:
        return model.model_validate(table)
    except ValidationError as error:
        where, reason = first_fault(error, table, model)
        called = called or f"the recipe {path} with --set"
        raise InputError(f"{called}, '{where}': {reason}") from error


class _Anything(BaseModel):
    model_config = ConfigDict(extra="allow")


def parse_changes(texts: Sequence[str]) -> dict[str, Any]:
    """``("latent=16", 'name="x"')`` as entries of a recipe; values are TOML, or plain words.

    Raises:
        InputError: not KEY=VALUE.
    """
    changes: dict[str, Any] = {}
    for text in texts:
        key, found, value = text.partition("=")
        if not found or not key.isidentifier():
            raise InputError(f"--set {text}: give KEY=VALUE, such as latent=16")
        try:
            changes[key] = parse_toml(f"value = {value}")["value"]
        except ValueError:
            changes[key] = value
    return changes


def _family(path: Path) -> str:
    try:
        found = parse_toml(read_text(path, "recipe")).get("family")
    except (InputError, ValueError):
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
    changes: Sequence[str] = (),
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Train and export; checkpoints, curves and samples go to ``runs/NAME``.

    Under torchrun the first process writes; the others train along.

    Args:
        path: the recipe.
        output: the bundle; ``runs/NAME/NAME.resonance`` when None.
        resume: go on from the last checkpoint; else there must be none.
        steps: stop there instead of where the recipe says.
        threads: of the processor, 0 for PyTorch's choice.
        source: a bundle or checkpoint to start from.
        changes: of the recipe's entries, each ``KEY=VALUE``.
        on_progress: told every few steps.

    Returns:
        Where the bundle is, how many steps it had, seconds, and throughput; where there are any,
        what was taken of ``source`` and how far the samples have come.

    Raises:
        ResonanceError: the recipe, its data, or the output cannot be used.
        ModuleNotFoundError: what training needs is not installed.
    """
    from latent_resonance.bundles.read import read_bundle
    from latent_resonance.training.fabric import finish, leads
    from latent_resonance.training.families import family_of
    from latent_resonance.training.run_folder import read_curve
    from latent_resonance.training.start_sources import start_sources

    recipe = load_training_recipe(path, parse_changes(changes))
    folder = run_folder(recipe, output)
    family = family_of(recipe)
    check_start(family, folder, source, resume=resume)
    target = output or folder / f"{recipe.name}{family.suffix}"
    speed = 0.0

    def watch(progress: TrainingProgress) -> None:
        nonlocal speed
        speed = progress.items_per_second
        if on_progress and leads():
            on_progress(replace(progress, kimg=progress.step * recipe.batch / 1000))

    try:
        weights = family.weights(source) if source else None
        inherited = start_sources(source) if source else ()
        settings = RunSettings(resume, steps, threads, weights, inherited, on_progress=watch)
        trained = family.train(recipe, folder, settings)
    finally:
        finish()
    if leads():
        words = ["resonance", "train", path.as_posix()]
        words += ["--from", source.as_posix()] if source else []
        words += ["--resume"] if resume else []
        words += [word for change in changes for word in ("--set", change)]
        words += ["--steps", str(steps)] if steps else []
        family.export(trained, recipe, shlex.join(words), target)
        if family.suffix == _BUNDLE:
            read_bundle(target)  # with all its checks
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


def check_start(family: "Family", folder: Path, source: Path | None, *, resume: bool) -> None:
    """Refuse to begin a run over another one.

    Raises:
        InputError: there is one and it is not gone on with, or it shall begin with other weights.
    """
    from latent_resonance.training.checkpoint import has_checkpoint

    if source is not None and resume:
        raise InputError("--resume goes on with this run, --from starts another: give one of them")
    if not resume and any(has_checkpoint(folder / part) for part in family.checkpoints):
        raise InputError(
            f"the folder {folder} holds a run with its checkpoint: go on with --resume, "
            "choose another folder with --output, or remove it"
        )


def run_folder(recipe: RunRecipe, output: Path | None) -> Path:
    """Where a run's checkpoint and curves are: beside its bundle, in ``runs/NAME`` by itself."""
    return Path("runs") / recipe.name if output is None else output.parent
