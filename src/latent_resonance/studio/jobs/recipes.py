"""Training recipes that ship, as a page shows them."""

import tomllib
from pathlib import Path

from pydantic import Field

from latent_resonance.engine.recipe import recipe_folder
from latent_resonance.studio.schema import Schema


class RecipeCard(Schema):
    """A recipe that a training can begin from."""

    recipe: str = Field(description="what a job names")
    family: str
    description: str
    steps: int | None = Field(description="as the recipe has them; null where it has none")


def training_recipes() -> dict[str, Path]:
    """By name."""
    return {path.stem: path for path in sorted((recipe_folder() / "train").glob("*.toml"))}


def list_training() -> list[RecipeCard]:
    """All of them, by name."""
    return [_card(name, path) for name, path in training_recipes().items()]


def _card(name: str, path: Path) -> RecipeCard:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    steps = table.get("steps")
    return RecipeCard(
        recipe=name,
        family=str(table.get("family", "")),
        description=str(table.get("description", "")),
        steps=steps if isinstance(steps, int) else None,
    )
