"""A window on a display that exists in memory only, looked at by a screenshot."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from latent_resonance.contracts.errors import AssemblyError, DeviceError, MissingPartError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import PictureStage, ReportingStage, TroubledStage
from latent_resonance.contracts.values import Frame, Spec
from latent_resonance.stage import window
from latent_resonance.stage.own_window.drawing import reach

SPEC = Spec(picture=PictureFormat(80, 60, 30))
SCREEN = (320, 240)


def quarters() -> np.ndarray:
    """Red, green / blue, grey: which side is up and left shows."""
    pixels = np.zeros((60, 80, 3), np.uint8)
    pixels[:30, :40], pixels[:30, 40:] = (220, 0, 0), (0, 200, 0)
    pixels[30:, :40], pixels[30:, 40:] = (0, 0, 210), (130, 130, 130)
    return pixels


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    pytest.importorskip("glfw", reason="glfw is not installed")
    if shutil.which("Xvfb") is None:
        pytest.skip("there is no Xvfb: apt-get install xvfb")
    reads, writes = os.pipe()
    screen = f"{SCREEN[0]}x{SCREEN[1]}x24"
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writes), "-screen", "0", screen, "-nolisten", "tcp"],
        pass_fds=[writes],
        stderr=subprocess.DEVNULL,
    )
    os.close(writes)
    with os.fdopen(reads) as told:
        number = told.readline().strip()
    if not number:
        pytest.skip("Xvfb does not start here")
    yield f":{number}"
    server.terminate()
    server.wait(60)


def seen(display: str) -> np.ndarray:
    from PIL import ImageGrab

    return np.asarray(ImageGrab.grab(xdisplay=display).convert("RGB"))


def until(display: str, stage: window.Part, frame: Frame, right: Callable) -> np.ndarray:
    """Show a picture, again and again, until the screen is as it should be, or for long enough."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        stage.show(frame)
        screen = seen(display)
        if right(screen):
            return screen
        time.sleep(0.05)
    return seen(display)


def corners(screen: np.ndarray, x: int = 60) -> list[list[int]]:
    return [
        screen[60, x].tolist(), screen[60, 319 - x].tolist(),
        screen[180, x].tolist(), screen[180, 319 - x].tolist(),
    ]  # fmt: skip


