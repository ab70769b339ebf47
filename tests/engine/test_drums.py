"""The notes instrument's drums, made by the texture bundle, from a MIDI file to sound."""

import threading
from typing import Any
from unittest.mock import MagicMock

import additive_notes
import numpy as np
import pytest
import soundfile
from midi_bytes import midi, track

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.perform import render_file
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.windows import ThreadedWindows
from latent_resonance.models import auto
from latent_resonance.models.engines.with_kit import WithKit
from latent_resonance.sound.clicks import find_clicks

RATE = 16_000
BEATS = {36: 0.25, 42: 0.75, 38: 1.1, 46: 1.6}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    folder = tmp_path_factory.mktemp("drums")
    messages = [(round(960 * at), bytes([0x99, key, 110])) for key, at in BEATS.items()]
    # A closed hi-hat ends the open one.
    messages.append((round(960 * 1.8), bytes([0x99, 42, 1])))
    (folder / "beat.mid").write_bytes(midi([track(messages)]))
    setup = Setup(render={"channels": 1}, threads=1, opened=additive_notes.bundle())
    real = auto.Part

    def part(options: auto.Options, bundle: Bundle) -> Any:
        return additive_notes.Additive() if bundle.name == "additive" else real(options, bundle)

    with pytest.MonkeyPatch.context() as patch:
        # Only the kit's own model is at work.
        patch.setattr(auto, "Part", part)
        made = render_file("notes", folder / "beat.wav", source=folder / "beat.mid", setup=setup)
    assert made.report["notes"] == len(BEATS) + 1
    assert made.report["notes_that_waited"] == 0
    return np.asarray(soundfile.read(folder / "beat.wav")[0])


def test_each_begins_at_its_time_and_ends(sound: np.ndarray) -> None:
    level = 10 * np.log10(np.convolve(sound**2, np.ones(32) / 32)[: len(sound)] + 1e-12)
    for key, at in BEATS.items():
        here = level[round((at - 0.02) * RATE) : round((at + 0.1) * RATE)]
        begins = np.flatnonzero(here > here.max() - 12)[0] / RATE - 0.02
        assert 0 <= begins < 0.006, key
    assert level[round(1.85 * RATE)] < level[round(1.7 * RATE)] - 20
    assert level[-1] < -80
    assert not len(find_clicks(sound, RATE))


def test_kinds_are_told_by_their_spectrum(sound: np.ndarray) -> None:
    centroids = []
    for key in (36, 38, 42):
        at = round(BEATS[key] * RATE)
        power = np.abs(np.fft.rfft(sound[at : at + 1600])) ** 2
        centroids.append(power @ np.fft.rfftfreq(1600, 1 / RATE) / power.sum())
    assert centroids[0] < 300
    assert 1000 < centroids[1] < centroids[2] - 500
    assert centroids[2] > 4000


def test_a_live_performance_opens_its_kit_before_a_drum_is_struck() -> None:
    opened = threading.Event()

    def kit() -> additive_notes.Additive:
        opened.set()
        return additive_notes.Additive()

    model = WithKit(additive_notes.Additive(), kit)
    windows = ThreadedWindows(model, MagicMock(), Meters())
    assert not opened.is_set()
    windows.begin([])
    assert opened.wait(30)
    windows.close()
    model.close()
