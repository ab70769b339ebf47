"""Live pictures keep their rate: down in size at once, up again where room stays."""

import itertools
import threading
from collections.abc import Callable

import numpy as np
import pytest

from latent_resonance.contracts.errors import BundleError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.values import Frame, Latent
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.quality import adaptive_size
from latent_resonance.engine.quality.adaptive_size import AdaptiveSize, smaller_sizes
from latent_resonance.engine.quality.levels import Levels
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.engine.setup import Setup

AREAS = (1.0, 0.72, 0.49, 0.3, 0.16)


def play(levels: Levels, seconds: Callable[[int], float], pictures: int) -> list[int]:
    """The level after each picture; ``seconds`` is what one of the full size takes."""
    return [levels.took(AREAS[levels.level] * seconds(n)) for n in range(pictures)]


def test_what_keeps_up_stays_at_its_full_size() -> None:
    assert set(play(Levels(AREAS, 0.02), lambda n: 0.0205, 500)) == {0}


def test_too_slow_goes_down_to_what_fits_within_half_a_second() -> None:
    levels = Levels(AREAS, 0.02)
    seen = play(levels, lambda n: 0.04, 200)
    assert seen[-1] == 3, "0.3 of 40 ms fit 20 ms, 0.49 do not leave room"
    assert seen.index(3) < 15
    assert set(seen) == {0, 3}, "no step in between"


def test_slower_than_the_smallest_ends_there() -> None:
    levels = Levels(AREAS, 0.02)
    assert play(levels, lambda n: 1.0, 100)[-1] == 4
    assert levels.took(9.0) == 4


def test_a_single_slow_picture_changes_nothing() -> None:
    assert set(play(Levels(AREAS, 0.02), lambda n: 1.0 if n % 10 == 0 else 0.018, 500)) == {0}


def test_goes_up_one_by_one_when_there_is_room_again() -> None:
    levels = Levels(AREAS, 0.02)
    play(levels, lambda n: 0.04, 30)
    seen = play(levels, lambda n: 0.010, 600)
    assert seen[-1] == 0
    changes = [b - a for a, b in itertools.pairwise(seen) if a != b]
    assert changes == [-1, -1, -1]
    assert seen.index(2) > 80, "not before a while"


def test_at_the_edge_it_does_not_flicker() -> None:
    """Room enough above by the estimate, but not in truth: tries grow rare."""
    levels = Levels(AREAS, 0.02)
    truth = (0.030, 0.012, 0.010, 0.008, 0.006)  # the full size is slower than its area says
    seen = [levels.took(truth[levels.level]) for _ in range(20_000)]
    ups = [n for n, (a, b) in enumerate(itertools.pairwise(seen)) if b < a]
    assert len(ups) <= 9
    gaps = np.diff(ups)
    assert all(later >= earlier for earlier, later in itertools.pairwise(gaps))
    assert np.mean(np.array(seen) == 0) < 0.01


def partly_fixed(levels: Levels, load: float = 1.0) -> float:
    """Seconds of a picture, of which 5 ms do not grow with its area; 21 ms in the full size."""
    return load * (0.005 + 0.016 * AREAS[levels.level])


def test_a_second_of_other_work_changes_nothing() -> None:
    levels = Levels(AREAS, 0.025)
    loads = [1.0] * 200 + [1.7] * 20 + [1.0] * 200
    assert {levels.took(partly_fixed(levels, load)) for load in loads} == {0}


def test_comes_up_again_after_other_work_though_not_all_grows_with_the_area() -> None:
    levels = Levels(AREAS, 0.025)
    for _ in range(400):
        levels.took(partly_fixed(levels, load=3.0))
    assert levels.level == 4
    seen = [levels.took(partly_fixed(levels)) for _ in range(2500)]
    assert seen[-1] == 0
    assert seen == sorted(seen, reverse=True), "no swinging"


def test_what_a_reckoning_rules_out_is_tried_rarely() -> None:
    """The level above fits by a hair more than the room that is asked for."""
    levels = Levels(AREAS, 0.025)
    for _ in range(30):
        levels.took(0.04)
    truth = (0.0245, 0.0180, 0.0140, 0.0120, 0.0100)
    seen = [levels.took(truth[levels.level]) for _ in range(3000)]
    assert seen[-1] == 0
    heavy = (0.0300, *truth[1:])
    seen = [levels.took(heavy[levels.level]) for _ in range(20_000)]
    assert np.mean(np.array(seen) == 0) < 0.01
    assert set(seen) <= {0, 1}, "back to what kept up, not further"


def test_sizes_fall_and_keep_their_shape() -> None:
    sizes = smaller_sizes(PictureFormat(1280, 720))
    pixels = [size.width * size.height for size in sizes]
    assert pixels == sorted(pixels, reverse=True)
    assert len(sizes) == 5
    assert all(size.width % 4 == size.height % 4 == 0 for size in sizes[1:])
    assert all(abs(size.width / size.height - 16 / 9) < 0.05 for size in sizes)
    assert smaller_sizes(PictureFormat(64, 64)) == [PictureFormat(64, 64)]


