"""Puts a performance together from a recipe, and refuses chains that do not fit."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from itertools import zip_longest

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import (
    AssemblyError,
    DeviceError,
    InputError,
    MissingPartError,
    UnknownNameError,
    told_of,
)
from latent_resonance.contracts.formats import PictureFormat, SoundFormat, SpectrogramFormat
from latent_resonance.contracts.members import ENCODER, MAPPING
from latent_resonance.contracts.parts import Model, NamingSensor, Sensor, SoundSource, Stage
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import ControlRange, Controls, Latent, Spec
from latent_resonance.engine.control_map import ControlMapping, refuse_deaf
from latent_resonance.engine.motion import Motion, sources_of_moves
from latent_resonance.engine.output_rate import wide_layout, with_band
from latent_resonance.engine.pass_through import pass_through_chain
from latent_resonance.engine.performance import Chain, Performance
from latent_resonance.engine.prepare import Prepared, open_part, prepare_chain
from latent_resonance.engine.quality.adaptive_size import AdaptiveSize
from latent_resonance.engine.recipe import PartChoice, Recipe
from latent_resonance.engine.recipe_files import both_places_told
from latent_resonance.engine.sense_choice import lacks_file
from latent_resonance.engine.senses import Senses
from latent_resonance.engine.setup import Setup
from latent_resonance.models.engines.with_kit import WithKit
from latent_resonance.navigate.latent_space.directions import no_sliders
from latent_resonance.sound.attributes.table import ATTRIBUTES


def assemble(recipe: Recipe, setup: Setup | None = None, *, rehearsal: bool = False) -> Performance:
    """All parts of a recipe, prepared, without its stages.

    Args:
        recipe: what to put together.
        setup: what was chosen beside it.
        rehearsal: sensors whose device is not there count as if they were; only to look at.

    Raises:
        ResonanceError: a part cannot be prepared, or the parts do not fit together.
    """
    chosen = setup or Setup()
    with ExitStack() as opening:
        setups = [chosen, *[_shared(chosen)] * (len(recipe.chain) - 1)]
        halves = [_half(recipe, number, own, opening) for number, own in enumerate(setups)]
        models = [_model(one, own, opening) for one, own in zip(halves, setups, strict=True)]
        places = [_place_of(recipe, number) for number in range(len(halves))]
        listened = {c.name: c for half in halves for c in half.listened}
        spec = replace(
            halves[0].spec,
            listens=tuple(listened.values()),
            plays_notes=any(half.navigator.plays_notes for half in halves),
            follows=frozenset(name for half in halves for name in half.navigator.follows),
            named=_named(recipe, chosen),
        )
        choices = chosen.senses or (() if chosen.sensors else recipe.sense)
        theirs = own_controls(recipe) if chosen.senses else ()
        folder = None if chosen.senses else recipe.folder
        sensors = [*map(_sensor, choices), *chosen.sensors]
        spec = replace(spec, senses=theirs, sole=len(sensors) == 1)
        for sensor, choice in zip_longest(sensors, choices):
            with both_places_told(folder, options=choice.options if choice else None):
                _prepare(sensor, spec, opening, rehearsal=rehearsal)
        senses = Senses(sensors, len(halves) + 1)
        sensed = senses.controls
        known = {control.name: control for control in (*sensed, *listened.values())}
        _check_held(chosen.held, known, halves[0].bundle)
        for half, own, place in zip(halves, setups, places, strict=True):
            with told_of(f"{place}, 'held'"):
                within = _plays_its_own(half, own)
                _check_held(half.recipe.held, known, halves[0].bundle, within=within)
        for name in chosen.lines:
            if name not in listened:
                raise UnknownNameError("listened control", name, listened)
        chains = [
            _joined(half, model, senses, chosen, own, recipe, theirs, place)
            for half, model, own, place in zip(halves, models, setups, places, strict=True)
        ]
        source = next((s for s in sensors if isinstance(s, SoundSource)), None)
        if source is not None and _passes(recipe, chains):
            chains.append(pass_through_chain(source, chains[0], chosen.rate))
        return Performance(recipe.name, senses, chains, opening.pop_all())


def attach(
    performance: Performance,
    chain: Chain,
    choice: PartChoice,
    meta: Mapping[str, str] | None = None,
    *,
    live: bool = False,
) -> Stage:
    """A prepared stage for a chain; closed with the performance.

    A stage of sound that a chain of pictures names goes to the performance's sound, and one that
    takes both gets both.

    Raises:
        AssemblyError: the stage does not take what there is.
        ResonanceError: it cannot be prepared.
    """
    stage: Stage = find_part("stage", choice.part).make(choice.options)
    sound = next(iter([c for c in (chain, *performance.of_sound()) if _is_sound(c)]), None)
    takers = [chain] if type(chain.gives) in stage.accepts or Controls in stage.accepts else []
    if SoundFormat in stage.accepts and sound not in (None, chain):
        takers.append(sound)
    if not takers:
        taken = " or ".join(_FORMS[form] for form in stage.accepts)
        raise AssemblyError(
            f"the stage '{choice.part}' takes {taken}, the chain '{chain.name}' gives {chain.gives}"
        )
    spec = replace(
        chain.spec,
        sample_rate=sound.spec.sample_rate if sound else 0,
        channels=sound.spec.channels if sound else 0,
        ahead_seconds=sound.spec.ahead_seconds if sound else 0.0,
        meta=meta or {},
        live=live,
        listens=tuple(chain.listened),
        senses=tuple(performance.senses.controls),
    )
    performance.add(stage)
    stage.prepare(spec)
    for taker in takers:
        taker.stages.append(stage)
    return stage


def _is_sound(chain: Chain) -> bool:
    return isinstance(chain.gives, SoundFormat)


_FORMS: dict[type, str] = {SoundFormat: "sound", PictureFormat: "pictures", Controls: "controls"}


def _place_of(recipe: Recipe, number: int) -> str:
    """How an error says which chain of which recipe it is about."""
    own = recipe.chain[number].name
    one = f"chain '{own}'" if own else f"chain {number + 1}"
    return f"the recipe '{recipe.name}'" + (f", {one}" if len(recipe.chain) > 1 else "")


def _half(recipe: Recipe, number: int, setup: Setup, opening: ExitStack) -> Prepared:
    """A chain's parts; of several chains, what is refused says of which it is."""
    one = recipe.chain[number]
    own = None if setup.bundle or setup.opened else one.bundle
    with (
        told_of(_place_of(recipe, number) if len(recipe.chain) > 1 else ""),
        both_places_told(recipe.folder, own),
        both_places_told(recipe.folder, one.kit),
    ):
        return prepare_chain(one, setup, opening)


