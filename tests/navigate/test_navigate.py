"""Smoothing by time, blending by place, and the energy states of the face."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.space import Direction, LatentSpace, Place
from latent_resonance.contracts.values import Controls, Others, Spec
from latent_resonance.navigate import blend, energy, semantic
from latent_resonance.navigate.paths.interpolate import lerp, radial_weights, slerp
from latent_resonance.sound.smoothing import share

PLACES = {
    name: np.eye(4, dtype=np.float32)[k] * 3
    for k, name in enumerate(("tone", "cello", "choir", "strings"))
}
MEAN = np.full(4, 0.5, np.float32)
SPEC = Spec(space=LatentSpace.of(4, PLACES, MEAN))


@given(st.floats(0.001, 0.5), st.floats(0.01, 2.0))
def test_two_short_steps_end_where_a_long_one_does(dt: float, tau: float) -> None:
    twice = 1 - (1 - share(dt, tau)) ** 2
    assert twice == pytest.approx(share(2 * dt, tau), abs=1e-9)


def test_slerp_keeps_to_the_arc_and_falls_back_where_there_is_none() -> None:
    a, b = np.array([2, 0, 0], np.float32), np.array([0, 4, 0], np.float32)
    assert np.linalg.norm(slerp(a, b, 0.5)) == pytest.approx(3)
    np.testing.assert_allclose(slerp(a, b, 0), a, atol=1e-6)
    np.testing.assert_allclose(slerp(a, b, 1), b, atol=1e-6)
    for other in (np.zeros(3, np.float32), 2 * a, -a):
        np.testing.assert_allclose(slerp(a, other, 0.3), lerp(a, other, 0.3), atol=1e-5)


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(0.05, 2))
def test_radial_weights_share_out_everything_everywhere(x: float, y: float, width: float) -> None:
    centres = np.array([[0, 0], [1, 0], [0.5, 1]], np.float32)
    weights = radial_weights((x, y), centres, width)
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    assert (weights >= 0).all()
    nearest = np.argmin(((centres - [x, y]) ** 2).sum(1))
    assert weights[nearest] == pytest.approx(weights.max(), abs=1e-6)


def make(**options: object) -> energy.Part:
    anchors = [
        {"place": "cello"},
        {"place": "choir", "mouth": 1.0},
        {"place": "strings", "yaw": 1.0},
    ]
    part = energy.Part(energy.Options.model_validate({"anchors": anchors, **options}))
    part.prepare(SPEC)
    return part


def run(part: energy.Part, seconds: float, present: bool = True, **values: float):
    state = part.start()
    for k in range(round(seconds / 0.008)):
        latent, state = part.step(state, Controls(k * 0.008, values, present), 0.008)
    return latent


def test_each_gesture_does_its_own_thing() -> None:
    part = make()
    rest = run(part, 8, stillness=1.0)
    np.testing.assert_allclose(rest.w, PLACES["tone"], atol=0.01)
    assert abs(rest.play["speed"]) < 0.01
    closed, opened = run(part, 3), run(part, 3, mouth=1.0)
    assert closed.w.argmax() == 1
    assert opened.w.argmax() == 2
    assert run(part, 3, yaw_degrees=30).w.argmax() == 3
    assert opened.play["high_hz"] > 10 * closed.play["high_hz"]
    assert closed.play["speed"] == pytest.approx(1, abs=0.01)
    assert run(part, 3, yaw_velocity=60).play["speed"] == pytest.approx(2, abs=0.01)
    assert run(part, 3, yaw_velocity=-200).play["speed"] == -2
    # Either way, a faster turn is a faster playhead.
    turns = (20, 40, 60)
    assert [run(part, 3, yaw_velocity=v).play["speed"] for v in turns] == pytest.approx(
        [-run(part, 3, yaw_velocity=-v).play["speed"] for v in turns], abs=0.01
    )
    assert run(part, 3, yaw_velocity=-4).play["speed"] > 0.9, "noise turns nothing back"
    assert run(part, 3, brow=0.7).play["entropy"] == pytest.approx(0.7, abs=0.01)
    assert run(part, 3, mouth=1.0, stillness=1.0).w.argmax() == 2, "a held mouth is no rest"


def test_nobody_there_is_silent_rest_after_a_glide() -> None:
    part = make()
    gone = run(part, 8, present=False, mouth=1.0)
    np.testing.assert_allclose(gone.w, PLACES["tone"], atol=0.01)
    assert gone.play["gain_db"] == pytest.approx(-96, abs=0.1)
    state, levels = part.start(), []
    for k in range(100):
        there = Controls(k * 0.008, {"mouth": 1.0}, present=k < 60)
        latent, state = part.step(state, there, 0.008)
        levels.append(latent.play["gain_db"])
    assert levels[59] > -0.5
    assert levels[59 + 25] < -70, "within 0.2 s"
    assert min(np.diff(levels[59:])) > -8, "a glide, not a cut"


def test_an_open_mouth_is_loud_and_a_held_brow_is_heard_at_rest() -> None:
    part = make()
    rest, opened = run(part, 8, stillness=1.0), run(part, 3, mouth=1.0)
    assert opened.play["gain_db"] - rest.play["gain_db"] > 20
    held = run(part, 8, stillness=1.0, brow=0.6)
    assert held.play["entropy"] == 0.6
    assert held.play["gain_db"] > rest.play["gain_db"] + 3
    assert abs(held.play["speed"]) < 0.01


def test_raised_brows_shake_the_place_the_same_each_time() -> None:
    def places(brow: float) -> np.ndarray:
        part, found = make(), []
        state = part.start()
        for k in range(250):
            latent, state = part.step(state, Controls(k * 0.008, {"brow": brow}), 0.008)
            found.append(latent.w)
        return np.array(found[125:])

    calm, shaken = places(0), places(0.8)
    assert np.ptp(calm, axis=0).max() < 0.01
    assert np.ptp(shaken, axis=0).max() > 0.5
    np.testing.assert_array_equal(shaken, places(0.8))


def test_a_missing_place_is_refused_when_assembled() -> None:
    with pytest.raises(AssemblyError, match="no place called 'moon'"):
        make(rest="moon")


def test_without_a_layout_all_places_are_spread() -> None:
    part = energy.Part(energy.Options())
    part.prepare(SPEC)
    places = {
        int(run(part, 3, mouth=m, yaw_degrees=y).w.argmax())
        for m in (0, 0.25, 1)
        for y in (-30, 0, 30)
    }
    assert len(places) >= 3


def test_a_model_without_a_tone_rests_at_its_mean() -> None:
    part = energy.Part(energy.Options())
    part.prepare(Spec(space=LatentSpace.of(4, {"rain": PLACES["cello"]}, MEAN)))
    np.testing.assert_allclose(run(part, 8, stillness=1.0).w, MEAN, atol=0.01)
    bare = energy.Part(energy.Options())
    bare.prepare(Spec(space=LatentSpace.of(4, {}, MEAN)))
    np.testing.assert_allclose(run(bare, 3, mouth=1.0).w, MEAN, atol=0.01)


def test_a_named_place_is_played_at_once_and_the_gestures_go_on() -> None:
    part, place = make(), np.full(4, 7, np.float32)
    named, after = part.step(part.start(), Controls(0.0, {"mouth": 1.0}, place=place), 0.008)
    moved, other = part.step(part.start(), Controls(0.0, {"mouth": 1.0}), 0.008)
    np.testing.assert_array_equal(named.w, place)
    np.testing.assert_array_equal(after.w, other.w)
    assert named.play == moved.play


def blending(spec: Spec = SPEC, **options: object) -> blend.Part:
    part = blend.Part(blend.Options.model_validate({"glide_seconds": 0, **options}))
    part.prepare(spec)
    return part


def stepped(
    part: blend.Part | semantic.Part, place: np.ndarray | None = None, **values: float
) -> np.ndarray:
    return part.step(part.start(), Controls(0.0, values, place=place), 0.01)[0].w


def test_blend_follows_faders_named_like_places() -> None:
    part = blending()
    latent, state = part.step(
        part.start(), Controls(0, {"cello": 1, "choir": 3, "high_hz": 900}), 0.01
    )
    np.testing.assert_allclose(latent.w, [0, 0.75, 2.25, 0], atol=1e-6)
    assert latent.play == {}
    latent, _ = part.step(state, Controls(0), 0.01)
    np.testing.assert_allclose(latent.w, MEAN)


def test_blend_begins_at_a_start_or_goes_to_a_place() -> None:
    start = np.full(4, 9, np.float32)
    begun = replace(SPEC, start=start)
    np.testing.assert_array_equal(stepped(blending(begun)), start)
    np.testing.assert_array_equal(stepped(blending(begun), place=MEAN), MEAN)


def test_blend_moves_two_deviations_along_the_first_axes() -> None:
    axes = {"all": 3 * np.eye(4, dtype=np.float32)[:3], "pca": np.eye(4, dtype=np.float32)[1:3]}
    part = blending(Spec(space=replace(SPEC.space, axes=axes)))
    np.testing.assert_allclose(stepped(part, place_x=1, place_y=-0.5) - MEAN, [0, 2, -1, 0])
    part = blending(Spec(space=replace(SPEC.space, axes={**axes, "pca": axes["pca"][:1]})))
    np.testing.assert_allclose(stepped(part, place_x=9, cello=1), [6, 3, 0, 0])


def test_blend_finds_a_plane_where_the_model_names_none() -> None:
    space = LatentSpace(size=64, mean=np.zeros(64, np.float32), spread=np.full(64, 3, np.float32))
    for seed in (0, 7):
        part = blending(Spec(space=space, seed=seed))
        x, y = stepped(part, place_x=1.0), stepped(part, place_y=1.0)
        assert x @ y == pytest.approx(0, abs=1e-3)
        assert np.linalg.norm(x) == pytest.approx(np.linalg.norm(space.random(1)), rel=0.3)
    np.testing.assert_array_equal(x, stepped(blending(Spec(space=space)), place_x=1.0))
    single = LatentSpace.of(1, {})
    assert stepped(blending(Spec(space=single)), place_y=1.0) == 0


def test_truncation_draws_the_blend_towards_the_mean() -> None:
    part = blending()
    full, none = (stepped(part, choir=1.0, truncation=share) for share in (1.0, 0.0))
    np.testing.assert_array_equal(full, PLACES["choir"])
    np.testing.assert_array_equal(none, MEAN)
    np.testing.assert_allclose(stepped(part, choir=1.0, truncation=0.5), (full + none) / 2)


def test_blend_glides_straight_or_along_the_arc() -> None:
    begun = replace(SPEC, start=PLACES["cello"])
    straight, arc = (
        stepped(blending(begun, glide_seconds=0.01, path=path), choir=1.0)
        for path in ("lerp", "slerp")
    )
    assert np.linalg.norm(arc) == pytest.approx(3, abs=1e-4)
    assert np.linalg.norm(straight) < 2.5


def space_with_sliders() -> LatentSpace:
    eye = np.eye(4, dtype=np.float32)
    return replace(
        SPEC.space,
        directions={"bright": Direction(eye[0], description="dull .. bright")},
        axes={"all": 2 * eye[1:3], "pca": np.tile(eye[3], (12, 1))},
    )


def semantics(begin: np.ndarray | None = None) -> semantic.Part:
    part = semantic.Part(semantic.Options(glide_seconds=0))
    part.prepare(Spec(space=space_with_sliders(), start=begin))
    return part


def test_semantic_listens_to_sliders_axes_and_places() -> None:
    names = [control.name for control in semantics().listens]
    assert names[:3] == ["bright", "all/1", "all/2"]
    assert "pca/8" in names
    assert "pca/9" not in names
    assert names[-4:] == list(PLACES)
    assert semantics().listens[0].description == "dull .. bright"


def test_semantic_moves_its_start_by_axes_blends_places_and_turns_sliders_last() -> None:
    part = semantics(np.zeros(4, np.float32))
    np.testing.assert_array_equal(stepped(part, **{"all/2": -2}), [0, 0, -4, 0])
    np.testing.assert_array_equal(stepped(part, **{"all/1": 99}), [0, 10, 0, 0])
    np.testing.assert_array_equal(stepped(part, bright=9), [5, 0, 0, 0])
    half = stepped(part, cello=0.5, bright=1, **{"pca/1": 4})
    np.testing.assert_array_equal(half, [1, 1.5, 0, 2])
    np.testing.assert_array_equal(stepped(part, place=MEAN, bright=1), MEAN + np.eye(4)[0])


def test_semantic_begins_where_the_performance_does_or_at_the_mean() -> None:
    other = np.full(4, 2, np.float32)
    np.testing.assert_array_equal(stepped(semantics(other)), other)
    np.testing.assert_array_equal(stepped(semantics()), MEAN)


def test_semantic_names_other_places_of_the_kind_that_it_is_at() -> None:
    rain = Place(PLACES["cello"], kin=np.array([[9, 3, 0, 0]], np.float32))
    space = replace(space_with_sliders(), places={"rain": rain, "tone": Place(PLACES["tone"])})
    part = semantic.Part(semantic.Options(glide_seconds=0))
    part.prepare(Spec(space=space, start=PLACES["tone"]))

    def others(state: Any = None, **values: float) -> Others:
        place = rain.w if state is None else None
        latent, _ = part.step(part.start(), Controls(0.0, values, place=place), 0.05)
        return latent.others

    assert others().over[:, 0].mean() == pytest.approx(9, abs=0.2)
    assert others().going_on[:, 0].mean() == pytest.approx(0.35 * 9, abs=0.2)
    assert others("tone", rain=0.5).over[:, 0].mean() == pytest.approx(4.5, abs=0.2)
    assert abs(others("tone").over[:, 0].mean()) < 0.2
    # A slider changes nothing of the kind; another place does.
    state = part.start()
    _, turned = part.step(state, Controls(0.0, {"bright": 2.0}), 0.05)
    assert turned.others is state.others
    _, gone = part.step(turned, Controls(0.0, {"bright": 2.0}, place=rain.w), 0.05)
    assert gone.others is not turned.others


def test_semantic_glides_and_follows_a_place_that_changes() -> None:
    part = semantics(np.zeros(4, np.float32))
    glide = semantic.Part(semantic.Options(glide_seconds=0.1))
    glide.prepare(Spec(space=space_with_sliders(), start=np.zeros(4, np.float32)))
    state = glide.start()
    way = []
    for k in range(100):
        latent, state = glide.step(state, Controls(0.0, {"bright": 4.0}), 0.01)
        way.append(latent.w[0])
        assert k or latent.w[0] < 1
    assert way == sorted(way)
    assert way[-1] == pytest.approx(4, abs=0.01)
    state = part.start()
    for place in (PLACES["cello"], PLACES["choir"], None):
        latent, state = part.step(state, Controls(0.0, {"bright": 1.0}, place=place), 0.01)
        wanted = np.zeros(4) if place is None else place
        np.testing.assert_array_equal(latent.w, wanted + np.eye(4)[0])