class Drawer:
    """Draws a ramp in so many seconds for each pixel, on a clock that only it moves."""

    clock = 0.0
    rate = 0.0

    def __init__(self, size: PictureFormat) -> None:
        self.size, self.closed = size, False
        self.gives = size

    def generate(self, latent: Latent) -> Frame:
        Drawer.clock += Drawer.rate * self.size.width * self.size.height
        ramp = np.linspace(0, 255, self.size.width).astype(np.uint8)
        shape = (self.size.height, self.size.width, 3)
        return Frame(np.ascontiguousarray(np.broadcast_to(ramp[None, :, None], shape)), 0.0)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch):
    """An adaptive model of drawers, 30 pictures a second; and the drawers that it made."""
    made: list[Drawer] = []

    def make(size: PictureFormat) -> Drawer:
        made.append(Drawer(size))
        return made[-1]

    Drawer.clock, Drawer.rate = 0.0, 0.0
    monkeypatch.setattr(adaptive_size, "physical_cores", lambda: 4)
    model = AdaptiveSize(make, PictureFormat(512, 256), 1 / 30, clock=lambda: Drawer.clock)
    yield model, made
    model.close()


def generate(model: AdaptiveSize, count: int) -> list[Frame]:
    frames = []
    for _ in range(count):
        frames.append(model.generate(Latent(np.zeros(1, np.float32))))
        readying = model._readying
        if readying is not None:
            readying.join(timeout=30)
    return frames


def test_a_slow_model_draws_smaller_and_gives_the_full_size(drawn) -> None:
    model, made = drawn
    Drawer.rate = 0.05 / (512 * 256)
    frames = generate(model, 60)
    assert {frame.pixels.shape for frame in frames} == {(256, 512, 3)}
    drawn_pixels = model.drawn.width * model.drawn.height
    assert Drawer.rate * drawn_pixels <= 0.95 * 0.025, "the budget beside the rests"
    assert model.report() == {
        "drawn_at": [model.drawn.width, model.drawn.height], "size_changes": 1,
    }  # fmt: skip
    away = np.abs(frames[0].pixels.astype(int) - frames[-1].pixels).mean()
    assert away < 2, "the same picture, larger"
    Drawer.rate = 0.005 / (512 * 256)
    generate(model, 1000)
    assert model.drawn == PictureFormat(512, 256)
    model.close()
    assert all(one.closed for one in made)


def test_it_begins_at_a_size_that_keeps_up(drawn) -> None:
    model, made = drawn
    Drawer.rate = 0.05 / (512 * 256)
    model.begin(Latent(np.zeros(1, np.float32)))
    pixels = model.drawn.width * model.drawn.height
    assert Drawer.rate * pixels <= 0.95 * 0.025
    larger = made[0].size.width * made[0].size.height
    generate(model, 100)
    assert pixels == model.drawn.width * model.drawn.height < larger, "what was found stays"
    assert len(made) == 2


def test_it_begins_at_the_full_size_where_that_keeps_up(drawn) -> None:
    model, made = drawn
    Drawer.rate = 0.02 / (512 * 256)
    model.begin(Latent(np.zeros(1, np.float32)))
    assert model.drawn == PictureFormat(512, 256)
    assert len(made) == 1


def test_it_begins_at_the_smallest_where_none_keeps_up(drawn) -> None:
    model, _ = drawn
    Drawer.rate = 1.0
    model.begin(Latent(np.zeros(1, np.float32)))
    assert model.drawn == smaller_sizes(PictureFormat(512, 256))[-1]


def test_a_smaller_player_that_cannot_be_readied_leaves_the_pictures_as_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def make(size: PictureFormat) -> Drawer:
        if size.width != 512:
            raise BundleError("no")
        return Drawer(size)

    Drawer.clock, Drawer.rate = 0.0, 1.0
    model = AdaptiveSize(make, PictureFormat(512, 512), 1 / 30, clock=lambda: Drawer.clock)
    model.begin(Latent(np.zeros(1, np.float32)))
    frames = generate(model, 40)
    assert len(frames) == 40
    assert model.drawn == PictureFormat(512, 512)
    model.close()


def test_the_picture_goes_on_while_a_smaller_player_is_readied() -> None:
    gate = threading.Event()

    def make(size: PictureFormat) -> Drawer:
        if size.width != 512:
            assert gate.wait(60)
        return Drawer(size)

    Drawer.clock, Drawer.rate = 0.0, 0.2 / 512**2
    model = AdaptiveSize(make, PictureFormat(512, 512), 1 / 30, clock=lambda: Drawer.clock)
    for _ in range(50):
        model.generate(Latent(np.zeros(1, np.float32)))
    assert model.drawn == PictureFormat(512, 512)
    gate.set()
    generate(model, 2)
    assert model.drawn != PictureFormat(512, 512)
    model.close()


def test_only_live_pictures_of_any_size_adapt() -> None:
    recipe = load_recipe("vision")
    adaptive = Setup(adaptive=True, threads=1, render={"size": 64})
    with assemble(recipe, adaptive, rehearsal=True) as performance:
        model = performance.chain.model
        assert isinstance(model, AdaptiveSize)
        assert model.gives == PictureFormat(64, 64)
        assert model.generate(Latent(performance.chain.bundle.space.mean)).pixels.shape[0] == 64
    with assemble(recipe, Setup(threads=1, render={"size": 64}), rehearsal=True) as performance:
        assert not isinstance(performance.chain.model, AdaptiveSize)
