"""Pictures of a model on their way to the stages: when, how large, in which colours."""

import itertools
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import pytest

from latent_resonance.contracts import parts
from latent_resonance.contracts.errors import AssemblyError, InputError
from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.contracts.parts import Want
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Frame, Latent, Spec
from latent_resonance.render import frames, still
from latent_resonance.render.pictures.fit import fit
from latent_resonance.render.pictures.look import CONTROLS, apply_look, colour_matrix

MADE = PictureFormat(48, 32)


class Gradient:
    """A model of pictures: w[0] is its red, w[1] the slope of its green, w[2] of its blue."""

    gives = MADE

    def __init__(self) -> None:
        self.asked = 0

    def generate(self, latent: Latent) -> Frame:
        self.asked += 1
        x = np.linspace(0, 1, MADE.width)[None].repeat(MADE.height, 0)
        y = np.linspace(0, 1, MADE.height)[:, None].repeat(MADE.width, 1)
        red, across, down = np.clip(latent.w, 0, 1)
        pixels = np.stack([np.full_like(x, red), across * x, down * y], axis=-1)
        return Frame(np.round(255 * pixels).astype(np.uint8), 0.0)


class Store:
    """Windows of a renderer; ``inline`` makes keyed requests at once, as files do."""

    def __init__(self, renderer: Any, *, inline: bool = True) -> None:
        self.model, self.renderer, self.inline = Gradient(), renderer, inline
        self.newest: Any = None
        self.kept: dict[Hashable, Any] = {}

    def make(self, want: Want) -> Any:
        return self.renderer.ready(self.model.generate(Latent(want.w)), want)

    def latest(self) -> Any:
        return self.newest

    def get(self, want: Want) -> Any:
        if self.inline and want.key not in self.kept:
            self.kept[want.key] = self.make(want)
        return self.kept.get(want.key)

    def nearest(self, distance: Callable[[Any], float]) -> None:
        return None

    def serve(self, wants: Sequence[Want]) -> None:
        for want in wants:
            if want.key is None:
                self.newest = self.make(want)
            else:
                self.kept[want.key] = self.make(want)


def place(*w: float, **play: float) -> Latent:
    return Latent(np.array([*w, 0, 0, 0][:3], np.float32), play)


def prepared(room: Any, **options: Any) -> Any:
    part = room.Part(room.Options(**options))
    part.prepare(Spec(format=MADE))
    return part


def run(part: Any, store: Store, latents: Sequence[Latent], *, serve: bool = True) -> list[Frame]:
    state, given = part.start(), []
    for latent in latents:
        frame, wants, after = part.render(state, latent, store)
        again, _, _ = part.render(state, latent, store)
        np.testing.assert_array_equal(frame.pixels, again.pixels)
        if serve:
            store.serve(wants)
        given.append(frame)
        state = after
    return given


@pytest.mark.parametrize("name", ["frames", "still"])
def test_they_are_renderers_of_pictures(name: str) -> None:
    part = find_part("render", name).make({})
    part.close()
    part.prepare(Spec(format=MADE))
    assert isinstance(part, parts.Renderer)
    assert part.accepts == (PictureFormat,)
    assert (part.gives.width, part.gives.height) == (MADE.width, MADE.height)
    assert part.sounding(part.start()) == 0
    with pytest.raises(AssemblyError, match=f"{name} needs a model that makes pictures"):
        part.prepare(Spec(format=SpectrogramFormat()))


@pytest.mark.parametrize(
    "options", [{"frame_rate": 0.5}, {"frame_rate": 241}, {"width": -1}, {"smooth_seconds": -1}]
)
def test_options_out_of_range_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(InputError, match=next(iter(options))):
        find_part("render", "frames").make(options)


def test_frames_carry_the_time_of_their_sound_and_follow_the_model_a_frame_later() -> None:
    part = prepared(frames, frame_rate=25, smooth_seconds=0)
    assert part.gives == PictureFormat(48, 32, 25)
    reds = (0.2, 0.4, 0.6, 0.8)
    given = run(part, Store(part), [place(red) for red in reds])
    np.testing.assert_allclose([f.time_seconds for f in given], [0, 0.04, 0.08, 0.12])
    # The first is made in line, so that a file does not begin with black.
    assert [f.pixels[0, 0, 0] for f in given] == [51, 51, 102, 153]
    assert all(f.pixels.dtype == np.uint8 and f.pixels.shape == (32, 48, 3) for f in given)


