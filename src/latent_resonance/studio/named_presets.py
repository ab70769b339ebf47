"""Presets by name, for those who play without a page."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from latent_resonance.contracts.errors import UnknownNameError
from latent_resonance.engine.recipe import PartChoice, Recipe
from latent_resonance.engine.sense_choice import sense_file
from latent_resonance.engine.setup import Setup
from latent_resonance.studio.factory_presets import factory_presets
from latent_resonance.studio.morph import morphed
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.patch_recipe import performed_recipe, sensed_recipe
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.presets import Preset, Presets
from latent_resonance.studio.studio import DATABASE, studio_folder


def presets_of(instrument: str, folder: Path | None = None) -> dict[str, Preset]:
    """By name: those that ship in their order, then the player's own; of one name, the own.

    Raises:
        OutputError: what the studio remembers cannot be read.
    """
    shipped = {one.name: one for one in factory_presets() if one.patch.instrument == instrument}
    with own_presets(folder) as presets:
        own = presets.list(instrument) if presets else []
    return {**shipped, **{one.name: one for one in own}}


@contextmanager
def own_presets(folder: Path | None = None) -> Iterator[Presets | None]:
    """The player's own, for as long as the block lasts; None where the studio remembers nothing.

    Raises:
        OutputError: what the studio remembers cannot be read.
    """
    remembered = (folder or studio_folder()) / DATABASE
    if not remembered.is_file():
        yield None
        return
    with closing(Database(remembered)) as database:
        yield Presets(database)


def named_patch(instrument: str, name: str, folder: Path | None = None) -> Patch:
    """The patch of a preset; where it holds a morph, what lies between its two.

    Args:
        instrument: whose preset.
        name: as it is listed; case, and what is neither letter nor number, do not count.
        folder: what the studio remembers; the user's own when None.

    Raises:
        UnknownNameError: the instrument has no such preset; offers the nearest name.
    """
    known = presets_of(instrument, folder)
    plain = {plain_name(one): preset for one, preset in known.items()}
    preset = known.get(name) or plain.get(plain_name(name))
    if preset is None:
        raise UnknownNameError(f"preset of '{instrument}'", name, known)
    return morphed(preset.patch, preset.other, preset.morph)


def preset_recipe(
    base: Recipe,
    patch: Patch,
    senses: Sequence[PartChoice] = (),
    source: Path | None = None,
    *,
    by_itself: bool = False,
) -> Recipe:
    """An instrument as a preset sets it.

    Args:
        base: the instrument.
        patch: of the preset.
        senses: in place of the instrument's own.
        source: the file that is sensed.
        by_itself: nobody performs; all is held, and moves as the preset moves it.

    Raises:
        ResonanceError: the instrument cannot be opened, or has nothing of what the patch names.
    """
    if by_itself:
        senses = [PartChoice(part="sliders")]
    elif source is not None:
        senses = sense_file(base, Setup(senses=tuple(senses)), source).senses
    return sensed_recipe(patch, base, senses) if senses else performed_recipe(patch)


def plain_name(name: str) -> str:
    """A name by which it is found: case, and what is neither letter nor number, do not count."""
    return re.sub(r"\W+", " ", name.casefold()).strip()
