"""What a page is told of an instrument before it plays, derived from its recipe."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Literal, get_args

from pydantic import Field

from latent_resonance.bundles.find import find_bundle, list_bundles
from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.contracts.formats import SoundFormat
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import ControlRange
from latent_resonance.engine.assemble import own_controls
from latent_resonance.engine.prepare import Prepared, prepare_chain
from latent_resonance.engine.recipe import ChainRecipe, MapEntry, Recipe
from latent_resonance.engine.setup import Setup
from latent_resonance.studio.names import bundle_for, known_recipe
from latent_resonance.studio.own_instruments import is_own, title_of
from latent_resonance.studio.page_senses import PAGE_SENSES, controls_of, own_lines
from latent_resonance.studio.place_cards import PlaceCard, place_cards
from latent_resonance.studio.schema import Schema

Page = Literal["face", "texture", "notes", "vision", "voice", "chain"]
"""Which page plays it: its own, or the one that fits any chain of parts."""

PAGES: tuple[Page, ...] = get_args(Page)
# They work on what was recorded there before, which a room keeps of nobody.
KEEPING_PAGES: frozenset[Page] = frozenset({"voice"})

Group = Literal["sensed", "meaning", "axis", "place", "sound"]


class ControlCard(Schema):
    """A slider, meter, MIDI target."""

    name: str
    low: float
    high: float
    rest: float
    unit: str
    description: str
    group: Group = Field(
        description="sensed: a performer's signal; meaning: a slider with a name that says what it "
        "does; axis: a direction without one; place: how much of a named place; sound: all else"
    )

    @staticmethod
    def of(control: ControlRange, group: Group, rest: float | None = None) -> "ControlCard":
        """A part's control; ``rest`` where the recipe holds it elsewhere."""
        return ControlCard(
            name=control.name,
            low=control.low,
            high=control.high,
            rest=control.rest if rest is None else rest,
            unit=control.unit,
            description=control.description,
            group=group,
        )


class InstrumentCard(Schema):
    """An instrument in the list."""

    name: str
    page: Page
    title: str
    description: str
    bundle: str = Field(description="the model it plays when no other is chosen")
    available: bool
    missing: str = Field(description="what to do when it is not available")
    pictures: bool = Field(description="whether it makes pictures of a sound, not sound")
    own: bool = Field(description="the player's own, not one that ships")


class InstrumentDetails(InstrumentCard):
    """An instrument with one of its bundles."""

    controls: list[ControlCard]
    choices: dict[str, list[str]] = Field(description="name of a choice to what can be chosen")
    places: list[PlaceCard] = Field(description="named places of the model, for blends")
    popular: list[str] = Field(description="names of the places to offer first")
    latent_size: int
    midi: bool = Field(description="whether it plays MIDI messages")
    bundles: list[str] = Field(description="models that fit it")
    map: dict[str, MapEntry] = Field(description="what moves a control before a patch says more")
    senses: dict[str, list[ControlCard]] = Field(
        description="what can move a control, by the sensor that the page stands in for"
    )


def page_of(recipe: Recipe) -> Page:
    """The one that the recipe asks for, where there is such a page."""
    return next((page for page in PAGES if page == recipe.page), "chain")


def card_of(name: str) -> InstrumentCard:
    """For the list; reads the recipe and opens nothing. What cannot be played says why."""
    try:
        recipe = known_recipe(name)
    except ResonanceError as error:
        return _card(name, None, str(error))
    missing, pictures = "", False
    try:
        pictures = gives_pictures(page_chain(recipe))
        find_bundle(recipe.bundle)
    except ResonanceError as error:
        missing = str(error)
    return _card(name, recipe, missing, pictures=pictures)


def _card(
    name: str, recipe: Recipe | None, missing: str, *, pictures: bool = False
) -> InstrumentCard:
    return InstrumentCard(
        name=name,
        page=page_of(recipe) if recipe else "chain",
        title=(recipe and recipe.title) or title_of(name),
        description=recipe.description if recipe else "",
        bundle=recipe.bundle if recipe else "",
        available=not missing,
        missing=missing,
        pictures=pictures,
        own=is_own(name),
    )


def details_of(name: str, bundle: str | None) -> InstrumentDetails:
    """With a bundle of that name, or its own; the parts are prepared, the model is not.

    Raises:
        ResonanceError: the recipe, the bundle, or both together cannot be used.
    """
    recipe = known_recipe(name)
    chain = page_chain(recipe)
    with ExitStack() as opening:
        prepared = prepare_for_page(chain, bundle, opening)
        space, navigator = prepared.bundle.space, prepared.navigator
        sensed = {control.name for control in own_controls(recipe)}
        return InstrumentDetails(
            **dict(card_of(name)),
            controls=_cards(prepared, sensed),
            choices={choice: list(words) for choice, words in navigator.choices.items()},
            places=place_cards(space),
            popular=list(space.popular),
            latent_size=space.size,
            midi=navigator.plays_notes,
            bundles=[one for one in list_bundles() if fits(chain, one)],
            map={name: MapEntry.of(line) for name, line in own_lines(recipe, prepared).items()},
            senses={
                part: [ControlCard.of(c, "sensed") for c in controls_of(part)]
                for part in PAGE_SENSES
            },
        )


def page_chain(recipe: Recipe) -> ChainRecipe:
    """The chain that a page plays: the first that gives sound, else the first.

    Raises:
        UnknownNameError: there is no such renderer.
    """
    sounding = (chain for chain in recipe.chain if not gives_pictures(chain))
    return next(sounding, recipe.chain[0])


def gives_pictures(chain: ChainRecipe) -> bool:
    """Whether a chain gives pictures, not sound; raises UnknownNameError."""
    renderer = find_part("render", chain.render.part).make(chain.render.options)
    return not isinstance(renderer.gives, SoundFormat)


def prepare_for_page(chain: ChainRecipe, bundle: str | None, opening: ExitStack) -> Prepared:
    """A chain's parts without its model; ``opening`` closes them.

    Raises:
        ResonanceError: they do not fit together.
    """
    opened = bundle_for(bundle, chain.bundle)
    # The place of a seed takes a network to find, and is no matter here.
    start = opened.space.mean if chain.start == "seed" else None
    return prepare_chain(chain, Setup(opened=opened, start=start), opening)


def fits(chain: ChainRecipe, bundle: str) -> bool:
    """Whether a chain can play a bundle; the parts are prepared, the model is not."""
    try:
        with ExitStack() as opening:
            prepare_for_page(chain, bundle, opening)
    except ResonanceError:
        return False
    return True


_ORDER: Mapping[Group, int] = {"meaning": 0, "axis": 1, "place": 2, "sensed": 3, "sound": 4}


def _cards(prepared: Prepared, sensed: set[str]) -> list[ControlCard]:
    """The navigator's controls before the renderer's, those of a group together."""
    navigator = {control.name: control for control in prepared.navigator.listens}
    renderer = [one for one in prepared.renderer.controls if one.name not in navigator]
    space, held = prepared.bundle.space, prepared.recipe.held
    found = [
        ControlCard.of(one, _group(one.name, space, sensed), held.get(one.name))
        for one in (*navigator.values(), *renderer)
    ]
    return sorted(found, key=lambda card: _ORDER[card.group])


def _group(name: str, space: LatentSpace, sensed: set[str]) -> Group:
    group, _, number = name.rpartition("/")
    if name in space.directions:
        return "meaning"
    if group in space.axes and number.isdigit():
        return "axis"
    if name in space.places:
        return "place"
    return "sensed" if name in sensed else "sound"
