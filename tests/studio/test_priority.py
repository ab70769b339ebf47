"""Who goes first: what the thread that plans ahead gives up, and what a process that plays keeps."""

import gc
import os
import sys
import threading

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.parts import Want
from latent_resonance.contracts.values import Latent, Spectrogram
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.priority import forget_what_stays, serve_soon
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
