"""Requests to places, places to sound, on a bundle whose levels are linear in w."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.errors import InputError, MediaError, UnknownNameError
from latent_resonance.contracts.space import GRAIN
from latent_resonance.contracts.values import Frame, Latent, Spectrogram
from latent_resonance.engine.exploration.examples import read_example
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.exploration.request import Axis, PlaceRequest, Weighted
from latent_resonance.engine.exploration.search import Search
from latent_resonance.navigate.latent_space.directions import HIGH
from latent_resonance.navigate.latent_space.lineage import Lineage
from latent_resonance.sound.attributes.roughness import roughness_of_sound
from latent_resonance.sound.attributes.table import ATTRIBUTES, measure_window

NAMES = ("brightness", "rate", "impact", "size", "roughness")


def test_the_bundle_has_sliders_prototypes_and_axes(explorer: Explorer) -> None:
    space = explorer.space
    assert explorer.sliders.names == NAMES
    assert explorer.sliders.follow is not None
    assert {"hit", "scratch", "rain", "pouring", "fire"} <= set(space.places)
    assert set(space.axes) == {"all", "early", "middle", "late", "pca"}
    assert explorer.measured == NAMES


def test_a_seed_is_a_place_and_the_same_one_again(explorer: Explorer) -> None:
    np.testing.assert_array_equal(explorer.seeded(3), explorer.seeded(3))
    assert np.abs(explorer.seeded(3) - explorer.seeded(4)).max() > 0.1


def test_a_slider_moves_its_attribute_by_its_steps_and_keeps_the_others(explorer: Explorer) -> None:
    follow = explorer.sliders.follow
    assert follow is not None
    for name, value in (
        ("brightness", 3.0),
        ("brightness", -3.0),
        ("rate", 1.5),
        ("impact", 1.5),
        ("size", -2.0),
        ("roughness", 2.0),
    ):
        own = NAMES.index(name)
        changes = []
        for seed in range(9):
            w = explorer.seeded(seed)
            moved = explorer.move(w, PlaceRequest(settings={name: value}))
            changes.append((explorer.measure(moved) - explorer.measure(w)) / follow.steps)
        # Of most places: a single one may lie where the model has no smaller or brighter sound.
        change = np.median(changes, axis=0)
        assert change[own] == pytest.approx(value, abs=0.25 * abs(value))
        others = np.delete(change, own)
        assert np.abs(others).max() < 0.6 * abs(value)


@pytest.mark.parametrize("amount", [-1.5, 1.5])
def test_an_example_and_a_transfer_are_as_rough_as_the_sound_that_was_given(
    explorer: Explorer, tmp_path: Path, amount: float
) -> None:
    path, layout = tmp_path / "given.wav", explorer.layout
    grain = explorer.space.along(GRAIN) > 0
    given = explorer.seeded(2)
    given[grain] = amount
    soundfile.write(path, 0.5 * explorer.sound(given), layout.sample_rate, subtype="FLOAT")
    wanted = roughness_of_sound(Spectrogram(read_example(path, layout), layout))

    def away(w: np.ndarray) -> float:
        return abs(roughness_of_sound(explorer.window(w)) - wanted)

    found = explorer.example(path)
    smooth = np.where(grain, np.float32(0), found)
    assert away(found) < 0.1
    assert away(found) < 0.5 * away(smooth)
    moved = explorer.find(PlaceRequest(seed=5, source=path, transfer=("roughness",)))
    np.testing.assert_array_equal(moved[~grain], explorer.seeded(5)[~grain])
    assert away(moved) < 0.1


def test_a_place_of_before_it_had_grain_sounds_as_it_did(
    explorer: Explorer, tmp_path: Path
) -> None:
    w = explorer.seeded(4)
    assert w[-1] == 0
    found = explorer.find(PlaceRequest(), start=explorer.space.whole(w[:-1]))
    np.testing.assert_array_equal(explorer.levels(found), explorer.levels(w))
    begun = Lineage(explorer.bundle.name)
    begun.add(w[:-1])
    search = Search(explorer, lineage=begun)
    np.testing.assert_array_equal(search.place(0), w)
    assert len(search.place(search.children([0], 1)[0])) == len(w)


def test_a_slider_that_is_dragged_on_makes_no_sound_twice(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[bytes] = []
    heard: list[bytes] = []
    generate, measure = explorer.model.generate, explorer.measure

    def counted(latent: Latent) -> Spectrogram | Frame:
        made.append(latent.w.tobytes())
        return generate(latent)

    def noted(w: np.ndarray) -> np.ndarray:
        heard.append(w.tobytes())
        return measure(w)

    monkeypatch.setattr(explorer.model, "generate", counted)
    monkeypatch.setattr(explorer, "measure", noted)
    w = explorer.seeded(77)
    for value in (3.0, 3.5, 4.0):
        moved = explorer.move(w, PlaceRequest(settings={"brightness": value}))
    assert len(made) == len(set(made)) == len(set(heard)) < len(heard)
    monkeypatch.undo()
    fresh = measure_window(explorer.window(moved), explorer.measured)
    np.testing.assert_array_equal(explorer.measure(moved), fresh)


def test_straight_lines_move_the_same_way(explorer: Explorer) -> None:
    w = explorer.seeded(0)
    moved = explorer.move(w, PlaceRequest(settings={"brightness": 4}, straight=True))
    assert explorer.measure(moved)[0] > explorer.measure(w)[0]


def test_prototypes_blend_and_leave_the_rest_to_the_seed(explorer: Explorer) -> None:
    rain, fire = explorer.space.place("rain"), explorer.space.place("fire")
    both = explorer.find(PlaceRequest(prototypes=[Weighted("rain"), Weighted("fire")]))
    np.testing.assert_allclose(both, (rain + fire) / 2, atol=1e-5)
    half = explorer.find(PlaceRequest(seed=2, prototypes=[Weighted("rain", 0.5)]))
    np.testing.assert_allclose(half, (explorer.seeded(2) + rain) / 2, atol=1e-5)


def test_axes_move_by_deviations(explorer: Explorer) -> None:
    moved = explorer.find(PlaceRequest(axes=[Axis("pca", 2, -1.5), Axis("late", 1, 2.0)]))
    wanted = explorer.seeded(0) - 1.5 * explorer.space.axis("pca", 2)
    wanted = wanted + 2 * explorer.space.axis("late", 1)
    np.testing.assert_allclose(moved, wanted, atol=1e-5)


def test_a_query_finds_the_place_of_the_models_own_sound(
    explorer: Explorer, tmp_path: Path
) -> None:
    w = 0.6 * explorer.seeded(5)
    path = tmp_path / "own.wav"
    soundfile.write(path, 0.5 * explorer.sound(w) / np.abs(explorer.sound(w)).max(), 8_000)
    found = explorer.find(PlaceRequest(query=[path], strength=20))
    apart = [np.linalg.norm(found - explorer.seeded(seed)) for seed in range(20, 40)]
    assert np.linalg.norm(found - w) < min(apart)


def test_a_transfer_gives_the_others_attribute(explorer: Explorer, sounds: Path) -> None:
    w = explorer.seeded(1)
    source = sounds / "noise.wav"
    wanted = explorer.sliders.follow
    assert wanted is not None
    goal = float(texture_of(explorer, source))
    found = explorer.find(PlaceRequest(seed=1, transfer=["brightness"], source=source))
    before = abs(explorer.measure(w)[0] - goal)
    assert abs(explorer.measure(found)[0] - goal) < max(0.6 * before, 0.1)


def test_a_transfer_goes_beyond_the_sliders_end(explorer: Explorer, sounds: Path) -> None:
    own = NAMES.index("roughness")
    follow = explorer.sliders.follow
    assert follow is not None
    step = follow.steps[own]
    level = read_example(sounds / "noise.wav", explorer.layout)
    wanted = ATTRIBUTES["roughness"].measure(level, explorer.layout)
    before = explorer.measure(explorer.seeded(3))[own]
    assert wanted - before > (HIGH + 1) * step
    request = PlaceRequest(seed=3, transfer=["roughness"], source=sounds / "noise.wav")
    assert explorer.measure(explorer.find(request))[own] == pytest.approx(wanted, abs=0.5 * step)


def texture_of(explorer: Explorer, path: Path) -> float:
    level = read_example(path, explorer.layout)
    return ATTRIBUTES["brightness"].measure(level, explorer.layout)


def test_a_search_goes_on_by_choosing_and_comes_back(explorer: Explorer, sounds: Path) -> None:
    search = Search(explorer, seed=3)
    begin = search.begin(PlaceRequest(seed=1))
    found = search.example(sounds / "noise.wav")
    children = search.children([begin], 4)
    search.judge(children[0], 1)
    search.judge(children[1], -1)
    more = search.children(count=3, strength=2)
    changed = search.change(more[0], PlaceRequest(settings={"brightness": 2}))
    assert search.lineage.path(changed) == [found, more[0], changed]
    assert search.sound(changed).shape == (64 * 32,)
    again = Search(explorer, seed=3)
    again.begin(PlaceRequest(seed=1))
    again.example(sounds / "noise.wav")
    np.testing.assert_array_equal(
        again.place(again.children([begin], 4)[2]), search.place(children[2])
    )
    with pytest.raises(InputError, match="of the bundle 'other'"):
        Search(explorer, lineage=Lineage("other"))


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
    explorer: Explorer, sounds: Path, name: str, says: str
) -> None:
    with pytest.raises(MediaError, match=says) as caught:
        explorer.find(PlaceRequest(query=[sounds / f"{name}.wav"]))
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_short_high_and_stereo_sounds_are_read(explorer: Explorer, sounds: Path) -> None:
    for name in ("short", "high", "stereo"):
        w = explorer.find(PlaceRequest(query=[sounds / f"{name}.wav"]))
        assert np.isfinite(w).all()
    level = read_example(sounds / "short.wav", explorer.layout)
    assert level.max() == 0
    assert level[:, 20:].max() == -80


def test_ten_minutes_are_read_where_they_are_loudest(explorer: Explorer, tmp_path: Path) -> None:
    samples = np.full(600 * 16_000, 1e-4, np.float32)
    samples[::2] *= -1
    time = np.arange(4_000) / 16_000
    samples[7_000_000:7_004_000] = 0.5 * np.sin(2 * np.pi * 1000 * time)
    soundfile.write(tmp_path / "long.flac", samples, 16_000)
    level = read_example(tmp_path / "long.flac", explorer.layout)
    assert abs(int(level.mean(axis=1).argmax()) - 16) <= 1


def test_requests_that_cannot_be_are_refused(explorer: Explorer, tmp_path: Path) -> None:
    for says, ask in {
        "no control is called 'brigtness'": lambda: PlaceRequest(settings={"brigtness": 1}),
        "out of range: from -5": lambda: PlaceRequest(settings={"rate": 9}),
        "no place is called 'rane'": lambda: PlaceRequest(prototypes=[Weighted("rane")]),
        "weights lie in 0..1": lambda: PlaceRequest(prototypes=[Weighted("rain", 3)]),
        "no group of axes": lambda: PlaceRequest(axes=[Axis("latest", 1, 1)]),
        "from 1 to 8": lambda: PlaceRequest(axes=[Axis("late", 9, 1)]),
        "axis 1=99": lambda: PlaceRequest(axes=[Axis("late", 1, 99)]),
        "--from FILE": lambda: PlaceRequest(transfer=["rate"]),
        "--transfer NAME": lambda: PlaceRequest(source=tmp_path),
        "--strength": lambda: PlaceRequest(strength=0),
        "no control is called 'loudness'": lambda: PlaceRequest(
            transfer=["loudness"], source=tmp_path
        ),
    }.items():
        with pytest.raises(InputError) as caught:
            explorer.find(ask())
        assert says in str(caught.value), says
        assert "\n" not in str(caught.value)


def test_a_bundle_without_sliders_says_so(tmp_path: Path) -> None:
    from texture_forge import forge_texture

    with Explorer(read_bundle(forge_texture(tmp_path / "bare.resonance"))) as bare:
        with pytest.raises(InputError, match="no sliders: resonance models controls BUNDLE"):
            bare.find(PlaceRequest(settings={"brightness": 1}))
        assert bare.sound(bare.find(PlaceRequest(seed=1))).shape == (64 * 16,)
        with pytest.raises(UnknownNameError, match="no place"):
            bare.find(PlaceRequest(prototypes=[Weighted("bell")]))
