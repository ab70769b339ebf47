"""Live: notes reach the stage soon, a missing window holds up nothing, and it ends cleanly."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from additive_notes import Additive, bundle
from latent_resonance.engine.notes.live import LiveNotes
from latent_resonance.engine.notes.open import Notes, NotesSetup
from latent_resonance.engine.notes.play import play_notes
from midi_bytes import song

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.values import Latent, Spectrogram
from latent_resonance.sense.midi_files.messages import CONTROL, NOTE_OFF, NOTE_ON, MidiEvent
from latent_resonance.stage import silent

Opener = Callable[..., Notes]


class Puller:
    """A stage with a clock of its own, which asks for 4 ms at a time."""

    latency_seconds = 0.01

    def __init__(self) -> None:
        self.blocks: list[np.ndarray] = []
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def prepare(self, spec: object) -> None:
        pass

    def reset(self) -> None:
        pass

    def play(self, block: object) -> None:
        raise AssertionError("a pulling stage is not given blocks")

    def abort(self) -> None:
        self.close()

    def open(self, pull: Callable[[np.ndarray], int]) -> None:
        def ask() -> None:
            began = time.perf_counter()
            while not self._stop.is_set():
                out = np.ones((64, 2), np.float32)
                pull(out)
                self.blocks.append(out)
                due = began + len(self.blocks) * 64 / 16_000
                time.sleep(max(0.0, due - time.perf_counter()))

        self._thread = threading.Thread(target=ask, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=2)


def run(show: LiveNotes, seconds: float, hands: Callable[[], None]) -> None:
    worker = threading.Thread(target=hands, daemon=True)
    show.run(seconds, worker.start)
    worker.join(timeout=2)


@pytest.mark.parametrize("pulling", [True, False])
def test_notes_sound_soon_on_any_stage(open_notes: Opener, pulling: bool) -> None:
    stage: Any = Puller() if pulling else silent.Part(silent.Options(keep=True))
    show = LiveNotes(open_notes(instrument="church_organ"), stage, buffer_seconds=0.05)

    def hands() -> None:
        for key in (60, 62, 64, 65):
            show.send(MidiEvent(time.perf_counter(), NOTE_ON, 0, key, 100))
            time.sleep(0.15)
            show.send(MidiEvent(time.perf_counter(), NOTE_OFF, 0, key, 0))

    run(show, 1.2, hands)
    stage.close()
    blocks = stage.blocks if pulling else [block.samples for block in stage.blocks]
    sound = np.concatenate(blocks)[:, 0]
    report = show.report()
    assert np.abs(sound).max() > 0.02
    assert report["notes"] == report["note_to_sound_ms"]["count"] == 4
    # Generous: machines that run tests are busy. The figure itself is in docs/notes.md.
    assert report["note_to_sound_ms"]["p50"] < 500
    assert show.synthesizer.voices == 0


class Slow(Additive):
    """Half a second for each window."""

    def generate(self, latent: Latent) -> Spectrogram:
        if self.calls:
            time.sleep(0.5)
        return super().generate(latent)


def test_a_window_that_is_not_there_holds_up_no_sound() -> None:
    stage = silent.Part(silent.Options(keep=True))
    notes = Notes(NotesSetup(instrument="church_organ"), bundle(), Slow())
    show = LiveNotes(notes, stage, buffer_seconds=0.1)

    def hands() -> None:
        now = time.perf_counter()
        show.send(MidiEvent(now, NOTE_ON, 0, 60, 100))  # made before the show
        show.send(MidiEvent(now, NOTE_ON, 0, 77, 20))  # not yet
        time.sleep(0.1)
        show.send(MidiEvent(now, NOTE_OFF, 0, 77, 0))  # let go before it can sound

    run(show, 2.5, hands)
    report = show.report()
    assert report["notes_that_waited"] == 1
    assert report["notes"] == report["note_to_sound_ms"]["count"] == 2
    assert report["tick_ms"]["max"] < 400
    sounding = [voice for voice in show.synthesizer._notes if voice.voice]
    assert [voice.key for voice in sounding] == [60]


def test_an_error_of_the_model_ends_the_show_and_is_told(open_notes: Opener) -> None:
    notes = open_notes(instrument="church_organ")
    show = LiveNotes(notes, silent.Part(silent.Options()))

    def broken(latent: Latent) -> Spectrogram:
        raise RuntimeError("the model broke")

    def hands() -> None:
        notes.model.generate = broken  # type: ignore[method-assign]
        show.send(MidiEvent(time.perf_counter(), NOTE_ON, 0, 99, 3))

    with pytest.raises(RuntimeError, match="the model broke"):
        run(show, 5, hands)


def test_stop_ends_it_from_anywhere(open_notes: Opener) -> None:
    show = LiveNotes(open_notes(instrument="cello"), silent.Part(silent.Options()))
    began = time.perf_counter()
    run(show, 60, lambda: (time.sleep(0.2), show.stop()))  # type: ignore[arg-type, return-value]
    assert time.perf_counter() - began < 10


def test_a_file_played_live_is_recorded(open_notes: Opener, tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    path.write_bytes(song([(0, 0.3, 60, 100), (0.3, 0.3, 64, 100)], (0.1, bytes([0xB0, 64, 127]))))
    report = play_notes(
        NotesSetup(), file=path, stage="audio_file", stage_options={"path": tmp_path / "a.wav"},
        seconds=1.0, buffer_seconds=0.1, notes=open_notes(instrument="church_organ"),
    )  # fmt: skip
    assert report["notes"] == 2
    assert report["input"] == str(path)
    sound, rate = soundfile.read(tmp_path / "a.wav")
    assert rate == 16_000
    assert np.abs(sound).max() > 0.02


def test_without_a_device_and_without_a_terminal_it_says_so(
    open_notes: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    from latent_resonance.engine.notes import play

    def none(*_: object) -> None:
        raise DeviceError("no MIDI input is connected")

    monkeypatch.setattr(play, "MidiPort", none)
    monkeypatch.setattr(play.TerminalPiano, "possible", staticmethod(lambda: False))
    with pytest.raises(DeviceError, match=r"no MIDI input is connected, and this is no terminal"):
        play_notes(NotesSetup(), stage="silent", notes=open_notes())
    with pytest.raises(DeviceError, match="no MIDI input is connected"):
        play_notes(NotesSetup(), port="x", stage="silent", notes=open_notes())


def test_the_pedal_works_live(open_notes: Opener) -> None:
    stage = silent.Part(silent.Options())
    show = LiveNotes(open_notes(instrument="church_organ"), stage, buffer_seconds=0.1)

    def hands() -> None:
        now = time.perf_counter()
        for event in ((CONTROL, 64, 127), (NOTE_ON, 60, 90), (NOTE_OFF, 60, 0)):
            show.send(MidiEvent(now, event[0], 0, event[1], event[2]))

    run(show, 0.8, hands)
    assert show.synthesizer.voices == 1
