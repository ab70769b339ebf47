"""The recipe of a rendered note: what its file carries, so that it can be made again."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError, MediaError
from latent_resonance.contracts.text_files import first_fault
from latent_resonance.engine.mastering import Mastering
from latent_resonance.engine.recipe import ChainRecipe, MapEntry, PartChoice, Recipe
from latent_resonance.engine.setup import Setup
from latent_resonance.stage.metadata.recipe_of import KEY, read_recipe, spell_recipe

_FORMAT: Literal["latent-resonance note"] = "latent-resonance note"
# Files come from others: only these parts are opened for them, whose options name no file.
_NAVIGATOR, _RENDERER = "keyboard", "note_voices"


class NoteRecipe(BaseModel):
    """All that fixes the sound of one note.

    Attributes:
        format: of this table,
        version: and its number.
        seal: of the bundle's manifest, so that another model of that name is noticed.
        chain: the instrument, with all that was chosen for it.
        lines: of the map, beside the instrument's own.
        tempo: quarter notes per minute.
        pitch: MIDI number.
        velocity: 1..127.
        seconds: length of the file.
        seed: of everything random.
        loudness: in LUFS, None as played.
        fade_in: in seconds.
        fade_out: likewise.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    format: Literal["latent-resonance note"] = _FORMAT
    version: Literal[1] = 1
    seal: str
    chain: ChainRecipe
    lines: dict[str, MapEntry] = {}
    tempo: float = 120.0
    pitch: float
    velocity: int
    seconds: float
    seed: int = Field(ge=0)
    loudness: float | None = None
    fade_in: float = 0.0
    fade_out: float = 0.0
    bits: int | None = None
    dither: bool = False

    @property
    def instrument(self) -> Recipe:
        """What it was played on, by hand."""
        return Recipe(
            name="notes",
            tempo=self.tempo,
            sense=[PartChoice(part="sliders")],
            chain=[self.chain],
        )

    def setup(self, bundle: Bundle, engine: PartChoice | None = None) -> Setup:
        """The chain's own setup on an open bundle.

        Raises:
            InputError: another bundle made the note.
        """
        if bundle.seal != self.seal:
            raise InputError(
                f"the note was made with another version of the bundle '{self.chain.bundle}' than "
                f"this '{bundle.name}': give its own with --bundle"
            )
        lines = {name: entry.line for name, entry in self.lines.items()}
        return Setup(opened=bundle, lines=lines, seed=self.seed, engine=engine)

    def table(self) -> dict[str, Any]:
        """As plain JSON values; what is usual goes without saying, but for the format."""
        told = self.model_dump(mode="json", exclude_defaults=True)
        return {"format": self.format, "version": self.version, **told}


def carried_recipe(
    recipe: Recipe,
    setup: Setup,
    bundle: Bundle,
    pitch: float,
    velocity: int,
    seconds: float,
    mastering: Mastering,
) -> dict[str, str]:
    """What was played, as metadata of a file; nothing for parts that files are not trusted with.

    Args:
        recipe: of the instrument.
        setup: all that was chosen beside it.
        bundle: that it plays.
        pitch: MIDI number.
        velocity: 1..127.
        seconds: length of the file.
        mastering: of the file.
    """
    chain = recipe.chain[0]
    if (chain.navigate.part, chain.render.part) != (_NAVIGATOR, _RENDERER):
        return {}
    place = chain.place if setup.place is None else [float(value) for value in setup.place]
    played = ChainRecipe(
        bundle=bundle.name,
        kit=chain.kit,
        map=chain.map,
        absent=chain.absent,
        start=chain.start,
        place=place,
        held={**chain.held, **setup.held},
        move=chain.move,
        navigate=chain.navigate.with_options(**setup.navigate),
        render=chain.render.with_options(**setup.render),
        rate=setup.rate or chain.rate,
    )
    note = NoteRecipe(
        seal=bundle.seal,
        chain=played,
        lines={name: MapEntry.of(line) for name, line in setup.lines.items()},
        tempo=recipe.tempo,
        pitch=pitch,
        velocity=velocity,
        seconds=seconds,
        seed=setup.seed,
        loudness=mastering.loudness,
        fade_in=mastering.fade_in,
        fade_out=mastering.fade_out,
        bits=mastering.bits,
        dither=mastering.dither,
    )
    return {KEY: spell_recipe(note.table())}


def is_note(path: Path) -> bool:
    """Whether a file carries the recipe of a note; raises MediaError where it cannot be read."""
    return (read_recipe(path) or {}).get("format") == _FORMAT


def note_recipe_in(path: Path) -> NoteRecipe:
    """The recipe that the sound file of a note carries; what it says is not trusted.

    Raises:
        MediaError: there is no such file, it carries no recipe of a note, or a damaged one.
    """
    table = read_recipe(path)
    if table is None or table.get("format") != _FORMAT:
        raise MediaError(f"{path} carries no recipe of a note")
    try:
        found = NoteRecipe.model_validate(table)
    except ValidationError as error:
        where, _ = first_fault(error)
        raise MediaError(f"{path}: its recipe is damaged ('{where}')") from error
    chain = found.chain
    if (chain.navigate.part, chain.render.part) != (_NAVIGATOR, _RENDERER):
        raise MediaError(f"{path}: its recipe names other parts than those of notes")
    own = {"model": PartChoice(part="auto"), "stage": []}
    return found.model_copy(update={"chain": chain.model_copy(update=own)})


def of_length(recipe: NoteRecipe, seconds: float | None) -> NoteRecipe:
    """The same note at another length, at its own where None."""
    return recipe if seconds is None else recipe.model_copy(update={"seconds": seconds})


def mastering_of(recipe: NoteRecipe) -> Mastering:
    """How the note's file was finished."""
    return Mastering(recipe.loudness, recipe.fade_in, recipe.fade_out, recipe.bits, recipe.dither)
