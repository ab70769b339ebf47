"""Smoothing by time, blending by place, and the energy states of the face."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.values import Controls, Spec
from latent_resonance.navigate import blend, energy
from latent_resonance.navigate.paths.interpolate import lerp, radial_weights, slerp
from latent_resonance.sound.smoothing import share

LANDMARKS = {
    name: np.eye(4, dtype=np.float32)[k] * 3
    for k, name in enumerate(("tone", "cello", "choir", "strings"))
} | {"w_avg": np.full(4, 0.5, np.float32)}
SPEC = Spec(latent_size=4, landmarks=LANDMARKS)


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
    np.testing.assert_allclose(rest.w, LANDMARKS["tone"], atol=0.01)
    assert abs(rest.play["speed"]) < 0.01
    closed, opened = run(part, 3), run(part, 3, mouth=1.0)
    assert closed.w.argmax() == 1
    assert opened.w.argmax() == 2
    assert run(part, 3, yaw_degrees=30).w.argmax() == 3
    assert opened.play["high_hz"] > 10 * closed.play["high_hz"]
    assert closed.play["speed"] == pytest.approx(1, abs=0.01)
    assert run(part, 3, yaw_velocity=60).play["speed"] == pytest.approx(2, abs=0.01)
    assert run(part, 3, yaw_velocity=-200).play["speed"] == -2
    assert run(part, 3, brow=0.7).play["entropy"] == pytest.approx(0.7, abs=0.01)
    assert run(part, 3, mouth=1.0, stillness=1.0).w.argmax() == 2, "a held mouth is no rest"


def test_nobody_there_is_quiet_rest() -> None:
    gone = run(make(), 8, present=False, mouth=1.0)
    np.testing.assert_allclose(gone.w, LANDMARKS["tone"], atol=0.01)
    assert gone.play["gain_db"] == pytest.approx(-24, abs=0.1)


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


def test_blend_follows_faders_named_like_places() -> None:
    part = blend.Part(blend.Options(glide_seconds=0))
    part.prepare(SPEC)
    state = part.start()
    latent, state = part.step(state, Controls(0, {"cello": 1, "choir": 3, "high_hz": 900}), 0.01)
    np.testing.assert_allclose(latent.w, [0, 0.75, 2.25, 0], atol=1e-6)
    assert latent.play == {"high_hz": 900}
    latent, _ = part.step(state, Controls(0), 0.01)
    np.testing.assert_allclose(latent.w, LANDMARKS["w_avg"])
    assert math.isfinite(float(latent.w.sum()))
