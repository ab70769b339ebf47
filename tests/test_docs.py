"""The recipes in the docs are recipes."""

import re
import tomllib
from pathlib import Path

import pytest

from latent_resonance.engine.recipe import MapEntry, Recipe

DOCS = Path(__file__).resolve().parents[1] / "docs"
BLOCKS = [
    pytest.param(block, id=f"{page.stem}-{number}")
    for page in sorted(DOCS.glob("*.md"))
    for number, block in enumerate(
        re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    )
]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_recipe_in_the_docs_can_be_loaded(block: str) -> None:
    table = tomllib.loads(block)
    if "name" in table and "sense" in table:
        Recipe.model_validate(table)
    for line in table.get("map", {}).values():
        MapEntry.model_validate(line)
    assert table
