"""Live: notes reach the stage soon, a missing window holds up nothing, and it ends cleanly."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import additive_notes
import numpy as np
import pytest
import soundfile
from midi_bytes import song
from notes_driver import control, note

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.formats import SoundFormat
from latent_resonance.contracts.values import Event, Latent, Spectrogram
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.live import LiveClock
from latent_resonance.engine.live_senses import choose_senses
from latent_resonance.engine.perform import play_live
from latent_resonance.engine.performance import Performance
from latent_resonance.engine.recipe import PartChoice, load_recipe
from latent_resonance.engine.setup import Setup
from latent_resonance.models import auto
from latent_resonance.sense.midi_files import device
from latent_resonance.stage import silent

Notes = Callable[..., Setup]
RECIPE = load_recipe("notes")
REAL = auto.Part


class Puller:
    """A stage with a clock of its own, which asks for 4 ms at a time."""

    accepts = (SoundFormat,)
    latency_seconds = 0.01

    def __init__(self) -> None:
        self.blocks: list[np.ndarray] = []
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def play(self, block: object) -> None:
        raise AssertionError("a pulling stage is not given blocks")

    def open(self, pull: Callable[[np.ndarray], int]) -> None:
        def ask() -> None:
            began = time.perf_counter()
            while not self._stop.is_set():
                out = np.ones((64, 2), np.float32)
                pull(out)
                self.blocks.append(out)
                due = began + len(self.blocks) * 64 / 16_000
                self._stop.wait(max(0.0, due - time.perf_counter()))

        self._thread = threading.Thread(target=ask, daemon=True)
        self._thread.start()

    def prepare(self, spec: object) -> None: ...

    def reset(self) -> None: ...

    def abort(self) -> None:
        self.close()

    def close(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=2)


def by_hand(setup: Setup, *events: Event) -> Performance:
    """The recipe on its model, played by these events."""
    hands = PartChoice(part="sliders")
    performance = assemble(RECIPE, Setup(**{**_fields(setup), "senses": (hands,)}))
    performance.senses.sensors[0].press(*events)  # type: ignore[attr-defined]
    return performance


def _fields(setup: Setup) -> dict[str, Any]:
    return {name: getattr(setup, name) for name in Setup.__slots__}


def sounding(clock: LiveClock) -> int:
    steps = clock.steps[0]
    return steps.chain.renderer.sounding(steps.state.renderer)


@pytest.mark.parametrize("pulling", [True, False])
def test_notes_sound_soon_on_any_stage(notes: Notes, pulling: bool) -> None:
    stage: Any = Puller() if pulling else silent.Part(silent.Options(keep=True))
    played = [e for n, key in enumerate((60, 62, 64, 65)) for e in note(0.15 * n, 0.15, key)]
    with by_hand(notes(instrument="church_organ"), *played) as performance:
        performance.chain.stages.append(stage)
        performance.add(stage)
        clock = LiveClock(performance, buffer_seconds=0.05)
        clock.run(1.2)
        stage.close()
        blocks = stage.blocks if pulling else [block.samples for block in stage.blocks]
        sound = np.concatenate(blocks)[:, 0]
        report = {**clock.steps[0].report(), **clock.meters.report()}
        assert np.abs(sound).max() > 0.02
        assert report["notes"] == report["note_to_sound_ms"]["count"] == 4
        assert sounding(clock) == 0


class Gated(additive_notes.Additive):
    """Makes its first window at once, the others when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go = threading.Event()
        self.fails = False

    def generate(self, latent: Latent) -> Spectrogram:
        if self.calls:
            assert self.may_go.wait(20)
            if self.fails:
                raise RuntimeError("the model broke")
        return super().generate(latent)


