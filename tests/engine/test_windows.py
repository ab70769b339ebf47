"""Window stores: inline ones repeat, threaded ones never wait and lose nothing that is needed."""

import threading
from functools import partial

import numpy as np
import pytest

from latent_resonance.contracts.formats import PictureFormat, SoundFormat
from latent_resonance.contracts.parts import Want
from latent_resonance.contracts.values import Frame, Latent
from latent_resonance.engine import windows as windows_module
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.rests import Makers
from latent_resonance.engine.windows import (
    AheadWindows,
    InlineWindows,
    KeptWindows,
    ThreadedWindows,
)


class Model:
    """Gives the place itself; waits where it is told to."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.may_go = threading.Event()
        self.may_go.set()
        self.busy = threading.Event()
        self.made = threading.Semaphore(0)
        self.fails = False

    def generate(self, latent: Latent) -> Frame:
        self.busy.set()
        assert self.may_go.wait(20)
        self.asked.append(float(latent.w[0]))
        if self.fails:
            raise RuntimeError("broken")
        return Frame(np.zeros((1, 1, 3), np.uint8), float(latent.w[0]))


class Renderer:
    """Keeps the place."""

    def __init__(self, model: Model) -> None:
        self.model, self.gives = model, SoundFormat()

    def ready(self, made: Frame, want: Want) -> float:
        return made.time_seconds


def want(value: float, key=None, *, ahead=False) -> Want:
    return Want(np.array([value], np.float32), key, ahead)


def store(kind, **options):
    model, meters = Model(), Meters()
    return model, meters, kind(model, Renderer(model), meters, **options)


def waited(windows, key, count=1):
    """Wait until the key is made."""
    for _ in range(2000):
        if windows.get(want(0, key)) is not None:
            return windows.get(want(0, key))
        threading.Event().wait(0.005)
    raise AssertionError(f"{key} was never made")


def test_inline_what_is_asked_for_in_one_step_is_there_in_the_next():
    _, meters, windows = store(InlineWindows)
    assert windows.latest() is None
    windows.serve([want(1.0)])
    assert windows.latest() == 1.0
    assert meters.generation.count == 1


def test_inline_a_key_is_made_at_once_and_once():
    model, _, windows = store(InlineWindows)
    assert windows.get(want(2.0, "a")) == 2.0
    assert windows.get(want(2.0, "a")) == 2.0
    windows.serve([want(3.0, "b", ahead=True)])
    assert model.asked == [2.0]


@pytest.mark.parametrize("kind", [InlineWindows, AheadWindows])
def test_each_step_finds_what_the_one_before_asked_for(kind):
    model, meters, windows = store(kind)
    found = []
    for step in range(4):
        found.append(windows.latest())
        windows.serve([want(step), want(10 + step, step), want(99, "later", ahead=True)])
    windows.serve([want(4.0)])  # without a look at the one before
    assert windows.latest() == windows.latest() == 4.0
    assert found == [None, 0.0, 1.0, 2.0]
    assert windows.get(want(12, 2)) == 12
    assert model.asked == [0, 10, 1, 11, 2, 12, 3, 13, 4]
    assert meters.generation.count == 9
    windows.close()


def test_ahead_the_caller_goes_on_while_a_window_is_made():
    model, _, windows = store(AheadWindows)
    model.may_go.clear()
    windows.serve([want(1.0)])
    assert model.busy.wait(20)
    assert model.asked == []
    model.may_go.set()
    assert windows.latest() == 1.0
    windows.close()
    windows.close()


def test_ahead_what_a_model_raises_reaches_the_next_step():
    model, _, windows = store(AheadWindows)
    model.fails = True
    windows.serve([want(1.0)])
    with pytest.raises(RuntimeError, match="broken"):
        windows.latest()
    with pytest.raises(RuntimeError, match="broken"):
        windows.get(want(2.0, "a"))
    windows.close()


def test_the_least_recently_used_is_forgotten():
    kept = KeptWindows(2)
    for key in "abc":
        kept.keep(key, key)
        kept.find("a")
    assert kept.find("b") is None
    assert kept.find("a") == "a"
    assert kept.nearest(lambda key: {"a": 3.0, "c": 1.0}[key]) == ("c", "c")
    assert kept.nearest(lambda key: float("inf")) is None


def test_threaded_the_newest_request_replaces_older_ones_and_is_counted():
    model, meters, windows = store(ThreadedWindows)
    windows.begin([want(0.0)])
    assert windows.latest() == 0.0
    model.may_go.clear()
    model.busy.clear()
    windows.serve([want(1.0)])
    assert model.busy.wait(20)
    for value in (2.0, 3.0, 4.0):
        windows.serve([want(value)])
    model.may_go.set()
    windows.serve([want(9.0, "end")])
    assert waited(windows, "end") == 9.0
    windows.close()
    assert model.asked[:3] == [0.0, 1.0, 4.0]
    assert meters.dropped_requests == 2
    assert windows.latest() == 4.0


def test_threaded_what_is_needed_goes_before_what_is_ahead():
    model, _, windows = store(ThreadedWindows)
    windows.begin([])
    model.may_go.clear()
    model.busy.clear()
    windows.serve([want(0.0, "first")])
    assert model.busy.wait(20)
    windows.serve([want(n, f"old{n}", ahead=True) for n in (1.0, 2.0)])
    windows.serve([want(n, f"new{n}", ahead=True) for n in (3.0, 4.0)])
    windows.serve([want(7.0, "urgent"), want(7.0, "urgent")])
    model.may_go.set()
    assert waited(windows, "new4.0") == 4.0
    windows.close()
    assert model.asked == [0.0, 7.0, 3.0, 4.0]


def test_threaded_an_error_of_the_model_is_counted_and_the_key_can_be_asked_again():
    model, meters, windows = store(ThreadedWindows)
    windows.begin([want(1.0)])
    model.fails = True
    windows.serve([want(2.0, "a")])
    for _ in range(2000):
        if meters.errors:
            break
        threading.Event().wait(0.005)
    assert meters.errors == {"model": 1}
    assert windows.latest() == 1.0
    model.fails = False
    for _ in range(200):
        windows.serve([want(2.0, "a")])
        if windows.get(want(2.0, "a")) is not None:
            break
        threading.Event().wait(0.005)
    assert waited(windows, "a") == 2.0
    windows.close()
    windows.close()


@pytest.mark.parametrize(
    ("gives", "alone", "cores", "others", "rest"),
    [
        (SoundFormat(), False, 1, 0, 0.1),
        (SoundFormat(), False, 2, 0, 0.1),
        (SoundFormat(), False, 4, 0, 0.1 / 3),
        (SoundFormat(), False, 2, 1, 0.3),
        (SoundFormat(), False, 4, 2, 0.3),
        (SoundFormat(), False, 2, 99, 0.5),
        (PictureFormat(), False, 1, 0, 0.1),
        (PictureFormat(), False, 2, 0, 0.1 / 3),
        (PictureFormat(), False, 2, 1, 0.1 / 3),
        (PictureFormat(), False, 6, 0, 0.1 / 5),
        (PictureFormat(), True, 2, 0, 0.0),
        (PictureFormat(), True, 1, 0, 0.1),
    ],
)
def test_threaded_rests_between_windows_of_a_place_that_moves_on(
    monkeypatch, gives, alone, cores, others, rest
):
    now = 50.0
    makers = Makers()
    monkeypatch.setattr(windows_module, "_OF_SOUND", makers)
    makers.count("one that made its last long ago", now - 1.5)
    for other in range(others):
        makers.count(other, now - 0.5)
    model, _, windows = store(partial(ThreadedWindows, alone=alone))
    windows._renderer.gives = gives
    rests, rested = [], threading.Semaphore(0)

    def takes_a_tenth(latent):
        nonlocal now
        now += 0.1
        return Frame(np.zeros((1, 1, 3), np.uint8), float(latent.w[0]))

    def wait(seconds):
        rests.append(seconds)
        rested.release()

    monkeypatch.setattr(windows_module.time, "monotonic", lambda: now)
    monkeypatch.setattr(windows_module, "physical_cores", lambda: cores)
    monkeypatch.setattr(windows._ends, "wait", wait)
    model.generate = takes_a_tenth
    windows.begin([])
    for value in (1.0, 2.0):
        windows.serve([want(value)])
        assert rested.acquire(timeout=20)
        while windows.latest() != value:
            threading.Event().wait(0.005)
    windows.serve([want(3.0, "a")])
    waited(windows, "a")
    windows.close()
    # Nothing was made before the first; the second came at once after it; a key waits for nobody.
    assert rests == pytest.approx([-50.0, rest], abs=1e-6)
