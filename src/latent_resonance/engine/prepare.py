"""The parts of a chain, made for the model that it plays."""

from collections.abc import Container, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from typing import Any

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError, ResonanceError
from latent_resonance.contracts.formats import PictureFormat, SoundFormat, SpectrogramFormat
from latent_resonance.contracts.mapping import ControlMap, MapLine
from latent_resonance.contracts.parts import Navigator, PartOptions, Renderer
from latent_resonance.contracts.registry import Room, find_part
from latent_resonance.contracts.values import ControlRange, Spec
from latent_resonance.engine.fitting import ways_to_play
from latent_resonance.engine.output_rate import at_rate, wide_layout
from latent_resonance.engine.recipe import ChainRecipe, PartChoice
from latent_resonance.engine.setup import Setup
from latent_resonance.models.engines.seeded_place import seeded_place
from latent_resonance.sound.drums import kit_tones


@dataclass(frozen=True, slots=True)
class Prepared:
    """A chain's bundle, navigator and renderer: all that there is to know of it but its sound."""

    recipe: ChainRecipe
    bundle: Bundle
    navigator: Navigator
    renderer: Renderer
    spec: Spec
    kit: Bundle | None = None

    @property
    def listened(self) -> list[ControlRange]:
        """What can move it: the navigator's controls, then the renderer's."""
        own = {control.name: control for control in self.navigator.listens}
        return [*own.values(), *(c for c in self.renderer.controls if c.name not in own)]

    def lines(self, sensed: Sequence[ControlRange], gone: Container[str] = ()) -> ControlMap:
        """The recipe's map, or what the navigator suggests and what has the same name.

        Args:
            sensed: what the senses give.
            gone: what the recipe's own senses gave, where others took their place. Lines of these
                go with them; what those moved is moved as the navigator suggests.
        """
        own = self.recipe.lines
        if own is None:
            return self._suggested(sensed)
        kept = {
            name: line for name, line in own.items() if not any(one in gone for one in line.source)
        }
        return kept if len(kept) == len(own) else {**self._suggested(sensed), **kept}

    def _suggested(self, sensed: Sequence[ControlRange]) -> ControlMap:
        played = {control.name for control in self.renderer.controls}
        # What is named after a control of the renderer is meant for it alone.
        suggested = dict(self.navigator.suggest([c for c in sensed if c.name not in played]))
        same = [c.name for c in sensed if c.name in played - suggested.keys()]
        return {**suggested, **{name: MapLine((name,)) for name in same}}


def prepare_chain(recipe: ChainRecipe, setup: Setup, opening: ExitStack) -> Prepared:
    """The parts of a chain, without loading its model; ``opening`` closes them.

    Where another model than the recipe's is chosen that its parts do not take, they are those that
    fit the model (``ways_to_play``).

    Raises:
        ResonanceError: a part cannot be prepared, or the parts do not fit together.
    """
    bundle = setup.opened or open_bundle(setup.bundle or recipe.bundle)
    if setup.bundle in {None, recipe.bundle}:
        return _prepared(recipe, bundle, setup, opening)
    own, *others = ways_to_play(_on_another_model(recipe, bundle), bundle)
    try:
        return _tried(own, bundle, setup, opening)
    except AssemblyError:
        for way in others:
            with suppress(ResonanceError):
                return _tried(way, bundle, setup, opening)
        raise


def _tried(recipe: ChainRecipe, bundle: Bundle, setup: Setup, opening: ExitStack) -> Prepared:
    """As ``_prepared``; where it fails, nothing of it is left open."""
    with ExitStack() as trying:
        made = _prepared(recipe, bundle, setup, trying)
        opening.push(trying.pop_all())
    return made


def _on_another_model(recipe: ChainRecipe, bundle: Bundle) -> ChainRecipe:
    """Its navigator without the places that this model lacks."""
    navigate = recipe.navigate
    options = find_part("navigate", navigate.part).options(navigate.options)
    if not isinstance(options, PartOptions):
        return recipe
    moved = options.on_another_model(bundle.space.places).model_dump(exclude_unset=True)
    choice = PartChoice(part=navigate.part, options=moved)
    return recipe.model_copy(update={"navigate": choice})


def _chosen(room: Room, choice: PartChoice, given: Mapping[str, Any]) -> PartChoice:
    """A part of a recipe with options that were chosen beside it, without what these replace."""
    options = find_part(room, choice.part).load().Options
    replaced = {old for name in given for old in getattr(options, "instead_of", {}).get(name, ())}
    kept = {name: value for name, value in choice.options.items() if name not in replaced}
    return PartChoice(part=choice.part, options={**kept, **given})


def _prepared(recipe: ChainRecipe, bundle: Bundle, setup: Setup, opening: ExitStack) -> Prepared:
    start = setup.start
    if start is None and recipe.start != "mean":
        seeded = recipe.start == "seed"
        start = seeded_place(bundle, setup.seed) if seeded else bundle.space.place(recipe.start)
    kit = None if recipe.kit is None else open_bundle(recipe.kit)
    first = Spec(
        seed=setup.seed,
        space=bundle.space,
        format=bundle.format,
        threads=setup.threads,
        start=start,
        kit={} if kit is None else kit_tones(kit.space),
    )
    rate = setup.rate or recipe.rate
    if isinstance(bundle.format, SpectrogramFormat):
        layout = wide_layout(bundle.format, rate)
        first = replace(
            first,
            format=layout,
            sample_rate=layout.sample_rate,
            step_seconds=layout.hop_seconds,
        )
    render = _chosen("render", recipe.render, setup.render)
    renderer: Renderer = find_part("render", render.part).make(render.options)
    if type(bundle.format) not in renderer.accepts:
        raise AssemblyError(
            f"the renderer '{render.part}' does not take what the bundle '{bundle.name}' makes: "
            f"{bundle.format}"
        )
    opening.callback(renderer.close)
    renderer.prepare(first)
    renderer = at_rate(renderer, rate)
    gives = renderer.gives
    if bundle.any_size and isinstance(gives, PictureFormat):
        # It is drawn at the size that is shown.
        first = replace(first, format=PictureFormat(gives.width, gives.height))
        renderer.prepare(first)
    if isinstance(gives, SoundFormat):
        spec = replace(
            first,
            sample_rate=gives.sample_rate,
            channels=gives.channels,
            step_seconds=gives.step_seconds,
        )
    else:
        spec = replace(first, picture=gives, step_seconds=gives.step_seconds, sample_rate=0)
    navigate = _chosen("navigate", recipe.navigate, setup.navigate)
    navigator: Navigator = open_part("navigate", navigate, spec, opening)
    return Prepared(recipe, bundle, navigator, renderer, spec, kit)


def open_part(room: Room, choice: PartChoice, spec: Spec, opening: ExitStack, *inputs: Any) -> Any:
    """A part of a recipe, prepared; ``opening`` closes it."""
    part = find_part(room, choice.part).make(choice.options, *inputs)
    opening.callback(part.close)
    part.prepare(spec)
    return part
