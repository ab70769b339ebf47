"""What a folder of sounds is made into: the training recipe that fits, and how much is done."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeGuard

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.members import WEIGHTS
from latent_resonance.data.prepare.options import Options, make_options
from latent_resonance.models.engines.weights import read_weights
from latent_resonance.training.adversarial.material import layout_of
from latent_resonance.training.adversarial.networks import generator_settings
from latent_resonance.training.adversarial.recipe import AdversarialRecipe
from latent_resonance.training.run import load_training_recipe

# A window begins in each quarter of the one before: what is prepared cannot be cut anew.
_OVERLAP = 0.75
_STILL, _RATE = 0.6, 0.3


@dataclass(frozen=True, slots=True)
class MakeEffort:
    """How much is done.

    Attributes:
        steps: of training; the recipe's own schedule when 0 and nothing is fine-tuned.
        encoder_steps: of the encoder after it.
        places: that are measured for the sliders.
        slopes: places whose slopes are measured.
        envelope_steps: of the envelope between encoder and sliders.
        envelope_sounds: random ones that it is fitted to beside the recordings.
        calibrated: places at which the straight directions are measured.
        threads: of the processor, 0 for PyTorch's choice.
    """

    steps: int = 800
    encoder_steps: int = 600
    places: int = 8000
    slopes: int = 60
    envelope_steps: int = 500
    envelope_sounds: int = 300
    calibrated: int = 40
    threads: int = 0


DRAFT = MakeEffort(20, 20, 240, 2, 60, 24, 6)
"""Minutes in place of an hour: everything plays, nothing plays well."""


def recipe_of(
    what: str, known: Mapping[str, Path], bundle: Bundle | None
) -> tuple[Path, AdversarialRecipe]:
    """The training recipe that a name, a TOML file or a bundle stands for.

    Args:
        what: name of a recipe, path of one, or a bundle.
        known: recipes by name.
        bundle: ``what`` opened, where it is one: the recipe of the same networks is taken.

    Raises:
        UnknownNameError: there is none of that name.
        InputError: it makes no bundle out of a folder of sounds.
    """
    path = known.get(what) or (Path(what) if what.endswith(".toml") else None)
    if path is None and bundle is None:
        raise UnknownNameError("training recipe", what, known)
    if path is not None:
        recipe = load_training_recipe(path)
        if not _takes_sounds(recipe):
            raise InputError(
                f"{what} does not make a bundle with sliders out of a folder of sounds; "
                f"these do: {', '.join(_makers(known))}"
            )
        return path, recipe
    assert bundle is not None  # noqa: S101 - one of both is there
    for one in known.values():
        recipe = load_training_recipe(one)
        if _takes_sounds(recipe) and is_of(bundle, recipe):
            return one, recipe
    raise InputError(f"no training recipe has the networks of {what}: give a recipe (.toml)")


def _takes_sounds(recipe: object) -> TypeGuard[AdversarialRecipe]:
    return (
        isinstance(recipe, AdversarialRecipe)
        and recipe.material == "spectrogram"
        and recipe.family != "dcgan"
        and not recipe.conditional
    )


def _makers(known: Mapping[str, Path]) -> list[str]:
    return [name for name, path in known.items() if _takes_sounds(load_training_recipe(path))]


def is_of(bundle: Bundle, recipe: AdversarialRecipe) -> bool:
    """Whether a bundle holds the networks of a recipe."""
    if bundle.family != recipe.family or WEIGHTS not in bundle.members:
        return False
    made = generator_settings(recipe, 1, 0)
    kept = read_weights(bundle).facts.get("settings", {})
    return {name: _plain(value) for name, value in made.items()} == {
        name: _plain(value) for name, value in kept.items()
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def fit_recipe(
    recipe: AdversarialRecipe,
    name: str,
    prepared: Path,
    start: Bundle | None,
    effort: MakeEffort,
) -> AdversarialRecipe:
    """The recipe for a prepared folder.

    Fine-tuning is at full size: with an encoder, first its reconstruction alone, then beside the
    discriminator. Otherwise the recipe's stages are shortened or lengthened alike.
    """
    table: dict[str, Any] = recipe.model_dump()
    steps = effort.steps or recipe.steps
    full = {"resolution": recipe.shorter}
    if start is None:
        share = steps / recipe.steps
        stages = [
            stage.model_copy(update={"steps": max(1, round(stage.steps * share))}).model_dump()
            for stage in recipe.stages
        ]
    elif recipe.reconstruction and steps > 1:
        still = max(1, round(_STILL * steps))
        stages = [
            {**full, "steps": still, "adversarial": False},
            {**full, "steps": steps - still, "rate": _RATE},
        ]
    else:
        stages = [{**full, "steps": steps}]
    table |= {
        "name": name,
        "description": f"Made of the sounds in {prepared.parent.name}."
        if start is None
        else f"{start.name}, fine-tuned on sounds of one's own.",
        "folders": [{"path": prepared, "label": "label"}],
        "synthetic": 0,
        "stages": stages,
    }
    return AdversarialRecipe.model_validate(table)


def prepare_options(recipe: AdversarialRecipe) -> Options:
    """How a folder is prepared for a recipe."""
    layout = layout_of(recipe)
    return make_options(
        sample_rate=layout.sample_rate,
        n_fft=layout.n_fft,
        hop=layout.hop,
        columns=layout.columns,
        range_db=layout.range_db,
        overlap=_OVERLAP,
    )


def with_steps(effort: MakeEffort, **given: int | None) -> MakeEffort:
    """An effort with what was asked for in its place."""
    return replace(effort, **{name: value for name, value in given.items() if value is not None})
