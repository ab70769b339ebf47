"""Pictures that would flash do not, by a counter of its own; what is harmless is not touched."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from flash_counter import most_flashes

from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import Want
from latent_resonance.contracts.values import Frame, Latent, Spec
from latent_resonance.render import frames as frames_part
from latent_resonance.render.pictures.flash.safety import PictureSafety, SafetyState

HEIGHT, WIDTH = 36, 48
Y, X = np.mgrid[:HEIGHT, :WIDTH]


def solid(*colour: int) -> np.ndarray:
    return np.full((HEIGHT, WIDTH, 3), colour, np.uint8)


def shape(mask: np.ndarray, bright: Sequence[int] = (255, 255, 255)) -> np.ndarray:
    return (np.asarray(mask, bool)[..., None] * np.array(bright)).astype(np.uint8)


STROBES = {
    "white": (solid(0, 0, 0), solid(255, 255, 255)),
    "just enough": (solid(90, 90, 90), solid(126, 126, 126)),
    "red": (solid(0, 0, 0), solid(255, 0, 0)),
    "dark red": (solid(0, 0, 0), solid(150, 0, 0)),
    "red and blue": (solid(210, 10, 10), solid(10, 10, 210)),
    "red and magenta": (solid(255, 0, 0), solid(255, 0, 255)),
    "chequer": (shape((X // 6 + Y // 6) % 2), shape((X // 6 + Y // 6 + 1) % 2)),
    "fine chequer": (shape((X + Y) % 2), shape((X + Y + 1) % 2)),
    "red chequer": (
        shape((X // 8 + Y // 8) % 2, (255, 0, 0)),
        shape((X // 8 + Y // 8 + 1) % 2, (255, 0, 0)),
    ),
    "stripes": (shape(X // 3 % 2), shape((X // 3 + 1) % 2)),
    "slanted stripes": (shape((X + Y) // 4 % 2), shape(((X + Y) // 4 + 1) % 2)),
    "a third of a window": (solid(0, 0, 0), shape((X < 9) & (Y < 7))),
}


def strobe(name: str, hertz: float, rate: float, seconds: float = 1.9) -> np.ndarray:
    pair = STROBES[name]
    return np.array(
        [pair[int(2 * hertz * k / rate + 1e-9) % 2] for k in range(int(seconds * rate))]
    )


def safe(pictures: np.ndarray, rate: float) -> tuple[np.ndarray, SafetyState]:
    height, width = pictures.shape[1:3]
    safety, state, given = PictureSafety(PictureFormat(width, height, rate)), SafetyState(), []
    for pixels in pictures:
        shown, state = safety.apply(state, pixels)
        given.append(shown)
    return np.array(given), state


def psnr(one: np.ndarray, two: np.ndarray) -> float:
    error = np.mean((one.astype(float) - two) ** 2)
    return np.inf if error == 0 else 10 * np.log10(255**2 / error)


@pytest.mark.parametrize(
    ("dark", "bright", "hertz", "counted"),
    [
        (0, 255, 5.0, 5),
        (0, 255, 2.0, 2),
        (90, 126, 6.0, 6),  # by 0.106 of the full luminance
        (90, 122, 6.0, 0),  # by 0.092
        (231, 255, 6.0, 6),  # the darker one is at 0.799
        (232, 255, 6.0, 0),  # at 0.807
    ],
)
def test_the_counter_counts_what_is_known(
    dark: int, bright: int, hertz: float, counted: int
) -> None:
    pair = solid(dark, dark, dark), solid(bright, bright, bright)
    pictures = np.array([pair[int(2 * hertz * k / 60 + 1e-9) % 2] for k in range(120)])
    assert most_flashes(pictures, 60) == counted
    small, smaller = (X < 9) & (Y < 6), (X < 9) & (Y < 5)  # 0.28 and 0.23 of a window
    for mask, seen in ((small, counted), (smaller, 0)):
        patch = np.where(mask[None, ..., None], pictures, pair[0])
        assert most_flashes(patch, 60) == seen


SPEEDS = [(24, 4.2), (30, 3.0), (30, 7.5), (50, 12.5), (60, 30.0)]


@pytest.mark.parametrize("name", STROBES)
def test_strobes_end_at_three_flashes_in_any_second(name: str) -> None:
    for rate, hertz in SPEEDS:
        pictures = strobe(name, hertz, rate)
        wanted = most_flashes(pictures, rate)
        assert wanted >= 3, "the strobe is one"
        given, state = safe(pictures, rate)
        assert most_flashes(given, rate) <= 3, (rate, hertz)
        if name != "stripes":  # they end for what they are
            assert (state.flashes.limited > 0) == (wanted > 3), (rate, hertz)


def test_a_strobe_over_a_texture_whose_brightness_swings() -> None:
    texture = np.random.default_rng(1).uniform(0.1, 1, (HEIGHT, WIDTH, 3))
    for hertz, rate in itertools.product((3.7, 6.0, 11.0), (30, 60)):
        swing = 0.5 + 0.5 * np.sin(2 * np.pi * hertz * np.arange(int(2 * rate)) / rate)
        pictures = np.round(255 * texture * swing[:, None, None, None]).astype(np.uint8)
        assert most_flashes(pictures, rate) > 3
        given, _ = safe(pictures, rate)
        assert most_flashes(given, rate) <= 3


def test_two_halves_that_flash_in_turn_count_together() -> None:
    left, rate = shape(X < WIDTH // 2), 30
    right, none = shape(X >= WIDTH // 2), solid(0, 0, 0)
    turn = [left, none, right, none]
    pictures = np.array([turn[k // 3 % 4] for k in range(90)])
    # Windows that hold some of both see five flashes a second, none of their pixels does.
    assert most_flashes(pictures, rate) == 5
    given, _ = safe(pictures, rate)
    assert most_flashes(given, rate) <= 3


def test_the_same_state_and_picture_give_the_same() -> None:
    safety, state = PictureSafety(PictureFormat(WIDTH, HEIGHT, 30)), SafetyState()
    for pixels in strobe("white", 10, 30):
        again, _ = safety.apply(state, pixels)
        shown, state = safety.apply(state, pixels)
        np.testing.assert_array_equal(again, shown)


def test_random_cuts_stay_below_the_limit() -> None:
    rng = np.random.default_rng(3)
    scenes = rng.integers(0, 256, (12, 1, 1, 3)) * rng.uniform(0.4, 1, (12, HEIGHT, WIDTH, 3))
    for rate in (25, 60):
        chosen = np.repeat(rng.integers(0, 12, 200), rng.integers(1, 4, 200))[: 3 * rate]
        pictures = np.round(scenes[chosen]).astype(np.uint8)
        assert most_flashes(pictures, rate) > 3
        given, _ = safe(pictures, rate)
        assert most_flashes(given, rate) <= 3


def waves(zoom: float, gain: float, phase: float) -> np.ndarray:
    """A picture such as a generator of them makes: coloured waves."""
    y, x = (Y / HEIGHT - 0.5) / zoom, (X / WIDTH - 0.5) / zoom
    one = np.sin(9 * x + 5 * y + phase) * np.cos(7 * y - phase)
    light = 0.42 + 0.3 * np.stack([one, np.roll(one, 9, 1), -one], -1)
    return np.round(255 * np.clip(gain * light, 0, 1)).astype(np.uint8)


@pytest.mark.parametrize("rate", [24, 30, 60])
def test_a_pulse_at_128_bpm_is_untouched(rate: float) -> None:
    beat = np.arange(4 * rate) / rate % (60 / 128)
    attack = np.minimum(beat * rate / 3, 1)  # spread over three frames
    pulse = attack * np.exp(-beat / 0.12)
    pictures = np.array(
        [waves(1 + 0.06 * p, 1 + 0.5 * p, 0.2 * k / rate) for k, p in enumerate(pulse)]
    )
    given, state = safe(pictures, rate)
    assert psnr(pictures, given) > 50
    assert state.flashes.limited == 0


def test_slow_fades_and_a_cut_are_untouched() -> None:
    rate = 30
    swing = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(6 * rate) / (2 * rate))
    fade = np.array([np.round(g * waves(1, 1, 0)) for g in swing]).astype(np.uint8)
    cut = np.concatenate([fade[:40], np.repeat(solid(255, 0, 0)[None], 30, 0), fade[40:60]])
    for pictures in (fade, cut):
        given, _ = safe(pictures, rate)
        assert psnr(pictures, given) > 50


def test_light_pictures_may_flicker_a_little() -> None:
    """The darker picture of a flash is below 0.80 of the full luminance."""
    bright, brighter = solid(235, 235, 235), solid(255, 255, 255)
    pictures = np.array([bright if k // 2 % 2 else brighter for k in range(60)])
    given, _ = safe(pictures, 30)
    np.testing.assert_array_equal(given, pictures)


SIDE = np.arange(192)
ACROSS, DOWN = np.meshgrid(SIDE, SIDE)
ANGLE, RADIUS = np.arctan2(DOWN - 96, ACROSS - 96), np.hypot(DOWN - 96, ACROSS - 96)
STRIPED = {
    "upright": ACROSS // 6 % 2,
    "slanted": (ACROSS + DOWN) // 9 % 2,
    "fine": ACROSS // 2 % 2,
    "rings": RADIUS // 6 % 2,
    "rays": ANGLE * 20 / np.pi // 1 % 2,
}
HARMLESS = {
    "four pairs": ACROSS // 24 % 2,
    "a sixth of the picture": (ACROSS // 6 % 2) * (ACROSS < 32),
    "chequer": (ACROSS // 8 + DOWN // 8) % 2,
    "faint": 0.5 + 0.07 * (ACROSS // 6 % 2),
    "dark": 0.4 * (ACROSS // 6 % 2),
    "noise": np.random.default_rng(0).uniform(0, 1, (192, 192)),
}


def held(grey: np.ndarray, seconds: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    picture = np.repeat(np.round(255 * np.asarray(grey, float))[..., None], 3, 2).astype(np.uint8)
    given, _ = safe(np.repeat(picture[None], round(30 * seconds), 0), 30)
    return picture, given


@pytest.mark.parametrize("name", STRIPED)
def test_strong_stripes_are_softened_after_half_a_second(name: str) -> None:
    picture, given = held(STRIPED[name])
    np.testing.assert_array_equal(given[10], picture)
    low, high = np.percentile(given[-1] / 255, [5, 95])
    light = ((np.array([low, high]) + 0.055) / 1.055) ** 2.4
    assert np.ptp(light) < 0.2
    assert abs(given[-1].mean() - picture.mean()) < 8
    steps = np.abs(np.diff(given.astype(int), axis=0)).max((1, 2, 3))
    assert steps.max() < 25, "it fades"
    assert most_flashes(given[:, ::4, ::4], 30) <= 1, "the fade itself, once"


@pytest.mark.parametrize("name", HARMLESS)
def test_other_patterns_are_left_alone(name: str) -> None:
    picture, given = held(HARMLESS[name], 1.2)
    np.testing.assert_array_equal(given[-1], picture)


class Strobe:
    """A model whose picture is as bright as the place says."""

    gives = PictureFormat(WIDTH, HEIGHT)

    def generate(self, latent: Latent) -> Frame:
        return Frame(solid(*[round(255 * float(latent.w[0]))] * 3), 0.0)


class Newest:
    """Windows that always hold the picture of the place that was asked for last."""

    def __init__(self, part: Any) -> None:
        self.part, self.newest = part, None

    def serve(self, want: Want) -> None:
        self.newest = self.part.ready(Strobe().generate(Latent(want.w)), want)

    def latest(self) -> Any:
        return self.newest

    def get(self, want: Want) -> Any:
        return self.newest


@pytest.mark.parametrize("on", [True, False])
def test_the_renderer_of_frames_is_safe_unless_told_otherwise(on: bool) -> None:
    options = {} if on else {"flash_limiter": False}
    part = frames_part.Part(frames_part.Options(smooth_seconds=0, **options))
    part.prepare(Spec(format=Strobe.gives))
    windows, state, given = Newest(part), part.start(), []
    for k in range(75):
        windows.serve(Want(np.array([k // 2 % 2], np.float32)))
        frame, _, state = part.render(state, Latent(np.zeros(1, np.float32)), windows)
        given.append(frame.pixels)
    report = part.report(state)
    flashes = most_flashes(np.array(given), 30)
    assert (flashes <= 3) == on
    assert ("docs/flash-safety.md" in report.get("warning", "")) == (not on)
    assert (report.get("flash_limited_frames", 0) > 0) == on


def test_what_was_held_back_comes_in_by_equal_steps() -> None:
    black, red = solid(0, 0, 0), solid(200, 0, 0)
    pictures = np.array([black, red] * 8 + [red] * 40)
    given, _ = safe(pictures, 30)
    held = given[15:].astype(float)
    np.testing.assert_array_equal(held[-1], red)
    steps = np.abs(np.diff(held, axis=0)).max((1, 2, 3))
    coming = steps[steps > 0]
    assert 10 <= len(coming) <= 12
    assert np.ptp(coming) <= 2, "levels, which are rounded"
