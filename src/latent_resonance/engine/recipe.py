"""Recipes: which parts make an instrument, in TOML."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from latent_resonance.contracts.errors import UnknownNameError
from latent_resonance.contracts.files import read_toml


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
    return read_toml(path, Recipe, "recipe")
