"""Recipes: an instrument as a TOML file that names its parts and how they are joined."""

from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    model_validator,
)

from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.mapping import ControlMap, Curve, MapLine, Mode
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.text_files import parse_model, read_text
from latent_resonance.engine.movement import USUAL_BPM, Bpm, Movement
from latent_resonance.engine.recipe_files import beside, options_beside
from latent_resonance.engine.scales import scale_steps

Absent = Literal["rest", "hold", "fade"]

# Far beyond any control's range: products of two of them are still numbers.
_FAR = 1e9
_Number = Annotated[float, Field(allow_inf_nan=False, ge=-_FAR, le=_FAR)]

# One may stand for a list of one.
_LISTED = BeforeValidator(lambda given: given if isinstance(given, list) else [given])


class PartChoice(BaseModel):
    """A part by name; every other key of its table is one of its options."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    part: str
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, table: Any) -> Any:
        if isinstance(table, str):
            return {"part": table}
        if not isinstance(table, dict) or "part" not in table:
            raise ValueError('needs a line: part = "..."')
        if isinstance(table.get("options"), dict):
            return table
        return {
            "part": table["part"],
            "options": {key: value for key, value in table.items() if key != "part"},
        }

    def with_options(self, **options: Any) -> "PartChoice":
        """The same part with some options set otherwise."""
        return self.model_copy(update={"options": {**self.options, **options}})


class MapEntry(BaseModel):
    """One line of a ``[map]`` table; a plain string is a source of the same range."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        populate_by_name=True,
        serialize_by_alias=True,
    )

    source: Annotated[list[str], _LISTED] = Field(alias="from", min_length=1, max_length=16)
    span: tuple[_Number, _Number] | None = Field(default=None, alias="in")
    low: _Number | None = None
    high: _Number | None = None
    curve: Curve = "linear"
    mode: Mode = "sum"
    gate: float = Field(default=0.0, ge=0, lt=1)
    smooth_seconds: float = Field(default=0.0, ge=0, le=60)
    steps: int = Field(default=8, ge=2, le=1000)
    scale: str = "C major"

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        if isinstance(given, (str, list)):
            return {"from": given}
        if not isinstance(given, (dict, cls)):
            raise ValueError(  # noqa: TRY004 - what is wrong with a value, to pydantic
                "should be the name of a sensed control, a list of names, or a table"
            )
        if isinstance(given, dict):
            # What is kept of a line says what does not act, too, and may be of another curve.
            idle = cls._idle(given)
            return {name: value for name, value in given.items() if name not in idle}
        return given

    @classmethod
    def _idle(cls, given: Mapping[str, Any]) -> list[str]:
        """What a table says of another curve than its own."""
        return [name for name in ("steps", "scale") if name in given and given.get("curve") != name]

    @classmethod
    def without_idle(cls, given: Any) -> Any:
        """What a recipe says of a line, where all of it acts.

        A line that was written in full says what is usual of every curve.

        Raises:
            ValueError: it says something that would do nothing.
        """
        for name in cls._idle(given) if isinstance(given, dict) else ():
            if "curve" not in given or given[name] != cls.model_fields[name].default:
                raise ValueError(f'{name} acts with curve = "{name}" only')
        return given

    @model_validator(mode="after")
    def _fits(self) -> "MapEntry":
        if self.span is not None and self.span[0] == self.span[1]:
            raise ValueError("the two numbers of 'in' must differ")
        if self.curve == "scale":
            scale_steps(self.scale)
        return self

    @property
    def line(self) -> MapLine:
        """As the chain takes it."""
        rest = self.model_dump(exclude={"source"}, by_alias=False)
        return MapLine(tuple(self.source), **rest)

    @classmethod
    def of(cls, line: MapLine) -> "MapEntry":
        """A line as a recipe writes it."""
        given = {each.name: getattr(line, each.name) for each in fields(line)}
        return cls.model_validate(given | {"source": list(line.source)})


# What a sound of one place has as well: all else that a chain says shapes a performance.
_OF_ANY_PLACE = frozenset(
    ("name", "bundle", "absent", "navigate", "model", "render", "stage", "rate", "pass_through")
)


