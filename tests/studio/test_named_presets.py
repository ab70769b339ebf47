"""Presets by name: those that ship and the player's own, morphs as they stand."""

from contextlib import closing
from pathlib import Path

import pytest

from latent_resonance.contracts.errors import UnknownNameError
from latent_resonance.engine.recipe import PartChoice, load_recipe
from latent_resonance.studio.named_presets import named_patch, preset_recipe, presets_of
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.presets import NewPreset, Presets
from latent_resonance.studio.studio import DATABASE


def test_the_players_own_are_found_beside_those_that_ship(tmp_path: Path) -> None:
    shipped = presets_of("texture", tmp_path)
    assert shipped
    assert list(tmp_path.iterdir()) == [], "looking makes no files"
    one = Patch(instrument="texture", controls={"brightness": -2}, seed=7)
    other = Patch(instrument="texture", controls={"brightness": 2}, seed=8)
    new = NewPreset(name="Half (way)", patch=one, other=other, morph=0.25)
    with closing(Database(tmp_path / DATABASE)) as database:
        Presets(database).add(new)
    assert set(presets_of("texture", tmp_path)) == {*shipped, "Half (way)"}
    found = named_patch("texture", "half way", tmp_path)
    assert (found.controls, found.seed) == ({"brightness": -1}, 7)
    with pytest.raises(UnknownNameError, match="no preset of 'face'"):
        named_patch("face", "Half (way)", tmp_path)


def test_other_senses_than_the_instruments_keep_the_lines_that_they_can_move() -> None:
    base, patch = load_recipe("vision"), named_patch("vision", "Copper tide")
    (heard,) = preset_recipe(base, patch).chain
    (seen,) = preset_recipe(base, patch, [PartChoice(part="face")]).chain
    (alone,) = preset_recipe(base, patch, by_itself=True).chain
    assert "warmth" in (heard.map or {})
    assert "warmth" not in (seen.map or {})
    assert "warmth" not in (alone.map or {})
    assert heard.held == seen.held == alone.held
