"""A recipe's bundle is replaced: names of places that the other one lacks make room for its own."""

from contextlib import ExitStack
from pathlib import Path

import pytest

import latent_resonance as lr
from latent_resonance.contracts.errors import AssemblyError, UnknownNameError
from latent_resonance.engine.prepare import Prepared, prepare_chain
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.engine.setup import Setup


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


@pytest.mark.parametrize("bundle", ["drone", "texture", "notes", "fields"])
@pytest.mark.parametrize("name", ["face", "texture", "notes", "vision", "voice"])
def test_any_recipe_plays_any_model(name: str, bundle: str) -> None:
    """What it gives is what the model makes, and something can move it."""
    made = prepared(name, bundle=bundle)
    assert type(made.bundle.format) in made.renderer.accepts
    assert made.listened
    # What follows keys alone would be silent to a face.
    assert made.navigator.plays_notes == (name == bundle == "notes")


def test_keys_play_a_model_of_textures_and_a_face_moves_pictures() -> None:
    for name, bundle, navigate, render, stage in (
        ("notes", "texture", "semantic", "living_spectrogram", "speaker"),
        ("face", "fields", "energy", "frames", "window"),
        ("vision", "notes", "mood_path", "living_spectrogram", "speaker"),
        ("face", "notes", "energy", "living_spectrogram", "speaker"),
    ):
        chain = prepared(name, bundle=bundle).recipe
        assert (chain.navigate.part, chain.render.part) == (navigate, render)
        assert chain.stage[0].part == stage


def test_parts_that_do_not_fit_are_refused_where_the_recipe_names_the_model() -> None:
    chain = load_recipe("notes").chain[0].model_copy(update={"bundle": "texture"})
    with pytest.raises(AssemblyError, match="note_voices needs a model of notes"), ExitStack() as o:
        prepare_chain(chain, Setup(), o)


def test_a_bundle_is_an_instrument_by_its_name(tmp_path: Path) -> None:
    clip = lr.render("fields", output=tmp_path / "still.png", seconds=0.1)
    assert clip.report["bundle"] == "fields"
    assert (tmp_path / "still.png").is_file()
    with pytest.raises(UnknownNameError, match="instrument or bundle is called 'fieldz'"):
        lr.render("fieldz", output=tmp_path / "x.png")