class ChainRecipe(BaseModel):
    """One chain: from what is mapped to the stages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    bundle: str = Field(description="an embedded bundle's name or a path")
    kit: str | None = Field(
        default=None, description="a bundle that drums are made with, on MIDI channel 10"
    )
    map: dict[str, Annotated[MapEntry, BeforeValidator(MapEntry.without_idle)]] | None = Field(
        default=None, description="none: the navigator's own suggestion for what is sensed"
    )
    absent: Absent = Field(
        default="rest",
        description="with nobody there, mapped controls go to rest, hold, or fade to silence",
    )
    start: str = Field(
        default="mean", description="where it begins: mean, seed, or the name of a place"
    )
    place: dict[str, _Number] | list[_Number] | None = Field(
        default=None, description="where it stays: shares of named places, or numbers"
    )
    held: dict[str, _Number] = Field(
        default={}, description="controls held at a value, whatever is sensed"
    )
    move: dict[str, Movement] = Field(
        default={}, description="what moves listened controls around their values"
    )
    navigate: PartChoice
    model: PartChoice = PartChoice(part="auto")
    render: PartChoice
    stage: Annotated[list[PartChoice], _LISTED] = []
    rate: int | None = Field(
        default=None, ge=8_000, le=48_000, description="of the sound in Hz; none: the bundle's own"
    )
    pass_through: bool | None = Field(
        default=None,
        description="stages get the sound of the input too; none: where no chain gives sound",
    )

    @property
    def shaping(self) -> list[str]:
        """Entries that say more than which place of a space is played, as a recipe names them."""
        said = (
            self.model_fields_set - _OF_ANY_PLACE - ({"start"} if self.start == "seed" else set())
        )
        return [name for name in type(self).model_fields if name in said and getattr(self, name)]

    @property
    def lines(self) -> ControlMap | None:
        """The map's lines; None where the navigator is to suggest them."""
        return None if self.map is None else {name: e.line for name, e in self.map.items()}


class Recipe(BaseModel):
    """One instrument: senses, and one chain or several on the same clock."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str = ""
    description: str = ""
    page: str = Field(default="", description="the studio's page; the one of any chain if empty")
    tempo: Bpm = Field(default=USUAL_BPM, description="quarter notes per minute, for movement")
    follow_tempo: bool = Field(
        default=False, description="movement keeps the beat of the sound that is sensed"
    )
    sense: Annotated[list[PartChoice], _LISTED] = Field(min_length=1)
    chain: list[ChainRecipe] = Field(min_length=1, max_length=16)
    _folder: Path | None = PrivateAttr(default=None)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, table: Any) -> Any:
        """A file without ``[[chain]]`` has its one chain's tables at the top."""
        if not isinstance(table, dict) or "chain" in table:
            return table
        own = {key: table[key] for key in ChainRecipe.model_fields if key in table}
        own.pop("name", None)
        rest = {key: value for key, value in table.items() if key not in own}
        return {**rest, "chain": [own]}

    @model_validator(mode="after")
    def _told_apart(self) -> "Recipe":
        names = [one.name for one in self.chain if one.name]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"two chains are called '{twice}': give each a name of its own")
        return self

    @property
    def folder(self) -> Path | None:
        """Where its file lies, which paths in it are relative to; None where it has no file."""
        return self._folder

    def read_in(self, folder: Path) -> "Recipe":
        """The same as a file of a folder: its bundles, kits and sensors' files are those there.

        Where the folder has none of a relative path, the path stays, from the shell's folder.
        """
        chains = [
            one.model_copy(
                update={
                    "bundle": beside(folder, one.bundle),
                    "kit": one.kit and beside(folder, one.kit),
                }
            )
            for one in self.chain
        ]
        senses = [
            one.with_options(**options_beside(folder, one.options)) if one.options else one
            for one in self.sense
        ]
        same = (chains, senses) == (self.chain, self.sense)
        made = self if same else self.model_copy(update={"chain": chains, "sense": senses})
        made._folder = folder  # noqa: SLF001 - of the same class
        return made

    @property
    def by_hand(self) -> bool:
        """Whether nothing is sensed but what is set by hand."""
        return all(choice.part == "sliders" for choice in self.sense)

    @property
    def shaping(self) -> list[str]:
        """Entries that make more of it than one place that is played by hand."""
        return ["[[chain]]"] if len(self.chain) > 1 else self.chain[0].shaping

    @property
    def plays_notes(self) -> bool:
        """Whether the navigator of its first chain follows note events."""
        part = find_part("navigate", self.chain[0].navigate.part).load().Part
        return part.plays_notes is True  # else it is the role's own property

    @property
    def paints_recordings(self) -> bool:
        """Whether a still of it is the picture of a whole recording."""
        part = find_part("navigate", self.chain[0].navigate.part).load().Part
        return part.paints_recordings is True

    @property
    def bundle(self) -> str:
        """Of its first chain."""
        return self.chain[0].bundle


