"""Who goes first: what the thread that plans ahead gives up, and what a process that plays keeps."""

import gc
import os
import sys
import threading
import time

import numpy as np
import pytest
from latent_resonance.studio.instruments.priority import forget_what_stays, serve_soon

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import Latent, Spectrogram
from latent_resonance.studio.instruments.player import Playing
from latent_resonance.studio.instruments.windows import WindowMaker


class Watched:
    """A model that notes on which priority it is asked."""

    latency_seconds = 0.0
    latent_size = 2

    def __init__(self) -> None:
        self.niceness: list[int] = []

    def generate(self, latent: Latent) -> Spectrogram:
        self.niceness.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        layout = SpectrogramFormat()
        return Spectrogram(np.zeros((layout.bins, layout.columns), np.float32), layout)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities of threads")
def test_the_model_gives_way_to_the_sound() -> None:
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    model = Watched()
    maker = WindowMaker(model, Playing())  # type: ignore[arg-type]
    try:
        maker.ask(Latent(np.zeros(2, np.float32)))
        for _ in range(200):
            if maker.take() is not None:
                break
            time.sleep(0.01)
    finally:
        maker.close()
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
