"""A recipe's bundle is replaced: names of places that the other one lacks make room for its own."""

from contextlib import ExitStack

import pytest

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.engine.assemble import Prepared, Setup, prepare_chain
from latent_resonance.engine.recipe import load_recipe


def prepared(recipe: str, **setup: object) -> Prepared:
    with ExitStack() as opening:
        return prepare_chain(load_recipe(recipe).chain[0], Setup(**setup), opening)


def test_a_face_plays_the_places_of_any_model() -> None:
    own, other = prepared("face"), prepared("face", bundle="texture")
    named = [one.place for one in own.navigator.options.anchors]
    assert named
    assert not set(named) <= other.bundle.space.places.keys()
    assert other.navigator.options.anchors == []
    # Spread over several of its places, and all other options stay.
    assert len(other.navigator._places) > 4
    given = own.navigator.options.model_dump(exclude={"anchors", "rest"})
    assert other.navigator.options.model_dump(exclude={"anchors", "rest"}) == given


def test_what_the_other_model_has_stays() -> None:
    same = prepared("face", bundle="drone", navigate={"jitter": 0.1})
    assert same.navigator.options.anchors == prepared("face").navigator.options.anchors


def test_names_that_are_asked_for_are_not_left_out() -> None:
    with pytest.raises(AssemblyError, match="no place called 'nowhere'"):
        prepared("face", bundle="texture", navigate={"anchors": [{"place": "nowhere"}]})


def test_moods_of_another_model_are_all_its_own() -> None:
    from network_forge import IMAGES, forge

    pytest.importorskip("onnx")
    bundle = forge(IMAGES, "dcgan")
    recipe = load_recipe("vision")
    assert recipe.chain[0].navigate.part == "mood_path"
    options = {"moods": ["calm"]}
    chain = recipe.chain[0].model_copy(
        update={"navigate": recipe.chain[0].navigate.with_options(**options)}
    )
    with ExitStack() as opening:
        made = prepare_chain(chain, Setup(bundle="another", opened=bundle), opening)
    assert made.navigator.options.moods == []