def recipe_folder() -> Path:
    """Where the recipes of this package lie: in the wheel, or in the checkout it runs from."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "recipes"
    return installed if installed.is_dir() else package.parent.parent / "recipes"


def user_recipe_folder() -> Path:
    """Where a user's own recipes lie; it need not exist."""
    from platformdirs import user_data_path

    return user_data_path("latent-resonance", appauthor=False) / "recipes"


def list_recipes() -> dict[str, Path]:
    """Recipes by name: those that ship, then the user's own, which cannot hide those."""
    found: dict[str, Path] = {}
    for folder in (recipe_folder(), user_recipe_folder()):
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            found.setdefault(path.stem, path)
    return found


def list_variants() -> dict[str, Path]:
    """Recipes that lie in a folder of another's name, as ``NAME/VARIANT``, such as ``face/choir``.

    They play the same senses otherwise, and are found by name only: no list of instruments has
    them.
    """
    found: dict[str, Path] = {}
    for name in list_recipes():
        for folder in (recipe_folder(), user_recipe_folder()):
            for path in sorted((folder / name).glob("*.toml")):
                found.setdefault(f"{name}/{path.stem}", path)
    return found


def is_recipe(name: str) -> bool:
    """Whether there is a recipe, or a variant of one, of that name."""
    return name in list_recipes() or name in list_variants()


def load_recipe(name_or_path: str) -> Recipe:
    """A recipe by name, a variant such as ``face/choir``, or a TOML file.

    Raises:
        UnknownNameError: neither; offers the nearest name.
        InputError: the file cannot be read as a recipe; names the entry.
    """
    known = list_recipes()
    if name_or_path not in known:
        known |= list_variants()
    path = known.get(name_or_path, Path(name_or_path))
    if name_or_path not in known and path.suffix != ".toml":
        raise UnknownNameError("recipe", name_or_path, known)
    return read_recipe(path)


def read_recipe(path: Path) -> Recipe:
    """A TOML file as a recipe; the same text is parsed once, and gives the same recipe.

    Relative paths in it are looked for in its own folder first (``Recipe.read_in``).

    Raises:
        InputError: it cannot be read as a recipe; names the entry.
    """
    return _parsed(read_text(path, "recipe"), path).read_in(path.parent)


@lru_cache(64)  # each player that is opened asks
def _parsed(text: str, path: Path) -> Recipe:
    return parse_model(text, path, Recipe, "recipe")


def parse_map(texts: tuple[str, ...]) -> ControlMap:
    """Lines such as ``brightness=mouth:-5..5`` or ``speed=yaw_velocity``, as ``--map`` has them.

    Raises:
        InputError: not NAME=SOURCE or NAME=SOURCE:LOW..HIGH.
    """
    found: dict[str, MapLine] = {}
    for text in texts:
        name, equals, rest = text.partition("=")
        source, colon, span = rest.partition(":")
        low, dots, high = span.partition("..")
        try:
            ends = (float(low), float(high)) if colon else (None, None)
        except ValueError:
            ends, dots = (None, None), ""
        if not all(end is None or abs(end) <= _FAR for end in ends):
            dots = ""
        named = [name, *source.split("+")]
        if not (equals and all(map(str.strip, named))) or (colon and not dots):
            raise InputError(
                f"--map {text}: write it as CONTROL=SOURCE or CONTROL=SOURCE:LOW..HIGH"
            )
        sources = tuple(one.strip() for one in source.split("+"))
        found[name.strip()] = MapLine(sources, None, *ends)
    return found