def _plays_its_own(half: Prepared, setup: Setup) -> bool:
    """Whether a chain has the bundle it was written for: another's controls may reach less far."""
    return setup.opened is None and setup.bundle in {None, half.recipe.bundle}


def _check_held(
    held: Mapping[str, float],
    known: Mapping[str, ControlRange],
    bundle: Bundle,
    *,
    within: bool = True,
) -> None:
    """Refuse names that nothing has, and values that none of theirs can be."""
    for name, value in held.items():
        if name not in known:
            _refuse_control(name, known, bundle)
        if within:
            check_in_range(known[name], value)


def check_in_range(control: ControlRange, value: float) -> None:
    """Refuse a value that a control cannot be held at; raises InputError."""
    low, high = control.low, control.high
    if not low <= value <= high:
        raise InputError(f"{control.name}={value:g} is out of range: from {low:g} to {high:g}")


def _refuse_control(name: str, known: Iterable[str], bundle: Bundle) -> None:
    could = {MAPPING, ENCODER} <= bundle.members.keys() and name in ATTRIBUTES
    if could and not bundle.space.directions:
        raise no_sliders()
    raise UnknownNameError("control", name, known)


def _shared(setup: Setup) -> Setup:
    """What every chain gets, not only the first."""
    return Setup(
        seed=setup.seed,
        threads=setup.threads,
        engine=setup.engine,
        rate=setup.rate,
        adaptive=setup.adaptive,
    )


def _passes(recipe: Recipe, chains: Sequence[Chain]) -> bool:
    """Whether the input's own sound goes to the stages: as the recipe says, else if it is all."""
    said = [one.pass_through for one in recipe.chain if one.pass_through is not None]
    return any(said) if said else not any(map(_is_sound, chains))


def own_controls(recipe: Recipe) -> tuple[ControlRange, ...]:
    """What the recipe's own sensors give, as far as it is known before they are prepared.

    A saved performance has names and values only: their ranges are those of the live sensor.
    """
    found: list[ControlRange] = []
    for choice in recipe.sense:
        with suppress(InputError):
            found += find_part("sense", choice.part).make(choice.options).controls
    return tuple(found)


def _named(recipe: Recipe, setup: Setup) -> frozenset[str]:
    """Sensed controls that the maps and movements name."""
    maps = [setup.lines, *(chain.lines or {} for chain in recipe.chain)]
    moves = [one for chain in recipe.chain for one in chain.move.values()]
    mapped = {name for lines in maps for one in lines.values() for name in one.source}
    return frozenset(mapped | sources_of_moves(moves))