@pytest.fixture
def gated(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> Gated:
    model = Gated()
    # The drums' model is another one, and is asked as soon as it plays.
    monkeypatch.setattr(
        auto,
        "Part",
        lambda options, bundle: REAL(options, bundle) if bundle.name == "texture" else model,
    )
    return model


def test_a_window_that_is_not_there_holds_up_no_sound(notes: Notes, gated: Gated) -> None:
    stage = silent.Part(silent.Options(keep=True))
    # 60 was made before the first sample; 77 is not there, and let go before it can sound.
    events = (Event(0, "note_on", 0, 60, 100), *note(0, 0.1, 77, 20))
    with by_hand(notes(instrument="church_organ"), *events) as performance:
        performance.chain.stages.append(stage)

        def go_on(now: float, sensed: object, output: object) -> None:
            if now > 0.6:
                gated.may_go.set()

        clock = LiveClock(performance, buffer_seconds=0.1, on_step=go_on)
        clock.run(1.2)
        report = {**clock.steps[0].report(), **clock.meters.report()}
        assert report["notes_that_waited"] == 1
        assert report["notes"] == report["note_to_sound_ms"]["count"] == 2
        # Had a step waited for the model, nobody would have let it go.
        assert "model" not in clock.meters.errors
        assert sounding(clock) == 1
        early = np.concatenate([block.samples for block in stage.blocks])[4_000:8_000]
        assert np.abs(early).max() > 0.02


def test_an_error_of_the_model_is_told_and_what_is_there_plays_on(
    notes: Notes, gated: Gated
) -> None:
    stage = silent.Part(silent.Options(keep=True))
    gated.fails = True
    gated.may_go.set()
    events = (Event(0, "note_on", 0, 60, 100), Event(0.1, "note_on", 0, 99, 3))
    with by_hand(notes(instrument="church_organ"), *events) as performance:
        performance.chain.stages.append(stage)
        clock = LiveClock(performance, buffer_seconds=0.1)
        clock.run(0.8)
        assert clock.meters.errors["model"] > 0
        assert "the model broke" in clock.meters.report()["last_error"]
        assert np.abs(stage.blocks[-20].samples).max() > 0.02


def test_a_file_played_live_is_recorded(notes: Notes, tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    path.write_bytes(song([(0, 0.3, 60, 100), (0.3, 0.3, 64, 100)], (0.1, bytes([0xB0, 64, 127]))))
    report = play_live(
        "notes",
        source=path,
        setup=notes(instrument="church_organ"),
        stages=[PartChoice(part="audio_file", options={"path": tmp_path / "a.wav"})],
        seconds=1.0,
        buffer_seconds=0.1,
        record=tmp_path / "kept.csv",
    )
    assert report["notes"] == 2
    assert report["input"] == str(path)
    sound, rate = soundfile.read(tmp_path / "a.wav")
    assert rate == 16_000
    assert np.abs(sound).max() > 0.02
    assert "note_on" in (tmp_path / "kept.csv").read_text()


def test_without_a_device_and_without_a_terminal_it_says_so(
    notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from latent_resonance.engine import live_senses

    def none(*_: object) -> None:
        raise DeviceError("no MIDI input is connected")

    monkeypatch.setattr(device, "open_midi_port", none)
    monkeypatch.setattr(live_senses, "_has_terminal", lambda: False)
    with pytest.raises(DeviceError, match=r"no MIDI input is connected, and this is no terminal"):
        choose_senses(RECIPE, notes())
    with pytest.raises(DeviceError, match="no MIDI input is connected"):
        assemble(RECIPE, choose_senses(RECIPE, notes(), midi="x"))
    monkeypatch.setattr(live_senses, "_has_terminal", lambda: True)
    assert [choice.part for choice in choose_senses(RECIPE, notes()).senses] == ["keys"]


def test_the_pedal_works_live(notes: Notes) -> None:
    events = (control(0, 64, 127), *note(0, 0.05, 60, 90))
    for pedal, voices in ((events, 1), (events[1:], 0)):
        with by_hand(notes(instrument="church_organ"), *pedal) as performance:
            performance.chain.stages.append(silent.Part(silent.Options()))
            clock = LiveClock(performance, buffer_seconds=0.1)
            clock.run(1.0)
            assert sounding(clock) == voices
