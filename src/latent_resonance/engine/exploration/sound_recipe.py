"""The recipe of a rendered place: what a file carries, so that it can be made again."""

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError, MediaError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.mastering import Mastering
from latent_resonance.navigate.latent_space.lineage import read_place, spell_place
from latent_resonance.stage.metadata.recipe_of import PERFORMANCE, read_recipe

_FORMAT = "latent-resonance texture"
_VERSION = 1
USUAL_LUFS = -20.0
_USUAL: dict[str, Any] = {
    "rate": 0,
    "channels": 1,
    "fade_in": 0.0,
    "fade_out": 0.0,
    "bits": None,
    "dither": False,
    "events": False,
    "named": {},
}


@dataclass(frozen=True, slots=True)
class SoundRecipe:
    """All that fixes a sound.

    Attributes:
        bundle: name of the model.
        seal: of its manifest, so that another model of that name is noticed.
        w: the place, float32 ``[w_dim]``.
        goals: where a morph comes by, and arrives at last; empty for a sound that stays.
        seconds: its length.
        seed: of the first phase.
        loudness: target in LUFS.
        rate: in Hz; 0 is the model's own.
        channels: 1 or 2.
        fade_in: in seconds.
        fade_out: likewise.
        events: a sound that stays longer than a window has new ones at new places; the window of
            older files goes round.
        named: prototypes to the share that each has in the place: whose kin new events are.
        made_by: what was asked for, to read.
        bits: 16 or 24, of .wav and .flac; 24 when None.
        dither: of 16 bits.
    """

    bundle: str
    seal: str
    w: FloatArray
    goals: tuple[FloatArray, ...]
    seconds: float
    seed: int
    loudness: float = USUAL_LUFS
    rate: int = 0
    channels: int = 1
    fade_in: float = 0.0
    fade_out: float = 0.0
    events: bool = False
    named: dict[str, float] = field(default_factory=dict)
    made_by: dict[str, Any] = field(default_factory=dict)
    bits: int | None = None
    dither: bool = False

    @property
    def mastering(self) -> Mastering:
        """How its file is finished."""
        return Mastering(self.loudness, self.fade_in, self.fade_out, self.bits, self.dither)

    def table(self) -> dict[str, Any]:
        """As plain JSON values; what is usual goes without saying."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        for name, usual in _USUAL.items():
            if told[name] == usual:
                del told[name]
        return {
            "format": _FORMAT,
            "version": _VERSION,
            **told,
            "w": spell_place(self.w),
            "goals": [spell_place(goal) for goal in self.goals],
        }


def recipe_in(path: Path) -> SoundRecipe:
    """The recipe that a sound file carries.

    Raises:
        MediaError: there is no such file, it is no sound, or carries no recipe of a texture.
    """
    table = read_recipe(path)
    found = None if table is None else _read(table)
    if found is not None:
        return found
    if table is not None and table.get("format") == PERFORMANCE:
        raise MediaError(
            f"{path} was performed: only the command that made it makes it again, with its --input "
            "or its controls; a place alone carries all"
        )
    raise MediaError(
        f"{path} carries no recipe to go by: sounds of one place, single notes and pictures of "
        "voices do, where 'resonance' made them and no program took it out"
    )


def carried_recipe(path: Path, bundle: Bundle) -> SoundRecipe | None:
    """The recipe of a sound that this very bundle made; None for all other files.

    A bundle is known by its seal and its former ones: another model may have its name, and itself
    another one.
    """
    try:
        table = read_recipe(path)
    except MediaError:
        return None
    found = None if table is None else _read(table)
    return _whole(found, bundle) if found is not None and _plays(found, bundle) else None


def carried_place(path: Path, bundle: Bundle) -> FloatArray | None:
    """The place of a sound that this very bundle made, exact; None for all other files."""
    found = carried_recipe(path, bundle)
    return None if found is None else found.w


def recipe_to_change(path: Path, bundle: Bundle) -> SoundRecipe:
    """The recipe of a sound of this bundle that is to be changed.

    Raises:
        MediaError: there is no such file, or it carries none.
        InputError: another bundle made it.
    """
    return checked(recipe_in(path), bundle)


def _read(table: dict[str, Any]) -> SoundRecipe | None:
    """A checked recipe: what a file says is not trusted."""
    try:
        if table["format"] != _FORMAT or table["version"] != _VERSION:
            return None
        made_by = table.get("made_by")
        found = SoundRecipe(
            str(table["bundle"]),
            str(table["seal"]),
            read_place(table["w"]),
            tuple(read_place(goal) for goal in table["goals"]),
            float(table["seconds"]),
            int(table["seed"]),
            float(table["loudness"]),
            int(table.get("rate", 0)),
            int(table.get("channels", 1)),
            float(table.get("fade_in", 0)),
            float(table.get("fade_out", 0)),
            bool(table.get("events", False)),
            {str(name): float(share) for name, share in dict(table.get("named", {})).items()},
            made_by if isinstance(made_by, dict) else {},
            None if table.get("bits") is None else int(table["bits"]),
            bool(table.get("dither", False)),
        )
    except (KeyError, TypeError, ValueError):
        return None
    return found


def checked(recipe: SoundRecipe, bundle: Bundle) -> SoundRecipe:
    """The recipe, its places as the bundle has them; refuses another model than its own.

    Raises:
        InputError: the bundle is another one.
    """
    if not _plays(recipe, bundle):
        raise InputError(
            f"the sound was made with another version of the bundle '{recipe.bundle}', whose "
            f"networks are not those of this '{bundle.name}': give its own with --bundle"
        )
    return _whole(recipe, bundle)


def check_events(recipe: SoundRecipe, bundle: Bundle, window_seconds: float) -> None:
    """Refuse to make new events again that former kin of the bundle's prototypes were drawn from.

    Raises:
        InputError: the sound is longer than a window, and of a former version of the bundle.
    """
    long = recipe.seconds > window_seconds + 1e-6 and not recipe.goals
    if long and recipe.events and recipe.seal != bundle.seal:
        raise InputError(
            f"the sound has events that a former version of '{bundle.name}' chose, with the same "
            f"networks: give that with --bundle; or change the sound, with --seconds or --set"
        )


def _plays(recipe: SoundRecipe, bundle: Bundle) -> bool:
    """Whether the bundle makes the same sounds at the recipe's places."""
    known = {bundle.seal, *bundle.former_seals} - {""}
    return recipe.seal in known and all(map(bundle.takes, (recipe.w, *recipe.goals)))


def _whole(recipe: SoundRecipe, bundle: Bundle) -> SoundRecipe:
    whole = bundle.space.whole
    return replace(recipe, w=whole(recipe.w), goals=tuple(map(whole, recipe.goals)))