def _model(half: Prepared, setup: Setup, opening: ExitStack) -> Model:
    choice = setup.engine or half.recipe.model
    full = half.spec.format
    if setup.adaptive and half.bundle.any_size and isinstance(full, PictureFormat):

        def at_size(size: PictureFormat) -> Model:
            player: Model = find_part("models", choice.part).make(choice.options, half.bundle)
            player.prepare(replace(half.spec, format=size))
            return player

        adaptive = AdaptiveSize(at_size, full, half.spec.step_seconds)
        opening.callback(adaptive.close)
        adaptive.begin(Latent(np.asarray(half.bundle.space.mean, np.float32)))
        return adaptive
    made: Model = open_part("models", choice, half.spec, opening, half.bundle)
    if not isinstance(full, SpectrogramFormat):
        return made
    model = with_band(made, full, half.bundle.space)
    if half.kit is None:
        return model
    layout = wide_layout(half.kit.sound_format, full.sample_rate)
    if layout.sample_rate != full.sample_rate:
        raise AssemblyError(
            f"the kit '{half.kit.name}' makes sound at {layout.sample_rate} Hz, the bundle "
            f"'{half.bundle.name}' at {full.sample_rate} Hz"
        )
    both = WithKit(model, partial(_kit_model, half.kit, layout, choice, half.spec))
    opening.callback(both.close)
    return both


def _kit_model(kit: Bundle, layout: SpectrogramFormat, choice: PartChoice, spec: Spec) -> Model:
    """The model of a kit, in the layout that its sound is rendered in."""
    model: Model = find_part("models", choice.part).make(choice.options, kit)
    model.prepare(replace(spec, format=layout, space=kit.space))
    return with_band(model, layout, kit.space)


def _check_sensed(names: Iterable[str], senses: Senses) -> None:
    """Raises UnknownNameError, which says how a sensor could know a name of the player's own."""
    sensed = {control.name for control in senses.controls}
    for name in names:
        if name not in sensed:
            naming = (s.naming(name) for s in senses.sensors if isinstance(s, NamingSensor))
            raise UnknownNameError("sensed control", name, sensed, next(naming, ""))


def _joined(
    half: Prepared,
    model: Model,
    senses: Senses,
    setup: Setup,
    own: Setup,
    whole: Recipe,
    theirs: Sequence[ControlRange],
    where: str,
) -> Chain:
    """A chain.

    ``theirs`` is what the recipe's own senses gave, where others took their place; ``where`` says
    which chain it is.
    """
    recipe, sensed, listened = half.recipe, senses.controls, half.listened
    name = recipe.name or half.bundle.name
    targets = {control.name for control in listened}
    known = {control.name: control for control in (*sensed, *listened)}
    gone = {one.name for one in theirs} - {one.name for one in sensed}
    lines = dict(half.lines(sensed, gone))
    lines.update({target: line for target, line in setup.lines.items() if target in targets})
    if not (recipe.move or (half.navigator.plays_notes and senses.gives_events)):
        refuse_deaf(lines, sensed, listened, name)
    for target, line in lines.items():
        with told_of("" if target in setup.lines else f"{where}, 'map.{target}'"):
            if target in targets:
                _check_sensed(line.source, senses)
            reach = target in setup.lines or _plays_its_own(half, own)
            ControlMapping({target: line}, sensed, listened, reach=reach)
    mapping = ControlMapping(lines, sensed, listened, recipe.absent, reach=False)
    moves = {name: one for name, one in recipe.move.items() if not sources_of_moves([one]) & gone}
    for target, move in moves.items():
        with told_of(f"{where}, 'move.{target}'"):
            if target in targets:
                _check_sensed(sources_of_moves([move]), senses)
            Motion({target: move}, sensed, listened)
    motion = Motion(moves, sensed, listened, whole.tempo, follow=whole.follow_tempo)
    held = {**recipe.held, **setup.held}
    place = own.place
    if place is None and recipe.place is not None:
        with told_of(f"{where}, 'place'"):
            place = half.bundle.space.at(recipe.place)
    return Chain(
        name,
        half.bundle,
        mapping,
        half.navigator,
        model,
        half.renderer,
        half.spec,
        {
            control: min(max(value, known[control].low), known[control].high)
            for control, value in held.items()
            if control in known
        },
        place,
        motion,
        recipe.stage,
    )


def _sensor(choice: PartChoice) -> Sensor:
    if lacks_file(choice):
        raise InputError(f"the sense '{choice.part}' reads a file: give one with --input")
    made: Sensor = find_part("sense", choice.part).make(choice.options)
    return made


def _prepare(sensor: Sensor, spec: Spec, opening: ExitStack, *, rehearsal: bool) -> None:
    opening.callback(sensor.close)
    try:
        sensor.prepare(spec)
    except (DeviceError, MissingPartError):
        if not rehearsal:
            raise
