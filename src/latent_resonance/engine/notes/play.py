"""Plays notes live from a MIDI device, the computer keyboard or a file."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

from latent_resonance.contracts.errors import DeviceError, MissingPartError
from latent_resonance.contracts.parts import Stage
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Spec
from latent_resonance.engine.notes.keyboard import HELP, TerminalPiano
from latent_resonance.engine.notes.live import LiveNotes
from latent_resonance.engine.notes.open import Notes, NotesSetup
from latent_resonance.sense.midi_files.messages import MidiEvent
from latent_resonance.sense.midi_files.ports import MidiPort
from latent_resonance.sense.midi_files.read import read_midi

Source = Literal["auto", "midi", "keyboard"]
_TAIL_SECONDS = 2.0


def play_notes(
    setup: NotesSetup,
    *,
    source: Source = "auto",
    port: str | None = None,
    file: Path | None = None,
    stage: str = "speaker",
    stage_options: Mapping[str, Any] | None = None,
    seconds: float | None = None,
    morph_seconds: float = 30.0,
    buffer_seconds: float = 0.016,
    notes: Notes | None = None,
    say: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Play until it ends or Ctrl-C, as ``resonance play notes`` does.

    Args:
        setup: what was chosen.
        source: ``"auto"`` takes a MIDI device, else the keyboard of the terminal.
        port: part of a MIDI input's name.
        file: a MIDI file, played in real time in place of hands.
        stage: a part's name.
        stage_options: of the stage.
        seconds: how long.
        morph_seconds: length of the way to the setup's ``morph``.
        buffer_seconds: sound kept ready.
        notes: opened already, instead of the setup's bundle.
        say: told what plays, in a line.

    Returns:
        The show's report.
    """
    events = read_midi(file).events if file else ()
    if file and seconds is None:
        seconds = (events[-1].seconds if events else 0.0) + _TAIL_SECONDS
    with ExitStack() as opened:
        playing = notes or opened.enter_context(Notes(setup))
        out: Stage = find_part("stage", stage).make(stage_options or {})
        opened.callback(out.close)
        out.prepare(Spec(sample_rate=playing.layout.sample_rate, channels=playing.setup.channels))
        show = LiveNotes(playing, out, buffer_seconds, morph_seconds if setup.morph else None)
        hands = _Hands(show, source, port, events, say)
        opened.callback(hands.close)
        try:
            with _stop_on_signal(show):
                show.run(seconds, hands.begin)
        except BaseException:
            out.abort()
            raise
        return {
            "recipe": "notes",
            "bundle": playing.bundle.name,
            "stage": stage,
            "input": str(file) if file else hands.name,
            **show.report(),
        }


class _Hands:
    """Where messages come from; opened before the show, heard once it plays."""

    def __init__(
        self,
        show: LiveNotes,
        source: Source,
        port: str | None,
        events: Sequence[MidiEvent],
        say: Callable[[str], None] | None,
    ) -> None:
        self._show = show
        self._events = events
        self._closing: list[Callable[[], None]] = []
        self._done = threading.Event()
        self._say = say or (lambda text: None)
        self.name = "file"
        if not events:
            self.name = self._open(source, port)

    def _open(self, source: Source, port: str | None) -> str:
        if source != "keyboard":
            try:
                device = MidiPort(port, self._show.send)
            except (DeviceError, MissingPartError) as error:
                if source == "midi" or port is not None:
                    raise
                missing = str(error)
            else:
                self._closing.append(device.close)
                return str(device.name)
        else:
            missing = "there is no terminal to read keys from"
        if not TerminalPiano.possible():
            raise DeviceError(
                f"nothing to play with: {missing}, and this is no terminal; "
                "connect a MIDI keyboard or give --input song.mid"
            )
        return "keyboard"

    def begin(self) -> None:
        """The stage plays."""
        if self._events:
            player = threading.Thread(target=self._play_file, name="file", daemon=True)
            player.start()
            self._closing.append(self._done.set)
            return
        self._say(HELP if self.name == "keyboard" else f"listening to {self.name}")
        if self.name == "keyboard":
            self._closing.append(TerminalPiano(self._show.send, self._show.stop).close)

    def _play_file(self) -> None:
        began = time.perf_counter()
        for event in self._events:
            due = began + event.seconds
            if self._done.wait(max(0.0, due - time.perf_counter())):
                return
            self._show.send(event._replace(seconds=time.perf_counter()))

    def close(self) -> None:
        """Let go of devices and the terminal."""
        for closing in self._closing:
            closing()
        self._closing.clear()


@contextmanager
def _stop_on_signal(show: LiveNotes) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the show in good order."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        name: signal.signal(name, lambda *_: show.stop())
        for name in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
