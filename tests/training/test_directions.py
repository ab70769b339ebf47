"""Sliders found for a bundle whose levels are linear in w: what they are, and what is written."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

torch = pytest.importorskip(
    "torch", reason="sliders are found with the extra latent-resonance[train]"
)

from click.testing import CliRunner
from texture_forge import (
    EVENTS,
    SIZE,
    bases,
    forge_texture,
    forge_with_sliders,
    linear_weights,
    two_kinds_of_clips,
)

from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.space import SLOPE
from latent_resonance.bundles.write import rewrite_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.members import LATENT
from latent_resonance.navigate.latent_space.directions import Sliders
from latent_resonance.sound.attributes.table import ATTRIBUTES, measure_window
from latent_resonance.training.directions import workshop as workshop_module
from latent_resonance.training.directions.add import Effort, add_controls, add_kin, add_warp
from latent_resonance.training.directions.calibrate import slider_steps, straight_directions
from latent_resonance.training.directions.fit_map import fit_map
from latent_resonance.training.directions.kin import Kinds, choose
from latent_resonance.training.directions.named import KINDS
from latent_resonance.training.directions.slopes import active_axes, find_slopes
from latent_resonance.training.directions.style_weights import style_weights
from latent_resonance.training.directions.typical import typical
from latent_resonance.training.directions.workshop import Measured, Workshop
from latent_resonance.training.refine import Refiner

LITTLE = Effort(places=240, slopes=4, axes=8, rounds=0, hidden=8)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return forge_texture(tmp_path_factory.mktemp("bare") / "bare.resonance", toy=EVENTS)


def linear(count: int = 800) -> tuple[Measured, np.ndarray]:
    """Places and attributes that are a matrix of them."""
    random = np.random.default_rng(0)
    matrix = random.standard_normal((3, SIZE)) * np.array([[1.0], [2.0], [5.0]])
    places = random.standard_normal((count, SIZE)).astype(np.float32)
    return Measured(places, places @ matrix.T), matrix


def test_steps_are_the_same_share_of_each_spread() -> None:
    measured, matrix = linear(4000)
    steps = slider_steps(measured.values)
    np.testing.assert_allclose(steps / np.linalg.norm(matrix, axis=1), 0.3, rtol=0.1)


def test_straight_directions_move_one_attribute_by_one_step() -> None:
    measured, matrix = linear()
    steps = slider_steps(measured.values)
    moves = straight_directions(measured, steps)
    np.testing.assert_allclose((matrix @ moves.T) / steps[:, None], np.eye(3), atol=0.12)


def test_the_map_explains_what_can_be_explained() -> None:
    measured, _ = linear(2000)
    curved = Measured(measured.places, measured.values + 2 * np.sin(measured.places[:, :3]))
    known, explained = fit_map(curved, np.eye(SIZE), np.ones(3), hidden=24)
    assert (explained > 0.9).all()
    predicted = known.predict(curved.places[:50])
    assert np.abs(predicted - curved.values[:50]).mean() < 1.0
    noise = Measured(curved.places, np.random.default_rng(1).standard_normal((2000, 3)))
    assert (fit_map(noise, np.eye(SIZE), np.ones(3), hidden=8)[1] < 0.2).all()


def test_slopes_are_found_by_listening(bare: Path) -> None:
    with Workshop(read_bundle(bare)) as workshop:
        places = workshop.draw(3, np.random.default_rng(0))
        slopes = find_slopes(workshop, places, np.ones(SIZE), np.ones(len(ATTRIBUTES)))
    assert slopes.shape == (3, len(ATTRIBUTES), SIZE)
    # The first number of w tilts the spectrum upwards, the fourth lifts its lowest rows.
    assert (slopes[:, 0, 0] > 0.2).all()
    assert (slopes[:, 3, 3].mean() > 0) or (slopes[:, 3, 0].mean() < 0)
    axes = active_axes(slopes, 4)
    np.testing.assert_allclose(axes @ axes.T, np.eye(4), atol=1e-9)


def test_sounds_are_measured_side_by_side_each_at_its_place(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop_module, "physical_cores", lambda: 3)
    with Workshop(read_bundle(bare)) as workshop:
        places = workshop.draw(9, np.random.default_rng(0))
        told: list[float] = []
        measured = workshop.measure(places, told.append)
        one_by_one = [measure_window(workshop.window(w)) for w in places]
    np.testing.assert_array_equal(measured.values, one_by_one)
    assert len({tuple(row) for row in measured.values}) == len(places)
    assert told == sorted(told)
    assert told[-1] == 1


def test_style_weights_are_found_by_name_in_the_order_of_their_size() -> None:
    square = np.ones((2, SIZE), np.float32)
    found = style_weights(
        {
            "synthesis.b16.conv0.affine.weight": square,
            "synthesis.b4.torgb.affine.weight": square,
            "synthesis.b8.axes.rows.weight": square,
            "synthesis.b8.conv0.weight": square,
            "synthesis.b8.conv1.affine.weight": np.ones((2, 3), np.float32),
            "mapping.fc0.weight": square,
        },
        SIZE,
    )
    assert list(found) == [
        "synthesis.b4.torgb.affine.weight",
        "synthesis.b8.axes.rows.weight",
        "synthesis.b16.conv0.affine.weight",
    ]


def test_a_bundle_gets_its_controls_then_kin_and_keeps_the_rest(tmp_path: Path) -> None:
    path = forge_with_sliders(tmp_path)
    before, after = read_bundle(tmp_path / "bare.resonance"), read_bundle(path)
    assert [row["name"] for row in after.facts["controls"]] == list(ATTRIBUTES)
    assert all((row["low"], row["high"]) == (-5.0, 5.0) for row in after.facts["controls"])
    for name in ("synthesis.onnx", "encoder.onnx", "mapping.onnx"):
        assert before.members[name] == after.members[name]
    assert set(before.space.places) <= set(after.space.places)
    metrics = after.facts["provenance"]["metrics"]
    assert metrics["attribute_brightness_explained"] > 0.5
    # Again, in place: nothing is added twice, and the same seed finds the same.
    first = after.members["latent.safetensors"]
    add_controls(path, path, effort=LITTLE)
    add_controls(path, path, effort=LITTLE)
    second = read_bundle(path).members["latent.safetensors"]
    add_controls(path, path, effort=LITTLE)
    before = read_bundle(path)
    assert before.members["latent.safetensors"] == second
    assert len(second) < len(first)
    # Kin of the prototypes, found by themselves: all else stays.
    made = add_kin(path, path, [two_kinds_of_clips(tmp_path / "clips")])
    assert set(made["kin"]) == {"hit", "rain"}
    after = read_bundle(path)
    assert not any(len(place.kin) for place in before.space.places.values())
    kin = after.space.places["rain"].kin
    assert kin.shape == (made["kin"]["rain"], SIZE + 2)  # and grain and warp
    assert kin.std(axis=0).max() > 0.05
    for name, data in before.members.items():
        assert name == "latent.safetensors" or after.members[name] == data
    for name, place in before.space.places.items():
        np.testing.assert_array_equal(place.w, after.space.places[name].w)


def test_kin_are_of_their_kind_like_the_prototype_and_unlike_each_other() -> None:
    random = np.random.default_rng(0)
    middles = 3 * random.standard_normal((4, 12))
    examples = {str(k): m + random.standard_normal((20, 12)) for k, m in enumerate(middles)}
    judge = Kinds.learn(examples)
    for number, name in enumerate(judge.names):
        tried = middles[number] + random.standard_normal((30, 12))
        others = np.delete(middles, number, axis=0).repeat(10, axis=0)
        heard = np.concatenate([tried, others])
        sure = judge.sure(heard, name)
        assert sure[:30].mean() > 0.3 > -0.3 > sure[30:].mean()
        placed = judge.placed(heard)
        chosen = choose(sure, placed, placed[4], 8)
        assert len(set(chosen)) == 8
        assert max(chosen) < 30
        near = np.square(placed[:30] - placed[4]).mean(axis=1)
        assert near[chosen].mean() < near.mean()
    # Twice the same sound is no second one.
    same = np.zeros((6, 12))
    same[4:] = 0.4
    assert set(choose(np.zeros(6), same, np.full(12, 0.2), 2)) not in ({0, 1}, {4, 5})


def test_kinds_are_enough_and_bundles_that_cannot_have_sliders_are_told(tmp_path: Path) -> None:
    wanted = {"hit", "scratch", "rain", "pouring", "fire", "dog_bark", "animals", "engine", "bell"}
    assert wanted <= set(KINDS)
    from latent_resonance.bundles.find import find_bundle

    with pytest.raises(InputError, match=r"no mapping\.onnx, which is needed"):
        add_controls(find_bundle("drone"), tmp_path / "x.resonance", effort=LITTLE)
    assert not (tmp_path / "x.resonance").exists()


def test_refining_comes_nearer_and_never_leaves_a_better_place(tmp_path: Path) -> None:
    weights = {"weights.safetensors": linear_weights()}
    bundle = read_bundle(forge_texture(tmp_path / "bare.resonance", **weights))
    middle, adds = bases()
    wanted = np.random.default_rng(3).standard_normal(SIZE) * 0.5
    level = np.clip(middle + np.tensordot(wanted, adds, 1), -80, 0).astype(np.float32)
    begin = np.zeros(SIZE, np.float32)
    found = Refiner(bundle, 60)(level, begin)
    assert np.linalg.norm(found - wanted) < 0.4 * np.linalg.norm(wanted)
    exact = wanted.astype(np.float32)
    np.testing.assert_allclose(Refiner(bundle, 3)(level, exact), exact, atol=1e-6)
    with pytest.raises(InputError, match="at least 1"):
        Refiner(bundle, 0)


def test_the_command_adds_controls(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from latent_resonance.cli.models_controls import controls_command

    # How good the map is, is not looked at.
    monkeypatch.setitem(fit_map.__globals__, "_LEAST_STEPS", 60)
    output = tmp_path / "with.resonance"
    done = CliRunner().invoke(
        controls_command,
        [str(bare), "--output", str(output), "--places", "240", "--slopes", "4", "--json"],
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["controls"] == list(ATTRIBUTES)
    assert "direction/rate" in _tensors(output)
    # Sliders alone, anew: places stay, and so does what they sound like.
    before = read_bundle(output)
    given = [str(output), "--only-sliders", "--places", "240", "--slopes", "4", "--json"]
    done = CliRunner().invoke(controls_command, [*given, "--seed", "1"])
    assert done.exit_code == 0, done.output
    after = read_bundle(output)
    assert set(before.space.places) == set(after.space.places)
    assert (after.space.slopes["first"] != before.space.slopes["first"]).any()
    assert before.seal in after.former_seals
    done = CliRunner().invoke(controls_command, [*given, "--only-kin"])
    assert done.exit_code != 0
    assert "two runs" in str(done.exception)
    # They move lower frequencies: again, in place, nothing is added.
    assert "warp" in after.space.beside
    done = CliRunner().invoke(controls_command, [str(output), "--only-warp", "--json"])
    assert done.exit_code == 0, done.output
    assert read_bundle(output).members["latent.safetensors"] == after.members["latent.safetensors"]
    assert set(json.loads(done.stdout)["octave"]) == set(ATTRIBUTES)


def test_sliders_of_before_learn_what_a_warp_does(tmp_path: Path) -> None:
    path = forge_with_sliders(tmp_path)
    new = read_bundle(path)
    axis = new.space.along("warp")
    known = Sliders.of(new.space).follow
    assert known is not None
    assert (known.axes @ axis).any()
    # One whose map lacks the axis, as all had before.
    tensors = load(new.members[LATENT])
    for name in ("axes", "first", "linear"):
        kept = tensors[SLOPE + name]
        kept = kept[:-1, :-1] if name == "axes" else kept[:, :-1]
        tensors[SLOPE + name] = np.ascontiguousarray(kept)
    for name in ("centre", "scale"):
        tensors[SLOPE + name] = tensors[SLOPE + name][:-1]
    facts = {**new.facts, "beside": ["grain"]}
    rewrite_bundle(path, replace(new, facts=facts), {**new.members, LATENT: save(tensors)})
    old = read_bundle(path)
    assert old.space.beside == ("grain",)
    told = add_warp(path, path)["octave"]
    again = Sliders.of(read_bundle(path).space).follow
    assert again is not None
    np.testing.assert_allclose(again.axes, known.axes, atol=1e-3)
    np.testing.assert_allclose(again.linear[:, -1], known.linear[:, -1], rtol=0.5, atol=0.3)
    # What it tells is what other places do in the mean.
    with Workshop(read_bundle(path)) as workshop:
        places = workshop.draw(60, np.random.default_rng(7))
        low, high = (workshop.measure(places + side * axis).values for side in (-0.5, 0.5))
    change = (high - low).mean(axis=0)[0] / again.steps[0]
    assert told["brightness"] == pytest.approx(change, rel=0.4, abs=0.2)
    moved = again.move(places[0], [3, 0, 0, 0, 0])
    assert moved @ axis != 0


def _tensors(path: Path) -> set[str]:
    return set(load(read_bundle(path).members["latent.safetensors"]))


def test_the_typical_example_lies_among_its_own_and_away_from_others() -> None:
    random = np.random.default_rng(2)
    kinds = [
        np.concatenate([random.standard_normal((9, 6)) + centre, np.zeros((1, 6))])
        for centre in (np.eye(6)[0] * 9, np.eye(6)[1] * 9, np.eye(6)[2] * 9)
    ]
    chosen = typical(kinds, [np.zeros(10)] * 3)
    # The last of each lies between all kinds.
    assert 9 not in chosen
    for number, (kind, index) in enumerate(zip(kinds, chosen, strict=True)):
        assert kind[index][number] > np.median(kind[:9, number]) - 1
    # What sounds unlike the clip that it stands for is passed over, however typical.
    lost = [np.where(np.arange(10) == index, 1.0, 0.0) for index in chosen]
    assert all(a != b for a, b in zip(typical(kinds, lost), chosen, strict=True))
    assert typical([kinds[0][:1], kinds[1]], [np.zeros(1), np.zeros(10)])[0] == 0
