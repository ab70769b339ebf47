"""MIDI ports of this machine, through RtMidi where it is installed."""

import importlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import DeviceError, MissingPartError, UnknownNameError
from latent_resonance.contracts.values import Event
from latent_resonance.sense.midi_files.messages import decode_message


def load_rtmidi() -> Any:
    """The ``rtmidi`` module.

    Raises:
        MissingPartError: it is not installed; says how.
    """
    try:
        return importlib.import_module("rtmidi")
    except ImportError as error:
        raise MissingPartError(
            "MIDI devices need python-rtmidi: pip install 'latent-resonance[midi]'"
        ) from error


def list_ports(*, outputs: bool = False) -> list[str]:
    """Names of the MIDI inputs, or outputs.

    Raises:
        MissingPartError: RtMidi is not installed.
        DeviceError: the system has no MIDI.
    """
    midi = _open("MidiOut" if outputs else "MidiIn")
    try:
        return list(midi.get_ports())
    finally:
        midi.delete()


class MidiPort:
    """An open MIDI input.

    Args:
        name: part of the port's name, its number, or None for the first that is no loop-back.
        on_event: called on RtMidi's own thread; ``time_seconds`` is of ``time.perf_counter``.

    Raises:
        MissingPartError: RtMidi is not installed.
        DeviceError: there is no MIDI input, or it will not open.
        UnknownNameError: none has that name.
    """

    def __init__(self, name: str | None, on_event: Callable[[Event], None]) -> None:
        self._midi = _open("MidiIn")
        try:
            ports = list(self._midi.get_ports())
            index = _choose(ports, name)
            self.name = ports[index]
            self._midi.open_port(index)
        except Exception as error:
            self._midi.delete()
            if isinstance(error, (DeviceError, UnknownNameError)):
                raise
            raise DeviceError(f"the MIDI input will not open: {error}") from error

        def receive(message: tuple[list[int], float], data: object = None) -> None:
            event = decode_message(message[0], time.perf_counter())
            if event is not None:
                on_event(event)

        self._midi.set_callback(receive)

    def close(self) -> None:
        """Let go; safe to call twice."""
        midi, self._midi = self._midi, None
        if midi is not None:
            midi.cancel_callback()
            midi.close_port()
            midi.delete()


def _open(side: str) -> Any:
    rtmidi = load_rtmidi()
    if no_sequencer():
        raise DeviceError("this machine has no MIDI: no ALSA sequencer (/dev/snd/seq)")
    try:
        return getattr(rtmidi, side)()
    except Exception as error:
        raise DeviceError(f"this machine has no MIDI: {' '.join(str(error).split())}") from error


def no_sequencer() -> bool:
    """Whether Linux lacks what RtMidi needs; asked first, as ALSA writes to stderr by itself."""
    return sys.platform == "linux" and not Path("/dev/snd/seq").exists()


def _choose(ports: list[str], name: str | None) -> int:
    if not ports:
        raise DeviceError("no MIDI input is connected")
    if name is None:
        real = [i for i, port in enumerate(ports) if "through" not in port.lower()]
        if not real:
            raise DeviceError("no MIDI input is connected")
        return real[0]
    if name.isdecimal() and int(name) < len(ports):
        return int(name)
    found = [i for i, port in enumerate(ports) if name.lower() in port.lower()]
    if not found:
        raise UnknownNameError("MIDI input", name, ports)
    return found[0]
