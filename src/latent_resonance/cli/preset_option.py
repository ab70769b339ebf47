"""``--preset``: an instrument as the studio's presets set it."""

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from latent_resonance.contracts.errors import InputError
from latent_resonance.engine.recipe import PartChoice, Recipe, parse_map

preset_option = click.option(
    "--preset",
    metavar="NAME",
    help="Set as a preset of the studio, shipped or your own; `show RECIPE` lists them.",
)


def take_preset(
    recipe: Recipe, chosen: dict[str, Any], source: Path | None = None, *, by_itself: bool = False
) -> Recipe:
    """The recipe as the preset sets it; takes ``preset`` out of ``chosen``.

    Its seed counts where ``--seed`` was not given. What ``--map`` moves is not held by it.

    Args:
        recipe: the instrument.
        chosen: the flags of ``chain_options`` and ``preset_option``.
        source: the file that is sensed.
        by_itself: nobody performs where neither a file nor a sense is named.

    Raises:
        UnknownNameError: there is no such preset.
        ResonanceError: it cannot be played.
    """
    name = chosen.pop("preset")
    if name is None:
        return recipe
    from latent_resonance.studio.named_presets import named_patch, preset_recipe

    if len(recipe.chain) > 1:
        raise InputError(f"--preset: '{recipe.name}' has several chains, a preset is of one")
    patch = named_patch(recipe.name, name)
    senses = [PartChoice(part=part) for part in chosen["senses"]]
    alone = by_itself and source is None and not senses and not recipe.plays_notes
    made = preset_recipe(recipe, patch, senses, source, by_itself=alone)
    if click.get_current_context().get_parameter_source("seed") is ParameterSource.DEFAULT:
        chosen["seed"] = patch.seed
    (chain,) = made.chain
    moved = parse_map(chosen["lines"]).keys()
    held = {control: value for control, value in chain.held.items() if control not in moved}
    return made.model_copy(update={"chain": [chain.model_copy(update={"held": held})]})