def test_before_the_first_picture_there_is_black() -> None:
    part = prepared(frames)
    given = run(part, Store(part, inline=False), [place(1.0)] * 3, serve=False)
    assert all(f.pixels.shape == (32, 48, 3) and not f.pixels.any() for f in given)


def test_a_new_picture_is_blended_in_and_then_costs_nothing() -> None:
    part = prepared(frames, frame_rate=50, smooth_seconds=0.1)
    store = Store(part)
    store.newest = store.make(Want(place(0.0).w))
    _, _, state = part.render(part.start(), place(0.0), store)
    store.newest = target = store.make(Want(place(1.0).w))
    red, pictures = [], []
    for _ in range(40):
        frame, _, state = part.render(state, place(1.0), store)
        red.append(int(frame.pixels[0, 0, 0]))
        pictures.append(frame.pixels)
    # One time constant is five frames.
    assert red[4] == pytest.approx(255 * (1 - np.exp(-1)), abs=1)
    assert all(a <= b for a, b in itertools.pairwise(red))
    assert max(np.diff(red)) < 50
    assert pictures[-1] is target, "at rest the model's picture is passed on as it is"
    assert part.report(state) == {"frames": 41, "model_pictures": 2}


def test_where_pictures_come_rarely_they_follow_in_equal_steps() -> None:
    part = prepared(frames, smooth_seconds=0.1, frame_rate=30.0)
    store, state, reds = Store(part), part.start(), []
    for number in range(20):
        if number % 4 == 0:
            store.newest = store.make(Want(place(0.1 + number / 40).w))
        frame, _, state = part.render(state, place(), store)
        reds.append(float(frame.pixels[0, 0, 0]))
    steps = np.diff(reds[11:])
    np.testing.assert_allclose(steps, 25.5 / 4, atol=1)
    # One after the other, they are blended by the time constant.
    assert reds[5] - reds[4] < 0.8 * (reds[4] - reds[3])


