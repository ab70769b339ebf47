"""Recipes: which parts make an instrument, in TOML."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from latent_resonance.contracts.errors import InputError, UnknownNameError


class PartChoice(BaseModel):
    """A part by name; every other key of its table is one of its options."""

    model_config = ConfigDict(extra="forbid")

    part: str
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, table: Any) -> Any:
        if not isinstance(table, dict) or "part" not in table:
            raise ValueError('needs a line: part = "..."')
        if isinstance(table.get("options"), dict):
            return table
        return {
            "part": table["part"],
            "options": {key: value for key, value in table.items() if key != "part"},
        }


class Recipe(BaseModel):
    """One instrument as a chain of five parts."""

    model_config = ConfigDict(extra="forbid")

    name: str
    description: str = ""
    bundle: str = Field(description="an embedded bundle's name or a path")
    sense: PartChoice
    navigate: PartChoice
    model: PartChoice
    render: PartChoice
    stage: PartChoice


def recipe_folder() -> Path:
    """Where the recipes of this package lie: in the wheel, or in the checkout it runs from."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "recipes"
    return installed if installed.is_dir() else package.parent.parent / "recipes"


def list_recipes() -> dict[str, Path]:
    """The recipes that ship, by name."""
    return {path.stem: path for path in sorted(recipe_folder().glob("*.toml"))}


def load_recipe(name_or_path: str) -> Recipe:
    """A recipe that ships, or a TOML file.

    Raises:
        UnknownNameError: neither; offers the nearest name.
        InputError: the file cannot be read as a recipe; names the entry.
    """
    known = list_recipes()
    path = known.get(name_or_path, Path(name_or_path))
    if name_or_path not in known and path.suffix != ".toml":
        raise UnknownNameError("recipe", name_or_path, known)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read the recipe {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not valid TOML: {error}") from error
    try:
        return Recipe.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise InputError(f"the recipe {path}, '{where}': {first['msg'].lower()}") from error
