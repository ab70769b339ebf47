"""A MIDI input that may be unplugged while it plays, and plugged in again."""

import re
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from typing import Any

from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.sound.midi_ports import open_midi_port, port_name

Message = tuple[Sequence[int], float]
_LOOK_SECONDS = 0.25
# ALSA ends a name with numbers, which change when a device is plugged in again.
_NUMBERS = re.compile(r" \d+:\d+$")


class MidiDevice:
    """An input of this machine; no driver says that one is gone, so its name is looked for.

    Args:
        source: part of its name, its number, or None for the first.
        receive: called with each message, on the driver's thread.
        timing: whether clock ticks are wanted.

    Raises:
        DeviceError, MissingPartError, UnknownNameError: there is no such input.
    """

    def __init__(
        self, source: str | None, receive: Callable[[Message, object], None], *, timing: bool
    ) -> None:
        self._receive, self._timing = receive, timing
        self.gone = False
        self._port: Any = open_midi_port(source)
        self.name = _NUMBERS.sub("", port_name(self._port, source))
        self._listen()
        self._lock, self._closing = threading.Lock(), threading.Event()
        self._opened = ExitStack()
        thread = threading.Thread(target=self._watch, name="midi", daemon=True)
        thread.start()
        self._opened.callback(self._release)
        self._opened.callback(thread.join, 2)
        self._opened.callback(self._closing.set)

    def look(self) -> None:
        """See whether it is there; open it anew where it is back."""
        with self._lock:
            port = self._port
            there = {_NUMBERS.sub("", name) for name in port.get_ports()} if port else {self.name}
            if port and not self.gone and self.name not in there:
                self.gone = True
            elif self.gone and self.name in there:
                self._release()
                with suppress(ResonanceError):
                    self._port = open_midi_port(self.name)
                    self._listen()
                    self.gone = False

    def close(self) -> None:
        """Give it back; safe to call twice."""
        self._opened.close()

    def _watch(self) -> None:
        while not self._closing.wait(_LOOK_SECONDS):
            with suppress(Exception):  # a driver that fails now is asked again
                self.look()

    def _listen(self) -> None:
        if self._timing:
            self._port.ignore_types(timing=False)
        self._port.set_callback(self._receive)

    def _release(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            port.cancel_callback()
            port.close_port()
            port.delete()
