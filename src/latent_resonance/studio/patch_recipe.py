"""A patch as a recipe: what a page set, as the engine plays it and as a file of the user's own."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.errors import OutputError, UnknownNameError
from latent_resonance.contracts.files import write_text
from latent_resonance.contracts.registry import Room, find_part
from latent_resonance.contracts.values import ControlRange
from latent_resonance.engine.motion import sources_of_moves
from latent_resonance.engine.movement import spell_short
from latent_resonance.engine.recipe import (
    ChainRecipe,
    MapEntry,
    PartChoice,
    Recipe,
    user_recipe_folder,
)
from latent_resonance.engine.sense_choice import sense_file
from latent_resonance.engine.setup import Setup
from latent_resonance.models.engines.seeded_place import seeded_place
from latent_resonance.studio.cards import page_chain, prepare_for_page
from latent_resonance.studio.names import known_recipe
from latent_resonance.studio.own_instruments import check_new_name, title_of
from latent_resonance.studio.page_senses import joined_lines, own_lines, sensed_by, senses_for
from latent_resonance.studio.patch import Patch


def held_recipe(patch: Patch) -> Recipe:
    """For a performance without a performer: all that is set is held.

    Raises:
        ResonanceError: the instrument cannot be opened, or has nothing of what the patch names.
    """
    return sensed_recipe(patch, known_recipe(patch.instrument), [PartChoice(part="sliders")])


def sensed_recipe(patch: Patch, base: Recipe, senses: Sequence[PartChoice]) -> Recipe:
    """For those senses alone; lines and movements that they cannot lead are left out.

    Args:
        patch: all that is set.
        base: the instrument.
        senses: in place of its own.

    Raises:
        ResonanceError: the instrument cannot be opened, or has nothing of what the patch names.
    """
    return _recipe_of(patch, base, senses)


def performed_recipe(patch: Patch, upload: Path | None = None) -> Recipe:
    """For a performer: what is sensed is left to them, all else is held.

    Args:
        patch: all that is set.
        upload: the file that is sensed; None for the instrument's own sensors, and those that the
            patch's map needs beside them.

    Raises:
        ResonanceError: see ``held_recipe``; or nothing reads such a file.
    """
    return _recipe_of(patch, known_recipe(patch.instrument), upload)


def _recipe_of(patch: Patch, base: Recipe, performer: Sequence[PartChoice] | Path | None) -> Recipe:
    chain = page_chain(base)
    with ExitStack() as opening:
        prepared = prepare_for_page(chain, patch.bundle, opening)
        listened = {control.name: control for control in prepared.listened}
        lines = joined_lines(own_lines(base, prepared), patch.map)
    given: Mapping[str, ControlRange] = {}
    if isinstance(performer, Sequence):
        sense = list(performer)
        given = sensed_by(base.model_copy(update={"sense": sense}))
    else:
        wanted = {name for line in lines.values() for name in line.source}
        sense = senses_for(base, wanted | sources_of_moves(patch.moves.values()))
        sensing = base.model_copy(update={"sense": sense})
        if performer is not None:
            sensing = sensing.model_copy(update={"sense": [reader_of(sensing, performer)]})
        given = sensed_by(sensing)
    moves = patch.moves
    by_hand = all(choice.part == "sliders" for choice in sense)
    if given or by_hand:
        known = given.keys() | listened.keys()
        # Hands give what is listened to, all others only what they sense.
        leading = known if by_hand else given.keys()
        lines = {name: line for name, line in lines.items() if leading >= {*line.source}}
        moves = {name: one for name, one in moves.items() if known >= sources_of_moves([one])}
    # Without lines of a player's, the navigator goes on to suggest what suits the senses.
    mapped = bool(patch.map or chain.map) and bool(lines)
    held = _within(patch.controls, listened)
    navigate, render, held = _options(
        chain, {name: value for name, value in held.items() if name not in given}
    )
    fields = _options_of("navigate", chain.navigate)
    navigate |= {choice: word for choice, word in patch.choices.items() if choice in fields}
    place = patch.place and (patch.place.w or patch.place.weights)
    if place:
        patch.place.found_in(prepared.bundle.space)  # type: ignore[union-attr]
    changed = chain.model_copy(
        update={
            "bundle": patch.bundle or chain.bundle,
            "map": {n: MapEntry.of(line) for n, line in lines.items()} if mapped else None,
            "place": place or chain.place,
            "held": {**chain.held, **held},
            "move": moves,
            "navigate": chain.navigate.with_options(**navigate),
            "render": chain.render.with_options(**render),
        }
    )
    return base.model_copy(update={"sense": sense, "tempo": patch.tempo, "chain": [changed]})


def save_recipe(name: str, patch: Patch) -> Recipe:
    """Keep a patch as a recipe of the user's own.

    Raises:
        InputError: the name is none, or is taken.
        ResonanceError: the patch cannot be played.
        OutputError: the file cannot be written.
    """
    check_new_name(name)
    made = performed_recipe(patch)
    (chain,) = made.chain
    if chain.start == "seed" and chain.place is None and patch.seed:
        place = seeded_place(open_bundle(chain.bundle), patch.seed)
        chain = chain.model_copy(update={"place": [round(float(x), 6) for x in place]})
    made = made.model_copy(update={"name": name, "title": title_of(name), "chain": [chain]})
    _write(user_recipe_folder() / f"{name}.toml", _table(made))
    return made


def _write(path: Path, table: dict[str, Any]) -> None:
    import tomli_w

    text = tomli_w.dumps(table)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
    write_text(path, text)


def _table(recipe: Recipe) -> dict[str, Any]:
    """As a recipe with one chain is written: its tables at the top, parts with their options."""
    rest = recipe.model_dump(mode="json", exclude={"chain", "sense"}, exclude_defaults=True)
    chain = recipe.chain[0].model_dump(
        mode="json",
        exclude={"navigate", "model", "render", "stage", "name", "move"},
        exclude_defaults=True,
    )
    own = recipe.chain[0]
    moves = {name: spell_short(one) for name, one in own.move.items()}
    return {
        **rest,
        **chain,
        **({"move": moves} if moves else {}),
        "sense": [_part(choice) for choice in recipe.sense],
        "navigate": _part(own.navigate),
        "model": _part(own.model),
        "render": _part(own.render),
        "stage": [_part(choice) for choice in own.stage],
    }


def _part(choice: PartChoice) -> dict[str, Any]:
    return {"part": choice.part, **choice.options}


def reader_of(recipe: Recipe, upload: Path) -> PartChoice:
    """The sensor that reads the file; all others would open devices.

    Raises:
        MediaError: there is no such file.
    """
    choices = sense_file(recipe, Setup(), upload).senses
    return next(one for one in choices if one.options.get("source") == str(upload))


def _within(values: dict[str, float], ranges: dict[str, ControlRange]) -> dict[str, float]:
    """Values within their control's range.

    Raises:
        UnknownNameError: there is no such control.
    """
    found = {}
    for name, value in values.items():
        if name not in ranges:
            raise UnknownNameError("control", name, ranges)
        found[name] = min(max(value, ranges[name].low), ranges[name].high)
    return found


def _options(
    chain: ChainRecipe, held: dict[str, float]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, float]]:
    """Options of the navigator and of the renderer, and what is none of them."""
    navigate = {n: v for n, v in held.items() if n in _options_of("navigate", chain.navigate)}
    render = {n: v for n, v in held.items() if n in _options_of("render", chain.render)}
    return navigate, render, {n: v for n, v in held.items() if n not in {*navigate, *render}}


def _options_of(room: Room, choice: PartChoice) -> set[str]:
    return set(find_part(room, choice.part).load().Options.model_fields)