def test_slow_blends_reach_a_target_that_moves_in_small_steps() -> None:
    part = prepared(frames, frame_rate=240, smooth_seconds=0.2)
    store = Store(part)
    given = run(part, store, [place(min(1.0, k / 200)) for k in range(480)])
    assert given[-1].pixels[0, 0, 0] >= 250


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({}, (48, 32)),
        ({"width": 96}, (96, 64)),
        ({"height": 16}, (24, 16)),
        ({"width": 40, "height": 40}, (40, 40)),
        ({"size": 96}, (round(96 * MADE.width / MADE.height), 96)),
    ],
)
def test_sizes(asked: dict[str, int], size: tuple[int, int]) -> None:
    part = prepared(frames, **asked)
    assert (part.gives.width, part.gives.height) == size
    given = run(part, Store(part), [place(0.5, 1.0, 1.0)] * 2)
    assert given[1].pixels.shape == (size[1], size[0], 3)
    # The middle stays in the middle: nothing is squeezed, the sides are cut.
    middle = given[1].pixels[size[1] // 2, size[0] // 2]
    np.testing.assert_allclose(middle, [128, 130, 131], atol=6)


def test_a_square_of_a_wide_picture_is_its_middle() -> None:
    square = PictureFormat(32, 32)
    made = Gradient().generate(place(0.0, 1.0))
    np.testing.assert_allclose(fit(made, MADE, square), made.pixels[:, 8:40], atol=1)


def test_a_picture_of_another_size_is_refused() -> None:
    part = prepared(frames)
    with pytest.raises(AssemblyError, match="something else than a picture of 48x32"):
        part.ready(Frame(np.zeros((32, 32, 3), np.uint8), 0.0), Want(place().w))


def test_controls_at_rest_and_unknown_ones_leave_the_picture_alone() -> None:
    pixels = Gradient().generate(place(0.3, 1, 1)).pixels
    rest = {control.name: control.rest for control in CONTROLS}
    assert apply_look(pixels, {**rest, "speed": 3.0}) is pixels
    assert (
        apply_look(pixels, {"picture_gain": float("nan"), "picture_zoom": float("inf")}) is pixels
    )


@pytest.mark.parametrize("control", CONTROLS, ids=lambda c: c.name)
def test_each_control_moves_the_picture_and_ends_at_its_range(control: Any) -> None:
    pixels = Gradient().generate(place(0.3, 1, 0.5)).pixels
    high = apply_look(pixels, {control.name: control.high})
    assert np.abs(high.astype(int) - pixels).mean() > 3
    np.testing.assert_array_equal(high, apply_look(pixels, {control.name: 10 * control.high}))


def test_what_the_colour_controls_mean() -> None:
    pixels = np.array([[[200, 100, 50], [127, 128, 127]]], np.uint8)
    assert not apply_look(pixels, {"picture_gain": 0}).any()
    np.testing.assert_array_equal(apply_look(pixels, {"picture_gain": 0.5})[0, 0], [100, 50, 25])
    np.testing.assert_allclose(apply_look(pixels, {"picture_contrast": 0}), 128, atol=1)
    grey = apply_look(pixels, {"picture_saturation": 0})[0, 0]
    assert np.ptp(grey) <= 1
    assert grey[0] == pytest.approx(0.213 * 200 + 0.715 * 100 + 0.072 * 50, abs=1)
    assert np.ptp(apply_look(pixels, {"picture_hue_degrees": 90})[0, 1]) <= 2, "grey has no hue"


def test_hue_turns_all_the_way_round() -> None:
    third = colour_matrix(1, 1, 1, 120)[:, :3]
    np.testing.assert_allclose(third @ third @ third, np.eye(3), atol=0.02)
    assert np.argmax(third @ [1.0, 0.0, 0.0]) == 1, "red becomes green"


def test_zoom_shows_the_middle_larger() -> None:
    pixels = np.zeros((40, 40, 3), np.uint8)
    pixels[15:25, 15:25] = 255
    zoomed = apply_look(pixels, {"picture_zoom": 2})
    assert zoomed.shape == pixels.shape
    assert zoomed[12:28, 12:28].min() > 200
    assert zoomed.mean() == pytest.approx(4 * pixels.mean(), rel=0.1)


def test_renderer_controls_arrive_with_the_latent() -> None:
    part = prepared(frames, smooth_seconds=0)
    store = Store(part)
    grey = run(part, store, [place(1.0, picture_saturation=0.0)])[0].pixels
    assert np.ptp(grey[0, 0]) <= 1
    assert store.kept, "what is kept has the colours of the model"
    assert next(iter(store.kept.values()))[0, 0].tolist() == [255, 0, 0]


def test_a_still_is_there_at_once_in_a_file() -> None:
    part = prepared(still, width=24)
    store = Store(part)
    given = run(part, store, [place(0.2), place(0.2), place(0.6)])
    assert part.gives == PictureFormat(24, 16, 0)
    assert [f.pixels[0, 0, 0] for f in given] == [51, 51, 153]
    assert store.model.asked == 2, "an unchanged place is made once"


def test_a_still_that_takes_long_is_asked_for_once_and_shows_the_one_before() -> None:
    part = prepared(still)
    store = Store(part, inline=False)
    state = part.start()
    frame, wants, state = part.render(state, place(0.2), store)
    assert not frame.pixels.any()
    assert part.report(state) == {"pictured": False}
    first = wants[0].key
    for red in (0.4, 0.6, 0.8):
        frame, wants, state = part.render(state, place(red), store)
        assert [want.key for want in wants] == [first], "one request at a time"
    store.serve(wants)
    frame, wants, state = part.render(state, place(0.8), store)
    assert frame.pixels[0, 0, 0] == 51
    assert wants == ()
    frame, wants, state = part.render(state, place(0.8), store)
    assert frame.pixels[0, 0, 0] == 51
    store.serve(wants)
    frame, wants, state = part.render(state, place(0.8), store)
    assert frame.pixels[0, 0, 0] == 204
    assert part.report(state) == {"pictured": True}


def test_a_size_is_given_in_one_way() -> None:
    with pytest.raises(AssemblyError, match="size, or width and height"):
        prepared(frames, size=32, width=24)
