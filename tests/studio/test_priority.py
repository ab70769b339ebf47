"""Who goes first: what the thread that plans ahead gives up, and what a process that plays keeps."""

import ctypes
import gc
import os
import platform
import struct
import sys
import threading

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.parts import Want
from latent_resonance.contracts.values import Latent, Spectrogram
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.priority import come_first, forget_what_stays, playing, serve_soon
from latent_resonance.engine.windows import ThreadedWindows
from latent_resonance.render import living_spectrogram


class Watched:
    """A model that notes on which priority it is asked."""

    latency_seconds = 0.0

    def __init__(self) -> None:
        self.niceness: list[int] = []
        self.asked = threading.Event()

    def generate(self, latent: Latent) -> Spectrogram:
        self.niceness.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        self.asked.set()
        layout = SpectrogramFormat()
        return Spectrogram(np.zeros((layout.bins, layout.columns), np.float32), layout)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities of threads")
def test_the_model_gives_way_to_the_sound() -> None:
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    model = Watched()
    renderer = living_spectrogram.Part(living_spectrogram.Options())
    windows = ThreadedWindows(model, renderer, Meters())  # type: ignore[arg-type]
    try:
        windows.begin(())
        windows.serve([Want(np.zeros(2, np.float32))])
        assert model.asked.wait(20)
    finally:
        windows.close()
    assert model.niceness[0] > min(before, 14)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


def test_a_process_that_plays_hands_over_sooner_and_collects_less() -> None:
    usual, frozen = sys.getswitchinterval(), gc.get_freeze_count()
    try:
        serve_soon()
        assert sys.getswitchinterval() < usual
        forget_what_stays()
        assert gc.get_freeze_count() > frozen
    finally:
        sys.setswitchinterval(usual)
        gc.unfreeze()


def test_a_performance_leaves_the_process_as_it_was() -> None:
    gc.unfreeze()
    usual, frozen = sys.getswitchinterval(), gc.get_freeze_count()
    with pytest.raises(KeyboardInterrupt), playing():
        assert sys.getswitchinterval() < usual
        assert gc.get_freeze_count() > frozen
        raise KeyboardInterrupt
    assert (sys.getswitchinterval(), gc.get_freeze_count()) == (usual, 0)


def test_what_a_program_froze_itself_stays_frozen() -> None:
    gc.unfreeze()
    gc.freeze()
    own = gc.get_freeze_count()
    try:
        with playing():
            pass
        assert gc.get_freeze_count() >= own
    finally:
        gc.unfreeze()


def test_of_two_performances_the_last_restores() -> None:
    gc.unfreeze()
    usual = sys.getswitchinterval()
    one, two = playing(), playing()
    one.__enter__()
    quick = sys.getswitchinterval()
    two.__enter__()
    one.__exit__(None, None, None)
    assert sys.getswitchinterval() == quick < usual
    assert gc.get_freeze_count() > 0
    two.__exit__(None, None, None)
    assert (sys.getswitchinterval(), gc.get_freeze_count()) == (usual, 0)


def _turn() -> int:
    """Nanoseconds of this thread's turns, as sched_getattr(2) tells; 0 where Linux is too old."""
    told = ctypes.create_string_buffer(56)
    ctypes.CDLL(None).syscall({"x86_64": 315, "aarch64": 275}[platform.machine()], 0, told, 56, 0)
    return int(struct.unpack("=IIQiIQQQII", told.raw)[5])


def _take_usual_turns() -> None:
    """What plays in this process before, and its threads after, may have short ones already."""
    nice = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    usual = struct.pack("=IIQiIQQQII", 56, 0, 0, nice, 0, 0, 0, 0, 0, 0)
    ctypes.CDLL(None).syscall({"x86_64": 314, "aarch64": 274}[platform.machine()], 0, usual, 0)


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="only Linux has turns of threads",
)
def test_the_sound_takes_short_turns() -> None:
    if not (before := _turn()):
        pytest.skip("Linux before 6.12")
    turns: list[int] = []

    def play() -> None:
        _take_usual_turns()
        turns.append(_turn())
        come_first()
        turns.append(_turn())

    thread = threading.Thread(target=play)
    thread.start()
    thread.join()
    assert turns[1] < turns[0]
    assert _turn() == before
