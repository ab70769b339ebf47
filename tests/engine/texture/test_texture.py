"""Wishes to places, places to sound, on a bundle whose levels are linear in w."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.errors import InputError, MediaError, UnknownNameError
from latent_resonance.engine.texture.examples import read_example
from latent_resonance.engine.texture.open import Texture
from latent_resonance.engine.texture.search import Search
from latent_resonance.engine.texture.wish import Axis, Weighted, Wish
from latent_resonance.navigate.latent_space.lineage import Lineage

NAMES = ("brightness", "rate", "impact", "size", "roughness")


def test_the_bundle_has_sliders_prototypes_and_axes(texture: Texture) -> None:
    space = texture.space
    assert space.sliders.names == NAMES
    assert space.sliders.follow is not None
    assert {"hit", "scratch", "rain", "pouring", "fire"} <= set(space.places)
    assert set(space.axes) == {"all", "early", "middle", "late", "pca"}
    assert texture.heard == NAMES


def test_a_seed_is_a_place_and_the_same_one_again(texture: Texture) -> None:
    np.testing.assert_array_equal(texture.seeded(3), texture.seeded(3))
    assert np.abs(texture.seeded(3) - texture.seeded(4)).max() > 0.1


def test_a_slider_moves_its_attribute_by_its_steps_and_keeps_the_others(texture: Texture) -> None:
    follow = texture.space.sliders.follow
    assert follow is not None
    for name, value in (("brightness", 3.0), ("brightness", -3.0), ("impact", 1.5)):
        own = NAMES.index(name)
        changes = []
        for seed in range(4):
            w = texture.seeded(seed)
            moved = texture.move(w, Wish(settings={name: value}))
            changes.append((texture.listen(moved) - texture.listen(w)) / follow.steps)
        change = np.mean(changes, axis=0)
        assert change[own] == pytest.approx(value, abs=0.25 * abs(value))
        others = np.delete(change, own)
        assert np.abs(others).max() < 0.6 * abs(value)


def test_straight_lines_move_the_same_way(texture: Texture) -> None:
    w = texture.seeded(0)
    moved = texture.move(w, Wish(settings={"brightness": 4}, straight=True))
    assert texture.listen(moved)[0] > texture.listen(w)[0]


def test_prototypes_blend_and_leave_the_rest_to_the_seed(texture: Texture) -> None:
    rain, fire = texture.space.place("rain"), texture.space.place("fire")
    both = texture.find(Wish(prototypes=[Weighted("rain"), Weighted("fire")]))
    np.testing.assert_allclose(both, (rain + fire) / 2, atol=1e-5)
    half = texture.find(Wish(seed=2, prototypes=[Weighted("rain", 0.5)]))
    np.testing.assert_allclose(half, (texture.seeded(2) + rain) / 2, atol=1e-5)


def test_axes_move_by_deviations(texture: Texture) -> None:
    moved = texture.find(Wish(axes=[Axis("pca", 2, -1.5), Axis("late", 1, 2.0)]))
    wanted = texture.seeded(0) - 1.5 * texture.space.axis("pca", 2)
    wanted = wanted + 2 * texture.space.axis("late", 1)
    np.testing.assert_allclose(moved, wanted, atol=1e-5)


def test_a_query_finds_the_place_of_the_models_own_sound(texture: Texture, tmp_path: Path) -> None:
    w = 0.6 * texture.seeded(5)
    path = tmp_path / "own.wav"
    soundfile.write(path, 0.5 * texture.sound(w) / np.abs(texture.sound(w)).max(), 16_000)
    found = texture.find(Wish(query=[path], strength=20))
    apart = [np.linalg.norm(found - texture.seeded(seed)) for seed in range(20, 40)]
    assert np.linalg.norm(found - w) < min(apart)


def test_a_transfer_gives_the_others_attribute(texture: Texture, sounds: Path) -> None:
    w = texture.seeded(1)
    source = sounds / "noise.wav"
    wanted = texture.space.sliders.follow
    assert wanted is not None
    goal = float(texture_of(texture, source))
    found = texture.find(Wish(seed=1, transfer=["brightness"], source=source))
    before = abs(texture.listen(w)[0] - goal)
    assert abs(texture.listen(found)[0] - goal) < max(0.6 * before, 0.1)


def texture_of(texture: Texture, path: Path) -> float:
    from latent_resonance.sound.attributes.table import ATTRIBUTES

    level = read_example(path, texture.layout)
    return ATTRIBUTES["brightness"].measure(level, texture.layout)


def test_a_search_goes_on_by_choosing_and_comes_back(texture: Texture, sounds: Path) -> None:
    search = Search(texture, seed=3)
    begin = search.begin(Wish(seed=1))
    heard = search.example(sounds / "noise.wav")
    children = search.children([begin], 4)
    search.judge(children[0], 1)
    search.judge(children[1], -1)
    more = search.children(count=3, strength=2)
    changed = search.change(more[0], Wish(settings={"brightness": 2}))
    assert search.lineage.path(changed) == [heard, more[0], changed]
    assert search.sound(changed).shape == (64 * 16,)
    again = Search(texture, seed=3)
    again.begin(Wish(seed=1))
    again.example(sounds / "noise.wav")
    np.testing.assert_array_equal(
        again.place(again.children([begin], 4)[2]), search.place(children[2])
    )
    with pytest.raises(InputError, match="of the bundle 'other'"):
        Search(texture, lineage=Lineage("other"))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("silence", "silent"),
        ("nan", "not numbers"),
        ("text", "no sound"),
        ("missing", "there is no sound file"),
    ],
)
def test_bad_examples_are_refused_in_a_line(
    texture: Texture, sounds: Path, name: str, says: str
) -> None:
    with pytest.raises(MediaError, match=says) as caught:
        texture.find(Wish(query=[sounds / f"{name}.wav"]))
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_short_high_and_stereo_sounds_are_heard(texture: Texture, sounds: Path) -> None:
    for name in ("short", "high", "stereo"):
        w = texture.find(Wish(query=[sounds / f"{name}.wav"]))
        assert np.isfinite(w).all()
    level = read_example(sounds / "short.wav", texture.layout)
    assert level.max() == 0
    assert level[:, 20:].max() == -80


def test_ten_minutes_are_heard_where_they_are_loudest(texture: Texture, tmp_path: Path) -> None:
    samples = np.full(600 * 16_000, 1e-4, np.float32)
    samples[::2] *= -1
    time = np.arange(4_000) / 16_000
    samples[7_000_000:7_004_000] = 0.5 * np.sin(2 * np.pi * 1000 * time)
    soundfile.write(tmp_path / "long.flac", samples, 16_000)
    level = read_example(tmp_path / "long.flac", texture.layout)
    assert abs(int(level.mean(axis=1).argmax()) - 8) <= 1


def test_wishes_that_cannot_be_are_refused(texture: Texture, tmp_path: Path) -> None:
    for says, wish in {
        "no control is called 'brigtness'": lambda: Wish(settings={"brigtness": 1}),
        "out of range: from -5": lambda: Wish(settings={"rate": 9}),
        "no prototype is called 'rane'": lambda: Wish(prototypes=[Weighted("rane")]),
        "weights lie in 0..1": lambda: Wish(prototypes=[Weighted("rain", 3)]),
        "no group of axes": lambda: Wish(axes=[Axis("latest", 1, 1)]),
        "from 1 to 8": lambda: Wish(axes=[Axis("late", 9, 1)]),
        "axis 1=99": lambda: Wish(axes=[Axis("late", 1, 99)]),
        "--from FILE": lambda: Wish(transfer=["rate"]),
        "--transfer NAME": lambda: Wish(source=tmp_path),
        "--strength": lambda: Wish(strength=0),
        "no control is called 'loudness'": lambda: Wish(transfer=["loudness"], source=tmp_path),
    }.items():
        with pytest.raises(InputError) as caught:
            texture.find(wish())
        assert says in str(caught.value), says
        assert "\n" not in str(caught.value)


def test_a_bundle_without_sliders_says_so(tmp_path: Path) -> None:
    from texture_forge import forge_texture

    with Texture(read_bundle(forge_texture(tmp_path / "bare.resonance"))) as bare:
        with pytest.raises(UnknownNameError, match="there is: none"):
            bare.find(Wish(settings={"brightness": 1}))
        assert bare.sound(bare.find(Wish(seed=1))).shape == (64 * 16,)
        with pytest.raises(UnknownNameError, match="no prototype"):
            bare.find(Wish(prototypes=[Weighted("bell")]))
