"""Any recipe that is a chain of parts; the page is its sensor."""

from latent_resonance.bundles.find import list_bundles, open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.contracts.parts import Navigator, Renderer
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Spec
from latent_resonance.engine.assemble import Chain, Setup
from latent_resonance.engine.recipe import PartChoice, Recipe, load_recipe
from latent_resonance.studio.instruments.card import (
    ControlCard,
    InstrumentCard,
    InstrumentDetails,
    Page,
)
from latent_resonance.studio.instruments.player import Player
from latent_resonance.studio.instruments.stepped import SteppedPlayer
from latent_resonance.studio.patch import Patch


class ChainInstrument:
    """An instrument from a recipe."""

    def __init__(self, name: str, page: Page = "chain") -> None:
        self.name = name
        self._page = page
        self._recipe = load_recipe(name)

    def card(self) -> InstrumentCard:
        """From the recipe."""
        there = self._recipe.bundle in list_bundles()
        return InstrumentCard(
            name=self.name,
            page=self._page,
            title=self._recipe.name.capitalize(),
            description=self._recipe.description,
            bundle=self._recipe.bundle,
            available=there,
            missing="" if there else f"its model '{self._recipe.bundle}' is not there",
        )

    def details(self, bundle: str | None) -> InstrumentDetails:
        """The parts are prepared, the model is not."""
        opened = open_bundle(bundle or self._recipe.bundle)
        navigator, renderer = _prepare(self._recipe, opened)
        sensed = [ControlCard.of(control, "sensed") for control in navigator.listens]
        known = {card.name for card in sensed}
        sound = [ControlCard.of(c, "sound") for c in renderer.controls if c.name not in known]
        return InstrumentDetails(
            **dict(self.card()),
            controls=[*sensed, *sound],
            choices={},
            places=sorted(set(opened.landmarks) - {"w_std"}),
            latent_size=opened.latent_size,
            midi=False,
            bundles=[name for name in list_bundles() if self._fits(name)],
        )

    def open(self, patch: Patch, engine: str, device: str, threads: int) -> Player:
        """Load, set, and make the first window."""
        setup = Setup(
            sense=PartChoice(part="sliders"),
            bundle=patch.bundle,
            seed=patch.seed,
            threads=threads,
            engine=choose_engine(engine, device),
        )
        chain = Chain(self._recipe, setup)
        made = SteppedPlayer(
            chain.bundle.name, chain.instrument, chain.bundle.landmarks, chain.close
        )
        try:
            made.set_controls(patch.controls, present=None)
            made.go_to(patch.place)
            made.start()
        except BaseException:
            made.close()
            raise
        return made

    def _fits(self, bundle: str) -> bool:
        try:
            _prepare(self._recipe, open_bundle(bundle))
        except ResonanceError:
            return False
        return True


def choose_engine(engine: str, device: str) -> PartChoice:
    """What plays a model, as the settings say."""
    return PartChoice(part=engine, options={} if device == "cpu" else {"device": device})


def _prepare(recipe: Recipe, bundle: Bundle) -> tuple[Navigator, Renderer]:
    spec = Spec(
        format=bundle.format, latent_size=bundle.latent_size, landmarks=dict(bundle.landmarks)
    )
    navigator: Navigator = find_part("navigate", recipe.navigate.part).make(recipe.navigate.options)
    renderer: Renderer = find_part("render", recipe.render.part).make(recipe.render.options)
    navigator.prepare(spec)
    renderer.prepare(spec)
    return navigator, renderer
