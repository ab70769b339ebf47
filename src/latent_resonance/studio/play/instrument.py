"""The instruments that a studio has: every recipe, found anew each time it is asked for."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

from latent_resonance.contracts.errors import ResonanceError, UnknownNameError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.movement import Movement
from latent_resonance.engine.recipe import MapEntry, PartChoice, list_recipes
from latent_resonance.studio.cards import (
    PAGES,
    InstrumentCard,
    InstrumentDetails,
    card_of,
    details_of,
    page_chain,
    page_of,
)
from latent_resonance.studio.names import known_bundle, known_recipe
from latent_resonance.studio.own_instruments import is_own
from latent_resonance.studio.page_senses import PerformingSense
from latent_resonance.studio.patch import Patch, Place
from latent_resonance.studio.play.drawn import Drawn
from latent_resonance.studio.play.player import RecipePlayer
from latent_resonance.studio.play.sound_in import SoundIn
from latent_resonance.studio.wire import DrawnLayout


class Player(Protocol):
    """An opened instrument. ``pull`` is called on one thread at a time, the rest on any.

    A setter gives whether the model has to make something for it first.
    """

    @property
    def sample_rate(self) -> int:
        """Of what ``pull`` gives, in Hz."""
        ...

    @property
    def channels(self) -> int:
        """1 or 2."""
        ...

    @property
    def latency_seconds(self) -> float:
        """From a control to the middle of its effect in pulled sound."""
        ...

    @property
    def buffered_samples(self) -> int:
        """Rendered already, and given by the next pulls."""
        ...

    @property
    def rest(self) -> Mapping[str, float]:
        """All controls that can be moved by hand, and the value of each while nobody moves it."""
        ...

    @property
    def meters(self) -> Meters:
        """What it measured of itself."""
        ...

    @property
    def beat(self) -> float:
        """Quarter notes since the performance began."""
        ...

    @property
    def moved(self) -> Mapping[str, float]:
        """Where the controls that move by themselves are."""
        ...

    @property
    def follows(self) -> bool:
        """Whether its movement keeps the beat that is heard."""
        ...

    @property
    def sound_in(self) -> SoundIn | None:
        """The sound that plays into it; None where it takes none."""
        ...

    @property
    def drawn(self) -> Drawn | None:
        """Its pictures on their way to the page; None where it makes sound."""
        ...

    @property
    def drawn_layout(self) -> DrawnLayout | None:
        """What they are."""
        ...

    def follow_beat(self, follow: bool) -> None:
        """Whether its movement keeps the beat that is heard."""
        ...

    def limit_flashes(self, on: bool) -> None:
        """Turn the limiter of its pictures on or off."""
        ...

    def check(self, patch: Patch) -> None:
        """Whether all of a patch can be set; nothing is.

        Raises:
            InputError: its place is none of the model's.
            UnknownNameError: it names what does not exist.
        """
        ...

    def set_controls(
        self,
        values: Mapping[str, float],
        present: bool | None,
        sense: PerformingSense = "face",
    ) -> bool:
        """Controls from now on; ``present`` is None for what is set by hand.

        Raises:
            UnknownNameError: it has no such control.
        """
        ...

    def release(self, names: tuple[str, ...]) -> bool:
        """Controls that were set by hand go back to what moves them, or to rest."""
        ...

    def set_map(self, lines: Mapping[str, MapEntry | None]) -> bool:
        """What moves its controls, beside the instrument's own lines and in their place.

        Raises:
            UnknownNameError: a line names what does not exist; the map stays as it was.
        """
        ...

    def set_moves(self, moves: Mapping[str, Movement]) -> bool:
        """What moves its controls around their values, in place of all that did.

        Raises:
            UnknownNameError: one names what does not exist; all moves on as it did.
        """
        ...

    def set_tempo(self, bpm: float, beat: float | None = None) -> None:
        """Quarter notes per minute; the beat goes on from where it is, or from ``beat``."""
        ...

    def go_to(self, place: Place | None) -> bool:
        """A place of the latent space, or back to the controls; raises InputError."""
        ...

    def choose(self, choice: str, value: str) -> bool:
        """One of the choices; raises UnknownNameError."""
        ...

    def midi(self, message: bytes, seconds: float = 0.0) -> None:
        """A channel message at a time of its sound, or now where that is over.

        Raises:
            InputError: it means nothing here.
        """
        ...

    def forget(self) -> None:
        """Messages whose time is still to come are not played."""
        ...

    def pull(self, frames: int) -> FloatArray:
        """The next ``frames`` of sound, float32 ``[frames, channels]``."""
        ...

    def close(self) -> None:
        """Let go of the model; safe to call twice."""
        ...


class Instrument(Protocol):
    """What cards tell of and players are opened of."""

    @property
    def name(self) -> str:
        """By which it is found."""
        ...

    def card(self) -> InstrumentCard:
        """For the list; opens nothing."""
        ...

    def details(self, bundle: str | None) -> InstrumentDetails:
        """With a bundle of that name, or its own; raises ResonanceError."""
        ...

    def complete(self, patch: Patch) -> Patch:
        """What the patch leaves open of movement and tempo, as the instrument has it."""
        ...

    def open(
        self, patch: Patch, engine: PartChoice | None, threads: int, as_frames: bool = False
    ) -> Player:
        """Load the model and set all of the patch; takes a second or two.

        ``as_frames``: its pictures are drawn here even where a page could draw them.
        """
        ...


class RecipeInstrument:
    """A recipe as an instrument of the studio."""

    def __init__(self, name: str) -> None:
        self.name = name

    def card(self) -> InstrumentCard:
        """From the recipe alone."""
        return card_of(self.name)

    def details(self, bundle: str | None) -> InstrumentDetails:
        """From its parts."""
        if bundle:
            known_bundle(bundle)
        return details_of(self.name, bundle)

    def complete(self, patch: Patch) -> Patch:
        """From the recipe; one that cannot be read leaves it as it is."""
        with suppress(ResonanceError):
            recipe = known_recipe(self.name)
            own = {"moves": page_chain(recipe).move, "tempo": recipe.tempo}
            said = patch.model_fields_set
            return patch.model_copy(update={k: v for k, v in own.items() if k not in said})
        return patch

    def open(
        self, patch: Patch, engine: PartChoice | None, threads: int, as_frames: bool = False
    ) -> Player:
        """Opened, set, and with what the first sound needs."""
        if patch.bundle:
            known_bundle(patch.bundle)
        return RecipePlayer(patch, engine, threads, as_frames)


def list_instruments() -> dict[str, Instrument]:
    """Every recipe by name in the order of the pages, those that ship before the user's own."""
    known = recipe_instruments()
    return {name: known[name] for name in sorted(known, key=_place_in_list)}


def recipe_instruments() -> dict[str, Instrument]:
    """Every recipe by name; none is read."""
    return {name: RecipeInstrument(name) for name in list_recipes()}


def _place_in_list(name: str) -> tuple[bool, int]:
    own = is_own(name)
    with suppress(ResonanceError):
        return own, PAGES.index(page_of(known_recipe(name)))
    return own, len(PAGES)


def find_instrument(known: Mapping[str, Instrument], name: str) -> Instrument:
    """By name; raises UnknownNameError."""
    if name not in known:
        raise UnknownNameError("instrument", name, known)
    return known[name]


def choose_engine(engine: str, device: str) -> PartChoice | None:
    """What plays a model, as the settings say; None leaves it to the recipe."""
    if device != "cpu":
        return PartChoice(part=engine, options={"device": device})
    return None if engine == "auto" else PartChoice(part=engine)
