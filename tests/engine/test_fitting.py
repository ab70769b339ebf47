"""Recipes on bundles of the other kind, and options that take the place of others."""

from dataclasses import replace

import pytest

from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.fitting import on_bundle
from latent_resonance.engine.recipe import PartChoice, load_recipe
from latent_resonance.engine.setup import Setup

HANDS = Setup(senses=(PartChoice(part="sliders"),))


def test_a_recipe_gets_the_renderer_of_the_bundle_that_plays() -> None:
    face, vision = load_recipe("face"), load_recipe("vision")
    assert on_bundle(face, None) is face
    assert on_bundle(face, "texture") is face
    assert on_bundle(face, "no such bundle") is face
    assert on_bundle(face, "fields").chain[0].render.part == "frames"
    assert on_bundle(vision, "drone").chain[0].render.part == "living_spectrogram"
    assert on_bundle(face, "fields").chain[0].navigate == face.chain[0].navigate


@pytest.mark.parametrize(
    ("own", "chosen", "size"),
    [
        ({"width": 96}, {"size": 64}, (64, 64)),
        ({"width": 96, "height": 48}, {"size": 64}, (64, 64)),
        ({"size": 64}, {"width": 96}, (96, 96)),
        ({"width": 96, "height": 48}, {"height": 96}, (96, 96)),
        ({"width": 96, "height": 48}, {}, (96, 48)),
    ],
)
def test_a_size_that_is_chosen_takes_the_place_of_the_recipes(own, chosen, size) -> None:
    recipe = load_recipe("vision")
    chain = recipe.chain[0].model_copy(update={"render": PartChoice(part="frames", options=own)})
    recipe = recipe.model_copy(update={"chain": [chain]})
    with assemble(recipe, replace(HANDS, render=chosen)) as performance:
        form = performance.chain.gives
        assert (form.width, form.height) == size
