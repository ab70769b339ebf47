"""The keys of the terminal: a piano for instruments that play notes, else sliders."""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from pydantic import Field

from latent_resonance.contracts.parts import PartOptions, Sensor
from latent_resonance.contracts.values import ControlRange, Controls, Event, Spec
from latent_resonance.sense.terminal import piano, sliders, taps
from latent_resonance.sense.terminal.characters import TerminalReader
from latent_resonance.sense.terminal.piano import KeyPiano
from latent_resonance.sense.terminal.sliders import KeySliders
from latent_resonance.sense.terminal.taps import TapTempo


class Options(PartOptions):
    """What the keys are."""

    mode: Literal["auto", "piano", "sliders"] = Field(
        default="auto", description="piano, sliders, or auto: a piano where notes are played"
    )


class Part(Sensor):
    """Sensor: the notes that were played, stamped with the time of the read; or turned sliders.

    Beside sliders the tempo can be tapped.
    """

    quick = True

    def __init__(self, options: Options) -> None:
        self.options = options
        self._reader: TerminalReader | None = None
        self._offered: tuple[ControlRange, ...] = ()
        self._plays = options.mode == "piano"
        self.reset()

    @property
    def controls(self) -> Sequence[ControlRange]:
        """Of sliders: all that is listened to; the first nine have a key. A piano has none."""
        return self._offered

    @property
    def gives_events(self) -> bool:
        return self._plays

    @property
    def ended(self) -> bool:
        return self._reader is not None and self._reader.ended

    @property
    def help(self) -> str:
        """What the keys do, in a line. Known after ``prepare``."""
        return piano.HELP if self._plays else f"{sliders.HELP}; {taps.HELP}"

    def prepare(self, spec: Spec) -> None:
        """Start to read the terminal.

        Raises:
            DeviceError: there is no terminal.
        """
        if self.options.mode == "auto":
            self._plays = spec.plays_notes
        self._offered = () if self._plays else tuple(spec.listens)
        self.reset()
        self._reader = TerminalReader(self.take)

    def reset(self) -> None:
        """The usual octave and loudness; all sliders as if none had been turned."""
        self._piano = KeyPiano()
        self._sliders = KeySliders(self._offered)
        self._taps = TapTempo()
        self._arrived: deque[Event] = deque()
        self._now = Controls(0.0)
        self._notes = 0

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()

    def take(self, character: str, now: float) -> None:
        """A character came, or none ("") for now; ``now`` is in seconds of any steady clock."""
        if self._plays:
            pressed = self._piano.press(character, now) if character else []
            self._arrived.extend([*pressed, *self._piano.poll(now)])
        elif self._taps.press(character, now):
            return
        elif character and self._sliders.press(character):
            self._now = Controls(self._now.time_seconds, dict(self._sliders.values))

    def read(self, now_seconds: float, step_seconds: float = 0.0) -> Controls:
        """The sliders that were turned, and notes that began and ended since the last read."""
        tempo = self._taps.tempo(now_seconds, time.perf_counter())
        if tempo is not None:
            return replace(self._now, tempo=tempo)
        if not self._arrived:
            return self._now
        arrived = [self._arrived.popleft() for _ in range(len(self._arrived))]
        self._notes += sum(event.kind == "note_on" for event in arrived)
        events = tuple(replace(event, time_seconds=now_seconds) for event in arrived)
        return replace(self._now, events=events)

    def statistics(self) -> Mapping[str, int]:
        return {"notes_pressed": self._notes} if self._plays else {}

    @property
    def line(self) -> str:
        """How the keys are set now, for people."""
        if self._plays:
            return self._piano.line()
        bpm = f"  {self._taps.bpm:.0f} bpm" if self._taps.bpm else ""
        return self._sliders.line() + bpm