def test_a_picture_fills_the_display_the_right_way_up(
    display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    stage = window.Part(window.Options())
    assert isinstance(stage, PictureStage)
    stage.prepare(SPEC)
    wanted = [[220, 0, 0], [0, 200, 0], [0, 0, 210], [130, 130, 130]]
    frame = Frame(quarters(), 0.0)
    screen = until(display, stage, frame, lambda screen: corners(screen) == wanted)
    assert corners(screen) == wanted
    assert screen[2, 2].tolist() == [220, 0, 0], "to its edges"
    assert screen[-3, -3].tolist() == [130, 130, 130]
    turned = Frame(quarters()[::-1], 0.0)
    screen = until(
        display, stage, turned, lambda screen: corners(screen) == wanted[2:] + wanted[:2]
    )
    assert corners(screen) == wanted[2:] + wanted[:2], "the next picture"
    stage.close()
    stage.close()
    assert stage.statistics()["window_pictures"] > 1
    with pytest.raises(AssemblyError, match="not prepared"):
        stage.show(frame)


def test_another_shape_has_black_beside_it_or_is_cut(
    display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    square = Frame(np.full((40, 40, 3), (90, 200, 30), np.uint8), 0.0)
    for cover, side in ((False, [0, 0, 0]), (True, [90, 200, 30])):
        stage = window.Part(window.Options(cover=cover))
        stage.prepare(Spec(picture=PictureFormat(40, 40, 30)))
        screen = until(
            display, stage, square, lambda screen: screen[120, 160].tolist() == [90, 200, 30]
        )
        stage.close()
        assert screen[120, 160].tolist() == [90, 200, 30]
        assert screen[120, 20].tolist() == side


def test_a_window_that_dies_is_opened_again(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setattr(window, "_FIRST_WAIT", 0.01)
    stage = window.Part(window.Options())
    stage.prepare(SPEC)
    assert stage._process is not None
    stage._process.kill()
    stage._process.wait(60)
    frame = Frame(quarters(), 0.0)
    screen = until(display, stage, frame, lambda screen: screen[60, 60].tolist() == [220, 0, 0])
    assert screen[60, 60].tolist() == [220, 0, 0]
    assert stage.report() == {"warning": "the window went away; it was opened again"}
    assert stage.trouble == ""
    stage.close()


@pytest.fixture
def one_picture(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], window.Part]:
    """Gives a stage whose window takes one picture and ends, by an exit status."""

    def ends(status: int) -> window.Part:
        shows = "import os,sys;print('ready',flush=True);sys.stdin.buffer.read(80*60*3)"
        code = f"{shows};os._exit({status})"
        monkeypatch.setattr(window, "find_spec", lambda name: True)
        monkeypatch.setattr(window, "PYTHON", (sys.executable, "-c", code))
        stage = window.Part(window.Options())
        stage.prepare(SPEC)
        return stage

    return ends


def show_until(stage: window.Part, happened: Callable[[], object]) -> None:
    until = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < until
        stage.show(Frame(quarters(), 0.0))
        time.sleep(0.002)


def test_a_window_that_died_is_told_and_nothing_waits_for_it(
    one_picture: Callable[[int], window.Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "_FIRST_WAIT", 3600.0)
    stage = one_picture(1)
    assert isinstance(stage, TroubledStage)
    assert isinstance(stage, ReportingStage)
    assert (stage.trouble, stage.report()) == ("", {})
    show_until(stage, lambda: stage.trouble)
    assert stage.trouble == "the window is gone"
    assert stage.report() == {"warning": "the window went away"}
    sender = stage._sender
    assert sender is not None
    stage.close()
    assert not sender.is_alive()


def test_a_window_that_keeps_dying_is_opened_less_and_less_often(
    one_picture: Callable[[int], window.Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    found = window.Part._find_again

    def noted(self: window.Part, wait: float) -> tuple[Any, float]:
        waits.append(wait)
        return found(self, wait)

    monkeypatch.setattr(window, "_FIRST_WAIT", 0.001)
    monkeypatch.setattr(window.Part, "_find_again", noted)
    stage = one_picture(1)
    show_until(stage, lambda: len(waits) == 4)
    stage.close()
    assert waits == [0.001, 0.002, 0.004, 0.008]


def test_a_window_that_was_closed_stays_closed(
    one_picture: Callable[[int], window.Part],
) -> None:
    stage = one_picture(0)
    sender = stage._sender
    assert sender is not None
    show_until(stage, lambda: not sender.is_alive())
    assert (stage.trouble, stage.report()) == ("", {})
    stage.close()


def test_no_such_display_is_one_line(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", display)
    stage = window.Part(window.Options(display=3))
    with pytest.raises(DeviceError, match=r"there is no display 3: there are 1$"):
        stage.prepare(SPEC)


def test_no_display_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("glfw", reason="glfw is not installed")
    if os.name != "posix" or os.uname().sysname != "Linux":
        pytest.skip("other systems have a display")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    stage = window.Part(window.Options())
    with pytest.raises(DeviceError, match="there is no display to open a window on") as caught:
        stage.prepare(SPEC)
    assert "\n" not in str(caught.value)
    stage.close()


def test_a_picture_too_many_is_left_out_and_nothing_waits() -> None:
    """A window that takes nothing: the pipe is full, and show comes back."""
    stage = window.Part(window.Options())
    stage._agreed = PictureFormat(80, 60, 30)
    stage._process = SimpleNamespace(stdin=None)
    for _ in range(5):
        stage.show(Frame(quarters(), 0.0))
    assert stage.left_out == 4
    with pytest.raises(AssemblyError, match="window: a picture of 60x80 where 80x60 was agreed"):
        stage.show(Frame(quarters().swapaxes(0, 1), 0.0))
    stage._process = None


def test_what_is_missing_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = window.Part(window.Options())
    with pytest.raises(AssemblyError, match="needs pictures"):
        stage.prepare(Spec())
    monkeypatch.setattr(window, "find_spec", lambda name: None)
    with pytest.raises(MissingPartError, match=r"pip install 'latent-resonance\[window\]'"):
        stage.prepare(SPEC)


@pytest.mark.parametrize(
    ("picture", "screen", "contained", "covering"),
    [
        ((4, 3), (8, 6), (1, 1), (1, 1)),
        ((2, 1), (1, 1), (1, 0.5), (2, 1)),
        ((1, 1), (2, 1), (0.5, 1), (1, 2)),
    ],
)
def test_where_the_picture_ends(
    picture: tuple[int, int],
    screen: tuple[int, int],
    contained: tuple[float, float],
    covering: tuple[float, float],
) -> None:
    assert reach(picture, screen, cover=False) == pytest.approx(contained)
    assert reach(picture, screen, cover=True) == pytest.approx(covering)
